"""`syncd run` from its beginning to its end: the store held, the tick, signals, and the way out."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.job import Job  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from syncd import app as application
from syncd.admin.serving import AdminServer, share_interpreter
from syncd.app import asked_connections, open_app
from syncd.daemon.chores import chores
from syncd.daemon.memory import share_areas
from syncd.daemon.reloading import reload
from syncd.daemon.supervisor import Supervisor
from syncd.daemon.ticking import Ticker
from syncd.evidence.paper import load_papers
from syncd.notifying.notifier import Notifier
from syncd.notifying.targets import refuse_bad_targets
from syncd.settings import Settings
from syncd.store import leases
from syncd.store.holding import hold
from syncd.store.presence import DAEMON

logger = logging.getLogger(__name__)

TICK_SECONDS = 1

GRACE_SECONDS = 5.0
"""For requests that are under way when the process is told to stop; then they are given up."""

PAPERS_AFTER_SECONDS = 5.0
"""After the start; the first cycles come first."""


async def run(settings: Settings, load: Callable[[], Settings]) -> None:
    """Run the lanes of all enabled connections until SIGTERM or SIGINT.

    `load` reads the configuration anew, for SIGHUP. ConfigError for a channel that this version
    cannot work with, and for a target that nobody can be told by; StoreHeld when another syncd has
    the store.
    """
    asked_connections(settings, None)
    share_areas()
    await asyncio.to_thread(refuse_bad_targets, settings)
    stopped, hung_up = _signals()
    holder = leases.holder_text(DAEMON)
    async with open_app(settings) as app:
        with hold(app.database, holder):
            notifier = Notifier(settings, app.database, clock=application.utc_now)
            ticker = Ticker(app, Supervisor(os.environ), notifier, holder)
            await ticker.prepare(settings)
            admin = AdminServer(lambda: app.settings, app.database, tally=app.tally)
            await admin.start()
            if admin.url is not None:
                logger.info("the admin endpoint listens at %s/", admin.url)
            share_interpreter()
            try:
                async with (
                    chores(app, notifier),
                    _beside(_reload_when(hung_up, ticker, admin, load)),
                    _beside(_make_ready_for_papers()),
                ):
                    await _until(stopped, ticker)
            finally:
                await admin.stop()


def _signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Events of SIGTERM or SIGINT, however often they come, and of SIGHUP, from now to the end."""
    loop = asyncio.get_running_loop()
    stopped, hung_up = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    loop.add_signal_handler(signal.SIGHUP, hung_up.set)
    return stopped, hung_up


async def _until(stopped: asyncio.Event, ticker: Ticker) -> None:
    """Tick until `stopped`, then bring everything that is under way to an end."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    ticks = _ticks(scheduler, ticker)
    scheduler.start()
    async with _beside(_say_ready(ticker)), _beside(_keep_ticking(ticks)):
        await stopped.wait()
    ticker.supervisor.stopping()
    # The scheduler's own shutdown does not wait: it cancels what runs.
    scheduler.pause()
    ticker.app.stop()
    await _end(ticker.running)
    scheduler.shutdown(wait=False)
    logger.info("syncd has stopped")


async def _say_ready(ticker: Ticker) -> None:
    await ticker.ticked.wait()
    ticker.supervisor.ready()
    logger.info("syncd runs")


async def _make_ready_for_papers() -> None:
    """Else the first paper, or the first look at one in the pages, takes seconds."""
    await asyncio.sleep(PAPERS_AFTER_SECONDS)
    await asyncio.to_thread(load_papers)
    share_interpreter()


async def _reload_when(
    hung_up: asyncio.Event, ticker: Ticker, admin: AdminServer, load: Callable[[], Settings]
) -> None:
    """Read the configuration anew for every SIGHUP, one after the other."""
    while True:
        await hung_up.wait()
        hung_up.clear()
        await reload(ticker, admin, load)


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Have something go on while the block runs."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _ticks(scheduler: AsyncIOScheduler, ticker: Ticker) -> Job:
    # It warns of each tick that it leaves out because the one before is not over.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    return scheduler.add_job(
        ticker.tick,
        "interval",
        seconds=TICK_SECONDS,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )


async def _keep_ticking(ticks: Job) -> None:
    """The scheduler goes by the time of day: where that is put back by an hour, the next tick would
    come in an hour."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        now = datetime.now(UTC)
        if ticks.next_run_time - now > timedelta(seconds=2 * TICK_SECONDS):
            logger.info("the clock of this machine was put back; lanes keep their pace")
            ticks.modify(next_run_time=now)


async def _end(turns: list[asyncio.Task[None]]) -> None:
    """Let turns end by themselves, as nothing more is sent; give up those that do not."""
    if not turns:
        return
    _, late = await asyncio.wait(turns, timeout=GRACE_SECONDS)
    for task in late:
        logger.warning("%s: a request under way was given up", task.get_name())
        task.cancel()
    if late:
        await asyncio.wait(late)
