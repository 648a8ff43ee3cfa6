"""How old every lane is, and which are stale: after restarts, jumps and failures too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.freshness import LaneAge, lanes_of, lanes_read, stale_lanes
from syncd.model import Lane
from syncd.settings import Settings
from syncd.store import cycles
from syncd.store.cycles import SweepRecord
from syncd.store.database import Database, Session
from syncd.store.tables import connections, sweeps
from tests.admin.endpoint import NAME, read_all, settings_for
from tests.settings.made import load_one

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One connection with the default intervals: jobs every five minutes."""
    return settings_for("sqlite:///unused.db", tmp_path)


def begun(session: Session, at: datetime = NOW) -> None:
    """The connection was first worked on."""
    cycles.ensure_connection(session, NAME, short_name=NAME, company_id="LPea", now=at)


LANES = frozenset(Lane) - {Lane.STATEMENTS}
"""What a connection without a contractor portal has."""


def lane(database: Database, settings: Settings, which: Lane, *, now: datetime = NOW) -> LaneAge:
    """One lane as it is told."""
    lanes = database.read_now(lanes_of, settings.connections[0], settings.schedule, now=now)
    return next(each for each in lanes if each.lane is which)


def aged(session: Session, seconds: float, **values: object) -> None:
    """Make the last readings older by the store's clock, and change columns of them."""
    older = sweeps.c.finished_ms - round(seconds * 1000)
    session.execute(sweeps.update().values(finished_ms=older, **values))


def test_a_lane_is_stale_after_two_intervals(database: Database, settings: Settings) -> None:
    """Not a second earlier, and every lane by its own interval."""
    database.run_now(begun)
    database.run_now(read_all, NOW)
    assert database.read_now(stale_lanes, settings, now=NOW) == []
    database.run_now(aged, 590)
    assert not lane(database, settings, Lane.JOBS).is_stale
    assert lane(database, settings, Lane.CLOSURES).is_stale
    database.run_now(aged, 12)
    found = lane(database, settings, Lane.JOBS)
    assert found.is_stale
    assert found.age_seconds == pytest.approx(602, abs=5)
    assert found.interval_seconds == 300


def test_an_incomplete_reading_is_none(database: Database, settings: Settings) -> None:
    """A sweep that broke off does not make its lane fresh."""
    database.run_now(begun)
    database.run_now(read_all, NOW)
    database.run_now(aged, 700)
    broken = SweepRecord("jobs", NOW, False, 5, "the connection broke")
    database.run_now(cycles.record_sweep, NAME, None, broken, now=NOW)
    assert lane(database, settings, Lane.JOBS).is_stale


def test_a_lane_that_never_succeeds_becomes_stale(database: Database, settings: Settings) -> None:
    """It has two intervals from when its connection was first worked on."""
    database.run_now(begun)
    early, late = NOW + timedelta(seconds=599), NOW + timedelta(seconds=601)
    assert not lane(database, settings, Lane.JOBS, now=early).is_stale
    found = lane(database, settings, Lane.JOBS, now=late)
    assert (found.is_stale, found.age_seconds, found.last_complete) == (True, None, None)


def test_a_connection_that_was_never_begun_is_stale(database: Database, settings: Settings) -> None:
    """Nothing is known of it, and nothing says since when somebody tries."""
    assert len(database.read_now(stale_lanes, settings, now=NOW)) == len(LANES)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=400)])
def test_a_wall_clock_that_jumps_changes_nothing(
    database: Database, settings: Settings, jump: timedelta
) -> None:
    """What was read just now is fresh whatever the time is, and what is late is late."""
    database.run_now(begun)
    database.run_now(read_all, NOW)
    assert database.read_now(stale_lanes, settings, now=NOW + jump) == []
    database.run_now(aged, 700)
    assert lane(database, settings, Lane.JOBS, now=NOW + jump).is_stale


def test_the_last_reading_is_the_one_written_last(database: Database, settings: Settings) -> None:
    """After the clock was put back, older readings have later times; they do not count."""
    database.run_now(begun)
    database.run_now(read_all, NOW + timedelta(hours=1))
    database.run_now(aged, 5000)
    database.run_now(read_all, NOW)
    found = lane(database, settings, Lane.JOBS)
    assert (found.is_stale, found.last_complete) == (False, NOW)


