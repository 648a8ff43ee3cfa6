"""Amounts that people write as text: lengths of time, percentages, money, numbers.

Pure functions from a TOML value to a Python value. None quotes the value in its mistake.
"""

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from syncd.settings.mistakes import Mistake

UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}
"""Units of a length of time; a year is 365 days."""

LONGEST = 100 * UNITS["y"]
"""So that no date computed from a setting leaves the calendar."""

_DURATION = re.compile(r"([0-9]{1,15})\s*(ms|s|m|h|d|w|y)")
_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%")
_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")

_DURATION_CURE = 'write a whole number and a unit (ms, s, m, h, d, w, y) in quotes, such as "90s"'
_MONEY_CURE = 'write pounds and pence in quotes, such as "120.00"'


def parse_duration(value: object) -> timedelta:
    """A length of time from "500ms", "60s", "5m", "12h", "180d", "2w" or "3y".

    Raises Mistake for everything else, and for more than a hundred years.
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise Mistake("is not a length of time", _DURATION_CURE)
    count, unit = int(match[1]), UNITS[match[2]]
    if count > LONGEST // unit:
        raise Mistake("is longer than a hundred years", _DURATION_CURE)
    return count * unit


def format_duration(duration: timedelta) -> str:
    """The shortest text that `parse_duration` reads back as the same length of time.

    Weeks are written as days. Less than a millisecond is dropped.
    """
    for unit in ("y", "d", "h", "m", "s"):
        if duration and not duration % UNITS[unit]:
            return f"{duration // UNITS[unit]}{unit}"
    return f"{duration // UNITS['ms']}ms" if duration else "0s"


def parse_percentage(value: object) -> Decimal:
    """A share between 0 and 1 from text such as "20%" or "12.5%"."""
    if isinstance(value, Decimal) and 0 <= value <= 1:
        return value
    match = _PERCENTAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    share = Decimal(match[1]) / 100 if match else Decimal(2)
    if share > 1:
        raise Mistake("is not a percentage", 'write 0% to 100% in quotes, such as "20%"')
    return share


def format_percentage(share: Decimal) -> str:
    """The text that `parse_percentage` reads back as the same share."""
    percent = f"{share * 100:f}"
    return (percent.rstrip("0").rstrip(".") if "." in percent else percent) + "%"


def parse_money(value: object) -> Decimal:
    """An amount of money, zero or more, with two decimals: from "120.00", 120 or 120.5."""
    amount = _decimal(value)
    if amount is None or amount >= 10**10:
        raise Mistake("is not an amount of money", _MONEY_CURE)
    pence = amount.quantize(Decimal("0.01"))
    if pence != amount:
        raise Mistake("has more than two decimals", _MONEY_CURE)
    return pence


def parse_rate(value: object) -> Decimal:
    """A rate between 0 and 1 from "0.20"."""
    rate = _decimal(value)
    if rate is None or rate > 1:
        raise Mistake("is not a rate between 0 and 1", 'write "0.20" for 20 %')
    return rate


def parse_number(value: object) -> int | float:
    """A finite number, negative ones too, from 5, 0.25 or "0.25"."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
            raise Mistake("is not a number", "write a number, such as 5 or 0.25")
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number) > 10**12:
        raise Mistake("is not a number", "write a number, such as 5 or 0.25")
    return int(number) if number == number.to_integral_value() else float(number)


def parse_seconds(value: object) -> float:
    """A number of seconds above zero, fractions allowed."""
    seconds = float(parse_number(value))
    if seconds < 0.001:
        raise Mistake("is too short", "write a number of seconds above zero, such as 60")
    return seconds


def _decimal(value: object) -> Decimal | None:
    """A plain decimal number without sign or exponent; None when it is anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else str(value).strip()
    return Decimal(text) if _DECIMAL.fullmatch(text) else None
