"""One invoice on its way to its money."""

import math
from decimal import Decimal
from pathlib import Path

import pytest

from syncd.cycle.report import Outcome
from syncd.cycle.statements import sweep_statements
from syncd.model import Turn
from syncd.payments import PaymentState
from tests.closures.story import TAP, Story
from tests.cycle.office import Record, connection_of
from tests.payments.books import Books, with_portal


async def submitted(books: Books, amount: str = "120.00") -> Record:
    """Close a visit and deliver it; its invoice."""
    books.story.close(TAP, amount=amount)
    await books.story.rest()
    return books.invoice()


async def test_an_invoice_is_followed_from_submission_to_payment(books: Books) -> None:
    """Submitted, on the pending statement, paid: each as the portal shows it."""
    invoice = await submitted(books)
    books.lose(invoice)
    await books.story.office.run()
    assert books.followed().state is PaymentState.SUBMITTED
    books.story.office.edit("invoices", invoice["OID"], IsLost=False)
    await books.story.office.run()
    assert books.followed().state is PaymentState.PENDING
    books.story.office.clock.move(days=3)
    books.pay(invoice)
    report = await books.story.office.run()
    paid = books.followed()
    assert (paid.state, paid.received) == (PaymentState.PAID, Decimal("120.00"))
    assert [each.day for each in paid.paid.values()] == ["2026-03-05"]
    assert (report.outcome, books.questions()) == (Outcome.OK, [])
    assert report.portal_requests == 2


async def test_following_writes_nothing_to_any_vendor(books: Books) -> None:
    """Statements are only read, and a second run changes no row of the store's invoices."""
    books.pay(await submitted(books))
    await books.story.office.run()
    before = books.story.office.rows("invoices")
    books.story.office.clock.move(days=1)
    await books.story.assert_quiet()
    assert {each.method for each in books.story.office.sent("portal")} == {"GET"}
    assert books.story.office.rows("invoices") == before


async def test_a_payment_of_another_amount_is_asked_about_until_it_is_seen(books: Books) -> None:
    """A penny less is a question; seen is an answer, and the rest of the money closes it."""
    invoice = await submitted(books)
    books.pay(invoice, "119.99")
    await books.story.office.run()
    (item,) = books.questions()
    assert "119.99" in item.question.summary
    assert "0.01 less" in item.question.summary
    books.story.office.answer(item, "seen")
    report = await books.story.office.run()
    assert (report.outcome, books.questions()) == (Outcome.OK, [])
    books.pay(invoice, "0.01")
    await books.story.office.run()
    assert books.followed().state is PaymentState.PAID


async def test_an_invoice_that_was_paid_twice_is_asked_about(books: Books) -> None:
    """Money that is not ours has to go back."""
    invoice = await submitted(books)
    books.pay(invoice)
    await books.story.office.run()
    assert books.questions() == []
    books.pay(invoice)
    await books.story.office.run()
    (item,) = books.questions()
    assert "was paid twice" in item.question.summary


async def test_a_missing_invoice_is_asked_about_in_time_and_not_before(books: Books) -> None:
    """After `overdue_after`, once; when it is paid after all the question closes itself."""
    invoice = await submitted(books)
    books.lose(invoice)
    books.story.office.clock.move(days=44)
    await books.story.office.run()
    assert books.questions() == []
    books.story.office.clock.move(days=2)
    await books.story.office.run()
    await books.story.office.run()
    (item,) = books.questions()
    assert "is on no statement" in item.question.summary
    books.pay(invoice)
    await books.story.office.run()
    assert books.questions() == []


async def test_an_invoice_that_stays_pending_is_asked_about(books: Books) -> None:
    """Late is not missing: the question says where it stands."""
    await submitted(books)
    books.story.office.clock.move(days=46)
    await books.story.office.run()
    (item,) = books.questions()
    assert "still on the pending statement (Submitted)" in item.question.summary


async def test_hidden_failures_unlearn_nothing(books: Books) -> None:
    """A statement that is suddenly empty is not believed, and what was paid stays paid."""
    invoice = await submitted(books)
    books.pay(invoice)
    await books.story.office.run()
    (payment,) = books.story.office.box.world.agency.payments.records()
    books.story.office.delete("payments", payment)
    report = await books.story.office.run()
    assert [each.code for each in report.errors] == ["agentos_doubtful"]
    assert report.outcome is Outcome.INCOMPLETE
    assert books.followed().state is PaymentState.PAID


