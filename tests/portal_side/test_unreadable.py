"""Notes that the portal does not show as it documents them, and jobs that it does not show."""

from typing import Any

import pytest

from syncd.model import IntentKind
from syncd.sandbox import portal_procedures
from tests.closures.story import DOOR, TAP, Story
from tests.portal_side.test_closures import REMARKS, notes, with_remarks

NOTES, SUBMIT = "maintenanceJobNotes", "submitInvoice"
ONE, ALL = "maintenanceJobDetails", "maintenanceJobs"


def change_notes(story: Story, patch: pytest.MonkeyPatch, **changed: Any) -> None:
    """Have every note shown with these fields changed; TAP has one that is not ours."""
    story.office.add("notes", JobID=story.job(TAP)["OID"], Text="Mind the dog.", CreatedAt=None)
    show = portal_procedures.QUERIES[NOTES]

    def altered(*given: Any) -> Any:
        return [{**each, **changed} for each in show(*given)]

    patch.setitem(portal_procedures.QUERIES, NOTES, altered)


def hide_once_invoiced(story: Story, patch: pytest.MonkeyPatch) -> None:
    """The agency gives TAP's job to somebody else as soon as its invoice is there."""
    oid = story.job(TAP)["OID"]
    queries = portal_procedures.QUERIES
    one, listed = queries[ONE], queries[ALL]

    def is_hidden(job_id: object) -> bool:
        return job_id == oid and bool(story.invoices(TAP))

    def shown(request: Any, world: Any, sent: Any) -> Any:
        return None if is_hidden(sent["jobId"]) else one(request, world, sent)

    def rest(*given: Any) -> Any:
        return [each for each in listed(*given) if not is_hidden(each["jobId"])]

    patch.setitem(queries, ONE, shown)
    patch.setitem(queries, ALL, rest)


def waiting(story: Story, kind: IntentKind) -> list[str]:
    """Where the intents of this kind stand that have not ended."""
    return [each.state.value for each in story.office.outbox() if each.intent.kind is kind]


async def test_a_note_without_an_id_is_read(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing needs the id: our note is added, and found again by its words."""
    change_notes(story, monkeypatch, noteId=None)
    with_remarks(story)
    story.close(TAP, values=REMARKS)
    await story.rest()
    assert len(notes(story)) == 2
    assert len(story.invoices(TAP)) == 1
    assert story.visit(TAP)["confirmClose"] is True


async def test_notes_that_cannot_be_read_cost_the_note_alone(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invoice beside it is read back, and later visits are delivered; the note is sent when
    the notes can be read again."""
    with monkeypatch.context() as patch:
        change_notes(story, patch, text=["no", "text"])
        with_remarks(story)
        story.close(TAP, values=REMARKS)
        report = await story.office.run()
        assert report.errors != ()
        story.close(DOOR)
        for _ in range(2):
            await story.office.run()
        assert waiting(story, IntentKind.SUBMIT_INVOICE) == []
        assert waiting(story, IntentKind.ADD_NOTE) == ["pending"]
        assert (len(story.invoices(TAP)), len(story.invoices(DOOR))) == (1, 1)
        assert story.visit(DOOR)["confirmClose"] is True
    await story.rest()
    assert sorted(each.startswith("[visit") for each in notes(story)) == [False, True]
    assert story.visit(TAP)["confirmClose"] is True


async def test_a_sent_note_that_cannot_be_looked_for_is_asked_about(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost and the notes cannot be read: nobody can tell, and it is not repeated.

    The question does not show what the note says.
    """
    with_remarks(story)
    story.close(TAP, values=REMARKS)
    story.office.fault("reset_after_effect", vendor="portal", path="addJobNote")
    show = portal_procedures.QUERIES[NOTES]

    def unreadable_once_there(*given: Any) -> Any:
        return [{**each, "text": ["no", "text"]} for each in show(*given)]

    monkeypatch.setitem(portal_procedures.QUERIES, NOTES, unreadable_once_there)
    for _ in range(2):
        await story.office.run()
    (item,) = story.office.inbox()
    assert item.question.kind == "in_doubt"
    assert "New trap" not in item.question.summary
    assert (len(notes(story)), len(story.invoices(TAP))) == (1, 1)
    story.office.answer(item, "it-arrived")
    await story.rest()
    assert len(notes(story)) == 1


async def test_an_invoice_of_a_job_that_is_hidden_is_found_on_the_statement(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost and the job does not show any more: the statement proves it."""
    hide_once_invoiced(story, monkeypatch)
    story.close(TAP)
    story.office.fault("reset_after_effect", vendor="portal", path=SUBMIT)
    for _ in range(3):
        await story.office.run()
        story.office.clock.move(hours=13)
    assert waiting(story, IntentKind.SUBMIT_INVOICE) == []
    assert len(story.invoices(TAP)) == 1


async def test_an_invoice_of_a_job_that_is_hidden_is_asked_about(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no statement shows it a person looks, and nothing repeats it until then."""
    hide_once_invoiced(story, monkeypatch)
    monkeypatch.setitem(portal_procedures.QUERIES, "pendingStatements", lambda *_: [])
    story.close(TAP)
    story.office.fault("reset_after_effect", vendor="portal", path=SUBMIT)
    for _ in range(3):
        await story.office.run()
        story.office.clock.move(hours=13)
    assert waiting(story, IntentKind.SUBMIT_INVOICE) == ["in_doubt"]
    assert [each.question.kind for each in story.office.inbox("in_doubt")] == ["in_doubt"]
    assert len(story.invoices(TAP)) == 1


async def test_an_invoice_that_was_answered_is_believed_where_its_job_is_hidden(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The portal gave it an identity: nobody has to look."""
    hide_once_invoiced(story, monkeypatch)
    monkeypatch.setitem(portal_procedures.QUERIES, "pendingStatements", lambda *_: [])
    story.close(TAP)
    for _ in range(2):
        await story.office.run()
    assert waiting(story, IntentKind.SUBMIT_INVOICE) == []
    assert story.office.inbox("in_doubt") == []
    assert len(story.invoices(TAP)) == 1
