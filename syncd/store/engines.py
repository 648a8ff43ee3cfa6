"""How a connection to each database is opened, and with which settings. Asks nothing itself."""

import errno
import os
import sqlite3
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from syncd.errors import ConfigError, Problem

if TYPE_CHECKING:
    import psycopg

# A process that stands still in the middle of a transaction (a laptop asleep, a machine paused)
# keeps its locks on leases and budgets no longer than this: others go on within 30 s.
_STANDSTILL_SECONDS = 20.0
# Only a living process can keep a lock for longer; waiting for it ends in words for people.
_LOCK_SECONDS = 25.0
# The network notices after 25 s that the server vanished.
_POSTGRES_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}

_CURE = "write sqlite:///syncd.db or postgresql://user:password@host/database"


def parse_store_url(url: str, relative_to: Path) -> URL:
    """The url of an engine from the setting `store.url`; a SQLite path becomes absolute.

    Raises ConfigError for what cannot be meant. Its message never repeats the url: it may hold a
    password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _wrong("is no address of a database", _CURE) from None
    if parsed.drivername == "sqlite":
        return _with_absolute_path(parsed, relative_to)
    if parsed.drivername in ("postgresql", "postgresql+psycopg", "postgres"):
        if find_spec("psycopg") is None:
            raise _wrong("names Postgres, whose driver is missing", "pip install 'syncd[postgres]'")
        return parsed.set(drivername="postgresql+psycopg")
    raise _wrong(f"names {parsed.drivername}, which syncd cannot use", _CURE)


def files_of_store(url: str, relative_to: Path) -> list[Path]:
    """The files of a SQLite store, there or not: its own, SQLite's beside it, and the lock."""
    parsed = parse_store_url(url, relative_to)
    if parsed.drivername != "sqlite":
        return []
    return [Path(f"{parsed.database}{end}") for end in ("", "-wal", "-shm", "-journal", ".lock")]


def check_store_url(url: str, relative_to: Path) -> None:
    """ConfigError where the url cannot be meant, or its file cannot be used; makes and opens
    nothing."""
    parsed = parse_store_url(url, relative_to)
    if parsed.drivername != "sqlite":
        return
    path = Path(parsed.database or "")
    # Where its directory may not be entered, parsing has said so.
    if path.exists():
        need_file(path)
    elif not os.access(path.parent, os.W_OK | os.X_OK):
        raise _not_writable(path, os.strerror(errno.EACCES))


def _with_absolute_path(parsed: URL, relative_to: Path) -> URL:
    if not parsed.database or parsed.database == ":memory:":
        raise _wrong("names no file, and the store has to outlive the process", _CURE)
    path = (relative_to / parsed.database).absolute()
    try:
        if not path.parent.is_dir():
            cure = "create it, or name another one"
            raise _wrong(f"directory {path.parent} does not exist", cure)
        if path.is_dir():
            raise _wrong(f"{path} is a directory", "name a file in it")
    except OSError as error:
        raise _not_writable(path, error.strerror) from None
    return URL.create("sqlite", database=str(path))


def _wrong(message: str, cure: str) -> ConfigError:
    return ConfigError([Problem("store.url", message, cure)])


def create_private_file(path: Path) -> None:
    """Create the file of a new store readable by its owner alone; it will hold personal data.

    A file that is there is not opened: closing it would drop every lock that SQLite holds on it in
    this process, and another process would then remove the log from under our feet.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            raise _not_writable(path, os.strerror(errno.EACCES)) from None
    except OSError as error:
        raise _not_writable(path, error.strerror) from None


def need_file(path: Path) -> None:
    """ConfigError where the file of a store is not there, or may not be used; opens nothing."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        cure = "`syncd run-once` makes a new one; if yours is elsewhere, correct the setting"
        raise _wrong(f"there is no store at {path}", cure) from None
    except OSError as error:
        raise _not_writable(path, error.strerror) from None
    if not os.access(path, os.R_OK | os.W_OK):
        raise _not_writable(path, os.strerror(errno.EACCES))


def _not_writable(path: Path, reason: str | None) -> ConfigError:
    cure = "be the user that syncd runs as, or correct its permissions"
    return _wrong(f"{path} cannot be opened for writing: {reason}", cure)


def writing_engine(url: URL, patience_seconds: float, *, is_synced: bool = True) -> Engine:
    """An engine whose transactions may write: SQLite BEGIN IMMEDIATE, Postgres READ COMMITTED.

    SQLite runs with synchronous FULL: an intent has to be on the disk before money moves. Not
    `is_synced`: NORMAL, so that the last transactions before a power cut may be undone by it.
    """
    if url.drivername != "sqlite":
        return _postgres_engine(url, pool_size=8, isolation_level="READ COMMITTED")
    engine = _sqlite_engine(url, patience_seconds)
    event.listen(engine, "connect", _prepare_sqlite_writer)
    if not is_synced:
        event.listen(engine, "connect", _do_not_sync)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: URL, patience_seconds: float) -> Engine:
    """An engine whose transactions see one instant and cannot write."""
    if url.drivername != "sqlite":
        engine = _postgres_engine(url, pool_size=4, isolation_level="REPEATABLE READ")
        event.listen(engine, "connect", _give_up_after(patience_seconds))
        return engine.execution_options(postgresql_readonly=True)
    engine = _sqlite_engine(url, patience_seconds)
    event.listen(engine, "connect", _prepare_sqlite_reader)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def _postgres_engine(url: URL, *, pool_size: int, isolation_level: str) -> Engine:
    engine = create_engine(
        url,
        connect_args=_POSTGRES_OPTIONS,
        isolation_level=isolation_level,
        pool_size=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _sqlite_engine(url: URL, patience_seconds: float) -> Engine:
    # isolation_level None: sqlite3 itself begins nothing, else a read-then-write transaction would
    # begin at its first write and lose other people's updates silently.
    return create_engine(
        url,
        connect_args={"timeout": patience_seconds, "isolation_level": None},
        hide_parameters=True,
    )


def _prepare_sqlite_writer(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What retention deletes is personal: it must not linger in free pages of the file.
    connection.execute("PRAGMA secure_delete = ON")


def _do_not_sync(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _prepare_sqlite_reader(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only = ON")


def _prepare_postgres(connection: "psycopg.Connection", _entry: ConnectionPoolEntry) -> None:
    settings = {
        "idle_in_transaction_session_timeout": f"{_STANDSTILL_SECONDS * 1000:.0f}ms",
        "lock_timeout": f"{_LOCK_SECONDS * 1000:.0f}ms",
        "timezone": "UTC",
    }
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()


def _give_up_after(
    patience_seconds: float,
) -> Callable[["psycopg.Connection", ConnectionPoolEntry], None]:
    """Readers wait for nobody's row; only for somebody who locks a whole table."""

    def prepare(connection: "psycopg.Connection", _entry: ConnectionPoolEntry) -> None:
        connection.execute(f"SET lock_timeout = {round(patience_seconds * 1000)}")
        connection.commit()

    return prepare


def _begin_immediate(session: Connection) -> None:
    session.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(session: Connection) -> None:
    session.exec_driver_sql("BEGIN DEFERRED")
