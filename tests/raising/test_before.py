"""Visits from the field that were there before syncd made jobs, or before it lost its store."""

from typing import Any

import pytest

from syncd.cycle.field_history import BEFORE
from syncd.cycle.report import Outcome
from syncd.model import Lane
from syncd.store import cycles
from syncd.telling.choices import meanings
from tests.cycle.office import Office, Record, connection_of
from tests.raising.conftest import switch_on
from tests.raising.faults_seen import NUMBER, a_property, raised_jobs, see_fault
from tests.raising.legacy import alone, beside_v4, created

CHOICES = ("deliver", "already-handled")


async def test_a_lost_store_asks_once_about_visits_that_no_job_was_made_of(field: Office) -> None:
    """One fitted no property; with its store lost the two are one question, and `deliver` goes on
    where it stood."""
    see_fault(field, address="somewhere else")
    see_fault(field, docNo="NF-18", address="somewhere else")
    await field.run()
    assert len(field.inbox("unmatched_visit")) == 2
    field.clock.move(hours=1)
    async with field.configured(switch_on, store="") as again:
        for _ in range(2):
            assert (await again.run()).outcome is Outcome.ATTENTION
        (item,) = again.inbox()
        assert (item.question.kind, item.question.choices) == ("history", CHOICES)
        assert item.question.details["visits"] == [NUMBER, "NF-18"]
        assert "2" in item.question.summary
        again.answer(item, "deliver")
        assert (await again.run()).outcome is Outcome.ATTENTION
        assert len(again.inbox()) == len(again.inbox("unmatched_visit")) == 2
        again.decide(again.inbox()[0], a_property(again)["OID"])
        await again.run()
        assert len(raised_jobs(again)) == 1


async def test_a_job_that_was_made_before_the_loss_is_none_of_the_question(field: Office) -> None:
    """It is found by its mark; only the other visit is asked about, and gets its one job."""
    see_fault(field)
    await field.run()
    field.edit_visit(field.visits()[NUMBER], obs="words without our tag")
    see_fault(field, docNo="NF-18")
    field.clock.move(hours=1)
    async with field.configured(switch_on, store="") as again:
        again.mark()
        await again.run()
        (item,) = again.inbox()
        assert item.question.details["visits"] == ["NF-18"]
        again.answer(item, "deliver")
        for _ in range(2):
            assert (await again.run()).outcome is Outcome.OK
        assert len(again.effects("job_created")) == 1
        assert len(raised_jobs(again)) == 2


async def test_what_was_handled_already_is_left_alone_for_good(field: Office) -> None:
    """The word counts for all of them, and for no visit that is raised later."""
    see_fault(field, address="somewhere else")
    await field.run()
    field.clock.move(hours=1)
    async with field.configured(switch_on, store="") as again:
        await again.run()
        again.answer(again.inbox("history")[0], "already-handled")
        again.mark()
        for _ in range(2):
            assert (await again.run()).outcome is Outcome.OK
        assert (again.effects(), again.inbox()) == ([], [])
        again.clock.move(hours=1)
        see_fault(again, docNo="NF-18")
        assert (await again.run()).outcome is Outcome.OK
        assert len(raised_jobs(again)) == 1


async def test_a_first_installation_is_one_question_and_only_where_there_are_such_visits(
    office: Office,
) -> None:
    """Years of visits make no flood of jobs or of questions; acknowledged ones are over."""
    see_fault(office, docNo="X-1", docType="SERVICE")
    see_fault(office, docNo="X-2", closed=True, confirmClose=True)
    async with office.configured(switch_on) as field:
        assert (await field.run()).outcome is Outcome.OK
        assert field.inbox() == []
    for number in range(30):
        see_fault(office, docNo=f"NF-{number}", address="somewhere else")
    office.clock.move(hours=1)
    async with office.configured(switch_on, store="") as field:
        for _ in range(2):
            assert (await field.run()).outcome is Outcome.ATTENTION
        (item,) = field.inbox()
        assert item.question.kind == "history"
        assert "30" in item.question.summary
        assert field.effects("job_created") == []


async def test_visits_from_before_are_not_asked_about_before_jobs_were_read(
    field: Office,
) -> None:
    """Their jobs may be there: while AgentOS is away nobody knows."""
    see_fault(field)
    await field.run()
    field.edit_visit(field.visits()[NUMBER], obs="words without our tag")
    field.clock.move(hours=1)
    async with field.configured(switch_on, store="") as again:
        field.fault("status", status=503, vendor="agentos", method="GET", times=None)
        await again.run_lanes(Lane.VISITS, Lane.CLOSURES, Lane.JOBS)
        assert again.inbox("history") == []
        again.heal()
        assert (await again.run()).outcome is Outcome.OK
        assert again.inbox() == []
        assert len(raised_jobs(again)) == 1


async def test_go_live_says_what_is_left_alone(field: Office) -> None:
    """Visits from before that day are the setting's business, and later ones are taken unasked."""
    see_fault(field)

    def change(document: Record) -> None:
        switch_on(document)
        connection_of(document)["go_live"] = field.clock().date()

    field.clock.move(days=2)
    async with field.configured(change, store="") as again:
        assert (await again.run()).outcome is Outcome.OK
        assert (again.inbox(), raised_jobs(again)) == ([], [])


