"""The contractor's invoice for one visit, as a PDF. Pure."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path

from syncd.evidence.amounts import Amounts
from syncd.evidence.job_sheet import local_day
from syncd.evidence.layout import GREY, Fact, Letterhead
from syncd.evidence.paper import Paper


@dataclass(frozen=True)
class InvoiceSheet:
    """Everything that stands on an invoice; empty texts are left out.

    `issued_at` is aware UTC: the visit's closure, whose day in `zone` is the invoice's date.
    `bill_to` is the agency's name, then its address. An empty `payment_note` asks for the number to
    be quoted.
    """

    contractor: Letterhead
    number: str
    issued_at: datetime
    zone: tzinfo
    bill_to: tuple[str, ...]
    job_number: str
    job_title: str
    visit_number: str
    address: tuple[str, ...]
    amounts: Amounts
    payment_note: str = ""


def invoice_pdf(sheet: InvoiceSheet, *, cjk_font: Path | None = None) -> bytes:
    """The invoice as a PDF; the same sheet and font give the same bytes. See `job_sheet_pdf`."""
    paper = Paper(
        sheet.contractor,
        title="Invoice",
        number=sheet.number,
        made_at=sheet.issued_at,
        cjk_font=cjk_font,
    )
    paper.facts(_heading_facts(sheet))
    paper.gap(4)
    charges = [(charge.text, pounds(charge.net)) for charge in sheet.amounts.charges]
    paper.table(("Work", "Net"), charges)
    paper.gap(2)
    paper.totals(_totals(sheet.amounts))
    _write_notes(paper, sheet)
    return paper.as_bytes()


def pounds(amount: Decimal) -> str:
    """£1,234.50"""
    return f"£{amount:,.2f}"


def _heading_facts(sheet: InvoiceSheet) -> list[Fact]:
    issued = local_day(sheet.issued_at.astimezone(sheet.zone))
    return [
        Fact("Bill to", "\n".join(sheet.bill_to)),
        Fact("Property", "\n".join(sheet.address)),
        Fact("Invoice number", sheet.number),
        Fact("Invoice date", issued),
        Fact("Job", sheet.job_title),
        Fact("Job number", sheet.job_number),
        Fact("Visit", sheet.visit_number),
    ]


def _totals(amounts: Amounts) -> list[tuple[str, str]]:
    gross = ("Total to pay", pounds(amounts.gross))
    if amounts.vat_rate is None:
        return [gross]
    percent = format((amounts.vat_rate * 100).normalize(), "f")
    net, vat = ("Net", pounds(amounts.net)), (f"VAT at {percent}%", pounds(amounts.vat))
    return [net, vat, gross]


def _write_notes(paper: Paper, sheet: InvoiceSheet) -> None:
    paper.section("Payment")
    paper.paragraph(sheet.payment_note.strip() or f"Please quote {sheet.number} with your payment.")
    if sheet.amounts.vat_rate is None:
        paper.paragraph("No VAT is charged: the contractor is not registered for VAT.", colour=GREY)
