"""Everything that happened is told in the journal, once, also where the answer was lost.

What may be repeated without harm is not asked about: it is looked for, and what is there by then
was done by us, with all that follows from it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from syncd.cycle.report import Outcome
from syncd.model import Lane
from syncd.store import journal
from syncd.store.database import Session
from tests.closures.story import TAP, Story
from tests.cycle.office import Record, connection_of


@dataclass(frozen=True)
class Change:
    """One effect: what calls for it, and how the sandbox and the journal name it."""

    cause: Callable[[Story], None]
    method: str
    effect: str
    event: str
    withdraw: str = "hide"

    def settings(self, document: Record) -> None:
        """How this office withdraws visits."""
        connection_of(document)["visit"] = {"withdraw": self.withdraw}


def closes(story: Story) -> None:
    """The engineer closes the visit."""
    story.close()


def starts(story: Story) -> None:
    """The engineer begins."""
    story.office.act(story.visit(), "start")


def skips(story: Story) -> None:
    """The engineer finds nobody in."""
    story.office.act(story.visit(), "skip", reason="3")


def edits(story: Story) -> None:
    """The agency has more to say."""
    story.office.edit_job(story.job(), Description="The tap in the bath drips, too")


def cancels(story: Story) -> None:
    """The agency does not want it any more."""
    story.office.edit_job(story.job(), Status="Cancelled")


def asks_for_more(story: Story) -> None:
    """The agency has another job."""
    job = {key: value for key, value in story.job().items() if key != "OID"}
    story.office.add("jobs", **{**job, "Title": NEW, "GlobalReference": "MJ-99001"})


NEW = "One more tap"
CHANGES = {
    "completed": Change(closes, "PATCH", "job_updated", "update_job"),
    "acknowledged": Change(closes, "PUT", "close_confirmed", "confirm_close"),
    "in progress": Change(starts, "PATCH", "job_updated", "update_job"),
    "awaiting access": Change(skips, "PATCH", "job_updated", "update_job"),
    "created": Change(asks_for_more, "POST", "visit_created", "create_visit"),
    "updated": Change(edits, "PUT", "visit_updated", "update_visit"),
    "hidden": Change(cancels, "PUT", "visit_hidden", "withdraw_visit"),
    "deleted": Change(cancels, "DELETE", "visit_deleted", "withdraw_visit", withdraw="delete"),
}


def told(story: Story, title: str = TAP) -> Counter[str]:
    """What the journal says of a job, by event."""
    link = story.office.link_of(story.job(title))
    found = story.office.app.database.read_now(journal.history, link.link_id)
    return Counter(each["event"] for each in found)


def lose_answers(story: Story, method: str) -> None:
    """From now on the vendors do what they are asked and say 503, and what they did cannot be read
    back: a job or a visit can be looked at before it is changed, and not after."""
    story.office.fault("status", status=503, after_effect=True, times=None, method=method)
    for record in (story.job()["OID"], story.visit()["_id"]):
        story.office.fault("status", status=503, after=1, times=None, method="GET", path=record)
    story.office.fault("status", status=503, times=None, method="GET", path="[?&]id=")


def _as_killed(session: Session) -> None:
    session.execute(text("UPDATE intents SET state = 'sending' WHERE state = 'pending'"))


def unsure(story: Story) -> bool:
    """Whether something that was sent still waits."""
    return any(each.attempts for each in story.office.outbox())


@pytest.mark.parametrize("way", ["whole", "lanes", "killed"])
@pytest.mark.parametrize("name", CHANGES)
async def test_what_happened_is_told_although_its_answer_was_lost(
    story: Story, name: str, way: str
) -> None:
    """The vendor does what it was asked and says 503; the next cycle, whole or of lanes, also after
    a kill, finds it done, tells it, and does nothing twice."""
    change = CHANGES[name]
    title = NEW if name == "created" else TAP
    async with story.configured(change.settings) as here:
        here.office.mark()
        before = told(here)[change.event] if title == TAP else 0
        change.cause(here)
        lose_answers(here, change.method)
        await here.office.run()
        assert unsure(here)
        here.office.heal()
        if way == "killed":
            here.office.app.database.run_now(_as_killed)
        if way == "lanes":
            await here.office.run_lanes(Lane.CLOSURES)
        assert (await here.office.run()).outcome is Outcome.OK
        assert here.office.outbox() == []
        assert len(here.sent(change.effect)) == 1
        assert told(here, title)[change.event] == before + 1
        await here.assert_quiet()
        assert told(here, title)[change.event] == before + 1


async def test_a_status_is_taken_back_also_where_its_answer_was_lost(story: Story) -> None:
    """That the job awaits access was our report: when the visit is planned again, it goes back."""
    lose_answers(story, "PATCH")
    skips(story)
    await story.office.run()
    story.office.heal()
    assert story.job()["Status"] == "Awaiting Access"
    await story.office.run()
    story.office.edit_visit(story.visit(), skipped=False, skippedReasonId="", date="2026-03-05")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.job()["Status"] == "Reported"


async def test_what_we_hid_is_shown_again_also_where_the_answer_was_lost(story: Story) -> None:
    """It was not the dispatcher who took it out of the app."""
    lose_answers(story, "PUT")
    cancels(story)
    await story.office.run()
    story.office.heal()
    assert story.visit()["inMobileApp"] is False
    await story.office.run()
    story.office.edit_job(story.job(), Status="Reported")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.visit()["inMobileApp"] is True


async def test_what_was_changed_again_meanwhile_is_no_conflict(story: Story) -> None:
    """The first change arrived, its answer did not, and the agency writes once more: both changes
    are told, and nobody is asked, although the visit is not as both sides last knew it."""

    def asking(document: Record) -> None:
        connection_of(document)["fields"] = {"description": "ask"}

    async with story.configured(asking) as here:
        lose_answers(here, "PUT")
        edits(here)
        await here.office.run()
        here.office.heal()
        here.office.edit_job(here.job(), Description="Leave the bath alone")
        assert (await here.office.run()).outcome is Outcome.OK
        assert "Leave the bath alone" in here.visit()["obs"]
        assert told(here)["update_visit"] == 2
        await here.assert_quiet()
