"""Requests by minute: nothing is lost, nothing is counted twice."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.admin.pages.pace import MINUTES, Spent, by_minute, minutes_of

NOW = datetime(2026, 11, 22, 6, 30, 45, 123456, tzinfo=UTC)
FIRST = datetime(2026, 11, 22, 5, 31, tzinfo=UTC)


def test_the_last_minute_is_the_one_that_runs() -> None:
    """Sixty minutes, whole ones, up to now."""
    minutes = minutes_of(NOW)
    assert (len(minutes), minutes[0], minutes[-1]) == (
        MINUTES,
        FIRST,
        datetime(2026, 11, 22, 6, 30, tzinfo=UTC),
    )


def test_a_short_cycle_counts_in_its_minute() -> None:
    """Also one that took no time at all."""
    for seconds in (0, 2):
        began = FIRST + timedelta(minutes=3, seconds=10)
        sums = by_minute([Spent(began, began + timedelta(seconds=seconds), 12)], minutes_of(NOW))
        assert [(n, each) for n, each in enumerate(sums) if each] == [(3, 12.0)]


def test_a_long_cycle_is_spread_over_its_minutes() -> None:
    """Half of it fell before the hour that is shown, and does not count."""
    spent = Spent(FIRST - timedelta(minutes=2), FIRST + timedelta(minutes=2), 200)
    assert by_minute([spent], minutes_of(NOW))[:4] == [50.0, 50.0, 0.0, 0.0]


@given(
    st.lists(
        st.tuples(st.integers(0, 3500), st.integers(0, 3500), st.integers(0, 500)), max_size=20
    )
)
def test_the_sums_are_what_was_sent(cycles: list[tuple[int, int, int]]) -> None:
    """Whatever the cycles, within the hour all of their requests are counted once."""
    spent = [
        Spent(FIRST + timedelta(seconds=min(a, b)), FIRST + timedelta(seconds=max(a, b)), number)
        for a, b, number in cycles
    ]
    total = sum(by_minute(spent, minutes_of(NOW)))
    assert abs(total - sum(each.requests for each in spent)) < 1e-6
