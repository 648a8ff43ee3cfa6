"""A short day in virtual time, by the same way as the long ones of `make prove`."""

import multiprocessing

import pytest

from tests.kill import day


def short_day() -> day.Told:
    """Twelve closures at each agency, all at once."""
    day.CLOSURES = 12
    return day.live_through(day.Day("short", ((300.0,) * 12,) * 3))


def test_a_short_day_is_lived_through_within_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits at three agencies at once is delivered once, as fast as the limit allows."""
    monkeypatch.setattr(day, "CLOSURES", 12)
    # In a process of its own: its clock would stop the event loops of other threads here.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        told = pool.apply(short_day)
    assert day.wrong_with_effects(told) == []
    # Twelve need 72 requests: fifty in the first minute, the others in the second.
    assert 60 <= told.least[-1] < told.took[-1] < 120
    assert told.most_in_a_window == day.LIMIT
