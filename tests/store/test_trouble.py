"""What a person can cause in a database comes out as one line with its cure."""

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from syncd.errors import ConfigError, SyncdError
from syncd.store import engines, leases, schema
from syncd.store.database import Database, Session
from tests.store.test_database import add_connection, names


def open_and_read(url: str) -> None:
    """Open a store and read from it."""
    database = Database(url)
    try:
        schema.current(database)
    finally:
        database.close()


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    """The store is not created in a directory that may be a typing error."""
    with pytest.raises(ConfigError, match=re.escape(str(tmp_path / "nowhere"))):
        Database(f"sqlite:///{tmp_path}/nowhere/syncd.db")


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    """A path to a directory is told as such."""
    with pytest.raises(ConfigError, match="is a directory"):
        Database(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Some other file under that name is named and not touched."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear tenant, " * 1000)
    with pytest.raises(ConfigError, match=r"letter\.txt is not a database of syncd"):
        open_and_read(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear tenant, ")


def test_a_locked_store_is_told_to_be_locked(sqlite_url: str) -> None:
    """When another program keeps writing, the message says so instead of a traceback."""
    database = Database(sqlite_url, patience_seconds=0.05)
    other = sqlite3.connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(SyncdError, match="is locked") as caught:
        database.run_now(add_connection)
    assert caught.value.code == "store_locked"
    other.execute("ROLLBACK")
    other.close()
    database.run_now(add_connection)
    database.close()


def test_a_full_disk_is_told_to_be_full(sqlite_database: Database) -> None:
    """Running out of room is no bug of ours; what was there stays readable."""
    sqlite_database.run_now(add_connection)

    def fill(session: Session) -> None:
        pages = session.exec_driver_sql("PRAGMA page_count").scalar()
        session.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(10_000):
            add_connection(session, f"{number:0200}")

    with pytest.raises(SyncdError, match="the disk is full") as caught:
        sqlite_database.run_now(fill)
    assert caught.value.code == "store_full"
    assert sqlite_database.read_now(names) == ["northgate"]


def test_a_damaged_store_is_told_to_be_damaged(sqlite_url: str) -> None:
    """A file of which the middle was overwritten is told to be damaged."""
    path = Path(make_url(sqlite_url).database or "")
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    content[100:200] = b"\xff" * 100
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="damaged"):
        open_and_read(sqlite_url)


def test_a_wrong_postgres_database_is_named(postgres_server_url: str) -> None:
    """A database that does not exist is told as such."""
    url = make_url(postgres_server_url).set(database="nowhere", password="hunter2")
    with pytest.raises(ConfigError, match="does not exist") as caught:
        open_and_read(url.render_as_string(hide_password=False))
    assert "hunter2" not in str(caught.value)


def test_a_wrong_postgres_user_is_named(postgres_server_url: str) -> None:
    """A user whom the server does not know is told as such, without the password."""
    url = make_url(postgres_server_url).set(username="nobody_here", password="hunter2")
    with pytest.raises(ConfigError) as caught:
        open_and_read(url.render_as_string(hide_password=False))
    assert "hunter2" not in str(caught.value)


def test_a_postgres_that_is_down_may_come_back() -> None:
    """Nobody listening is no mistake in the configuration: it may pass."""
    with pytest.raises(SyncdError) as caught:
        open_and_read("postgresql://syncd:hunter2@127.0.0.1:1/syncd")
    assert caught.value.code == "store_unreachable"
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_who_stands_still_in_a_transaction_is_thrown_out(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that sleeps in the middle of a transaction loses it, so that others go on with its
    lease; when it wakes it is told, has changed nothing, and can go on with the next."""
    limits = engines._STANDSTILL_SECONDS, engines._LOCK_SECONDS
    assert sorted([*limits, leases.TTL_MS / 1000, 30]) == [leases.TTL_MS / 1000, *limits, 30]
    database = Database(postgres_url)
    assert database.run_now(leases.take, "northgate", owner="other", holder="other") == 1
    database.run_now(leases.release, "northgate", 1)
    has_woken = threading.Event()

    def sleep_with_the_lease(session: Session) -> None:
        assert leases.take(session, "northgate", owner="sleeper", holder="sleeper") == 2
        taken.set()
        assert has_woken.wait(30)

    monkeypatch.setattr(engines, "_STANDSTILL_SECONDS", 0.5)
    sleeping, taken = Database(postgres_url), threading.Event()
    with ThreadPoolExecutor(1) as threads:
        told = threads.submit(sleeping.run_now, sleep_with_the_lease)
        assert taken.wait(30)
        # Waits for the lock on the lease's row.
        assert database.run_now(leases.take, "northgate", owner="other", holder="other") == 2
        has_woken.set()
        with pytest.raises(SyncdError, match="stood still") as caught:
            told.result(30)
    assert caught.value.code == "store_unreachable"
    assert sleeping.read_now(leases.holder_of, "northgate") == "other"
    database.close()
    sleeping.close()


def test_a_lock_that_is_kept_for_long_is_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a row that a living process keeps gives up with words, and may try again."""
    monkeypatch.setattr(engines, "_LOCK_SECONDS", 0.2)
    database, other = Database(postgres_url), Database(postgres_url)

    def take_too(session: Session) -> None:
        leases.take(session, "northgate", owner="a", holder="a")
        with pytest.raises(SyncdError, match="is locked") as caught:
            other.run_now(leases.take, "northgate", owner="b", holder="b")
        assert caught.value.code == "store_locked"

    database.run_now(take_too)
    assert other.read_now(leases.holder_of, "northgate") == "a"
    database.close()
    other.close()


def test_a_bug_is_not_explained_away(database: Database) -> None:
    """A statement that is wrong stays a bug with its traceback."""
    with pytest.raises(Exception, match="no_such_table") as caught:
        database.run_now(lambda session: session.exec_driver_sql("SELECT * FROM no_such_table"))
    assert not isinstance(caught.value, SyncdError)
