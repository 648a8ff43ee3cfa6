"""`status`: health of every connection, from the store alone; no vendor is asked.

    {"at": "…Z", "connections": [{"name": "northgate", "enabled": true,
       "paused": null or {"since": "…Z", "by": "ann"}, "held_by": null or "process 12 on …",
       "last_cycle": null or {"number": 7, "started_at": "…Z", "finished_at": "…Z",
                              "outcome": "ok", "errors": [{"code", "message", "hint"}]},
       "lanes": {"jobs": {"last_complete": "…Z" or null, "age_seconds": 12 or null,
                          "interval_seconds": 300, "is_late": false}, …},
       "budgets": {"agentos": null or {"limit": 50, "window_seconds": 60.0, "free": 48,
                                       "next_free_in_seconds": 0.0, "frozen_for_seconds": 0.0,
                                       "reason": null}, "letsjobit": …},
       "visits": {"linked": 8, "open": 8},
       "outbox": {"pending": 0, "in_doubt": 0, "dead": 0}, "inbox": 0}]}

The lanes are jobs, visits, closures and directory. A lane is late when it was last read completely
longer ago than twice its interval. A budget is null while its key was never used.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.cli.asked import Asked
from syncd.cli.exits import DONE
from syncd.cli.pausing import paused_document
from syncd.cli.screen import (
    NAMES,
    count,
    heading,
    iso,
    output,
    print_json,
    span,
    table,
    tell,
    tell_prose,
)
from syncd.model import Json, Side
from syncd.settings import ConnectionSettings, ScheduleSettings, Settings
from syncd.store import budgets, cycles, inbox, leases, links, outbox
from syncd.store.database import Session

LANES = ("closures", "jobs", "visits", "directory")

OUTCOMES = {
    "ok": "both sides agreed",
    "attention": "done, something waits for a person",
    "incomplete": "not finished",
    "failed": "failed",
}


def status(asked: Asked) -> int:
    """Show how everything stands."""
    now = datetime.now(UTC)
    with asked.store() as (settings, database):
        document = database.read_now(status_document, settings, now=now)
    if asked.as_json:
        print_json(document)
        return DONE
    shown: Any = document["connections"]
    for each in shown:
        _show(asked, each, now)
    return DONE


def status_document(session: Session, settings: Settings, *, now: datetime) -> dict[str, Json]:
    """The health of every connection as JSON."""
    connections: list[Json] = [
        _connection(session, each, settings.schedule, now) for each in settings.connections
    ]
    return {"at": iso(now), "connections": connections}


def _connection(
    session: Session, connection: ConnectionSettings, schedule: ScheduleSettings, now: datetime
) -> dict[str, Json]:
    name = connection.name
    intervals = {lane: getattr(schedule, lane) for lane in LANES}
    return {
        "name": name,
        "enabled": connection.enabled,
        "paused": paused_document(cycles.connection_row(session, name)),
        "held_by": leases.holder_of(session, name),
        "last_cycle": _last_cycle(session, name),
        "lanes": {
            lane: _lane(cycles.last_complete(session, name, lane), interval, now)
            for lane, interval in intervals.items()
        },
        "budgets": {side.value: _budget(session, connection, side) for side in Side},
        "visits": {
            "linked": links.count_links(session, name),
            "open": links.count_open_links(session, name),
        },
        "outbox": dict(outbox.count_waiting(session, name)),
        "inbox": inbox.count_open(session, name),
    }


def _last_cycle(session: Session, name: str) -> Json:
    row = cycles.last_cycle(session, name)
    if row is None:
        return None
    return {
        "number": row.id,
        "started_at": iso(row.started_at),
        "finished_at": iso(row.finished_at),
        "outcome": row.outcome,
        "errors": (row.report or {}).get("errors", []),
    }


def _lane(last: datetime | None, interval: timedelta, now: datetime) -> dict[str, Json]:
    age = None if last is None else max(0, int((now - last).total_seconds()))
    most = 2 * interval.total_seconds()
    return {
        "last_complete": iso(last),
        "age_seconds": age,
        "interval_seconds": int(interval.total_seconds()),
        "is_late": age is None or age > most,
    }


def _budget(session: Session, connection: ConnectionSettings, side: Side) -> Json:
    vendor = connection.agentos if side is Side.AGENTOS else connection.letsjobit
    state = budgets.describe(session, budgets.key_id(side, vendor.api_key.get_secret_value()))
    return None if state is None else asdict(state)


def _show(asked: Asked, each: Mapping[str, Any], now: datetime) -> None:
    heading(f"{each['name']}  {_headline(each)}")
    rows = table("", "")
    rows.show_header = False
    rows.add_row("  last cycle", _cycle_words(each["last_cycle"], now))
    for lane, state in each["lanes"].items():
        rows.add_row(f"  {lane}", _lane_words(state))
    for side in Side:
        rows.add_row(f"  {NAMES[side]}", _budget_words(each["budgets"][side]))
    visits = each["visits"]
    rows.add_row("  visits", f"{visits['linked']} linked to a job, {visits['open']} of them open")
    rows.add_row("  outbox", _outbox_words(asked, each["outbox"]))
    rows.add_row("  inbox", _inbox_words(asked, each["inbox"]))
    output().print(rows)
    for error in (each["last_cycle"] or {}).get("errors", []):
        tell_prose(f"problem: {error['message']}", indent=2, hanging=4)
    if each["paused"]:
        tell(f"  start it again: {asked.command('resume', each['name'])}")


def _headline(each: Mapping[str, Any]) -> str:
    if not each["enabled"]:
        return "switched off in the configuration"
    if each["paused"]:
        return f"paused by {each['paused']['by']} since {each['paused']['since']}"
    if each["held_by"]:
        return f"at work: {each['held_by']}"
    if each["last_cycle"] is None:
        return "had no cycle yet"
    late = [lane for lane, state in each["lanes"].items() if state["is_late"]]
    if late:
        return f"late: {', '.join(late)}"
    if each["last_cycle"]["outcome"] in ("incomplete", "failed"):
        return "the last cycle was not finished"
    stuck = each["inbox"] + each["outbox"]["in_doubt"] + each["outbox"]["dead"]
    return "up to date, but something waits for you" if stuck else "up to date"


def _cycle_words(cycle: Mapping[str, Any] | None, now: datetime) -> str:
    if cycle is None:
        return "none yet"
    finished = datetime.fromisoformat(cycle["finished_at"])
    ago = span(max(0.0, (now - finished).total_seconds()))
    return f"number {cycle['number']}, {ago} ago: {OUTCOMES[cycle['outcome']]}"


def _lane_words(lane: Mapping[str, Any]) -> str:
    every = f"every {span(lane['interval_seconds'])}"
    if lane["age_seconds"] is None:
        return f"never read completely ({every})"
    late = ", late" if lane["is_late"] else ""
    return f"read {span(lane['age_seconds'])} ago ({every}{late})"


def _budget_words(budget: Mapping[str, Any] | None) -> str:
    if budget is None:
        return "key not used yet"
    words = f"{budget['free']} of {budget['limit']} requests left in {budget['window_seconds']:g} s"
    if budget["frozen_for_seconds"]:
        return f"nothing for {span(budget['frozen_for_seconds'])}: {budget['reason']}"
    if not budget["free"]:
        return f"{words}, the next in {budget['next_free_in_seconds']:.0f} s"
    return words


def _outbox_words(asked: Asked, counts: Mapping[str, int]) -> str:
    if not any(counts.values()):
        return "empty"
    words = [f"{number} {state.replace('_', ' ')}" for state, number in counts.items() if number]
    return f"{', '.join(words)}: {asked.command('outbox')}"


def _inbox_words(asked: Asked, number: int) -> str:
    if not number:
        return "nothing waits for you"
    return f"{count(number, 'question waits', 'questions wait')} for you: {asked.command('inbox')}"
