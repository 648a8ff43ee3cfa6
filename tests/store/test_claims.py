"""Whose a visit is, and which links a store found at its beginning."""

from datetime import UTC, datetime, timedelta

import pytest

from syncd.model import JobId, LinkId
from syncd.store import cycles, links
from syncd.store.database import Database
from tests.store.test_database import add_connection

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def with_links(database: Database) -> None:
    """A connection with two jobs: the second came an hour later."""
    database.run_now(add_connection, "northgate")
    for job, at in (("job-1", NOW), ("job-2", NOW + timedelta(hours=1))):
        database.run_now(
            links.add_link,
            "northgate",
            JobId(job),
            doc_no=f"MJ-{job}",
            now=at,
            is_ours=False,
            branch_id="",
        )


def claimed(database: Database, job: str, *, visit_key: str, doc_no: str) -> bool:
    """Whether a visit is taken, as this job sees it."""
    return database.read_now(
        links.is_claimed, "northgate", JobId(job), visit_key=visit_key, doc_no=doc_no
    )


def test_a_visit_is_claimed_by_its_link(database: Database) -> None:
    """By its key; and the job itself does not stand in its own way."""
    with_links(database)
    database.run_now(links.update_link, LinkId(1), now=NOW, visit_key="k1")
    assert claimed(database, "job-2", visit_key="k1", doc_no="X")
    assert not claimed(database, "job-1", visit_key="k1", doc_no="X")
    assert not claimed(database, "job-2", visit_key="k2", doc_no="X")


def test_a_visit_is_claimed_by_its_number(database: Database) -> None:
    """For a link that waits for a visit; one that has another visit does not want it."""
    with_links(database)
    assert claimed(database, "job-2", visit_key="k9", doc_no="MJ-job-1")
    database.run_now(links.update_link, LinkId(1), now=NOW, visit_key="k1")
    assert not claimed(database, "job-2", visit_key="k9", doc_no="MJ-job-1")


@pytest.mark.parametrize(
    ("swept_after", "older"),
    [(None, {1, 2}), (timedelta(minutes=1), {1}), (timedelta(hours=2), {1, 2})],
)
def test_links_of_the_first_reading_are_known(
    database: Database, swept_after: timedelta | None, older: set[int]
) -> None:
    """Until a first reading was complete they all are."""
    with_links(database)
    if swept_after is not None:
        at = NOW + swept_after
        database.run_now(cycles.update_connection, "northgate", visits_swept_at=at)
    found = database.read_now(links.are_from_first_reading, "northgate", [LinkId(1), LinkId(2)])
    assert found == older
