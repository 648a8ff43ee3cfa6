"""A write whose answer is lost: one invoice, each document once, and a person asked where needed.

Every write of the story (status, signature, job sheet, invoice, acknowledgement) is hit by every
fault, before and after its effect, for every way in which an agency shows what it has. Not all of
these cases tell something new: with SYNCD_TEST_ALL set, all of them are run.
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

import syncd.app
from syncd.cycle.report import Outcome
from tests.closures.story import DOOR, TAP, Person, Story
from tests.cycle.office import Record, connection_of

WRITES = {
    "status": {"method": "PATCH", "path": "/jobs/"},
    "signature": {"method": "POST", "path": "/attachdocument"},
    "job-sheet": {"method": "POST", "path": "/attachdocument", "after": 1},
    "invoice": {"method": "POST", "path": "/invoice/submit"},
    "confirm": {"method": "PUT", "path": "/visits/"},
}
FAULTS = {
    f"{kind}{status} {'after' if after else 'before'}": {
        "kind": kind,
        "after_effect": after,
        **({"status": status} if status else {}),
    }
    for kind, status in (
        ("timeout", ""),
        ("status", 500),
        ("status", 502),
        ("garbage", ""),
        ("truncated", ""),
        ("html", ""),
    )
    for after in (False, True)
} | {
    "reset before": {"kind": "reset_before_effect"},
    "reset after": {"kind": "reset_after_effect"},
    "cut after": {"kind": "cut"},
}
FOR_EVERY_AGENCY = ("timeout before", "timeout after")
EVERY_FAULT_FOR = "documents shown"


@dataclass(frozen=True)
class Agency:
    """What an agency's AgentOS shows, and what the office wants done about doubts."""

    documents: bool
    invoices: bool
    tier: bool
    when_unknown: str = "ask"

    def arrange(self, story: Story) -> None:
        """Make it so in the sandbox."""
        office = story.office
        office.options(jobs_carry_documents=self.documents, jobs_carry_invoices=self.invoices)
        with office.box.world.lock:
            agency = office.box.world.agency
            tiers = frozenset({"maintenance", "documents"} if self.tier else {"maintenance"})
            agency.keys = dict.fromkeys(agency.keys, tiers)

    def settings(self, document: Record) -> None:
        """Make it so in the configuration."""
        connection_of(document)["documents"] = {"when_unknown": self.when_unknown}


AGENCIES = {
    "all shown": Agency(documents=True, invoices=True, tier=False),
    "documents shown": Agency(documents=True, invoices=False, tier=False),
    "tier and invoices": Agency(documents=False, invoices=True, tier=True),
    "tier alone": Agency(documents=False, invoices=False, tier=True),
    "nothing, ask": Agency(documents=False, invoices=False, tier=False),
    "nothing, send again": Agency(
        documents=False, invoices=False, tier=False, when_unknown="send-again"
    ),
}


def cases() -> list[object]:
    """Every fault on every write for one agency, and every agency for the plainest faults."""
    return [
        pytest.param(fault, write, agency, id=f"{fault}-{write}-{name}")
        for fault, write, (name, agency) in product(FAULTS, WRITES, AGENCIES.items())
        if name == EVERY_FAULT_FOR or fault in FOR_EVERY_AGENCY or "SYNCD_TEST_ALL" in os.environ
    ]


@pytest.mark.parametrize(("fault", "write", "agency"), cases())
async def test_a_lost_answer_ends_with_everything_once(
    story: Story, fault: str, write: str, agency: Agency
) -> None:
    """Whatever becomes of one write, in the end all is there once and acknowledged; before a
    person said so no invoice was sent twice, and what nobody can see is asked about."""
    agency.arrange(story)
    async with story.configured(agency.settings) as here:
        here.close()
        times = 3 if write in ("status", "confirm") else 1
        here.office.fault(times=times, **{**WRITES[write], **FAULTS[fault]})
        person = Person.of(here)
        await here.office.run()
        assert len(here.invoices()) <= 1
        here.office.heal()
        here.office.clock.move(minutes=3)
        reports = await here.rest(person)
        assert [each.errors for each in reports] == [()] * len(reports)
        assert_was_asked(person, agency, write, fault)
        if agency.when_unknown == "ask":
            here.assert_delivered_once()
        else:
            assert len(here.invoices()) == 1
            assert here.visit()["confirmClose"]
        await here.assert_quiet()


def assert_was_asked(person: Person, agency: Agency, write: str, fault: str) -> None:
    """A person is asked about what nobody can see, and about nothing else."""
    if write in ("status", "confirm"):
        assert person.answered == []
        return
    is_shown = agency.documents
    if write == "invoice":
        is_shown = agency.invoices and fault.endswith("after")
    may_ask = not is_shown and (write == "invoice" or agency.when_unknown == "ask")
    if agency.tier and write != "invoice":
        # The tier shows the other document, so that it is believed about the one that is absent.
        may_ask = False
    said = [each.question.summary for each in person.answered]
    assert len(said) == int(may_ask), said
    for summary in said:
        assert "was sent at 2026-03-02 09:30 UTC" in summary
        assert ("Submitted Invoices" if write == "invoice" else "documents of the job") in summary


