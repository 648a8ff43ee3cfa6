"""An office at work: the sandbox, one contractor's syncd beside it, and people on both sides."""

import json
import math
import os
import tempfile
import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

import syncd.app
from syncd.app import App, open_app
from syncd.cycle.report import CycleReport, PlanReport
from syncd.cycle.running import run_cycle
from syncd.model import Base, Lane, Link, Side, Turn
from syncd.sandbox import RunningSandbox, limits_from, seeded_world
from syncd.sandbox.faults import rule_from
from syncd.sandbox.ledger import Effect, Entry
from syncd.settings import settings_from_document
from syncd.store import inbox, leases, links, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.outbox import StoredIntent
from syncd.vendor_http import Patience, VendorHttp, new_http_client
from tests.databases import migrated_sqlite

Record = dict[str, Any]

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PLENTY = {"requests": 100_000, "seconds": 0.1}
"""A budget that never waits, and forgets at once what a vendor refused."""

OURS = "co-0009-4739"
ANOTHER_DRIVER = "q2WkT8dRz5mYh3sXc"
WRITES = frozenset(
    {
        *("visit_created", "visit_updated", "visit_unchanged", "visit_hidden", "visit_shown"),
        *("visit_deleted", "close_confirmed", "close_unconfirmed", "job_created", "job_updated"),
        *("job_unchanged", "document_attached", "invoice_submitted", "custom_field_set"),
    }
)


