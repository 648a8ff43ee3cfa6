"""The look at a visit before its job is made: a job that was made cannot be taken back."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Lane, Side
from tests.cycle.beginnings import Beginnings
from tests.cycle.office import Office, Record
from tests.raising.conftest import switch_on
from tests.raising.faults_seen import NUMBER, a_property, raised_jobs, see_fault
from tests.raising.legacy import alone, beside_v4

AGENTOS = frozenset({Side.AGENTOS})


CHANNELS = {"V4": switch_on, "V3 beside V4": beside_v4, "V3 alone": alone}


@pytest.fixture(params=CHANNELS)
async def every(
    request: pytest.FixtureRequest, office: Office, beginnings: Beginnings
) -> AsyncIterator[Office]:
    """An office in step that makes jobs of new faults, by each channel."""
    kind, change = request.param, CHANNELS[request.param]
    async with beginnings.after_first_run(office, kind, change) as (made, _):
        yield made


@pytest.fixture(params=CHANNELS if "SYNCD_TEST_ALL" in os.environ else ["V4"])
async def usual(
    request: pytest.FixtureRequest, office: Office, beginnings: Beginnings
) -> AsyncIterator[Office]:
    """The same, by V4; the look is the same for each, and with SYNCD_TEST_ALL set each is tried."""
    kind, change = request.param, CHANNELS[request.param]
    async with beginnings.after_first_run(office, kind, change) as (made, _):
        yield made


async def planned(office: Office, **given: Any) -> Record:
    """A visit whose job is planned and not sent, for AgentOS rests."""
    visit = see_fault(office, **given)
    await office.run_lanes(Lane.VISITS, resting=AGENTOS)
    (stored,) = office.outbox()
    assert stored.intent.kind is IntentKind.CREATE_JOB
    return visit


async def test_a_visit_that_was_deleted_meanwhile_becomes_no_job(every: Office) -> None:
    """The plan is dropped without a request to AgentOS, and nothing is asked or left."""
    visit = await planned(every)
    every.delete("visits", visit)
    every.mark()
    await every.run_lanes(Lane.JOBS)
    assert every.sent("agentos", "POST") == []
    for _ in range(2):
        assert (await every.run()).outcome is Outcome.OK
    assert (every.outbox(), every.inbox(), raised_jobs(every)) == ([], [], [])


async def test_a_visit_that_was_hidden_meanwhile_becomes_one_when_it_is_shown_again(
    usual: Office,
) -> None:
    """Hidden from the engineer's app it is no work for anybody."""
    visit = await planned(usual)
    usual.edit_visit(visit, inMobileApp=False)
    for _ in range(2):
        assert (await usual.run()).outcome is Outcome.OK
    assert (usual.outbox(), usual.inbox(), raised_jobs(usual)) == ([], [], [])
    usual.edit_visit(visit, inMobileApp=True)
    await usual.run()
    assert len(raised_jobs(usual)) == 1


async def test_a_visit_that_was_corrected_meanwhile_becomes_the_job_that_it_says_now(
    usual: Office,
) -> None:
    """What was planned from the wrong words is not sent."""
    visit = await planned(usual)
    usual.edit_visit(visit, obs="Slate missing above the door.")
    for _ in range(3):
        await usual.run()
    (job,) = raised_jobs(usual)
    assert job["Description"].startswith("Slate missing above the door.")


async def test_a_look_that_fails_sends_nothing_and_is_tried_again(usual: Office) -> None:
    """LetsJobIt is away: the plan waits."""
    visit = await planned(usual)
    usual.fault("status", vendor="letsjobit", path=f"/visits/{visit['_id']}", times=None)
    report = await usual.run()
    assert report.outcome is Outcome.INCOMPLETE
    assert raised_jobs(usual) == []
    usual.heal()
    for _ in range(2):
        await usual.run()
    assert len(raised_jobs(usual)) == 1


async def test_the_plan_counts_the_look(usual: Office) -> None:
    """One request to LetsJobIt for each new job, as many as the run then sends before it."""
    see_fault(usual)
    see_fault(usual, a_property(usual), docNo=f"{NUMBER}-2")
    plan = await usual.plan()
    assert plan.calls[Side.LETSJOBIT] == 2
    usual.mark()
    await usual.run()
    sent = usual.box.ledger.entries[usual.marks["entries"] :]
    looks = [each.number for each in sent if "/visits/" in each.path and each.method == "GET"]
    made = [each.number for each in sent if each.vendor != "letsjobit" and each.method == "POST"]
    assert len([each for each in looks if each < max(made)]) == 2
