"""Cycles of some lanes: each reads its own lists, the plan is made of those and of what the store
remembers, and nothing is concluded from a list that was not read."""

import asyncio
from typing import Any

import pytest

from syncd.cycle import running
from syncd.cycle.looking import LEAST_TO_DOUBT
from syncd.cycle.planning import CyclePlan
from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Lane, Side
from tests.closures.story import DOOR, TAP, Story
from tests.cycle.office import ANOTHER_DRIVER, Record, connection_of

READ_CLOSURES = 3
"""Requests of a quiet look at closures: those that wait, those under way, those skipped."""


def asked(story: Story) -> tuple[int, int]:
    """Requests to AgentOS and to LetsJobIt since the mark."""
    return len(story.office.sent("agentos")), len(story.office.sent("letsjobit"))


def down(story: Story, side: Side, status: int = 503) -> None:
    """A vendor answers nothing but this."""
    story.office.fault("status", vendor=side.value, status=status, times=None)


@pytest.mark.parametrize(
    ("lanes", "requests"),
    [
        ({Lane.CLOSURES}, (0, READ_CLOSURES)),
        ({Lane.JOBS}, (2, 0)),
        ({Lane.VISITS}, (0, 2)),
        ({Lane.CLOSURES, Lane.JOBS}, (2, READ_CLOSURES)),
        ({Lane.DIRECTORY}, (8, 0)),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else "",
)
async def test_a_quiet_cycle_asks_for_its_lanes_and_nothing_else(
    story: Story, lanes: set[Lane], requests: tuple[int, int]
) -> None:
    """Looking at closures costs AgentOS nothing; only what was read counts as read."""
    report = await story.office.run_lanes(*lanes)
    assert (report.outcome, asked(story)) == (Outcome.OK, requests)
    beside = {Lane.CLOSURES} if Lane.VISITS in lanes else set()
    assert dict(report.lanes) == dict.fromkeys(lanes | beside)
    assert story.office.effects() == []


async def test_the_first_cycle_reads_everything_whatever_is_due(story: Story) -> None:
    """Without links there is nothing to compare one lane with."""
    async with story.again() as fresh:
        report = await fresh.office.run_lanes(Lane.CLOSURES)
        assert (report.outcome, set(report.lanes)) == (Outcome.OK, set(Lane) - {Lane.STATEMENTS})
        assert fresh.office.rows("links")


async def test_a_closure_is_delivered_by_the_closures_lane_alone(story: Story) -> None:
    """Status, documents, invoice, acknowledgement, without a sweep of jobs."""
    story.close()
    report = await story.office.run_lanes(Lane.CLOSURES)
    assert report.outcome is Outcome.OK, report
    story.assert_delivered_once()
    assert not [each for each in story.office.sent("agentos") if "/jobs/{branchID}/" in each.route]
    await story.assert_quiet()


@pytest.mark.parametrize("others", [0, 150], ids=["few visits", "many visits"])
async def test_a_return_visit_that_was_added_a_moment_ago_keeps_the_job_open(
    story: Story, others: int
) -> None:
    """Also when no sweep of visits has shown it yet: a new closure has its number looked for, or
    all visits swept where that is cheaper."""
    if others:
        story.office.bulk(visits=others)
        await story.office.run_lanes(Lane.VISITS)
    first = story.visit()
    story.add_visit(story.job())
    story.close(first)
    report = await story.office.run_lanes(Lane.CLOSURES)
    assert report.outcome is Outcome.OK, report
    assert story.job()["Status"] != "Completed"
    assert story.by_key(first["_id"])["confirmClose"]


async def test_visits_under_way_and_skipped_are_reported_by_the_closures_lane(
    story: Story,
) -> None:
    """The agency sees them within the shortest interval."""
    story.office.act(story.visit(TAP), "start")
    story.office.act(story.visit(DOOR), "skip")
    report = await story.office.run_lanes(Lane.CLOSURES)
    assert report.outcome is Outcome.OK
    assert story.job(TAP)["Status"] == "In Progress"
    assert story.job(DOOR)["Status"] == "Awaiting Access"


async def test_nothing_is_missed_by_lists_that_were_not_read(story: Story) -> None:
    """However often closures are looked at: no visit is looked up, no job counts as missed."""
    story.office.delete("jobs", story.job(DOOR))
    story.office.delete("visits", story.visit(TAP))
    for _ in range(3):
        await story.office.run_lanes(Lane.CLOSURES)
    assert story.office.effects() == []
    assert asked(story) == (0, 3 * READ_CLOSURES)
    await story.office.run_lanes(Lane.JOBS)
    assert story.office.effects() == []
    await story.office.run_lanes(Lane.JOBS)
    assert [each.kind for each in story.office.effects()] == ["visit_hidden"]
    assert story.office.inbox() == []
    await story.office.run_lanes(Lane.VISITS)
    assert [each.question.kind for each in story.office.inbox()] == ["visit_deleted"]
    await story.office.run_lanes(Lane.CLOSURES)
    assert len(story.office.inbox()) == 1, "a question stays while nobody read its list again"


async def test_a_job_that_a_jobs_lane_shows_gets_its_visit_at_once(story: Story) -> None:
    """With the mark where this account shows it, though no visit was read in this cycle."""
    like = story.job(TAP)
    fields = ("ContractorID", "BranchOID", "PropertyID", "Status", "StatusID", "PriorityID")
    job = {name: like[name] for name in fields if name in like}
    story.office.add("jobs", **job, Title="Loose handrail", Description="It wobbles")
    report = await story.office.run_lanes(Lane.JOBS)
    assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.CREATE_VISIT: 1})
    made = story.visit("Loose handrail")
    assert "[syncd" not in str(made.get("obs")), "the mark is in the lines alone"
    assert "syncd" in str(made["lines"])
    await story.assert_quiet()


