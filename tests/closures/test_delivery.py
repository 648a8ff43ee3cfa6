"""A closed visit, told from its closure to the acknowledgement: what AgentOS has afterwards."""

import io
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from syncd.apply import delivering
from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Observation
from tests.closures.story import DOOR, SENT, TAP, Story, kind_of, picture, signed
from tests.closures.test_state_table import put_job
from tests.cycle.office import Record, connection_of

WASHING = "Washing machine will not drain"


def text_of(content: bytes) -> str:
    """What an independent reader finds in a PDF."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def as_a_company(document: Record) -> None:
    """A contractor that is registered for VAT."""
    connection_of(document)["contractor"] = {
        "name": "Quick Fix Ltd",
        "address": ["1 Mill Lane", "Aberdeen"],
        "vat_number": "GB 123 4567 89",
    }


async def test_a_closed_visit_is_delivered_in_order_and_once(story: Story) -> None:
    """Status first, then signature, job sheet and invoice; the acknowledgement is the last write,
    and the second run writes nothing."""
    async with story.configured(as_a_company) as here:
        here.close()
        report = await here.office.run()
        assert report.outcome is Outcome.OK
        assert [each.kind for each in here.sent()] == [
            "job_updated",
            "document_attached",
            "document_attached",
            "invoice_submitted",
            "close_confirmed",
        ]
        here.assert_delivered_once()
        assert dict(report.applied) == {
            IntentKind.UPDATE_JOB: 1,
            IntentKind.ATTACH_DOCUMENT: 2,
            IntentKind.SUBMIT_INVOICE: 1,
            IntentKind.CONFIRM_CLOSE: 1,
        }
        assert not any(each.details.get("repeats") for each in here.sent())
        await here.assert_quiet()


async def test_the_signature_is_the_one_that_the_customer_drew(story: Story) -> None:
    """The picture in AgentOS is byte for byte the one that LetsJobIt held."""
    story.close(signature=f"data:image/png;base64,{signed(40)}")
    await story.office.run()
    (found,) = [each for each in story.documents() if kind_of(each) == "signature"]
    assert story.content(found) == picture(40)
    assert found["MimeType"] == ".png"
    assert found["DocumentName"].startswith(f"VISIT-{story.job()['GlobalReference']}-signature-")


async def test_the_job_sheet_says_what_was_done(story: Story) -> None:
    """An independent reader finds job, visit, signatory and contractor in the job sheet."""
    async with story.configured(as_a_company) as here:
        here.close()
        await here.office.run()
        (found,) = [each for each in here.documents() if kind_of(each) == "job-sheet"]
        said = text_of(here.content(found))
        for words in (here.job()["GlobalReference"], TAP, "Ada Example", "Quick Fix Ltd"):
            assert words in said


async def test_the_invoice_has_the_right_gross_and_vat(story: Story) -> None:
    """120.00 with VAT inside is 100.00 and 20.00, on the invoice and in its PDF."""
    async with story.configured(as_a_company) as here:
        here.close()
        await here.office.run()
        (invoice,) = here.invoices()
        assert (Decimal(str(invoice["Amount"])), Decimal(str(invoice["VATAmount"]))) == (120, 20)
        assert invoice["ContractorID"] == here.job()["ContractorID"]
        (effect,) = here.sent("invoice_submitted")
        assert effect.details["is_contractor_of_job"]
        (paper,) = invoice["Documents"]
        assert paper["MimeType"] == ".pdf"
        said = text_of(here.content(paper))
        for words in ("100.00", "20.00", "120.00", "GB 123 4567 89", invoice["InvoiceNumber"]):
            assert words in said


async def test_three_closures_at_once_are_all_delivered(story: Story) -> None:
    """Each job has its own evidence, oldest closure first."""
    for title in (DOOR, TAP, WASHING):
        story.close(title)
        story.office.clock.move(minutes=5)
    assert (await story.office.run()).outcome is Outcome.OK
    for title in (DOOR, TAP, WASHING):
        story.assert_delivered_once(title)
    done = [each.subject for each in story.sent("job_updated")]
    assert done == [story.job(title)["OID"] for title in (DOOR, TAP, WASHING)]
    await story.assert_quiet()


async def test_plan_says_what_will_be_sent_and_sends_nothing(story: Story) -> None:
    """`plan` lists the five steps with their requests, and the vendors see no write."""
    story.close()
    plan = await story.office.plan()
    assert [each.kind for each in plan.intents] == [
        IntentKind.UPDATE_JOB,
        IntentKind.ATTACH_DOCUMENT,
        IntentKind.ATTACH_DOCUMENT,
        IntentKind.SUBMIT_INVOICE,
        IntentKind.CONFIRM_CLOSE,
    ]
    assert story.office.effects() == []
    before = {vendor: len(story.office.sent(vendor)) for vendor in ("agentos", "letsjobit")}
    sweeps = {vendor: before[vendor] for vendor in before}
    report = await story.office.run()
    for side, planned in plan.calls.items():
        assert report.requests[side] == sweeps[side.value] + planned


async def test_without_signature_everything_else_is_delivered(story: Story) -> None:
    """A closed visit without a signature is no gap: the job sheet says so, and nobody is asked."""
    story.close(signature="")
    assert (await story.office.run()).outcome is Outcome.OK
    assert [kind_of(each) for each in story.documents()] == ["job-sheet"]
    assert story.visit()["confirmClose"]
    await story.assert_quiet()


@pytest.mark.parametrize("blank", [" ", "\n\t "])
async def test_a_blank_signature_is_no_signature(story: Story, blank: str) -> None:
    """White space is not a bad signature."""
    story.close(signature=blank)
    assert (await story.office.run()).outcome is Outcome.OK
    assert [kind_of(each) for each in story.documents()] == ["job-sheet"]
    await story.assert_quiet()


async def test_more_than_one_page_of_closures_is_read_before_the_first_acknowledgement(
    story: Story,
) -> None:
    """More than 100 closures on two pages are all delivered in one run, each once."""
    story.office.bulk(jobs=95)
    async with story.configured(_with_nothing_but_a_status) as here:
        assert (await here.office.run()).outcome is Outcome.OK
        ours = here.office.ours()
        for visit in ours.values():
            here.close(visit)
        here.office.mark()
        report = await here.office.run()
        assert (report.outcome, len(ours) > 100) == (Outcome.OK, True)
        confirmed = here.sent("close_confirmed")
        assert len({each.subject for each in confirmed}) == len(confirmed) == len(ours)
        assert len(here.sent("job_updated")) == len(ours)
        lists = [e for e in here.office.sent("letsjobit", "GET") if "closed=1" in e.query]
        first_write = here.office.sent("letsjobit", "PUT")[0]
        assert sum(each.number < first_write.number for each in lists) >= 2
        await here.assert_quiet()


def _with_nothing_but_a_status(document: Record) -> None:
    connection_of(document)["documents"] = {"signature": False, "job_sheet": False}
    connection_of(document)["invoice"] = {"enabled": False}


async def test_somebody_else_changes_the_job_between_plan_and_write(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is overwritten: the job is looked at again before the PATCH, and planned anew."""
    story.close()
    look_at_job = delivering.look_at_job

    async def cancelled_just_before(*given: Any) -> Observation:
        await put_job(story, "cancelled")
        return await look_at_job(*given)

    monkeypatch.setattr(delivering, "look_at_job", cancelled_just_before)
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    assert story.job()["Status"] == "Cancelled"
    assert story.sent(*SENT) == []
    (item,) = story.office.inbox()
    assert item.question.kind.value == "conflict"
