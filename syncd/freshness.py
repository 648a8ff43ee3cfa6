"""How old what we know is: the age of every lane, and which are stale. Reads only the store.

A lane is stale when its last complete reading is longer ago than twice its interval; one that was
never read, when its connection was first worked on longer ago than that. Paused and switched-off
connections have nothing to be late with. Ages go by `store.clock`, so a wall clock that jumps
neither raises an alarm nor hides a stall.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from syncd.model import Lane, Side
from syncd.settings import ConnectionSettings, ScheduleSettings, Settings
from syncd.store import cycles
from syncd.store.clock import Now, is_other_start, read_clock
from syncd.store.cycles import LastRead
from syncd.store.database import Session
from syncd.store.stalls import Stall, load_stalls

INTERVALS = 2
"""So many of its intervals may pass before a lane is stale."""

SLACK_SECONDS = 2.0
"""Two machines' clocks differ by so much; further in the future is a clock that was put back."""

PROBES: Mapping[Side, Lane] = {Side.AGENTOS: Lane.JOBS, Side.LETSJOBIT: Lane.CLOSURES}
"""The lane that tells whether a vendor is well, and after which everything that waits is tried."""


@dataclass(frozen=True)
class LaneAge:
    """One lane: when it was last read completely (wall clock, for people), how long ago (None:
    never, or not known after a clock was put back), and whether that is too long.

    With `makes` it reads nothing: it makes jobs through V3, and is well when none was left.
    """

    connection: str
    lane: Lane
    interval_seconds: float
    last_complete: datetime | None
    age_seconds: float | None
    is_stale: bool
    makes: bool = False


@dataclass(frozen=True)
class StallAge:
    """An operation that fails beside the lanes: for how long, and whether that is too long."""

    connection: str
    operation: str
    code: str
    since: datetime
    age_seconds: float | None
    is_late: bool


@dataclass(frozen=True)
class _Instant:
    """Now, by the wall clock and by the store's."""

    wall: datetime
    clock: Now


def lanes_of(
    session: Session, connection: ConnectionSettings, schedule: ScheduleSettings, *, now: datetime
) -> list[LaneAge]:
    """The lanes of one connection, whether it is paused or not."""
    rows = cycles.connection_rows(session, [connection.name])
    return _ages(session, rows, [connection], schedule, now)


def stale_lanes(session: Session, settings: Settings, *, now: datetime) -> list[LaneAge]:
    """The stale lanes of every connection that is switched on and not paused."""
    rows = cycles.connection_rows(session, [each.name for each in settings.connections])
    ages = _ages(session, rows, _working(settings, rows), settings.schedule, now)
    return [each for each in ages if each.is_stale]


def working(session: Session, settings: Settings) -> Sequence[ConnectionSettings]:
    """The connections that are switched on and not paused."""
    rows = cycles.connection_rows(session, [each.name for each in settings.connections])
    return _working(settings, rows)


def stalls_of(
    session: Session, names: Sequence[str], schedule: ScheduleSettings, *, now: datetime
) -> list[StallAge]:
    """What fails although no lane says so; late after two intervals of its vendor's lane."""
    instant = _Instant(now, read_clock(session))
    return [_stall(each, schedule, instant) for each in load_stalls(session, names)]


def _stall(stall: Stall, schedule: ScheduleSettings, instant: _Instant) -> StallAge:
    age = _age(stall.began, instant)
    most = INTERVALS * interval_of(schedule, PROBES[stall.side])
    is_late = age is None or age >= most
    return StallAge(
        stall.connection, stall.operation, stall.code, stall.began.at, age, is_late=is_late
    )


def _working(settings: Settings, rows: Mapping[str, Any]) -> list[ConnectionSettings]:
    enabled = [each for each in settings.connections if each.enabled]
    return [each for each in enabled if (row := rows.get(each.name)) is None or not row.paused_at]


def _ages(
    session: Session,
    rows: Mapping[str, Any],
    asked: Sequence[ConnectionSettings],
    schedule: ScheduleSettings,
    now: datetime,
) -> list[LaneAge]:
    names = [each.name for each in asked]
    reads = cycles.last_reads(session, names, [lane.value for lane in Lane])
    instant = _Instant(now, read_clock(session))
    return [
        replace(
            _lane(
                (of.name, lane, interval_of(schedule, lane)),
                reads.get((of.name, lane.value)),
                rows.get(of.name),
                instant,
            ),
            makes=lane is Lane.JOBS and of.agentos.channel == "v3",
        )
        for of in asked
        for lane in lanes_read(of)
    ]


def lanes_read(connection: ConnectionSettings) -> tuple[Lane, ...]:
    """The lanes that a connection has: V3 shows nothing, and its lane of jobs only makes them; only
    a portal has statements."""
    portal = connection.contractor_portal
    is_followed = portal is not None and portal.follow_payments
    left_out = set() if is_followed else {Lane.STATEMENTS}
    if connection.agentos.channel == "v3":
        left_out.add(Lane.DIRECTORY)
    return tuple(lane for lane in Lane if lane not in left_out)


def interval_of(schedule: ScheduleSettings, lane: Lane) -> float:
    """How often a lane is read, in seconds."""
    interval = {
        Lane.CLOSURES: schedule.closures,
        Lane.JOBS: schedule.jobs,
        Lane.VISITS: schedule.visits,
        Lane.DIRECTORY: schedule.directory,
        Lane.STATEMENTS: schedule.statements,
    }[lane]
    return interval.total_seconds()


def _lane(
    what: tuple[str, Lane, float], read: LastRead | None, row: Any, instant: _Instant
) -> LaneAge:
    name, lane, interval = what
    most = INTERVALS * interval
    if read is not None:
        age = _age(read, instant)
        return LaneAge(name, lane, interval, read.at, age, is_stale=age is None or age > most)
    tried = None if row is None else (instant.wall - row.created_at).total_seconds()
    is_stale = tried is None or not 0 <= tried <= most
    return LaneAge(name, lane, interval, None, None, is_stale)


def _age(read: LastRead, instant: _Instant) -> float | None:
    """Seconds since a reading. Across a restart of the machine only the wall clock knows, and that
    at least the time since the restart has passed."""
    if read.ms is not None and not is_other_start(read.boot_id or "", instant.clock.boot_id):
        age = (instant.clock.ms - read.ms) / 1000
    else:
        age = (instant.wall - read.at).total_seconds()
        if read.boot_id is not None:
            age = max(age, instant.clock.ms / 1000)
    return None if age < -SLACK_SECONDS else max(age, 0.0)
