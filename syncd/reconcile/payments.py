"""Following invoices to their money: what a statement says about each, and what is wrong. Pure.

A payment that was seen once stays seen: an answer that leaves it out is another period, or one of
the portal's hidden failures. Only what is pending now is taken from the newest answer.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from syncd.model import InboxKind, Json, Question
from syncd.payments import (
    FollowedInvoice,
    PaymentState,
    PendingLine,
    Statement,
    StatementLine,
)

Line = StatementLine | PendingLine


def is_about(line: Line, *, number: str, job_id: str) -> bool:
    """Whether an entry is about the invoice of this number; one without a job may be, too."""
    return _folded(line.number) == _folded(number) and line.job_id in ("", job_id)


def shows(statement: Statement, *, number: str, job_id: str) -> bool:
    """Whether the portal lists an invoice of this number for this very job."""
    lines: Iterable[Line] = (*statement.paid, *statement.pending)
    return any(
        each.job_id == job_id and is_about(each, number=number, job_id=job_id) for each in lines
    )


def followed(invoice: FollowedInvoice, statement: Statement) -> FollowedInvoice:
    """The invoice with what this statement says of it."""
    number, job_id = invoice.number, invoice.job_id
    new = {e.entry_id: e for e in statement.paid if is_about(e, number=number, job_id=job_id)}
    pending = tuple(e for e in statement.pending if is_about(e, number=number, job_id=job_id))
    known = replace(invoice, paid={**invoice.paid, **new}, pending=pending)
    return replace(known, state=_state(known))


def _state(invoice: FollowedInvoice) -> PaymentState:
    if invoice.received == invoice.gross:
        return PaymentState.PAID
    if invoice.paid:
        return PaymentState.OTHERWISE
    return PaymentState.PENDING if invoice.pending else PaymentState.SUBMITTED


def has_forgotten(statement: Statement, known: Iterable[FollowedInvoice]) -> bool:
    """Whether a statement is empty that once had entries: a failure behind the portal, hidden."""
    return not statement.entries and any(each.paid for each in known)


def payment_questions(
    invoices: Iterable[FollowedInvoice], *, overdue_after: timedelta, now: datetime
) -> list[Question]:
    """What is wrong with payments, at most one question per invoice."""
    found = (_wrong(each, overdue_after, now) for each in invoices)
    return [each for each in found if each is not None]


def _wrong(invoice: FollowedInvoice, overdue_after: timedelta, now: datetime) -> Question | None:
    gross, received = invoice.gross, invoice.received
    asked = [each.amount for each in invoice.pending if each.amount is not None]
    total = sum(asked, Decimal(0))
    is_split = 0 < received < gross and received + total == gross
    if invoice.state is PaymentState.OTHERWISE and not is_split:
        return _paid_otherwise(invoice)
    if invoice.state is PaymentState.PAID:
        words = f"was paid, and stands on the pending statement at {total} once more"
        return _question(invoice, f"again:{total}", words) if total else None
    if len(asked) > 1 and all(each == gross for each in asked):
        words = f"stands {len(asked)} times on the pending statement, at {gross} each"
        return _question(invoice, f"pending-{len(asked)}-times", words)
    if asked and received + total != gross:
        words = f"stands on the pending statement at {total} in place of {gross}"
        return _question(invoice, f"pending:{total}", words)
    if now - invoice.submitted_at < overdue_after:
        return None
    return _overdue(invoice)


def _overdue(invoice: FollowedInvoice) -> Question:
    since = f"it was submitted on {invoice.submitted_at.date()}"
    if invoice.pending:
        status = invoice.pending[0].status
        named = f" ({status})" if status else ""
        words = f"of {invoice.gross} is still on the pending statement{named}; {since}"
        return _question(invoice, "late", words)
    words = f"of {invoice.gross} is on no statement of the contractor portal; {since}"
    return _question(invoice, "missing", words)


def _paid_otherwise(invoice: FollowedInvoice) -> Question:
    gross, received = invoice.gross, invoice.received
    days = ", ".join(sorted({each.day for each in invoice.paid.values() if each.day}))
    when = f" ({days})" if days else ""
    times = received / gross if gross else Decimal(0)
    if times > 1 and times == int(times):
        paid = "twice" if times == 2 else f"{int(times)} times"
        words = f"of {gross} was paid {paid}: {received} on the statement{when}"
    else:
        more = "more" if received > gross else "less"
        by = abs(received - gross)
        words = f"of {gross} was paid with {received} on the statement{when}: {by} {more}"
    return _question(invoice, f"paid:{received}", words)


def _question(invoice: FollowedInvoice, what: str, words: str) -> Question:
    details: dict[str, Json] = {
        "number": invoice.number,
        "gross": str(invoice.gross),
        "received": str(invoice.received),
        "submitted_at": invoice.submitted_at.date().isoformat(),
    }
    return Question(
        InboxKind.PAYMENT,
        f"payment:{invoice.intent_id}:{what}",
        f"Invoice {invoice.number} {words}",
        ("seen",),
        link_id=invoice.link_id,
        job_id=invoice.job_id,
        visit_id=invoice.visit_id,
        details=details,
    )


def _folded(number: str) -> str:
    return number.strip().casefold()
