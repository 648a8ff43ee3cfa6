"""The journal: append-only; who did what, when, from what to what, and by which rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from syncd.model import Json
from syncd.store.database import Session
from syncd.store.tables import journal

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


def record(
    session: Session, entries: Sequence[Entry], *, now: datetime, cycle_id: int | None = None
) -> None:
    """Append entries."""
    if entries:
        rows = [{"at": now, "cycle_id": cycle_id, **vars(entry)} for entry in entries]
        session.execute(journal.insert(), rows)


def history(session: Session, link_id: int) -> list[Mapping[str, Any]]:
    """The journal of one link, oldest first."""
    query = select(journal).where(journal.c.link_id == link_id).order_by(journal.c.id)
    return [dict(row._mapping) for row in session.execute(query)]
