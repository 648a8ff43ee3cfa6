"""`pause` and `resume` of one connection.

{"connection": "northgate", "paused": {"since": "…Z", "by": "ann"}}        null when it runs
"""

from datetime import UTC, datetime
from typing import Any

from syncd.cli.asked import Asked, who
from syncd.cli.exits import DONE
from syncd.cli.screen import iso, moment, print_json, tell
from syncd.errors import ConfigError, Problem
from syncd.model import Json
from syncd.settings import ConnectionSettings, Settings
from syncd.store import cycles
from syncd.store.database import Session
from syncd.store.journal import Entry, record


def pause(asked: Asked, name: str) -> int:
    """Stop a connection; a cycle that runs comes to its end."""
    row, _ = _change(asked, name, is_paused=True)
    if asked.as_json:
        print_json({"connection": name, "paused": paused_document(row)})
    else:
        tell(f"{name} is paused since {moment(row.paused_at)} by {row.paused_by}.")
        tell(f"Start it again: {asked.command('resume', name)}")
    return DONE


def resume(asked: Asked, name: str) -> int:
    """Start a connection again."""
    row, is_changed = _change(asked, name, is_paused=False)
    if asked.as_json:
        print_json({"connection": name, "paused": paused_document(row)})
    elif is_changed:
        tell(f"{name} runs again: the next cycle takes it up.")
    else:
        tell(f"{name} was not paused; nothing is changed.")
    return DONE


def paused_document(row: Any) -> Json:
    """Since when and by whom a connection is paused, as JSON."""
    if row is None or row.paused_at is None:
        return None
    return {"since": iso(row.paused_at), "by": row.paused_by}


def connection_named(settings: Settings, name: str) -> ConnectionSettings:
    """A connection of the configuration; ConfigError listing them for another name."""
    found = settings.connection(name)
    if found is None:
        known = ", ".join(each.name for each in settings.connections)
        raise ConfigError([Problem("", f"there is no connection {name!r}", f"one of: {known}")])
    return found


def _change(asked: Asked, name: str, *, is_paused: bool) -> tuple[Any, bool]:
    """The connection's row as it is now, and whether it was changed."""
    with asked.store() as (settings, database):
        connection = connection_named(settings, name)
        return database.run_now(_changed, connection, is_paused, datetime.now(UTC))


def _changed(
    session: Session, connection: ConnectionSettings, is_paused: bool, now: datetime
) -> tuple[Any, bool]:
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
    at, by = (now, who()) if is_paused else (None, None)
    cycles.update_connection(session, name, paused_at=at, paused_by=by)
    event = "paused" if is_paused else "resumed"
    record(session, [Entry(event, "a person decided it", who=who(), connection=name)], now=now)
    return cycles.connection_row(session, name), True
