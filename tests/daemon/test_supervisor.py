"""What systemd is told, as it is told: datagrams to the socket that it names."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.daemon.supervisor import Supervisor


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket as the supervisor has it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.setblocking(False)
        yield made


def heard(listener: socket.socket) -> list[str]:
    """Everything that was said so far."""
    said = []
    while True:
        try:
            said.append(listener.recv(4096).decode())
        except BlockingIOError:
            return said


@pytest.mark.parametrize("kind", ["file", "abstract"])
def test_both_kinds_of_address_are_understood(
    listener: socket.socket, tmp_path: Path, kind: str
) -> None:
    """A path, and a name that begins with @."""
    name = f"@syncd-{os.getpid()}" if kind == "abstract" else str(tmp_path / "notify")
    listener.bind(f"\0{name[1:]}" if kind == "abstract" else name)
    own = Supervisor({"NOTIFY_SOCKET": name})
    own.ready()
    own.status("working on: northgate")
    own.status("working on: northgate")
    own.reloading()
    own.stopping()
    ready, status, reloading, stopping = heard(listener)
    assert (ready, status) == ("READY=1", "STATUS=working on: northgate")
    assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert stopping.startswith("STOPPING=1\n")


def test_without_a_supervisor_nothing_is_said_and_nothing_fails() -> None:
    """Also where its socket is gone."""
    Supervisor({}).ready()
    Supervisor({"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_USEC": "1000000"}).alive()


@pytest.mark.parametrize(
    ("environ", "pings"),
    [
        ({"WATCHDOG_USEC": "40000000"}, 2),
        ({"WATCHDOG_USEC": "40000000", "WATCHDOG_PID": str(os.getpid())}, 2),
        ({"WATCHDOG_USEC": "40000000", "WATCHDOG_PID": "1"}, 0),
        ({}, 0),
        ({"WATCHDOG_USEC": "nonsense"}, 0),
    ],
)
def test_progress_is_told_as_often_as_the_supervisor_wants(
    listener: socket.socket,
    tmp_path: Path,
    environ: dict[str, str],
    pings: int,
) -> None:
    """Four times in its patience, and only where it asked this process."""
    listener.bind(str(tmp_path / "notify"))
    now = 1000.0
    socket_name = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
    own = Supervisor({**socket_name, **environ}, clock=lambda: now)
    for _ in range(15):
        own.alive()
        now += 1.0
    assert heard(listener) == ["WATCHDOG=1"] * pings
