"""Every cell of the state table: a visit in its state, its job in its own, and what follows.

Rows are visits: none, open, hidden by us, in progress, skipped, closed, closed and confirmed,
deleted. Columns are jobs: wanted, under way, other, completed, cancelled, not ours, gone.
"""

import pytest

from syncd.cycle.report import Outcome
from syncd.store.inbox import InboxItem
from tests.closures.story import SENT, Story
from tests.cycle.office import Record

WANTED, UNDER_WAY, OTHER, COMPLETED = "wanted", "under way", "other", "completed"
CANCELLED, NOT_OURS, GONE = "cancelled", "not ours", "gone"
COLUMNS = (WANTED, UNDER_WAY, OTHER, COMPLETED, CANCELLED, NOT_OURS, GONE)
LOST = (CANCELLED, NOT_OURS, GONE)
ALIVE = (WANTED, UNDER_WAY, OTHER)
STATUS = {
    WANTED: "Reported",
    UNDER_WAY: "In Progress",
    OTHER: "Awaiting Parts",
    COMPLETED: "Completed",
    CANCELLED: "Cancelled",
}
SOMEBODY = "co-0009-1111"


def status_id(story: Story, name: str) -> str:
    """The OID of a status type; made where the agency does not have it."""
    with story.office.box.world.lock:
        types = story.office.box.world.agency.status_types.records()
    found = [each["OID"] for each in types if each["Name"] == name]
    if found:
        return str(found[0])
    # The agency adds it, and the next morning syncd reads its list of status types again.
    story.office.clock.move(hours=20)
    return story.office.add("statuses", Name=name, IsClosed=False)


async def put_job(story: Story, column: str) -> None:
    """The agency's staff bring the job into the state of a column."""
    job = story.job()
    if column == GONE:
        story.office.delete("jobs", job)
    elif column == NOT_OURS:
        story.office.edit_job(job, ContractorID=other_contractor(story))
    else:
        story.office.edit_job(job, StatusID=status_id(story, STATUS[column]))


def other_contractor(story: Story) -> str:
    """A contractor that is not us."""
    with story.office.box.world.lock:
        found = story.office.box.world.agency.contractors.records()
    return str(next(e["OID"] for e in found if e["OID"] != story.job()["ContractorID"]))


async def settle(story: Story) -> list[InboxItem]:
    """Three cycles: enough for a job that is in no list to be looked for. What is asked then."""
    for _ in range(3):
        report = await story.office.run()
        assert report.outcome in (Outcome.OK, Outcome.ATTENTION), report
        assert report.errors == ()
    return story.office.inbox()


def kinds(items: list[InboxItem]) -> list[str]:
    """What is asked, by kind."""
    return [each.question.kind.value for each in items]


@pytest.fixture
def numbered(story: Story) -> Record:
    """The visit as it was before anything happened."""
    return story.visit()


# none


@pytest.mark.parametrize("column", COLUMNS)
async def test_no_visit(story: Story, column: str) -> None:
    """A visit is created for a wanted job, and for no other."""
    async with story.again() as here:
        here.office.delete("visits", here.visit())
        job = here.job()
        await put_job(here, column)
        await settle(here)
        made = [each for each in here.office.visits() if each == job["GlobalReference"]]
        assert len(made) == (1 if column == WANTED else 0)
        assert here.office.inbox() == []


# open


@pytest.mark.parametrize("column", ALIVE)
async def test_open_visit_of_a_job_that_is_alive(story: Story, column: str) -> None:
    """It is kept in step: what the agency changes reaches the visit."""
    await put_job(story, column)
    story.office.edit_job(story.job(), Description="The tap drips now.")
    assert await settle(story) == []
    assert "The tap drips now." in story.visit()["obs"]
    assert story.job()["Status"] == STATUS[column]
    await story.assert_quiet()


async def test_open_visit_of_a_completed_job(story: Story, numbered: Record) -> None:
    """It is hidden, and a person is asked."""
    await put_job(story, COMPLETED)
    assert kinds(await settle(story)) == ["conflict"]
    assert story.by_key(numbered["_id"])["inMobileApp"] is False


