"""The words of both sides for how urgent work is. Pure.

AgentOS: Emergency, High, Medium, Low; also Urgent (High) and Normal (Medium), whatever the case.
LetsJobIt: 1 (highest) to 10; AgentOS priorities become 1, 2, 5 and 8.
"""

_NAMES = {
    "emergency": "Emergency",
    "urgent": "High",
    "high": "High",
    "medium": "Medium",
    "normal": "Medium",
    "low": "Low",
}
_VISIT_PRIORITIES = {"Emergency": 1, "High": 2, "Medium": 5, "Low": 8}


def priority_name(word: str) -> str:
    """Emergency, High, Medium or Low; what is empty or unknown reads Low."""
    return _NAMES.get(word.strip().casefold(), "Low")


def visit_priority(word: str) -> int:
    """The visit's priority, 1 to 10, for the job's word."""
    return _VISIT_PRIORITIES[priority_name(word)]


def priority_note(word: str) -> str | None:
    """A sentence about a word that had to be guessed; None when it is known."""
    if word.strip().casefold() in _NAMES:
        return None
    if not word.strip():
        return "The job has no priority; it is read as Low."
    return f"The priority {word.strip()[:40]!r} is not known; it is read as Low."
