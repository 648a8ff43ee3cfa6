"""Stories of jobs that V3 took and that V4 does not show."""

from syncd.cycle.report import Outcome
from syncd.model import Lane
from tests.cycle.office import Office
from tests.raising.faults_seen import NUMBER, raised_jobs, see_fault
from tests.raising.legacy import CREATE, alone


def hide(office: Office) -> str:
    """Agency staff write over what V3 was told before a sweep has seen it; what they took away."""
    (job,) = raised_jobs(office)
    told = str(job["Description"])
    office.edit_job(job, Description="Gutter")
    return told


async def taken(office: Office) -> str:
    """A job that V3 took and that no sweep has recognised."""
    see_fault(office)
    await office.run_lanes(Lane.VISITS)
    assert len(office.effects("job_created")) == 1
    return hide(office)


async def test_a_job_that_stays_unseen_is_asked_about_once_and_not_at_once(beside: Office) -> None:
    """For an hour it is looked for; then one question says what to do, whatever lane runs."""
    await taken(beside)
    assert (await beside.run()).outcome is Outcome.OK
    beside.clock.move(minutes=59)
    assert (await beside.run()).outcome is Outcome.OK
    beside.clock.move(minutes=2)
    await beside.run_lanes(Lane.CLOSURES)
    assert beside.inbox() == []
    for lane in (Lane.JOBS, Lane.CLOSURES, Lane.VISITS, Lane.JOBS):
        await beside.run_lanes(lane)
        (item,) = beside.inbox()
    assert item.item_id == 1
    assert item.question.kind == "bad_record"
    assert f"the job of visit {NUMBER}" in item.question.summary
    assert (await beside.run()).outcome is Outcome.ATTENTION
    assert len(beside.effects("job_created")) == 1


async def test_the_line_that_the_question_names_is_how_the_job_is_found(beside: Office) -> None:
    """Written back into the job, it is recognised and linked, and the question closes itself."""
    told = await taken(beside)
    beside.clock.move(minutes=61)
    await beside.run()
    (item,) = beside.inbox()
    assert told.splitlines()[-1] in item.question.summary
    beside.edit_job(beside.job_titled("Gutter hangs loose"), Description=told)
    for _ in range(3):
        report = await beside.run()
    assert (report.outcome, beside.inbox()) == (Outcome.OK, [])
    assert beside.link_of(raised_jobs(beside)[0]).doc_no == NUMBER


async def test_retry_looks_for_another_hour_and_leave_for_ever(beside: Office) -> None:
    """Neither sends anything."""
    await taken(beside)
    beside.clock.move(minutes=61)
    await beside.run()
    beside.answer(beside.inbox()[0], "retry")
    assert (await beside.run()).outcome is Outcome.OK
    beside.clock.move(minutes=61)
    await beside.run()
    beside.answer(beside.inbox()[0], "leave")
    for _ in range(2):
        beside.clock.move(hours=3)
        assert (await beside.run()).outcome is Outcome.OK
    assert len(beside.effects("job_created")) == 1


async def test_a_waived_job_is_not_looked_for(beside: Office) -> None:
    """V3 declined it, and a person does without: no list will ever show it."""
    see_fault(beside)
    beside.fault("status", status=400, **CREATE, times=None, after_effect=False)
    await beside.run()
    beside.answer(beside.inbox("refused")[0], "leave")
    for _ in range(2):
        await beside.run()
        beside.clock.move(hours=3)
    assert (await beside.run()).outcome is Outcome.OK
    assert beside.inbox() == []


async def test_nobody_is_asked_any_more_once_the_visit_is_gone(beside: Office) -> None:
    """There is nothing left to deliver: the question closes itself, whatever lane runs next."""
    await taken(beside)
    beside.clock.move(minutes=61)
    await beside.run()
    assert len(beside.inbox()) == 1
    beside.delete("visits", beside.visits()[NUMBER])
    for lane in (Lane.VISITS, Lane.JOBS, Lane.CLOSURES, Lane.JOBS):
        await beside.run_lanes(lane)
        assert beside.inbox() == []
        beside.clock.move(hours=3)
    assert (await beside.run()).outcome is Outcome.OK


async def test_a_job_that_is_seen_at_once_is_never_asked_about(beside: Office) -> None:
    """The usual story, however late the next look is."""
    see_fault(beside)
    await beside.run()
    for _ in range(3):
        beside.clock.move(hours=3)
        assert (await beside.run()).outcome is Outcome.OK
    assert beside.inbox() == []


async def test_where_nothing_is_ever_shown_nothing_is_asked(office: Office) -> None:
    """With V3 alone nobody expects to see the job."""
    async with office.configured(alone, store="") as legacy:
        await legacy.run()
        legacy.clock.move(hours=1)
        see_fault(legacy)
        for _ in range(3):
            assert (await legacy.run()).outcome is Outcome.OK
            legacy.clock.move(hours=3)
        assert legacy.inbox() == []
