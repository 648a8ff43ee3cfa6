"""Telling the system's supervisor how the daemon is (systemd's notification protocol).

A datagram of lines NAME=VALUE to the socket in NOTIFY_SOCKET; a name that begins with @ is in the
abstract namespace. Without the variable nothing is said. Nothing here ever fails the daemon.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

_PINGS_PER_PATIENCE = 4


class Supervisor:
    """The supervisor of this process, where there is one."""

    def __init__(
        self, environ: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._ping_seconds = _ping_seconds(environ)
        self._pinged_at = 0.0
        self._status = ""

    def ready(self) -> None:
        """Everything is open and runs."""
        self._send("READY=1")

    def reloading(self) -> None:
        """The configuration is read anew; `ready` follows."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The process is on its way out."""
        self._send("STOPPING=1", "STATUS=stopping")

    def status(self, line: str) -> None:
        """One line for people; said when it changes."""
        if line != self._status:
            self._status = line
            self._send(f"STATUS={line}")

    def alive(self) -> None:
        """There was progress: the supervisor need not end us. Said as often as it wants."""
        now = self._clock()
        if self._ping_seconds and now - self._pinged_at >= self._ping_seconds:
            self._pinged_at = now
            self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
                way.setblocking(False)
                way.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            logger.warning("the supervisor could not be told: %s", error.strerror)


def _ping_seconds(environ: Mapping[str, str]) -> float:
    """How often the supervisor is told that there was progress; 0: it does not ask.

    WATCHDOG_PID names the process that it asks, where it is not just any.
    """
    patience = environ.get("WATCHDOG_USEC", "")
    pid = environ.get("WATCHDOG_PID", "")
    if not patience.isdecimal() or pid not in ("", str(os.getpid())):
        return 0.0
    return int(patience) / 1_000_000 / _PINGS_PER_PATIENCE
