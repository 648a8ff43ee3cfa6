"""A copy of the store while syncd runs. Changes nothing in the store."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from syncd.errors import SyncdError
from syncd.store.copies import COPY, HOME
from syncd.store.database import Database
from syncd.store.engines import create_private_file


def backup(database: Database, path: Path) -> None:
    """Write one consistent copy of the store to `path`, which must not exist yet.

    SQLite: a database file that can be put in the store's place. Postgres: what pg_dump makes, for
    pg_restore. Raises SyncdError with the cure where that cannot be done, and leaves no half copy.
    """
    if path.exists():
        raise SyncdError("backup_exists", f"{path} is there already", "name another file")
    if not path.parent.is_dir():
        raise SyncdError("backup_failed", f"there is no directory {path.parent}", "create it")
    create_private_file(path)
    try:
        if database.path is not None:
            _copy_sqlite(database.path, path)
        else:
            _dump_postgres(database.url, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as store, closing(sqlite3.connect(target)) as copy:
            store.backup(copy)
            # Once it is put back it says so itself, see `store.copies`.
            with copy:
                mark = "UPDATE connections SET facts = json_set(facts, ?, ?)"
                copy.execute(mark, (f"$.{HOME}", COPY))
    except sqlite3.Error as error:
        raise SyncdError(
            "backup_failed", f"{target}: {error}", "make room, or use another disk"
        ) from None


def _dump_postgres(url: URL, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise SyncdError(
            "backup_failed",
            "pg_dump is not installed here",
            "install PostgreSQL's client programs, or back up on the database server",
        )
    # The password goes through the environment: arguments can be read by every user of the machine.
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    dump = subprocess.run(  # noqa: S603
        [program, "--format=custom", f"--file={target}", f"--dbname={address}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if dump.returncode:
        words = "; ".join(dump.stderr.split("\n")).strip("; ") or f"it ended with {dump.returncode}"
        raise SyncdError("backup_failed", words, "use the pg_dump of the server's own version")
