"""The systemd unit as text, and its settings applied to a process as far as a test can.

What is applied: a read-only file system but for the state directory, a mount and IPC namespace of
its own, no capability, no new privileges, no memory that is both written and executed (where the
kernel is of 2023 or newer), umask, the limit of open files, HOME=/, the environment with
STATE_DIRECTORY and CREDENTIALS_DIRECTORY, the credential, NOTIFY_SOCKET and WATCHDOG_USEC.
What is not: filters of system calls and address families, the dynamic user, hidden /proc entries,
limits of memory and tasks.
"""

import ctypes
import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

UNSHARE = ["unshare", "--user", "--map-root-user", "--mount", "--ipc", "--uts"]

CONFINED = """
set -eu
mount --bind "$STATE_DIRECTORY" "$STATE_DIRECTORY"
mount -o bind,remount,ro /
for place in /dev/shm /var /home /srv; do
    if mountpoint -q "$place"; then mount -o bind,remount,ro "$place"; fi
done
cd "$1"
umask "$2"
shift 2
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""


@dataclass(frozen=True)
class Unit:
    """A unit file: the values of every setting, in order, by section and name."""

    settings: dict[tuple[str, str], list[str]]

    @classmethod
    def read(cls, path: Path) -> "Unit":
        """Read a unit file."""
        found: dict[tuple[str, str], list[str]] = {}
        section = ""
        for line in path.read_text().splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                name, _, value = line.partition("=")
                found.setdefault((section, name), []).append(value)
        return cls(found)

    def service(self, name: str) -> str:
        """The only value of a setting of the service."""
        (value,) = self.settings["Service", name]
        return value

    def environ(self) -> dict[str, str]:
        """The variables that the unit sets."""
        pairs = (value.partition("=") for value in self.settings["Service", "Environment"])
        return {name: value for name, _, value in pairs}


def can_confine() -> bool:
    """Whether this machine lets a test have namespaces of its own."""
    if shutil.which("unshare") is None or shutil.which("setpriv") is None:
        return False
    tried = ["sh", "-c", "mount -o bind,remount,ro / && setpriv --bounding-set=-all true"]
    return subprocess.run([*UNSHARE, *tried], capture_output=True, check=False).returncode == 0


def _refuse_code_in_writable_memory() -> None:
    """MemoryDenyWriteExecute for this process and what it becomes; an old kernel says no."""
    set_mdwe, refuse_exec_gain = 65, 1
    ctypes.CDLL(None).prctl(set_mdwe, refuse_exec_gain, 0, 0, 0)


class Supervisor:
    """The supervisor's end of the notification socket."""

    def __init__(self, address: Path) -> None:
        self.said: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(address))

    def hears(self, wanted: str, *, within_seconds: float = 30.0) -> None:
        """Wait until the process says a line that begins so."""
        self._socket.settimeout(within_seconds)
        while not any(line.startswith(wanted) for line in self.said):
            self.said += self._socket.recv(65536).decode().splitlines()

    def forget(self) -> None:
        """Only what is said from now on counts."""
        self.said.clear()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


@contextmanager
def started(
    unit: Unit, command: Sequence[str], directory: Path, environ: dict[str, str], errors: Path
) -> Iterator[tuple["subprocess.Popen[bytes]", Supervisor]]:
    """The unit's process under its settings; `directory` has `state` and `credentials`."""
    address = directory / "notify"
    supervisor = Supervisor(address)
    state = directory / "state"
    confined = [*UNSHARE, "prlimit", f"--nofile={unit.service('LimitNOFILE')}"]
    confined += ["sh", "-c", CONFINED, "sh", str(state), unit.service("UMask"), *command]
    with errors.open("wb") as log:
        process = subprocess.Popen(
            confined,
            env={
                **environ,
                "HOME": "/",
                "STATE_DIRECTORY": str(state),
                "CREDENTIALS_DIRECTORY": str(directory / "credentials"),
                "NOTIFY_SOCKET": str(address),
                "WATCHDOG_USEC": "2000000",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=_refuse_code_in_writable_memory,
        )
    try:
        yield process, supervisor
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)
        supervisor.close()
        os.unlink(address)


def command_of(unit: Unit, name: str) -> list[str]:
    """The words of a command of the unit."""
    return shlex.split(unit.service(name))
