"""A month of two hundred invoices, of which six come to something else than their money."""

from decimal import Decimal

from syncd.cycle.report import Outcome
from syncd.model import Lane
from syncd.payments import PaymentState
from tests.cycle.office import OURS, Office, Record, connection_of
from tests.payments.books import Books, every_followed

INVOICES = 200
LOST, SHORT, TWICE = 3, 2, 1
DAYS = 30
PAID_AFTER_DAYS = 9
"""The agency authorises what came in, and pays a ninth of it each day."""


def for_a_month(document: Record) -> None:
    """Only invoices are delivered, and one is overdue after three weeks."""
    connection = connection_of(document)
    connection["documents"] = {"signature": False, "job_sheet": False}
    connection["invoice"] = {"overdue_after": "21d"}
    document["guards"] = {"max_invoice_total": "1000000.00"}


def close_all(office: Office) -> None:
    """The engineers close every visit of the contractor, each with an amount of its own."""
    visits = sorted(office.ours().values(), key=lambda each: str(each["docNo"]))
    for place, visit in enumerate(visits):
        if not visit["closed"] and str(visit["docNo"]).startswith("MJ-5"):
            values = {"invoice_total": f"{40 + place}.{place % 100:02d}"}
            office.act(visit, "close", values=values)


async def test_of_two_hundred_invoices_six_are_asked_about(books: Books, one_paper: None) -> None:
    """Three that never appear, two that differ by a penny and one that was paid twice: six items,
    each naming its invoice and nothing else; every other invoice is known to be paid."""
    async with books.story.configured(for_a_month) as month:
        office = month.office
        office.bulk(jobs=INVOICES, contractor=OURS)
        await office.run()
        close_all(office)
        report = await office.run()
        assert (report.outcome, report.inbox) == (Outcome.OK, 0)
        invoices = [each for each in Books(month).invoices() if each["Status"] == "Submitted"]
        assert len(invoices) == INVOICES
        lost, short = invoices[:LOST], invoices[LOST : LOST + SHORT]
        twice, others = invoices[LOST + SHORT : LOST + SHORT + TWICE], invoices[LOST + SHORT :]
        for invoice in lost:
            Books(month).lose(invoice)
        for day in range(DAYS):
            office.clock.move(days=1)
            for invoice in others[day::PAID_AFTER_DAYS] if day < PAID_AFTER_DAYS else ():
                Books(month).pay(invoice)
            if day == PAID_AFTER_DAYS:
                for invoice in short:
                    Books(month).pay(
                        invoice, str(Decimal(str(invoice["Amount"])) - Decimal("0.01"))
                    )
                for invoice in twice:
                    Books(month).pay(invoice)
            office.mark()
            await office.run_lanes(Lane.STATEMENTS)
            assert office.effects() == []
        await office.run()
        assert office.effects() == []
        wrong = [*lost, *short, *twice]
        items = office.inbox()
        assert [each.question.kind for each in items] == ["payment"] * len(wrong)
        numbers = {str(each.question.details["number"]) for each in items}
        assert numbers == {str(each["InvoiceNumber"]) for each in wrong}
        words = sorted(each.question.summary.split(" of ")[1].split(" ", 2)[1] for each in items)
        assert words == ["is"] * LOST + ["was"] * (SHORT + TWICE)
        states = [each.state for each in every_followed(office)]
        assert states.count(PaymentState.PAID) == INVOICES - len(wrong)
        before = office.rows("invoices"), office.rows("inbox")
        await office.run()
        assert (office.rows("invoices"), office.rows("inbox")) == before
        for item in items:
            office.answer(item, "seen")
        assert (await office.run()).outcome is Outcome.OK
