"""Closures: what engineers left behind in closed visits, until everything of it is delivered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from syncd.model import LinkId, Observation
from syncd.store.database import Session
from syncd.store.rows import chunks, upsert
from syncd.store.tables import closures, links, observations


@dataclass(frozen=True)
class StoredClosure:
    """A closed visit that waits, or was delivered. `content` is the raw visit as JSON text.

    `was_found` says that this store never saw the visit open, so that an earlier one may have
    delivered it.
    """

    visit_key: str
    link_id: LinkId | None
    content: str
    signature: str | None
    content_hash: str
    was_found: bool
    invoice_number: str | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class FoundClosure:
    """A closed visit as it was seen, with the hash of what was done."""

    seen: Observation
    content_hash: str
    was_found: bool


def save_closures(
    session: Session, name: str, found: Iterable[FoundClosure], *, now: datetime
) -> None:
    """Write the closures that observations carry; `was_found` is remembered from the first time."""
    for chunk in chunks(found):
        for each in chunk:
            closure = each.seen.closure or {}
            row = {
                "connection": name,
                "visit_key": each.seen.record_id,
                "content": closure.get("visit"),
                "signature": closure.get("signature"),
                "content_hash": each.content_hash,
                "was_found": each.was_found,
                "seen_at": now,
            }
            upsert(
                session,
                closures,
                [row],
                keys=("connection", "visit_key"),
                compare=("content", "signature", "content_hash"),
                keep=("was_found", "seen_at"),
            )


def waiting_closures(session: Session, name: str) -> list[StoredClosure]:
    """Closures that are not delivered, with a link."""
    query = (
        select(closures)
        .where(closures.c.connection == name, closures.c.delivered_at.is_(None))
        .where(closures.c.link_id.is_not(None), closures.c.content.is_not(None))
    )
    return [_read(row) for row in session.execute(query.order_by(closures.c.visit_key))]


def closures_of_link(session: Session, link_id: int) -> list[StoredClosure]:
    """Every closure of one link that is remembered."""
    query = select(closures).where(closures.c.link_id == link_id).order_by(closures.c.visit_key)
    return [_read(row) for row in session.execute(query)]


def kept_closures(session: Session, name: str, visit_keys: Iterable[str]) -> set[str]:
    """Of these visits, those of which a closure was kept, delivered or not."""
    found: set[str] = set()
    for chunk in chunks(visit_keys):
        query = select(closures.c.visit_key).where(
            closures.c.connection == name, closures.c.visit_key.in_(chunk)
        )
        found.update(session.execute(query).scalars())
    return found


def unlinked_closures(session: Session, name: str) -> list[tuple[str, str | None, str | None]]:
    """Closures without a link: the visit's key, its number, and the job that our tag names."""
    query = (
        select(closures.c.visit_key, observations.c.doc_no, observations.c.tag)
        .join(
            observations,
            (observations.c.connection == closures.c.connection)
            & (observations.c.record_id == closures.c.visit_key),
        )
        .where(closures.c.connection == name, closures.c.link_id.is_(None))
        .where(observations.c.side == "letsjobit")
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def link_closure(session: Session, name: str, visit_key: str, link_id: LinkId) -> None:
    """Say whose closure it is."""
    _change(session, name, visit_key, link_id=link_id)


def number_closure(session: Session, name: str, visit_key: str, number: str) -> None:
    """Give a closure the number of its invoice, once and for all."""
    _change(session, name, visit_key, invoice_number=number)


def is_number_in_use(session: Session, number: str, *, besides: tuple[str, str]) -> bool:
    """Whether another closure, of whatever connection, has this invoice number."""
    query = select(closures.c.visit_key, closures.c.connection).where(
        closures.c.invoice_number == number
    )
    return any((row[1], row[0]) != besides for row in session.execute(query))


def deliver_closure(session: Session, name: str, visit_key: str, *, now: datetime) -> None:
    """Everything of it is delivered and acknowledged."""
    _change(session, name, visit_key, delivered_at=now)


def forget_closures(session: Session, name: str, visit_keys: Iterable[str]) -> None:
    """Drop closures that do not wait any more although we did not deliver them."""
    for chunk in chunks(visit_keys):
        session.execute(
            delete(closures).where(closures.c.connection == name, closures.c.visit_key.in_(chunk))
        )


def linked_by_number(session: Session, name: str, numbers: Iterable[str]) -> dict[str, LinkId]:
    """The link that has each of these numbers, where exactly one has it."""
    found: dict[str, list[LinkId]] = {}
    for chunk in chunks(numbers):
        query = select(links.c.doc_no, links.c.id).where(
            links.c.connection == name, links.c.doc_no.in_(chunk)
        )
        for row in session.execute(query):
            found.setdefault(row[0], []).append(LinkId(row[1]))
    return {number: ids[0] for number, ids in found.items() if len(ids) == 1}


def _change(session: Session, name: str, visit_key: str, **values: Any) -> None:
    session.execute(
        update(closures)
        .where(closures.c.connection == name, closures.c.visit_key == visit_key)
        .values(**values)
    )


def _read(row: Row[Any]) -> StoredClosure:
    return StoredClosure(
        visit_key=row.visit_key,
        link_id=LinkId(row.link_id) if row.link_id is not None else None,
        content=row.content or "",
        signature=row.signature,
        content_hash=row.content_hash,
        was_found=row.was_found,
        invoice_number=row.invoice_number,
        delivered_at=row.delivered_at,
    )
