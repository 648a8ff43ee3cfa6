"""The inbox: what waits for a person, and what people decided.

An item is open until somebody chooses. A decided item stays in force while its cause lasts, so
that the answer is not asked for again; when the cause is gone it closes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from syncd.errors import SyncdError
from syncd.model import NEEDS, InboxKind, Question
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.store.tables import inbox, links


@dataclass(frozen=True)
class InboxItem:
    """A question with its number; `choice` is None while nobody answered."""

    item_id: int
    connection: str
    question: Question
    opened_at: datetime
    choice: str | None
    value: str | None


def live_items(session: Session, name: str | None = None) -> list[InboxItem]:
    """Items whose cause lasts, answered or not, oldest first."""
    query = select(inbox).where(inbox.c.closed_at.is_(None))
    if name is not None:
        query = query.where(inbox.c.connection == name)
    return [read_item(row) for row in session.execute(query.order_by(inbox.c.id))]


def open_items(session: Session, name: str | None = None) -> list[InboxItem]:
    """Items that wait for an answer."""
    return [each for each in live_items(session, name) if each.choice is None]


def count_open(session: Session, name: str) -> int:
    """How many items wait for an answer."""
    query = select(func.count()).where(
        inbox.c.connection == name, inbox.c.closed_at.is_(None), inbox.c.choice.is_(None)
    )
    return int(session.execute(query).scalar_one())


def settle_questions(
    session: Session,
    name: str,
    asked: Sequence[Question],
    *,
    kinds: frozenset[InboxKind],
    now: datetime,
) -> None:
    """Make the live items of these kinds equal to what is asked now.

    New questions open an item, unchanged ones stay as they are, and items whose cause is gone
    close themselves with an entry in the journal. What is still asked after a `retry` is asked
    anew, unless the question lasts.
    """
    live = {
        (each.question.kind, each.question.topic): each
        for each in live_items(session, name)
        if each.question.kind in kinds
    }
    wanted = {(each.kind, each.topic): each for each in asked}
    again = [key for key, each in wanted.items() if not each.lasts]
    tried = {key: live.pop(key) for key in again if key in live and live[key].choice == "retry"}
    for item in tried.values():
        close_item(session, item, why="tried again, to no avail", now=now)
    for key, question in wanted.items():
        if key not in live:
            _open(session, name, question, now)
        elif live[key].question != question:
            _refresh(session, live[key].item_id, question)
    for key, item in live.items():
        if key not in wanted:
            why = "acted on" if item.choice is not None else "its cause is gone"
            close_item(session, item, why=why, now=now)


def ensure_open(session: Session, name: str, question: Question, *, now: datetime) -> None:
    """Ask unless it is asked already."""
    live = {(each.question.kind, each.question.topic) for each in live_items(session, name)}
    if (question.kind, question.topic) not in live:
        _open(session, name, question, now)


def _open(session: Session, name: str, question: Question, now: datetime) -> None:
    session.execute(inbox.insert().values(connection=name, opened_at=now, **_columns(question)))
    entry = Entry(
        "inbox_opened",
        question.summary,
        connection=name,
        link_id=question.link_id,
        job_id=question.job_id,
        visit_id=question.visit_id,
        new=question.kind.value,
    )
    record(session, [entry], now=now)


def _refresh(session: Session, item_id: int, question: Question) -> None:
    session.execute(update(inbox).where(inbox.c.id == item_id).values(**_columns(question)))


def _columns(question: Question) -> Mapping[str, Any]:
    return {
        "kind": question.kind.value,
        "topic": question.topic,
        "link_id": question.link_id,
        "job_id": question.job_id,
        "visit_id": question.visit_id,
        "summary": question.summary,
        "choices": list(question.choices),
        "details": dict(question.details),
    }


def close_item(session: Session, item: InboxItem, *, why: str, now: datetime) -> None:
    """End an item, saying why."""
    session.execute(
        update(inbox).where(inbox.c.id == item.item_id).values(closed_at=now, closed_why=why)
    )
    entry = Entry(
        "inbox_closed",
        why,
        connection=item.connection,
        link_id=item.question.link_id,
        job_id=item.question.job_id,
        visit_id=item.question.visit_id,
        old=item.question.kind.value,
    )
    record(session, [entry], now=now)


def resolve_item(
    session: Session,
    item_id: int,
    choice: str,
    *,
    value: str | None,
    who: str,
    now: datetime,
) -> InboxItem:
    """Record a person's choice. SyncdError when the item is not open, does not offer it,
    or only knows it by a value that is missing."""
    query = select(inbox).where(inbox.c.id == item_id).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None or row.closed_at is not None:
        raise SyncdError(
            "unknown_item",
            f"no inbox item {item_id} is waiting",
            "`syncd inbox` lists those that wait",
        )
    item = read_item(row)
    if choice not in item.question.choices:
        offered = ", ".join(item.question.choices)
        raise SyncdError("unknown_choice", f"item {item_id} has no choice {choice!r}", offered)
    needed = item.question.details.get(NEEDS)
    if choice == "it-arrived" and needed is not None and not (value or "").strip():
        raise SyncdError("missing_value", f"{choice} needs {needed}", "write --value OID")
    session.execute(
        update(inbox)
        .where(inbox.c.id == item_id)
        .values(choice=choice, value=value, decided_at=now, decided_by=who)
    )
    if item.question.link_id is not None:
        session.execute(
            update(links).where(links.c.id == item.question.link_id).values(settled=None)
        )
    entry = Entry(
        "inbox_decided",
        item.question.summary,
        who=who,
        connection=item.connection,
        link_id=item.question.link_id,
        job_id=item.question.job_id,
        visit_id=item.question.visit_id,
        old=item.question.kind.value,
        new=choice if value is None else {"choice": choice, "value": value},
    )
    record(session, [entry], now=now)
    return item


def read_item(row: Row[Any]) -> InboxItem:
    """An item as its row says."""
    question = Question(
        InboxKind(row.kind),
        row.topic,
        row.summary,
        tuple(row.choices),
        link_id=row.link_id,
        job_id=row.job_id,
        visit_id=row.visit_id,
        details=row.details,
    )
    return InboxItem(row.id, row.connection, question, row.opened_at, row.choice, row.value)
