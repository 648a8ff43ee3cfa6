"""The store is lost somewhere in a delivery: what is missing is delivered, nothing twice.

After each write of the story the database is thrown away. What AgentOS shows is adopted; what it
does not show is asked about, never repeated by itself.
"""

import os
from itertools import product

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import SENT, Person, Story
from tests.closures.test_ambiguity import AGENCIES, WRITES, Agency

STEPS = ("closure", *WRITES)
HOW = {True: "rebuild", False: "run-once"}


async def stop_after(story: Story, step: str) -> None:
    """Deliver up to this step and no further, because the keys are refused from there on."""
    for name in list(WRITES)[STEPS.index(step) :]:
        story.office.fault("status", times=None, status=401, **WRITES[name])
    await story.office.run()
    story.office.heal()


def cases() -> list[object]:
    """Every step for some agencies; with SYNCD_TEST_ALL for all, both ways."""
    usual = {
        *((name, True) for name in ("all shown", "tier alone", "nothing, ask")),
        *((name, False) for name in ("all shown", "documents shown")),
    }
    return [
        pytest.param(step, AGENCIES[name], how, id=f"{step}-{name}-{HOW[how]}")
        for step, name, how in product(STEPS, AGENCIES, HOW)
        if (name, how) in usual or "SYNCD_TEST_ALL" in os.environ
    ]


@pytest.mark.parametrize(("step", "agency", "is_rebuilt"), cases())
async def test_a_store_lost_in_a_delivery(
    story: Story, step: str, agency: Agency, is_rebuilt: bool
) -> None:
    """What is missing is delivered and nothing that can be seen is repeated; a person is asked
    about the rest."""
    agency.arrange(story)
    async with story.configured(agency.settings) as before:
        before.close()
        await stop_after(before, step)
    writes = {kind: len(story.office.effects(kind)) for kind in SENT}
    assert sum(writes.values()) == STEPS.index(step), writes
    story.office.clock.move(minutes=10)
    async with story.again(agency.settings) as here:
        here.office.mark()
        if is_rebuilt:
            await here.office.rebuild()
            assert here.office.effects() == []
        person = Person.of(here)
        reports = []
        for _ in range(4):
            report = await here.office.run()
            reports.append(report)
            here.office.clock.move(minutes=3)
            if report.outcome is Outcome.OK and not person.answer(here.office):
                break
            person.answer(here.office)
        assert reports[-1].outcome is Outcome.OK, (reports[-1], here.office.inbox())
        if agency.when_unknown == "ask":
            here.assert_delivered_once()
        else:
            assert len(here.invoices()) == 1
            assert here.visit()["confirmClose"]
        if agency.documents and agency.invoices:
            assert person.answered == []
        for item in person.answered:
            assert "store was lost" in item.question.summary
        if step == "confirm":
            assert (here.sent(), person.answered) == ([], [])
        await here.assert_quiet()


@pytest.mark.parametrize("step", ["job-sheet", "invoice"])
async def test_a_job_that_shows_its_invoices_only_by_itself_is_looked_at(
    story: Story, step: str
) -> None:
    """Lists without `Invoices` are no reason to ask: one look at the job tells whether the lost
    store sent it."""
    omitted = {"field": "Invoices", "change": "drop", "record": story.job()["OID"]}
    story.office.fault("field", path=r"/jobs/[^/]+/\d+/\d+", times=None, **omitted)
    story.close()
    # One after this step is the first that is refused.
    await stop_after(story, step)
    assert len(story.invoices()) == (1 if step == "invoice" else 0)
    story.office.fault("field", path=r"/jobs/[^/]+/\d+/\d+", times=None, **omitted)
    async with story.again() as here:
        assert (await here.office.run()).outcome is Outcome.OK
        here.assert_delivered_once()
        await here.assert_quiet()
