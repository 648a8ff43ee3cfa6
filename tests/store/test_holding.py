"""One syncd at a time per SQLite file."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from syncd.errors import StoreHeld
from syncd.store import holding
from syncd.store.database import Database
from syncd.store.holding import hold, holder_of_store
from syncd.store.leases import holder_text

HOLDER = """
import sys
from syncd.store import holding
from syncd.store.database import Database
from syncd.store.holding import hold, holder_of_store
from syncd.store.leases import holder_text

with hold(Database(sys.argv[1]), holder_text("syncd run")):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(url: str) -> subprocess.Popen[str]:
    """Another process that holds the store until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_told_who_holds_it(sqlite_database: Database, sqlite_url: str) -> None:
    """A second process gets StoreHeld that names process, machine and command of the first."""
    process = start_holder(sqlite_url)
    with pytest.raises(StoreHeld) as caught, hold(sqlite_database, "x"):
        pass
    process.communicate("")
    assert (
        f"process {process.pid} on {os.uname().nodename}, syncd run, since" in caught.value.holder
    )
    assert str(sqlite_database.path) in caught.value.message


def test_a_killed_holder_holds_nothing(sqlite_database: Database, sqlite_url: str) -> None:
    """The moment a holder is killed the store is free, though its words are still in the file."""
    process = start_holder(sqlite_url)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with hold(sqlite_database, "syncd run-once"):
        pass


def test_two_in_one_process_exclude_each_other(sqlite_database: Database, sqlite_url: str) -> None:
    """Also two openings in one process; afterwards the store is free again."""
    other = Database(sqlite_url)
    with hold(sqlite_database, "the first"):
        with pytest.raises(StoreHeld, match="the first"), hold(other, "the second"):
            pass
        # And the failed attempt took nothing away from the first.
        with pytest.raises(StoreHeld, match="the first"), hold(other, "the second"):
            pass
    with hold(other, "the second"):
        pass
    other.close()


def test_a_holder_that_fails_lets_go(sqlite_database: Database) -> None:
    """An exception frees the store as well as the end does."""
    with pytest.raises(RuntimeError), hold(sqlite_database, "x"):
        raise RuntimeError
    with hold(sqlite_database, "x"):
        pass


def test_the_lock_file_is_private_and_stays(sqlite_database: Database) -> None:
    """Nobody else reads it, and it is never deleted: two names for one lock would be two locks."""
    with hold(sqlite_database, "x"):
        pass
    lock = Path(f"{sqlite_database.path}.lock")
    assert lock.stat().st_mode & 0o077 == 0
    assert lock.read_text() == ""


def test_postgres_is_never_held_as_a_whole(postgres_url: str) -> None:
    """There the leases of single connections decide."""
    one, two = Database(postgres_url), Database(postgres_url)
    with hold(one, holder_text("a")), hold(two, holder_text("b")):
        pass
    one.close()
    two.close()


def test_who_holds_it_is_told_and_nothing_taken(sqlite_database: Database, sqlite_url: str) -> None:
    """A living holder by its words; a killed one, and a store that was never held, by None."""
    assert holder_of_store(sqlite_database) is None
    assert not Path(f"{sqlite_database.path}.lock").exists()
    process = start_holder(sqlite_url)
    for _ in range(2):
        assert f"process {process.pid} on" in (holder_of_store(sqlite_database) or "")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert Path(f"{sqlite_database.path}.lock").read_text()
    assert holder_of_store(sqlite_database) is None


def test_being_asked_about_refuses_nobody(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks has the lock of a dead holder for an instant; a start waits that long."""
    with hold(sqlite_database, "x"):
        pass
    asking = os.open(f"{sqlite_database.path}.lock", os.O_RDONLY)
    fcntl.flock(asking, fcntl.LOCK_SH)
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        fcntl.flock(asking, fcntl.LOCK_UN)

    monkeypatch.setattr(holding, "time", SimpleNamespace(sleep=rest))
    with hold(sqlite_database, "x"):
        assert len(rests) == 1
    os.close(asking)
