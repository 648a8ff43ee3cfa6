"""The journal: append-only; who did what, when, from what to what, and by which rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from syncd.model import Json
from syncd.store.database import Session
from syncd.store.tables import cycles, journal

SYNCD = "syncd"
"""Who, when no person decided it."""


@dataclass(frozen=True)
class Entry:
    """One line of the journal; `event` is a short fixed word, `why` a sentence or rule."""

    event: str
    why: str
    who: str = SYNCD
    connection: str | None = None
    link_id: int | None = None
    job_id: str | None = None
    visit_id: int | None = None
    field: str | None = None
    old: Json = None
    new: Json = None


def record(session: Session, entries: Sequence[Entry], *, now: datetime) -> None:
    """Append entries; what syncd did itself with the cycle in which it did so."""
    if not entries:
        return
    names = {each.connection for each in entries if each.who == SYNCD and each.connection}
    running = {(SYNCD, name): _running_cycle(session, name) for name in names}
    rows = [
        {"at": now, "cycle_id": running.get((each.who, each.connection or "")), **vars(each)}
        for each in entries
    ]
    session.execute(journal.insert(), rows)


def _running_cycle(session: Session, name: str) -> int | None:
    """The cycle that is under way: the latest, as one lease lets one run at a time, unless it has
    ended. One that a kill left open is not the latest any more once another runs."""
    query = select(cycles.c.id, cycles.c.finished_at).where(cycles.c.connection == name)
    latest = query.order_by(cycles.c.started_at.desc(), cycles.c.id.desc()).limit(1)
    row = session.execute(latest).one_or_none()
    return int(row.id) if row is not None and row.finished_at is None else None


def history(session: Session, link_id: int) -> list[Mapping[str, Any]]:
    """The journal of one link, oldest first."""
    query = select(journal).where(journal.c.link_id == link_id).order_by(journal.c.id)
    return [dict(row._mapping) for row in session.execute(query)]
