"""Tests of reading the vendors' headers; what answers mean is tested over sockets."""

from datetime import UTC, datetime

import pytest

from syncd.model import Side
from syncd.vendor_answers import (
    Call,
    Judge,
    clock_skew_seconds,
    remaining_requests,
    reset_seconds,
    retry_after,
)

NOW = datetime(2026, 11, 22, 3, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "Sun, 22 Nov 2026 03:01:30 GMT"}, 90.0),
        ({"retry-after": "Sun, 22 Nov 2026 03:01:30 -0000"}, 90.0),
        ({"retry-after": "Sun, 22 Nov 2026 02:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e99"}, None),
        ({"x-rate-limit-reset": "4"}, 4.0),
        ({"x-ratelimit-remaining": "0", "x-rate-limit-reset": "4"}, 4.0),
        ({"retry-after": "3", "x-rate-limit-reset": "8"}, 8.0),
        ({"retry-after": "9", "x-rate-limit-reset": "8"}, 9.0),
    ],
    ids=repr,
)
def test_the_longest_wait_asked_for_counts(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, dates and LetsJobIt's reset are read; what cannot be read asks for nothing."""
    assert retry_after(headers, status=429, now=NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-remaining": "97", "x-rate-limit-reset": "8"}, None),
        ({"x-rate-limit-reset": "8"}, None),
        ({"retry-after": "2", "x-ratelimit-remaining": "97", "x-rate-limit-reset": "8"}, 2.0),
        ({"x-ratelimit-remaining": "0", "x-rate-limit-reset": "8"}, 8.0),
    ],
    ids=repr,
)
def test_an_outage_says_nothing_about_the_window(
    headers: dict[str, str], seconds: float | None
) -> None:
    """LetsJobIt tells the end of its window with every answer: a 5xx asks for that wait only where
    nothing is left in the window."""
    assert retry_after(headers, status=503, now=NOW) == seconds


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Sun, 22 Nov 2026 02:58:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 03:01:30 -0000", -90.0),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_clocks_are_compared_by_the_date_of_an_answer(date: str, seconds: float | None) -> None:
    """Ahead is positive, behind negative, and without a date nothing is known."""
    assert clock_skew_seconds({"date": date} if date else {}, now=NOW) == seconds


def test_letsjobits_headers_are_read() -> None:
    """What is left of the window and when it ends are numbers, or nothing."""
    headers = {"x-ratelimit-remaining": "97", "x-rate-limit-reset": "8"}
    assert (remaining_requests(headers), reset_seconds(headers)) == (97, 8.0)
    headers = {"x-ratelimit-remaining": "many", "x-rate-limit-reset": "1763780400"}
    assert (remaining_requests(headers), reset_seconds(headers)) == (None, None)


def test_a_call_and_a_judge_show_no_body_and_no_key() -> None:
    """What is sent and what it is sent with stay out of representations."""
    call = Call("upsert_visits", "POST", "/visits", json=[{"contactPerson": "Okafor"}])
    assert "Okafor" not in repr(call)
    assert "k-1" not in repr(Judge(Side.AGENTOS, "k-1"))
