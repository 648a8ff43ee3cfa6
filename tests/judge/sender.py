"""Sends requests to the judge, each under a permit; as coroutines, or as a process of its own."""

import asyncio
import math
import random
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

from syncd.budget import KeyBudget, Verdict
from syncd.model import Side, Turn, Urgency
from syncd.store.database import Database

HOLD_SECONDS = 1.0
BESIDE = Turn(None, None, math.inf)


@dataclass(frozen=True)
class Way:
    """How long a request takes to the judge and back, in milliseconds; back None: never."""

    there: float
    back: float | None
    status: int | None = None

    @property
    def path(self) -> str:
        """The end of the path that tells the judge."""
        if self.back is None:
            return f"{self.there}/never"
        return f"{self.there}/{self.back}" + (f":{self.status}" if self.status else "")


def key_budget(
    database: Database, limit: int, window_seconds: float, key: str = "key"
) -> KeyBudget:
    """The budget of a key under the judge's own limit."""
    return KeyBudget(
        database,
        side=Side.AGENTOS,
        key_id=key,
        limit=limit,
        window_seconds=window_seconds,
        hold_seconds=HOLD_SECONDS,
    )


async def send(
    budget: KeyBudget, port: int, way: Way, *, key: str = "key", turn: Turn = BESIDE
) -> tuple[int | None, float]:
    """One request under one permit: its status, and the seconds from the permit to the answer."""
    permit = await budget.acquire(turn, Urgency.POLLS)
    granted_at = time.monotonic()
    status = await exchange(port, key, way)
    seconds = time.monotonic() - granted_at
    await budget.settle(permit, Verdict(answered=status is not None, status=status))
    return status, seconds


async def exchange(port: int, key: str, way: Way) -> int | None:
    """One request without asking anybody: its status, or None where no answer came in time."""
    try:
        async with asyncio.timeout(HOLD_SECONDS - 0.1):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /{key}/{way.path} HTTP/1.1\r\nhost: judge\r\n\r\n".encode())
            line = await reader.readline()
            writer.close()
    except (TimeoutError, OSError):
        return None
    return int(line.split()[1]) if line else None


async def send_all(
    budget: KeyBudget, port: int, ways: Iterable[Way], *, at_once: int, key: str = "key"
) -> list[float]:
    """Send them with so many workers; the seconds that the answered ones took."""
    waiting = iter(ways)
    seconds: list[float] = []

    async def work() -> None:
        for way in waiting:
            status, took = await send(budget, port, way, key=key)
            if status is not None:
                seconds.append(took)

    await asyncio.gather(*(work() for _ in range(at_once)))
    return seconds


def jittered(rng: random.Random, window_seconds: float, count: int) -> list[Way]:
    """Ways with up to a tenth of the window in each direction."""
    longest = window_seconds * 100
    return [Way(rng.uniform(0, longest), rng.uniform(0, longest)) for _ in range(count)]


async def _main(url: str, port: int, limit: int, window_seconds: float, count: int) -> None:
    database = Database(url)
    budget = key_budget(database, limit, window_seconds)
    ways = jittered(random.Random(count), window_seconds, count)
    await send_all(budget, port, ways, at_once=12)
    await budget.close()
    database.close()


if __name__ == "__main__":
    asyncio.run(
        _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
    )
