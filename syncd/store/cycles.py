"""Cycles, sweeps and connections: when what was read, and how it went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, select, update

from syncd.model import Json
from syncd.store.clock import read_clock
from syncd.store.copies import HOME, home_of
from syncd.store.database import Session
from syncd.store.rows import chunks
from syncd.store.tables import connections, cycles, sweeps


@dataclass(frozen=True)
class SweepRecord:
    """One finished sweep of a lane."""

    lane: str
    started_at: datetime
    is_complete: bool
    records: int
    error: str | None = None


@dataclass(frozen=True)
class LastRead:
    """When a lane was read: by the wall clock, and by `store.clock` where that is known."""

    at: datetime
    ms: int | None
    boot_id: str | None


def ensure_connection(
    session: Session, name: str, *, short_name: str, company_id: str, now: datetime
) -> Row[Any]:
    """The row of a connection, made when it is not there yet."""
    query = select(connections).where(connections.c.name == name)
    row = session.execute(query).one_or_none()
    if row is None:
        values = {"name": name, "short_name": short_name, "company_id": company_id}
        facts = {HOME: home_of(session)}
        session.execute(connections.insert().values(created_at=now, facts=facts, **values))
        row = session.execute(query).one()
    return row


def update_connection(session: Session, name: str, **values: Any) -> None:
    """Change columns of a connection."""
    session.execute(update(connections).where(connections.c.name == name).values(**values))


def connection_row(session: Session, name: str) -> Row[Any] | None:
    """The row of a connection, None before its first cycle."""
    return session.execute(select(connections).where(connections.c.name == name)).one_or_none()


def connection_rows(session: Session, names: Iterable[str]) -> dict[str, Row[Any]]:
    """The rows of connections by name; one without a cycle yet is absent."""
    query = select(connections).where(connections.c.name.in_(list(names)))
    return {row.name: row for row in session.execute(query)}


def start_cycle(session: Session, name: str, *, now: datetime) -> int:
    """Open the record of a cycle; returns its number."""
    statement = cycles.insert().values(connection=name, started_at=now).returning(cycles.c.id)
    return int(session.execute(statement).scalar_one())


def finish_cycle(
    session: Session,
    cycle_id: int,
    *,
    outcome: str,
    report: Mapping[str, Json],
    now: datetime,
) -> None:
    """Close the record of a cycle."""
    session.execute(
        update(cycles)
        .where(cycles.c.id == cycle_id)
        .values(finished_at=now, outcome=outcome, report=dict(report))
    )


def record_sweep(
    session: Session, name: str, cycle_id: int | None, done: SweepRecord, *, now: datetime
) -> None:
    """Remember that a lane was read, and whether completely."""
    clock = read_clock(session)
    session.execute(
        sweeps.insert().values(
            connection=name,
            cycle_id=cycle_id,
            lane=done.lane,
            started_at=done.started_at,
            finished_at=now,
            is_complete=done.is_complete,
            records=done.records,
            requests=0,
            error=done.error,
            finished_ms=clock.ms,
            boot_id=clock.boot_id,
        )
    )


def last_complete(session: Session, name: str, lane: str) -> datetime | None:
    """When a lane was last read completely, by the wall clock."""
    read = last_read(session, name, lane)
    return None if read is None else read.at


def last_read(session: Session, name: str, lane: str) -> LastRead | None:
    """The last complete reading of a lane; None where there was none."""
    return last_reads(session, [name], [lane]).get((name, lane))


def last_reads(
    session: Session, names: Iterable[str], lanes: Sequence[str]
) -> dict[tuple[str, str], LastRead]:
    """The last complete reading of each lane of these connections, as far as there was one. The
    last is the one that was written last, whatever the wall clock said.

    One query for all: who asks how fresh everything is must not wait for a busy process.
    """
    found: dict[tuple[str, str], LastRead] = {}
    for chunk in chunks((name, lane) for name in names for lane in lanes):
        latest = [_latest_complete(name, lane) for name, lane in chunk]
        query = select(
            sweeps.c.connection,
            sweeps.c.lane,
            sweeps.c.finished_at,
            sweeps.c.finished_ms,
            sweeps.c.boot_id,
        ).where(sweeps.c.id.in_(latest))
        found |= {
            (row[0], row[1]): LastRead(row[2], row[3], row[4]) for row in session.execute(query)
        }
    return found


def _latest_complete(name: str, lane: str) -> ScalarSelect[int]:
    return (
        select(sweeps.c.id)
        .where(sweeps.c.connection == name, sweeps.c.lane == lane, sweeps.c.is_complete)
        .order_by(sweeps.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def last_attempt(session: Session, name: str, lane: str) -> datetime | None:
    """When a lane was last read, completely or not; None where it never was."""
    query = (
        select(sweeps.c.finished_at)
        .where(sweeps.c.connection == name, sweeps.c.lane == lane)
        .order_by(sweeps.c.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def last_cycle(session: Session, name: str) -> Row[Any] | None:
    """The latest cycle of a connection that has ended."""
    query = (
        select(cycles)
        .where(cycles.c.connection == name, cycles.c.finished_at.is_not(None))
        .order_by(cycles.c.id.desc())
        .limit(1)
    )
    return session.execute(query).one_or_none()


def cycle_at(session: Session, name: str, at: datetime) -> int | None:
    """The number of the cycle that was under way at a time, for journal entries without one."""
    query = (
        select(cycles.c.id)
        .where(
            cycles.c.connection == name,
            cycles.c.started_at <= at,
            cycles.c.finished_at.is_(None) | (cycles.c.finished_at >= at),
        )
        .order_by(cycles.c.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def fact(session: Session, name: str, what: str) -> Json:
    """What a vendor once showed about this connection; None while nobody knows."""
    row = connection_row(session, name)
    return row.facts.get(what) if row is not None else None


def remember_fact(session: Session, name: str, what: str, value: Json) -> None:
    """Remember what a vendor showed."""
    row = connection_row(session, name)
    if row is not None and row.facts.get(what) != value:
        update_connection(session, name, facts={**row.facts, what: value})
