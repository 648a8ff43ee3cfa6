"""The vocabulary of payments: what the contractor portal lists, and the invoices that are followed.

Frozen values and nothing else. Money is in pounds, gross; days are as the portal writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from syncd.model import JobId, LinkId, VisitId


class PaymentState(StrEnum):
    """How far an invoice has come on the way to its money."""

    SUBMITTED = "submitted"  # the portal does not list it yet
    PENDING = "pending"  # on the pending statement
    PAID = "paid"  # exactly what was invoiced
    OTHERWISE = "otherwise"  # money moved, and it is not what was invoiced


@dataclass(frozen=True)
class StatementLine:
    """One entry of a statement about an invoice; a negative amount was taken back."""

    entry_id: str
    number: str
    job_id: str
    amount: Decimal
    day: str


@dataclass(frozen=True)
class PendingLine:
    """One entry of the pending statement: not paid yet. `amount` is None where none is given."""

    entry_id: str
    number: str
    job_id: str
    amount: Decimal | None
    status: str


@dataclass(frozen=True)
class Statement:
    """What the portal said at one time: payments over a period, and what is pending now.

    `entries` counts all entries of the period, also those that name no invoice.
    """

    paid: tuple[StatementLine, ...]
    pending: tuple[PendingLine, ...]
    entries: int


@dataclass(frozen=True)
class FollowedInvoice:
    """An invoice that was submitted, and what the portal has shown of it; `paid` by entry."""

    intent_id: int
    connection: str
    link_id: LinkId | None
    job_id: JobId
    visit_id: VisitId | None
    number: str
    gross: Decimal
    submitted_at: datetime
    state: PaymentState = PaymentState.SUBMITTED
    paid: Mapping[str, StatementLine] = field(default_factory=dict)
    pending: tuple[PendingLine, ...] = ()

    @property
    def received(self) -> Decimal:
        """What was paid in all."""
        return sum((each.amount for each in self.paid.values()), Decimal(0))
