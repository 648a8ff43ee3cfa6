"""What the log tells of cycles: what was done, a failure when it begins, and when it is over.

An outage of hours fails cycle after cycle: each failure is said once, and again every hour.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.cycle.report import CycleReport
from syncd.errors import SyncdError
from syncd.model import Lane
from syncd.store.due import Due, Ending, LaneResult
from syncd.telling.words import count

logger = logging.getLogger(__name__)

REMINDER_SECONDS = 3600.0

_Failure = tuple[str, Lane | None, str | None]
"""Of which connection, of which lane (None: of what a cycle applied), with which code."""


@dataclass
class Sayings:
    """What was said of failures, and when; in memory alone, so that a new process says it anew."""

    clock: Callable[[], float] = time.monotonic
    _said_at: dict[_Failure, float] = field(default_factory=dict)

    def tell(self, name: str, due: Due, report: CycleReport, results: list[LaneResult]) -> None:
        """Log one cycle of a connection."""
        words = {lane: e for lane, e in report.lanes.items() if e is not None}
        for each in results:
            if each.ending is Ending.FAILED:
                why = words.get(each.lane) or next(iter(report.errors), None)
                if self._is_news((name, each.lane, each.code)):
                    logger.error("%s: the lane %s stops: %s", name, each.lane, why)
            elif each.ending is Ending.DONE and each.lane in due.failing:
                self._forget(name, each.lane)
                logger.warning("%s: the lane %s works again", name, each.lane)
        for error in _beside_lanes(report, results):
            if self._is_news((name, None, error.code)):
                logger.warning("%s: %s", name, error)
        lanes = ", ".join(sorted(report.lanes))
        applied = sum(report.applied.values())
        level = logging.INFO if applied else logging.DEBUG
        logger.log(level, "%s: %s; %s; %s", name, lanes, count(applied, "change"), report.outcome)

    def _is_news(self, failure: _Failure) -> bool:
        now = self.clock()
        said_at = self._said_at.get(failure)
        is_news = said_at is None or now - said_at >= REMINDER_SECONDS
        if is_news:
            self._said_at[failure] = now
        return is_news

    def _forget(self, name: str, lane: Lane) -> None:
        over = [each for each in self._said_at if each[:2] == (name, lane)]
        for each in over:
            del self._said_at[each]


def _beside_lanes(report: CycleReport, results: list[LaneResult]) -> list[SyncdError]:
    """Failures that stop no lane: of one change, or of one record that was looked at."""
    of_lanes = {each.code for each in results if each.ending is not Ending.DONE}
    known = [each for each in report.lanes.values() if each is not None]
    return [e for e in report.errors if e not in known and e.code not in of_lanes]
