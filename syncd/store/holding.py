"""One syncd at a time per SQLite file, by a lock of the operating system that dies with its holder.

It stands before the leases, so a lease left by a dead process need not be waited for. On Postgres
there is nothing to hold: leases of single connections do the work.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syncd.errors import ConfigError, Problem, StoreHeld
from syncd.store.database import Database


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
    try:
        # flock, not lockf: it belongs to this opening of the file, so two in one process exclude
        # each other as well, and closing another opening does not free it.
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 1000, 0).decode(errors="replace")
        raise StoreHeld(holder or "it just started", what=store) from None
