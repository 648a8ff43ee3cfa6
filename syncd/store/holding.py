"""One syncd at a time per SQLite file, by a lock of the operating system that dies with its holder.

It stands before the leases, so a lease left by a dead process need not be waited for. On Postgres
there is nothing to hold: leases of single connections do the work.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syncd.errors import ConfigError, Problem, StoreHeld
from syncd.store.database import Database

_TRIES, _REST_SECONDS = 5, 0.02
"""Whoever asks `holder_of_store` has the lock of a dead holder for an instant, in which no living
process must be refused."""


@contextmanager
def hold(database: Database, holder: str) -> Iterator[None]:
    """Hold the store for this process; `holder` is what others are told (see `leases.holder_text`).

    Raises StoreHeld with the other holder's words. The lock file stays behind, empty: deleting it
    would let two processes lock two different files of one name.
    """
    if database.path is None:
        yield
        return
    lock = _open(Path(f"{database.path}.lock"))
    try:
        _lock(lock, database.name)
        os.ftruncate(lock, 0)
        os.pwrite(lock, holder.encode(), 0)
        yield
        os.ftruncate(lock, 0)
    finally:
        os.close(lock)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(
            [
                Problem(
                    "store.url", f"{path} cannot be opened: {error.strerror}", "correct its rights"
                )
            ]
        ) from None


def _lock(lock: int, store: str) -> None:
    for tries_left in range(_TRIES - 1, -1, -1):
        # flock, not lockf: it belongs to this opening of the file, so two in one process exclude
        # each other as well, and closing another opening does not free it.
        if _is_ours(lock, fcntl.LOCK_EX):
            return
        if tries_left:
            time.sleep(_REST_SECONDS)
    raise StoreHeld(_words(lock) or "it just started", what=store)


def _is_ours(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _words(lock: int) -> str:
    return os.pread(lock, 1000, 0).decode(errors="replace")


def holder_of_store(database: Database) -> str | None:
    """The words of the living process that holds the SQLite store; None where nobody does.

    The lock tells, so a killed holder is gone at once. On Postgres None: ask the leases.
    """
    if database.path is None:
        return None
    try:
        lock = os.open(f"{database.path}.lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        # Without words nobody has it, or began this very moment.
        words = _words(lock)
        return words if words and not _is_ours(lock, fcntl.LOCK_SH) else None
    finally:
        os.close(lock)
