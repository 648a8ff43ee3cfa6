"""Evidence that cannot be attached, and what AgentOS declines: only that waits for a person."""

import base64

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import Story, kind_of, picture, signed
from tests.closures.test_delivery import text_of
from tests.cycle.office import Record

NO_PICTURE = base64.b64encode(b"%PDF-1.7 this is no picture").decode()
TOO_LARGE = "A" * 14_000_000
WORDS = "The document storage of this agency is full"


@pytest.mark.parametrize("bad", [NO_PICTURE, "not base64!", TOO_LARGE], ids=["pdf", "text", "huge"])
async def test_a_bad_signature_stops_only_itself(story: Story, bad: str) -> None:
    """Status, job sheet and invoice are delivered; `leave` lets the acknowledgement go."""
    story.close(signature=bad)
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    assert story.job()["Status"] == "Completed"
    (sheet,) = story.documents()
    assert kind_of(sheet) == "job-sheet"
    assert "signature" in text_of(story.content(sheet)).lower()
    assert len(story.invoices()) == 1
    assert not story.visit()["confirmClose"]
    (item,) = story.office.inbox("bad_evidence")
    assert item.question.choices == ("retry", "leave")
    story.office.answer(item, "leave")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.visit()["confirmClose"]
    assert len(story.documents()) == 1
    await story.assert_quiet()


async def test_a_signature_that_is_corrected_is_attached(story: Story) -> None:
    """When LetsJobIt holds a good one, the question closes itself."""
    closed = story.close(signature=NO_PICTURE)
    await story.office.run()
    assert len(story.office.inbox("bad_evidence")) == 1
    story.office.edit_visit(closed, signature=signed(9))
    assert (await story.office.run()).outcome is Outcome.OK
    (found,) = [each for each in story.documents() if kind_of(each) == "signature"]
    assert story.content(found) == picture(9)
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_retry_of_a_signature_that_is_still_bad_asks_again(story: Story) -> None:
    """The visit never waits without a question."""
    story.close(signature=NO_PICTURE)
    await story.office.run()
    (item,) = story.office.inbox()
    story.office.answer(item, "retry")
    await story.office.run()
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    (again,) = story.office.inbox("bad_evidence")
    assert again.item_id != item.item_id


REFUSALS = {
    "status": {"method": "PATCH", "path": "/jobs/"},
    "signature": {"path": "/attachdocument", "times": 1},
    "invoice": {"path": "/invoice/submit"},
}


@pytest.mark.parametrize("write", REFUSALS)
async def test_what_agentos_declines_is_shown_in_its_words(story: Story, write: str) -> None:
    """Everything else is delivered; `retry` sends it again, and all is well."""
    story.close()
    story.office.fault("status", status=400, body=f'{{"Message": "{WORDS}"}}', **REFUSALS[write])
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    (item,) = story.office.inbox("refused")
    assert WORDS in item.question.summary
    assert not story.visit()["confirmClose"]
    assert len(story.sent("document_attached", "invoice_submitted")) >= 2
    story.office.answer(item, "retry")
    assert (await story.office.run()).outcome is Outcome.OK
    story.assert_delivered_once()
    await story.assert_quiet()


@pytest.mark.parametrize("write", REFUSALS)
async def test_what_agentos_declines_can_be_waived(story: Story, write: str) -> None:
    """`leave`: it is never sent, the visit is acknowledged, and nothing of it waits any more."""
    story.close()
    rule: Record = {**REFUSALS[write], "times": None, "status": 400}
    if write == "signature":
        rule["times"] = 1
    story.office.fault("status", **rule)
    await story.office.run()
    (item,) = story.office.inbox("refused")
    story.office.answer(item, "leave")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.visit()["confirmClose"]
    assert len(story.sent()) == 4
    await story.assert_quiet()


async def test_what_is_declined_again_is_asked_about_again(story: Story) -> None:
    """`retry` is for one try."""
    story.close()
    rule = {"times": 2, "status": 400, **REFUSALS["invoice"]}
    story.office.fault("status", **rule)
    await story.office.run()
    (first,) = story.office.inbox("refused")
    story.office.answer(first, "retry")
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    (second,) = story.office.inbox("refused")
    assert second.item_id != first.item_id
    story.office.answer(second, "retry")
    assert (await story.office.run()).outcome is Outcome.OK
    story.assert_delivered_once()


async def test_a_refused_key_is_nobodys_refusal(story: Story) -> None:
    """401 in the middle concerns the key: nothing is buried, and the next cycle goes on."""
    story.close()
    story.office.fault("status", status=401, **REFUSALS["invoice"])
    assert (await story.office.run()).outcome is Outcome.INCOMPLETE
    assert story.office.inbox() == []
    story.office.heal()
    assert (await story.office.run()).outcome is Outcome.OK
    story.assert_delivered_once()
