"""The invoice as an independent reader finds it: who owes whom what, and sums that agree."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from syncd.evidence.amounts import visit_amounts
from syncd.evidence.invoice import invoice_pdf
from tests.evidence import made
from tests.evidence.reading import embedded_fonts, read, text_of


@pytest.mark.parametrize(
    "shown",
    [
        "Granite City Heating Ltd Unit 4, Harbour Yard 18 Example Quay Aberdeen AB11 0ZZ",
        "VAT number GB 999 9999 73",
        "Invoice number H-017623",
        "Invoice date 24 March 2026",
        "Bill to Northgate Lettings 1 Example Square Aberdeen AB10 1ZZ",
        "Property Flat 2/1, 99 Example Street",
        "Job number H-017623",
        "Boiler loses pressure £150.00",
        "Call-out £33.33",
        "Net £237.08",
        "VAT at 20% £47.42",
        "Total to pay £284.50",
        "Please quote H-017623 with your payment.",
        "Page 1 of 1",
    ],
)
def test_everything_that_an_invoice_needs_is_on_it(shown: str) -> None:
    """Number, date, both parties, the VAT number, the job, each charge, net, VAT and gross."""
    assert shown in text_of(invoice_pdf(made.invoice()))


def test_without_registration_there_is_no_vat() -> None:
    """A contractor who is not registered shows one total and says why there is no VAT."""
    amounts = visit_amounts(made.work(), made.rules(is_vat_registered=False))
    contractor = made.contractor(vat_number="")
    text = text_of(invoice_pdf(made.invoice(amounts=amounts, contractor=contractor)))
    assert "Total to pay £244.50" in text
    assert "not registered for VAT" in text
    assert "VAT number" not in text
    assert "VAT at" not in text


def test_a_rate_of_half_a_percent_is_shown() -> None:
    """A rate is shown with as many decimals as it has, large sums with commas."""
    lines = [made.line(made.entry("12345.60"))]
    amounts = visit_amounts(lines, made.rules(vat_rate=Decimal("0.175"), amount_includes_vat=False))
    text = text_of(invoice_pdf(made.invoice(amounts=amounts)))
    assert "VAT at 17.5% £2,160.48" in text
    assert "Total to pay £14,506.08" in text


def test_the_date_is_the_agencys() -> None:
    """A visit that was closed after midnight on the agency's clocks is invoiced on that day."""
    at = datetime(2026, 7, 31, 23, 30, tzinfo=UTC)
    assert "Invoice date 1 August 2026" in text_of(invoice_pdf(made.invoice(issued_at=at)))


def test_what_the_office_wants_said_about_payment_is_said() -> None:
    """A note on payment stands in place of ours."""
    text = text_of(invoice_pdf(made.invoice(payment_note="30 days net to 00-00-00.")))
    assert "Payment 30 days net to 00-00-00." in text
    assert "Please quote" not in text


def test_a_hundred_charges_flow_over_pages() -> None:
    """Every charge is there, and the total stands whole on the last page."""
    lines = [
        made.line(made.entry("10"), description=f"Task {number} " + "w" * 70)
        for number in range(100)
    ]
    document = invoice_pdf(made.invoice(amounts=visit_amounts(lines, made.rules())))
    text = text_of(document)
    assert all(f"Task {number} " in text for number in range(100))
    assert "Total to pay £1,000.00" in read(document).pages[-1].extract_text().replace("\n", " ")
    assert embedded_fonts(document) == {"DejaVuSansBook", "DejaVuSansBold"}


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffcc00"])
def test_any_colour_prints(colour: str) -> None:
    """A light colour gets dark letters on it, so that the head of the table can be read."""
    document = invoice_pdf(made.invoice(contractor=made.contractor(colour=colour)))
    assert "Work" in text_of(document)
