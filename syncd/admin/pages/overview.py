"""The overview: how every connection fares, in words, and the buttons to stop and start it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from syncd.admin.access import FormSender
from syncd.admin.desk import AtDesk
from syncd.admin.pages.frame import AtScreen, back_to
from syncd.admin.pages.looks import age
from syncd.admin.pages.wording import LANES, SIDES, counted, length, outcome_of_cycle
from syncd.admin.refusals import Refused
from syncd.cycle.connected import budget_key, requests_a_minute
from syncd.model import Side
from syncd.settings import ConnectionSettings, Settings
from syncd.store import due, listings, minutes
from syncd.store.database import Database, Session
from syncd.telling.health import (
    BUDGETS,
    DEAF_CURE,
    budget_words,
    deaf_words,
    headline,
    status_document,
)
from syncd.telling.pausing import set_paused

router = APIRouter()

Health = tuple[str, str]
"""Words, and how they look."""


@router.get("/")
def overview(screen: AtScreen) -> Response:
    """How everything fares."""
    now = screen.desk.clock()
    deaf, found = screen.desk.read(_facts, screen.desk.reads, screen.settings, now)
    return screen.page("overview.html", connections=found, deaf=deaf, headline=_in_all(found, deaf))


def _facts(
    session: Session, database: Database, settings: Settings, now: datetime
) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """The targets of notifications that take none, and the connections."""
    document: Any = status_document(session, database, settings, now=now)
    paces = _paces(session, settings, now)
    deaf = [{"text": deaf_words(e, now), "hint": DEAF_CURE} for e in document["deaf_targets"]]
    return deaf, [
        {
            **each,
            "health": _health(each, now),
            "problems": _problems(each),
            "changes": sum(each["outbox"].values()),
            "changes_words": _changes_words(each["outbox"]),
            "closures": listings.undelivered(session, each["name"]),
            "lanes": [_lane(name, lane, each) for name, lane in each["lanes"].items()],
            "budgets": [
                {"name": BUDGETS[name], "words": budget_words(budget)}
                for name, budget in each["budgets"].items()
            ],
            "sides": [SIDES[side] for side in Side],
            "minutes": paces[each["name"]],
            "last_cycle": _last_cycle(each["last_cycle"]),
            "zone": configured.agentos.timezone.key,
        }
        for each, configured in zip(document["connections"], settings.connections, strict=True)
    ]


def _in_all(found: Sequence[Mapping[str, Any]], deaf: Sequence[object]) -> str:
    """The state of everything in one sentence."""
    asked = sum(each["inbox"] for each in found)
    bad = [each["name"] for each in found if each["health"]["tone"] in ("bad", "warn")]
    words = []
    if bad:
        words.append(f"{', '.join(bad)} {'needs' if len(bad) == 1 else 'need'} a look.")
    if asked:
        waits = counted(asked, "question waits", "questions wait")
        words.append(f"{waits} for you in the inbox.")
    if deaf:
        words.append(f"{counted(len(deaf), 'target takes', 'targets take')} no notification.")
    return " ".join(words) or "Everything is as it should be."


def _health(each: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """What stands beside the connection's name. That it is at work is told elsewhere: it is no
    answer to whether it is well."""
    if each["paused"]:
        since = age(each["paused"]["since"], now)
        return {"text": f"paused by {each['paused']['by']}, {since}", "tone": "rest"}
    words = headline({**each, "held_by": None})
    return {"text": words, "tone": _tone(each, words)}


def _tone(each: Mapping[str, Any], words: str) -> str:
    if not each["enabled"]:
        return "rest"
    if words == "up to date":
        return "good"
    if words.startswith("up to date"):
        return "ask"
    if each["last_cycle"] is None:
        return "calm"
    return "bad" if words.startswith(("late", "stopped")) else "warn"


def _problems(each: Mapping[str, Any]) -> list[dict[str, str]]:
    errors = (each["last_cycle"] or {}).get("errors", [])
    stopped = {
        str(lane["cure"]): f"{LANES[name][0]}: stopped by {lane['problem']}."
        for name, lane in each["lanes"].items()
        if lane["problem"] and lane["cure"] and lane["problem"] not in {e["code"] for e in errors}
    }
    told = [{"tone": "bad", "text": text, "hint": cure} for cure, text in stopped.items()]
    return told + [
        {"tone": "bad", "text": str(error["message"]), "hint": str(error.get("hint") or "")}
        for error in errors
    ]


def _changes_words(counts: Mapping[str, int]) -> str:
    if not any(counts.values()):
        return "every change has ended"
    words = {"pending": "waiting", "in_doubt": "in doubt", "dead": "dead"}
    return ", ".join(f"{number} {words[state]}" for state, number in counts.items() if number)


def _lane(name: str, lane: Mapping[str, Any], each: Mapping[str, Any]) -> dict[str, Any]:
    interval, seconds = lane["interval_seconds"], lane["age_seconds"]
    title, what = LANES.get(name, (name, ""))
    is_still = bool(each["paused"]) or not each["enabled"]
    words = "never read completely" if seconds is None else f"{length(seconds)} old"
    share = 2.1 if seconds is None else seconds / interval
    if is_still:
        shown: Health = ("resting", "rest")
        share = 0.0
    elif lane["is_late"]:
        shown = (f"late: {lane['problem']}" if lane["problem"] else "late", "bad")
    elif lane["problem"]:
        shown = (f"stopped: {lane['problem']}", "bad")
    else:
        shown = ("fresh", "good")
    return {
        **lane,
        "title": title,
        "what": what,
        "interval": length(interval),
        "share": share,
        "words": f"{words}; late after {length(2 * interval)}",
        "state": shown,
    }


def _last_cycle(cycle: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if cycle is None:
        return None
    return {**cycle, "words": outcome_of_cycle(cycle["outcome"])["text"]}


def _paces(session: Session, settings: Settings, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """By connection and minute: the requests sent with each of its keys, whoever sent them."""
    shown = _minutes(now)
    keys = {each.name: _keys(each) for each in settings.connections}
    asked = {key for each in keys.values() for key in each.values()}
    sent = minutes.requests_by_minute(session, asked, first=shown[0])
    found = {}
    for connection in settings.connections:
        used = [
            (sent.get(keys[connection.name][side], {}), requests_a_minute(connection, side))
            for side in Side
        ]
        found[connection.name] = [
            {
                "at": datetime.fromtimestamp(minute * 60, UTC),
                "used": [_used(of_side.get(minute, 0), most) for of_side, most in used],
            }
            for minute in shown
        ]
    return found


def _minutes(now: datetime) -> range:
    """The minutes of the last hour, counted from the epoch; the last one is the one that runs."""
    this = int(now.timestamp()) // 60
    return range(this - 59, this + 1)


def _keys(connection: ConnectionSettings) -> dict[Side, str]:
    return {side: budget_key(connection, side) for side in Side}


def _used(requests: int, most: float) -> dict[str, Any]:
    return {"requests": requests, "percent": round(100 * requests / most, 1)}


@router.post("/connections/{name}/pause")
def pause(name: str, screen: AtScreen, sender: FormSender, desk: AtDesk) -> Response:
    """Stop a connection; a cycle that runs comes to its end."""
    connection, now = screen.connection(name), desk.clock()
    desk.run(set_paused, connection, is_paused=True, who=sender.who, now=now)
    return back_to("/?done=paused")


@router.post("/connections/{name}/resume")
def resume(name: str, screen: AtScreen, sender: FormSender, desk: AtDesk) -> Response:
    """Start a connection again."""
    connection, now = screen.connection(name), desk.clock()
    desk.run(set_paused, connection, is_paused=False, who=sender.who, now=now)
    return back_to("/?done=resumed")


@router.post("/connections/{name}/run")
def run_now(name: str, screen: AtScreen, sender: FormSender, desk: AtDesk) -> Response:
    """Have all lanes of a connection run now."""
    connection = screen.connection(name)
    if not connection.enabled:
        raise Refused(409, "connection_disabled", f"{name} is switched off", "enable it first")
    desk.run(due.wake, connection.name, by=sender.who, now=desk.clock())
    return back_to("/?done=woken")
