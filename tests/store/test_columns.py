"""Values come out of both databases as they went in."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import exc, insert, select, update

from syncd.store.database import Database, Session
from syncd.store.tables import connections, inbox
from tests.store.test_database import NOON, add_connection


@pytest.mark.parametrize(
    "instant",
    [
        NOON,
        datetime(2026, 7, 1, 0, 30, 0, 123456, tzinfo=ZoneInfo("Europe/London")),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-11))),
    ],
)
def test_times_come_back_aware_in_utc(database: Database, instant: datetime) -> None:
    """An instant of any zone comes back as the same instant, in UTC, to the microsecond."""
    database.run_now(add_connection)

    def write_and_read(session: Session) -> datetime | None:
        session.execute(update(connections).values(last_cycle_at=instant))
        return session.scalar(select(connections.c.last_cycle_at))

    found = database.run_now(write_and_read)
    assert found == instant
    assert found is not None
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """A naive time would be a guess."""
    database.run_now(add_connection)
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(exc.StatementError, match="without a zone"):
        database.run_now(
            lambda session: session.execute(update(connections).values(last_cycle_at=naive))
        )


def test_earlier_times_sort_first(database: Database) -> None:
    """Times compare as instants, with and without microseconds."""
    instants = [NOON + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000)]
    for number, instant in enumerate(instants):
        database.run_now(add_connection, str(number))
        database.run_now(
            lambda session, name=str(number), at=instant: session.execute(
                update(connections).where(connections.c.name == name).values(last_cycle_at=at)
            )
        )
    later = select(connections.c.name).where(connections.c.last_cycle_at > instants[1])
    assert set(database.read_now(lambda session: list(session.scalars(later)))) == {"2", "3"}


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"text": "Zażółć 🚿 \u202e\u05e8\u05d8\u05d5\u05d1", "lines": "a\r\nb\tc"},
        {"nul": "a\0b", "surrogate": "\ud83d", "numbers": [1, 1.5, 2**60, None, True]},
    ],
)
def test_json_comes_back_as_it_went_in(database: Database, value: dict[str, object]) -> None:
    """Also what Postgres's own binary JSON would refuse."""
    database.run_now(add_connection)

    def write_and_read(session: Session) -> object:
        session.execute(update(connections).values(facts=value))
        return session.scalar(select(connections.c.facts))

    assert database.run_now(write_and_read) == value


def test_no_json_is_null(database: Database) -> None:
    """None is the database's NULL, so "is null" finds it."""
    database.run_now(add_connection)
    row = {"connection": "northgate", "kind": "guard", "topic": "t", "summary": "s", "choices": []}
    database.run_now(
        lambda session: session.execute(
            insert(inbox).values(row | {"details": {}, "opened_at": NOON})
        )
    )
    found = select(inbox.c.id).where(inbox.c.value.is_(None), inbox.c.closed_at.is_(None))
    assert database.read_now(lambda session: len(session.scalars(found).all())) == 1


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("Flat 2, “The Mews”\r\n🚿", "Flat 2, “The Mews”\r\n🚿"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\ud83d!", "\N{REPLACEMENT CHARACTER}!"),
        ("x" * 200_000, "x" * 200_000),
    ],
)
def test_text_of_a_vendor_is_stored_faithfully(database: Database, text: str, stored: str) -> None:
    """All but what no database can hold, which becomes a replacement sign, on both alike."""
    database.run_now(add_connection)
    row = {"connection": "northgate", "kind": "guard", "topic": "t", "choices": [], "details": {}}
    statement = insert(inbox).values(row | {"summary": text, "opened_at": NOON})
    database.run_now(lambda session: session.execute(statement))
    found = select(inbox.c.summary).where(inbox.c.summary == text)
    assert database.read_now(lambda session: session.scalar(found)) == stored