async def test_an_outage_of_agentos_stops_nothing_of_letsjobit(story: Story) -> None:
    """A closure is kept, a change of the job that is known goes out, the failed lane is named; and
    when AgentOS is well again, what waited is delivered."""
    story.office.edit_job(story.job(DOOR), Description="The door sticks when it rains")
    await story.office.run_lanes(Lane.JOBS)
    story.close()
    down(story, Side.AGENTOS)
    story.office.mark()
    report = await story.office.run_lanes(Lane.JOBS, Lane.CLOSURES)
    assert report.outcome is Outcome.INCOMPLETE
    assert [lane for lane, error in report.lanes.items() if error is not None] == [Lane.JOBS]
    assert story.office.effects() == []
    assert [e.intent.kind for e in story.office.outbox()].count(IntentKind.CONFIRM_CLOSE) == 1
    story.office.mark()
    await story.office.run_lanes(Lane.CLOSURES, resting=frozenset({Side.AGENTOS}))
    assert asked(story)[0] == 0, "a vendor that rests is not asked"
    story.office.heal()
    report = await story.office.run_lanes(Lane.JOBS)
    assert report.outcome is Outcome.OK, report
    story.assert_delivered_once()


async def test_an_outage_of_letsjobit_stops_nothing_of_agentos(story: Story) -> None:
    """Everything but the acknowledgement of a closure is delivered; that follows."""
    story.close()
    await story.office.run_lanes(Lane.VISITS, seconds=-1)
    assert story.job()["Status"] != "Completed", "there was no time to apply"
    down(story, Side.LETSJOBIT)
    report = await story.office.run_lanes(Lane.JOBS, Lane.CLOSURES)
    assert [lane for lane, error in report.lanes.items() if error is not None] == [Lane.CLOSURES]
    assert story.job()["Status"] == "Completed"
    assert not story.visit()["confirmClose"]
    story.office.heal()
    assert (await story.office.run_lanes(Lane.CLOSURES)).outcome is Outcome.OK
    story.assert_delivered_once()


async def test_a_change_of_both_kinds_goes_on_where_its_vendor_is_well(story: Story) -> None:
    """With AgentOS down, what is known already of a job still goes out to its visit."""
    await story.office.run_lanes(Lane.JOBS)
    story.office.edit_visit(story.visit(DOOR), driverId=ANOTHER_DRIVER)
    story.office.edit_job(story.job(TAP), Description="It drips, and the floor is wet")
    down(story, Side.LETSJOBIT)
    await story.office.run_lanes(Lane.JOBS)
    story.office.heal()
    down(story, Side.AGENTOS)
    report = await story.office.run_lanes(Lane.CLOSURES)
    assert report.applied == {IntentKind.UPDATE_VISIT: 1}


