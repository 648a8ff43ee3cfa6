"""The directory: cached reference records of AgentOS, by kind and OID."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, delete, select

from syncd.model import DirectoryKind, DirectoryRecord
from syncd.store.database import Session
from syncd.store.rows import chunks, upsert
from syncd.store.tables import directory


def save_directory(
    session: Session, name: str, records: Iterable[DirectoryRecord], *, now: datetime
) -> None:
    """Write what is new or different."""
    for chunk in chunks(records):
        latest = {(each.kind, each.oid): each for each in chunk}
        rows = [
            {
                "connection": name,
                "kind": each.kind.value,
                "oid": each.oid,
                "parent": each.parent,
                "content": each.content,
                "fingerprint": each.fingerprint,
                "fetched_at": now,
            }
            for each in latest.values()
        ]
        keys = ("connection", "kind", "oid")
        upsert(session, directory, rows, keys=keys, compare=("fingerprint", "parent"))


def load_directory(
    session: Session, name: str, kind: DirectoryKind, oids: Iterable[str] | None = None
) -> dict[str, DirectoryRecord]:
    """Records of one kind: all, or those asked for."""
    return _load(session, name, kind, directory.c.oid, oids)


def load_directory_of(
    session: Session, name: str, kind: DirectoryKind, parents: Iterable[str]
) -> dict[str, DirectoryRecord]:
    """Records of one kind by what they belong to."""
    return _load(session, name, kind, directory.c.parent, parents)


def _load(
    session: Session,
    name: str,
    kind: DirectoryKind,
    column: Column[str],
    values: Iterable[str] | None,
) -> dict[str, DirectoryRecord]:
    query = select(directory).where(directory.c.connection == name, directory.c.kind == kind.value)
    queries = [query] if values is None else [query.where(column.in_(c)) for c in chunks(values)]
    return {
        row.oid: DirectoryRecord(kind, row.oid, row.parent, row.content, row.fingerprint)
        for each in queries
        for row in session.execute(each)
    }


def forget(session: Session, name: str, kinds: Iterable[DirectoryKind]) -> None:
    """Drop records of these kinds, so that they are fetched again when they are needed."""
    session.execute(
        delete(directory).where(
            directory.c.connection == name, directory.c.kind.in_([each.value for each in kinds])
        )
    )


def drop(session: Session, name: str, kind: DirectoryKind, oid: str) -> None:
    """Forget one record that the vendor's list does not show any more."""
    session.execute(
        delete(directory).where(
            directory.c.connection == name,
            directory.c.kind == kind.value,
            directory.c.oid == oid,
        )
    )
