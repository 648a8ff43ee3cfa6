"""A house where `syncd run` lives: a sandbox whose limits are short, one store, real processes.

Whoever waits, waits for a condition and until a deadline.
"""

import json
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import text

from syncd.model import Lane
from syncd.sandbox import visits
from syncd.sandbox.faults import rule_from
from syncd.sandbox.ledger import Effect
from syncd.store import schema
from syncd.store.database import Database, Session
from syncd.store.due import wake
from syncd.store.outbox import StoredIntent, waiting_intents
from tests.kill.nursery import Ended, Nursery, Running
from tests.kill.stage import Record, Stage, signature
from tests.kill.truth import EXPECTED

T = TypeVar("T")

LIMITS = {"agentos": (25, 2.0), "letsjobit": (60, 1.0)}
"""Requests and seconds: the published ones, made short enough for a test to meet them."""

SCHEDULE = """
[schedule]
closures = "1s"
jobs = "2s"
visits = "3s"
directory = "10s"

[guards]
max_invoice_total = "1000000.00"
"""
PROMISED_SECONDS = 10.0
"""Within which a signal ends the work, whatever vendors do."""
STOPS_WITHIN_SECONDS = 20.0
"""The same with the end of the process, on a busy machine."""
ANSWERS = 120.0
"""Seconds within which what is expected must have happened, on a busy machine."""


