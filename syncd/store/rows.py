"""Writing many rows at once, alike on SQLite and Postgres."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, and_, or_
from sqlalchemy.dialects import postgresql, sqlite

from syncd.store.database import Session

T = TypeVar("T")

CHUNK = 500
"""Rows in one statement: below SQLite's limit of variables for our widest table."""


def chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut rows into lists of at most `size`."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def upsert(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str],
    compare: Sequence[str],
    keep: Sequence[str] = (),
    fill: Sequence[str] = (),
) -> None:
    """Insert rows or replace what differs; a row whose `compare` columns are equal is not written,
    unless it is to give a value to a column to `fill` that has none.

    All rows have the same columns; those to `keep` are written at the insert alone. Without
    `compare` every row is written; with it also one that lacks what is to `fill`.
    """
    if not rows:
        return
    insert = sqlite.insert if session.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    new = statement.excluded
    fills = (and_(table.c[n].is_(None), new[n].is_not(None)) for n in fill)
    changes = (table.c[n].is_distinct_from(new[n]) for n in compare)
    differs = or_(*changes, *fills) if compare else None
    values = {name: new[name] for name in rows[0] if name not in (*keys, *keep)}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=values, where=differs)
    if session.dialect.name == "sqlite" and session.dialect.insert_executemany_returning:
        # As one statement with all rows, for which the driver lets go of the interpreter once. It
        # does so at each row otherwise, too shortly for other threads to get in: they would wait.
        session.execute(statement.returning(table.c[keys[0]]), list(rows)).close()
    else:
        session.execute(statement, list(rows))