@pytest.mark.parametrize("write", ["signature", "job-sheet", "invoice"])
async def test_an_empty_answer_is_believed_unless_the_job_says_otherwise(
    story: Story, write: str
) -> None:
    """A good answer without an OID, for something that did not happen: the job's own lists tell.
    A document is sent again, about an invoice a person is asked."""
    story.close()
    story.office.fault("empty", after_effect=False, **WRITES[write])
    person = Person.of(story)
    await story.rest(person)
    assert len(person.answered) == (1 if write == "invoice" else 0)
    story.assert_delivered_once()
    await story.assert_quiet()


@pytest.mark.parametrize("is_there", [True, False], ids=["after", "before"])
async def test_an_empty_answer_is_no_proof_of_money(story: Story, is_there: bool) -> None:
    """Where no list shows invoices, a success without a word is asked about: the invoice is there
    once in the end, whether it had arrived or not."""
    AGENCIES["nothing, ask"].arrange(story)
    story.close()
    story.office.fault("empty", after_effect=is_there, **WRITES["invoice"])
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    assert not story.visit()["confirmClose"]
    (item,) = story.office.inbox()
    assert "the answer was empty" in item.question.summary
    await story.rest(Person.of(story))
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_an_agency_that_answers_nothing_is_asked_about_once(story: Story) -> None:
    """After a person found the first invoice there, an empty success is this agency's yes; an
    answer that is lost is asked about as ever."""
    AGENCIES["nothing, ask"].arrange(story)
    story.office.fault("empty", times=None, **WRITES["invoice"])
    story.close()
    person = Person.of(story)
    await story.rest(person)
    story.close(DOOR)
    assert (await story.office.run()).outcome is Outcome.OK
    assert len(person.answered) == 1
    assert (len(story.invoices()), len(story.invoices(DOOR))) == (1, 1)


async def test_an_empty_answer_to_a_document_is_believed_where_nothing_is_shown(
    story: Story,
) -> None:
    """A document too many or too few costs no money: the vendor's success is taken at its word."""
    AGENCIES["nothing, ask"].arrange(story)
    story.office.fault("empty", times=None, **WRITES["signature"])
    story.close()
    assert (await story.office.run()).outcome is Outcome.OK
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_an_agency_whose_jobs_do_not_list_what_is_submitted_is_asked_about_once(
    story: Story,
) -> None:
    """The answers carry no OID and the jobs list only what staff authorised: after a person said
    that the first invoice arrived, the next one is believed."""
    story.office.options(written_answer="message")
    empty = {"field": "Invoices", "change": "extra", "value": []}
    story.office.fault("field", path="/jobs/", times=None, **empty)
    story.close()
    person = Person.of(story)
    await story.rest(person)
    assert len(person.answered) == 1
    story.close(DOOR)
    await story.rest()
    assert (len(story.invoices()), len(story.invoices(DOOR))) == (1, 1)


async def test_a_second_doubt_says_when_it_was_sent_the_second_time(story: Story) -> None:
    """An invoice that is in doubt again after `send-again` is asked about anew, with its own time,
    and what a person decided about its amount still holds."""
    story.office.options(jobs_carry_invoices=False)
    story.close(amount="eighty")
    await story.office.run()
    (item,) = story.office.inbox("missing_amount")
    story.office.decide(item, "enter", "80.00")
    story.office.fault("timeout", times=2, after_effect=False, **WRITES["invoice"])
    await story.office.run()
    (item,) = story.office.inbox()
    assert "sent at 2026-03-02 09:30 UTC" in item.question.summary
    story.office.clock.move(hours=1)
    story.office.answer(item, "send-again")
    await story.office.run()
    (item,) = story.office.inbox()
    assert "sent at 2026-03-02 10:30 UTC" in item.question.summary
    story.office.answer(item, "send-again")
    await story.rest()
    assert [each["Amount"] for each in story.invoices()] == [80]
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_a_slow_documents_tier_is_given_its_time(story: Story) -> None:
    """A document whose answer was lost is not sent again before `documents.grace` is over, also
    when an earlier try had failed long before."""
    AGENCIES["tier and invoices"].arrange(story)
    story.office.options(documents_delay_seconds=90.0)
    story.close(DOOR)
    story.office.fault("timeout", **WRITES["signature"])
    assert (await story.office.run()).outcome is Outcome.INCOMPLETE
    story.office.clock.move(minutes=3)
    await story.rest()
    story.close()
    story.office.fault("status", status=401, **WRITES["signature"])
    assert (await story.office.run()).outcome is Outcome.INCOMPLETE
    story.office.clock.move(minutes=30)
    story.office.fault("timeout", **WRITES["signature"])
    assert (await story.office.run()).outcome is Outcome.INCOMPLETE
    story.office.clock.move(minutes=3)
    await story.rest()
    for title in (DOOR, TAP):
        story.assert_delivered_once(title)
    await story.assert_quiet()


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_is_put_shortens_and_lengthens_no_grace(
    story: Story, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """An hour that did not pass is no reason to send a document again, nor to wait for it longer
    than `documents.grace`."""
    AGENCIES["tier and invoices"].arrange(story)
    story.office.options(documents_delay_seconds=90.0)
    story.close(DOOR)
    story.office.fault("timeout", **WRITES["signature"])
    assert (await story.office.run()).outcome is Outcome.INCOMPLETE
    clock = story.office.clock
    monkeypatch.setattr(syncd.app, "utc_now", lambda: clock() + timedelta(hours=hours))
    sent = story.office.sent("agentos", "POST")
    await story.office.run()
    assert story.office.sent("agentos", "POST") == sent
    story.office.clock.move(minutes=3)
    await story.rest()
    story.assert_delivered_once(DOOR)
    await story.assert_quiet()
