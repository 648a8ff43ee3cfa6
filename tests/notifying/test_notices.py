"""When people are told: at once, again while it lasts, once when it ends, and never too often."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.notifying.notices import (
    HOUR,
    MOST_AN_HOUR,
    PACES,
    Fact,
    Group,
    Notice,
    NoticeKind,
    Saying,
    Told,
    decide,
)

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STALE = Group(NoticeKind.STALE, "northgate")
DAY = 24 * HOUR


def fact(group: Group = STALE, topic: str = "jobs") -> Fact:
    """Something that stands."""
    return Fact(group, topic, "words")


@dataclass
class Listener:
    """Somebody who is told, and remembers when; knows nothing of how that is decided."""

    now: datetime = MONDAY
    told: dict[Group, Told] = field(default_factory=dict)
    heard: list[tuple[datetime, Notice]] = field(default_factory=list)

    def look(self, facts: Sequence[Fact], **how: object) -> list[Notice]:
        """One tick."""
        decided = decide(facts, self.told, self.now, **how)  # type: ignore[arg-type]
        self.told = dict(decided.told)
        self.heard += [(self.now, each) for each in decided.notices]
        return list(decided.notices)

    def count(self, group: Group | None, now: datetime) -> int:
        """Messages of the last hour: of a group, or moments with any."""
        recent = [(at, n) for at, n in self.heard if now - HOUR < at <= now]
        if group is None:
            return len({at for at, _ in recent})
        return len([n for _, n in recent if n.group == group])


def test_a_lasting_trouble_is_told_at_once_then_ever_more_seldom() -> None:
    """At once, after four hours, then once a day."""
    listener = Listener()
    for _ in range(4 * 24 * 6):
        listener.look([fact()])
        listener.now += timedelta(minutes=10)
    assert [at - MONDAY for at, _ in listener.heard] == [
        0 * HOUR,
        4 * HOUR,
        28 * HOUR,
        52 * HOUR,
        76 * HOUR,
    ]
    assert [n.saying for _, n in listener.heard] == [Saying.FIRST] + [Saying.STILL] * 4


def test_the_end_is_told_once() -> None:
    """When a trouble ends that is said, and never again."""
    listener = Listener()
    listener.look([fact()])
    listener.now += HOUR
    (well,) = listener.look([])
    assert (well.saying, well.facts) == (Saying.WELL, ())
    for _ in range(100):
        listener.now += HOUR
        assert listener.look([]) == []
    assert listener.told == {}


def test_a_pause_says_and_forgets_nothing() -> None:
    """Nothing is well because of a pause, and what people knew before is no news after it."""
    listener = Listener()
    arrived = fact(Group(NoticeKind.EMERGENCY, "northgate"), "7")
    listener.look([fact(), arrived])
    for _ in range(3):
        listener.now += HOUR / 2
        assert listener.look([], silenced=frozenset({"northgate"})) == []
    assert listener.look([fact(), arrived]) == []
    (well,) = listener.look([arrived])
    assert (well.group, well.saying) == (STALE, Saying.WELL)


def test_what_is_too_early_to_say_neither_begins_nor_ends() -> None:
    """After a start the late lanes that people know of are no recovery, and others no news."""
    listener = Listener()
    assert listener.look([], early=[fact()]) == []
    listener.look([fact()])
    assert listener.look([], early=[fact()]) == []
    (more,) = listener.look([fact(topic="visits")], early=[fact()])
    assert more.saying is Saying.MORE
    assert listener.look([fact(), fact(topic="visits")]) == []


def test_what_could_not_be_looked_at_has_not_ended() -> None:
    """While the store is silent nobody is told that all is well."""
    listener = Listener()
    listener.look([fact()])
    listener.now += HOUR
    assert listener.look([], judged=frozenset({NoticeKind.STORE})) == []
    listener.now += 4 * HOUR
    (still,) = listener.look([fact()])
    assert still.saying is Saying.STILL


def test_facts_of_a_kind_are_told_together() -> None:
    """Fifty late lanes of one connection are one notice, and a new one brings all of them again."""
    listener = Listener()
    many = [fact(topic=str(number)) for number in range(50)]
    (first,) = listener.look(many)
    assert len(first.facts) == 50
    listener.now += timedelta(minutes=1)
    (more,) = listener.look([*many, fact(topic="another")])
    assert (more.saying, len(more.facts)) == (Saying.MORE, 51)


def test_an_emergency_is_told_once() -> None:
    """That a job arrived is news, and no state."""
    listener = Listener()
    arrived = fact(Group(NoticeKind.EMERGENCY, "northgate"), "7")
    assert len(listener.look([arrived])) == 1
    for _ in range(100):
        listener.now += HOUR
        assert listener.look([arrived]) == []
    assert listener.look([]) == []


def test_a_clock_that_was_put_back_makes_nothing_silent() -> None:
    """After a jump of a year backwards the next repetition comes in time."""
    listener = Listener()
    listener.look([fact()])
    listener.now -= timedelta(days=365)
    listener.look([fact()])
    listener.now += timedelta(hours=4)
    assert [n.saying for n in listener.look([fact()])] == [Saying.STILL]


GROUPS = [Group(kind, name) for kind in NoticeKind for name in ("north", "south")]
MOMENTS = st.lists(
    st.tuples(
        st.sampled_from([1, 10, 60, 300, 1800, 3600, 4 * 3600, 86_400]),
        st.sets(st.tuples(st.sampled_from(GROUPS[:6] + GROUPS[-4:]), st.sampled_from("ab"))),
    ),
    max_size=60,
)


@given(MOMENTS)
def test_nothing_lasting_is_silent_and_nobody_is_flooded(
    moments: list[tuple[int, set[tuple[Group, str]]]],
) -> None:
    """Whatever comes and goes: what lasts was told no longer ago than its repetition, unless the
    hour's messages are used up; and those are never more than allowed."""
    listener = Listener()
    since: dict[tuple[Group, str], datetime] = {}
    for seconds, standing in moments:
        listener.now += timedelta(seconds=seconds)
        since = {key: since.get(key, listener.now) for key in standing}
        listener.look([fact(*key) for key in sorted(standing)])
        assert listener.count(None, listener.now) <= MOST_AN_HOUR
        for group in GROUPS:
            assert listener.count(group, listener.now) <= PACES[group.kind].most_an_hour
        for key, began in since.items():
            assert not _is_forgotten(listener, key, began)