@dataclass
class WallClock:
    """The time that both the sandbox and syncd see; it moves when a test says so.

    `passed` is time that the store has not lived through yet.
    """

    now: datetime = MONDAY
    passed: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass, as `timedelta` counts it."""
        self.now += timedelta(**by)
        self.passed += timedelta(**by)


@dataclass
class Office:
    """One syncd with its store, beside one sandbox; tests speak to both through it."""

    box: RunningSandbox
    control: httpx.Client
    document: Mapping[str, Any]
    directory: Path
    clock: WallClock
    app: App
    marks: dict[str, int] = field(default_factory=lambda: {"effects": 0, "entries": 0})

    async def run(self, name: str = "northgate", deadline: float | None = None) -> CycleReport:
        """One `run-once` of one connection; its report."""
        self._let_pass()
        done = await syncd.app.run_once(self.app, name=name, deadline_seconds=deadline)
        return done.connections[0]

    async def run_lanes(
        self, *lanes: Lane, resting: frozenset[Side] = frozenset(), seconds: float = math.inf
    ) -> CycleReport:
        """One cycle of these lanes of the only connection, as the daemon runs it."""
        self._let_pass()
        app, (connection,) = self.app, self.app.settings.connections
        name = connection.name
        async with leases.keep_lease(app.database, name, owner=app.owner, holder="test") as epoch:
            connected = app.connected(connection, Turn(name, epoch, math.inf))
            return await run_cycle(
                connected,
                app.database,
                self.clock,
                lanes=frozenset(lanes),
                resting=resting,
                apply_seconds=seconds,
            )

    def _let_pass(self) -> None:
        """What the store knows by a clock that counts seconds is older by what passed."""
        passed, self.clock.passed = self.clock.passed, timedelta()
        self.app.database.run_now(_age, passed)

    async def plan(self, name: str = "northgate") -> PlanReport:
        """What `plan` says of one connection."""
        return (await syncd.app.plan(self.app, name=name))[0]

    async def rebuild(self, name: str = "northgate") -> CycleReport:
        """One `rebuild` of one connection."""
        return (await syncd.app.rebuild(self.app, name=name))[0]

    # What the vendors saw

    def mark(self) -> None:
        """Count effects and requests from here on."""
        self.marks = {"effects": len(self.box.ledger.effects), "entries": self._entries()}

    def effects(self, *kinds: str) -> list[Effect]:
        """Changes made through the vendors' APIs since the mark, of these kinds or of all."""
        made = self.box.ledger.effects[self.marks["effects"] :]
        return [each for each in made if not kinds or each.kind in kinds]

    def sent(self, vendor: str, method: str | None = None) -> list[Entry]:
        """Requests that reached a vendor since the mark."""
        made = self.box.ledger.entries[self.marks["entries"] :]
        return [e for e in made if e.vendor == vendor and method in (None, e.method)]

    def _entries(self) -> int:
        return len(self.box.ledger.entries)

    # What people do

    def jobs(self) -> dict[str, Record]:
        """Jobs by title."""
        with self.box.world.lock:
            return {each["Title"]: each for each in self.box.world.agency.jobs.records()}

    def job_titled(self, title: str) -> Record:
        """The job of this title."""
        return self.jobs()[title]

    def visits(self) -> dict[str, Record]:
        """Visits by docNo; of a job that was wanted again, the visit that is not closed. There must
        not be two of those."""
        with self.box.world.lock:
            found = self.box.world.visits.records()
        numbers = [each["docNo"] for each in found if not each["closed"]]
        assert len(numbers) == len(set(numbers)), f"a number twice: {sorted(numbers)}"
        # What is open comes last, and of the others what was made last.
        ordered = sorted(found, key=lambda each: not each["closed"])
        return {each["docNo"]: each for each in ordered}

    def visit_of(self, job: Mapping[str, Any]) -> Record:
        """The visit that carries the job's number."""
        return self.visits()[job["GlobalReference"]]

    def ours(self) -> dict[str, Record]:
        """Visits with the number of a job, by it."""
        numbers = {each["GlobalReference"] for each in self.jobs().values()}
        return {number: each for number, each in self.visits().items() if number in numbers}

    def edit_job(self, job: Mapping[str, Any], **changes: Any) -> None:
        """The agency's staff change a job."""
        self._ask("PATCH", f"/jobs/{job['OID']}", changes)

    def edit_visit(self, visit: Mapping[str, Any], **changes: Any) -> None:
        """The contractor's office changes a visit."""
        self._ask("PATCH", f"/visits/{visit['_id']}", changes)

    def act(self, visit: Mapping[str, Any], act: str, **given: Any) -> None:
        """The engineer starts, skips or closes a visit."""
        self._ask("POST", f"/visits/{visit['_id']}/{act}", given)

    def delete(self, kind: str, record: Mapping[str, Any]) -> None:
        """Somebody deletes a record."""
        self._ask("DELETE", f"/{kind}/{record.get('_id') or record['OID']}", None)

    def add(self, kind: str, **record: Any) -> str:
        """Somebody adds a record; its key."""
        return str(self._ask("POST", f"/{kind}", record)["key"])

    def edit(self, kind: str, key: str, **changes: Any) -> None:
        """Somebody changes a record of any kind."""
        self._ask("PATCH", f"/{kind}/{key}", changes)

    def bulk(self, **numbers: Any) -> None:
        """Many jobs or visits at once."""
        self._ask("POST", "/bulk", numbers)

    def options(self, **options: Any) -> None:
        """How the vendors behave where their pages leave a choice."""
        self._ask("PATCH", "/options", options)

    def _ask(self, method: str, path: str, sent: Any) -> Any:
        answer = self.control.request(
            method, path, content=None if sent is None else json.dumps(sent).encode()
        )
        answer.raise_for_status()
        return answer.json()

    # Faults

    def fault(self, kind: str, **rule: Any) -> None:
        """Switch a fault on."""
        with self.box.world.lock:
            self.box.faults.rules.append(rule_from({"kind": kind, **rule}))

    def heal(self) -> None:
        """Switch all faults off; what a vendor held against the key is forgotten."""
        with self.box.world.lock:
            self.box.faults.rules = []
            self.box.limits.reset()
        self.app.database.run_now(_forget_budgets)

    # What syncd remembers

    def inbox(self, kind: str | None = None) -> list[InboxItem]:
        """Items that wait for a person."""
        found = self.app.database.read_now(inbox.open_items)
        return [each for each in found if kind in (None, each.question.kind)]

    def answer(self, item: InboxItem, choice: str) -> None:
        """A person decides."""
        self.app.database.run_now(
            inbox.resolve_item, item.item_id, choice, value=None, who="tester", now=self.clock()
        )

    def decide(self, item: InboxItem, choice: str, value: str | None = None) -> None:
        """A person decides, with a value."""
        self.app.database.run_now(
            inbox.resolve_item, item.item_id, choice, value=value, who="tester", now=self.clock()
        )

    def outbox(self, name: str = "northgate") -> list[StoredIntent]:
        """Intents that have not ended."""
        return self.app.database.read_now(outbox.waiting_intents, name)

    def link_of(self, job: Mapping[str, Any], name: str = "northgate") -> Link:
        """The link of a job."""
        (found,) = self.app.database.read_now(links.find_link, name, job["OID"])
        return found

    def base_of(self, job: Mapping[str, Any]) -> Base:
        """What both sides said when they last agreed."""
        link = self.link_of(job)
        return self.app.database.read_now(links.load_bases, [link.link_id])[link.link_id]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Every row of a table."""
        return self.app.database.read_now(_rows, table)

    def _fresh_store(self) -> str:
        path = self.directory / f"again-{len(list(self.directory.iterdir()))}.db"
        path.write_bytes(migrated_sqlite())
        return f"sqlite:///{path}"

    @asynccontextmanager
    async def configured(
        self, change: Any = None, store: str | None = None
    ) -> AsyncIterator["Office"]:
        """The same office with other settings (`change` alters a copy of the document) or with
        another store, the address of a database or "" for a new and empty one."""
        document = deepcopy(dict(self.document))
        if change is not None:
            change(document)
        if store is not None:
            document["store"] = {"url": store or self._fresh_store()}
        settings = settings_from_document(document, {}, directory=self.directory)
        async with open_app(settings) as app:
            yield Office(
                self.box, self.control, document, self.directory, self.clock, app, self.marks
            )


def _rows(session: Session, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608


def _age(session: Session, passed: timedelta) -> None:
    older = text("UPDATE intents SET sent_ms = sent_ms - :ms")
    session.execute(older, {"ms": passed // timedelta(milliseconds=1)})


def _forget_budgets(session: Session) -> None:
    session.execute(text("DELETE FROM budget_slots"))
    session.execute(text("DELETE FROM budgets"))


def connection_of(document: Mapping[str, Any], place: int = 0) -> Record:
    """The settings of one connection, to be changed."""
    return dict.__getitem__(dict(document), "connections")[place]  # type: ignore[no-any-return]


def document_for(box: RunningSandbox, store_url: str) -> Record:
    """The sandbox's own configuration with a budget that never waits."""
    document = tomllib.loads(box.config_text())
    document["store"] = {"url": store_url}
    for side in ("agentos", "letsjobit"):
        document["connections"][0][side]["rate_limit"] = dict(PLENTY)
    return document


