"""How many requests went out in each minute of the last hour. Pure.

The store remembers of each cycle when it began and ended and how many requests it sent, so these
are spread evenly over its time: right in sum, and right by the minute where cycles are short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTES = 60


@dataclass(frozen=True)
class Spent:
    """Requests that one cycle sent to one vendor, and when it was under way."""

    began: datetime
    ended: datetime
    requests: int


def minutes_of(now: datetime) -> list[datetime]:
    """The beginnings of the minutes of the last hour; the last one is the one that runs."""
    this = now.replace(second=0, microsecond=0)
    return [this - timedelta(minutes=ago) for ago in range(MINUTES - 1, -1, -1)]


def by_minute(spent: Iterable[Spent], minutes: Sequence[datetime]) -> list[float]:
    """Requests in each of these minutes."""
    sums = [0.0] * len(minutes)
    for each in spent:
        for place, minute in enumerate(minutes):
            sums[place] += each.requests * _share(each, minute)
    return sums


def _share(spent: Spent, minute: datetime) -> float:
    """Which part of the requests fell into a minute."""
    end = minute + timedelta(minutes=1)
    if spent.ended < minute or spent.began >= end:
        return 0.0
    whole = (spent.ended - spent.began).total_seconds()
    if whole <= 0:
        return 1.0 if minute <= spent.began < end else 0.0
    within = min(spent.ended, end) - max(spent.began, minute)
    return max(within.total_seconds(), 0.0) / whole
