"""A vendor with a watch: stamps what arrives and refuses above its limit. Knows nothing of syncd.

A request's path says how long its way takes: `/key/there/back`, in milliseconds. `back` may be
`never` (no answer), or a number with a status, `5:403`, in place of what the judge thinks of it.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Judge:
    """The limit it enforces, and what it saw: moments of arrival and answers, by key."""

    limit: int
    window_seconds: float
    port: int = 0
    arrivals: dict[str, list[float]] = field(default_factory=dict)
    answers: list[tuple[float, int]] = field(default_factory=list)

    @property
    def refusals(self) -> int:
        """How many requests it answered 429."""
        return sum(1 for _, status in self.answers if status == 429)

    def count(self) -> int:
        """How many requests arrived."""
        return sum(len(moments) for moments in self.arrivals.values())

    def most_in_a_window(self, key: str) -> int:
        """The fullest window of all that begin with an arrival."""
        moments = self.arrivals.get(key, [])
        window = self.window_seconds
        return max(
            (sum(1 for m in moments if first <= m < first + window) for first in moments), default=0
        )

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer, one connection."""
        request = await reader.readuntil(b"\r\n\r\n")
        _, key, there, back = request.split()[1].decode().split("/")
        await asyncio.sleep(float(there) / 1000)
        status = self.stamp(key)
        if back != "never":
            milliseconds, _, wanted = back.partition(":")
            status = int(wanted or status)
            self.answers.append((time.monotonic(), status))
            await asyncio.sleep(float(milliseconds) / 1000)
            writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 0\r\n\r\n" % status)
        writer.close()

    def stamp(self, key: str) -> int:
        """Note an arrival; 429 where it is one too many in its window."""
        now = time.monotonic()
        moments = self.arrivals.setdefault(key, [])
        moments.append(now)
        recent = sum(1 for moment in moments if moment > now - self.window_seconds)
        return 429 if recent > self.limit else 200


@contextmanager
def judging(limit: int, window_seconds: float) -> Iterator[Judge]:
    """A judge in a thread and an event loop of its own."""
    judge = Judge(limit, window_seconds)
    loop = asyncio.new_event_loop()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(judge.answer, "127.0.0.1", 0)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    judge.port = server.sockets[0].getsockname()[1]
    try:
        yield judge
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
