"""A person at a real terminal: a pseudo-terminal with a command on it, and what it shows."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class Typist:
    """Types answers when it sees the question; keeps everything that stood on the screen."""

    def __init__(self, screen: int, command: "subprocess.Popen[bytes]") -> None:
        self.shown = ""
        self._screen = screen
        self._command = command
        self._read_to = 0

    def answers(self, question: str, typed: str, *, within_seconds: float = 60.0) -> None:
        """Wait until the question stands there, then type a line."""
        self._see(question, within_seconds)
        os.write(self._screen, f"{typed}\n".encode())

    def ends(self, *, within_seconds: float = 60.0) -> int:
        """Read until the command has ended; its exit code."""
        deadline = time.monotonic() + within_seconds
        while self._read(deadline):
            pass
        return self._command.wait(timeout=10)

    def _see(self, text: str, within_seconds: float) -> None:
        deadline = time.monotonic() + within_seconds
        while text not in self.shown[self._read_to :]:
            assert self._read(deadline), f"never asked {text!r}: {self.shown}"
        self._read_to = self.shown.index(text, self._read_to) + len(text)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._screen], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"nothing more was shown: {self.shown}"
        try:
            read = os.read(self._screen, 65536)
        except OSError:  # Linux says EIO when nobody has the terminal open any more
            return False
        self.shown += read.decode(errors="replace").replace("\r\n", "\n")
        return bool(read)


def _own_terminal() -> None:
    # A test run in the background of a shell has Ctrl-C ignored, and hands that on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def typing_in(directory: Path, *words: str, environ: Mapping[str, str]) -> Iterator[Typist]:
    """`syncd WORDS` on a terminal of its own, in a directory."""
    screen, keyboard = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "syncd", *words],
        cwd=directory,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **environ},
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(keyboard)
    try:
        yield Typist(screen, command)
    finally:
        os.close(screen)
        if command.poll() is None:
            command.kill()
        command.wait(timeout=10)
