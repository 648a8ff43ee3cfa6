"""Submitted invoices on their way to their money, as the contractor portal showed them."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, or_, select

from syncd.model import IntentKind, IntentState, JobId, LinkId, VisitId
from syncd.payments import FollowedInvoice, PaymentState, PendingLine, StatementLine
from syncd.store.database import Session
from syncd.store.rows import chunks, upsert
from syncd.store.tables import intents, invoices

NEVER_SUBMITTED = "waived"
"""How an intent ended whose invoice a person does without."""


def newly_submitted(session: Session, name: str, contractor_id: str) -> list[FollowedInvoice]:
    """Invoices of a contractor that were submitted, or found to be there, and not followed yet."""
    query = (
        select(intents)
        .outerjoin(invoices, invoices.c.intent_id == intents.c.id)
        .where(intents.c.connection == name, invoices.c.intent_id.is_(None))
        .where(
            intents.c.kind == IntentKind.SUBMIT_INVOICE.value,
            intents.c.state == IntentState.DONE.value,
        )
        .order_by(intents.c.id)
    )
    found = [row for row in session.execute(query) if _is_followed(row, contractor_id)]
    return [_submitted(row) for row in found]


def _is_followed(row: Row[Any], contractor_id: str) -> bool:
    how = (row.result or {}).get("how")
    return how != NEVER_SUBMITTED and row.payload["payload"]["contractor_id"] == contractor_id


def _submitted(row: Row[Any]) -> FollowedInvoice:
    payload = row.payload["payload"]
    return FollowedInvoice(
        intent_id=row.id,
        connection=row.connection,
        link_id=LinkId(row.link_id) if row.link_id is not None else None,
        job_id=JobId(row.job_id or ""),
        visit_id=VisitId(row.visit_id) if row.visit_id is not None else None,
        number=str(payload["number"]),
        gross=Decimal(str(payload["gross"])),
        submitted_at=row.sending_at or row.finished_at or row.created_at,
    )


def followed_invoices(
    session: Session, name: str, *, paid_since: datetime
) -> list[FollowedInvoice]:
    """Invoices that are not paid as they should be, and those that were paid lately."""
    query = select(invoices).where(
        invoices.c.connection == name,
        or_(invoices.c.state != PaymentState.PAID.value, invoices.c.changed_at >= paid_since),
    )
    return [read_invoice(row) for row in session.execute(query.order_by(invoices.c.intent_id))]


def invoices_of_link(session: Session, link_id: int) -> list[FollowedInvoice]:
    """Every followed invoice of one link, oldest first."""
    query = select(invoices).where(invoices.c.link_id == link_id).order_by(invoices.c.intent_id)
    return [read_invoice(row) for row in session.execute(query)]


def save_invoices(session: Session, found: Iterable[FollowedInvoice], *, now: datetime) -> None:
    """Write what is new about invoices: those that are given have changed."""
    for chunk in chunks(found):
        upsert(
            session,
            invoices,
            [_row(each, now) for each in chunk],
            keys=("intent_id",),
            compare=(),
            keep=("connection", "link_id", "job_id", "visit_id", "number", "gross", "submitted_at"),
        )


def _row(invoice: FollowedInvoice, now: datetime) -> dict[str, Any]:
    paid = [
        {**asdict(each), "amount": str(each.amount)} for _, each in sorted(invoice.paid.items())
    ]
    pending = [
        {**asdict(each), "amount": None if each.amount is None else str(each.amount)}
        for each in invoice.pending
    ]
    return {
        "intent_id": invoice.intent_id,
        "connection": invoice.connection,
        "link_id": invoice.link_id,
        "job_id": invoice.job_id,
        "visit_id": invoice.visit_id,
        "number": invoice.number,
        "gross": str(invoice.gross),
        "submitted_at": invoice.submitted_at,
        "state": invoice.state.value,
        "paid": paid,
        "pending": pending,
        "changed_at": now,
    }


def read_invoice(row: Row[Any]) -> FollowedInvoice:
    """A row of `invoices` as the invoice that it is."""
    paid = [StatementLine(**{**each, "amount": Decimal(each["amount"])}) for each in row.paid]
    pending = [PendingLine(**each) for each in row.pending]
    return FollowedInvoice(
        intent_id=row.intent_id,
        connection=row.connection,
        link_id=LinkId(row.link_id) if row.link_id is not None else None,
        job_id=JobId(row.job_id),
        visit_id=VisitId(row.visit_id) if row.visit_id is not None else None,
        number=row.number,
        gross=Decimal(row.gross),
        submitted_at=row.submitted_at,
        state=PaymentState(row.state),
        paid={each.entry_id: each for each in paid},
        pending=tuple(
            replace(e, amount=None if e.amount is None else Decimal(e.amount)) for e in pending
        ),
    )
