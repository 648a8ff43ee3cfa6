"""Which tables the database has, and bringing them up to date by the migrations.

SQLite is upgraded on every start; Postgres only on request (`syncd db upgrade`), because other
machines may still run the older program.
"""

from pathlib import Path

from sqlalchemy import inspect, text

from syncd.errors import ConfigError, Problem
from syncd.store.database import Database, Session

# The newest migration. Named here so that a start need not load Alembic to see that all is well.
HEAD = "0006"

# Held while a Postgres is upgraded, so that two who try do not do it twice. Any fixed number will
# do.
_UPGRADE_LOCK = 7_305_031


def prepare(database: Database) -> None:
    """Make the tables fit this program or say why not; whoever works on both sides calls it once.

    SQLite is upgraded. Raises ConfigError where Postgres wants `syncd db upgrade`, or where a newer
    syncd has changed the tables.
    """
    revision = current(database)
    if revision == HEAD:
        return
    if not database.is_sqlite or (revision is not None and revision > HEAD):
        raise _unfit(database, revision)
    upgrade(database)


def need_current(database: Database) -> None:
    """ConfigError where the tables do not fit this program; changes nothing.

    For what works beside a daemon: tables that are upgraded under an older one would stop it.
    """
    revision = current(database)
    if revision != HEAD:
        raise _unfit(database, revision)


def current(database: Database) -> str | None:
    """The revision of the tables; None where there are none."""
    return database.read_now(read_revision)


def is_current(database: Database) -> bool:
    """Whether the tables are those of this program."""
    return current(database) == HEAD


def upgrade(database: Database, revision: str = HEAD) -> None:
    """Bring the tables to `revision` in one transaction; safe when two do it at once."""
    database.migrate_now(_migrate, "upgrade", revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the tables back to `revision` ("base": none); what only newer ones hold is lost."""
    database.migrate_now(_migrate, "downgrade", revision)


def read_revision(session: Session) -> str | None:
    """The revision of the tables; None where there are none."""
    if not inspect(session).has_table("alembic_version"):
        return None
    revision: str | None = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def migrations_directory() -> Path:
    """Where the migrations are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def _migrate(session: Session, direction: str, revision: str) -> None:
    # Loaded only when there is something to do: it costs half a second.
    from alembic import command
    from alembic.config import Config

    if session.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
    config = Config()
    config.set_main_option("script_location", str(migrations_directory()).replace("%", "%%"))
    config.attributes["connection"] = session
    getattr(command, direction)(config, revision)


def _unfit(database: Database, revision: str | None) -> ConfigError:
    """What is wrong with tables of this revision, and what makes them fit."""
    if revision is None:
        makes = "`syncd run-once` makes them" if database.is_sqlite else "run syncd db upgrade"
        message = f"{database.name} has no tables of syncd"
        return _wrong(message, f"{makes}; if yours are elsewhere, correct the setting")
    if revision > HEAD:
        message = f"the tables are those of a newer syncd ({revision})"
        return _wrong(f"{database.name}: {message}", "install that one")
    message = f"the tables are of revision {revision}, wanted is {HEAD}"
    return _wrong(
        f"{database.name}: {message}", "stop an older syncd that runs, then run syncd db upgrade"
    )


def _wrong(message: str, cure: str) -> ConfigError:
    return ConfigError([Problem("store.url", message, cure)])