def test_after_a_restart_of_the_machine_the_wall_clock_tells(
    sqlite_database: Database, settings: Settings
) -> None:
    """A daemon that was off for a day is stale until it has read; one that was off for a minute
    is not, where the machine has not been up for longer than that."""
    sqlite_database.run_now(begun)
    sqlite_database.run_now(read_all, NOW - timedelta(days=1))
    sqlite_database.run_now(aged, 0, boot_id="another start")
    found = lane(sqlite_database, settings, Lane.JOBS)
    assert found.is_stale
    assert found.age_seconds is not None
    assert found.age_seconds >= 86_400


def test_a_reading_of_a_process_that_cannot_tell_its_start_counts(
    sqlite_database: Database, settings: Settings
) -> None:
    """The service is confined so that it cannot, and a command beside it can."""
    sqlite_database.run_now(begun)
    sqlite_database.run_now(read_all, NOW - timedelta(days=1))
    sqlite_database.run_now(aged, 5, boot_id="")
    found = lane(sqlite_database, settings, Lane.JOBS)
    assert not found.is_stale
    assert found.age_seconds is not None
    assert found.age_seconds < 60


def test_after_a_restart_the_time_since_counts_at_least(
    sqlite_database: Database, settings: Settings
) -> None:
    """A wall clock that is wrong after the restart hides no stall: the machine runs for longer."""
    sqlite_database.run_now(begun)
    sqlite_database.run_now(read_all, NOW)
    sqlite_database.run_now(aged, 0, boot_id="another start")
    found = lane(sqlite_database, settings, Lane.CLOSURES, now=NOW - timedelta(hours=1))
    assert found.age_seconds is not None
    assert found.age_seconds > 0


def test_readings_of_an_older_version_go_by_the_wall_clock(
    database: Database, settings: Settings
) -> None:
    """Rows from before the store's clock was kept with them."""
    database.run_now(begun)
    database.run_now(read_all, NOW)
    database.run_now(aged, 0, boot_id=None)
    database.run_now(lambda session: session.execute(sweeps.update().values(finished_ms=None)))
    assert not lane(database, settings, Lane.JOBS, now=NOW + timedelta(seconds=599)).is_stale
    assert lane(database, settings, Lane.JOBS, now=NOW + timedelta(seconds=601)).is_stale


def test_paused_and_switched_off_connections_are_late_with_nothing(
    database: Database, settings: Settings
) -> None:
    """They stand still on purpose; once resumed, what they know is as old as it is."""
    database.run_now(begun)
    database.run_now(read_all, NOW)
    database.run_now(aged, 100_000)
    assert len(database.read_now(stale_lanes, settings, now=NOW)) == len(LANES)
    off = settings.model_copy(
        update={"connections": (settings.connections[0].model_copy(update={"enabled": False}),)}
    )
    assert database.read_now(stale_lanes, off, now=NOW) == []
    database.run_now(cycles.update_connection, NAME, paused_at=NOW, paused_by="ann")
    assert database.read_now(stale_lanes, settings, now=NOW) == []
    database.run_now(lambda session: session.execute(connections.update().values(paused_at=None)))
    assert len(database.read_now(stale_lanes, settings, now=NOW)) == len(LANES)


PORTAL = {"base_url": "https://portal.example/api/trpc", "contractor_id": "co-1", "session": "s"}


@pytest.mark.parametrize(
    ("written", "lanes"),
    [
        ({}, LANES),
        ({"contractor_portal": PORTAL}, frozenset(Lane)),
        ({"contractor_portal": {**PORTAL, "follow_payments": False}}, LANES),
    ],
)
def test_only_who_follows_payments_has_statements(
    written: dict[str, Any], lanes: frozenset[Lane]
) -> None:
    """A lane that nothing reads is never late."""
    assert frozenset(lanes_read(load_one(**written))) == lanes


def test_v3_alone_reads_visits_and_makes_jobs() -> None:
    """There is no directory that could be late; the lane of jobs tells how making them fares."""
    found = load_one(
        agentos__channel="v3",
        agentos__branches=["BRANCH"],
        create_jobs={"enabled": True, "channel": "v3", "only": {"docType": "NEW FAULT"}},
    )
    assert lanes_read(found) == (Lane.CLOSURES, Lane.JOBS, Lane.VISITS)
