"""How soon `/readyz` answers while this process works: the daemon's endpoint beside its cycle."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from time import monotonic

from syncd.admin.serving import AdminServer, share_interpreter
from syncd.app import App, open_app, run_once
from syncd.settings import ListenAddress, Settings, load_settings
from tests.bench.fresh import ROOT
from tests.bench.planner import plan_links

IDLE_SECONDS = 12.0

Answers = list[tuple[float, float]]
"""When each was asked for, and how many seconds it took."""


def during_plan(folder: str) -> dict[str, object]:
    """Beside a plan of every link in the folder's store: milliseconds of each answer, `idle` and
    `busy`, and the plan's `seconds`."""
    return asyncio.run(_measured(Path(folder), lambda app: plan_links(app, Path(folder))))


def during_cycle(folder: str) -> dict[str, object]:
    """The same beside a whole cycle: reading, saving and planning."""
    return asyncio.run(_measured(Path(folder), _cycle))


async def _cycle(app: App) -> None:
    await run_once(app, name=None, deadline_seconds=None)


async def _measured(folder: Path, work: Callable[[App], Awaitable[object]]) -> dict[str, object]:
    settings = _listening(load_settings(folder / "syncd.toml", {}))
    async with open_app(settings) as app:
        server = AdminServer(lambda: settings, app.database)
        await server.start()
        share_interpreter()
        asker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.asker", str(server.url)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        await asyncio.sleep(IDLE_SECONDS)
        begin = monotonic()
        await work(app)
        end = monotonic()
        said, _ = await asker.communicate(b"")
        await server.stop()
    answers: Answers = json.loads(said)
    idle = [seconds * 1000 for at, seconds in answers[1:] if at + seconds < begin]
    busy = [seconds * 1000 for at, seconds in answers if begin <= at < end]
    return {"seconds": end - begin, "idle": idle, "busy": busy}


def _listening(settings: Settings) -> Settings:
    listen = {"listen": ListenAddress("127.0.0.1", 0)}
    return settings.model_copy(update={"admin": settings.admin.model_copy(update=listen)})


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
