"""`plan`: what run-once would do, field by field. Nothing is kept and nothing is sent.

`--json` is the interface's document, with the `errors` of a connection that could not be read (its
intents are then not known, and the exit code is 4), and `paused` and `held` as in `running`.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncd import app as application
from syncd.app import asked_connections, open_app
from syncd.cli.asked import Asked
from syncd.cli.exits import DONE, INCOMPLETE, error_document
from syncd.cli.progress import progress
from syncd.cli.running import LeftOut, left_out_of, tell_left_out
from syncd.cli.screen import heading, print_json, tell, tell_prose
from syncd.cycle.report import PlanReport
from syncd.errors import cured
from syncd.model import Intent, IntentKind, Json, Side
from syncd.reconcile.intents import IRREVERSIBLE, agentos_requests, letsjobit_requests
from syncd.telling.changes import changes_document
from syncd.telling.jobs import numbers_of
from syncd.telling.words import NAMES, count, in_short

WOULD = {
    IntentKind.CREATE_VISIT: "create visit",
    IntentKind.UPDATE_VISIT: "update visit",
    IntentKind.WITHDRAW_VISIT: "withdraw visit",
    IntentKind.CREATE_JOB: "create job",
    IntentKind.UPDATE_JOB: "update job",
    IntentKind.ATTACH_DOCUMENT: "attach document",
    IntentKind.SUBMIT_INVOICE: "submit invoice",
    IntentKind.ADD_NOTE: "add note",
    IntentKind.ADD_PHOTO: "add photo",
    IntentKind.SET_CUSTOM_FIELD: "set custom field",
    IntentKind.CREATE_LEAD: "create lead",
    IntentKind.CONFIRM_CLOSE: "acknowledge closure",
}

_SHOWN_OF_NEW = ("docNo", "date", "driverId", "site", "city", "postCode", "priority", "obs")
"""What a person looks at first in a new visit; `--json` has every field."""

LONGEST_LINE = 66
"""Characters of a field and its two values that stand on one line."""


def plan(asked: Asked, connection: str | None) -> int:
    """Show the plan of every asked connection."""
    planned = look(asked, connection)
    if asked.as_json:
        print_json(plan_document(planned))
    else:
        tell_plan(asked, planned)
    return planned.code


@dataclass(frozen=True)
class Planned:
    """The plans, what was left out, and the numbers of the jobs by OID."""

    reports: Sequence[PlanReport]
    left_out: LeftOut
    numbers: Mapping[str, str]

    @property
    def code(self) -> int:
        """The exit code."""
        return INCOMPLETE if any(report.errors for report in self.reports) else DONE


def look(asked: Asked, connection: str | None) -> Planned:
    """Plan, and tell nobody yet."""
    return asyncio.run(_plan(asked, connection))


def tell_plan(asked: Asked, planned: Planned) -> None:
    """The plans for people."""
    for report in planned.reports:
        _show(report, planned.numbers)
    tell_left_out(asked, planned.left_out)


async def _plan(asked: Asked, connection: str | None) -> Planned:
    async with open_app(asked.settings()) as app:
        names = [each.name for each in asked_connections(app.settings, connection)]
        async with progress(app.database, names):
            reports = await application.plan(app, name=connection)
        left_out = await left_out_of(app, names, [each.name for each in reports])
        jobs = {each.job_id for report in reports for each in report.intents if each.job_id}
        return Planned(reports, left_out, await app.database.read(numbers_of, jobs))


def plan_document(planned: Planned) -> dict[str, Json]:
    """The plans as JSON (interface: `plan --json`)."""
    return {
        "connections": [_connection(each) for each in planned.reports],
        "paused": list(planned.left_out.paused),
        "held": list(planned.left_out.held),
    }


def _connection(report: PlanReport) -> dict[str, Json]:
    return {
        "name": report.name,
        "plan_hash": report.plan_hash,
        "calls": _calls(report.calls[Side.LETSJOBIT], report.calls[Side.AGENTOS]),
        "intents": [_intent(each) for each in report.intents],
        "guards": [
            {"guard": each.guard, "limit": each.limit, "found": each.found}
            for each in report.guards
        ],
        "errors": [error_document(each) for each in report.errors],
    }


def _intent(intent: Intent) -> dict[str, Json]:
    return {
        "kind": intent.kind.value,
        "job": intent.job_id,
        "visit": intent.visit_id,
        "changes": changes_document(intent),
        "calls": _calls(letsjobit_requests([intent], open_visits=0), agentos_requests([intent])),
        "reversible": intent.kind not in IRREVERSIBLE,
    }


def _calls(letsjobit: int, agentos: int) -> dict[str, Json]:
    return {Side.AGENTOS.value: agentos, Side.LETSJOBIT.value: letsjobit}


def _show(report: PlanReport, numbers: Mapping[str, str]) -> None:
    heading(f"{report.name}  {_summary(report)}")
    for intent in report.intents:
        is_new = "docNo" in intent.changes
        number = intent.changes["docNo"].new if is_new else numbers.get(intent.job_id or "")
        named = number or intent.visit_id or ""
        if intent.kind is IntentKind.CREATE_JOB:
            tell(f"  {WOULD[intent.kind]} for visit {intent.payload['mark']}")
        else:
            tell(f"  {WOULD[intent.kind]} {named} for job {intent.job_id or 'unknown'}")
        _show_changes(intent)
    for guard in report.guards:
        tell_prose(
            f"held by guards.{guard.guard}: {guard.found} changes, {guard.limit} are allowed in "
            "one cycle; run-once asks for approval in the inbox",
            indent=2,
            hanging=4,
        )
    for error in report.errors:
        tell_prose(f"problem: {cured(error.message, error.hint)}", indent=2, hanging=4)


def _summary(report: PlanReport) -> str:
    if report.errors:
        return "cannot be planned: not everything could be read"
    if not report.intents:
        return "nothing to do" if not report.guards else "nothing to do unasked"
    kinds = Counter(each.kind for each in report.intents)
    what = ", ".join(f"{WOULD[kind]}: {number}" for kind, number in kinds.items())
    calls = [f"{count(report.calls[side], 'request')} to {NAMES[side]}" for side in Side]
    return f"{what}; that is {' and '.join(calls)}"


def _show_changes(intent: Intent) -> None:
    is_new = intent.kind is IntentKind.CREATE_VISIT
    for name, change in intent.changes.items():
        if is_new and name not in _SHOWN_OF_NEW:
            continue
        before, after = in_short(change.old), in_short(change.new, longest=58)
        if is_new:
            tell(f"    {name}: {after}")
        elif len(name) + len(before) + len(after) < LONGEST_LINE:
            tell(f"    {name}: {before} → {after}")
        else:
            tell(f"    {name}: {before}")
            tell(f"    {'→':>{len(name) + 1}} {after}")
