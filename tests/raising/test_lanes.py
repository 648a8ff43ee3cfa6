"""Visits from the field in cycles of some lanes, which know only what was shown last."""

from syncd import retention
from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Lane
from tests.cycle.office import Office
from tests.raising.faults_seen import NUMBER, a_property, raised_jobs, see_fault
from tests.retention.test_finished_work import KEPT, said


async def test_the_lane_of_visits_raises_the_job_and_tags_the_visit(field: Office) -> None:
    """Within one cycle, without a sweep of jobs."""
    visit = see_fault(field)
    report = await field.run_lanes(Lane.VISITS)
    assert report.applied == {IntentKind.CREATE_JOB: 1, IntentKind.UPDATE_VISIT: 1}
    (job,) = raised_jobs(field)
    assert job["OID"] in field.box.world.visits.need(visit["_id"])["obs"]
    field.mark()
    for lane in (Lane.CLOSURES, Lane.JOBS, Lane.VISITS):
        assert (await field.run_lanes(lane)).outcome is Outcome.OK
    assert field.effects() == []


async def test_a_question_stays_in_cycles_that_read_no_open_visits(field: Office) -> None:
    """It is the same item, and its answer is acted on by the next cycle of any lane."""
    see_fault(field, address="somewhere else")
    await field.run_lanes(Lane.VISITS)
    (item,) = field.inbox("unmatched_visit")
    for lane in (Lane.CLOSURES, Lane.JOBS):
        await field.run_lanes(lane)
        assert [each.item_id for each in field.inbox("unmatched_visit")] == [item.item_id]
    field.decide(item, a_property(field)["OID"])
    await field.run_lanes(Lane.CLOSURES)
    assert len(raised_jobs(field)) == 1


async def test_a_visit_that_was_deleted_is_forgotten_for_good(field: Office) -> None:
    """No later cycle, of whatever lane, makes a job of it or asks about it again."""
    visit = see_fault(field, address="somewhere else")
    await field.run_lanes(Lane.VISITS)
    field.delete("visits", visit)
    await field.run_lanes(Lane.VISITS)
    assert field.inbox() == []
    assert "somewhere else" not in said(field, "observations")
    for lane in (Lane.CLOSURES, Lane.JOBS, Lane.VISITS):
        assert (await field.run_lanes(lane)).outcome is Outcome.OK
    assert (field.inbox(), raised_jobs(field)) == ([], [])


async def test_a_visit_that_is_shown_again_is_asked_about_again(field: Office) -> None:
    """What was forgotten is read anew."""
    visit = see_fault(field, address="somewhere else")
    await field.run()
    field.edit_visit(visit, closed=True, confirmClose=True)
    await field.run()
    assert field.inbox() == []
    field.edit_visit(visit, closed=False, confirmClose=False)
    await field.run()
    assert len(field.inbox("unmatched_visit")) == 1


async def test_what_waits_for_a_property_is_dropped_in_time_and_read_again(field: Office) -> None:
    """It is about people like any visit; while LetsJobIt shows it, the next cycle knows it anew."""
    see_fault(field, address="somewhere else")
    await field.run()
    (item,) = field.inbox("unmatched_visit")
    field.clock.move(days=200)
    await retention.tend(field.app.database, KEPT, owner=field.app.owner, clock=field.clock)
    assert "somewhere else" not in said(field, "observations")
    await field.run()
    assert "somewhere else" in said(field, "observations")
    assert [each.item_id for each in field.inbox("unmatched_visit")] == [item.item_id]


async def test_what_was_sent_about_a_visit_without_a_link_is_dropped_in_time(
    field: Office,
) -> None:
    """A job that was planned and never made leaves nothing personal behind."""
    visit = see_fault(field)
    field.fault("status", path="/job", method="POST", status=401)
    await field.run()
    field.delete("visits", visit)
    await field.run()
    assert "Gutter" in said(field, "intents")
    field.clock.move(days=200)
    await retention.tend(field.app.database, KEPT, owner=field.app.owner, clock=field.clock)
    for table in ("intents", "journal", "observations", "closures"):
        assert "Gutter" not in said(field, table), table
    assert NUMBER in said(field, "intents")