@pytest.fixture(scope="session")
def wall_clock() -> WallClock:
    """The clock of the sandbox and of every office beside it."""
    return WallClock()


@pytest.fixture(scope="session")
def served(wall_clock: WallClock) -> Iterator[RunningSandbox]:
    """The sandbox that serves all these tests."""
    world = seeded_world(7, now=wall_clock)
    with RunningSandbox(world, limits=limits_from((0, 0.1), (0, 0.1))) as box:
        yield box


@pytest.fixture(scope="session")
def control_pages(served: RunningSandbox) -> Iterator[httpx.Client]:
    """A client of the sandbox's control pages."""
    with httpx.Client(base_url=f"{served.url}/_sandbox", timeout=60) as client:
        yield client


@pytest.fixture
def box(
    served: RunningSandbox, control_pages: httpx.Client, wall_clock: WallClock
) -> RunningSandbox:
    """The sandbox as it began, on a Monday morning."""
    wall_clock.now, wall_clock.passed = MONDAY, timedelta()
    control_pages.post("/reset").raise_for_status()
    return served


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory, where the machine has such: these stores are thrown away with their
    tests, and a disk would make them wait at each commit."""
    memory = Path("/dev/shm")  # noqa: S108
    parent = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="syncd-office-", dir=parent) as folder:
        yield Path(folder)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, wall_clock: WallClock) -> None:
    """Waits between tries, and for an answer, are short; the time of day is the sandbox's."""
    patience = Patience(first_wait_seconds=0.001, longest_wait_seconds=0.01)

    def hasty(**parts: Any) -> VendorHttp:
        return VendorHttp(**{**parts, "patience": patience})

    monkeypatch.setattr(syncd.app, "VendorHttp", hasty)
    client = partial(new_http_client, read_seconds=1.0)
    monkeypatch.setattr(syncd.app, "new_http_client", client)
    monkeypatch.setattr(syncd.app, "utc_now", wall_clock)


@asynccontextmanager
async def opened(
    box: RunningSandbox, control: httpx.Client, clock: WallClock, store_url: str, directory: Path
) -> AsyncIterator[Office]:
    """An office with this store."""
    document = document_for(box, store_url)
    settings = settings_from_document(document, {}, directory=directory)
    async with open_app(settings) as app:
        yield Office(box, control, document, directory, clock, app)


@pytest.fixture
async def office(
    box: RunningSandbox,
    control_pages: httpx.Client,
    wall_clock: WallClock,
    impatient: None,
    sqlite_url: str,
    tmp_path: Path,
) -> AsyncIterator[Office]:
    """An office with an empty store, beside the sandbox as it began."""
    async with opened(box, control_pages, wall_clock, sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
async def either_office(
    box: RunningSandbox,
    control_pages: httpx.Client,
    wall_clock: WallClock,
    impatient: None,
    store_url: str,
    tmp_path: Path,
) -> AsyncIterator[Office]:
    """The same, once on SQLite and once on Postgres."""
    async with opened(box, control_pages, wall_clock, store_url, tmp_path) as made:
        yield made
