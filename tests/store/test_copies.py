"""A store that is a copy which was put back knows it, once."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from syncd.store import cycles
from syncd.store.backup import backup
from syncd.store.copies import doubt_copy, put_back_at
from syncd.store.database import Database, Session

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def add_connection(session: Session) -> None:
    """A connection, as its first cycle makes it."""
    cycles.ensure_connection(session, "northgate", short_name="n", company_id="c", now=NOW)


def facts(session: Session) -> dict[str, str]:
    """What is known of it."""
    row = cycles.connection_row(session, "northgate")
    assert row is not None
    return dict(row.facts)


def test_a_store_is_no_copy(database: Database) -> None:
    """However often it is opened; one of an older syncd neither."""
    database.run_now(add_connection)
    assert database.run_now(doubt_copy, now=NOW) == []
    database.run_now(lambda session: session.execute(text("UPDATE connections SET facts = '{}'")))
    assert database.run_now(doubt_copy, now=NOW) == []
    assert database.run_now(doubt_copy, now=NOW) == []
    assert put_back_at(database.read_now(facts)) is None


def test_a_copy_of_sqlite_knows_it_once(sqlite_database: Database, tmp_path: Path) -> None:
    """The copy of `db backup`, not the store it was made of; and it stands alone as a file."""
    sqlite_database.run_now(add_connection)
    backup(sqlite_database, tmp_path / "copy.db")
    assert sqlite_database.run_now(doubt_copy, now=NOW) == []
    assert [each.name for each in tmp_path.glob("copy.db*")] == ["copy.db"]
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    assert copy.run_now(doubt_copy, now=NOW) == ["northgate"]
    assert copy.run_now(doubt_copy, now=NOW) == []
    assert put_back_at(copy.read_now(facts)) == NOW
    copy.close()
