"""Processes of syncd that start at once: they are forked from one that has everything loaded.

A start of Python with all of syncd takes a second or more; a fork takes milliseconds. Each child is
a process of its own with its own memory, files and locks, which is what a SIGKILL takes away.

`python -m tests.kill.nursery` is the parent: one line of JSON per command on its standard input,
and on its standard output the number of the process.
"""

import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

ROOT = Path(__file__).parent.parent.parent
DIES_WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, None where it was killed, and what it printed."""

    code: int | None
    output: str
    complaints: str

    @property
    def was_killed(self) -> bool:
        """Whether it never came to its end."""
        return self.code is None

    @property
    def document(self) -> Any:
        """The JSON document that it printed."""
        return json.loads(self.output)


class Running:
    """A process that was started; watched by its descriptor, so that no other is ever hit."""

    def __init__(self, pid: int, prints_to: Path) -> None:
        self.pid = pid
        self.prints_to = prints_to
        self._closing = threading.Lock()
        try:
            self._descriptor: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._descriptor = None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens where it is dead."""
        with self._closing:
            if self._descriptor is not None:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """SIGKILL; returns when it is dead."""
        self.send(signal.SIGKILL)
        if not self._wait(DIES_WITHIN_SECONDS):
            raise TimeoutError("a killed process did not die")

    @property
    def has_ended(self) -> bool:
        """Whether it is dead."""
        return self._wait(0)

    def _wait(self, seconds: float) -> bool:
        # Each waits with a descriptor of its own: where another thread closes the one that is
        # waited for, the end of the process would not be seen.
        with self._closing:
            if self._descriptor is None:
                return True
            watched = os.dup(self._descriptor)
        try:
            ended, _, _ = select.select([watched], [], [], seconds)
        finally:
            os.close(watched)
        return bool(ended)

    def end(self, seconds: float = 150) -> Ended:
        """Wait for its end. TimeoutError where it does not end; it is killed then."""
        if not self._wait(seconds):
            self.kill()
            raise TimeoutError(f"the process did not end within {seconds:g} s")
        with self._closing:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
        # What a kill at an early or late moment left unwritten is empty, never missing.
        code, out, err = ((self.prints_to / name).read_text() for name in PRINTED)
        return Ended(int(code) if code else None, out, err)


PRINTED = ("code", "out", "err")
"""The files of each process: how it ended, and its two ways to print."""


class Nursery:
    """Starts commands of syncd; `directory` is where they run and where their output goes.

    `environ` is what all of them have from before their first moment, such as a library to load.
    """

    def __init__(self, directory: Path, environ: Mapping[str, str] = MappingProxyType({})) -> None:
        self._directory = directory
        self._started = 0
        self.always: dict[str, str] = {}
        """Variables of every command."""
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.nursery"],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, *arguments: str, **environ: str) -> Running:
        """Start `syncd ARGUMENTS` in a process of its own."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._started += 1
        prints_to = self._directory / f"process-{self._started}"
        prints_to.mkdir()
        for name in PRINTED:
            (prints_to / name).touch()
        variables = {**self.always, **environ}
        asked = {"arguments": arguments, "environ": variables, "prints_to": str(prints_to)}
        self._parent.stdin.write(json.dumps(asked) + "\n")
        self._parent.stdin.flush()
        return Running(int(self._parent.stdout.readline()), prints_to)

    def run(self, *arguments: str, **environ: str) -> Ended:
        """Start one and wait for its end."""
        return self.start(*arguments, **environ).end()

    def close(self) -> None:
        """Start no more."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(DIES_WITHIN_SECONDS)
        self._parent.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def load_everything() -> None:
    """Import what any command would; nothing runs and no thread starts."""
    import syncd

    for module in pkgutil.walk_packages(syncd.__path__, "syncd."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("alembic.command", "alembic.config", "rich.progress", "psycopg", "fpdf"):
        importlib.import_module(name)


def become(asked: Mapping[str, Any]) -> None:
    """Be the asked command; never returns."""
    from tests.kill.launcher import launch

    prints_to = Path(asked["prints_to"])
    os.environ.update(asked["environ"])
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for descriptor, name in ((1, "out"), (2, "err")):
        target = os.open(prints_to / name, os.O_WRONLY)
        os.dup2(target, descriptor)
    code = 1
    try:
        code = launch(asked["arguments"], asked["environ"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        (prints_to / "code").write_text(str(code))
        os._exit(code)


def serve(requests: Sequence[str] | Any) -> None:
    """Fork for every line until there are no more."""
    load_everything()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in requests:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            become(asked)
        print(pid, flush=True)
        _bury_the_dead()


def _bury_the_dead() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


if __name__ == "__main__":
    serve(sys.stdin)
