"""Settings of what goes back after a visit: documents, invoice, and the contractor's letterhead."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

from syncd.settings.quantities import parse_money
from syncd.settings.table import (
    Colour,
    Duration,
    FilePath,
    Line,
    Money,
    Rate,
    Switch,
    Table,
    Words,
)
from syncd.settings.texts import template_parser


def _approval_text(amount: Decimal | None) -> str:
    if amount is None:
        return "never"
    return str(amount) if amount else "always"


def _approval(value: object) -> Decimal | None:
    """The amount from which on a person is asked: None for "never", 0 for "always"."""
    if value is None or value == "never":
        return None
    return Decimal("0.00") if value == "always" else parse_money(value)


Approval = Annotated[
    Decimal | None,
    BeforeValidator(_approval),
    PlainSerializer(_approval_text, return_type=str, when_used="json"),
]
"""The amount from which on a person is asked first: None is never, 0 is always."""


class DocumentSettings(Table):
    """Which documents of a closed visit are attached to the job."""

    signature: Switch = True
    """Whether the tenant's signature is attached as an image. It is the proof of the visit; a
    closed visit without one is no gap, the job sheet says so."""
    job_sheet: Switch = True
    """Whether a PDF of the visit, with the signature, is attached. It is what a landlord is
    shown."""
    mime_type: Literal["extension", "media-type"] = "extension"
    """What stands in the upload's `mimeType`: "extension" (".pdf", as the vendor's Documents
    API wants) or "media-type" ("application/pdf")."""
    when_unknown: Literal["ask", "send-again"] = "ask"
    """What becomes of a document whose arrival is unknown and cannot be read back: a person is
    asked, or it is sent again. A document sent twice stays for ever, so a person is asked."""
    grace: Duration = timedelta(minutes=2)
    """Time that a document may take to show in the V4 Documents tier before it counts as
    absent; the job's own list is taken at its word at once. Uploads there are scanned first."""


class InvoiceSettings(Table):
    """What is invoiced for a closed visit, and when a person is asked first."""

    enabled: Switch = True
    """Whether a closed visit is invoiced."""
    amount_field: Words = "invoice_total"
    """Name of the field in which the engineer enters the amount in pounds; summed over the
    visit's action lines, and added to every visit where `visit.fields` does not list it."""
    call_out: Money = Decimal("0.00")
    """Pounds added to every invoice. None, unless agreed with the agency."""
    hours_field: Line = ""
    """Name of the field in which the engineer enters hours, charged at `hourly_rate`; empty:
    none."""
    hourly_rate: Money = Decimal("0.00")
    """Pounds per hour of `hours_field`; goes only with it."""
    amount_includes_vat: Switch = True
    """Whether the entered amounts already include VAT. Engineers enter what the customer is
    told."""
    vat_rate: Rate = Decimal("0.20")
    """VAT rate between 0 and 1. The standard rate of the United Kingdom; without a VAT number
    no VAT is shown."""
    number: Annotated[
        Words,
        AfterValidator(template_parser(needed="doc_no", known=["doc_no", "connection", "year"])),
    ] = "{doc_no}"
    """Invoice number; {doc_no}, {connection}, {year}. A job's second and later invoices get
    "-2", "-3". Must be the same after any restart, so nothing in it counts up."""
    approve: Approval = None
    """Amount in pounds from which on a person approves the invoice first ("500.00"), or "always",
    or "never". Never, because `guards.max_invoice_total` still asks."""
    overdue_after: Duration = timedelta(days=45)
    """Time after which an invoice that the statement does not show as paid is told about. A
    month's terms and two weeks."""


class ContractorSettings(Table):
    """What is printed on job sheets and invoices."""

    name: Line = ""
    """The contractor's name; empty: as AgentOS has it."""
    address: tuple[Line, ...] = ()
    """Lines of the address; empty: none is printed."""
    vat_number: Line = ""
    """VAT number; empty: as AgentOS has it. None in either means not registered: no VAT is
    shown."""
    logo: FilePath = None
    """File of an image, relative to the configuration file; empty: none."""
    colour: Colour = "#1f3a5f"
    """Colour of headings, as six hexadecimal digits. Dark enough for white letters."""
