"""`syncd run` as a process, with people who listen outside: a mail server and a web server."""

import json
import shlex
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from syncd.sandbox import RunningSandbox
from syncd.sandbox.faults import rule_from
from tests.notifying.receivers import Received

INTERVAL_SECONDS = 2.0
LISTENS = "the admin endpoint listens at "
PATIENCE_SECONDS = 40.0
"""For anything that has to happen; what happens in time is asserted of its own."""


@dataclass
class Service:
    """A daemon under way."""

    process: subprocess.Popen[bytes]
    box: RunningSandbox
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where its admin endpoint listens, as it says itself."""
        said = (line.partition(LISTENS)[2] for line in list(self.lines))
        return next(each.partition('/"')[0] for each in said if each)

    def readiness(self) -> tuple[int, Any]:
        """What `/readyz` answers."""
        try:
            answer = httpx.get(f"{self.url}/readyz", timeout=10)
        except httpx.TransportError:
            return 0, None
        return answer.status_code, answer.json()

    def wait_ready(self, is_ready: bool) -> float:
        """Wait until it is ready, or is not; the seconds that took."""
        wanted = 200 if is_ready else 503
        return until(lambda: self.readiness()[0] == wanted, f"readyz {wanted}", self)

    def fault(self, kind: str, **rule: Any) -> None:
        """Switch a fault on, until they are healed."""
        with self.box.world.lock:
            self.box.faults.rules.append(rule_from({"kind": kind, "times": None, **rule}))

    def heal(self) -> None:
        """Switch all faults off."""
        with self.box.world.lock:
            self.box.faults.rules = []

    def log(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in list(self.lines)]


def until(is_so: Callable[[], bool], what: str, service: Service | None = None) -> float:
    """Wait until it is so; the seconds that took. AssertionError where it does not come."""
    pause = threading.Event()
    began = time.monotonic()
    while not is_so():
        waited = time.monotonic() - began
        log = "\n".join(service.lines[-20:]) if service is not None else ""
        assert waited < PATIENCE_SECONDS, f"{what} did not come\n{log}"
        pause.wait(0.1)
    return time.monotonic() - began


def document_of(box: RunningSandbox, directory: Path, *targets: str) -> dict[str, Any]:
    """The sandbox's own configuration, with intervals of seconds and these targets."""
    document = tomllib.loads(box.config_text())
    every = f"{INTERVAL_SECONDS:g}s"
    document["store"] = {"url": f"sqlite:///{directory}/syncd.db"}
    document["schedule"] = dict.fromkeys(("closures", "jobs", "visits", "directory"), every)
    document["admin"] = {"listen": "127.0.0.1:0"}
    document["notifications"] = {"targets": list(targets), "digest": ""}
    for side in ("agentos", "letsjobit"):
        document["connections"][0][side]["rate_limit"] = {"requests": 100_000, "seconds": 0.1}
    return document


@contextmanager
def running(
    box: RunningSandbox, document: dict[str, Any], directory: Path, *, before: str = ""
) -> Iterator[Service]:
    """The daemon with this configuration, from its first readiness until SIGTERM has ended it.

    `before` is a shell command that prepares its own view of the file systems.
    """
    config = directory / "syncd.toml"
    config.write_text(toml_of(document))
    command = [sys.executable, "-m", "syncd", "run", "--config", str(config)]
    if before:
        script = f"{before} && exec {shlex.join(command)}"
        command = ["unshare", "--mount", "sh", "-c", script]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    service = Service(process, box)
    reading = threading.Thread(target=_read, args=(service,), daemon=True)
    reading.start()
    try:
        until(lambda: any("changes;" in line for line in service.lines), "a cycle", service)
        service.wait_ready(True)
        yield service
    finally:
        service.heal()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()
            reading.join(5)
            if process.stderr is not None:
                process.stderr.close()


def _read(service: Service) -> None:
    assert service.process.stderr is not None
    for line in service.process.stderr:
        service.lines.append(line.decode().rstrip("\n"))


def toml_of(document: dict[str, Any]) -> str:
    """The document as TOML: tables of plain values, and one list of tables."""
    lines: list[str] = []
    for name, table in document.items():
        if name != "connections":
            _write_table(lines, f"[{name}]", name, table)
    for connection in document["connections"]:
        _write_table(lines, "[[connections]]", "connections", connection)
    return "\n".join(lines)


def _write_table(lines: list[str], heading: str, path: str, table: dict[str, Any]) -> None:
    lines.append(heading)
    plain = {name: value for name, value in table.items() if not isinstance(value, dict)}
    lines += [f"{name} = {_value(value)}" for name, value in plain.items()]
    for name, value in table.items():
        if isinstance(value, dict):
            _write_table(lines, f"[{path}.{name}]", f"{path}.{name}", value)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(n)} = {_value(v)}" for n, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


def heard(received: Received, words: str) -> bool:
    """Whether a message with these words arrived."""
    said = [f"{each['title']}\n{each['message']}" for each in list(received.items)]
    return any(words in each for each in said)
