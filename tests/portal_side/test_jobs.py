"""The portal's jobs become visits, and what is not shown is not gone."""

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import DOOR, TAP, Story

HIDDEN = "does not show it any more, which proves nothing"


async def test_jobs_of_the_portal_become_visits_without_a_key(story: Story) -> None:
    """Each open job has its visit, with the address, the tenant and the number that it shows; no
    request goes to AgentOS itself, and a second run writes nothing."""
    office = story.office
    assert len(office.ours()) == 8
    visit = story.visit(TAP)
    assert (visit["docNo"], visit["contactPerson"]) == ("MJ-10458", "Tomasz Milne")
    assert visit["address"] == "Flat 2, 41, Rosemount Viaduct, Rosemount"
    assert (visit["city"], visit["postCode"]) == ("Aberdeen", "AB25 1NQ")
    assert visit["siteId"] == story.job(TAP)["PropertyID"]
    report = await office.run()
    assert (report.outcome, office.effects()) == (Outcome.OK, [])
    assert office.sent("agentos") == []
    assert {each.method for each in office.sent("portal")} == {"GET"}


async def test_a_changed_job_changes_its_visit_and_a_cancelled_one_takes_it_away(
    story: Story,
) -> None:
    """The same planning as with V4."""
    story.office.edit_job(story.job(TAP), Description="The trap leaks.")
    statuses = story.office.box.world.agency.status_types.records()
    cancelled = next(each["OID"] for each in statuses if each["Name"] == "Cancelled")
    story.office.edit_job(story.job(DOOR), StatusID=cancelled)
    await story.office.run()
    assert "The trap leaks." in story.visit(TAP)["obs"]
    assert story.visit(DOOR)["inMobileApp"] is False


async def test_a_word_without_a_meaning_leaves_the_visit_as_it_is(story: Story) -> None:
    """The portal has no list of its words, so nothing is asked about one."""
    statuses = story.office.box.world.agency.status_types.records()
    waiting = next(each["OID"] for each in statuses if each["Name"] == "Awaiting Access")
    story.office.edit_job(story.job(TAP), StatusID=waiting)
    report = await story.office.run()
    assert (report.outcome, story.office.inbox()) == (Outcome.OK, [])
    assert story.visit(TAP)["inMobileApp"] is True


async def test_a_job_that_left_the_list_is_asked_for_and_its_visit_stays(story: Story) -> None:
    """After 90 days the list has it no more; the details still do."""
    office = story.office
    office.edit_job(story.job(TAP), ReportedAt="2025-11-01T09:00:00")
    office.edit_visit(story.visit(TAP), date="2026-03-05")
    await office.run()
    office.mark()
    for _ in range(4):
        report = await office.run()
    assert (report.outcome, office.effects(), office.inbox()) == (Outcome.OK, [], [])
    assert any("maintenanceJobDetails" in each.path for each in office.sent("portal"))


async def test_a_job_of_which_nothing_is_shown_is_neither_gone_nor_forgotten(story: Story) -> None:
    """Null proves nothing: its visit stays, and one question says so until it is shown again."""
    office, job = story.office, story.job(TAP)
    ours = job["ContractorID"]
    with office.box.world.lock:
        office.box.world.agency.jobs.put({**job, "ContractorID": "co-0014-7753"})
    for _ in range(4):
        report = await office.run()
    assert (report.outcome, office.effects()) == (Outcome.ATTENTION, [])
    (item,) = office.inbox()
    assert item.question.kind == "bad_record"
    assert HIDDEN in item.question.summary
    assert story.visit(TAP)["inMobileApp"] is True
    with office.box.world.lock:
        office.box.world.agency.jobs.put({**job, "ContractorID": ours})
    assert (await office.run()).outcome is Outcome.OK
    assert office.inbox() == []


async def test_an_empty_list_takes_nothing_away(story: Story) -> None:
    """AgentOS fails behind the portal, which answers empty lists: nothing is done, as often as
    it may be so."""
    story.office.options(portal_hides_errors=True)
    for _ in range(4):
        await story.office.run()
    assert story.office.effects() == []
    assert all(each["inMobileApp"] for each in story.office.ours().values())
    story.office.options(portal_hides_errors=False)
    assert (await story.office.run()).outcome is Outcome.OK


@pytest.mark.parametrize("fault", ["html", "garbage", "status", "timeout", "truncated"])
async def test_a_portal_that_fails_is_said_and_changes_nothing(story: Story, fault: str) -> None:
    """The cycle is not finished, and the next one is."""
    story.office.fault(fault, vendor="portal", times=None)
    report = await story.office.run()
    assert report.outcome is Outcome.INCOMPLETE
    assert report.errors
    story.office.heal()
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.office.effects() == []
