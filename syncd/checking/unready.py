"""Settings that this version accepts and cannot act on: found without asking any vendor."""

from collections.abc import Callable, Mapping, Sequence

from syncd.app import channel_problem
from syncd.checking.findings import Finding, Severity
from syncd.settings import ConnectionSettings, Settings

NOT_YET = "is accepted, but this version does not do it yet"

_OF_EACH: Mapping[str, Callable[[ConnectionSettings], bool]] = {
    "create_jobs.enabled": lambda each: each.create_jobs.enabled,
    "leads.enabled": lambda each: each.leads.enabled,
    "media.photo_fields": lambda each: bool(each.media.photo_fields),
    "custom_field.name": lambda each: bool(each.custom_field.name),
    "contractor_portal": lambda each: each.contractor_portal is not None,
}

UNREADY = tuple(_OF_EACH)
"""Every setting that switches on what this version does not do yet."""


def check_settings(settings: Settings) -> list[Finding]:
    """Channels that cannot work, and what is switched on in vain, in enabled connections."""
    enabled = [each for each in settings.connections if each.enabled]
    problems = [(each.name, channel_problem(each)) for each in enabled]
    wrong = [
        Finding(Severity.WRONG, name, found.path, found.message, found.cure, "not_yet")
        for name, found in problems
        if found is not None
    ]
    return [*wrong, *unready(enabled)]


def unready(connections: Sequence[ConnectionSettings]) -> list[Finding]:
    """What is switched on for these connections without effect, one finding per setting."""
    return [
        Finding(
            Severity.NOTE,
            each.name,
            f"connections[{each.name}].{path}",
            NOT_YET,
            code="not_yet",
        )
        for path, is_on in _OF_EACH.items()
        for each in connections
        if is_on(each)
    ]
