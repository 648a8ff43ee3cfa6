"""Lists with strange identities, and words that the settings do not have."""

from typing import Any

import pytest

import syncd.sandbox.portal_procedures as procedures
from syncd.cycle.report import Outcome
from tests.closures.story import Story
from tests.cycle.office import Record, connection_of


def listing(monkeypatch: pytest.MonkeyPatch, rows: list[Record]) -> None:
    """Have the portal list these jobs, page by page."""

    def listed(request: Any, world: Any, sent: Any) -> Any:
        return rows[sent["offset"] : sent["offset"] + sent["count"]]

    monkeypatch.setitem(procedures.QUERIES, "maintenanceJobs", listed)


async def test_jobs_with_numbers_as_ids_are_listed_to_the_end(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are compared by identities as text."""
    rows = [{"jobId": n, "title": f"J{n}", "status": "Open"} for n in range(1000, 1250)]
    listing(monkeypatch, rows)
    assert (await story.office.run()).observed["jobs"] == 250


async def test_nonsense_as_an_id_makes_one_record_unreadable(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others are read, also those on later pages, and one question counts it once."""
    rows: list[Record] = [
        {"jobId": f"j-{n}", "title": f"J{n}", "status": "Open"} for n in range(150)
    ]
    rows[95:95] = [{"jobId": ["x"]}, {"jobId": {"a": 1}}]
    listing(monkeypatch, rows)
    assert (await story.office.run()).observed["jobs"] == 150
    (item,) = story.office.inbox("bad_record")
    assert item.question.summary.startswith("2 jobs in the lists of agentos are left out")


def waits_for(word: str) -> Any:
    """Change the word of jobs that get visits."""

    def change(document: Record) -> None:
        connection_of(document)["agentos"]["statuses"]["visit_when"] = [word]

    return change


async def test_a_word_that_no_job_has_is_asked_about_until_one_has_it(story: Story) -> None:
    """Where jobs have words without a meaning and none the right one, one question says so; it is
    kept while the list is empty, and closes itself with the first job that has the word."""
    async with story.office.configured(waits_for("Reported")) as office:
        report = await office.run()
        (item,) = office.inbox("unknown_status")
        assert report.outcome is Outcome.ATTENTION
        assert "statuses.visit_when" in item.question.summary
        assert "jobs have: Open." in item.question.summary
        office.options(portal_hides_errors=True)
        await office.run()
        office.options(portal_hides_errors=False)
        await office.run()
        assert [each.item_id for each in office.inbox("unknown_status")] == [item.item_id]
        office.answer(item, "leave")
        assert (await office.run()).outcome is Outcome.OK
    async with story.office.configured(waits_for("Open")) as office:
        assert (await office.run()).outcome is Outcome.OK
        assert office.inbox() == []


async def test_a_portal_with_nothing_to_do_asks_nothing(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jobs that are all completed have a word that is known."""
    listing(monkeypatch, [{"jobId": "j-1", "title": "J1", "status": "Completed"}])
    await story.office.run()
    assert story.office.inbox("unknown_status") == []
