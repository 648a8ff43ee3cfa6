"""What `show` says of a job's documents where the job itself lists none: V4 Documents does."""

from typing import Any

import pytest

from syncd.apply.listing import TIER
from syncd.model import Side
from syncd.store.cycles import fact
from syncd.telling.sides import link_documents
from tests.closures.story import DOOR, TAP, Story
from tests.closures.test_ambiguity import AGENCIES
from tests.cycle.office import Record


def job_shown(story: Story) -> Any:
    """The job in the document of `show`."""
    office = story.office
    link = office.link_of(office.job_titled(TAP))
    (found,) = office.app.database.read_now(link_documents, office.app.settings, link.job_id)
    return found["job"]


def listings(story: Story) -> list[Record]:
    """The requests to V4 Documents."""
    return [each for each in story.office.sent("agentos") if "/v4/documents/" in each.path]


async def test_what_the_tier_lists_after_a_delivery_is_shown(story: Story) -> None:
    """Once for a delivery, by name and with the time; asked by cycles, never by `show`."""
    AGENCIES["tier alone"].arrange(story)
    story.close()
    story.office.mark()
    await story.rest()
    job = job_shown(story)
    names = [each["name"] for each in job["documents"]]
    assert len(names) == 2
    assert any("signature" in each for each in names)
    assert job["documents_listed_at"] == "2026-03-02T09:30:00Z"
    assert len(listings(story)) == 1
    story.office.mark()
    job_shown(story)
    await story.assert_quiet()
    assert listings(story) == []


async def test_a_key_without_the_tier_is_asked_once(story: Story) -> None:
    """It answers 401, which stops nothing; `show` says that nothing is listed."""
    AGENCIES["nothing, ask"].arrange(story)
    story.close()
    await story.rest()
    assert (job_shown(story)["documents"], job_shown(story)["documents_listed_at"]) == (None, None)
    database = story.office.app.database
    (connection,) = story.office.app.settings.connections
    assert database.read_now(fact, connection.name, TIER) is False
    assert len(listings(story)) == 1
    story.assert_delivered_once()


async def test_a_job_that_lists_its_documents_is_taken_at_its_word(story: Story) -> None:
    """Nothing is asked beside it."""
    AGENCIES["documents shown"].arrange(story)
    story.close()
    await story.rest()
    job = job_shown(story)
    assert (len(job["documents"]), job["documents_listed_at"]) == (2, None)
    assert listings(story) == []


async def test_a_tier_that_fails_fails_no_delivery(story: Story) -> None:
    """The visit is delivered and acknowledged; the documents are not known."""
    AGENCIES["tier alone"].arrange(story)
    story.office.fault("status", status=500, path="/v4/documents/", times=None)
    story.close()
    reports = await story.rest()
    assert [each.errors for each in reports] == [()] * len(reports)
    assert story.visit()["confirmClose"]
    assert job_shown(story)["documents"] is None


@pytest.mark.parametrize("agency", ["tier alone", "documents shown", "nothing, ask"])
async def test_a_plan_announces_the_requests_that_a_delivery_sends(
    story: Story, agency: str
) -> None:
    """Sweeps and what is asked only now and then apart: status, papers, invoice, acknowledgement,
    and the listing of documents where the job has none. A tier that is missing is asked once."""
    AGENCIES[agency].arrange(story)
    office = story.office
    for title in (DOOR, TAP):
        story.close(title)
        before = len(office.sent("agentos"))
        plan = await office.plan()
        asked = len(office.sent("agentos")) - before
        before = len(office.sent("agentos"))
        await office.run()
        sent = len(office.sent("agentos")) - before
        assert plan.calls[Side.AGENTOS] == sent - asked
        office.mark()
