"""The way into the database: transactions, threads, cancellation."""

import asyncio
import stat
import subprocess
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import exc, insert, select, text, update

from syncd.errors import ConfigError, SyncdError
from syncd.store.database import Database, Session, afterwards
from syncd.store.tables import connections

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def add_connection(session: Session, name: str = "northgate") -> None:
    """Write one connection."""
    row = {"name": name, "short_name": name, "company_id": "c", "created_at": NOON}
    session.execute(insert(connections).values(row))


def names(session: Session) -> list[str]:
    """The connections there are."""
    return list(session.scalars(select(connections.c.name).order_by(connections.c.name)))


def add_one(session: Session) -> None:
    """Read a number, think, write it back increased: the classic lost update."""
    row = session.execute(select(connections.c.facts).with_for_update()).scalar_one()
    session.execute(update(connections).values(facts={"count": row.get("count", 0) + 1}))


async def test_a_function_that_returns_is_committed(database: Database) -> None:
    """What a function wrote is there for the next one, and its result comes back."""
    await database.run(add_connection)
    assert await database.read(names) == ["northgate"]


async def test_a_function_that_raises_leaves_nothing(database: Database) -> None:
    """An exception takes everything back that the function wrote."""

    def add_and_fail(session: Session) -> None:
        add_connection(session)
        raise RuntimeError("after the write")

    with pytest.raises(RuntimeError, match="after the write"):
        await database.run(add_and_fail)
    assert database.read_now(names) == []


async def test_a_read_cannot_write(database: Database) -> None:
    """A function that was run as a read fails where it writes."""
    with pytest.raises((exc.DBAPIError, SyncdError)):
        await database.read(add_connection)
    assert database.read_now(names) == []


async def test_a_read_sees_one_instant(database: Database) -> None:
    """What others commit in the middle of a read transaction is not seen by it."""
    await database.run(add_connection, "one")

    def read_twice(session: Session) -> tuple[list[str], list[str]]:
        before = names(session)
        database.run_now(add_connection, "two")
        return before, names(session)

    assert await database.read(read_twice) == (["one"], ["one"])


async def test_no_update_is_lost(database: Database) -> None:
    """Functions that read and then write, all at once, each count."""
    await database.run(add_connection)
    await asyncio.gather(*(database.run(add_one) for _ in range(60)))
    facts = database.read_now(lambda session: session.scalar(select(connections.c.facts)))
    assert facts == {"count": 60}


async def test_what_is_for_afterwards_is_done_once_it_is_committed(database: Database) -> None:
    """Not before, when others could not see it yet, and never of what was taken back."""
    seen: list[list[str]] = []

    def add(session: Session, name: str, *, fails: bool) -> None:
        add_connection(session, name)
        afterwards(session, lambda: seen.append(database.read_now(names)))
        assert name not in database.read_now(names)
        if fails:
            raise RuntimeError("after the write")

    with pytest.raises(RuntimeError):
        await database.run(add, "northgate", fails=True)
    assert seen == []
    await database.run(add, "southgate", fails=False)
    assert seen == [["southgate"]]
    database.run_now(add_connection, "westgate")
    assert seen == [["southgate"]]


async def test_a_function_sees_what_its_caller_is_about(database: Database) -> None:
    """Context variables of the task, such as its connection and cycle, hold in the thread."""
    about: ContextVar[str] = ContextVar("about", default="")
    about.set("northgate")
    assert await database.run(lambda _: about.get()) == "northgate"


async def test_two_databases_on_one_store_lose_no_update(
    database: Database, store_url: str
) -> None:
    """Nor do they when they come from two processes."""
    other = Database(store_url)
    await database.run(add_connection)
    await asyncio.gather(*(one.run(add_one) for _ in range(20) for one in (database, other)))
    facts = other.read_now(lambda session: session.scalar(select(connections.c.facts)))
    other.close()
    assert facts == {"count": 40}


async def test_the_event_loop_goes_on_during_a_transaction(database: Database) -> None:
    """A transaction that takes long does not block others' waiting."""
    release = threading.Event()

    def wait(_session: Session) -> bool:
        return release.wait(timeout=10)

    running = asyncio.create_task(database.run(wait))
    await asyncio.sleep(0)
    release.set()
    assert await running


async def test_cancelling_waits_for_a_transaction_that_has_begun(database: Database) -> None:
    """After a cancelled call nothing of it runs on unseen; here it committed."""
    begun, release = threading.Event(), threading.Event()

    def add_slowly(session: Session) -> None:
        begun.set()
        release.wait(timeout=10)
        add_connection(session)

    task = asyncio.create_task(database.run(add_slowly))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert database.read_now(names) == ["northgate"]


