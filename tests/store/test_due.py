"""Which lane is due: in order of waiting, whatever the clock does, and never lost to a wake-up."""

import math
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from syncd.errors import LeaseLost
from syncd.model import Lane, Turn
from syncd.store import cycles, due, leases
from syncd.store.clock import Now
from syncd.store.database import Database, Session
from syncd.store.due import Due, Ending, LaneResult
from syncd.store.tables import lanes

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LONGEST = {Lane.CLOSURES: 300.0, Lane.JOBS: 330.0}


class Clock:
    """A store's clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = Now(ms=10_000_000, boot_id="this start")

    def __call__(self, _session: Session) -> Now:
        return self.now

    def move(self, seconds: float, *, boot_id: str | None = None) -> None:
        """Let time pass, or jump."""
        ms = self.now.ms + round(seconds * 1000)
        self.now = Now(ms, boot_id or self.now.boot_id)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which lanes are due; leases keep theirs."""
    made = Clock()
    monkeypatch.setattr(due, "read_clock", made)
    return made


def turn_of(database: Database, name: str = "northgate") -> Turn:
    """The right to work on a connection."""
    epoch = database.run_now(leases.take, name, owner="me", holder="a test")
    assert epoch is not None
    return Turn(name, epoch, math.inf)


def found(database: Database, *names: str) -> list[Due]:
    """What is due of these connections."""
    waits = {name: LONGEST for name in names or ("northgate",)}
    return database.read_now(due.due_connections, waits)


def done(lane: Lane, wait: float = 60.0) -> LaneResult:
    """A lane that went well."""
    return LaneResult(lane, Ending.DONE, wait)


def note(database: Database, turn: Turn, *results: LaneResult, wake_seq: int = 0) -> None:
    """Write what became of lanes."""
    database.run_now(due.note_lanes, turn, results, wake_seq=wake_seq)


def test_every_lane_of_a_new_connection_is_due(database: Database, clock: Clock) -> None:
    """Before its rows exist and after."""
    assert [each.lanes for each in found(database)] == [frozenset(LONGEST)]
    database.run_now(due.ensure_lanes, {"northgate": LONGEST})
    assert [each.lanes for each in found(database)] == [frozenset(LONGEST)]


def test_a_lane_is_due_again_after_its_wait(database: Database, clock: Clock) -> None:
    """And not a moment before."""
    turn = turn_of(database)
    note(database, turn, done(Lane.CLOSURES, 60.0), done(Lane.JOBS, 300.0))
    assert found(database) == []
    clock.move(59.999)
    assert found(database) == []
    clock.move(0.001)
    assert [each.lanes for each in found(database)] == [{Lane.CLOSURES}]


def test_who_waits_longest_comes_first(database: Database, clock: Clock) -> None:
    """By when each should have run, also where it was put off since."""
    for name, wait in (("castle", 30.0), ("harbour", 10.0), ("northgate", 20.0)):
        note(database, turn_of(database, name), *(done(lane, wait) for lane in LONGEST))
    clock.move(40)
    names = "castle", "harbour", "northgate"
    assert [e.connection for e in found(database, *names)] == ["harbour", "northgate", "castle"]
    late = [LaneResult(lane, Ending.PUT_OFF, 5.0) for lane in LONGEST]
    database.run_now(leases.release, "harbour", 1)
    note(database, turn_of(database, "harbour"), *late)
    assert [e.connection for e in found(database, *names)] == ["northgate", "castle"]
    clock.move(5)
    assert found(database, *names)[0].connection == "harbour"


@pytest.mark.parametrize("jump", [3600.0, -3600.0], ids=["forward", "back"])
def test_a_clock_that_jumps_an_hour_delays_nothing(
    database: Database, clock: Clock, jump: float
) -> None:
    """Put back, a lane is due at once instead of in an hour."""
    note(database, turn_of(database), *(done(lane, 60.0) for lane in LONGEST))
    clock.move(jump)
    assert [each.lanes for each in found(database)] == [frozenset(LONGEST)]


def test_after_a_restart_of_the_machine_everything_is_due(database: Database, clock: Clock) -> None:
    """Milliseconds of an earlier start mean nothing, and whoever waited then comes first."""
    note(database, turn_of(database), *(done(lane, 60.0) for lane in LONGEST))
    clock.move(-9_000, boot_id="the next start")
    (each,) = found(database)
    assert (each.lanes, each.due_since_ms) == (frozenset(LONGEST), 0)


def test_who_cannot_tell_the_start_brings_nothing_forward(database: Database, clock: Clock) -> None:
    """It is no restart of the machine."""
    note(database, turn_of(database), *(done(lane, 60.0) for lane in LONGEST))
    clock.now = Now(clock.now.ms + 1_000, "")
    assert [each.lanes for each in found(database) if each.lanes] == []


