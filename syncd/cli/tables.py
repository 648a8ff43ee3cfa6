"""`db upgrade`, `db current`, `db backup`.

current, upgrade  {"revision": "0001" or null, "wanted": "0001", "is_current": true}
backup            {"path": "/…/copy.db"}
"""

from pathlib import Path

from syncd.cli.asked import Asked
from syncd.cli.exits import DONE
from syncd.cli.screen import print_json, tell
from syncd.model import Json
from syncd.store import schema
from syncd.store.backup import backup as write_backup
from syncd.store.database import Database


def upgrade(asked: Asked) -> int:
    """Bring the tables to what this program wants."""
    with asked.database() as (_, database):
        before = schema.current(database)
        if before is not None and before > schema.HEAD:
            schema.prepare(database)
        if before != schema.HEAD:
            schema.upgrade(database)
        if asked.as_json:
            print_json(_document(database))
        elif before == schema.HEAD:
            tell(f"{database.name}: the tables are up to date ({before}).")
        else:
            tell(f"{database.name}: upgraded from {before or 'nothing'} to {schema.HEAD}.")
    return DONE


def current(asked: Asked) -> int:
    """Say what the tables are."""
    with asked.database(must_be_there=True) as (_, database):
        found = _document(database)
        if asked.as_json:
            print_json(found)
        elif found["is_current"]:
            tell(f"{database.name}: the tables are up to date ({schema.HEAD}).")
        else:
            has = found["revision"] or "no tables"
            tell(f"{database.name}: has {has}, wanted is {schema.HEAD}.")
            tell(f"Bring it up to date: {asked.command('db', 'upgrade')}")
    return DONE


def backup(asked: Asked, path: Path) -> int:
    """Write one consistent copy, whatever the tables are: also before an upgrade."""
    with asked.database(must_be_there=True) as (_, database):
        if schema.current(database) is None:
            # A copy of nothing would look like a backup.
            schema.need_current(database)
        write_backup(database, path.absolute())
        if asked.as_json:
            print_json({"path": str(path.absolute())})
        else:
            tell(f"{database.name} is copied to {path}.")
    return DONE


def _document(database: Database) -> dict[str, Json]:
    revision = schema.current(database)
    return {
        "revision": revision,
        "wanted": schema.HEAD,
        "is_current": revision == schema.HEAD,
    }
