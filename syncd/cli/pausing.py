"""`pause` and `resume` of one connection.

{"connection": "northgate", "paused": {"since": "…Z", "by": "ann"}}        null when it runs
"""

from datetime import UTC, datetime
from typing import Any

from syncd.cli.asked import Asked, who
from syncd.cli.exits import DONE
from syncd.cli.screen import moment, print_json, tell
from syncd.telling.pausing import paused_document, set_paused


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


def _change(asked: Asked, name: str, *, is_paused: bool) -> tuple[Any, bool]:
    """The connection's row as it is now, and whether it was changed."""
    with asked.store() as (settings, database):
        connection = settings.connection_asked_for(name)
        return database.run_now(
            set_paused, connection, is_paused=is_paused, who=who(), now=datetime.now(UTC)
        )
