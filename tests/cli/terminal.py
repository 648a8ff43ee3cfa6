"""An operator's terminal: a directory with a configuration, a sandbox to work on, and commands.

Every output of every test is searched for keys.
"""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from syncd.cli import run
from syncd.sandbox import RunningSandbox, limits_from, seeded_world
from syncd.store import schema
from syncd.store.database import Database

STORE = "syncd-sandbox.db"
"""The file that the sandbox's configuration names."""

LIMITS = limits_from((50, 1.0), (100, 0.5))


PORTAL = """
[connections.contractor_portal]
base_url = "https://portal.example/api/trpc"
contractor_id = "co-0009-4739"
session = "a-session"

[connections.leads]
enabled = true
"""
"""The table that the channel "portal" needs, and one that it cannot do."""

LEGACY = """
[connections.create_jobs]
enabled = true
channel = "v3"
"""
"""The table that the channel "v3" needs."""


def _listen_to_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


@dataclass
class Terminal:
    """Runs commands in this process, in a directory of its own."""

    box: RunningSandbox
    control: httpx.Client
    directory: Path
    capture: pytest.CaptureFixture[str]
    keys: tuple[str, ...]

    @property
    def config(self) -> Path:
        """The configuration that commands find by themselves."""
        return self.directory / "syncd.toml"

    def __call__(self, *words: str) -> Said:
        self.capture.readouterr()
        code = run(words)
        printed = self.capture.readouterr()
        return self.checked(Said(code, printed.out, printed.err))

    def checked(self, said: Said) -> Said:
        """The same, if it shows no key and no traceback."""
        for text in (said.out, said.err):
            assert not [key for key in self.keys if key in text]
            assert "Traceback" not in text
        return said

    def process(self, *words: str) -> "subprocess.Popen[str]":
        """The same command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "syncd", *words],
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A test run in the background of a shell has Ctrl-C ignored, and hands that on.
            preexec_fn=_listen_to_ctrl_c,
        )

    def shell(self, words: str, ending: str) -> Said:
        """The same as a shell starts it, with what stands behind the command (`>&-`)."""
        line = f'exec "$0" -m syncd {words} {ending}'
        done = subprocess.run(
            ["/bin/sh", "-c", line, sys.executable],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        return self.checked(Said(done.returncode, done.stdout, done.stderr))

    def edit(self, old: str, new: str) -> None:
        """Change the configuration, which must have what is replaced."""
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Look at the sandbox or change it."""
        answer = self.control.request(method, f"/{path}", json=body)
        return answer.raise_for_status().json()

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Records of the sandbox."""
        found: list[dict[str, Any]] = self.ask("GET", kind)["records"]
        return found

    def our_jobs(self) -> list[dict[str, Any]]:
        """The jobs that become visits."""
        return [
            job
            for job in self.records("jobs")
            if job["ContractorID"] == "co-0009-4739" and job["Status"] in ("Reported", "Pending")
        ]

    def set_status(self, job: dict[str, Any], name: str) -> None:
        """Give a job another status, as the agency's staff do."""
        status = next(each for each in self.records("statuses") if each["Name"] == name)
        self.ask("PATCH", f"jobs/{job['OID']}", {"StatusID": status["OID"]})

    def visit(self, number: str) -> dict[str, Any]:
        """The visit with this docNo."""
        return next(each for each in self.records("visits") if each["docNo"] == number)

    def fault(self, **rule: Any) -> None:
        """Switch on a fault of the sandbox."""
        self.ask("POST", "faults", rule)

    def no_faults(self) -> None:
        """Switch all of them off."""
        self.ask("DELETE", "faults")


def through(terminal: Terminal, channel: str) -> None:
    """Have the job side of the configuration be the portal or V3."""
    more = "" if channel == "portal" else '\nbranches = ["8DB1-2991-2E39"]'
    terminal.edit(
        'short_name = "northgate"', f'channel = "{channel}"\nshort_name = "northgate"{more}'
    )
    table = PORTAL if channel == "portal" else LEGACY
    terminal.config.write_text(terminal.config.read_text() + table)


@pytest.fixture(scope="session")
def served() -> Iterator[RunningSandbox]:
    """One sandbox for all tests, with short windows."""
    with RunningSandbox(seeded_world(7), limits=LIMITS) as box:
        yield box


@pytest.fixture(scope="session")
def control(served: RunningSandbox) -> Iterator[httpx.Client]:
    """Its control pages."""
    with httpx.Client(base_url=f"{served.url}/_sandbox", timeout=60) as client:
        yield client


@pytest.fixture
def terminal(
    served: RunningSandbox,
    control: httpx.Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    empty_store: bytes,
) -> Iterator[Terminal]:
    """A terminal of 80 columns at the sandbox as it began; logging is put back afterwards."""
    control.post("/reset").raise_for_status()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    root, ours = logging.getLogger(), logging.getLogger("syncd")
    before = (root.handlers[:], root.level, ours.level)
    keys = (served.agentos_key, served.letsjobit_key)
    made = Terminal(served, control, tmp_path, capsys, keys)
    made.config.write_text(served.config_text())
    (tmp_path / STORE).write_bytes(empty_store)
    yield made
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


@dataclass
class FirstRun:
    """What a first run leaves behind, kept so that not every test has to run it."""

    world: Any = None
    store: bytes = b""


@pytest.fixture(scope="session")
def first_run() -> FirstRun:
    """Filled by the first test that starts in step."""
    return FirstRun()


@pytest.fixture
def in_step(terminal: Terminal, first_run: FirstRun) -> Terminal:
    """A terminal after the first run: eight jobs have their visits."""
    store = terminal.directory / STORE
    if first_run.store:
        terminal.ask("PUT", "snapshot", first_run.world)
        store.write_bytes(first_run.store)
    else:
        assert terminal("run-once").code == 0
        first_run.world = terminal.ask("GET", "snapshot")
        first_run.store = store.read_bytes()
    return terminal


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with its tables and nothing in them: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / STORE
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path.read_bytes()
