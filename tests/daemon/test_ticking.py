"""The tick: one turn of a connection at a time, bugs that stay where they are, and the watchdog."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from syncd.app import open_app, utc_now
from syncd.daemon import ticking, turns
from syncd.daemon.supervisor import Supervisor
from syncd.daemon.ticking import Ticker
from syncd.daemon.turns import Pulse
from syncd.errors import SyncdError
from syncd.notifying.notifier import Notifier
from syncd.store.due import Due
from tests.daemon.test_supervisor import heard, listener
from tests.settings.made import connection, document, load

__all__ = ["listener"]

NAMES = ("northgate", "harbour", "castle")
Turn = Callable[[str, Due, Pulse], Awaitable[None]]


@pytest.fixture
async def ticker(sqlite_url: str, tmp_path: Path, listener: socket.socket) -> AsyncIterator[Ticker]:
    """A daemon's ticker over three connections, with a supervisor that listens."""
    listener.bind(str(tmp_path / "notify"))
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "4"}
    connections = [
        connection(
            name=name, agentos__contractors=[f"co-{name}"], visit__doc_no=name + "-{reference}"
        )
        for name in NAMES
    ]
    settings = load(document(*connections, store={"url": sqlite_url}))
    async with open_app(settings) as app:
        notifier = Notifier(settings, app.database, clock=utc_now)
        made = Ticker(app, Supervisor(environ), notifier, "a test")
        await made.prepare(settings)
        yield made
        for task in made.running:
            task.cancel()
        await asyncio.gather(*made.running, return_exceptions=True)
        await notifier.close()


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[Turn], None]:
    """Put another turn in the place of the real one."""

    def put(own: Turn) -> None:
        async def take(app: Any, connection: Any, due: Due, *, pulse: Pulse, **_: Any) -> None:
            await own(connection.name, due, pulse)

        monkeypatch.setattr(ticking, "take_turn", take)

    return put


async def test_a_connection_has_one_turn_at_a_time(
    ticker: Ticker, turn: Callable[[Turn], None]
) -> None:
    """However often it ticks while the turn lasts; afterwards it may have the next."""
    taken, go_on = [], asyncio.Event()

    async def wait(name: str, due: Due, pulse: Pulse) -> None:
        taken.append(name)
        await go_on.wait()

    turn(wait)
    for _ in range(3):
        await ticker.tick()
        await asyncio.sleep(0)
    assert sorted(taken) == sorted(NAMES)
    go_on.set()
    await asyncio.gather(*ticker.running)
    await ticker.tick()
    await asyncio.sleep(0)
    assert len(taken) == 2 * len(NAMES)


async def test_places_are_few_and_go_to_who_waits_longest(
    ticker: Ticker, turn: Callable[[Turn], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others come when a place is free."""
    monkeypatch.setattr(ticking, "PLACES", 1)
    taken = []

    async def end(name: str, due: Due, pulse: Pulse) -> None:
        taken.append(name)

    turn(end)
    await ticker.tick()
    await asyncio.gather(*ticker.running)
    assert len(taken) == 1


async def test_a_bug_of_one_connection_is_told_counted_and_stops_no_other(
    ticker: Ticker, turn: Callable[[Turn], None], caplog: pytest.LogCaptureFixture
) -> None:
    """The log has its place; and the connection rests, so that vendors do not suffer for it."""
    taken = []

    async def fail(name: str, due: Due, pulse: Pulse) -> None:
        taken.append(name)
        if name == "harbour":
            raise RuntimeError("Mrs Example, 07700 900123")

    turn(fail)
    for _ in range(3):
        await ticker.tick()
        await asyncio.gather(*ticker.running)
    assert (ticker.bugs, taken.count("harbour"), taken.count("castle")) == (1, 1, 3)
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "harbour" in record.getMessage()
    assert "Mrs Example" not in record.getMessage()
    assert record.exc_info is not None


async def test_a_store_that_fails_is_told_once_and_does_not_end_the_daemon(
    ticker: Ticker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And that it works again, too."""
    caplog.set_level(logging.INFO)

    async def locked(*_: Any) -> None:
        raise SyncdError("store_locked", "the store is locked", "end the program that has it")

    with monkeypatch.context() as patch:
        patch.setattr(ticker.app.database, "read", locked)
        for _ in range(3):
            await ticker.tick()
    monkeypatch.setattr(ticking, "take_turn", _nothing)
    await ticker.tick()
    assert [e.getMessage().partition(" (")[0] for e in caplog.records] == [
        "the store is locked",
        "the store works again",
    ]


async def _nothing(*_: Any, **__: Any) -> None:
    """A turn in which nothing happens."""


async def test_the_supervisor_is_told_of_progress_only_while_every_cycle_makes_some(
    ticker: Ticker,
    turn: Callable[[Turn], None],
    listener: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A cycle that hangs lets the watchdog bite, however well the others do."""
    pulses: dict[str, Pulse] = {}
    never = asyncio.Event()

    async def hang(name: str, due: Due, pulse: Pulse) -> None:
        pulses[name] = pulse
        if name == "castle":
            await never.wait()

    turn(hang)
    await ticker.tick()
    await asyncio.sleep(0)
    assert "WATCHDOG=1" in heard(listener)
    pulses["castle"].moved_at -= turns.HANGS_AFTER_SECONDS
    await ticker.tick()
    assert "WATCHDOG=1" not in heard(listener)
    pulses["castle"].moved_at += turns.HANGS_AFTER_SECONDS
    await ticker.tick()
    assert "WATCHDOG=1" in heard(listener)


async def test_a_tick_that_hangs_tells_nobody_that_all_is_well(
    ticker: Ticker, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that never answers."""
    never = asyncio.Event()

    async def silent(*_: Any) -> None:
        await never.wait()

    monkeypatch.setattr(ticker.app.database, "read", silent)
    task = asyncio.create_task(ticker.tick())
    done, _ = await asyncio.wait([task], timeout=0.2)
    assert not done
    assert heard(listener) == []
    task.cancel()
    await asyncio.wait([task])
