"""The two parts of the store that every request and every changed record pass through."""

import asyncio
import hashlib
import math
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from syncd.budget import KeyBudget, Verdict
from syncd.model import Observation, Side, Turn, Urgency
from syncd.store import cycles, leases, schema
from syncd.store.database import Database
from syncd.store.observations import save_observations
from tests.bench.account import LIMIT

_NAME = "northgate"


def _store(folder: str, name: str) -> Database:
    database = Database(f"sqlite:///{Path(folder) / name}")
    schema.prepare(database)
    words = {"short_name": _NAME, "company_id": "company"}
    database.run_now(cycles.ensure_connection, _NAME, now=datetime.now(UTC), **words)
    return database


def permits(folder: str, count: int) -> dict[str, float]:
    """Ask for a permit and settle it, so many times: `seconds` in all."""
    return asyncio.run(_permits(_store(folder, "permits.db"), count))


async def _permits(database: Database, count: int) -> dict[str, float]:
    epoch = await database.run(leases.take, _NAME, owner="bench", holder="bench")
    turn = Turn(_NAME, epoch, math.inf)
    requests, window_seconds = LIMIT
    budget = KeyBudget(
        database,
        side=Side.LETSJOBIT,
        key_id="bench",
        limit=requests,
        window_seconds=window_seconds,
    )
    begin = perf_counter()
    for _ in range(count):
        permit = await budget.acquire(turn, Urgency.SWEEPS)
        await budget.settle(permit, Verdict(answered=True, status=200))
    seconds = perf_counter() - begin
    await budget.close()
    database.close()
    return {"seconds": seconds}


def saving(folder: str, count: int) -> dict[str, float]:
    """Save new observations: `seconds` by syncd, `raw_seconds` by sqlite3 alone."""
    seen = [_observation(number) for number in range(count)]
    database = _store(folder, "saving.db")
    begin = perf_counter()
    database.run_now(save_observations, _NAME, seen, now=datetime.now(UTC))
    seconds = perf_counter() - begin
    database.close()
    raw_seconds = _save_raw(_store(folder, "raw.db"), seen)
    return {"seconds": seconds, "raw_seconds": raw_seconds}


def _observation(number: int) -> Observation:
    fingerprint = hashlib.sha256(str(number).encode()).hexdigest()
    key = hashlib.md5(str(number).encode()).hexdigest()[:17]  # noqa: S324
    return Observation(
        Side.LETSJOBIT, key, fingerprint, erp_id=str(2**42 + number), doc_no=f"B-{number:06d}"
    )


def _save_raw(database: Database, seen: Sequence[Observation]) -> float:
    database.close()
    now = datetime.now(UTC).isoformat(" ")
    with closing(sqlite3.connect(str(database.path))) as store:
        begin = perf_counter()
        rows = [(_NAME, each.side, *_columns(each), now) for each in seen]
        with store:
            store.executemany(_UPSERT, rows)
        return perf_counter() - begin


def _columns(seen: Observation) -> tuple[str | None, ...]:
    """None of these visits is ours, so there is no content."""
    return (
        seen.record_id,
        seen.fingerprint,
        None,
        seen.problem,
        seen.erp_id,
        seen.doc_no,
        seen.tag,
    )


_UPSERT = """
INSERT INTO observations (
    connection, side, record_id, fingerprint, content, problem, erp_id, doc_no, tag, seen_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection, side, record_id) DO UPDATE SET
    fingerprint = excluded.fingerprint, content = excluded.content, problem = excluded.problem,
    erp_id = excluded.erp_id, doc_no = excluded.doc_no, tag = excluded.tag,
    seen_at = excluded.seen_at
WHERE fingerprint IS NOT excluded.fingerprint OR problem IS NOT excluded.problem"""