async def test_a_store_that_left_them_alone_does_not_begin_to_ask(office: Office) -> None:
    """It knows since when it makes jobs, from a syncd that did not ask."""
    see_fault(office)
    office.clock.move(hours=1)
    async with office.configured(switch_on) as field:
        await field.run()
        field.app.database.run_now(cycles.remember_fact, "northgate", BEFORE, None)
        assert (await field.run()).outcome is Outcome.OK
        assert field.inbox() == []


async def test_rebuild_asks_and_a_plan_keeps_nothing(field: Office) -> None:
    """`rebuild` leaves the same one question; `plan` shows no job and opens none."""
    see_fault(field, address="somewhere else")
    field.clock.move(hours=1)
    async with field.configured(switch_on, store="") as again:
        assert (await again.plan()).intents == ()
        assert again.inbox() == []
        await again.rebuild()
        assert len(again.inbox()) == len(again.inbox("history")) == 1
        await again.run()
        assert len(again.inbox()) == len(again.inbox("history")) == 1


async def test_the_question_says_what_each_answer_does(field: Office) -> None:
    """In words of their own: no closure is delivered here."""
    see_fault(field, address="somewhere else")
    field.clock.move(hours=1)
    async with field.configured(switch_on, store="") as again:
        await again.run()
        told = meanings(again.inbox("history")[0].question)
        assert "make jobs" in told["deliver"]
        assert "no job is made" in told["already-handled"]


async def _lost(office: Office, change: Any, answer: str) -> Record:
    """V3 made a job, the store was lost, the visit was closed; then the question was answered."""
    visit = see_fault(office)
    await office.run()
    office.clock.move(hours=1)
    office.act(visit, "close", values={})
    office.clock.move(hours=1)
    async with office.configured(change, store="") as again:
        again.mark()
        for _ in range(2):
            assert (await again.run()).outcome is Outcome.ATTENTION
        (item,) = again.inbox()
        assert item.question.kind == "history"
        assert again.effects() == []
        again.answer(item, answer)
        report = await again.run()
        assert report.applied == {"confirm_close": 1}
        assert report.outcome is (await again.run()).outcome is Outcome.OK
        assert again.inbox() == []
        return {"effects": [e.kind for e in again.effects()], "posts": again.sent("agentos")}


@pytest.mark.parametrize(("answer", "posts"), [("deliver", 1), ("already-handled", 0)])
async def test_with_v3_alone_a_lost_store_still_acknowledges_the_closure(
    legacy: Office, answer: str, posts: int
) -> None:
    """`deliver` sends it again, which V3 refuses as "must be unique": the job is there. Either way
    there is one job, and the engineer's app shows that the office has the visit."""
    found = await _lost(legacy, alone, answer)
    assert found["effects"] == ["close_confirmed"]
    assert len(found["posts"]) == posts
    assert legacy.visits()[NUMBER]["confirmClose"] is True
    legacy.marks.update(effects=0, entries=0)
    assert len(created(legacy)) == 1


async def test_with_v3_alone_a_refused_visit_is_not_forgotten_with_the_store(
    legacy: Office,
) -> None:
    """It waited for a phone number; after the loss it is asked about, and then refused again."""
    see_fault(legacy, contactPhone="")
    await legacy.run()
    assert len(legacy.inbox("refused")) == 1
    legacy.clock.move(hours=1)
    async with legacy.configured(alone, store="") as again:
        await again.run()
        again.answer(again.inbox("history")[0], "deliver")
        await again.run()
        assert len(again.inbox()) == len(again.inbox("refused")) == 1


async def test_beside_v4_a_lost_store_takes_a_job_that_was_not_taken_yet(beside: Office) -> None:
    """Nobody's in V4, so only the repeat shows that it is there; then it is recognised."""
    see_fault(beside)
    await beside.run_lanes(Lane.VISITS)
    assert len(raised_jobs(beside)) == 1
    beside.clock.move(hours=1)
    async with beside.configured(beside_v4, store="") as again:
        await again.run()
        again.answer(again.inbox("history")[0], "deliver")
        for _ in range(3):
            await again.run()
        assert again.inbox() == []
        (job,) = raised_jobs(again)
        assert again.link_of(job).doc_no == NUMBER


async def test_with_v3_alone_a_closed_visit_whose_job_is_left_is_acknowledged(
    legacy: Office,
) -> None:
    """As the choice says: a person does without its job."""
    visit = see_fault(legacy, contactPhone="")
    legacy.act(visit, "close", values={})
    await legacy.run()
    legacy.answer(legacy.inbox("refused")[0], "leave")
    for _ in range(2):
        assert (await legacy.run()).outcome is Outcome.OK
    assert [each.kind for each in legacy.effects()] == ["close_confirmed"]
    assert legacy.visits()[NUMBER]["confirmClose"] is True
