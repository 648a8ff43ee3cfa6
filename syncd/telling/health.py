"""The health of every connection, from the store alone; no vendor is asked.

    {"at": "…Z", "connections": [{"name": "northgate", "enabled": true,
       "paused": null or {"since": "…Z", "by": "ann"}, "held_by": null or "process 12 on …",
       "last_cycle": null or {"number": 7, "started_at": "…Z", "finished_at": "…Z",
                              "outcome": "ok", "errors": [{"code", "message", "hint"}]},
       "lanes": {"jobs": {"last_complete": "…Z" or null, "age_seconds": 12 or null,
                          "interval_seconds": 300, "is_late": false, "problem": null}, …},
       "budgets": {"agentos": null or {"limit": 50, "window_seconds": 60.0, "free": 48,
                                       "next_free_in_seconds": 0.0, "frozen_for_seconds": 0.0,
                                       "reason": null}, "letsjobit": …},
       "visits": {"linked": 8, "open": 8},
       "outbox": {"pending": 0, "in_doubt": 0, "dead": 0}, "inbox": 0}]}

The lanes are jobs, visits, closures and directory; late is what `freshness` calls stale, and
`problem` the error code for which the daemon could not read a late one. A budget is null while its
key was never used.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from syncd.freshness import LaneAge, lanes_of
from syncd.model import Json, Side
from syncd.settings import ConnectionSettings, ScheduleSettings, Settings
from syncd.store import budgets, cycles, due, inbox, leases, links, outbox
from syncd.store.database import Session
from syncd.telling.pausing import paused_document
from syncd.telling.words import iso, span

OUTCOMES = {
    "ok": "both sides agreed",
    "attention": "done, something waits for a person",
    "incomplete": "not finished",
    "failed": "failed",
}


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
    lanes = lanes_of(session, connection, schedule, now=now)
    failures = due.failures(session, name)
    return {
        "name": name,
        "enabled": connection.enabled,
        "paused": paused_document(cycles.connection_row(session, name)),
        "held_by": leases.holder_of(session, name),
        "last_cycle": _last_cycle(session, name),
        "lanes": {each.lane.value: _lane(each, failures.get(each.lane)) for each in lanes},
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


def _lane(lane: LaneAge, code: str | None) -> dict[str, Json]:
    return {
        "last_complete": iso(lane.last_complete),
        "age_seconds": None if lane.age_seconds is None else int(lane.age_seconds),
        "interval_seconds": int(lane.interval_seconds),
        "is_late": lane.is_stale,
        "problem": code if lane.is_stale else None,
    }


def _budget(session: Session, connection: ConnectionSettings, side: Side) -> Json:
    vendor = connection.agentos if side is Side.AGENTOS else connection.letsjobit
    state = budgets.describe(session, budgets.key_id(side, vendor.api_key.get_secret_value()))
    return None if state is None else asdict(state)


def headline(each: Mapping[str, Any]) -> str:
    """How a connection of the document fares, in a few words."""
    if not each["enabled"]:
        return "switched off in the configuration"
    if each["paused"]:
        return f"paused by {each['paused']['by']} since {each['paused']['since']}"
    at_work = f"at work: {each['held_by']}" if each["held_by"] else ""
    if each["last_cycle"] is None:
        return at_work or "had no cycle yet"
    late = [lane for lane, state in each["lanes"].items() if state["is_late"]]
    if late:
        return f"late: {', '.join(late)}" + (f"; {at_work}" if at_work else "")
    if at_work:
        return at_work
    if each["last_cycle"]["outcome"] in ("incomplete", "failed"):
        return "the last cycle was not finished"
    stuck = each["inbox"] + each["outbox"]["in_doubt"] + each["outbox"]["dead"]
    return "up to date, but something waits for you" if stuck else "up to date"


def cycle_words(cycle: Mapping[str, Any] | None, now: datetime) -> str:
    """The last cycle in words."""
    if cycle is None:
        return "none yet"
    finished = datetime.fromisoformat(cycle["finished_at"])
    ago = span(max(0.0, (now - finished).total_seconds()))
    return f"number {cycle['number']}, {ago} ago: {OUTCOMES[cycle['outcome']]}"


def lane_words(lane: Mapping[str, Any]) -> str:
    """A lane in words."""
    every = f"every {span(lane['interval_seconds'])}"
    if lane["age_seconds"] is None:
        problem = f": {lane['problem']}" if lane["problem"] else ""
        return f"never read completely ({every}){problem}"
    late = ", late" if lane["is_late"] else ""
    if lane["problem"]:
        late = f", late: {lane['problem']}"
    return f"read {span(lane['age_seconds'])} ago ({every}{late})"


def budget_words(budget: Mapping[str, Any] | None) -> str:
    """The budget of one key in words."""
    if budget is None:
        return "key not used yet"
    words = f"{budget['free']} of {budget['limit']} requests left in {budget['window_seconds']:g} s"
    if budget["frozen_for_seconds"]:
        return f"nothing for {span(budget['frozen_for_seconds'])}: {budget['reason']}"
    if not budget["free"]:
        return f"{words}, the next in {budget['next_free_in_seconds']:.0f} s"
    return words