async def authorised_beside(story: Story, *, act: str | None, is_listed: bool) -> Record:
    """The agency authorises the invoice of a colleague's visit, while ours is open or in progress;
    our visit."""
    story.office.options(jobs_carry_invoices=is_listed)
    ours, second = story.visit(), story.add_visit(story.job())
    if act is not None:
        story.office.act(ours, act)
    story.close(second)
    assert await settle(story) == []
    with story.office.box.world.lock:
        (invoice,) = story.office.box.world.agency.invoices.records()
    story.office._ask("POST", f"/invoices/{invoice['OID']}/authorise", {})
    assert story.job()["Status"] == "Completed"
    return ours


@pytest.mark.parametrize("is_listed", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("act", [None, "start"], ids=["open", "in progress"])
async def test_visit_of_a_job_completed_by_our_invoice(
    story: Story, act: str | None, is_listed: bool
) -> None:
    """A job of which another visit's invoice was authorised is completed by that: the visit stays,
    nobody is asked, and its closure is delivered without a PATCH."""
    ours = await authorised_beside(story, act=act, is_listed=is_listed)
    assert await settle(story) == []
    assert story.by_key(ours["_id"])["inMobileApp"] is True
    story.office.mark()
    story.office.clock.move(hours=2)
    story.close(ours, amount="80.00")
    assert await settle(story) == []
    assert len(story.invoices()) == 2
    assert story.office.sent("agentos", "PATCH") == []
    await story.assert_quiet()


@pytest.mark.parametrize("column", LOST)
async def test_open_visit_of_a_lost_job(story: Story, numbered: Record, column: str) -> None:
    """It is hidden, and nobody is asked."""
    await put_job(story, column)
    assert await settle(story) == []
    assert story.by_key(numbered["_id"])["inMobileApp"] is False


# hidden by us


@pytest.mark.parametrize("column", COLUMNS)
async def test_hidden_visit(story: Story, numbered: Record, column: str) -> None:
    """The same visit is shown again for a job that is wanted or under way, and for no other."""
    await put_job(story, CANCELLED)
    await settle(story)
    await put_job(story, column)
    assert await settle(story) == []
    shown = story.by_key(numbered["_id"])["inMobileApp"]
    assert shown is (column in (WANTED, UNDER_WAY))
    assert sum(1 for each in story.office.effects("visit_created")) == 0


# in progress


@pytest.mark.parametrize("column", ALIVE)
async def test_visit_in_progress_of_a_job_that_is_alive(story: Story, column: str) -> None:
    """A wanted job is reported as in progress; any other keeps its status."""
    await put_job(story, column)
    story.office.act(story.visit(), "start")
    assert await settle(story) == []
    wanted = "In Progress" if column == WANTED else STATUS[column]
    assert story.job()["Status"] == wanted
    await story.assert_quiet()


@pytest.mark.parametrize("column", [COMPLETED, *LOST])
async def test_visit_in_progress_of_a_job_that_ended(
    story: Story, numbered: Record, column: str
) -> None:
    """The visit is left alone, and a person is asked."""
    story.office.act(numbered, "start")
    await settle(story)
    story.office.mark()
    await put_job(story, column)
    assert kinds(await settle(story)) == ["conflict"]
    assert story.office.effects() == []


# skipped


@pytest.mark.parametrize("column", [WANTED, UNDER_WAY])
async def test_skipped_visit_of_a_job_that_waits(story: Story, column: str) -> None:
    """The job awaits access; when the visit is planned again it goes back to where it was."""
    await put_job(story, column)
    story.office.act(story.visit(), "skip", reason="3")
    assert await settle(story) == []
    assert story.job()["Status"] == "Awaiting Access"
    story.office.edit_visit(story.visit(), skipped=False, skippedReasonId="", date="2026-03-05")
    assert await settle(story) == []
    assert story.job()["Status"] == STATUS[column]
    await story.assert_quiet()


async def test_skipped_visit_of_a_job_in_another_status(story: Story) -> None:
    """Its status is left alone."""
    await put_job(story, OTHER)
    story.office.act(story.visit(), "skip", reason="3")
    assert await settle(story) == []
    assert story.job()["Status"] == STATUS[OTHER]
    await story.assert_quiet()


@pytest.mark.parametrize("column", [COMPLETED, *LOST])
async def test_skipped_visit_of_a_job_that_ended(
    story: Story, numbered: Record, column: str
) -> None:
    """It is hidden."""
    story.office.act(numbered, "skip", reason="3")
    await settle(story)
    await put_job(story, column)
    assert await settle(story) == []
    assert story.by_key(numbered["_id"])["inMobileApp"] is False


# closed, not confirmed


@pytest.mark.parametrize("column", ALIVE)
async def test_closed_visit_of_a_job_that_is_alive(story: Story, column: str) -> None:
    """It is delivered."""
    await put_job(story, column)
    story.close()
    assert await settle(story) == []
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_closed_visit_of_a_completed_job(story: Story) -> None:
    """It is delivered without a PATCH."""
    await put_job(story, COMPLETED)
    story.close()
    assert await settle(story) == []
    story.assert_delivered_once()
    assert story.office.sent("agentos", "PATCH") == []
    await story.assert_quiet()


@pytest.mark.parametrize("column", LOST)
@pytest.mark.parametrize("choice", ["agentos", "leave"])
async def test_closed_visit_of_a_lost_job_that_is_not_delivered(
    story: Story, numbered: Record, column: str, choice: str
) -> None:
    """A person is asked: `agentos` only acknowledges, `leave` does nothing at all."""
    await put_job(story, column)
    await settle(story)
    story.office.mark()
    story.close(numbered)
    (item,) = await settle(story)
    assert item.question.kind.value == "conflict"
    assert story.office.effects() == []
    story.office.answer(item, choice)
    assert await settle(story) == []
    sent = [each.kind for each in story.sent()]
    assert sent == (["close_confirmed"] if choice == "agentos" else [])
    await story.assert_quiet() if choice == "agentos" else None


@pytest.mark.parametrize("column", [CANCELLED, NOT_OURS])
async def test_closed_visit_of_a_lost_job_that_is_delivered_all_the_same(
    story: Story, numbered: Record, column: str
) -> None:
    """`letsjobit`: the work was done, so it is delivered."""
    await put_job(story, column)
    await settle(story)
    story.close(numbered)
    (item,) = await settle(story)
    story.office.answer(item, "letsjobit")
    assert await settle(story) == []
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_closed_visit_of_a_job_that_is_gone_and_is_to_be_delivered(
    story: Story, numbered: Record
) -> None:
    """There is nothing to deliver to: the vendor's refusals are shown, and `leave` ends it."""
    await put_job(story, GONE)
    await settle(story)
    story.close(numbered)
    (item,) = await settle(story)
    story.office.answer(item, "letsjobit")
    refused = await settle(story)
    assert set(kinds(refused)) == {"refused"}
    for each in refused:
        story.office.answer(each, "leave")
    assert await settle(story) == []
    assert story.by_key(numbered["_id"])["confirmClose"] is True
    await story.assert_quiet()


# closed and confirmed


@pytest.mark.parametrize("column", COLUMNS)
async def test_confirmed_visit(story: Story, numbered: Record, column: str) -> None:
    """Nothing more is done about it; a job that is wanted again gets its next visit."""
    story.close()
    await story.rest()
    await story.office.run()
    await put_job(story, column)
    story.office.mark()
    assert await settle(story) == []
    assert story.sent(*SENT) == []
    made = story.office.effects("visit_created")
    assert len(made) == (1 if column == WANTED else 0)


# deleted in LetsJobIt


@pytest.mark.parametrize("column", COLUMNS)
async def test_deleted_visit(story: Story, numbered: Record, column: str) -> None:
    """A person is asked while the job lives; otherwise nothing is missing."""
    await put_job(story, column)
    await settle(story)
    story.office.delete("visits", numbered)
    asked = kinds(await settle(story))
    assert asked == (["visit_deleted"] if column in ALIVE else [])
    assert story.office.effects("visit_created") == []


@pytest.mark.parametrize("column", [COMPLETED, *LOST])
async def test_deleted_visit_of_a_job_that_ends_later(
    story: Story, numbered: Record, column: str
) -> None:
    """What was asked while the job lived closes itself when that has ended."""
    story.office.delete("visits", numbered)
    assert kinds(await settle(story)) == ["visit_deleted"]
    await put_job(story, column)
    assert await settle(story) == []
    await story.assert_quiet()
