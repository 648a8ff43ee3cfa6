"""The followed invoices as JSON, page by page, the newest first, with the sums of all.

    {"invoices": [{"id": 7, "connection": "northgate", "link": 3 or null, "doc_no": "MJ-1",
                   "job_id": "OID", … as in `paid` …, "since": "…Z", "is_overdue": false,
                   "portal_amount": "120.00" or null, "question": 5 or null}],
     "totals": {"submitted": {"count": 1, "gross": "120.00", "received": "0.00"}, "pending": …,
                "paid": …, "otherwise": …, "overdue": …},
     "next": 7 or null}

`since` is when the portal was first seen to show it so; of one that it does not list, when it was
submitted. `portal_amount` is what it says: what was paid, else what is pending. `question` is the
number of the item of the inbox that waits about it. `overdue` counts invoices of the first two
states once more. Totals are of the connection that was asked for, whatever else was.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from syncd.model import InboxKind, Json
from syncd.payments import FollowedInvoice, PaymentState
from syncd.settings import Settings
from syncd.store import inbox
from syncd.store.database import Session
from syncd.store.invoices import (
    ListedInvoice,
    Total,
    WantedInvoices,
    invoice_totals,
    invoices_page,
)
from syncd.telling.paid import payment_document
from syncd.telling.words import iso

PENNY = Decimal("0.01")


def invoices_document(
    session: Session,
    settings: Settings,
    wanted: WantedInvoices,
    *,
    before: int | None,
    limit: int,
    now: datetime,
) -> dict[str, Any]:
    """A page of invoices that fit, and the totals."""
    latest = {each.name: now - each.invoice.overdue_after for each in settings.connections}
    found = invoices_page(session, wanted, latest, before=before, limit=limit + 1)
    page = found[:limit]
    asked = _questions(session, wanted.connection)
    totals, overdue = invoice_totals(session, wanted.connection, latest)
    return {
        "invoices": [_document(each, asked) for each in page],
        "totals": {
            **{state.value: _sums(total) for state, total in totals.items()},
            "overdue": _sums(overdue),
        },
        "next": page[-1].invoice.intent_id if len(found) > limit else None,
    }


def _questions(session: Session, connection: str | None) -> dict[str, int]:
    """The items that wait about payments, by the number of the invoice's intent."""
    waiting = inbox.open_items(session, connection)
    return {
        each.question.topic.split(":")[1]: each.item_id
        for each in waiting
        if each.question.kind is InboxKind.PAYMENT
    }


def _document(listed: ListedInvoice, asked: dict[str, int]) -> dict[str, Json]:
    invoice = listed.invoice
    is_listed = invoice.state is not PaymentState.SUBMITTED
    return {
        "id": invoice.intent_id,
        "connection": invoice.connection,
        "link": invoice.link_id,
        "doc_no": listed.doc_no,
        "job_id": invoice.job_id,
        **payment_document(invoice),
        "since": iso(listed.changed_at if is_listed else invoice.submitted_at),
        "is_overdue": listed.is_overdue,
        "portal_amount": _portal_amount(invoice),
        "question": asked.get(str(invoice.intent_id)),
    }


def _portal_amount(invoice: FollowedInvoice) -> str | None:
    if invoice.paid:
        return str(invoice.received)
    amounts = [each.amount for each in invoice.pending if each.amount is not None]
    return str(sum(amounts, Decimal(0))) if amounts else None


def _sums(total: Total) -> dict[str, Json]:
    return {
        "count": total.count,
        "gross": str(total.gross.quantize(PENNY)),
        "received": str(total.received.quantize(PENNY)),
    }
