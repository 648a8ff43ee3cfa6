"""`db`: the store's tables and its copies."""

import sqlite3

from syncd.store import schema
from syncd.store.database import Database
from tests.cli.terminal import STORE, Terminal


def test_an_empty_store_is_upgraded_when_asked(terminal: Terminal) -> None:
    """`current` says what is missing and changes nothing; `upgrade` makes it."""
    (terminal.directory / STORE).write_bytes(b"")
    said = terminal("db", "current")
    assert (said.code, "syncd db upgrade" in said.out) == (0, True)
    assert terminal("db", "current", "--json").document == {
        "revision": None,
        "wanted": schema.HEAD,
        "is_current": False,
    }
    assert terminal("db", "upgrade").code == 0
    assert terminal("db", "current", "--json").document["is_current"] is True
    assert terminal("db", "upgrade", "--json").document["is_current"] is True


def test_tables_of_a_newer_syncd_are_left_alone(terminal: Terminal) -> None:
    """No command works on them, and none takes them back."""
    with sqlite3.connect(terminal.directory / STORE) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    for words in (("status",), ("db", "upgrade"), ("run-once",)):
        said = terminal(*words)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "newer syncd" in said.err


def test_a_backup_is_a_store(in_step: Terminal) -> None:
    """The copy has the links, and is not written over."""
    said = in_step("db", "backup", "copy.db")
    assert said.code == 0
    copy = Database(f"sqlite:///{in_step.directory}/copy.db")
    assert schema.is_current(copy)
    copy.close()
    again = in_step("db", "backup", "copy.db", "--json")
    assert (again.code, again.document["error"]["code"]) == (2, "backup_exists")
    other = in_step("db", "backup", "other.db", "--json").document
    assert other == {"path": str(in_step.directory / "other.db")}


def test_a_file_that_is_no_store_is_one_line(terminal: Terminal) -> None:
    """Somebody pointed store.url at a text."""
    (terminal.directory / STORE).write_text("this is no database" * 100)
    for words in (("status",), ("run-once",), ("inbox",), ("db", "current")):
        said = terminal(*words)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "store.url" in said.err
