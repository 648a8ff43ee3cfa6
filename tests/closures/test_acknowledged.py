"""Visits of ours that somebody acknowledged before syncd read that they were closed: what engineers
left there is asked about once, and delivered on a person's word."""

from pathlib import Path

import pytest

from syncd.cycle.report import CycleReport, Outcome
from syncd.model import Lane
from syncd.store.backup import backup
from syncd.store.inbox import InboxItem
from tests.closures.story import DOOR, TAP, Person, Story
from tests.closures.test_ambiguity import AGENCIES, WRITES
from tests.cycle.office import Record

WORDS = (
    "Visit {} was closed and acknowledged in LetsJobIt by somebody else before syncd read it: "
    "nothing of it is in AgentOS."
)


def close_and_acknowledge(story: Story, title: str = TAP) -> Record:
    """An engineer closes, and the office acknowledges at once."""
    closed = story.close(title)
    story.office.edit_visit(closed, confirmClose=True)
    return closed


async def run(story: Story, how: str) -> CycleReport:
    """One `run-once`, or one cycle of the daemon's lanes."""
    if how == "run-once":
        return await story.office.run()
    return await story.office.run_lanes(Lane.CLOSURES, Lane.VISITS)


async def ask(story: Story, how: str = "run-once") -> InboxItem:
    """The question about a visit that was acknowledged; nothing was sent."""
    visit = close_and_acknowledge(story)
    story.office.mark()
    await run(story, how)
    (item,) = story.office.inbox()
    assert item.question.kind.value == "bad_record"
    assert item.question.summary == WORDS.format(visit["docNo"])
    assert item.question.choices == ("retry", "leave")
    assert story.office.effects() == []
    return item


@pytest.mark.parametrize("how", ["run-once", "lanes"])
async def test_one_question_and_then_everything_is_delivered(story: Story, how: str) -> None:
    """The question stays one; `retry` delivers status, papers and invoice, and acknowledges nothing
    that is acknowledged."""
    item = await ask(story, how)
    await run(story, how)
    assert [each.item_id for each in story.office.inbox()] == [item.item_id]
    story.office.answer(item, "retry")
    assert (await run(story, how)).outcome is Outcome.OK
    story.assert_delivered_once()
    assert story.office.effects("close_confirmed", "visit_unchanged") == []
    await story.assert_quiet()
    await story.assert_quiet()


async def test_the_lane_of_closures_alone_delivers_it(story: Story) -> None:
    """Once it was asked, nothing else needs to be read."""
    story.office.answer(await ask(story, "lanes"), "retry")
    assert (await story.office.run_lanes(Lane.CLOSURES)).outcome is Outcome.OK
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_what_is_left_is_never_asked_again(story: Story) -> None:
    """`leave`: nothing goes to AgentOS, whatever is changed about the visit later."""
    item = await ask(story)
    story.office.answer(item, "leave")
    await story.assert_quiet()
    story.office.edit_visit(story.visit(), customerPhone="07700 900123")
    await story.assert_quiet()
    await story.office.run_lanes(Lane.CLOSURES, Lane.VISITS)
    assert (story.office.inbox(), story.sent()) == ([], [])


async def test_a_word_holds_while_a_guard_holds_the_invoice(story: Story) -> None:
    """`retry` is not asked for again when nothing could be sent yet."""

    def strict(document: Record) -> None:
        document["guards"] = {**document.get("guards", {}), "max_invoice_total": 1}
        connection = document["connections"][0]
        connection["documents"] = {"signature": False, "job_sheet": False}

    async with story.configured(strict) as here:
        completed = here.office.box.world.agency.status_types.records()
        done = next(each["OID"] for each in completed if each["Name"] == "Completed")
        item = await ask(here)
        here.office.edit_job(here.job(), StatusID=done)
        here.office.answer(item, "retry")
        for _ in range(2):
            await here.office.run()
            (guard,) = here.office.inbox()
            assert guard.question.kind.value == "guard"
        here.office.answer(guard, "approve")
        await here.office.run()
        assert len(here.invoices()) == 1
        await here.assert_quiet()


@pytest.mark.parametrize("path", ["/job/", "/invoice/submit"])
async def test_an_outage_in_between_costs_nothing(story: Story, path: str) -> None:
    """What could not be sent is sent later, each once; nobody is asked a second time."""
    item = await ask(story)
    story.office.fault("status", status=401, path=path, times=None)
    story.office.answer(item, "retry")
    await story.office.run()
    assert story.office.inbox() == []
    story.office.heal()
    await story.rest()
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_what_syncd_delivered_is_not_asked_about(story: Story) -> None:
    """All but the acknowledgement was delivered, then somebody acknowledges: that was all."""
    closed = story.close()
    story.office.fault("status", status=401, vendor="letsjobit", method="PUT", times=None)
    await story.office.run()
    story.office.heal()
    story.office.edit_visit(closed, confirmClose=True)
    assert (await story.office.run()).outcome is Outcome.OK
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_after_a_lost_store_nobody_is_asked(story: Story) -> None:
    """A store that never saw the visit open cannot tell who acknowledged it."""
    close_and_acknowledge(story)
    async with story.again() as here:
        here.office.mark()
        await here.assert_quiet()
        await here.assert_quiet()


async def test_a_store_that_is_lost_after_the_question_forgets_it(story: Story) -> None:
    """The new one reads the visit as history; nothing is sent."""
    await ask(story)
    async with story.again() as here:
        await here.assert_quiet()


