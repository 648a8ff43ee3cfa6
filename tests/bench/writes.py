"""Which tables of a store a cycle writes to: counted by triggers, row by row."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

OWN_RECORD = frozenset(
    {"connections", "cycles", "sweeps", "leases", "budgets", "budget_slots", "budget_minutes"}
)
"""Tables in which a cycle writes down itself: a fixed number of rows and one per request."""

_COUNTS = "bench_writes"


def count_from_now(folder: str) -> None:
    """Count the rows that are inserted, updated or deleted in each table of the folder's store."""
    with closing(sqlite3.connect(_store(folder))) as store, store:
        tables = [row[0] for row in store.execute(_TABLES)]
        store.execute(f"CREATE TABLE {_COUNTS} (name TEXT)")
        for statement in (each for table in tables for each in _triggers(table)):
            store.execute(statement)


def counted(folder: str) -> dict[str, int]:
    """The number of rows by table, tables without any left out."""
    with closing(sqlite3.connect(_store(folder))) as store:
        rows = store.execute(f"SELECT name, count(*) FROM {_COUNTS} GROUP BY name")  # noqa: S608
        return dict(rows.fetchall())


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def _triggers(table: str) -> Iterator[str]:
    for event in ("INSERT", "UPDATE", "DELETE"):
        count = f"INSERT INTO {_COUNTS} VALUES ('{table}')"  # noqa: S608
        name = f"{_COUNTS}_{table}_{event}"
        yield f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {count}; END"


def _store(folder: str) -> Path:
    return next(Path(folder).glob("*.db"))