class House(Stage):
    """One sandbox and one store; `daemon` is the process that runs, where one does."""

    def __init__(self, store_url: str | None = None, nursery: Nursery | None = None) -> None:
        super().__init__(store_url, nursery)
        limits = self.box.limits
        for vendor, (requests, seconds) in LIMITS.items():
            published = limits.by_vendor[vendor]
            limits.change(vendor, replace(published, requests=requests, window_seconds=seconds))
        self.daemon: Running | None = None
        self.logs: list[Path] = []
        self.signalled_at = datetime.now(UTC)
        self._started: list[Running] = []

    def __enter__(self) -> Self:
        super().__enter__()
        self.database = Database(self.store_url)
        schema.prepare(self.database)
        self.written = SCHEDULE + self.config.read_text()
        self.configure()
        return self

    def __exit__(self, *problem: Any) -> None:
        for each in self._started:
            each.kill()
        self.database.close()
        super().__exit__(*problem)

    # The process

    def configure(self, change: Callable[[str], str] = lambda text: text) -> None:
        """Write the configuration, with a change to its text."""
        self.config.write_text(change(self.written))

    def begin(self, **environ: str) -> Running:
        """Start the daemon; it may be killed at once, but hears other signals only later."""
        started = ("run", "--verbose", "--config", str(self.config))
        self.daemon = self.nursery.start(*started, **environ)
        self.logs.append(self.daemon.prints_to / "err")
        self._started.append(self.daemon)
        return self.daemon

    def send(self, number: signal.Signals) -> None:
        """A signal that is not SIGKILL, to a daemon that says that it runs."""
        self.until(lambda: self.said("syncd runs"), "that it is ready")
        assert self.daemon is not None
        self.signalled_at = datetime.now(UTC)
        self.daemon.send(number)

    def live(self) -> Running:
        """Start it, and wait until everything was read once and nothing is left to do."""
        daemon = self.begin()
        self.until(lambda: self.sweeps("directory") and not self.outbox(), "the first cycle")
        return daemon

    def stop(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Tell it to stop, and see that it does in time and well."""
        self.send(number)
        assert self.daemon is not None
        began = time.monotonic()
        ended = self.daemon.end(STOPS_WITHIN_SECONDS * 3)
        self.daemon = None
        took = time.monotonic() - began
        assert ended.code == 0, ended.complaints
        assert took < STOPS_WITHIN_SECONDS, f"it took {took:.1f} s to stop"
        return ended

    def kill(self) -> None:
        """SIGKILL."""
        assert self.daemon is not None
        self.daemon.kill()
        self.daemon = None

    def hang_up(self) -> None:
        """SIGHUP."""
        self.send(signal.SIGHUP)

    def lines(self) -> list[Record]:
        """What the daemon has logged since it was started last."""
        # The last line may be half written.
        found = self.logs[-1].read_text().rpartition("\n")[0].splitlines()
        return [json.loads(line) for line in found if line.startswith("{")]

    def said(self, words: str) -> list[str]:
        """The messages that hold these words."""
        return [each["message"] for each in self.lines() if words in each["message"]]

    @property
    def seconds_to_stop(self) -> float:
        """From the latest signal to the line that says that it has stopped, by that line's time."""
        (line,) = [each for each in self.lines() if each["message"] == "syncd has stopped"]
        return (datetime.fromisoformat(line["time"]) - self.signalled_at).total_seconds()

    @property
    def resident_bytes(self) -> int:
        """The memory that the process has to itself."""
        assert self.daemon is not None
        smaps = Path(f"/proc/{self.daemon.pid}/smaps_rollup").read_text()
        sizes = {line.split(":")[0]: line.split()[1] for line in smaps.splitlines()[1:]}
        return (int(sizes["Private_Dirty"]) + int(sizes["Private_Clean"])) * 1024

    # Waiting

    def until(self, condition: Callable[[], T], what: str, seconds: float = ANSWERS) -> T:
        """Wait until something is true; what it came to."""
        deadline = time.monotonic() + seconds
        while True:
            # Asked first: what it did last of all counts.
            is_over = self.daemon is not None and self.daemon.has_ended
            if found := condition():
                return found
            if is_over and self.daemon is not None:
                ended = self.daemon.end()
                raise AssertionError(f"{what}: it ended with {ended.code}: {ended.complaints}")
            if time.monotonic() > deadline:
                last = "\n".join(self.logs[-1].read_text().splitlines()[-20:])
                raise AssertionError(f"{what}: not within {seconds:g} s\n{last}")
            time.sleep(0.02)

    def rounds(self, count: int = 2, lane: Lane = Lane.CLOSURES) -> None:
        """Wait until a lane was read so many times more."""
        before = self.sweeps(lane)
        self.until(lambda: self.sweeps(lane) >= before + count, f"{count} more {lane}")

    # What people do

    def close(self, *numbers: int) -> list[Record]:
        """Engineers close these of our open visits, each with a signature and an amount."""
        world = self.box.world
        with world.lock:
            still_open = [each for each in self.our_visits() if not each["closed"]]
            closed = [still_open[number] for number in numbers]
            for visit in closed:
                given = {
                    "values": {"invoice_total": f"{80 + random.randint(0, 900)}.50"},
                    "signeeName": "Ana Example",
                    "signature": signature(1),
                }
                world.put_visit(visits.closed(visit, given, at=world.local_time()))
        return closed

    def is_delivered(self) -> bool:
        """Whether every closure is acknowledged and nothing waits."""
        with self.box.world.lock:
            is_left = any(not each["confirmClose"] for each in self.closed_visits())
        return not is_left and not self.outbox()

    @contextmanager
    def fault(self, kind: str, **rule: Any) -> Iterator[None]:
        """A fault while the block runs."""
        self.add_fault(kind, **rule)
        try:
            yield
        finally:
            self.heal()

    def add_fault(self, kind: str, **rule: Any) -> None:
        """A fault from now on."""
        made = rule_from({"kind": kind, "times": None, **rule})
        with self.box.world.lock:
            self.box.faults.rules.append(made)

    def heal(self) -> None:
        """No fault any more."""
        with self.box.world.lock:
            self.box.faults.rules = []

    @contextmanager
    def refused_key(self) -> Iterator[None]:
        """AgentOS does not know the key while the block runs."""
        agency = self.box.world.agency
        with self.box.world.lock:
            keys, agency.keys = agency.keys, {}
        try:
            yield
        finally:
            with self.box.world.lock:
                agency.keys = keys

    def wake(self) -> None:
        """Somebody presses "run now"."""
        self.database.run_now(wake, "northgate", by="ann", now=self.box.world.now())

    # What is known

    def asked(self, vendor: str) -> int:
        """Requests that a vendor has had."""
        with self.box.world.lock:
            return sum(1 for each in self.box.ledger.entries if each.vendor == vendor)

    def outbox(self) -> list[StoredIntent]:
        """What waits."""
        return self.ask(waiting_intents)

    def effects(self, since: int = 0) -> list[Effect]:
        """Changes that belong to closures, and any that changed nothing."""
        with self.box.world.lock:
            made = list(self.box.ledger.effects)
        wanted = [e for e in made if e.kind in EXPECTED or e.kind.endswith("unchanged")]
        return wanted[since:]

    def sweeps(self, lane: str) -> int:
        """How often a lane was read whole."""
        return int(self.ask(_count_sweeps, lane))

    def ask(self, function: Callable[..., T], *args: Any) -> T:
        """What a function reads from the store."""
        return self.database.read_now(function, *args)

    def windows_over(self) -> Mapping[str, int]:
        """For each vendor, how many requests made a window fuller than its limit."""
        return {each["vendor"]: each["windows_over"] for each in self.box.verdicts()}


def _count_sweeps(session: Session, lane: str) -> int:
    query = text("SELECT count(*) FROM sweeps WHERE lane = :lane AND is_complete")
    return int(session.execute(query, {"lane": lane}).scalar_one())