def test_a_shorter_interval_brings_a_lane_forward(database: Database, clock: Clock) -> None:
    """After a reload nobody waits for the old one."""
    note(database, turn_of(database), *(done(lane, 299.0) for lane in LONGEST))
    shorter = {"northgate": {Lane.CLOSURES: 66.0, Lane.JOBS: 330.0}}
    database.run_now(due.ensure_lanes, shorter)
    (each,) = database.read_now(due.due_connections, shorter)
    assert each.lanes == {Lane.CLOSURES}


def test_failures_are_counted_until_one_try_goes_well(database: Database, clock: Clock) -> None:
    """With the code of the last, also while the lane is not due."""
    turn = turn_of(database)
    for code in ("agentos_unavailable", "agentos_unauthorized"):
        note(database, turn, LaneResult(Lane.JOBS, Ending.FAILED, 75.0, code))
    (each,) = found(database)
    assert (each.lanes, each.failing) == ({Lane.CLOSURES}, {Lane.JOBS: (2, "agentos_unauthorized")})
    failures = database.read_now(due.failures, "northgate")
    assert failures == {Lane.JOBS: "agentos_unauthorized"}
    note(database, turn, done(Lane.JOBS))
    assert found(database)[0].failing == {}
    assert database.read_now(due.failures, "northgate") == {}


def test_a_wake_up_runs_every_lane_now(database: Database, clock: Clock) -> None:
    """And is in the journal under the name of who wanted it."""
    note(database, turn_of(database), *(done(lane, 60.0) for lane in LONGEST))
    database.run_now(due.wake, "northgate", by="ann", now=NOW)
    assert [(e.lanes, e.wake_seq) for e in found(database)] == [(frozenset(LONGEST), 1)]


def test_a_wake_up_during_a_cycle_is_not_lost(database: Database, clock: Clock) -> None:
    """The cycle had begun before: its end does not put the lanes off."""
    turn = turn_of(database)
    note(database, turn, *(done(lane, 60.0) for lane in LONGEST))
    database.run_now(due.wake, "northgate", by="ann", now=NOW)
    note(database, turn, done(Lane.CLOSURES), wake_seq=0)
    note(database, turn, done(Lane.JOBS), wake_seq=1)
    assert [each.lanes for each in found(database)] == [{Lane.CLOSURES}]


def test_a_paused_connection_is_not_due(database: Database, clock: Clock) -> None:
    """However long; when it is resumed it has waited since then."""
    database.run_now(cycles.ensure_connection, "northgate", short_name="n", company_id="c", now=NOW)
    database.run_now(cycles.update_connection, "northgate", paused_at=NOW)
    assert found(database) == []
    clock.move(100)
    database.run_now(cycles.update_connection, "northgate", paused_at=None)
    assert [each.lanes for each in found(database)] == [frozenset(LONGEST)]


def test_only_who_has_the_lease_writes(database: Database, clock: Clock) -> None:
    """A process that was replaced puts nothing off."""
    turn = turn_of(database)
    database.run_now(leases.release, "northgate", turn.epoch or 0)
    turn_of(database)
    with pytest.raises(LeaseLost):
        note(database, turn, done(Lane.JOBS))


def test_a_time_that_was_written_by_nobody_is_put_right(database: Database, clock: Clock) -> None:
    """A lane that is due in a year is due now."""
    note(database, turn_of(database), *(done(lane, 60.0) for lane in LONGEST))
    database.run_now(_far_away)
    assert [each.lanes for each in found(database)] == [frozenset(LONGEST)]


def _far_away(session: Session) -> None:
    session.execute(update(lanes).values(next_due_ms=2**53))


def test_when_a_vendor_works_again_its_other_failing_lanes_are_due(
    database: Database, clock: Clock
) -> None:
    """A key that is let in again need not wait for the longest back-off of each lane."""
    waits = {"northgate": {**LONGEST, Lane.DIRECTORY: 400.0}}
    database.run_now(due.ensure_lanes, waits)
    turn = turn_of(database)
    failed = [
        LaneResult(lane, Ending.FAILED, wait, "agentos_unauthorized")
        for lane, wait in ((Lane.JOBS, 60.0), (Lane.DIRECTORY, 300.0))
    ]
    note(database, turn, *failed, done(Lane.CLOSURES, 300.0))
    clock.move(61)
    note(database, turn, done(Lane.JOBS, 300.0))
    (connection,) = database.read_now(due.due_connections, waits)
    assert connection.lanes == {Lane.DIRECTORY}
