"""A day of 1,500 closures at three agencies, in virtual time, against the least time possible.

The product is whole but for three things: vendors are called in memory (each answer takes a fixed
time), the clock jumps over waiting, and every PDF is the same one, drawn once. Each agency has its
own key, with the published limit, and a cycle every minute, as the closures lane has by default.
"""

import asyncio
import math
import multiprocessing
import random
import tempfile
import tomllib
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console
from rich.table import Column, Table

from syncd.app import App
from syncd.apply import papers
from syncd.cycle.running import run_cycle
from syncd.model import Turn
from syncd.sandbox import seeded_world, visits
from syncd.sandbox.bulk import add_jobs
from syncd.sandbox.gate import Gate, default_limits
from syncd.sandbox.judge import judge
from syncd.sandbox.seed import OUR_CONTRACTOR
from syncd.sandbox.server import build_app
from syncd.sandbox.settings_text import config_text
from syncd.settings import Settings, settings_from_document
from syncd.store import inbox, leases, outbox, schema
from tests.kill.stage import signature
from tests.kill.truth import EXPECTED
from tests.kill.virtual import Clock, DatabaseHere, run_in_virtual_time

AGENCIES = ("northgate", "harbour", "castle")
CLOSURES = 500
"""Of each agency."""
ANSWER_SECONDS = {"agentos": 0.4, "letsjobit": 0.1}
"""How long a vendor takes for one answer."""
CYCLE_SECONDS = 60.0
MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
LIMIT, WINDOW_SECONDS = 50, 60.0
REQUESTS = 6
"""AgentOS requests that one closure needs: the job read afresh, the status, the signature, the job
sheet, the invoice, and the job read again."""
MOST_RATIO = 1.5


@dataclass(frozen=True)
class Day:
    """A shape of day: when engineers close their visits, in seconds after the morning begins."""

    title: str
    closed_at: tuple[tuple[float, ...], ...]


def working_day(seed: int = 1) -> Day:
    """From 8 to 18 o'clock, most before noon and before the evening; a tenth of the closures come
    in handfuls, from phones that were out of reach."""
    rng = random.Random(seed)
    agencies = []
    for _ in AGENCIES:
        times: list[float] = []
        while len(times) < CLOSURES:
            hour = rng.choice((rng.uniform(0.5, 10.5), rng.gauss(4, 0.8), rng.gauss(9, 0.8)))
            if not 0.5 <= hour <= 10.5:
                continue
            handful = rng.randint(5, 15) if rng.random() < 0.01 else 1
            times += [hour * 3600] * handful
        agencies.append(tuple(sorted(times[:CLOSURES])))
    return Day("a working day", tuple(agencies))


def monday_morning() -> Day:
    """Everything of a day waits when the office begins."""
    return Day("all at once", tuple((1800.0,) * CLOSURES for _ in AGENCIES))


@dataclass(frozen=True)
class Told:
    """What a day came to, in seconds from the first sight of a closure to its verification."""

    took: tuple[float, ...]
    least: tuple[float, ...]
    effects: Mapping[str, int]
    repeats: int
    most_in_a_window: int
    windows_over: int
    refused: int
    left: int


