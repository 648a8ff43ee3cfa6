"""One planner pass over a store that was filled directly with links that are in agreement."""

import asyncio
import math
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from syncd.app import App, open_app
from syncd.cycle.planning import Keeping, make_plan
from syncd.cycle.reading import Reading
from syncd.model import Turn
from syncd.observe.spool import Spool
from syncd.observe.sweeps import Sweep
from syncd.settings import load_settings

Row = Mapping[str, Any]

_ROWS_A_TIME = 5000


def multiply_link(folder: str, *, links: int, is_settled: bool) -> None:
    """Fill the folder's store: its first open link, with both records and the base, many times.

    Unless `is_settled`, every link has to be planned anew, as after a change of the settings.
    """
    with closing(sqlite3.connect(next(Path(folder).glob("*.db")))) as store:
        store.row_factory = sqlite3.Row
        link = store.execute("SELECT * FROM links WHERE is_open ORDER BY id").fetchone()
        found = "SELECT * FROM observations WHERE record_id IN (?, ?)"
        seen = store.execute(found, (link["job_id"], link["visit_key"])).fetchall()
        base = store.execute("SELECT * FROM bases WHERE link_id = ?", (link["id"],)).fetchone()
        settled = link["settled"] if is_settled else None
        for start in range(0, links, _ROWS_A_TIME):
            some = range(start, min(links, start + _ROWS_A_TIME))
            names = [_names(link, number) for number in some]
            new = [dict(link) | each | {"settled": settled} for each in names]
            _insert(store, "links", new)
            _insert(store, "bases", [dict(base) | {"link_id": each["id"]} for each in names])
            _insert(store, "observations", [_renamed(r, link, n) for n in names for r in seen])
        store.commit()


def _names(link: Row, number: int) -> dict[str, Any]:
    """What is different about each copy."""
    return {
        "id": 1_000_000 + number,
        "job_id": f"JOB-{number:09d}",
        "visit_id": link["visit_id"] + 1 + number,
        "visit_key": f"visit{number:012d}",
        "doc_no": f"BENCH-{number:07d}",
    }


def _renamed(seen: Row, link: Row, names: Row) -> dict[str, Any]:
    content = seen["content"]
    for name in ("job_id", "visit_id", "visit_key", "doc_no"):
        content = content.replace(str(link[name]), str(names[name]))
    if seen["side"] == "agentos":
        return dict(seen) | {"content": content, "record_id": names["job_id"]}
    return dict(seen) | {
        "content": content,
        "record_id": names["visit_key"],
        "erp_id": str(names["visit_id"]),
        "doc_no": names["doc_no"],
        "tag": names["job_id"],
    }


def _insert(store: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    marks = ", ".join(f":{name}" for name in names)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    store.executemany(statement, rows)


def plan(folder: str) -> dict[str, float | int]:
    """Make a plan from a reading that showed every record, none of them changed."""
    return asyncio.run(_plan(Path(folder)))


async def _plan(folder: Path) -> dict[str, float | int]:
    async with open_app(load_settings(folder / "syncd.toml", {})) as app:
        return {"seconds": await plan_links(app, folder)}


async def plan_links(app: App, folder: Path) -> float:
    """Plan in an app whose store is the folder's: in how many seconds."""
    with closing(Spool()) as spool:
        reading = _reading(folder, spool)
        begin = perf_counter()
        intents = await _planned(app, reading)
        seconds = perf_counter() - begin
    if intents:
        raise RuntimeError(f"unchanged links were to be changed, {intents} times")
    return seconds


async def _planned(app: App, reading: Reading) -> int:
    connected = app.connected(app.settings.connections[0], Turn(None, None, math.inf))
    made = await app.database.run(
        make_plan, connected, reading, now=reading.started_at, keeping=Keeping.ALL
    )
    return len(made.intents)


def _reading(folder: Path, spool: Spool) -> Reading:
    with closing(sqlite3.connect(next(folder.glob("*.db")))) as store:
        jobs, visits = (set(_ids(store, side)) for side in ("agentos", "letsjobit"))
    return Reading(
        datetime.now(UTC),
        spool,
        is_first=False,
        jobs=Sweep(True, jobs, 0, len(jobs)),
        visits=Sweep(True, visits, 0, len(visits)),
        closures=Sweep(True, frozenset(), 0),
    )


def _ids(store: sqlite3.Connection, side: str) -> Iterator[str]:
    rows = store.execute("SELECT record_id FROM observations WHERE side = ?", (side,))
    return (row[0] for row in rows)
