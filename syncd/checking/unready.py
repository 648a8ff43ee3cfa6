"""Settings that this version accepts and cannot act on: found without asking any vendor."""

from collections.abc import Callable, Mapping, Sequence

from syncd.app import channel_problem
from syncd.checking.findings import Finding, Severity
from syncd.settings import ConnectionSettings, Settings

NOT_YET = "is accepted, but this version does not do it yet"

_OF_ALL: Mapping[str, Callable[[Settings], bool]] = {
    "notifications.targets": lambda all_: bool(all_.notifications.targets),
    "notifications.dead_man_url": lambda all_: bool(
        all_.notifications.dead_man_url.get_secret_value()
    ),
}

_OF_EACH: Mapping[str, Callable[[ConnectionSettings], bool]] = {
    "create_jobs.enabled": lambda each: each.create_jobs.enabled,
    "leads.enabled": lambda each: each.leads.enabled,
    "media.photo_fields": lambda each: bool(each.media.photo_fields),
    "custom_field.name": lambda each: bool(each.custom_field.name),
    "contractor_portal": lambda each: each.contractor_portal is not None,
}

UNREADY = (*_OF_ALL, *_OF_EACH)
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
    return [*wrong, *unready(settings, enabled)]


def unready(settings: Settings, connections: Sequence[ConnectionSettings]) -> list[Finding]:
    """What is switched on for these connections without effect, one finding per setting."""
    of_all = [("", path) for path, is_on in _OF_ALL.items() if is_on(settings)]
    of_each = [
        (each.name, f"connections[{each.name}].{path}")
        for each in connections
        for path, is_on in _OF_EACH.items()
        if is_on(each)
    ]
    return [
        Finding(Severity.NOTE, name, path, NOT_YET, code="not_yet")
        for name, path in (*of_all, *of_each)
    ]
