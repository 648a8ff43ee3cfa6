"""Cycles: how long each took, what it sent, what it changed, and what went wrong."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from syncd.admin.pages.frame import AtScreen
from syncd.admin.pages.wording import (
    EVENTS,
    LANES,
    in_people_words,
    length,
    outcome_of_cycle,
)
from syncd.admin.pages.work import LARGEST, RowId, field_words
from syncd.admin.refusals import Refused
from syncd.store import listings
from syncd.store.database import Session
from syncd.store.links import load_links

router = APIRouter()

PER_PAGE = 60
MOST_ENTRIES = 100


@router.get("/cycles", name="cycles_page")
def cycles(
    screen: AtScreen,
    connection: Annotated[str, Query(max_length=80)] = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    """The history, the newest first, with charts of what the page shows."""
    wanted = {"connection": connection or None, "before": before, "limit": PER_PAGE + 1}
    found = screen.desk.read(_rows, wanted)
    rows = found[:PER_PAGE]
    chosen = f"?connection={connection}&" if rows and connection else "?"
    return screen.page(
        "cycles.html",
        zone=screen.zone(connection),
        rows=rows,
        charts=_charts([each for each in reversed(rows) if each["finished_at"] is not None]),
        connection=connection,
        names=[each.name for each in screen.settings.connections],
        older=f"/cycles{chosen}before={rows[-1]['number']}" if len(found) > PER_PAGE else None,
        newest=f"/cycles{chosen}".rstrip("?&"),
        is_later=before is not None,
    )


def _rows(session: Session, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [cycle_document(row) for row in listings.cycles_page(session, **wanted)]


def cycle_document(row: Any) -> dict[str, Any]:
    """One cycle in people's words."""
    report = row.report or {}
    sent = report.get("requests") or {}
    took = (row.finished_at - row.started_at).total_seconds() if row.finished_at else None
    return {
        "number": row.id,
        "connection": row.connection,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "seconds": took,
        "took": _took(took),
        "outcome": outcome_of_cycle(row.outcome),
        "requests": {name: sent.get(name, 0) for name in ("agentos", "letsjobit")},
        "changes": sum((report.get("applied") or {}).values()),
        "applied": report.get("applied") or {},
        "errors": report.get("errors") or [],
    }


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds < 100 else length(seconds)


def _charts(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Durations, requests and changes, by the time at which each cycle began."""
    if len(rows) < 2:
        return []
    series = {
        "took": [[round(each["seconds"], 1)] for each in rows],
        "sent": [list(each["requests"].values()) for each in rows],
        "changed": [[each["changes"]] for each in rows],
    }
    return [
        {
            **chart,
            "points": [
                {"at": each["started_at"], "number": each["number"], "figures": figures}
                for each, figures in zip(rows, series[name], strict=True)
            ],
        }
        for name, chart in _CHARTS.items()
    ]


_CHARTS: Mapping[str, Mapping[str, Any]] = {
    "took": {"title": "How long they took", "unit": " s", "shape": "bars", "names": ("Seconds",)},
    "sent": {
        "title": "Requests they sent",
        "unit": "",
        "shape": "",
        "names": ("AgentOS", "LetsJobIt"),
    },
    "changed": {
        "title": "Changes they made",
        "unit": "",
        "shape": "bars",
        "names": ("Changes",),
    },
}


@router.get("/cycles/{number}")
def one_cycle(screen: AtScreen, number: RowId) -> Response:
    """What one cycle read and did, and what the journal tells of it."""
    told = screen.desk.read(_told, number)
    cycle = told["cycle"]
    applied = [
        (in_people_words(kind, EVENTS), count) for kind, count in cycle["applied"].items() if count
    ]
    return screen.page(
        "cycle.html",
        zone=screen.zone(cycle["connection"]),
        cycle=cycle,
        applied=applied,
        sweeps=told["sweeps"],
        entries=told["entries"][:MOST_ENTRIES],
        more_entries=len(told["entries"]) > MOST_ENTRIES,
    )


def _told(session: Session, number: int) -> dict[str, Any]:
    row = listings.cycle_row(session, number)
    if row is None:
        raise Refused(404, "unknown_cycle", f"no cycle has the number {number}", "see the cycles")
    return {
        "cycle": cycle_document(row),
        "sweeps": [_sweep(each) for each in listings.sweeps_of(session, number)],
        "entries": _entries(session, row),
    }


def _sweep(row: Any) -> dict[str, Any]:
    return {
        "title": LANES.get(row.lane, (row.lane, ""))[0],
        "records": f"{row.records:,}",
        "is_complete": row.is_complete,
        "error": row.error,
    }


def _entries(session: Session, row: Any) -> list[dict[str, Any]]:
    """What the journal of the connection tells of the cycle's time."""
    if row.finished_at is None:
        return []
    span = row.started_at, row.finished_at
    found = listings.journal_between(session, row.connection, *span, limit=MOST_ENTRIES + 1)
    links = load_links(session, {each.link_id for each in found if each.link_id is not None})
    return [
        {
            "at": each.at,
            "title": in_people_words(each.event, EVENTS),
            "field": field_words(each.event, each.field),
            "why": each.why.removeprefix("visit: "),
            "link": each.link_id if each.link_id in links else None,
            "doc_no": links[each.link_id].doc_no if each.link_id in links else "",
            "job": each.job_id or "",
        }
        for each in found
    ]
