"""How soon `/readyz` answers while this process works: the daemon's endpoint beside its cycle.

In the same moments a syncd that has nothing to do is asked as well, from a process of its own:
whatever else the machine has to do delays both.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from syncd.admin.serving import AdminServer, share_interpreter
from syncd.app import App, open_app, run_once
from syncd.settings import ListenAddress, Settings, load_settings
from tests.bench.fresh import ROOT
from tests.bench.planner import plan_links

Answers = list[tuple[float, list[float]]]
"""When both were asked, and how many seconds each took: the busy one first."""


def during_plan(folder: str, idle: str) -> dict[str, object]:
    """Beside a plan of every link in the folder's store: milliseconds of each answer, `busy`, of an
    `idle` syncd meanwhile (`idle` is the folder of its store), and the plan's `seconds`."""
    return asyncio.run(_measured(Path(folder), idle, lambda app: plan_links(app, Path(folder))))


def during_cycle(folder: str, idle: str) -> dict[str, object]:
    """The same beside a whole cycle: reading, saving and planning."""
    return asyncio.run(_measured(Path(folder), idle, _cycle))


async def _cycle(app: App) -> None:
    await run_once(app, name=None, deadline_seconds=None)


async def _measured(
    folder: Path, idle: str, work: Callable[[App], Awaitable[object]]
) -> dict[str, object]:
    async with _serving(folder) as (app, url), _other("tests.bench.ready", idle) as (idler, _):
        async with _other("tests.bench.asker", url, idler) as (_, asker):
            begin = monotonic()
            await work(app)
            end = monotonic()
            said, _ = await asker.communicate(b"")
    answers: Answers = json.loads(said)
    both = [seconds for at, seconds in answers if begin <= at < end]
    busy, idle_ms = ([each[place] * 1000 for each in both] for place in (0, 1))
    return {"seconds": end - begin, "busy": busy, "idle": idle_ms}


@asynccontextmanager
async def _serving(folder: Path) -> AsyncIterator[tuple[App, str]]:
    """The folder's store open, and its endpoint listening, at an address, as the daemon has it."""
    settings = _listening(load_settings(folder / "syncd.toml", {}))
    async with open_app(settings) as app:
        server = AdminServer(lambda: settings, app.database)
        await server.start()
        share_interpreter()
        yield app, str(server.url)
        await server.stop()


@asynccontextmanager
async def _other(
    module: str, *arguments: str
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Another process, which ends when its stdin is closed, and the first line that it said."""
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert other.stdout is not None
    try:
        yield (await other.stdout.readline()).decode().strip(), other
    finally:
        if other.returncode is None:
            await other.communicate(b"")


async def _idle(folder: Path) -> None:
    """Serve with nothing else to do until stdin is closed."""
    async with _serving(folder) as (_, url):
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _listening(settings: Settings) -> Settings:
    listen = {"listen": ListenAddress("127.0.0.1", 0)}
    return settings.model_copy(update={"admin": settings.admin.model_copy(update=listen)})


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    asyncio.run(_idle(Path(sys.argv[1])))
