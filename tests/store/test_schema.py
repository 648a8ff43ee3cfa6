"""The migrations and the tables agree, on both databases."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from syncd.errors import ConfigError
from syncd.store import schema
from syncd.store.database import Database, Session
from syncd.store.tables import metadata
from tests.store.test_database import add_connection, names


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_postgres_url")
    database = Database(url)
    yield database
    database.close()


def describe_tables(session: Session) -> set[tuple[str, ...]]:
    """Every table, column, constraint and index in the database's own words."""
    if session.dialect.name == "sqlite":
        columns = text(
            'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m'
            " JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        )
        indexes = text(
            "SELECT name, replace(sql, '\"', '') FROM sqlite_master WHERE type = 'index'"
        )
        keys = text(
            'SELECT m.name, f."from", f."table", f."to", f.on_delete FROM sqlite_master m'
            " JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        )
        queries = (columns, indexes, keys)
    else:
        columns = text(
            "SELECT table_name, column_name, data_type, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        )
        indexes = text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        keys = text(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        )
        queries = (columns, indexes, keys)
    rows = [row for query in queries for row in session.execute(query)]
    described = {tuple(str(value) for value in row) for row in rows}
    return {row for row in described if not any("alembic" in value for value in row)}


def test_the_migrations_make_the_tables(empty: Database) -> None:
    """Column by column and index by index, migrating gives what the tables say."""
    schema.upgrade(empty)
    migrated = empty.read_now(describe_tables)
    schema.downgrade(empty, "base")
    assert empty.read_now(describe_tables) == set()
    empty.run_now(metadata.create_all)
    assert empty.read_now(describe_tables) == migrated
    assert len(migrated) > len(metadata.tables) * 3


def test_alembic_sees_nothing_left_to_migrate(database: Database) -> None:
    """Alembic's own comparison finds no difference either."""
    differences = database.run_now(
        lambda session: compare_metadata(MigrationContext.configure(session), metadata)
    )
    assert differences == []


def test_up_down_and_up_again(empty: Database) -> None:
    """Every migration can be taken back and made again."""
    assert schema.current(empty) is None
    schema.upgrade(empty)
    assert schema.is_current(empty)
    schema.downgrade(empty, "base")
    assert schema.current(empty) is None
    schema.upgrade(empty)
    schema.upgrade(empty)
    empty.run_now(add_connection)
    assert empty.read_now(names) == ["northgate"]


def test_the_named_head_is_the_newest_migration() -> None:
    """The revision that a start looks for is the last one there is, and there is one line only."""
    config = Config()
    config.set_main_option("script_location", str(schema.migrations_directory()))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_preparing_upgrades_sqlite(tmp_path: Path) -> None:
    """A new SQLite store is ready after one call, without a command."""
    database = Database("sqlite:///syncd.db", relative_to=tmp_path)
    schema.prepare(database)
    database.run_now(add_connection)
    schema.prepare(database)
    assert database.read_now(names) == ["northgate"]
    database.close()


def test_preparing_never_upgrades_postgres(empty_postgres_url: str) -> None:
    """On Postgres the command is named; nothing is changed behind the operator's back."""
    database = Database(empty_postgres_url)
    with pytest.raises(ConfigError, match="syncd db upgrade"):
        schema.prepare(database)
    assert schema.current(database) is None
    schema.upgrade(database)
    schema.prepare(database)
    database.close()


def test_tables_of_a_newer_syncd_are_refused(database: Database) -> None:
    """An older program does not touch what it cannot know."""
    statement = text("UPDATE alembic_version SET version_num = '9999'")
    database.run_now(lambda session: session.execute(statement))
    with pytest.raises(ConfigError, match="newer syncd"):
        schema.prepare(database)


def test_a_failed_migration_leaves_the_store_as_it_was(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrations are one transaction: all of it or nothing."""

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("alembic.op.create_index", fail)
    with pytest.raises(RuntimeError):
        schema.upgrade(empty)
    assert empty.read_now(describe_tables) == set()
    assert schema.current(empty) is None


def test_migrating_does_not_cascade(sqlite_database: Database) -> None:
    """Rebuilding a table, as SQLite needs it, does not delete what refers to it."""
    sqlite_database.run_now(add_connection)

    def rebuild(session: Session) -> int | None:
        session.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        session.exec_driver_sql(
            "CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE)"
        )
        session.exec_driver_sql("INSERT INTO parent VALUES (1)")
        session.exec_driver_sql("INSERT INTO child VALUES (1)")
        session.exec_driver_sql("DROP TABLE parent")
        return session.exec_driver_sql("SELECT count(*) FROM child").scalar()

    assert sqlite_database.migrate_now(rebuild) == 1
    pragma = "PRAGMA foreign_keys"
    assert sqlite_database.run_now(lambda session: session.exec_driver_sql(pragma).scalar()) == 1


def test_migrations_are_found_in_a_checkout() -> None:
    """They stand beside the package here, and inside it when installed."""
    directory = schema.migrations_directory()
    assert (directory / "env.py").is_file()
    spec = importlib.util.find_spec("syncd")
    assert spec is not None
    assert spec.origin is not None
    assert directory.parent in (Path(spec.origin).parent, Path(spec.origin).parent.parent)
