"""The dead man's switch: an address outside that notices when syncd falls silent.

Fetched after a healthy cycle while no reading is late, at most once a minute whatever the number of
cycles and connections: one that works must not hide another that is dead. A failure is logged
without the address, which holds a token.
"""

import logging
import time
from collections.abc import Callable

import httpx

logger = logging.getLogger(__name__)

EVERY_SECONDS = 60.0

TIMEOUT_SECONDS = 5.0


class DeadMan:
    """One address and when it was fetched last; "" fetches nothing."""

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url, self._monotonic = url, monotonic
        self._fetched_at: float | None = None

    @property
    def is_due(self) -> bool:
        """Whether there is an address, and a minute has passed."""
        if not self._url:
            return False
        return self._fetched_at is None or self._monotonic() - self._fetched_at >= EVERY_SECONDS

    async def fetch(self) -> None:
        """Say that all is well; returns within seconds, and never raises."""
        self._fetched_at = self._monotonic()
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.get(self._url)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            logger.warning("notifications.dead_man_url: no answer (%s)", type(error).__name__)
            return
        if answer.status_code >= 400:
            logger.warning("notifications.dead_man_url: answered %s", answer.status_code)
