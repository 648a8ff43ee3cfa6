"""Several visits of one job: evidence of each, one completion, invoices numbered on."""

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import TAP, Person, Story, kind_of
from tests.closures.test_lost_store import stop_after
from tests.closures.test_state_table import put_job
from tests.cycle.office import Record


def numbers(story: Story) -> list[str]:
    """The numbers of the job's invoices, less the job's own."""
    own = story.job()["GlobalReference"]
    return sorted(each["InvoiceNumber"].removeprefix(own) for each in story.invoices())


def key_of(story: Story) -> str:
    """The `_id` of the job's only visit."""
    return str(story.visit()["_id"])


async def test_the_last_open_visit_completes_the_job(story: Story) -> None:
    """While another visit of the job is open, a closed one delivers evidence and invoice but no
    status; each visit has its own evidence, and the second invoice is "-2"."""
    first = story.visit()
    second = story.add_visit(story.job())
    story.close(first)
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] != "Completed"
    assert story.by_key(first["_id"])["confirmClose"]
    assert (len(story.documents()), numbers(story)) == (2, [""])
    story.office.clock.move(hours=3)
    story.close(second, amount="80.00")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Completed"
    assert story.by_key(second["_id"])["confirmClose"]
    assert sorted(map(kind_of, story.documents())) == ["job-sheet"] * 2 + ["signature"] * 2
    assert numbers(story) == ["", "-2"]
    assert not any(each.details.get("repeats") for each in story.sent())


async def test_closures_of_one_job_are_delivered_oldest_first(story: Story) -> None:
    """Also where the newer one was made first: the older closure has the job's first number."""
    newer = story.visit()
    older = story.add_visit(story.job())
    story.close(older, amount="50.00")
    story.office.clock.move(minutes=30)
    story.close(newer)
    assert (await story.office.run()).outcome is Outcome.OK
    amounts = {e["InvoiceNumber"]: e["Amount"] for e in story.invoices()}
    own = story.job()["GlobalReference"]
    assert amounts == {own: 50, f"{own}-2": 120}
    assert len(story.office.effects("job_updated")) == 1


@pytest.mark.parametrize("is_newer_first", [True, False], ids=["newer first", "older first"])
@pytest.mark.parametrize("is_copy", [True, False], ids=["copy", "by hand"])
@pytest.mark.parametrize("step", ["status", "signature", "job-sheet", "invoice"])
async def test_a_store_lost_between_two_closures_of_one_job(
    story: Story, step: str, is_newer_first: bool, is_copy: bool
) -> None:
    """Whatever was delivered of the first is not delivered again under another number."""
    two = [story.visit(), story.add_visit(story.job(), is_copy=is_copy)]
    two.sort(key=lambda each: each["_id"], reverse=is_newer_first)
    for visit, amount in zip(two, ("50.00", "120.00"), strict=True):
        story.close(visit, amount=amount)
        story.office.clock.move(minutes=30)
    await stop_after(story, step)
    async with story.again() as here:
        await here.rest(Person.of(here))
        assert numbers(here) == ["", "-2"]
        amounts = sorted(each["Amount"] for each in here.invoices())
        assert amounts == [50, 120]
        assert len(here.documents()) == 4


async def test_a_lost_store_and_an_earlier_visit_that_was_free(story: Story) -> None:
    """The job lists one invoice, and it may be that of either visit: a person is asked."""
    first, second = story.visit(), story.add_visit(story.job())
    story.close(first, amount="0")
    await story.office.run()
    story.office.clock.move(hours=1)
    story.close(second)
    await stop_after(story, "invoice")
    assert numbers(story) == [""]
    async with story.again() as here:
        await here.office.run()
        if here.office.inbox("history"):
            here.office.answer(here.office.inbox("history")[0], "deliver")
            await here.office.run()
        (item,) = here.office.inbox("in_doubt")
        here.office.answer(item, "it-arrived")
        assert (await here.office.run()).outcome is Outcome.OK
        assert numbers(here) == [""]


@pytest.mark.parametrize("is_at_once", [True, False], ids=["at once", "later"])
async def test_a_job_that_is_wanted_again_gets_its_next_visit(
    story: Story, is_at_once: bool
) -> None:
    """After delivery and completion the agency opens the job again: a second visit, delivered with
    its own evidence and the invoice "-2"."""
    story.close()
    await story.rest()
    if not is_at_once:
        await story.office.run()
    first = key_of(story)
    await put_job(story, "wanted")
    assert (await story.office.run()).outcome is Outcome.OK
    second = _other(story, first)
    assert second["docNo"] == story.job()["GlobalReference"]
    story.office.clock.move(hours=5)
    story.close(second, amount="60.00")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Completed"
    assert numbers(story) == ["", "-2"]
    assert len(story.documents()) == 4


