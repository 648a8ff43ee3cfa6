"""`run-once` and `rebuild`: one full cycle, and what it came to.

`--json` is the interface's document. Beside it, `paused` and `held` name asked connections that
were left out, because they are paused or because another syncd works on them:

    {"started_at": "…Z", "finished_at": "…Z", "outcome": "ok", "connections": [{…}],
     "paused": [], "held": []}
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from syncd import app as application
from syncd.app import App, asked_connections, open_app
from syncd.cli.asked import Asked
from syncd.cli.exits import ATTENTION, DONE, INCOMPLETE
from syncd.cli.progress import progress
from syncd.cli.screen import heading, output, print_json, say, table, tell_prose
from syncd.cli.waiting import tell_waiting
from syncd.cycle.recording import report_document
from syncd.cycle.report import CycleReport, Outcome, RunReport
from syncd.errors import ConfigError, Problem, cured
from syncd.model import IntentKind, Json, Side
from syncd.settings import Mistake, parse_duration
from syncd.store import cycles
from syncd.telling.waiting import Waiting, load_waiting
from syncd.telling.words import NAMES, count, iso

CODES = {
    Outcome.OK: DONE,
    Outcome.ATTENTION: ATTENTION,
    Outcome.INCOMPLETE: INCOMPLETE,
    Outcome.FAILED: 1,
}

WORDS = {
    Outcome.OK: "done: both sides agree",
    Outcome.ATTENTION: "done, but something waits for you",
    Outcome.INCOMPLETE: "not finished: the rest is kept and done later",
    Outcome.FAILED: "failed",
}

DID = {
    IntentKind.CREATE_VISIT: ("visit created", "visits created"),
    IntentKind.UPDATE_VISIT: ("visit updated", "visits updated"),
    IntentKind.WITHDRAW_VISIT: ("visit withdrawn", "visits withdrawn"),
    IntentKind.CREATE_JOB: ("job created", "jobs created"),
    IntentKind.UPDATE_JOB: ("job updated", "jobs updated"),
    IntentKind.ATTACH_DOCUMENT: ("document attached", "documents attached"),
    IntentKind.SUBMIT_INVOICE: ("invoice submitted", "invoices submitted"),
    IntentKind.ADD_NOTE: ("note added", "notes added"),
    IntentKind.ADD_PHOTO: ("photo added", "photos added"),
    IntentKind.SET_CUSTOM_FIELD: ("custom field set", "custom fields set"),
    IntentKind.CREATE_LEAD: ("lead created", "leads created"),
    IntentKind.CONFIRM_CLOSE: ("closure acknowledged", "closures acknowledged"),
}


@dataclass(frozen=True)
class LeftOut:
    """Asked connections that had no turn, and why."""

    paused: tuple[str, ...]
    held: tuple[str, ...]
    is_nothing_enabled: bool = False


@dataclass(frozen=True)
class Ran:
    """A run with all that is shown of it."""

    report: RunReport
    left_out: LeftOut
    waiting: Waiting


def run_once(asked: Asked, connection: str | None, deadline: str | None) -> int:
    """One full cycle of every asked connection; its exit code says how it went."""
    seconds = _seconds(deadline)

    async def work(app: App) -> RunReport:
        return await application.run_once(app, name=connection, deadline_seconds=seconds)

    ran = asyncio.run(_run(asked, connection, work))
    _show(asked, ran)
    return CODES[ran.report.outcome]


def rebuild(asked: Asked, connection: str | None) -> int:
    """The links again, from both vendors: 4 when they could not be read whole, else 0."""

    async def work(app: App) -> RunReport:
        started = datetime.now(UTC)
        reports = await application.rebuild(app, name=connection)
        return RunReport(started, datetime.now(UTC), tuple(reports))

    ran = asyncio.run(_run(asked, connection, work))
    _show(asked, ran)
    return DONE if ran.report.outcome is Outcome.ATTENTION else CODES[ran.report.outcome]


def _seconds(deadline: str | None) -> float | None:
    if deadline is None:
        return None
    try:
        return parse_duration(deadline).total_seconds()
    except Mistake as mistake:
        problem = Problem("--deadline", mistake.message, mistake.cure)
        raise ConfigError([problem]) from None


async def _run(
    asked: Asked, connection: str | None, work: Callable[[App], Awaitable[RunReport]]
) -> Ran:
    async with open_app(asked.settings()) as app:
        names = [each.name for each in asked_connections(app.settings, connection)]
        async with progress(app.database, names):
            report = await work(app)
        left_out = await left_out_of(app, names, [each.name for each in report.connections])
        waiting = await app.database.read(load_waiting, names)
        return Ran(report, left_out, waiting)


async def left_out_of(app: App, names: Sequence[str], done: Sequence[str]) -> LeftOut:
    """Why asked connections had no turn, beside those that are done."""
    missing = [name for name in names if name not in done]
    rows = {name: await app.database.read(cycles.connection_row, name) for name in missing}
    paused = [name for name, row in rows.items() if row is not None and row.paused_at is not None]
    held = [name for name in missing if name not in paused]
    return LeftOut(tuple(paused), tuple(held), is_nothing_enabled=not names)


def _show(asked: Asked, ran: Ran) -> None:
    if asked.as_json:
        print_json(run_document(ran.report, ran.left_out))
        return
    for each in ran.report.connections:
        _show_connection(each)
    tell_left_out(asked, ran.left_out)
    if ran.report.connections:
        tell_waiting(asked, ran.waiting)


def tell_left_out(asked: Asked, left_out: LeftOut) -> None:
    """Say which connections had no turn, and what to do about it."""
    for name in left_out.paused:
        say(f"{name} is paused and was left out; start it again: {asked.command('resume', name)}")
    if left_out.is_nothing_enabled:
        say("no connection is enabled in the configuration: nothing was done")
    for name in left_out.held:
        say(f"{name} was left out: another syncd works on it now")


def run_document(report: RunReport, left_out: LeftOut) -> dict[str, Json]:
    """The run as JSON (interface: `run-once --json`)."""
    return {
        "started_at": iso(report.started_at),
        "finished_at": iso(report.finished_at),
        "outcome": report.outcome.value,
        "connections": [report_document(each) for each in report.connections],
        "paused": list(left_out.paused),
        "held": list(left_out.held),
    }


def _show_connection(report: CycleReport) -> None:
    heading(f"{report.name}  {WORDS[report.outcome]}")
    rows = table("", "")
    rows.show_header = False
    jobs, visits = report.observed.get("jobs", 0), report.observed.get("visits", 0)
    rows.add_row(
        "  read", f"{count(jobs, 'job')} in AgentOS, {count(visits, 'visit')} in LetsJobIt"
    )
    rows.add_row("  written", _written(report) or "nothing")
    asked = [f"{report.requests.get(side, 0)} to {NAMES[side]}" for side in Side]
    rows.add_row("  requests", ", ".join(asked))
    if report.outbox["pending"]:
        rows.add_row("  left to do", count(report.outbox["pending"], "change"))
    output().print(rows)
    for error in report.errors:
        tell_prose(f"problem: {cured(error.message, error.hint)}", indent=2, hanging=4)


def _written(report: CycleReport) -> str:
    return ", ".join(
        count(report.applied[kind], *DID[kind]) for kind in IntentKind if report.applied.get(kind)
    )
