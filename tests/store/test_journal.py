"""The journal: what syncd did carries the cycle in which it did so, on both databases."""

from datetime import UTC, datetime, timedelta

from syncd.store import cycles, journal
from syncd.store.database import Database, Session
from syncd.store.journal import Entry, record

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def begin(session: Session, name: str, at: datetime) -> int:
    """A cycle of a connection begins."""
    cycles.ensure_connection(session, name, short_name=name, company_id="c", now=at)
    return cycles.start_cycle(session, name, now=at)


def end(session: Session, cycle_id: int, at: datetime) -> None:
    """A cycle ends."""
    cycles.finish_cycle(session, cycle_id, outcome="ok", report={}, now=at)


def noted(database: Database, name: str = "northgate", who: str = journal.SYNCD) -> int | None:
    """Write one entry of a link; the cycle that it was given."""
    entry = Entry("adopted", "because", who=who, connection=name, link_id=7)
    database.run_now(record, [entry], now=LATER)
    cycle_id: int | None = database.read_now(journal.history, 7)[-1]["cycle_id"]
    return cycle_id


def test_an_entry_names_the_cycle_that_is_under_way(database: Database) -> None:
    """Not a cycle of another connection, nor one that has ended."""
    other = database.run_now(begin, "hill", NOW)
    first = database.run_now(begin, "northgate", NOW)
    assert (noted(database), noted(database, "hill")) == (first, other)
    database.run_now(end, first, LATER)
    assert noted(database) is None
    second = database.run_now(begin, "northgate", LATER)
    assert noted(database) == second


def test_a_cycle_that_was_killed_does_not_stay_under_way(database: Database) -> None:
    """It never ended, but another has begun since; after that there is none."""
    database.run_now(begin, "northgate", NOW)
    second = database.run_now(begin, "northgate", NOW)
    assert noted(database) == second
    database.run_now(end, second, LATER)
    assert noted(database) is None


def test_what_a_person_did_belongs_to_no_cycle(database: Database) -> None:
    """Also while one is under way."""
    database.run_now(begin, "northgate", NOW)
    assert noted(database, who="ada") is None