async def test_an_old_copy_of_the_store_asks_about_nothing_that_agentos_shows(
    story: Story, tmp_path: Path
) -> None:
    """What was delivered after the copy was made is found at AgentOS."""
    backup(story.office.app.database, tmp_path / "copy.db")
    story.close()
    await story.rest()
    async with story.office.configured(store=f"sqlite:///{tmp_path}/copy.db") as put_back:
        here = Story(put_back)
        await here.assert_quiet()
        await here.assert_quiet()
        here.assert_delivered_once()


async def test_a_visit_that_was_just_changed_by_us(story: Story) -> None:
    """Also where syncd learns of it by looking before it writes."""
    job = story.job()
    story.office.edit_job(job, Description="Bring a ladder")
    closed = close_and_acknowledge(story)
    await story.office.run_lanes(Lane.JOBS)
    assert story.office.effects("visit_updated") == []
    (item,) = story.office.inbox()
    assert item.question.summary == WORDS.format(closed["docNo"])
    story.office.answer(item, "retry")
    await story.rest()
    story.assert_delivered_once()


async def test_two_visits_are_two_questions(story: Story) -> None:
    """One may have been handled, and the other not."""
    for title in (TAP, DOOR):
        close_and_acknowledge(story, title)
    await story.office.run()
    tap, door = story.visit(TAP), story.visit(DOOR)
    asked = {each.question.visit_id: each for each in story.office.inbox()}
    assert set(asked) == {tap["id"], door["id"]}
    story.office.answer(asked[tap["id"]], "retry")
    story.office.answer(asked[door["id"]], "leave")
    await story.rest()
    story.assert_delivered_once(TAP)
    assert (story.documents(DOOR), story.invoices(DOOR)) == ([], [])
    assert story.job(DOOR)["Status"] != "Completed"


async def test_one_that_is_put_back_into_the_queue_is_delivered(story: Story) -> None:
    """Somebody takes the acknowledgement back: nothing is left to ask."""
    await ask(story)
    story.office.edit_visit(story.visit(), confirmClose=False)
    await story.rest()
    story.assert_delivered_once()
    await story.assert_quiet()


@pytest.mark.parametrize("write", ["status", "signature", "job-sheet", "invoice"])
async def test_a_write_whose_answer_was_lost_is_found(story: Story, write: str) -> None:
    """What was sent on a person's word and never answered is looked for, not sent again."""
    story.office.answer(await ask(story), "retry")
    story.office.fault("reset_after_effect", times=1, **WRITES[write])
    await story.rest()
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_a_plan_that_is_kept_and_not_performed_is_performed_later(story: Story) -> None:
    """A process that ends right after its plan leaves the word in force."""
    story.office.answer(await ask(story), "retry")
    await story.office.run_lanes(Lane.CLOSURES, seconds=0)
    assert (story.sent(), story.office.inbox()) == ([], [])
    await story.rest()
    story.assert_delivered_once()


async def test_an_old_copy_with_the_question_closes_it(story: Story, tmp_path: Path) -> None:
    """What was delivered on a person's word after the copy was made is found at AgentOS."""
    item = await ask(story)
    backup(story.office.app.database, tmp_path / "copy.db")
    story.office.answer(item, "retry")
    await story.rest()
    async with story.office.configured(store=f"sqlite:///{tmp_path}/copy.db") as put_back:
        here = Story(put_back)
        await here.assert_quiet()
        here.assert_delivered_once()


@pytest.mark.parametrize("name", ["documents shown", "tier alone", "nothing, ask"])
async def test_what_agentos_does_not_show_is_not_claimed(story: Story, name: str) -> None:
    """Where AgentOS shows no documents a person is told to look, after one look at the job."""
    agency = AGENCIES[name]
    agency.arrange(story)
    async with story.configured(agency.settings) as here:
        await here.office.run()
        close_and_acknowledge(here)
        await here.office.run()
        (item,) = here.office.inbox()
        said = "nothing of it is in AgentOS" if agency.documents else "look there first"
        assert said in item.question.summary
        here.office.mark()
        await here.office.run()
        assert not [e for e in here.office.sent("agentos") if here.job()["OID"] in e.path]
        here.office.answer(item, "retry")
        await here.rest(Person.of(here))
        here.assert_delivered_once()
        await here.assert_quiet()


async def test_a_second_visit_that_was_acknowledged_is_asked_about_too(story: Story) -> None:
    """A copy of ours that was open counts; the delivered one is not asked about."""
    first = story.visit()
    second = story.add_visit(story.job(), is_copy=True)
    await story.office.run()
    story.close(first)
    await story.office.run()
    story.office.edit_visit(story.close(second, amount="50.00"), confirmClose=True)
    await story.office.run()
    (item,) = story.office.inbox()
    assert item.question.visit_id == second["id"]
    story.office.answer(item, "retry")
    await story.rest()
    assert len(story.invoices()) == 2
    assert story.job()["Status"] == "Completed"
    await story.assert_quiet()


@pytest.mark.parametrize("is_tagged", [True, False])
async def test_what_was_closed_before_syncd_saw_it_is_not_asked_about(
    story: Story, is_tagged: bool
) -> None:
    """A visit that nobody saw open is somebody else's, whoever made it."""
    made = story.add_visit(story.job(), is_copy=is_tagged)
    story.office.edit_visit(story.close(made), confirmClose=True)
    await story.assert_quiet()
    await story.office.run_lanes(Lane.CLOSURES, Lane.VISITS)
    assert (story.office.inbox(), story.sent()) == ([], [])
