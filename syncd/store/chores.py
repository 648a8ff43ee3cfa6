"""Work that is done once in a while, whoever does it: when each was done last."""

from datetime import datetime, timedelta

from sqlalchemy import select

from syncd.store.database import Session
from syncd.store.rows import upsert
from syncd.store.tables import chores


def done_at(session: Session, name: str) -> datetime | None:
    """When this was done last; None: never."""
    return session.execute(
        select(chores.c.done_at).where(chores.c.name == name)
    ).scalar_one_or_none()


def is_due(session: Session, name: str, *, every: timedelta, now: datetime) -> bool:
    """Whether it was never done, or not for `every`; or only in a future of which no clock knows
    any more."""
    last = done_at(session, name)
    return last is None or now - last >= every or last - now > every


def note_done(session: Session, name: str, *, now: datetime) -> None:
    """Remember that it was done."""
    upsert(session, chores, [{"name": name, "done_at": now}], keys=("name",), compare=())
