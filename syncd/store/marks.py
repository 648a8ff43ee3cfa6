"""Marks: what a custom field of AgentOS is to say about visits, and what syncd wrote there last.

What a person writes over it is not read, and stands until syncd has something else to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select, update

from syncd.model import JobId, LinkId, VisitId
from syncd.store.database import Session
from syncd.store.rows import chunks, upsert
from syncd.store.tables import links, marks


@dataclass(frozen=True)
class Mark:
    """What is to stand in one field of one object (a job or a property), on account of which link.

    `written` is None where syncd wrote nothing there yet.
    """

    object_id: str
    field: str
    link_id: LinkId
    job_id: JobId
    visit_id: VisitId | None
    wanted: str
    written: str | None = None


def save_marks(session: Session, name: str, wanted: Iterable[Mark], *, now: datetime) -> None:
    """Say what is to stand where; what was written stays remembered."""
    for chunk in chunks(wanted):
        rows = [
            {
                "connection": name,
                "object_id": each.object_id,
                "field": each.field,
                "link_id": each.link_id,
                "job_id": each.job_id,
                "visit_id": each.visit_id,
                "wanted": each.wanted,
                "written": None,
                "changed_at": now,
            }
            for each in chunk
        ]
        keys, compare = ("connection", "object_id", "field"), ("wanted",)
        upsert(session, marks, rows, keys=keys, compare=compare, keep=("written",))


def marks_of(session: Session, name: str, field: str, object_ids: Iterable[str]) -> dict[str, Mark]:
    """The marks of these objects in a field, of those that have one."""
    found: dict[str, Mark] = {}
    for chunk in chunks(object_ids):
        query = select(marks).where(_in(name, field), marks.c.object_id.in_(chunk))
        found.update({row.object_id: _mark(row) for row in session.execute(query)})
    return found


def unwritten_marks(session: Session, name: str, field: str) -> list[Mark]:
    """Marks of a field that are to say something else than was written last, by their objects."""
    query = select(marks).where(_in(name, field), marks.c.wanted.is_distinct_from(marks.c.written))
    return [_mark(row) for row in session.execute(query.order_by(marks.c.object_id))]


def note_written(session: Session, name: str, done: Mark, *, now: datetime) -> None:
    """Remember that AgentOS took what was wanted."""
    save_marks(session, name, [done], now=now)
    session.execute(
        update(marks)
        .where(_in(name, done.field), marks.c.object_id == done.object_id)
        .values(written=done.wanted)
    )


def drop_mark(session: Session, name: str, field: str, object_id: str) -> None:
    """There is no such object any more."""
    session.execute(delete(marks).where(_in(name, field), marks.c.object_id == object_id))


def links_at(
    session: Session, name: str, property_ids: Iterable[str]
) -> Mapping[str, list[LinkId]]:
    """The links at each of these properties, in order."""
    found: dict[str, list[LinkId]] = {}
    for chunk in chunks(property_ids):
        query = (
            select(links.c.property_id, links.c.id)
            .where(links.c.connection == name, links.c.property_id.in_(chunk))
            .order_by(links.c.id)
        )
        for row in session.execute(query):
            found.setdefault(row[0], []).append(LinkId(row[1]))
    return found


def _in(name: str, field: str) -> ColumnElement[bool]:
    return and_(marks.c.connection == name, marks.c.field == field)


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        row.object_id,
        row.field,
        LinkId(row.link_id),
        JobId(row.job_id),
        VisitId(row.visit_id) if row.visit_id is not None else None,
        row.wanted,
        row.written,
    )
