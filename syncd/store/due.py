"""Which lane of which connection is due, and how it fares. Times are those of `store.clock`.

A lane is also due when its time cannot be meant: after a restart of the machine, and when it is
further away than any wait, because a clock was put back. So a clock that jumps makes one cycle too
many at the most, and never too few.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from syncd.model import Lane, Turn
from syncd.store.clock import Now, is_other_start, read_clock
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.store.leases import check
from syncd.store.rows import upsert
from syncd.store.tables import connections, lanes

Waits = Mapping[str, Mapping[Lane, float]]
"""Of each connection, its lanes and the longest wait of each, in seconds."""


@dataclass(frozen=True)
class Due:
    """A connection with lanes that are due, and since when.

    `failing` are all its lanes that failed last, due or not: how often in a row, and with which
    code. `wake_seq` counts the wishes to run now that were known when this was read.
    """

    connection: str
    lanes: frozenset[Lane]
    due_since_ms: int
    failing: Mapping[Lane, tuple[int, str | None]] = field(default_factory=dict)
    wake_seq: int = 0


class Ending(StrEnum):
    """How a lane ended: read whole, failed, or put off because the key's budget is used up."""

    DONE = "done"
    FAILED = "failed"
    PUT_OFF = "put_off"


@dataclass(frozen=True)
class LaneResult:
    """What became of one lane in a cycle, and in how many seconds it is due again."""

    lane: Lane
    ending: Ending
    wait_seconds: float
    code: str | None = None


def ensure_lanes(session: Session, waits: Waits) -> None:
    """Make the rows that are missing, due at once, and bring forward what waits for too long."""
    for name, of_lanes in waits.items():
        known = {row.lane: row for row in _rows(session, [name])}
        now = read_clock(session)
        for lane, longest in of_lanes.items():
            row = known.get(lane.value)
            if row is None:
                _write(session, name, lane, {**_FRESH, **_placed(now, 0)})
            elif _is_misplaced(row, now, longest):
                _write(session, name, lane, _placed(now, 0))


_FRESH: Mapping[str, Any] = {
    "due_since_ms": None,
    "wake_seq": 0,
    "failures": 0,
    "code": None,
}


def _placed(now: Now, wait_seconds: float) -> dict[str, Any]:
    """When it is due, by this start of the machine."""
    return {"boot_id": now.boot_id, "next_due_ms": now.ms + round(wait_seconds * 1000)}


def due_connections(session: Session, waits: Waits) -> list[Due]:
    """The connections that are not paused and have lanes that are due, who waits longest first."""
    now = read_clock(session)
    paused = select(connections.c.name).where(connections.c.paused_at.is_not(None))
    is_paused = set(session.execute(paused).scalars())
    by_name: dict[str, dict[str, Row[Any]]] = {name: {} for name in waits if name not in is_paused}
    for row in _rows(session, by_name):
        by_name[row.connection][row.lane] = row
    found = (_due(name, rows, waits[name], now) for name, rows in by_name.items())
    return sorted((each for each in found if each.lanes), key=lambda each: each.due_since_ms)


def _due(name: str, rows: Mapping[str, Row[Any]], waits: Mapping[Lane, float], now: Now) -> Due:
    since = {
        lane: _due_since(rows.get(lane.value), now)
        for lane, longest in waits.items()
        if _is_due(rows.get(lane.value), now, longest)
    }
    return Due(
        name,
        frozenset(since),
        min(since.values(), default=now.ms),
        {Lane(row.lane): (row.failures, row.code) for row in rows.values() if row.failures},
        max((row.wake_seq for row in rows.values()), default=0),
    )


def _is_due(row: Row[Any] | None, now: Now, longest: float) -> bool:
    return row is None or row.next_due_ms <= now.ms or _is_misplaced(row, now, longest)


def _is_misplaced(row: Row[Any], now: Now, longest: float) -> bool:
    is_beyond = row.next_due_ms > now.ms + longest * 1000
    return is_other_start(row.boot_id, now.boot_id) or bool(is_beyond)


def _due_since(row: Row[Any] | None, now: Now) -> int:
    if row is None:
        return now.ms
    if is_other_start(row.boot_id, now.boot_id):
        return 0
    since = row.next_due_ms if row.due_since_ms is None else row.due_since_ms
    return min(int(since), now.ms)


