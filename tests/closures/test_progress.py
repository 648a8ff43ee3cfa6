"""Visits under way, skipped, and from before go-live: what is reported and what is left alone."""

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import DOOR, TAP, Story
from tests.closures.test_state_table import put_job
from tests.cycle.office import Record, connection_of


def unnamed(*roles: str) -> object:
    """Settings in which these statuses have no name."""

    def change(document: Record) -> None:
        for role in roles:
            connection_of(document)["agentos"]["statuses"][role] = ""

    return change


async def test_a_visit_from_start_to_closure(story: Story) -> None:
    """In progress, awaiting access, planned again, in progress, completed."""
    statuses = []

    async def look() -> None:
        assert (await story.office.run()).outcome is Outcome.OK
        statuses.append(story.job()["Status"])

    await look()
    story.office.act(story.visit(), "start")
    await look()
    story.office.act(story.visit(), "skip", reason="3")
    await look()
    story.office.edit_visit(story.visit(), skipped=False, skippedReasonId="", date="2026-03-06")
    await look()
    story.office.act(story.visit(), "start")
    await look()
    story.close()
    await look()
    assert statuses == [
        "Reported",
        "In Progress",
        "Awaiting Access",
        "In Progress",
        "In Progress",
        "Completed",
    ]
    story.assert_delivered_once()
    await story.assert_quiet()


@pytest.mark.parametrize(("act", "role"), [("start", "in_progress"), ("skip", "awaiting_access")])
async def test_an_unnamed_status_is_not_reported(story: Story, act: str, role: str) -> None:
    """Nothing is sent for a transition whose status has no name."""
    async with story.configured(unnamed(role)) as here:
        await here.office.run()
        here.office.mark()
        here.office.act(here.visit(), act)
        assert (await here.office.run()).outcome is Outcome.OK
        assert here.office.effects() == []


async def test_what_agency_staff_set_in_between_is_not_toggled(story: Story) -> None:
    """A job that staff take back to Reported while the engineer works is reported once more and
    then kept; one in a status of their own is left alone."""
    story.office.act(story.visit(), "start")
    await story.office.run()
    await put_job(story, "other")
    story.office.mark()
    for _ in range(2):
        assert (await story.office.run()).outcome is Outcome.OK
    assert story.office.effects("job_updated", "job_unchanged") == []


async def test_a_visit_that_is_skipped_again_is_reported_again(story: Story) -> None:
    """Skipped, planned again, skipped again: each time the job awaits access, and each time it goes
    back to the status that it had before."""
    back_to = []
    for status in ("wanted", "under way"):
        await put_job(story, status)
        story.office.act(story.visit(), "skip", reason="3")
        assert (await story.office.run()).outcome is Outcome.OK
        assert story.job()["Status"] == "Awaiting Access"
        story.office.edit_visit(story.visit(), skipped=False, skippedReasonId="", date="2026-03-05")
        assert (await story.office.run()).outcome is Outcome.OK
        back_to.append(story.job()["Status"])
    assert back_to == ["Reported", "In Progress"]
    await story.assert_quiet()


async def test_a_job_goes_back_to_the_status_that_it_had_last(story: Story) -> None:
    """Staff take the job of a skipped visit elsewhere; it is reported once more, and when the visit
    is planned again the job goes back to where staff had put it, not to where it began."""
    story.office.act(story.visit(), "skip", reason="3")
    await story.office.run()
    await put_job(story, "under way")
    await story.office.run()
    assert story.job()["Status"] == "Awaiting Access"
    story.office.edit_visit(story.visit(), skipped=False, skippedReasonId="", date="2026-03-05")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "In Progress"
    await story.assert_quiet()


async def test_a_status_that_staff_set_themselves_is_not_taken_back(story: Story) -> None:
    """The visit was skipped and planned again while staff had moved the job on; when they let it
    await access later on, of their own accord, it stays so."""
    story.office.act(story.visit(), "skip", reason="3")
    await story.office.run()
    await put_job(story, "other")
    story.office.edit_visit(story.visit(), skipped=False, skippedReasonId="", date="2026-03-05")
    await story.office.run()
    with story.office.box.world.lock:
        types = story.office.box.world.agency.status_types.records()
    access = next(each["OID"] for each in types if each["Name"] == "Awaiting Access")
    story.office.edit_job(story.job(), StatusID=access)
    story.office.mark()
    for _ in range(2):
        assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Awaiting Access"
    assert story.office.effects() == []


