"""`run-once` and `rebuild`: one full cycle, and what it came to.

`--json` is the interface's document. Beside it, `paused` and `held` name asked connections that
were left out, because they are paused or because another syncd works on them:

    {"started_at": "…Z", "finished_at": "…Z", "outcome": "ok", "connections": [{…}],
     "paused": [], "held": []}
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from syncd import app as application
from syncd.app import App, open_app
from syncd.cli.asked import Asked
from syncd.cli.exits import ATTENTION, DONE, INCOMPLETE
from syncd.cli.progress import progress
from syncd.cli.screen import count, heading, iso, output, print_json, say, table, tell
from syncd.cli.waiting import Waiting, load_waiting, tell_waiting
from syncd.cycle.recording import report_document
from syncd.cycle.report import CycleReport, Outcome, RunReport
from syncd.errors import ConfigError, Problem
from syncd.model import IntentKind, Json, Side
from syncd.settings import Mistake, parse_duration
from syncd.store import cycles

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
    IntentKind.CONFIRM_CLOSE: ("closure acknowledged", "closures acknowledged"),
}


def run_once(asked: Asked, connection: str | None, deadline: str | None) -> int:
    """One full cycle of every asked connection; its exit code says how it went."""
    seconds = _seconds(deadline)

    async def work(app: App) -> RunReport:
        return await application.run_once(app, name=connection, deadline_seconds=seconds)

    return asyncio.run(_run(asked, connection, work))


def rebuild(asked: Asked, connection: str | None) -> int:
    """The links again, from both vendors; 0 when they were read whole, 4 when not."""

    async def work(app: App) -> RunReport:
        started = datetime.now(UTC)
        reports = await application.rebuild(app, name=connection)
        return RunReport(started, datetime.now(UTC), tuple(reports))

    code = asyncio.run(_run(asked, connection, work))
    return DONE if code == ATTENTION else code
