"""A write whose answer is lost: one invoice, each document once, and a person asked where needed.

Every write of the story (status, signature, job sheet, invoice, acknowledgement) is hit by every
fault, before and after its effect, for every way in which an agency shows what it has.
"""

from dataclasses import dataclass

import pytest

from tests.closures.story import Person, Story
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
        ("empty", ""),
        ("html", ""),
    )
    for after in (False, True)
} | {
    "reset before": {"kind": "reset_before_effect"},
    "reset after": {"kind": "reset_after_effect"},
    "cut after": {"kind": "cut"},
}


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
        if self.tier:
            keys = office.box.world.agency.keys
            office._ask("PUT", "/keys", {key: ["maintenance", "documents"] for key in keys})

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


@pytest.mark.parametrize("agency", AGENCIES.values(), ids=AGENCIES)
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_lost_answer_ends_with_everything_once(
    story: Story, agency: Agency, write: str, fault: str
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
    if fault.startswith("empty"):
        # An answer without a body is a good one; only what the job shows can contradict it.
        may_ask = write == "invoice" and agency.invoices and fault == "empty before"
    if agency.tier and write != "invoice":
        may_ask = may_ask and fault.endswith("before")
    said = [each.question.summary for each in person.answered]
    assert len(said) == int(may_ask), said
    for summary in said:
        assert "was sent at 2026-03-02 09:30 UTC" in summary
        assert ("Submitted Invoices" if write == "invoice" else "documents of the job") in summary
