"""Reading the configuration anew on SIGHUP: a bad file is refused whole, the old one goes on."""

import asyncio
import logging
from collections.abc import Callable

from syncd.admin.serving import AdminServer
from syncd.app import asked_connections
from syncd.daemon.ticking import Ticker
from syncd.errors import ConfigError, SyncdError
from syncd.notifying.targets import refuse_bad_targets
from syncd.settings import Settings

logger = logging.getLogger(__name__)


async def reload(ticker: Ticker, admin: AdminServer, load: Callable[[], Settings]) -> None:
    """Work by the configuration as it is now, from the next cycles on. Nothing is raised."""
    ticker.supervisor.reloading()
    try:
        settings = await _accepted(ticker, admin, load)
        if settings is not None:
            await _take_over(ticker, admin, settings)
    except Exception:
        logger.exception("bug in syncd (reading the configuration); please report this line")
    ticker.supervisor.ready()


async def _accepted(
    ticker: Ticker, admin: AdminServer, load: Callable[[], Settings]
) -> Settings | None:
    """The settings of the file, once everything that may fail has worked with them: nothing of
    them is in force before. None where the file has mistakes, which are in the log then."""
    try:
        settings = await asyncio.to_thread(load)
        asked_connections(settings, None)
        await asyncio.to_thread(refuse_bad_targets, settings)
        await ticker.prepare(settings)
        await admin.reserve(settings.admin.listen)
    except ConfigError as error:
        for problem in error.problems:
            logger.error("configuration: %s", problem)
    except SyncdError as error:
        logger.error("reading the configuration anew: %s", error)
    else:
        return settings
    logger.error("the configuration was not taken over; the one before goes on")
    return None


async def _take_over(ticker: Ticker, admin: AdminServer, settings: Settings) -> None:
    if settings.store.url != ticker.app.settings.store.url:
        logger.warning("store.url has changed: that takes effect when syncd is restarted")
    ticker.app.adopt(settings)
    ticker.notifier.reload(settings)
    await admin.follow_settings()
    logger.warning("the configuration was read anew")
