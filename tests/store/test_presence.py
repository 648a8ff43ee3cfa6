"""Which syncd works with the store now."""

import os
from datetime import UTC, datetime

from sqlalchemy import text

from syncd.store import leases
from syncd.store.database import Database, Session
from syncd.store.holding import hold
from syncd.store.leases import holder_text
from syncd.store.presence import DAEMON, Presence, present_syncd, read_words


def present(database: Database) -> Presence | None:
    """Who is there."""
    return database.read_now(present_syncd, database)


def expire(session: Session) -> None:
    """Let every lease run out."""
    session.execute(text("UPDATE leases SET expires_at_ms = 0"))


def test_words_of_a_holder_are_read_back() -> None:
    """What is written for people has everything; anything else is nobody."""
    found = read_words(holder_text("syncd run-once"))
    assert found is not None
    assert (found.process, found.host) == (os.getpid(), os.uname().nodename)
    assert (found.command, found.since.tzinfo) == ("syncd run-once", UTC)
    assert abs((datetime.now(UTC) - found.since).total_seconds()) < 600
    assert read_words("") is None
    assert read_words("somebody") is None


def test_on_sqlite_the_lock_tells(sqlite_database: Database) -> None:
    """A process is there while it holds the file, whatever the leases say."""
    words = holder_text(DAEMON)
    sqlite_database.run_now(leases.take, "northgate", owner="a", holder=words)
    assert present(sqlite_database) is None
    with hold(sqlite_database, words):
        assert present(sqlite_database) == read_words(words)
    assert present(sqlite_database) is None


def test_on_postgres_a_living_lease_tells(postgres_url: str) -> None:
    """With the age of its last renewal, until it is given back or runs out."""
    database = Database(postgres_url)
    assert present(database) is None
    epoch = database.run_now(leases.take, "northgate", owner="a", holder=holder_text(DAEMON))
    assert epoch is not None
    found = present(database)
    assert found is not None
    assert found.command == DAEMON
    assert found.heard_seconds_ago in range(16)
    database.run_now(leases.release, "northgate", epoch)
    assert present(database) is None
    database.run_now(leases.take, "northgate", owner="b", holder=holder_text(DAEMON))
    database.run_now(expire)
    assert present(database) is None
    database.close()


def test_on_postgres_a_daemon_comes_before_a_command(postgres_url: str) -> None:
    """Somebody who plans beside it is not the answer to whether it runs."""
    database = Database(postgres_url)
    for name, command in (("a", "syncd plan"), ("b", DAEMON), ("c", "syncd run-once")):
        database.run_now(leases.take, name, owner=name, holder=holder_text(command))
    found = present(database)
    assert found is not None
    assert found.command == DAEMON
    database.close()
