"""Reading the contractor portal's statements: what was paid over a period, and what is pending.

An entry without an invoice number tells about no invoice and is only counted.
"""

from datetime import datetime
from decimal import Decimal

from syncd.contractor_portal import wire
from syncd.contractor_portal.client import ContractorPortal
from syncd.payments import PendingLine, Statement, StatementLine


async def observe_statement(portal: ContractorPortal, *, since: datetime | None) -> Statement:
    """Both lists as they are now, the payments `since` a time or of the whole history."""
    statement = await portal.statement(date_from=since)
    pending = await portal.pending_entries()
    return Statement(
        paid=tuple(_paid(each) for each in statement.entries if _number(each)),
        pending=tuple(_pending(each) for each in pending if _number(each)),
        entries=len(statement.entries),
    )


def _number(entry: wire.StatementEntry | wire.PendingEntry) -> str:
    return (entry.invoice_number or "").strip()


def _paid(entry: wire.StatementEntry) -> StatementLine:
    amount = (entry.credit or Decimal(0)) - (entry.debit or Decimal(0))
    return StatementLine(
        entry_id=entry.entry_id,
        number=_number(entry),
        job_id=entry.job_id or "",
        amount=amount.quantize(Decimal("0.01")),
        day=entry.date.date().isoformat() if entry.date is not None else "",
    )


def _pending(entry: wire.PendingEntry) -> PendingLine:
    amount = entry.amount
    return PendingLine(
        entry_id=entry.entry_id,
        number=_number(entry),
        job_id=entry.job_id or "",
        amount=None if amount is None else amount.quantize(Decimal("0.01")),
        status=(entry.status or "").strip(),
    )
