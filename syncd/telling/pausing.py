"""Pausing and resuming one connection; nothing is lost however long the pause.

{"connection": "northgate", "paused": {"since": "…Z", "by": "ann"}}        null when it runs
"""

from datetime import datetime
from typing import Any

from syncd.model import Json
from syncd.settings import ConnectionSettings
from syncd.store import cycles
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.telling.words import iso


def paused_document(row: Any) -> Json:
    """Since when and by whom a connection is paused, as JSON."""
    if row is None or row.paused_at is None:
        return None
    return {"since": iso(row.paused_at), "by": row.paused_by}


def set_paused(
    session: Session, connection: ConnectionSettings, *, is_paused: bool, who: str, now: datetime
) -> tuple[Any, bool]:
    """Pause or resume; gives the connection's row as it is then, and whether that changed it."""
    name = connection.name
    row = cycles.ensure_connection(
        session,
        name,
        short_name=connection.agentos.short_name,
        company_id=connection.letsjobit.company_id,
        now=now,
    )
    if (row.paused_at is not None) == is_paused:
        return row, False
    at, by = (now, who) if is_paused else (None, None)
    cycles.update_connection(session, name, paused_at=at, paused_by=by)
    event = "paused" if is_paused else "resumed"
    record(session, [Entry(event, "a person decided it", who=who, connection=name)], now=now)
    return cycles.connection_row(session, name), True
