"""A closed visit goes back to the portal: completed, invoice, note."""

import pytest

from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Side
from syncd.payments import PaymentState
from tests.closures.story import TAP, Story
from tests.cycle.office import Record, connection_of
from tests.payments.books import Books

REMARKS = {"remarks": "New trap fitted."}


def with_remarks(story: Story) -> None:
    """The dispatcher's form has a field for remarks."""
    visit = story.visit(TAP)
    lines = [dict(each) for each in visit["lines"]]
    field = {"name": "remarks", "type": "text", "caption": "Remarks", "value": ""}
    lines[0] = {**lines[0], "extraData": [*lines[0]["extraData"], field]}
    story.office.edit_visit(visit, lines=lines)


def notes(story: Story) -> list[str]:
    """The notes that AgentOS has."""
    with story.office.box.world.lock:
        return [str(each["Text"]) for each in story.office.box.world.agency.notes.records()]


async def test_a_closed_visit_is_delivered_once(story: Story) -> None:
    """The job is completed, the invoice carries job sheet and signature, the remarks are a note,
    and the acknowledgement comes last; then nothing is written any more."""
    with_remarks(story)
    story.close(TAP, values=REMARKS)
    report = await story.office.run()
    assert report.outcome is Outcome.OK
    assert report.applied[IntentKind.ADD_NOTE] == 1
    kinds = [each.kind for each in story.office.effects()]
    assert kinds == ["job_updated", "invoice_submitted", "note_added", "close_confirmed"]
    assert story.job(TAP)["Status"] == "Completed"
    (invoice,) = story.invoices(TAP)
    assert (invoice["InvoiceNumber"], invoice["Amount"]) == ("MJ-10458", 120.0)
    names = [each["DocumentName"] for each in invoice["Documents"]]
    assert [name.split("-")[3] for name in names] == ["invoice", "jobsheet", "signature"]
    (note,) = notes(story)
    assert note.startswith("[visit MJ-10458] Closed 2026-03-02 ")
    assert "Remarks: New trap fitted." in note
    assert "120" not in note
    assert story.visit(TAP)["confirmClose"] is True
    await story.assert_quiet()


async def test_plan_shows_each_effect_and_counts_its_requests(story: Story) -> None:
    """What it says is what the run sends, reading apart; planning itself sends nothing."""
    with_remarks(story)
    await story.office.run()
    story.office.mark()
    await story.office.run()
    reading = len(story.office.sent("portal"))
    story.close(TAP, values=REMARKS)
    plan = await story.office.plan()
    kinds = [each.kind for each in plan.intents]
    assert kinds == [
        IntentKind.UPDATE_JOB,
        IntentKind.SUBMIT_INVOICE,
        IntentKind.ADD_NOTE,
        IntentKind.CONFIRM_CLOSE,
    ]
    assert story.sent() == []
    story.office.mark()
    await story.office.run()
    assert len(story.office.sent("portal")) == reading + plan.calls[Side.AGENTOS]


async def test_a_job_that_is_completed_already_is_not_toggled(story: Story) -> None:
    """A look shows it: the rest is delivered, and nobody touches the status."""
    statuses = story.office.box.world.agency.status_types.records()
    completed = next(each["OID"] for each in statuses if each["Name"] == "Completed")
    story.close(TAP)
    story.office.edit_job(story.job(TAP), StatusID=completed)
    await story.rest()
    assert story.office.effects("job_updated", "job_unchanged") == []
    assert len(story.invoices(TAP)) == 1


@pytest.mark.parametrize("fault", ["reset_after_effect", "reset_before_effect", "html"])
@pytest.mark.parametrize("write", ["toggleJobCompletion", "addJobNote", "submitInvoice"])
async def test_an_answer_that_is_lost_makes_nothing_twice(
    story: Story, write: str, fault: str
) -> None:
    """What can be read back is; of an invoice the statement tells, or a person is asked."""
    story.office.add("notes", JobID=story.job(TAP)["OID"], Text="Mind the dog.", CreatedAt=None)
    with_remarks(story)
    story.close(TAP, values=REMARKS)
    story.office.fault(fault, vendor="portal", path=write)
    for _ in range(4):
        report = await story.office.run()
        for item in story.office.inbox():
            assert write == "submitInvoice"
            if not story.invoices(TAP):
                story.office.answer(item, "send-again")
    assert report.outcome is Outcome.OK
    assert len(story.invoices(TAP)) == 1
    assert sorted(each.startswith("[visit") for each in notes(story)) == [False, True]
    assert story.job(TAP)["Status"] == "Completed"
    await story.assert_quiet()


async def test_a_note_in_doubt_is_asked_about_where_no_note_is_shown(story: Story) -> None:
    """An empty list may be a hidden failure."""
    with_remarks(story)
    story.close(TAP, values=REMARKS)
    story.office.fault("reset_before_effect", vendor="portal", path="addJobNote")
    await story.office.run()
    (item,) = story.office.inbox()
    assert item.question.kind == "in_doubt"
    assert "among the notes of the job" in item.question.summary
    story.office.answer(item, "send-again")
    await story.rest()
    assert len(notes(story)) == 1


@pytest.mark.parametrize(
    ("reason", "told"),
    [("no-access", ": no-access"), ("3", ": reason 3 in LetsJobIt"), ("", ", no reason given")],
)
async def test_a_skipped_visit_is_told_in_a_note_once(story: Story, reason: str, told: str) -> None:
    """With what LetsJobIt says of the reason; the status is left alone."""
    visit = story.visit(TAP)
    story.office.act(visit, "skip", reason=reason)
    for _ in range(3):
        report = await story.office.run()
    assert report.outcome is Outcome.OK
    (note,) = notes(story)
    assert note == f"[visit MJ-10458] Skipped on {visit['date']}{told}"
    assert story.office.effects("job_updated") == []


async def test_an_invoice_is_followed_to_its_money(story: Story) -> None:
    """The same login shows it."""
    story.close(TAP)
    await story.rest()
    books = Books(story)
    await story.office.run()
    assert books.followed().state is PaymentState.PENDING
    books.pay(books.invoice())
    await story.office.run()
    assert books.followed().state is PaymentState.PAID


async def test_a_portal_that_packs_with_superjson_and_asks_for_a_bearer(
    story: Story,
) -> None:
    """The same closure by the other dialect of the same portal."""
    office = story.office
    office.options(portal_transformer="superjson")

    def change(document: Record) -> None:
        portal = connection_of(document)["contractor_portal"]
        portal.update(transformer="superjson", session_in="bearer")

    async with story.configured(change) as packed:
        packed.close(TAP)
        await packed.rest()
        assert packed.job(TAP)["Status"] == "Completed"
        assert len(packed.invoices(TAP)) == 1
        await packed.assert_quiet()


async def test_a_lost_store_delivers_nothing_twice(story: Story) -> None:
    """The visit is delivered and not acknowledged, and the store is gone: of the invoice a person
    is asked, for the portal does not list a job's invoices; the note is found."""
    with_remarks(story)
    story.close(TAP, values=REMARKS)
    story.office.fault("status", vendor="letsjobit", method="PUT", times=None)
    await story.office.run()
    story.office.heal()
    async with story.again() as fresh:
        for _ in range(3):
            report = await fresh.office.run()
            for item in fresh.office.inbox():
                kind = item.question.kind
                fresh.office.answer(item, "deliver" if kind == "history" else "it-arrived")
        assert report.outcome is Outcome.OK, (report, fresh.office.inbox())
        assert len(fresh.invoices(TAP)) == 1
        assert len(notes(fresh)) == 1
        assert fresh.visit(TAP)["confirmClose"] is True
