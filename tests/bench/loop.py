"""What syncd is measured beside: a plain loop of httpx and sqlite3 that keeps a copy of an account.

It does the least that tells a changed visit from an unchanged one: a canonical hash of each, and an
upsert that writes only what differs. It knows no budget, no lease and no shifting rows.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from time import perf_counter, process_time

import httpx

_TABLE = """
CREATE TABLE IF NOT EXISTS visits (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, erp_id TEXT, doc_no TEXT, body TEXT NOT NULL
)"""
_UPSERT = """
INSERT INTO visits VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    digest = excluded.digest, erp_id = excluded.erp_id, doc_no = excluded.doc_no,
    body = excluded.body
WHERE digest <> excluded.digest"""


def pull(
    url: str, key: str, path: str, filters: Sequence[dict[str, str]]
) -> dict[str, float | int]:
    """Read every page of the lists that the filters name into the database at `path`."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(_TABLE)
    with httpx.Client(headers={"Authorization": f"Bearer {key}"}) as client:
        begin, cpu_begin = perf_counter(), process_time()
        visits = sum(_pull_list(client, f"{url}/api/v2/visits", database, f) for f in filters)
        seconds, cpu_seconds = perf_counter() - begin, process_time() - cpu_begin
    database.close()
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "visits": visits}


def _pull_list(
    client: httpx.Client, url: str, database: sqlite3.Connection, filters: dict[str, str]
) -> int:
    start, remaining = 0, 1
    while remaining > 0:
        page = json.loads(client.get(url, params={"pagination": start, **filters}).content)
        with database:
            database.executemany(_UPSERT, map(_row, page["data"]))
        start, remaining = page["meta"]["nextStart"], page["meta"]["remainingRecords"]
    return start


def _row(visit: dict[str, object]) -> tuple[object, ...]:
    body = json.dumps(visit, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()
    return visit["_id"], digest, str(visit["id"]), visit["docNo"], body
