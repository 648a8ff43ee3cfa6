"""Commands beside a daemon where there is no store, or none of this program: they make nothing."""

import sqlite3

import pytest

from syncd.store import schema
from syncd.store.database import Database
from tests.cli.terminal import STORE, Terminal
from tests.databases import empty_postgres_url, postgres_server_url

__all__ = ["empty_postgres_url", "postgres_server_url"]

BESIDE = [
    ("status",),
    ("inbox",),
    ("outbox",),
    ("show", "MJ-10451"),
    ("why", "MJ-10451"),
    ("inbox", "resolve", "1", "--choose", "retry"),
    ("outbox", "requeue", "1"),
    ("outbox", "discard", "1"),
    ("pause", "northgate"),
    ("resume", "northgate"),
]
LINES = [*BESIDE, ("db", "current"), ("db", "backup", "copy.db")]


def names(terminal: Terminal) -> set[str]:
    """The files in the directory."""
    return {each.name for each in terminal.directory.iterdir()}


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_a_missing_store_is_said_and_not_made(terminal: Terminal, words: tuple[str, ...]) -> None:
    """One line with the place and the cure, exit 2, and no file."""
    (terminal.directory / STORE).unlink()
    before = names(terminal)
    said = terminal(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"there is no store at {terminal.directory / STORE} (`syncd run-once` makes" in said.err
    assert terminal(*words, "--json").document["error"]["code"] == "config"
    assert names(terminal) == before


@pytest.mark.parametrize("words", [*BESIDE, ("db", "backup", "copy.db")], ids=" ".join)
def test_an_empty_file_is_no_store(terminal: Terminal, words: tuple[str, ...]) -> None:
    """It has no tables; it stays as empty as it is, and no copy of it passes for a backup."""
    (terminal.directory / STORE).write_bytes(b"")
    before = names(terminal)
    said = terminal(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"{STORE} has no tables of syncd (`syncd run-once` makes them" in said.err
    assert names(terminal) == before
    assert (terminal.directory / STORE).stat().st_size == 0


def revision(terminal: Terminal, new: str | None = None) -> str:
    """The revision that the tables say they have, after it was set."""
    with sqlite3.connect(terminal.directory / STORE) as store:
        if new is not None:
            store.execute("UPDATE alembic_version SET version_num = ?", (new,))
        (found,) = store.execute("SELECT version_num FROM alembic_version").fetchone()
    store.close()
    return str(found)


@pytest.mark.parametrize("words", BESIDE, ids=" ".join)
def test_older_tables_are_not_upgraded_by_looking(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    """They may be those of an older daemon that still runs."""
    assert revision(terminal, "0002") == "0002"
    said = terminal(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"the tables are of revision 0002, wanted is {schema.HEAD} (stop an older" in said.err
    assert "syncd db upgrade" in said.err
    assert revision(terminal) == "0002"


def test_older_tables_can_be_copied(terminal: Terminal) -> None:
    """The copy before an upgrade is what was there."""
    revision(terminal, "0002")
    assert terminal("db", "backup", "copy.db").code == 0
    copy = Database(f"sqlite:///{terminal.directory}/copy.db")
    assert schema.current(copy) == "0002"
    copy.close()


def test_a_check_without_a_network_makes_no_store(terminal: Terminal) -> None:
    """Whether a file could be made there is seen without making it."""
    (terminal.directory / STORE).unlink()
    before = names(terminal)
    assert terminal("check").code == 0
    assert names(terminal) == before


def test_postgres_without_tables(
    terminal: Terminal, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cure is another one there, and nothing is made either."""
    monkeypatch.setenv("TEST_STORE", empty_postgres_url)
    terminal.edit(f"sqlite:///{STORE}", "${TEST_STORE}")
    for words in (*BESIDE, ("db", "backup", "copy.db")):
        said = terminal(*words)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert "has no tables of syncd (run syncd db upgrade; if yours are" in said.err
    assert terminal("db", "current", "--json").document["revision"] is None