async def test_what_waits_goes_out_with_the_first_reading_that_succeeds(story: Story) -> None:
    """After an outage of LetsJobIt a new visit, a change and a withdrawal do not wait for another
    reading of the jobs: the closures are read first, and with them all of it goes."""
    job = {name: value for name, value in story.job(TAP).items() if name != "OID"}
    story.office.add("jobs", **{**job, "Title": "Loose handrail", "GlobalReference": "MJ-99002"})
    story.office.edit_job(story.job(TAP), Description="It drips, and the floor is wet")
    story.office.edit_job(story.job(DOOR), Status="Cancelled")
    down(story, Side.LETSJOBIT)
    report = await story.office.run_lanes(Lane.JOBS)
    assert report.outbox["pending"] == 3
    story.office.heal()
    report = await story.office.run_lanes(Lane.CLOSURES)
    assert report.applied == {
        IntentKind.CREATE_VISIT: 1,
        IntentKind.UPDATE_VISIT: 1,
        IntentKind.WITHDRAW_VISIT: 1,
    }
    await story.assert_quiet()


async def test_applying_that_is_cut_short_goes_on_later(story: Story) -> None:
    """What there was no time for stays in the outbox, and the report says so."""
    story.close(TAP)
    story.close(DOOR, amount="80.00")
    report = await story.office.run_lanes(Lane.CLOSURES, seconds=0)
    assert report.is_cut_short
    assert report.outbox["pending"] > 0
    report = await story.office.run_lanes(Lane.CLOSURES)
    assert (report.is_cut_short, report.outcome) == (False, Outcome.OK)
    story.assert_delivered_once(TAP)
    story.assert_delivered_once(DOOR)


async def test_a_plan_that_takes_long_keeps_nothing_from_being_done(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time for applying begins when the plan is made; else a large account, or a busy machine,
    would plan for ever and never send anything."""
    seconds, plan = 2.0, running._plan

    async def long_plan(*of: Any) -> CyclePlan:
        made = await plan(*of)
        await asyncio.sleep(seconds * 1.1)
        return made

    monkeypatch.setattr(running, "_plan", long_plan)
    story.close()
    report = await story.office.run_lanes(Lane.CLOSURES, seconds=seconds)
    assert sum(report.applied.values()) > 0


async def test_a_record_that_spoils_its_change_holds_nothing_else_up(story: Story) -> None:
    """What was tried in vain comes last the next time."""
    bad, good = story.visit(TAP), story.visit(DOOR)
    path = f"/visits/{bad['_id']}"
    story.office.fault("status", vendor="letsjobit", method="PUT", path=path, times=None)
    for each in (TAP, DOOR):
        story.office.edit_job(story.job(each), Description=f"{each}, and it is worse now")
    await story.office.run_lanes(Lane.JOBS)
    await story.office.run_lanes(Lane.CLOSURES)
    assert "worse" in str(story.by_key(good["_id"])["obs"])
    assert "worse" not in str(story.by_key(bad["_id"])["obs"])


def without_papers(document: Record) -> None:
    """Settings by which a closure is its status and its acknowledgement."""
    connection_of(document)["documents"] = {"signature": False, "job_sheet": False}
    connection_of(document)["invoice"] = {"enabled": False}


async def test_many_closures_at_once_are_believed_after_a_look_at_one(story: Story) -> None:
    """Twenty records that all look otherwise than a minute ago are a strange answer, or half past
    four; one look tells."""
    async with story.configured(without_papers) as office_of:
        office = office_of.office
        office.bulk(jobs=LEAST_TO_DOUBT)
        await office.run()
        for visit in list(office.ours().values()):
            if not visit["closed"]:
                office.act(visit, "close", signeeName="Ada Example")
        office.mark()
        report = await office.run_lanes(Lane.CLOSURES)
        assert report.errors == ()
        assert report.applied[IntentKind.CONFIRM_CLOSE] >= LEAST_TO_DOUBT
        assert not [each for each in office.ours().values() if not each["confirmClose"]]