async def test_an_unknown_name_of_completed_stops_only_the_status(story: Story) -> None:
    """Evidence and invoice are delivered, a person is asked, and the acknowledgement waits."""

    def change(document: Record) -> None:
        connection_of(document)["agentos"]["statuses"]["completed"] = "Finished"

    async with story.configured(change) as here:
        here.close()
        assert (await here.office.run()).outcome is Outcome.ATTENTION
        assert [e.question.kind.value for e in here.office.inbox()] == ["unknown_status"]
        assert (len(here.documents()), len(here.invoices())) == (2, 1)
        assert not here.visit()["confirmClose"]
    assert (await story.office.run()).outcome is Outcome.OK
    story.assert_delivered_once()
    await story.assert_quiet()


# Before go-live


def by_hand(story: Story, title: str = TAP) -> Record:
    """The visit of a job as if people had made it before syncd came: its number and no mark."""
    visit = story.visit(title)
    story.office.delete("visits", visit)
    return story.by_key(
        story.office.add(
            "visits",
            **{n: visit[n] for n in ("customer", "site", "address", "city", "driverId")},
            companyId=visit["companyId"],
            id=7_000_002 if title == TAP else 7_000_003,
            docNo=visit["docNo"],
            date="2026-03-02",
            inMobileApp=True,
            lines=[
                {
                    "description": "Work",
                    "actionItem": 1,
                    "extraData": [{"name": "invoice_total", "type": "number", "value": ""}],
                }
            ],
        )
    )


@pytest.mark.parametrize("choice", ["deliver", "already-handled"])
async def test_closures_from_before_go_live_are_one_question(story: Story, choice: str) -> None:
    """Nothing of them is delivered before a person said so; `already-handled` acknowledges them
    and sends nothing else."""
    for title in (TAP, DOOR):
        story.close(by_hand(story, title))
    story.office.clock.move(days=1)
    async with story.again() as here:
        for _ in range(2):
            assert (await here.office.run()).outcome is Outcome.ATTENTION
        (item,) = here.office.inbox()
        assert item.question.kind.value == "history"
        assert item.question.choices == ("deliver", "already-handled")
        assert ": 2." in item.question.summary
        assert here.sent() == []
        here.office.answer(item, choice)
        assert (await here.office.run()).outcome is Outcome.OK
        for title in (TAP, DOOR):
            if choice == "deliver":
                here.assert_delivered_once(title)
            else:
                assert (here.documents(title), here.invoices(title)) == ([], [])
                assert here.job(title)["Status"] in ("Reported", "Pending")
                assert here.visit(title)["confirmClose"]
        await here.assert_quiet()


@pytest.mark.parametrize(("go_live", "is_history"), [("2026-03-02", False), ("2026-03-03", True)])
async def test_go_live_is_a_day(story: Story, go_live: str, is_history: bool) -> None:
    """Closures on the day of go-live are delivered, those before it are asked about."""
    story.close(by_hand(story))
    story.office.clock.move(days=2)

    def change(document: Record) -> None:
        connection_of(document)["go_live"] = go_live

    async with story.again(change) as here:
        await here.office.run()
        kinds = [each.question.kind.value for each in here.office.inbox()]
        assert kinds == (["history"] if is_history else [])
        assert here.visit()["confirmClose"] is not is_history


async def test_a_first_run_delivers_no_closures_of_foreign_visits(story: Story) -> None:
    """Closed visits of the account that belong to no job of ours are never touched."""
    story.office.bulk(visits=150, states=["closed"])
    async with story.again() as here:
        assert (await here.office.run()).outcome is Outcome.OK
        assert (here.office.inbox(), here.sent()) == ([], [])


async def test_a_closed_visit_that_is_deleted_half_way_is_still_delivered(story: Story) -> None:
    """What the engineer left is kept: the invoice that failed is sent, gone as the visit is."""
    closed = story.close()
    story.office.fault("status", status=401, path="/invoice/submit")
    await story.office.run()
    story.office.heal()
    story.office.delete("visits", closed)
    await story.office.run()
    await story.office.run()
    assert len(story.invoices()) == 1
    assert (await story.office.run()).outcome is Outcome.OK