class _InMemory(httpx.AsyncBaseTransport):
    """Every agency's sandbox by its port, each answer as slow as a vendor's."""

    def __init__(self, gates: Mapping[int, Gate]) -> None:
        self._gates = gates
        self._ways = {port: httpx.ASGITransport(gate) for port, gate in gates.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, half the time before its effect and half after."""
        port = request.url.port or 0
        vendor = "letsjobit" if request.url.path.startswith("/api/") else "agentos"
        await asyncio.sleep(ANSWER_SECONDS[vendor] / 2)
        answer = await self._ways[port].handle_async_request(request)
        if request.method == "POST":
            _lighten(self._gates[port])
        await asyncio.sleep(ANSWER_SECONDS[vendor] / 2)
        return answer


def _lighten(gate: Gate) -> None:
    """Drop the bytes of what just came in; a day of them would fill the memory."""
    if gate.ledger.effects:
        gate.ledger.effects[-1] = replace(gate.ledger.effects[-1], body=None)
    for shelf in (gate.world.agency.documents, gate.world.agency.invoices):
        for key in list(shelf)[-1:]:
            record = shelf.need(key)
            shelf.put({**record, **{n: "" for n in ("Content", "Documents") if n in record}})


def live_through(day: Day) -> Told:
    """Live through one day; what it came to."""
    clock = Clock(MORNING)
    gates = {8401 + number: _agency(number, clock) for number in range(len(AGENCIES))}
    with tempfile.TemporaryDirectory(prefix="syncd-day-") as directory:
        settings = _settings(gates, Path(directory))
        database = DatabaseHere(settings.store.url.get_secret_value())
        schema.prepare(database)
        try:
            with _drawn_once():
                closed = run_in_virtual_time(clock, _live(day, gates, settings, database, clock))
            waiting = database.read_now(outbox.waiting_intents)
            left = len(waiting) + len(database.read_now(inbox.open_items))
        finally:
            database.close()
    return _told(list(gates.values()), closed, left)


@contextmanager
def _drawn_once() -> Iterator[None]:
    """Thousands of PDFs would take longer than everything that is measured here."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("job_sheet_pdf", "invoice_pdf"):
            patch.setattr(papers, name, _once(getattr(papers, name)))
        yield


def _once(draw: Callable[..., bytes]) -> Callable[..., bytes]:
    drawn: list[bytes] = []

    def draw_once(*args: Any, **kwargs: Any) -> bytes:
        if not drawn:
            drawn.append(draw(*args, **kwargs))
        return drawn[0]

    return draw_once


def _agency(number: int, clock: Clock) -> Gate:
    world = seeded_world(7 + number, now=clock.utc_now)
    world.agency.short_name = AGENCIES[number]
    ours = [
        each
        for each in world.agency.jobs.records()
        if each["ContractorID"] == OUR_CONTRACTOR and each["Status"] in ("Reported", "Pending")
    ]
    add_jobs(world, count=CLOSURES - len(ours), contractor=OUR_CONTRACTOR, status="Reported")
    return build_app(world, limits=default_limits(), clock=clock.monotonic)


def _settings(gates: Mapping[int, Gate], directory: Path) -> Settings:
    document: dict[str, Any] = {"connections": [], "guards": {"max_invoice_total": "1000000"}}
    for name, (port, gate) in zip(AGENCIES, gates.items(), strict=True):
        url = f"http://127.0.0.1:{port}"
        text = config_text(url, gate.world, gate.limits.by_vendor)
        document["connections"].append({**tomllib.loads(text)["connections"][0], "name": name})
    document["store"] = {"url": "sqlite:///day.db"}
    return settings_from_document(document, {}, directory=directory)


async def _live(
    day: Day,
    gates: Mapping[int, Gate],
    settings: Settings,
    database: DatabaseHere,
    clock: Clock,
) -> list[dict[str, float]]:
    """The day at all agencies; when each visit was closed, agency by agency."""
    engineers = []
    async with httpx.AsyncClient(transport=_InMemory(gates)) as http:
        app = App(settings, database, http)
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, gate, times in zip(AGENCIES, gates.values(), day.closed_at, strict=True):
                    engineers.append(tasks.create_task(_engineers(gate, times, clock)))
                    tasks.create_task(_cycles(app, name, gate, clock))
        finally:
            await app.close()
    return [each.result() for each in engineers]


async def _engineers(gate: Gate, times: Sequence[float], clock: Clock) -> dict[str, float]:
    """Close the agency's visits, each at its time; when each was closed."""
    await asyncio.sleep(times[0] - clock.seconds)
    world = gate.world
    numbers = {each["GlobalReference"] for each in world.agency.jobs.records()}
    keys = [e["_id"] for e in world.visits.records() if e["docNo"] in numbers]
    closed = {}
    for number, (key, at) in enumerate(zip(keys, times, strict=True)):
        await asyncio.sleep(max(at - clock.seconds, 0.0))
        given = {"values": {"invoice_total": "95.00"}, "signeeName": "Ana Example"}
        given["signature"] = signature(number % 50)
        world.put_visit(visits.closed(world.visits.need(key), given, at=world.local_time()))
        closed[key] = clock.monotonic()
    return closed


async def _cycles(app: App, name: str, gate: Gate, clock: Clock) -> None:
    """A cycle every minute until everything is acknowledged."""
    connection = app.settings.connection(name)
    assert connection is not None
    async with leases.keep_lease(app.database, name, owner=app.owner, holder="a day") as epoch:
        while sum(e.kind == "close_confirmed" for e in gate.ledger.effects) < CLOSURES:
            began = clock.seconds
            turn = Turn(name, epoch, math.inf)
            await run_cycle(app.connected(connection, turn), app.database, clock.utc_now)
            await asyncio.sleep(max(began + CYCLE_SECONDS - clock.seconds, 0.0))
            assert clock.seconds < 24 * 3600, f"{name}: not done when the day was over"


def _told(gates: Sequence[Gate], closed: Sequence[Mapping[str, float]], left: int) -> Told:
    took: list[float] = []
    least: list[float] = []
    for gate, of_agency in zip(gates, closed, strict=True):
        seen, verified = _first_seen(gate, of_agency), _verified(gate)
        took += [verified[job] - seen[job] for job in seen]
        least += _least(sorted(seen.values()))
    verdicts = [v for g in gates for v in judge(g.ledger.entries, g.limits.by_vendor)]
    effects = [each for gate in gates for each in gate.ledger.effects]
    entries = [each for gate in gates for each in gate.ledger.entries]
    assert len(took) == len(AGENCIES) * CLOSURES
    return Told(
        took=tuple(sorted(took)),
        least=tuple(sorted(least)),
        effects=Counter(each.kind for each in effects),
        repeats=sum(bool(each.details.get("repeats")) for each in effects),
        most_in_a_window=max(v["fullest_window"] for v in verdicts if v["vendor"] == "agentos"),
        windows_over=sum(each["windows_over"] for each in verdicts),
        refused=sum(each.status in (403, 429) for each in entries),
        left=left,
    )


def _first_seen(gate: Gate, closed: Mapping[str, float]) -> dict[str, float]:
    """When the first sweep for closures after each visit was closed reached LetsJobIt, by job."""
    sweeps = [
        each.at
        for each in gate.ledger.entries
        if each.route.endswith("/visits") and "closed=1&confirmClose=0" in each.query
    ]
    jobs = {e["GlobalReference"]: e["OID"] for e in gate.world.agency.jobs.records()}
    found: dict[str, float] = {}
    for visit in gate.world.visits.records():
        if visit["_id"] in closed:
            at = closed[visit["_id"]]
            found[jobs[visit["docNo"]]] = next(sweep for sweep in sweeps if sweep >= at)
    return found


def _verified(gate: Gate) -> dict[str, float]:
    """When each job was read again after its invoice."""
    invoiced = {e.subject: e.at for e in gate.ledger.effects if e.kind == "invoice_submitted"}
    found: dict[str, float] = {}
    for each in gate.ledger.entries:
        job = each.path.rsplit("/", 1)[-1]
        if each.method == "GET" and job in invoiced and each.at > invoiced[job]:
            found.setdefault(job, each.at)
    return found


def _least(seen: Sequence[float]) -> Iterator[float]:
    """What nobody can do better, oldest first: nothing else uses the key, requests go out as soon
    as the limit lets them, and the last of a closure's when those before it can be answered."""
    sent: deque[float] = deque(maxlen=LIMIT)
    for since in seen:
        for _ in range(REQUESTS):
            slot = sent[0] + WINDOW_SECONDS if len(sent) == LIMIT else since
            sent.append(max(slot, since))
        yield max(sent[-1] - since, (REQUESTS - 1) * ANSWER_SECONDS["agentos"])


def prove_days(screen: Console) -> bool:
    """Live through both days and print what they came to; whether the promises hold."""
    table = Table(title=f"{len(AGENCIES) * CLOSURES:,} closures at {len(AGENCIES)} agencies")
    table.title_justify = "left"
    rows: dict[str, list[str]] = defaultdict(list)
    broken: list[str] = []
    days = (working_day(), monday_morning())
    with multiprocessing.get_context("spawn").Pool(len(days)) as pool:
        lived = pool.map(live_through, days)
    for day, told in zip(days, lived, strict=True):
        table.add_column(day.title, justify="right")
        for name, value in _rows(told):
            rows[name].append(value)
        broken += [f"{day.title}: {each}" for each in broken_promises(told)]
    table.columns.insert(0, Column("from first sight of a closure to its verification"))
    for name, values in rows.items():
        table.add_row(name, *values)
    screen.print(table)
    for each in broken:
        screen.print(f"[red]{each}")
    return not broken


def _rows(told: Told) -> Iterator[tuple[str, str]]:
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        took, least = quantile(told.took, share), quantile(told.least, share)
        yield f"{name}, seconds", f"{took:,.1f}"
        yield f"{name}, least possible", f"{least:,.1f}"
        yield f"{name}, ratio", f"{took / least:.2f}"
    yield "most requests in a window of 60 s", f"{told.most_in_a_window} of {LIMIT}"
    yield "windows over the limit", str(told.windows_over)
    yield "answers 429 and 403", str(told.refused)
    for kind in EXPECTED:
        yield kind.replace("_", " "), str(told.effects[kind])
    yield "repeated", str(told.repeats)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def broken_promises(told: Told) -> list[str]:
    """What a day should have come to and did not."""
    ratio = quantile(told.took, 0.5) / quantile(told.least, 0.5)
    slow = [] if ratio <= MOST_RATIO else [f"the p50 is {ratio:.2f} times the least possible"]
    return [*slow, *wrong_with_effects(told)]


def wrong_with_effects(told: Told) -> list[str]:
    """What was done too often or not at all, or against the limit."""
    wanted = {kind: count * len(AGENCIES) * CLOSURES for kind, count in EXPECTED.items()}
    made = {kind: told.effects[kind] for kind in EXPECTED}
    checks = {
        f"effects {made}": made == wanted and not told.repeats,
        f"{told.windows_over} windows over the limit": told.windows_over == 0,
        f"{told.refused} requests refused": told.refused == 0,
        f"{told.left} things left to do": told.left == 0,
    }
    return [words for words, holds in checks.items() if not holds]
