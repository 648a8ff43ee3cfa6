"""Retention and what people were told, on SQLite and on Postgres."""

from datetime import UTC, datetime, timedelta

from syncd import retention
from syncd.cycle.report import Outcome
from syncd.settings import RetentionSettings
from syncd.store import chores, notices
from syncd.store.database import Database
from syncd.store.notices import ToldRow
from tests.closures.story import TAP, Story
from tests.cycle.office import Office, either_office, tmp_path

__all__ = ["either_office", "tmp_path"]

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


async def test_finished_work_is_forgotten_on_both(either_office: Office) -> None:
    """The signature and what was written about people go; a run after it writes nothing."""
    office = either_office
    await office.run()
    story = Story(office)
    story.close(TAP)
    await story.rest()
    await office.run()
    signature = str(story.visit(TAP)["signature"])
    assert signature in repr(office.rows("closures"))
    office.clock.move(days=200)
    dropped = await retention.tend(
        office.app.database, RetentionSettings(), owner=office.app.owner, clock=office.clock
    )
    assert dropped > 0
    link = int(office.link_of(story.job(TAP)).link_id)
    assert signature not in repr(office.rows("closures"))
    assert link not in [row[0] for row in office.rows("bases")]
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


def test_what_was_told_is_remembered_on_both(database: Database) -> None:
    """What is saved is read again as it was, and replaces what was there."""
    row = ToldRow("stale", "northgate", ("jobs", "visits"), MONDAY, 2, (MONDAY,))
    other = ToldRow("store", "", ("store",), MONDAY, 0, ())
    database.run_now(notices.save_told, [row, other])
    assert sorted(database.read_now(notices.load_told), key=repr) == [row, other]
    database.run_now(notices.save_told, [other])
    assert database.read_now(notices.load_told) == [other]


def test_a_chore_is_due_after_its_time_on_both(database: Database) -> None:
    """Never done, done long ago, or done in a future that no clock knows any more."""
    day = timedelta(days=1)
    assert database.read_now(chores.is_due, "retention", every=day, now=MONDAY)
    database.run_now(chores.note_done, "retention", now=MONDAY)
    for ago, is_due in ((0.5, False), (1, True), (-0.5, False), (-2, True)):
        now = MONDAY + ago * day
        assert database.read_now(chores.is_due, "retention", every=day, now=now) is is_due
