"""The daily summary: once a local day, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from syncd.notifying.digests import Summary, digest_of, is_due, yesterday

LONDON = ZoneInfo("Europe/London")
AT = time(7, 30)


def summary(**changes: object) -> Summary:
    """A quiet connection."""
    quiet = Summary("northgate", 3, 2, 1, Decimal("120.00"), 0, 0.0, 0, 0, 0, 0, 0.0, (), False)
    return Summary(**{**vars(quiet), **changes})  # type: ignore[arg-type]


def test_it_is_due_at_its_time_once() -> None:
    """At half past seven, and not again before the next day; late after a night switched off."""
    evening = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    assert not is_due(datetime(2026, 3, 2, 7, 29, tzinfo=UTC), AT, LONDON, evening)
    assert is_due(datetime(2026, 3, 2, 7, 30, tzinfo=UTC), AT, LONDON, evening)
    assert is_due(datetime(2026, 3, 2, 15, 0, tzinfo=UTC), AT, LONDON, evening)
    assert not is_due(
        datetime(2026, 3, 2, 15, 1, tzinfo=UTC), AT, LONDON, datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    )


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    st.times(),
    st.lists(st.integers(min_value=-90, max_value=600), max_size=200),
)
def test_one_local_day_has_one_summary(start: datetime, at: time, minutes: list[int]) -> None:
    """Also over the days on which clocks change, and when a clock is put back a little."""
    now, last = start, start
    sent: list[datetime] = []
    for step in minutes:
        now += timedelta(minutes=step)
        if is_due(now, at.replace(tzinfo=None), LONDON, last):
            sent.append(now)
            last = now
    days = [each.astimezone(LONDON).date() for each in sent]
    assert len(days) == len(set(days))


def test_no_day_is_left_out() -> None:
    """Through a whole year, looking every ten minutes, each day has its summary; the hour that is
    skipped in March included."""
    now = last = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    count = 0
    while now < datetime(2026, 12, 31, 12, 0, tzinfo=UTC):
        now += timedelta(minutes=10)
        if is_due(now, time(1, 30), LONDON, last):
            count, last = count + 1, now
    assert count == 364


def test_yesterday_has_the_hours_that_it_had() -> None:
    """From midnight to midnight in the agency's zone: 23 hours in March, 25 in October."""
    for day, hours in ((datetime(2026, 3, 30, 8), 23), (datetime(2026, 10, 26, 8), 25)):
        start, end = yesterday(day.replace(tzinfo=UTC), LONDON)
        assert end - start == timedelta(hours=hours)
        assert end.astimezone(LONDON).time() == time(0, 0)


def test_the_summary_says_what_was_done_and_what_waits() -> None:
    """A few lines for each connection, with ages and the commands."""
    message = digest_of(
        [
            summary(questions=2, oldest_question_seconds=7200.0, in_doubt=1, late=("jobs",)),
            summary(connection="south", is_paused=True),
        ],
        "Sunday 01 March 2026",
    )
    assert message.title == "syncd: summary of Sunday 01 March 2026"
    assert "3 visits created, 2 closures delivered, 1 invoices of 120.00 GBP" in message.body
    assert "2 wait, the oldest for 2 hours: syncd inbox" in message.body
    assert "1 in doubt: syncd outbox" in message.body
    assert "late: jobs" in message.body
    assert "syncd resume south" in message.body