def _is_forgotten(listener: Listener, key: tuple[Group, str], began: datetime) -> bool:
    """Whether a trouble lasts, nobody was told for too long, and there was room to tell it."""
    group, topic = key
    pace, now = PACES[group.kind], listener.now
    if listener.count(group, now) >= pace.most_an_hour or listener.count(None, now) >= MOST_AN_HOUR:
        return False
    said = [
        at
        for at, notice in listener.heard
        if at >= began and notice.group == group and topic in {f.topic for f in notice.facts}
    ]
    if not said:
        return True
    return bool(pace.repeats) and now - said[-1] >= pace.repeats[-1]


@given(MOMENTS)
def test_well_is_said_only_after_trouble(
    moments: list[tuple[int, set[tuple[Group, str]]]],
) -> None:
    """An end is told only of what was told, only when it is over, and once."""
    listener = Listener()
    open_groups: set[Group] = set()
    for seconds, standing in moments:
        listener.now += timedelta(seconds=seconds)
        for notice in listener.look([fact(*key) for key in sorted(standing)]):
            if notice.saying is Saying.WELL:
                assert notice.group in open_groups
                assert notice.group not in {group for group, _ in standing}
                open_groups.discard(notice.group)
            else:
                open_groups.add(notice.group)


@given(MOMENTS)
def test_a_flapping_trouble_is_bounded(moments: list[tuple[int, set[tuple[Group, str]]]]) -> None:
    """Looking every second while everything flaps never breaks the bounds either."""
    listener = Listener()
    for _, standing in moments * 4:
        listener.now += timedelta(seconds=1)
        listener.look([fact(*key) for key in sorted(standing)])
    assert listener.count(None, listener.now) <= MOST_AN_HOUR
