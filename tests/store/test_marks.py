"""Marks in the store: what is to stand in custom fields, and what was written there."""

from dataclasses import replace
from datetime import UTC, datetime

from syncd.model import JobId, LinkId, VisitId
from syncd.store.database import Database
from syncd.store.marks import Mark, drop_mark, marks_of, note_written, save_marks, unwritten_marks
from tests.store.test_database import add_connection

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIELD = "job:External state"
MARK = Mark("job-1", FIELD, LinkId(1), JobId("job-1"), VisitId(7), "AOS-1 open")


def with_mark(database: Database) -> None:
    """A connection with one mark that is not written yet."""
    database.run_now(add_connection, "northgate")
    database.run_now(save_marks, "northgate", [MARK], now=NOW)


def test_what_was_written_is_not_due(database: Database) -> None:
    """Until it is to say something else; what stood there is remembered for the journal."""
    with_mark(database)
    assert database.read_now(unwritten_marks, "northgate", FIELD) == [MARK]
    database.run_now(note_written, "northgate", MARK, now=NOW)
    database.run_now(save_marks, "northgate", [MARK], now=NOW)
    assert database.read_now(unwritten_marks, "northgate", FIELD) == []
    skipped = replace(MARK, wanted="AOS-1 skipped")
    database.run_now(save_marks, "northgate", [skipped], now=NOW)
    (due,) = database.read_now(unwritten_marks, "northgate", FIELD)
    assert (due.wanted, due.written) == ("AOS-1 skipped", "AOS-1 open")


def test_another_field_says_nothing_yet(database: Database) -> None:
    """The setting may name another one tomorrow."""
    with_mark(database)
    database.run_now(note_written, "northgate", MARK, now=NOW)
    other = replace(MARK, field="job:Visit")
    database.run_now(save_marks, "northgate", [other], now=NOW)
    assert database.read_now(unwritten_marks, "northgate", "job:Visit") == [other]
    assert database.read_now(marks_of, "northgate", FIELD, ["job-1"])["job-1"].written is not None


def test_a_mark_without_its_job_is_dropped(database: Database) -> None:
    """Nothing of it is due any more."""
    with_mark(database)
    database.run_now(drop_mark, "northgate", FIELD, "job-1")
    assert database.read_now(marks_of, "northgate", FIELD, ["job-1"]) == {}
