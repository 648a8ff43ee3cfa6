"""Reading the configuration anew on SIGHUP: a bad file is refused whole, the old one goes on."""

import asyncio
import logging
from collections.abc import Callable

from syncd.admin.serving import AdminServer
from syncd.app import asked_connections
from syncd.daemon.ticking import Ticker
from syncd.errors import ConfigError, SyncdError
from syncd.settings import Settings

logger = logging.getLogger(__name__)


async def reload(ticker: Ticker, admin: AdminServer, load: Callable[[], Settings]) -> None:
    """Work by the configuration as it is now, from the next cycles on. Nothing is raised."""
    ticker.supervisor.reloading()
    try:
        settings = await _accepted(load)
        if settings is not None:
            await _take_over(ticker, admin, settings)
    except Exception as error:
        is_bug = not isinstance(error, SyncdError)
        words = "bug in syncd; please report this line" if is_bug else str(error)
        logger.error("reading the configuration anew: %s", words, exc_info=is_bug)
    ticker.supervisor.ready()


async def _accepted(load: Callable[[], Settings]) -> Settings | None:
    """The settings of the file; None where it has mistakes, which are in the log then."""
    try:
        settings = await asyncio.to_thread(load)
        asked_connections(settings, None)
    except ConfigError as error:
        for problem in error.problems:
            logger.error("configuration: %s", problem)
        logger.error("the configuration was not taken over; the one before goes on")
        return None
    return settings


async def _take_over(ticker: Ticker, admin: AdminServer, settings: Settings) -> None:
    if settings.store.url != ticker.app.settings.store.url:
        logger.warning("store.url has changed: that takes effect when syncd is restarted")
    ticker.app.adopt(settings)
    ticker.notifier.reload(settings)
    logger.warning("the configuration was read anew")
    await ticker.prepare()
    await admin.follow_settings()
