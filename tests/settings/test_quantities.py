"""Tests of lengths of time, percentages, money and numbers."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.settings.mistakes import Mistake
from syncd.settings.quantities import (
    LONGEST,
    UNITS,
    format_duration,
    format_percentage,
    parse_duration,
    parse_money,
    parse_number,
    parse_percentage,
    parse_rate,
    parse_seconds,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("60s", 60),
        ("5m", 300),
        ("12h", 43_200),
        ("180d", 15_552_000),
        ("2w", 1_209_600),
        ("3y", 94_608_000),
        (" 5 m ", 300),
        ("0s", 0),
    ],
)
def test_lengths_of_time(text: str, seconds: float) -> None:
    """A whole number and a unit make a length of time; m is minutes and y is 365 days."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "5",
        "m",
        "5 minutes",
        "1.5h",
        "-5m",
        "5M",
        "1h30m",
        "\u0665m",
        "5m\n5m",
        60,
        6.0,
        None,
        True,
    ],
)
def test_what_is_no_length_of_time(value: object) -> None:
    """Other texts and bare numbers are refused with the units in the cure."""
    with pytest.raises(Mistake, match="is not a length of time") as refused:
        parse_duration(value)
    assert "ms, s, m, h, d, w, y" in refused.value.cure


@pytest.mark.parametrize("text", ["101y", "36501d", "999999999999y"])
def test_lengths_that_leave_the_calendar(text: str) -> None:
    """More than a hundred years is refused, however it is written."""
    with pytest.raises(Mistake, match="longer than a hundred years"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=LONGEST))
def test_durations_survive_writing(duration: timedelta) -> None:
    """What is written is read back as the same length of time, to the millisecond."""
    whole = duration - duration % UNITS["ms"]
    assert parse_duration(format_duration(whole)) == whole


@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(list(UNITS)))
def test_durations_count_their_unit(count: int, unit: str) -> None:
    """A count of a unit is that many times the unit."""
    if count * UNITS[unit] <= LONGEST:
        assert parse_duration(f"{count}{unit}") == count * UNITS[unit]


@given(st.decimals(min_value=0, max_value=100, places=2, allow_nan=False))
def test_percentages_survive_writing(percent: Decimal) -> None:
    """A percentage is its hundredth, and is read back from what is written."""
    share = parse_percentage(f"{percent}%")
    assert share == percent / 100
    assert parse_percentage(format_percentage(share)) == share


@pytest.mark.parametrize("value", ["20", "101%", "-1%", "%", "1e1%", "twenty", 30, 0.2, None])
def test_what_is_no_percentage(value: object) -> None:
    """A share without the sign, below 0% or above 100% is refused."""
    with pytest.raises(Mistake, match="is not a percentage"):
        parse_percentage(value)


@pytest.mark.parametrize(
    "parse", [parse_duration, parse_percentage, parse_money, parse_rate, parse_number]
)
@given(st.text() | st.integers() | st.booleans() | st.none() | st.lists(st.text()))
def test_no_value_gets_past_as_an_accident(
    parse: Callable[[object], object], value: object
) -> None:
    """Whatever stands in the file, a parser answers with a value or with a mistake and a cure."""
    try:
        answer, cure = parse(value), ""
    except Mistake as mistake:
        answer, cure = None, mistake.cure
    assert (answer is None) is bool(cure)


@pytest.mark.parametrize(
    ("value", "amount"),
    [("120.00", "120.00"), ("120", "120.00"), (75, "75.00"), (Decimal("120.5"), "120.50")],
)
def test_money(value: object, amount: str) -> None:
    """Text, whole and exact decimal numbers are pounds and pence."""
    assert str(parse_money(value)) == amount


@pytest.mark.parametrize("value", ["1,000.00", "-1", "£5", "1e3", "", 1.5, True, "NaN", 10**11])
def test_what_is_no_money(value: object) -> None:
    """Signs, separators, exponents and inexact numbers are refused."""
    with pytest.raises(Mistake, match="is not an amount of money"):
        parse_money(value)


def test_money_has_two_decimals() -> None:
    """A fraction of a penny is refused."""
    with pytest.raises(Mistake, match="more than two decimals"):
        parse_money("0.005")


@pytest.mark.parametrize("value", ["1.01", "20%", "-0.1", 20])
def test_what_is_no_rate(value: object) -> None:
    """A rate outside 0 to 1 is refused."""
    with pytest.raises(Mistake, match="between 0 and 1"):
        parse_rate(value)


def test_numbers_stay_whole_where_they_are() -> None:
    """A number is whole where it can be, a fraction otherwise, from text too."""
    assert [parse_number(each) for each in (5, "5", Decimal("5.0"), "0.25", -1)] == [
        5,
        5,
        5,
        0.25,
        -1,
    ]
    assert isinstance(parse_number(Decimal("5.0")), int)


@pytest.mark.parametrize("value", [0, -1, "0.0", Decimal("0.0001")])
def test_a_window_takes_time(value: object) -> None:
    """No window of a rate limit is empty."""
    with pytest.raises(Mistake, match="too short"):
        parse_seconds(value)
