"""Settings that syncd cannot work with, though their form is good: found without asking anybody."""

from syncd.app import channel_problem
from syncd.checking.findings import Finding, Severity
from syncd.notifying.targets import target_problems
from syncd.settings import Settings


def check_settings(settings: Settings) -> list[Finding]:
    """What cannot work: in enabled connections for want of a channel, and targets of notifications
    that apprise cannot use."""
    enabled = [each for each in settings.connections if each.enabled]
    problems = [(each.name, channel_problem(each)) for each in enabled]
    channels = [
        Finding(Severity.WRONG, name, found.path, found.message, found.cure, "not_yet")
        for name, found in problems
        if found is not None
    ]
    targets = [
        Finding(Severity.WRONG, "", each.path, each.message, each.cure, "target")
        for each in target_problems(settings)
    ]
    return channels + targets
