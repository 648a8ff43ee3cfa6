"""The health of every connection, from the store alone; no vendor is asked.

    {"at": "…Z",
     "running": null or {"process": 12, "host": "office", "command": "syncd run", "since": "…Z",
                         "heard_seconds_ago": null or 4},
     "deaf_targets": [{"target": "notifications.targets[0] (slack)", "since": "…Z"}],
     "connections": [{"name": "northgate", "enabled": true,
       "paused": null or {"since": "…Z", "by": "ann"}, "held_by": null or "process 12 on …",
       "last_cycle": null or {"number": 7, "started_at": "…Z", "finished_at": "…Z",
                              "outcome": "ok", "errors": [{"code", "message", "hint"}]},
       "lanes": {"jobs": {"last_complete": "…Z" or null, "age_seconds": 12 or null,
                          "interval_seconds": 300, "is_late": false, "problem": null,
                          "cure": null, "makes": false}, …},
       "stalled": [{"operation": "create_legacy_job", "what": "new jobs through V3",
                    "since": "…Z", "is_late": false, "problem": "agentos_outcome_unknown"}],
       "budgets": {"agentos": null or {"limit": 50, "window_seconds": 60.0, "free": 48,
                                       "next_free_in_seconds": 0.0, "frozen_for_seconds": 0.0,
                                       "reason": null}, "letsjobit": …,
                   "contractor_portal": …},
       "visits": {"linked": 8, "open": 8},
       "outbox": {"pending": 0, "in_doubt": 0, "dead": 0}, "inbox": 0}]}

`running` is the syncd that works with the store now, null where none does; `heard_seconds_ago` is
null on SQLite, where the operating system tells that it lives. `deaf_targets` have taken no
notification since then, though they were given some. The lanes are jobs, visits, closures and
directory, and statements where payments are followed; V3 alone has visits, closures, and jobs,
which it only `makes`. Late is what `freshness` calls stale. `problem` is the error code for which
the daemon could not read a lane that is late, or that waits for a person, who has to do the `cure`.
`stalled` is what a vendor fails to do beside the lanes. A budget is null while its key was never
used; `contractor_portal` is there where a portal is read beside AgentOS (where it stands in place
of AgentOS its budget is `agentos`).
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from syncd.cycle.connected import budget_keys
from syncd.freshness import LaneAge, StallAge, lanes_of, stalls_of
from syncd.model import Json
from syncd.settings import ConnectionSettings, ScheduleSettings, Settings
from syncd.store import budgets, cycles, deaf, due, inbox, leases, links, outbox
from syncd.store.database import Database, Session
from syncd.store.presence import DAEMON, Presence, present_syncd, read_words
from syncd.telling.cures import cure_of
from syncd.telling.pausing import paused_document
from syncd.telling.stalled import work_of
from syncd.telling.words import NAMES, age, iso, span

OUTCOMES = {
    "ok": "both sides agreed",
    "attention": "done, something waits for a person",
    "incomplete": "not finished",
    "failed": "failed",
}

BUDGETS = {**{side.value: name for side, name in NAMES.items()}, "contractor_portal": "Portal"}
"""Whose budget it is, as people write it."""


def status_document(
    session: Session, database: Database, settings: Settings, *, now: datetime
) -> dict[str, Json]:
    """The health of every connection as JSON, and which syncd works on them."""
    present = present_syncd(session, database)
    connections: list[Json] = []
    for each in settings.connections:
        held_by = _held_by(session, database, each.name, present)
        connections.append(_connection(session, each, settings.schedule, now, held_by=held_by))
    return {
        "at": iso(now),
        "running": _running(present),
        "deaf_targets": _deaf_targets(session, settings),
        "connections": connections,
    }


def _deaf_targets(session: Session, settings: Settings) -> list[Json]:
    """The targets of the configuration that take nothing."""
    since = deaf.deaf_targets(session)
    urls = [each.get_secret_value() for each in settings.notifications.targets]
    return [
        {"target": deaf.target_name(place, url), "since": iso(since[deaf.target_id(url)])}
        for place, url in enumerate(urls)
        if deaf.target_id(url) in since
    ]


def _held_by(
    session: Session, database: Database, name: str, present: Presence | None
) -> str | None:
    """Who works on a connection. On SQLite its lease lasts a while longer than a killed holder."""
    words = leases.holder_of(session, name)
    if words is None or not database.is_sqlite:
        return words
    holder = read_words(words)
    is_alive = present is not None and (holder is None or holder.process == present.process)
    return words if is_alive else None


def _running(present: Presence | None) -> Json:
    if present is None:
        return None
    return {**asdict(present), "since": iso(present.since)}


def _connection(
    session: Session,
    connection: ConnectionSettings,
    schedule: ScheduleSettings,
    now: datetime,
    *,
    held_by: str | None,
) -> dict[str, Json]:
    name = connection.name
    lanes = lanes_of(session, connection, schedule, now=now)
    failures = due.failures(session, name)
    return {
        "name": name,
        "enabled": connection.enabled,
        "paused": paused_document(cycles.connection_row(session, name)),
        "held_by": held_by,
        "last_cycle": _last_cycle(session, name),
        "lanes": {each.lane.value: _lane(each, failures.get(each.lane)) for each in lanes},
        "stalled": [_stalled(e) for e in stalls_of(session, [name], schedule, now=now)],
        "budgets": {name: _budget(session, key) for name, key in budget_keys(connection).items()},
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
        "problem": code if lane.is_stale or cure_of(code) else None,
        "cure": cure_of(code),
        "makes": lane.makes,
    }


def _stalled(stall: StallAge) -> Json:
    return {
        "operation": stall.operation,
        "what": work_of(stall.operation),
        "since": iso(stall.since),
        "is_late": stall.is_late,
        "problem": stall.code,
    }


def _budget(session: Session, key: str) -> Json:
    state = budgets.describe(session, key)
    return None if state is None else asdict(state)


def running_words(document: Mapping[str, Any], now: datetime) -> str:
    """Whether a syncd runs, in one sentence."""
    running = document["running"]
    if running is None:
        ends = [each["last_cycle"] for each in document["connections"]]
        last = max((each["finished_at"] for each in ends if each is not None), default=None)
        ago = age(None if last is None else datetime.fromisoformat(last), now)
        return f"No syncd runs now; the last cycle ended {ago}." if last else "No syncd runs now."
    since = age(datetime.fromisoformat(running["since"]), now)
    who = f"process {running['process']} on {running['host']}, started {since}"
    heard = running["heard_seconds_ago"]
    sign = "" if heard is None else f", last sign of life {span(heard)} ago"
    what = "syncd runs" if running["command"] == DAEMON else f"{running['command']} is at work"
    return f"{what}: {who}{sign}"


def deaf_words(target: Mapping[str, Any], now: datetime) -> str:
    """A target that takes no notification, in words; `DEAF_CURE` is what to do."""
    since = max(0.0, (now - datetime.fromisoformat(target["since"])).total_seconds())
    return f"{target['target']} has taken no notification for {span(since)}"


DEAF_CURE = "see that its address is right and that it can be reached from here"


def headline(each: Mapping[str, Any]) -> str:
    """How a connection of the document fares, in a few words."""
    if not each["enabled"]:
        return "switched off in the configuration"
    if each["paused"]:
        since = datetime.fromisoformat(each["paused"]["since"]).astimezone()
        return f"paused by {each['paused']['by']} since {since:%Y-%m-%d %H:%M:%S}"
    at_work = f"at work: {each['held_by']}" if each["held_by"] else ""
    if each["last_cycle"] is None:
        return at_work or "had no cycle yet"
    late = [lane for lane, state in each["lanes"].items() if state["is_late"]]
    if late:
        return f"late: {', '.join(late)}" + (f"; {at_work}" if at_work else "")
    waiting = dict.fromkeys(stall["what"] for stall in each["stalled"] if stall["is_late"])
    if waiting:
        return f"waiting: {', '.join(waiting)}" + (f"; {at_work}" if at_work else "")
    refused = [lane for lane, state in each["lanes"].items() if state["problem"]]
    if refused:
        return f"stopped: {', '.join(refused)}" + (f"; {at_work}" if at_work else "")
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
        never = "no job was made yet" if lane["makes"] else "never read completely"
        return f"{never} ({every}){problem}"
    late = ", late" if lane["is_late"] else ""
    if lane["problem"]:
        late = f"{late or ', stopped'}: {lane['problem']}"
    done = "none waited" if lane["makes"] else "read"
    return f"{done} {span(lane['age_seconds'])} ago ({every}{late})"


def stalled_words(stall: Mapping[str, Any], now: datetime) -> str:
    """What a vendor fails to do, in words."""
    since = max(0.0, (now - datetime.fromisoformat(stall["since"])).total_seconds())
    return f"{stall['what']}, for {span(since)}: {stall['problem']}"


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
