"""What stands, and what to tell people of it now. Pure: no clock, no store, no words for people.

Facts of one kind and connection are told together. The first is told at once, more of them when
they come, and while they last they are repeated, ever more seldom; where its end matters, that is
told once, too. No group speaks more than a few times within an hour, however it flaps.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

HOUR = timedelta(hours=1)

MOST_AN_HOUR = 20
"""Messages of all groups together within an hour; those of one moment are one message."""


class NoticeKind(StrEnum):
    """What people are told about, the most urgent first."""

    EMERGENCY = "emergency"
    NOT_STARTED = "not_started"
    STORE = "store"
    KEY = "key"
    SESSION = "session"
    STALE = "stale"
    STALLED = "stalled"
    BUG = "bug"
    GUARD = "guard"
    INBOX = "inbox"


class Group(NamedTuple):
    """Facts that are told together; connection "" is all of syncd."""

    kind: NoticeKind
    connection: str


@dataclass(frozen=True)
class Fact:
    """One thing that stands now. `topic` is what it is about; `words` are for people and hold
    nothing personal; `code` is the error's, where there is one."""

    group: Group
    topic: str
    words: str
    code: str = ""


@dataclass(frozen=True)
class Told:
    """What people know of a group. Without topics its end is known, too."""

    topics: frozenset[str]
    told_at: datetime
    repeats: int = 0
    recent: tuple[datetime, ...] = ()


class Saying(StrEnum):
    """Why a group is spoken about."""

    FIRST = "first"
    MORE = "more"
    STILL = "still"
    WELL = "well"


@dataclass(frozen=True)
class Notice:
    """One group to speak about now, with all its facts; none where all is well again."""

    group: Group
    saying: Saying
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Pace:
    """How a kind is spoken about.

    `repeats` are the waits before it is said again, the last one for ever; none: said once.
    """

    repeats: tuple[timedelta, ...] = (4 * HOUR, 24 * HOUR)
    is_end_told: bool = True
    most_an_hour: int = 4


_QUIET_END = Pace(is_end_told=False)

PACES: Mapping[NoticeKind, Pace] = {
    NoticeKind.EMERGENCY: Pace(repeats=(), is_end_told=False, most_an_hour=12),
    NoticeKind.NOT_STARTED: Pace(is_end_told=False, most_an_hour=12),
    NoticeKind.STORE: Pace(),
    NoticeKind.KEY: Pace(),
    NoticeKind.SESSION: Pace(),
    NoticeKind.STALE: Pace(),
    NoticeKind.STALLED: Pace(),
    NoticeKind.BUG: Pace(),
    # A person ended it and knows.
    NoticeKind.GUARD: _QUIET_END,
    NoticeKind.INBOX: _QUIET_END,
}


@dataclass(frozen=True)
class Decided:
    """What to say now, and what people know once it is said."""

    notices: tuple[Notice, ...]
    told: Mapping[Group, Told]


def decide(
    facts: Sequence[Fact],
    told: Mapping[Group, Told],
    now: datetime,
    *,
    judged: Set[NoticeKind] = frozenset(NoticeKind),
    silenced: Set[str] = frozenset(),
    early: Sequence[Fact] = (),
) -> Decided:
    """What to tell now.

    `judged` are the kinds that could be looked at: of others nothing is known, so nothing has ended
    either. Nor has anything of `silenced` connections (paused ones): nothing is said of them, and
    what people know of them stays known. Of `early` facts it cannot be said yet whether they are
    news; what people know of them has not ended.
    """
    standing: dict[Group, list[Fact]] = {}
    for fact in facts:
        standing.setdefault(fact.group, []).append(fact)
    unsure: dict[Group, frozenset[str]] = {}
    for fact in early:
        unsure[fact.group] = unsure.get(fact.group, frozenset()) | {fact.topic}
    notices: list[Notice] = []
    after: dict[Group, Told] = {}
    for group in sorted({*standing, *told}, key=_rank):
        known = _as_of(told[group], now) if group in told else None
        found = tuple(standing.get(group, ()))
        kept = frozenset() if known is None else known.topics & unsure.get(group, frozenset())
        is_unknown = group.kind not in judged or group.connection in silenced
        if not found and (is_unknown or kept):
            notice, left = None, known
        else:
            notice, left = _speak(group, found, known, now, kept=kept)
        if notice is not None:
            notices.append(notice)
        if left is not None:
            after[group] = left
    if notices and _said_within_an_hour(told, now) >= MOST_AN_HOUR:
        return Decided((), told)
    return Decided(tuple(notices), after)


def _rank(group: Group) -> tuple[int, str]:
    return list(NoticeKind).index(group.kind), group.connection


def _as_of(known: Told, now: datetime) -> Told:
    """Without what is over; a clock that was set back makes nothing wait longer."""
    recent = tuple(at for at in known.recent if now - HOUR < at <= now)
    return replace(known, told_at=min(known.told_at, now), recent=recent)


def _said_within_an_hour(told: Mapping[Group, Told], now: datetime) -> int:
    return len({at for known in told.values() for at in _as_of(known, now).recent})


def _speak(
    group: Group,
    found: tuple[Fact, ...],
    known: Told | None,
    now: datetime,
    *,
    kept: frozenset[str],
) -> tuple[Notice | None, Told | None]:
    """`kept` are topics that people know and that may last."""
    pace = PACES[group.kind]
    if not found:
        return _end(group, pace, known, now)
    topics = frozenset(fact.topic for fact in found) | kept
    saying = _saying(pace, topics, known, now)
    if known is not None and (saying is None or len(known.recent) >= pace.most_an_hour):
        return None, replace(known, topics=known.topics & topics) if known.topics else known
    said = saying or Saying.FIRST
    before = known or Told(frozenset(), now)
    repeats = {Saying.FIRST: 0, Saying.STILL: before.repeats + 1}.get(said, before.repeats)
    left = Told(topics, now, repeats, (*before.recent, now))
    return Notice(group, said, found), left


def _saying(pace: Pace, topics: frozenset[str], known: Told | None, now: datetime) -> Saying | None:
    if known is None or not known.topics:
        return Saying.FIRST
    if topics - known.topics:
        return Saying.MORE
    if not pace.repeats:
        return None
    wait = pace.repeats[min(known.repeats, len(pace.repeats) - 1)]
    return Saying.STILL if now - known.told_at >= wait else None


def _end(
    group: Group, pace: Pace, known: Told | None, now: datetime
) -> tuple[Notice | None, Told | None]:
    if known is None:
        return None, None
    ended = replace(known, topics=frozenset(), repeats=0)
    if known.topics and pace.is_end_told:
        if len(known.recent) >= pace.most_an_hour:
            return None, known
        ended = replace(ended, told_at=now, recent=(*known.recent, now))
        return Notice(group, Saying.WELL, ()), ended
    return None, ended if ended.recent else None
