"""Settings that the channel of the job side cannot do: found without asking any vendor."""

from syncd.app import channel_problem
from syncd.checking.findings import Finding, Severity
from syncd.settings import Settings


def check_settings(settings: Settings) -> list[Finding]:
    """What cannot work, in enabled connections."""
    enabled = [each for each in settings.connections if each.enabled]
    problems = [(each.name, channel_problem(each)) for each in enabled]
    return [
        Finding(Severity.WRONG, name, found.path, found.message, found.cure, "not_yet")
        for name, found in problems
        if found is not None
    ]
