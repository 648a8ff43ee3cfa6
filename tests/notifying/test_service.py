"""The daemon itself says within two intervals that something is late, and that it is well again."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from syncd.sandbox import RunningSandbox, limits_from, seeded_world
from tests.notifying.receivers import Received, mail_server, web_server
from tests.notifying.service import (
    INTERVAL_SECONDS,
    Service,
    document_of,
    heard,
    running,
    until,
)

IN_TIME_SECONDS = 2 * INTERVAL_SECONDS
SLACK_SECONDS = 10.0
"""What a machine that does much else may take on top: for the look, the library, the receiver."""


@pytest.fixture
def own_box() -> Iterator[RunningSandbox]:
    """A sandbox whose clock is the machine's."""
    with RunningSandbox(seeded_world(7), limits=limits_from((0, 0.1), (0, 0.1))) as box:
        yield box


@contextmanager
def _hung_socket(service: Service, directory: Path) -> Iterator[None]:
    # No byte for longer than anybody is allowed to wait; it ends so that the test can, too.
    service.fault("slow", vendor="letsjobit", seconds=20.0)
    yield
    service.heal()


@contextmanager
def _dead_lane(service: Service, directory: Path) -> Iterator[None]:
    service.fault("garbage", vendor="agentos", path="/jobs/")
    yield
    service.heal()


@contextmanager
def _refused_key(service: Service, directory: Path) -> Iterator[None]:
    service.fault("status", vendor="agentos", status=401)
    yield
    service.heal()


@contextmanager
def _locked_database(service: Service, directory: Path) -> Iterator[None]:
    with closing(sqlite3.connect(directory / "syncd.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _full_disk(service: Service, directory: Path) -> Iterator[None]:
    """The process has its own small file system; from here it is reached through the process."""
    ballast = Path(f"/proc/{service.process.pid}/root{directory}/disk/ballast")
    with ballast.open("wb") as file:
        try:
            while True:
                os.write(file.fileno(), b"\0" * 4096)
        except OSError:
            pass
    yield
    ballast.unlink()


Trouble = Callable[[Service, Path], Any]

TROUBLES: dict[str, tuple[Trouble, str]] = {
    "hung socket": (_hung_socket, ""),
    "dead lane": (_dead_lane, ""),
    "refused key": (_refused_key, "a key is refused"),
    "locked database": (_locked_database, ""),
    "full disk": (_full_disk, ""),
}


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", TROUBLES)
def test_people_hear_within_two_intervals(
    name: str, own_box: RunningSandbox, tmp_path: Path
) -> None:
    """`readyz` turns 503 and a mail and a web hook leave; when it is over, both say so."""
    trouble, words = TROUBLES[name]
    before, store = "", tmp_path
    if name == "full disk":
        if not _may_mount():
            pytest.skip("no right to mount a small file system")
        store = tmp_path / "disk"
        store.mkdir()
        before = f"mount -t tmpfs -o size=16m tmpfs {store}"
    with mail_server() as (mail, mails), web_server() as (host, hooks):
        document = document_of(own_box, store, mail, f"json://{host}/hook")
        with running(own_box, document, tmp_path, before=before) as service:
            with trouble(service, tmp_path):
                assert service.wait_ready(False) < IN_TIME_SECONDS + SLACK_SECONDS
                told = until(lambda: _is_told(hooks, words), "a notification", service)
                assert told < IN_TIME_SECONDS + SLACK_SECONDS
                until(lambda: len(mails.items) >= 1, "a mail", service)
            service.wait_ready(True)
            until(lambda: heard(hooks, "in time again"), "the end", service)
        assert service.process.returncode == 0
        _assert_log_is_clean(service)


def _is_told(hooks: Received, words: str) -> bool:
    return heard(hooks, words or " late.") or (not words and heard(hooks, "the store cannot"))


def _assert_log_is_clean(service: Service) -> None:
    """Every line is a JSON object, and no key is in any."""
    for line in service.log():
        assert {"time", "level", "logger", "message"} <= line.keys()
    text = "\n".join(service.lines)
    for key in (service.box.agentos_key, service.box.letsjobit_key):
        assert key not in text
    assert "traceback" not in text