async def test_a_cancelled_transaction_that_has_not_begun_never_does(
    sqlite_database: Database,
) -> None:
    """Work that still queues behind the one writer is taken out of the queue."""
    begun, release = threading.Event(), threading.Event()

    def occupy(_session: Session) -> None:
        begun.set()
        release.wait(timeout=10)

    first = asyncio.create_task(sqlite_database.run(occupy))
    await asyncio.to_thread(begun.wait, 10)
    second = asyncio.create_task(sqlite_database.run(add_connection))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    release.set()
    await first
    assert sqlite_database.read_now(names) == []


async def test_random_cancellation_leaves_no_lock_behind(database: Database) -> None:
    """However often callers are cancelled, the next transaction gets through at once."""
    await database.run(add_connection)
    for round_number in range(40):
        tasks = [asyncio.create_task(database.run(add_one)) for _ in range(4)]
        for _ in range(round_number % 5):
            await asyncio.sleep(0)
        for task in tasks[round_number % 3 :]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(5):
        await database.run(add_one)


def test_foreign_keys_are_enforced(database: Database) -> None:
    """A row that names a connection that does not exist is refused."""
    statement = text(
        "INSERT INTO cycles (connection, started_at) VALUES ('nobody', '2026-11-22 12:00:00')"
    )
    with pytest.raises(exc.IntegrityError):
        database.run_now(lambda session: session.execute(statement))


def test_sqlite_is_written_to_disk_before_a_commit_returns(sqlite_database: Database) -> None:
    """WAL with synchronous FULL: an intent survives a power cut from the moment it is committed."""

    def settings(session: Session) -> tuple[object, ...]:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return tuple(session.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas)

    assert sqlite_database.run_now(settings) == ("wal", 2, 1)


async def test_what_a_restart_makes_void_does_not_wait_for_the_disk(
    sqlite_database: Database,
) -> None:
    """A fleeting transaction is safe from a crash of syncd, not from a power cut."""

    def settings(session: Session) -> tuple[object, ...]:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return tuple(session.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas)

    assert await sqlite_database.run_fleeting(settings) == ("wal", 1, 1)


def test_a_relative_path_is_relative_to_the_configuration(tmp_path: Path) -> None:
    """`sqlite:///syncd.db` lies beside the configuration, wherever syncd was started."""
    database = Database("sqlite:///syncd.db", relative_to=tmp_path)
    assert database.path == tmp_path / "syncd.db"
    assert database.name == str(tmp_path / "syncd.db")
    database.close()


def test_a_new_store_is_private(tmp_path: Path) -> None:
    """The file of a new store is readable by its owner alone."""
    database = Database("sqlite:///syncd.db", relative_to=tmp_path)
    database.close()
    assert stat.S_IMODE((tmp_path / "syncd.db").stat().st_mode) == 0o600


READ_IN_ANOTHER_PROCESS = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
print(*(row[0] for row in store.execute("SELECT name FROM connections ORDER BY name")))
store.close()
"""


def read_in_another_process(path: Path) -> str:
    """The connections that another process finds in the store, which it then closes."""
    asked = [sys.executable, "-c", READ_IN_ANOTHER_PROCESS, str(path)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_another_way_in_keeps_the_log_from_being_removed(sqlite_database: Database) -> None:
    """A command that ends beside the daemon leaves SQLite's log alone: what is written afterwards
    is seen by others and is not lost with the process. (Opening and closing the file anew would
    drop this process's locks, and the command would take itself for the last user.)"""
    path = sqlite_database.path
    assert path is not None
    sqlite_database.run_now(add_connection, "one")
    beside = sqlite_database.beside(patience_seconds=1)
    try:
        assert beside.read_now(names) == ["one"]
        assert read_in_another_process(path) == "one"
        assert Path(f"{path}-wal").exists()
        sqlite_database.run_now(add_connection, "two")
        assert read_in_another_process(path) == "one two"
    finally:
        beside.close()


def test_opening_a_store_leaves_an_existing_one_as_it_is(sqlite_url: str) -> None:
    """What was written stays when the store is opened again."""
    first = Database(sqlite_url)
    first.run_now(add_connection)
    first.close()
    second = Database(sqlite_url)
    found = second.read_now(names)
    second.close()
    assert found == ["northgate"]


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://root:hunter2@db/x", "sqlite://", "sqlite:///:memory:", "syncd.db"],
)
def test_a_url_that_cannot_be_meant_is_explained(url: str, tmp_path: Path) -> None:
    """The message names the setting and a cure, and never a password."""
    with pytest.raises(ConfigError, match=r"store\.url") as caught:
        Database(url, relative_to=tmp_path)
    assert "hunter2" not in str(caught.value)
    assert "sqlite:///syncd.db" in str(caught.value)
