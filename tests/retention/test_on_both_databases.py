"""Retention and what people were told, on SQLite and on Postgres."""

import json
import math
from datetime import UTC, datetime, timedelta

from syncd import retention
from syncd.cycle.report import Outcome
from syncd.model import DirectoryKind, Turn
from syncd.observe.custom_fields import lettings_record
from syncd.settings import RetentionSettings
from syncd.store import chores, cycles, notices, old_words
from syncd.store.database import Database
from syncd.store.directory import load_directory, save_directory
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


async def test_what_vendors_said_is_forgotten_on_both(either_office: Office) -> None:
    """A name and an address in a vendor's error leave every table after their time, also of work
    that goes on; that it was refused, by which code and what was decided stays."""
    office = either_office
    await office.run()
    story = Story(office)
    story.close(TAP)
    body = json.dumps({"Message": "Tenant Mrs Ailsa Farquhar of 3 Gaitgill Wynd"})
    office.fault("status", path="/attachdocument", status=400, body=body, times=1)
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "leave")
    await story.rest()
    office.fault("status", vendor="letsjobit", method="GET", status=400, body=body, times=1)
    await office.run()
    office.heal()
    assert {table for table in TABLES if "Farquhar" in repr(office.rows(table))} == set(TABLES)
    office.clock.move(days=200)
    office.edit_job(story.job(TAP), Description="Still dripping")
    await office.run()
    await retention.tend(
        office.app.database, RetentionSettings(), owner=office.app.owner, clock=office.clock
    )
    for table in (*TABLES, "directory", "observations", "notices", "lanes"):
        assert "Farquhar" not in repr(office.rows(table)), table
        assert "Gaitgill" not in repr(office.rows(table)), table
    for word in ("waived", "leave", "inbox_decided"):
        assert word in repr(office.rows("journal"))
    assert "letsjobit_refused" in repr(office.rows("cycles"))
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


TABLES = ("cycles", "sweeps", "intents", "inbox", "journal")


def test_an_obstacle_keeps_our_words_alone_on_both(database: Database) -> None:
    """What the agency declined is remembered for as long as it lasts; with which words is not."""
    why = "AgentOS does not show its photos: AgentOS list_photos was answered with 400"
    record = lettings_record("P-1", "Lettings", value="", why=f"{why}: Mrs Ailsa Farquhar lives")
    empty = lettings_record("P-2", "Lettings", value="", why="The field of 'P-2' is empty")
    names = {"short_name": "north", "company_id": "c"}
    database.run_now(cycles.ensure_connection, "northgate", now=MONDAY, **names)
    database.run_now(save_directory, "northgate", [record, empty], now=MONDAY)
    turn = Turn("northgate", None, math.inf)
    forget = old_words.forget_obstacles
    assert database.run_now(forget, turn, before=MONDAY) == 0
    later = MONDAY + timedelta(days=200)
    assert database.run_now(forget, turn, before=later) == 1
    assert database.run_now(forget, turn, before=later) == 0
    known = database.read_now(load_directory, "northgate", DirectoryKind.LETTINGS_PROPERTY)
    assert (known["P-1"].content or {})["why"] == why
    assert (known["P-2"].content or {})["why"] == "The field of 'P-2' is empty"


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
