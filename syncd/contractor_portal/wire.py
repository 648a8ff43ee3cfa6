"""The portal's records as it sends them (Contractor Portal API, Response fields).

Unknown fields are kept, everything but an identity may be missing, and neither `repr` nor a
validation error shows a value. `metadata` holds the raw AgentOS record and is not read.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic.alias_generators import to_camel

from syncd.wire_json import Wire
from syncd.wire_types import READING, Flag, Moment, Number, Oid, Text, Texts, Whole, empty_list

MOST = Decimal(10) ** 12
"""Pounds; no entry of a statement is as much."""


def _pounds(value: Decimal | None) -> Decimal | None:
    if value is not None and abs(value) >= MOST:
        raise ValueError("no amount of money")
    return value


Pounds = Annotated[Number, AfterValidator(_pounds)]


class _Record(BaseModel):
    model_config = {**READING, "alias_generator": to_camel, "populate_by_name": True}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Insights(_Record):
    """contractor.insights: figures of the dashboard, each null where a part of it failed."""

    total_assigned_jobs: Whole = None
    active_jobs: Whole = None
    completed_jobs: Whole = None
    pending_payment_amount: Number = None
    total_earned_amount: Number = None


class Account(_Record):
    """contractor.account."""

    contractor_id: Oid
    company_name: Text = None
    display_name: Text = None
    email: Text = None
    phone: Text = None
    mobile: Text = None
    address: Text = None
    postcode: Text = None
    vat_number: Text = None
    company_reg_number: Text = None
    is_active: Flag = None
    branch_id: Text = None
    trades: Texts = ()


class Contact(_Record):
    """One of contractor.contacts."""

    contact_id: Oid
    name: Text = None
    email: Text = None
    phone: Text = None
    mobile: Text = None
    role: Text = None
    is_primary: Flag = None


class _Identified(_Record):
    job_id: Oid


def job_id_of(answer: Wire) -> str | None:
    """The identity of a job as text; None where there is none that can be used."""
    try:
        return _Identified.model_validate(answer).job_id
    except ValueError:
        return None


class Job(_Record):
    """One of contractor.maintenanceJobs, and contractor.maintenanceJobDetails."""

    job_id: Oid
    property_id: Text = None
    property_address: Text = None
    title: Text = None
    description: Text = None
    status: Text = None
    priority: Text = None
    reported_date: Moment = None
    completed_date: Moment = None
    estimated_cost: Number = None
    actual_cost: Number = None
    category: Text = None
    tenant_name: Text = None
    landlord_name: Text = None
    access_details: Text = None


class Note(_Record):
    """One of contractor.maintenanceJobNotes; nothing here needs its identity."""

    note_id: Text = None
    job_id: Text = None
    text: Text = None
    created_at: Moment = None
    created_by: Text = None
    type: Text = None


class StatementEntry(_Record):
    """One line of a statement: what was paid, or taken back."""

    entry_id: Oid
    date: Moment = None
    description: Text = None
    debit: Pounds = None
    credit: Pounds = None
    balance: Number = None
    job_id: Text = None
    property_address: Text = None
    category: Text = None
    invoice_number: Text = None


class Statement(_Record):
    """contractor.statements over a period."""

    entries: Annotated[tuple[StatementEntry, ...], BeforeValidator(empty_list)] = ()
    opening_balance: Number = None
    closing_balance: Number = None
    total_debits: Number = None
    total_credits: Number = None
    period_start: Moment = None
    period_end: Moment = None


class PendingEntry(_Record):
    """One of contractor.pendingStatements: not paid yet."""

    entry_id: Oid
    date: Moment = None
    description: Text = None
    amount: Pounds = None
    job_id: Text = None
    property_address: Text = None
    invoice_number: Text = None
    status: Text = None


class InvoiceResult(_Record):
    """contractor.submitInvoice: `success` false is a refusal, with the agency's words."""

    invoice_id: Text = None
    success: Flag = None
    message: Text = Field(default=None, repr=False)
