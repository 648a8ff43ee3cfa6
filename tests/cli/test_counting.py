"""Every request of every command is counted with its key, as the vendors see them."""

from collections import Counter

from syncd.cycle.connected import budget_keys
from syncd.model import Side
from syncd.settings import load_settings
from syncd.store.database import Database
from syncd.store.minutes import requests_by_minute
from tests.cli.terminal import STORE, Terminal


def counted(terminal: Terminal) -> dict[str, int]:
    """What the store counted for each side's key."""
    keys = budget_keys(load_settings(terminal.config, {}).connections[0])
    store = Database(f"sqlite:///{terminal.directory / STORE}")
    found = store.read_now(requests_by_minute, keys.values(), first=0)
    store.close()
    return {side: sum(found.get(key, {}).values()) for side, key in keys.items()}


def seen(terminal: Terminal) -> dict[str, int]:
    """How many requests each vendor saw."""
    return dict(Counter(entry["vendor"] for entry in terminal.ask("GET", "ledger")["entries"]))


def test_what_the_store_counted_is_what_the_vendors_saw(terminal: Terminal) -> None:
    """Of cycles, plans, checks, and what somebody does by hand, in processes side by side."""
    terminal.ask("DELETE", "ledger")
    assert terminal("run-once").code == 0
    first = counted(terminal)
    assert first == seen(terminal)
    owner = terminal.records("properties")[0]["OID"]
    media = ("media", "list", owner, "--market", "lettings", "--kind", "photo")
    others = (media, ("leads", "sources"), ("plan",), ("check", "--online"))
    beside = [terminal.process(*words) for words in others]
    for process in beside:
        process.communicate(timeout=240)
    assert [process.returncode for process in beside] == [0, 0, 0, 0]
    after = counted(terminal)
    assert after == seen(terminal)
    assert after[Side.AGENTOS] >= first[Side.AGENTOS] + len(others)
    assert after[Side.LETSJOBIT] > first[Side.LETSJOBIT]
