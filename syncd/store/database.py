"""The way into the database: every function runs as one transaction, in a worker thread.

Nothing is awaited inside a transaction, the event loop never blocks, and SQLite and Postgres behave
alike: a write transaction is serialised against those that touch the same rows (SQLite: against
all), a read transaction sees one instant and cannot write. Knows no table.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from syncd.errors import SyncdError
from syncd.store.engines import (
    create_private_file,
    need_file,
    parse_store_url,
    reading_engine,
    writing_engine,
)
from syncd.store.trouble import explain

# What store functions take: one open transaction. (Not named Connection: in this trade that is an
# agency and a LetsJobIt account.) Core, not the ORM: its merge costs 25 times as much per row.
Session = Connection

PATIENCE_SECONDS = 30.0
"""How long a transaction waits for a SQLite that others have locked."""

P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """The store's database. `url` as in the setting `store.url`; close it at the end.

    Raises ConfigError for a url that cannot be meant. Nothing is opened before the first use,
    except that a missing SQLite file is created, readable by its owner alone; where it
    `must_be_there`, a missing one is refused instead.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        relative_to: Path | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
        must_be_there: bool = False,
    ) -> None:
        self.url = url if isinstance(url, URL) else parse_store_url(url, relative_to or Path())
        self.is_sqlite = self.url.drivername == "sqlite"
        self.path = Path(self.url.database or "") if self.is_sqlite else None
        # For people: the file, or the address without its password.
        self.name = str(self.path or self.url.set(drivername="postgresql", password=None))
        if self.path:
            (need_file if must_be_there else create_private_file)(self.path)
            self._identity = _identity(self.path)
        self._writer = writing_engine(self.url, patience_seconds)
        # On Postgres nothing is won: there the machine that restarts is not the one that asks.
        self._fleeting_writer = (
            writing_engine(self.url, patience_seconds, is_synced=False)
            if self.is_sqlite
            else self._writer
        )
        self._reader = reading_engine(self.url, patience_seconds)
        # SQLite has one writer at a time anyway: queueing here is fair and wakes at once, its own
        # waiting polls.
        writers = 1 if self.is_sqlite else 8
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="store-read")

    def beside(self, *, patience_seconds: float) -> Self:
        """Another way into the same database, with threads and connections of its own; a SQLite
        that is locked for so long is given up."""
        return type(self)(self.url, patience_seconds=patience_seconds)

    def is_there(self) -> bool:
        """Whether the SQLite file is still the one that this process opened; on Postgres True."""
        if self.path is None:
            return True
        try:
            return _identity(self.path) == self._identity
        except OSError:
            return False

    def need_there(self) -> None:
        """SyncdError where the SQLite file is no longer the one that this process opened."""
        if not self.is_there():
            raise SyncdError(
                "store_gone",
                "the file of the store was moved or deleted while syncd runs",
                "stop syncd, put the file back or restore a backup, and start it again",
            )

    async def run(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `function` as one write transaction in a worker thread; it commits unless it raises.

        Cancelling waits for a transaction that has begun, so nothing of ours runs on unseen;
        whether it committed is then not known to the caller.
        """
        about = contextvars.copy_context()  # the connection and the cycle, for what is logged
        work = partial(self.run_now, function, *args, **kwargs)
        return await _finish(self._writers.submit(about.run, work))

    async def run_fleeting(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `run`, but nobody waits for SQLite's disk: a power cut may undo it.

        For what means nothing any more once the machine has started anew.
        """

        def write() -> R:
            with self._explained(), self._fleeting_writer.begin() as session:
                return function(session, *args, **kwargs)

        return await _finish(self._writers.submit(write))

    async def read(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run `function` as one read-only transaction in a worker thread."""
        return await _finish(self._readers.submit(lambda: self.read_now(function, *args, **kwargs)))

    def run_now(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `run`, in this thread: for commands without an event loop."""
        with self._explained(), self._writer.begin() as session:
            later: list[Callable[[], None]] = []
            session.info[_AFTERWARDS] = later
            result = function(session, *args, **kwargs)
        for act in later:
            act()
        return result

    def read_now(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `read`, in this thread."""
        with self._explained(), self._reader.begin() as session:
            return function(session, *args, **kwargs)

    def migrate_now(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `run_now`, with SQLite's foreign keys off: rebuilding a table must not cascade."""
        if not self.is_sqlite:
            return self.run_now(function, *args, **kwargs)
        with self._explained(), self._writer.connect() as session:
            switch = session.connection.cursor()
            switch.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
            try:
                with session.begin():
                    return function(session, *args, **kwargs)
            finally:
                switch.execute("PRAGMA foreign_keys = ON")

    async def reclaim(self) -> None:
        """Take what was deleted out of SQLite's files as well; Postgres does that by itself."""
        if self.is_sqlite:
            await _finish(self._writers.submit(self._reclaim_now))

    def _reclaim_now(self) -> None:
        with self._explained(), self._writer.connect() as session:
            cursor = session.connection.cursor()
            # Rewriting is what takes old copies out of half-empty pages; then the log is emptied.
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()

    def close(self) -> None:
        """Wait for running transactions and close every connection."""
        self._writers.shutdown()
        self._readers.shutdown()
        self._writer.dispose()
        self._fleeting_writer.dispose()
        self._reader.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what a person can cause into one line with its cure; let bugs pass as they are."""
        try:
            yield
        except DBAPIError as error:
            explained = explain(error, self.name)
            if explained is None:
                raise
            raise explained from None


_AFTERWARDS = "afterwards"


def afterwards(session: Session, act: Callable[[], None]) -> None:
    """Have something done, in this thread, once the transaction is committed: a line is logged.

    Nothing of it where the transaction is taken back. It must not raise.
    """
    session.info.setdefault(_AFTERWARDS, []).append(act)


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from another one that is put in its place."""
    found = path.stat()
    return found.st_dev, found.st_ino


async def _finish(job: Future[R]) -> R:
    """The result of `job`; a cancelled caller waits for it where it has begun."""
    waiting = asyncio.wrap_future(job)
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        if not job.cancel():
            await asyncio.wait([waiting])
            waiting.exception()  # read, so that nobody complains that nobody did
        raise
