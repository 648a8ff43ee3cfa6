"""Followed invoices for people: a page of those that fit, and sums of all. Only reads.

Each function asks one query, however long its list is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, false, or_, select

from syncd.payments import FollowedInvoice, PaymentState
from syncd.store.database import Session
from syncd.store.payments import read_invoice
from syncd.store.tables import invoices, links

UNPAID = (PaymentState.SUBMITTED, PaymentState.PENDING)

Latest = Mapping[str, datetime]
"""By connection: what was submitted then or before, and is not paid, is overdue."""


@dataclass(frozen=True)
class WantedInvoices:
    """What is looked for: words of the invoice's or the job's number, or the job's OID ("":
    everything), one connection, one state, and whether only those that are overdue."""

    words: str = ""
    connection: str | None = None
    state: PaymentState | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class ListedInvoice:
    """An invoice with its job's number, "" without a link; `changed_at` is when the portal was last
    seen to show something else of it."""

    invoice: FollowedInvoice
    doc_no: str
    changed_at: datetime
    is_overdue: bool


@dataclass(frozen=True)
class Total:
    """How many invoices, what they ask for, and what was paid for them, in pounds."""

    count: int = 0
    gross: Decimal = Decimal(0)
    received: Decimal = Decimal(0)


def has_invoices(session: Session) -> bool:
    """Whether any invoice was ever followed."""
    return session.execute(select(invoices.c.intent_id).limit(1)).first() is not None


def invoices_page(
    session: Session, wanted: WantedInvoices, latest: Latest, *, before: int | None, limit: int
) -> list[ListedInvoice]:
    """Invoices that fit, the newest first, those older than the invoice `before`."""
    query = (
        select(invoices, links.c.doc_no)
        .outerjoin(links, links.c.id == invoices.c.link_id)
        .where(*_conditions(wanted, latest))
        .order_by(invoices.c.intent_id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(invoices.c.intent_id < before)
    found = []
    for row in session.execute(query):
        invoice = read_invoice(row)
        late = is_overdue(invoice, latest)
        found.append(ListedInvoice(invoice, row.doc_no or "", row.changed_at, late))
    return found


def _conditions(wanted: WantedInvoices, latest: Latest) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.connection is not None:
        found.append(invoices.c.connection == wanted.connection)
    if wanted.state is not None:
        found.append(invoices.c.state == wanted.state.value)
    if wanted.is_overdue:
        late = (
            and_(invoices.c.connection == name, invoices.c.submitted_at <= then)
            for name, then in latest.items()
        )
        found += [invoices.c.state.in_([each.value for each in UNPAID]), or_(false(), *late)]
    words = wanted.words.strip()
    if words:
        numbers = (invoices.c.number, links.c.doc_no)
        named = (each.icontains(words, autoescape=True) for each in numbers)
        found.append(or_(invoices.c.job_id == words, *named))
    return found


def is_overdue(invoice: FollowedInvoice, latest: Latest) -> bool:
    """Whether nothing was paid of it for too long."""
    then = latest.get(invoice.connection)
    return invoice.state in UNPAID and then is not None and invoice.submitted_at <= then


def invoice_totals(
    session: Session, connection: str | None, latest: Latest
) -> tuple[dict[PaymentState, Total], Total]:
    """Sums by state, each state among them, and of what is overdue; of one connection or of all."""
    query = select(invoices)
    if connection is not None:
        query = query.where(invoices.c.connection == connection)
    found = [read_invoice(row) for row in session.execute(query)]
    by_state = {state: _total(e for e in found if e.state is state) for state in PaymentState}
    return by_state, _total(each for each in found if is_overdue(each, latest))


def _total(found: Iterable[FollowedInvoice]) -> Total:
    total = Total()
    for each in found:
        total = replace(
            total,
            count=total.count + 1,
            gross=total.gross + each.gross,
            received=total.received + each.received,
        )
    return total
