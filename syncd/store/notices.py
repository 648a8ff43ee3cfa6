"""What stands that people should know of, and what they were told. Reads little, as it is asked
every few seconds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import and_, delete, func, select

from syncd.model import InboxKind, Side
from syncd.store.database import Session
from syncd.store.rows import upsert
from syncd.store.tables import (
    cycles,
    inbox,
    journal,
    lanes,
    links,
    notices,
    observations,
)

REFUSALS = ("_unauthorized", "_forbidden")
"""How the codes end with which a vendor does not let a key in."""

_CYCLES_LOOKED_AT = 20


@dataclass(frozen=True)
class ToldRow:
    """What people were told about one kind of one connection."""

    kind: str
    connection: str
    topics: tuple[str, ...]
    told_at: datetime
    repeats: int
    recent: tuple[datetime, ...]


@dataclass(frozen=True)
class Emergency:
    """An Emergency job that waits or is under way; `is_started`: whether an engineer was there."""

    connection: str
    link_id: int
    doc_no: str
    post_code: str
    since: datetime
    is_started: bool


@dataclass(frozen=True)
class Waiting:
    """A question that nobody has answered."""

    connection: str
    item_id: int
    kind: str
    doc_no: str
    opened_at: datetime


@dataclass(frozen=True)
class Done:
    """What was done of one connection in some time."""

    visits_created: int
    closures_delivered: int
    invoices: int
    invoiced: Decimal


def load_told(session: Session) -> list[ToldRow]:
    """Everything that people were told and that still counts."""
    return [
        ToldRow(
            row.kind,
            row.connection,
            tuple(row.topics),
            row.told_at,
            row.repeats,
            tuple(datetime.fromisoformat(at) for at in row.recent),
        )
        for row in session.execute(select(notices))
    ]


def save_told(session: Session, told: Iterable[ToldRow]) -> None:
    """Make the table say this, and nothing else."""
    rows: list[Mapping[str, Any]] = [
        {
            "kind": each.kind,
            "connection": each.connection,
            "topics": sorted(each.topics),
            "told_at": each.told_at,
            "repeats": each.repeats,
            "recent": [at.isoformat() for at in each.recent],
        }
        for each in told
    ]
    session.execute(delete(notices))
    upsert(session, notices, rows, keys=("kind", "connection"), compare=())


def emergencies(session: Session, names: Sequence[str]) -> list[Emergency]:
    """The Emergencies of these connections, the oldest first."""
    visit = observations.alias("visit")
    is_its = and_(
        visit.c.connection == links.c.connection,
        visit.c.side == Side.LETSJOBIT.value,
        visit.c.record_id == links.c.visit_key,
    )
    query = (
        select(
            links.c.connection, links.c.id, links.c.doc_no, links.c.emergency_at, visit.c.content
        )
        .select_from(links.outerjoin(visit, is_its))
        .where(links.c.connection.in_(names), links.c.emergency_at.is_not(None))
        .order_by(links.c.emergency_at, links.c.id)
    )
    found = []
    for row in session.execute(query):
        said = row.content or {}
        is_started = any(said.get(f"is_{state}") for state in ("in_progress", "skipped", "closed"))
        place = str(said.get("post_code") or "")
        found.append(
            Emergency(row.connection, row.id, row.doc_no, place, row.emergency_at, is_started)
        )
    return found


def open_questions(session: Session, names: Sequence[str]) -> list[Waiting]:
    """Questions that wait for an answer, the oldest first; guards are among them."""
    query = (
        select(
            inbox.c.connection,
            inbox.c.id,
            inbox.c.kind,
            func.coalesce(links.c.doc_no, ""),
            inbox.c.opened_at,
        )
        .select_from(inbox.outerjoin(links, links.c.id == inbox.c.link_id))
        .where(inbox.c.connection.in_(names), inbox.c.closed_at.is_(None))
        .where(inbox.c.choice.is_(None))
        .order_by(inbox.c.opened_at, inbox.c.id)
    )
    return [Waiting(*row) for row in session.execute(query)]


def is_guard(question: Waiting) -> bool:
    """Whether a plan is held until it is answered."""
    return question.kind == InboxKind.GUARD.value


def refused_keys(session: Session, name: str) -> dict[Side, str]:
    """The sides whose vendor does not let the key in, by the code it is called.

    What a lane says counts; else the newest cycle that asked the side at all.
    """
    query = select(lanes.c.code).where(lanes.c.connection == name, lanes.c.code.is_not(None))
    failing = [str(code) for code in session.execute(query).scalars()]
    refused = {side: _refusal(failing, side) for side in Side}
    recent = (
        select(cycles.c.report)
        .where(cycles.c.connection == name, cycles.c.finished_at.is_not(None))
        .order_by(cycles.c.id.desc())
        .limit(_CYCLES_LOOKED_AT)
    )
    left = {side for side, code in refused.items() if code is None}
    for report in session.execute(recent).scalars():
        said = report or {}
        codes = [str(each.get("code")) for each in said.get("errors", ())]
        for side in sorted(left):
            refused[side] = _refusal(codes, side)
            if refused[side] is not None or (said.get("requests") or {}).get(side.value):
                left.discard(side)
    return {side: code for side, code in refused.items() if code is not None}


def _refusal(codes: Iterable[str], side: Side) -> str | None:
    wanted = tuple(f"{side.value}{ending}" for ending in REFUSALS)
    return next((code for code in codes if code in wanted), None)


def done_between(session: Session, name: str, start: datetime, end: datetime) -> Done:
    """What the journal says was done from `start` to before `end`."""
    query = select(journal.c.event, journal.c.new).where(
        journal.c.connection == name,
        journal.c.at >= start,
        journal.c.at < end,
        journal.c.event.in_(("create_visit", "confirm_close", "submit_invoice")),
    )
    events: list[str] = []
    invoiced = Decimal("0.00")
    for event, new in session.execute(query):
        events.append(event)
        if event == "submit_invoice":
            invoiced += _amount(new)
    return Done(
        events.count("create_visit"),
        events.count("confirm_close"),
        events.count("submit_invoice"),
        invoiced,
    )


def _amount(new: Any) -> Decimal:
    try:
        return Decimal(str((new or {}).get("gross") or "0"))
    except InvalidOperation:
        return Decimal(0)
