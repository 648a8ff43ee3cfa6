"""Time that passes only when nothing is left to do: an event loop for a day in some minutes.

While the loop would sleep, the clock jumps to the end of the sleep instead. That holds only while
nothing happens outside the loop, so the store works in its thread, and vendors are called without
a socket.
"""

import asyncio
import selectors
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import event

from syncd.store.database import Database, Session

P = ParamSpec("P")
T = TypeVar("T")


class Clock:
    """Seconds that stand still until somebody lets them pass."""

    def __init__(self, began_at: datetime) -> None:
        self.began_at = began_at
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Seconds since the beginning, which is not 0, as on a real machine."""
        return 1000.0 + self.seconds

    def utc_now(self) -> datetime:
        """The time of day."""
        return self.began_at.astimezone(UTC) + timedelta(seconds=self.seconds)


_TURN_SECONDS = 1e-6
"""What each turn of the loop takes, so that who waits for less than can be told does not wait for
ever."""


class _Jumping(selectors.DefaultSelector):
    """A selector that never waits; it lets the time pass."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is None:
            raise RuntimeError("nothing will ever happen again")
        if not found and timeout is not None:
            self._clock.seconds += max(timeout, _TURN_SECONDS)
        return found


class _AtOnce(ThreadPoolExecutor):
    """Does what it is given before it returns."""

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(function(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class DatabaseHere(Database):
    """The real store, in the thread that asks, and without waiting for the disk."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        event.listen(self._writer, "connect", _never_wait)

    async def run(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As it is, at once."""
        return self.run_now(function, *args, **kwargs)

    async def run_fleeting(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As it is, at once."""
        return self.run_now(function, *args, **kwargs)

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As it is, at once."""
        return self.read_now(function, *args, **kwargs)


def _never_wait(connection: sqlite3.Connection, _entry: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def run_in_virtual_time(clock: Clock, story: Coroutine[Any, Any, T]) -> T:
    """Run the story to its end; the process's own clocks are the virtual one meanwhile."""
    loop = asyncio.SelectorEventLoop(_Jumping(clock))
    loop.set_default_executor(_AtOnce())
    with _clocks_set_to(clock):
        try:
            return loop.run_until_complete(story)
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()


@contextmanager
def _clocks_set_to(clock: Clock) -> Iterator[None]:
    kept = time.monotonic, time.clock_gettime_ns
    time.monotonic = clock.monotonic
    time.clock_gettime_ns = lambda _which: int(clock.monotonic() * 1e9)
    try:
        yield
    finally:
        time.monotonic, time.clock_gettime_ns = kept
