"""A sandbox in a process of its own, so that its work is not measured with the client's."""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from syncd.sandbox.shelf import Record


class SandboxSubprocess:
    """A sandbox in a child process while the context lasts. `url`, `agentos_key`, `letsjobit_key`;
    everything else by `/_sandbox/`."""

    def __init__(
        self,
        *,
        seed: int = 7,
        agentos_limit: tuple[int, float] = (50, 60.0),
        letsjobit_limit: tuple[int, float] = (100, 10.0),
        config_out: Path | None = None,
    ) -> None:
        limits = [f"{limit[0]}/{limit[1]:g}" for limit in (agentos_limit, letsjobit_limit)]
        self._command = [sys.executable, "-m", "syncd.sandbox", "--port", "0", "--json"]
        self._command += ["--seed", str(seed)]
        self._command += ["--agentos-limit", limits[0], "--letsjobit-limit", limits[1]]
        self._command += ["--config-out", str(config_out)] if config_out else []
        self._process: subprocess.Popen[bytes] | None = None
        self.about: Record = {}

    @property
    def url(self) -> str:
        """The address."""
        return str(self.about["url"])

    @property
    def agentos_key(self) -> str:
        """The agency's key."""
        return str(self.about["agentos"]["api_key"])

    @property
    def letsjobit_key(self) -> str:
        """The account's key."""
        return str(self.about["letsjobit"]["api_key"])

    def start(self) -> Self:
        """Start; returns when requests are answered. RuntimeError when the child gave up."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)  # noqa: S603
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the sandbox ended with {self._process.wait()}")
        self.about = json.loads(line)
        return self

    def stop(self) -> None:
        """End the child and wait for it."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=30)
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
