"""Followed invoices for people: what is found, what is overdue, and the sums."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from syncd.model import JobId, LinkId
from syncd.payments import FollowedInvoice, PaymentState, StatementLine
from syncd.store.database import Database, Session
from syncd.store.invoices import (
    Total,
    WantedInvoices,
    has_invoices,
    invoice_totals,
    invoices_page,
)
from syncd.store.links import add_link
from syncd.store.payments import save_invoices
from tests.store.test_database import add_connection

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATEST = {"northgate": NOW - timedelta(days=45), "southgate": NOW - timedelta(days=10)}


def invoice(number: int, state: PaymentState, *, name: str = "northgate") -> FollowedInvoice:
    """An invoice of as many pounds, submitted as many days ago; paid ones lack a penny."""
    gross = Decimal(number).quantize(Decimal("0.01"))
    line = StatementLine(f"e{number}", f"INV-{number}", "", gross - Decimal("0.01"), "2026-03-01")
    is_paid = state in (PaymentState.PAID, PaymentState.OTHERWISE)
    return FollowedInvoice(
        intent_id=number,
        connection=name,
        link_id=LinkId(1) if number == 20 else None,
        job_id=JobId(f"job-{number}"),
        visit_id=None,
        number=f"INV-{number}",
        gross=gross,
        submitted_at=NOW - timedelta(days=number),
        state=state,
        paid={line.entry_id: line} if is_paid else {},
    )


def fill(session: Session) -> None:
    """Two connections with invoices in every state; one has a link."""
    add_connection(session, "northgate")
    add_connection(session, "southgate")
    said = {"doc_no": "MJ_7%", "branch_id": "B", "is_ours": True}
    add_link(session, "northgate", JobId("job-20"), now=NOW, **said)
    save_invoices(
        session,
        [
            invoice(10, PaymentState.SUBMITTED),
            invoice(20, PaymentState.PENDING),
            invoice(50, PaymentState.PENDING),
            invoice(60, PaymentState.PAID),
            invoice(70, PaymentState.OTHERWISE),
            invoice(15, PaymentState.SUBMITTED, name="southgate"),
        ],
        now=NOW,
    )


@pytest.fixture
def filled(database: Database) -> Database:
    """A store with them."""
    assert database.read_now(has_invoices) is False
    database.run_now(fill)
    assert database.read_now(has_invoices) is True
    return database


def found(database: Database, wanted: WantedInvoices, *, before: int | None = None) -> list[int]:
    """The invoices that fit, by their numbers."""
    page = database.read_now(invoices_page, wanted, LATEST, before=before, limit=4)
    return [each.invoice.intent_id for each in page]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (WantedInvoices(), [70, 60, 50, 20]),
        (WantedInvoices(state=PaymentState.PENDING), [50, 20]),
        (WantedInvoices(connection="southgate"), [15]),
        (WantedInvoices(is_overdue=True), [50, 15]),
        (WantedInvoices(is_overdue=True, connection="northgate"), [50]),
        (WantedInvoices(is_overdue=True, state=PaymentState.PAID), []),
        (WantedInvoices("inv-20"), [20]),
        (WantedInvoices(" mj_7% "), [20]),
        (WantedInvoices("J_"), [20]),
        (WantedInvoices("job-60"), [60]),
        (WantedInvoices("job-"), []),
    ],
)
def test_what_fits_is_found(filled: Database, wanted: WantedInvoices, numbers: list[int]) -> None:
    """By number in any case, job, state, connection and lateness; signs of patterns are signs."""
    assert found(filled, wanted) == numbers


def test_a_page_follows_another(filled: Database) -> None:
    """The newest first; the next page begins behind the last."""
    assert found(filled, WantedInvoices(), before=20) == [15, 10]


def test_an_invoice_is_shown_with_its_job(filled: Database) -> None:
    """The job's number, when it was seen to change, and whether it is late."""
    listed = filled.read_now(invoices_page, WantedInvoices(), LATEST, before=None, limit=9)
    by_number = {each.invoice.intent_id: each for each in listed}
    assert (by_number[20].doc_no, by_number[20].changed_at) == ("MJ_7%", NOW)
    assert by_number[50].doc_no == ""
    assert {number for number, each in by_number.items() if each.is_overdue} == {50, 15}


def test_the_sums_are_exact(filled: Database) -> None:
    """Of every state, also of none; what is overdue is counted once more."""
    totals, overdue = filled.read_now(invoice_totals, None, LATEST)
    assert totals[PaymentState.SUBMITTED] == Total(2, Decimal("25.00"), Decimal(0))
    assert totals[PaymentState.OTHERWISE] == Total(1, Decimal("70.00"), Decimal("69.99"))
    assert overdue == Total(2, Decimal("65.00"), Decimal(0))
    totals, overdue = filled.read_now(invoice_totals, "southgate", LATEST)
    assert (totals[PaymentState.PAID], overdue.count) == (Total(), 1)