def note_lanes(
    session: Session,
    turn: Turn,
    results: Sequence[LaneResult],
    *,
    wake_seq: int,
) -> None:
    """Write when the lanes of a cycle are due again, and how they fared.

    One that somebody woke meanwhile stays due. When a lane that failed works again, the vendor's
    other lanes that fail are due at once. LeaseLost when another process has the connection.
    """
    check(session, turn)
    name = turn.connection or ""
    known = {row.lane: row for row in _rows(session, [name])}
    clock = read_clock(session)
    for each in results:
        row = known.get(each.lane.value)
        is_woken = row is not None and row.wake_seq > wake_seq
        placed = _placed(clock, 0 if is_woken else each.wait_seconds)
        _write(session, name, each.lane, {**placed, **_fared(each, row, clock)})
    # What works again for one lane of a vendor does so for the others that wait for it.
    done = [each for each in results if each.ending is Ending.DONE]
    well = {each.lane.side for each in done if _had_failed(known, each)}
    waiting = [lane.value for lane in Lane if lane.side in well and lane not in _lanes_of(results)]
    session.execute(
        update(lanes)
        .where(lanes.c.connection == name, lanes.c.failures > 0, lanes.c.lane.in_(waiting))
        .values(boot_id=clock.boot_id, next_due_ms=clock.ms)
    )


def _had_failed(known: Mapping[str, Row[Any]], done: LaneResult) -> bool:
    row = known.get(done.lane.value)
    return row is not None and row.failures > 0


def _lanes_of(results: Sequence[LaneResult]) -> frozenset[Lane]:
    return frozenset(each.lane for each in results)


def _fared(done: LaneResult, row: Row[Any] | None, clock: Now) -> Mapping[str, Any]:
    if done.ending is Ending.DONE:
        return _WELL
    if done.ending is Ending.PUT_OFF:
        return {"due_since_ms": _due_since(row, clock)}
    failures = row.failures if row is not None else 0
    return {
        "due_since_ms": None,
        "failures": failures + 1,
        "code": done.code,
    }


_WELL: Mapping[str, Any] = {
    "due_since_ms": None,
    "failures": 0,
    "code": None,
}


def failures(session: Session, name: str) -> dict[Lane, str]:
    """The code by which each lane failed last, where the daemon saw it fail."""
    return {Lane(row.lane): str(row.code) for row in _rows(session, [name]) if row.code}


def all_failures(session: Session) -> list[tuple[str, Lane, str]]:
    """Every lane that failed last, where the daemon saw it: its connection, and the code."""
    query = select(lanes.c.connection, lanes.c.lane, lanes.c.code).where(lanes.c.code.is_not(None))
    found = session.execute(query.order_by(lanes.c.connection, lanes.c.lane))
    return [(row.connection, Lane(row.lane), row.code) for row in found]


def wake(session: Session, name: str, *, by: str, now: datetime) -> None:
    """Have all lanes of a connection run now, also when a cycle of it is under way. One that never
    ran is due anyway; a paused one runs when it is resumed."""
    clock = read_clock(session)
    session.execute(
        update(lanes)
        .where(lanes.c.connection == name)
        .values(next_due_ms=clock.ms, wake_seq=lanes.c.wake_seq + 1)
    )
    record(session, [Entry("woken", "a person asked for it", who=by, connection=name)], now=now)


def wake_signed_out(session: Session, name: str) -> None:
    """Have the lanes of a connection run now that failed for want of a session at the portal."""
    clock = read_clock(session)
    is_out = lanes.c.code.endswith("_session_ended", autoescape=True)
    session.execute(
        update(lanes)
        .where(lanes.c.connection == name, is_out)
        .values(boot_id=clock.boot_id, next_due_ms=clock.ms, wake_seq=lanes.c.wake_seq + 1)
    )


def _rows(session: Session, names: Iterable[str]) -> Sequence[Row[Any]]:
    query = select(lanes).where(lanes.c.connection.in_(list(names)))
    return session.execute(query.order_by(lanes.c.connection, lanes.c.lane)).all()


def _write(session: Session, name: str, lane: Lane, values: Mapping[str, Any]) -> None:
    changed = update(lanes).where(lanes.c.connection == name, lanes.c.lane == lane.value)
    if session.execute(changed.values(**values)).rowcount == 0:
        upsert(
            session,
            lanes,
            [{"connection": name, "lane": lane.value, **_FRESH, **values}],
            keys=("connection", "lane"),
            compare=(),
        )
