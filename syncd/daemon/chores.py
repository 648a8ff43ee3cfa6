"""Regular work beside the cycles, at its own pace: telling people, retention, new sessions.

Each kind has a task of its own, so that none waits for another, and no cycle for any.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from syncd import app as application
from syncd import retention
from syncd.app import App
from syncd.daemon import pace
from syncd.daemon.renewals import LOOK_SECONDS, Renewals
from syncd.errors import SyncdError
from syncd.notifying.notifier import Notifier

logger = logging.getLogger(__name__)

LEAST_LOOK_SECONDS, MOST_LOOK_SECONDS = 1.0, 5.0
LOOKS_PER_INTERVAL = 10
"""How often it is looked whether people must be told of something."""

RETENTION_SECONDS = 600.0
"""Every connection has its turn once a day; one at which somebody works is left for the next."""


@asynccontextmanager
async def chores(app: App, notifier: Notifier) -> AsyncIterator[None]:
    """Have them done while the block runs."""
    tasks = [
        asyncio.create_task(_repeat(notifier.tick, partial(_look_seconds, app))),
        asyncio.create_task(_repeat(partial(_tend, app), lambda: RETENTION_SECONDS)),
        asyncio.create_task(_repeat(Renewals(app).look, lambda: LOOK_SECONDS)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await notifier.close()


_BUG = "bug in syncd; please report this line"


async def _repeat(work: Callable[[], Awaitable[None]], wait: Callable[[], float]) -> None:
    """Wait, work, and go on whatever happens; what fails in the same way again is said once."""
    said = ""
    while True:
        await asyncio.sleep(wait())
        try:
            await work()
        except Exception as error:
            is_bug = not isinstance(error, SyncdError)
            words = error.plain if isinstance(error, SyncdError) else _BUG
            if words != said:
                logger.error("%s", words, exc_info=error if is_bug else None)
            said = words
        else:
            said = ""


def _look_seconds(app: App) -> float:
    shortest = min(pace.intervals(app.settings.schedule).values())
    return min(max(shortest / LOOKS_PER_INTERVAL, LEAST_LOOK_SECONDS), MOST_LOOK_SECONDS)


async def _tend(app: App) -> None:
    await retention.tend(
        app.database, app.settings.retention, owner=app.owner, clock=application.utc_now
    )