async def test_the_statement_resolves_an_invoice_in_doubt(books: Books) -> None:
    """The answer was lost and the job lists no invoices: the portal shows it, and it is adopted."""
    books.story.office.options(jobs_carry_invoices=False)
    books.story.office.fault("reset_after_effect", path="/invoice/submit")
    books.story.close(TAP)
    report = await books.story.office.run()
    assert [each.question.kind for each in books.story.office.inbox()] == ["in_doubt"]
    assert report.outbox["in_doubt"] == 1
    await books.story.rest()
    assert books.story.office.inbox() == []
    books.story.assert_delivered_once()
    assert books.followed().state is PaymentState.PENDING


async def test_an_invoice_of_another_job_resolves_no_doubt(books: Books) -> None:
    """The number alone proves nothing: the job must be the same."""
    books.story.office.options(jobs_carry_invoices=False)
    books.story.office.fault("reset_after_effect", path="/invoice/submit")
    books.story.close(TAP)
    await books.story.office.run()
    books.story.office.edit("invoices", books.invoice()["OID"], JobID="another-job")
    await books.story.office.run()
    assert [each.question.kind for each in books.story.office.inbox()] == ["in_doubt"]


async def test_a_portal_that_fails_stops_nothing_else(books: Books) -> None:
    """Its failure is reported; the closure is delivered all the same."""
    books.story.office.fault("status", vendor="portal", status=500, times=None)
    books.story.close(TAP)
    report = await books.story.office.run()
    assert report.outcome is Outcome.INCOMPLETE
    assert [each.code for each in report.errors] == ["agentos_unavailable"]
    books.story.assert_delivered_once()


async def test_a_renewed_session_is_picked_up_without_a_restart(
    story: Story, unlimited_portal: None, tmp_path: Path
) -> None:
    """The file is read before each cycle; until it is renewed the end of the session is said."""
    file = tmp_path / "session"
    file.write_text(story.office.box.world.portal_session)

    def change(document: Record) -> None:
        with_portal(document, url=story.office.box.url, session={"file": str(file)})

    async with story.configured(change) as changed:
        books = Books(changed)
        assert (await changed.office.run()).errors == ()
        books.portal(session="portal=renewed")
        (error,) = (await changed.office.run()).errors
        assert error.code == "agentos_session_ended"
        assert "contractor_portal.session" in error.hint
        assert "portal=" not in str(error)
        file.write_text("portal=renewed\n")
        assert (await changed.office.run()).errors == ()


@pytest.mark.parametrize(("actual", "said"), [("superjson", "none"), ("none", "superjson")])
async def test_a_transformer_that_is_set_wrong_is_said_before_anything_is_asked(
    story: Story, unlimited_portal: None, actual: str, said: str
) -> None:
    """One request shows it; the error names the setting and what to write."""
    office = story.office
    office.options(portal_transformer=actual)

    def change(document: Record) -> None:
        session = office.box.world.portal_session
        with_portal(document, url=office.box.url, session=session, transformer=said)

    async with story.configured(change) as changed:
        report = await changed.office.run()
    (error,) = report.errors
    assert error.code == "agentos_transformer"
    assert error.hint == f'write transformer = "{actual}"'
    assert report.portal_requests == 1


async def test_payments_are_not_followed_where_that_is_switched_off(books: Books) -> None:
    """`follow_payments` false: the portal is not asked at all."""

    def change(document: Record) -> None:
        connection_of(document)["contractor_portal"]["follow_payments"] = False

    async with books.story.configured(change) as changed:
        changed.office.mark()
        assert (await changed.office.run()).outcome is Outcome.OK
        assert changed.office.sent("portal") == []


async def test_statements_are_read_beside_other_lanes_while_there_is_a_doubt(books: Books) -> None:
    """Every ten minutes, whether that succeeds or fails; without a doubt their own lane does it."""
    office = books.story.office
    (connection,) = office.app.settings.connections
    connected = office.app.connected(connection, Turn(None, None, math.inf))

    async def asked() -> int:
        office.mark()
        await sweep_statements(connected, office.app.database, 1, office.clock, is_full=False)
        return len(office.sent("portal"))

    office.clock.move(hours=25)
    assert await asked() == 0
    office.options(jobs_carry_invoices=False)
    office.fault("reset_after_effect", path="/invoice/submit")
    books.story.close(TAP)
    await office.run()
    assert await asked() == 0
    office.fault("status", vendor="portal", times=None, path="statements")
    office.clock.move(minutes=11)
    assert await asked() > 0
    office.heal()
    office.clock.move(minutes=9)
    assert await asked() == 0
    office.clock.move(minutes=2)
    assert await asked() > 0