def _other(story: Story, key: str) -> Record:
    with story.office.box.world.lock:
        found = story.office.box.world.visits.records()
    number = story.job(TAP)["GlobalReference"]
    (other,) = [each for each in found if each["docNo"] == number and each["_id"] != key]
    return other


async def test_a_visit_whose_number_only_contains_ours_is_not_touched(story: Story) -> None:
    """`docNo` is searched by "contains": MJ-1 is not MJ-10."""
    number = story.job()["GlobalReference"]
    alien = story.add_visit(story.job(), docNo=f"{number}0")
    story.close(alien)
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.office.effects() == []


# The other visit goes away without a closure


async def first_closed(story: Story) -> tuple[Record, Record]:
    """Two visits of a job, the first closed and delivered without a status; both visits."""
    first, second = story.visit(), story.add_visit(story.job())
    story.close(first)
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.by_key(first["_id"])["confirmClose"]
    assert story.job()["Status"] != "Completed"
    return first, second


def take_away(story: Story, visit: Record, how: str) -> None:
    """The dispatcher takes a visit back."""
    if how == "hidden":
        story.office.edit_visit(visit, inMobileApp=False)
    else:
        story.office.delete("visits", visit)


@pytest.mark.parametrize("how", ["hidden", "deleted"])
async def test_a_job_whose_last_open_visit_goes_away_is_asked_about(story: Story, how: str) -> None:
    """Nobody but a person knows whether the work is done: `letsjobit` completes the job, with
    nothing sent twice."""
    _, second = await first_closed(story)
    story.office.mark()
    take_away(story, second, how)
    for _ in range(2):
        assert (await story.office.run()).outcome is Outcome.ATTENTION
    (item,) = story.office.inbox()
    assert (item.question.kind, item.question.topic.partition(":")[0]) == ("conflict", "unfinished")
    assert story.office.effects() == []
    story.office.answer(item, "letsjobit")
    assert (await story.office.run()).outcome is Outcome.OK
    assert [each.kind for each in story.office.effects()] == ["job_updated"]
    assert story.job()["Status"] == "Completed"
    assert (len(story.documents()), numbers(story)) == (2, [""])
    await story.assert_quiet()


async def test_a_job_that_its_person_leaves_open_is_not_asked_about_again(story: Story) -> None:
    """`agentos`: the job keeps its status. A third visit completes it in the end, and the answer
    is forgotten."""
    _, second = await first_closed(story)
    take_away(story, second, "deleted")
    await story.office.run()
    story.office.answer(story.office.inbox()[0], "agentos")
    await story.assert_quiet()
    third = story.add_visit(story.job(), id=7_000_009)
    await story.assert_quiet()
    story.office.clock.move(hours=3)
    story.close(third, amount="80.00")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Completed"
    assert numbers(story) == ["", "-2"]
    assert len(story.office.effects("job_updated")) == 1
    await story.assert_quiet()


async def test_a_job_that_the_agency_completes_itself_is_not_asked_about(story: Story) -> None:
    """The other visit goes away because the agency says that all is done."""
    _, second = await first_closed(story)
    take_away(story, second, "deleted")
    await put_job(story, "completed")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.office.inbox() == []
    await story.assert_quiet()


async def test_a_deleted_visit_of_ours_is_one_question_and_then_the_other(story: Story) -> None:
    """Our own visit goes while a colleague's was closed: first whether it is made again, and only
    when it is not, whether the work is done."""
    ours, second = story.visit(), story.add_visit(story.job())
    story.close(second)
    await story.office.run()
    story.office.delete("visits", ours)
    await story.office.run()
    assert [e.question.kind for e in story.office.inbox()] == ["visit_deleted"]
    story.office.answer(story.office.inbox()[0], "leave")
    await story.office.run()
    (item,) = story.office.inbox()
    story.office.answer(item, "letsjobit")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Completed"
    await story.assert_quiet()


async def test_a_visit_that_is_shown_again_completes_its_job_as_ever(story: Story) -> None:
    """The dispatcher hides the other visit and shows it again before anybody answers: the question
    closes itself, and the visit's closure completes the job."""
    _, second = await first_closed(story)
    take_away(story, second, "hidden")
    await story.office.run()
    story.office.edit_visit(second, inMobileApp=True)
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.office.inbox() == []
    story.office.clock.move(hours=2)
    story.close(second, amount="80.00")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Completed"
    await story.assert_quiet()
