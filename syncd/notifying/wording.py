"""Notices in short sentences: what, where, and the cure. Pure.

Job numbers and post code districts are the most that is said about anybody's home; no name, no
phone, no key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.notifying.notices import Fact, Notice, NoticeKind, Saying

MOST_NAMED = 10
"""Facts of a group that are named one by one; of the others only how many there are."""

LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Message:
    """What leaves for every target."""

    title: str
    body: str


@dataclass(frozen=True)
class _Words:
    """How a kind is spoken about: of one, of several, at its end, and what to do."""

    one: str
    several: str
    well: str
    cure: str


_WORDS = {
    NoticeKind.EMERGENCY: _Words(
        "an Emergency job arrived",
        "{count} Emergency jobs arrived",
        "",
        "See that an engineer goes: `syncd show NUMBER`, or /work on the admin pages.",
    ),
    NoticeKind.NOT_STARTED: _Words(
        "an Emergency is not started",
        "{count} Emergencies are not started",
        "",
        "Call the engineer: `syncd show NUMBER`, or /work on the admin pages.",
    ),
    NoticeKind.STORE: _Words(
        "the store cannot be used",
        "the store cannot be used",
        "the store can be used again",
        "syncd cannot work until then, and nothing is lost. `syncd status` says when it is well.",
    ),
    NoticeKind.KEY: _Words(
        "a key is refused",
        "{count} keys are refused",
        "the keys work again",
        "`syncd check --online` says what is wrong with it. A new key takes effect when syncd is "
        "reloaded.",
    ),
    NoticeKind.SESSION: _Words(
        "the session at the contractor portal has ended",
        "{count} sessions at the contractor portal have ended",
        "the contractor portal lets syncd in again",
        "Sign in to the portal again and write the new session to the file that "
        "contractor_portal.session names. It is taken up at once, without a restart.",
    ),
    NoticeKind.STALE: _Words(
        "a reading is late",
        "{count} readings are late",
        "everything is read in time again",
        "What changed meanwhile is done when it works again: `syncd status`, or / on the admin "
        "pages.",
    ),
    NoticeKind.STALLED: _Words(
        "work waits for a vendor that does not do it",
        "{count} kinds of work wait for a vendor that does not do them",
        "the work that waited goes on again",
        "Nothing is lost, and syncd goes on trying: `syncd status` says what the vendor answers.",
    ),
    NoticeKind.BUG: _Words(
        "a cycle failed by a bug in syncd",
        "cycles failed by {count} bugs in syncd",
        "cycles work again",
        "Please report it with the log: the line with `traceback`. syncd tries again by itself.",
    ),
    NoticeKind.GUARD: _Words(
        "changes are held back until you approve them",
        "changes are held back by {count} guards until you approve them",
        "",
        "See whether the numbers make sense: `syncd inbox`, or /inbox on the admin pages.",
    ),
    NoticeKind.INBOX: _Words(
        "a question waits for you",
        "{count} questions wait for you",
        "",
        "Answer: `syncd inbox`, or /inbox on the admin pages.",
    ),
}


def message_of(notices: Sequence[Notice]) -> Message:
    """One message about everything that is to be told now; there must be something."""
    headings = [_heading(each) for each in notices]
    rest = f" and {len(headings) - 1} more" if len(headings) > 1 else ""
    body = "\n\n".join(_paragraph(each) for each in notices)
    return Message(f"syncd: {headings[0]}{rest}", body)


def _heading(notice: Notice) -> str:
    words = _WORDS[notice.group.kind]
    if notice.saying is Saying.WELL:
        said = words.well
    else:
        count = len(notice.facts)
        said = words.one if count == 1 else words.several.format(count=count)
    still = "still: " if notice.saying is Saying.STILL else ""
    where = f"{notice.group.connection}: " if notice.group.connection else ""
    return f"{where}{still}{said}"


def _paragraph(notice: Notice) -> str:
    heading = _heading(notice)
    if notice.saying is Saying.WELL:
        return f"{_capital(heading)}."
    lines = [f"{_capital(heading)}.", *_named(notice.facts), _WORDS[notice.group.kind].cure]
    return "\n".join(lines)


def _named(facts: Sequence[Fact]) -> list[str]:
    lines = []
    for fact in facts[:MOST_NAMED]:
        code = f" [{fact.code}]" if fact.code else ""
        lines.append(f"- {fact.words}{code}")
    left = len(facts) - MOST_NAMED
    return [*lines, f"- and {left} more"] if left > 0 else lines


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def plain(text: str) -> str:
    """A vendor's number as it may stand in a message: letters, digits and a few signs, cut."""
    kept = "".join(sign for sign in text if sign.isalnum() or sign in " -_/.#")
    return kept.strip()[:LONGEST_NUMBER]


def age(seconds: float) -> str:
    """A length of time for people: 40 seconds, 12 minutes, 3 hours, 2 days."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{int(max(0, seconds))} seconds"
