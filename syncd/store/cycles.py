"""Cycles, sweeps and connections: when what was read, and how it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from syncd.model import Json
from syncd.store.database import Session
from syncd.store.tables import connections, cycles, sweeps


@dataclass(frozen=True)
class SweepRecord:
    """One finished sweep of a lane."""

    lane: str
    started_at: datetime
    is_complete: bool
    records: int
    error: str | None = None


def ensure_connection(
    session: Session, name: str, *, short_name: str, company_id: str, now: datetime
) -> Row[Any]:
    """The row of a connection, made when it is not there yet."""
    query = select(connections).where(connections.c.name == name)
    row = session.execute(query).one_or_none()
    if row is None:
        values = {"name": name, "short_name": short_name, "company_id": company_id}
        session.execute(connections.insert().values(created_at=now, facts={}, **values))
        row = session.execute(query).one()
    return row


def update_connection(session: Session, name: str, **values: Any) -> None:
    """Change columns of a connection."""
    session.execute(update(connections).where(connections.c.name == name).values(**values))


def connection_row(session: Session, name: str) -> Row[Any] | None:
    """The row of a connection, None before its first cycle."""
    return session.execute(select(connections).where(connections.c.name == name)).one_or_none()


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
        )
    )


def last_complete(session: Session, name: str, lane: str) -> datetime | None:
    """When a lane was last read completely."""
    query = (
        select(sweeps.c.finished_at)
        .where(sweeps.c.connection == name, sweeps.c.lane == lane, sweeps.c.is_complete)
        .order_by(sweeps.c.finished_at.desc())
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
