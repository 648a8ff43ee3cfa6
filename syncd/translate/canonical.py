"""The one spelling of a value: what counts as equal is equal here, byte for byte.

Pure. It knows no vendor's field names. Raise VERSION whenever any function here changes what it
returns: bases and observations that were stored under another version are then rewritten without a
write to a vendor.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

VERSION = 1

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_DAY = r"(?P<day>\d{4}-\d\d-\d\d)"
_CLOCK = r"(?P<clock>\d\d:\d\d(?::\d\d(?:[.,]\d{1,12})?)?)"
_OFFSET = r"(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?"
_MOMENT = re.compile(rf"{_DAY}(?:[Tt ]{_CLOCK} ?{_OFFSET})?", re.ASCII)
_REAL_YEARS = range(1901, 9000)
_TRUE = frozenset({"1", "true", "yes"})
_FALSE = frozenset({"0", "false", "no"})


def text(value: str) -> str:
    """LF line ends, NFC, no blanks at the end of a line, no blank lines at either end.

    Nothing else changes: inner blank lines, indentation, emoji, control characters stay. Half a
    surrogate pair, which UTF-8 cannot carry, becomes U+FFFD.
    """
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if not value.isascii():
        value = unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", value))
    if " \n" in value or "\t\n" in value or value.endswith((" ", "\t")):
        value = "\n".join(row.rstrip(" \t") for row in value.split("\n"))
    return value.strip("\n")


def line(value: str) -> str:
    """A name, a reference or an address line: `text` in one line, blanks and controls collapsed."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip(" ")
    return _SPACE.sub(" ", text(value)).strip()


def fingerprint(raw: Mapping[str, object]) -> str:
    """The SHA-256 of a vendor's record, whatever the order of its keys; 64 hexadecimal digits.

    "1", 1 and true differ here: a fingerprint tells whether it is worth looking, not what changed.
    """
    places, spelled_names = _in_order(tuple(raw))
    values = tuple(raw.values())
    spelled_values = _ENCODER.encode([values[place] for place in places])
    return hashlib.sha256((spelled_names + spelled_values).encode("ascii")).hexdigest()


@lru_cache(maxsize=64)
def _in_order(names: tuple[str, ...]) -> tuple[Sequence[int], str]:
    """Where the names stand, in their order, and how they are spelled. A vendor's records have few
    sets of names: sorting and spelling them for each record would take a third of the time of a
    fingerprint."""
    places = sorted(range(len(names)), key=names.__getitem__)
    return places, _ENCODER.encode([names[place] for place in places])


def moment(value: str, zone: tzinfo) -> datetime | None:
    """The instant that ISO 8601 or `YYYY-MM-DD HH:MM[:SS]` names, in UTC; None where none is named.

    Without an offset it is local time of `zone`: an hour that comes twice is the first one, an hour
    that is skipped is counted with the offset before the change. A day alone is its midnight. What
    cannot be read gives None, and so do the years by which databases say "none": up to 1900 (.NET
    says 0001-01-01) and from 9000 on.
    """
    return as_moment(_parsed(value), zone)


def as_moment(value: datetime | None, zone: tzinfo) -> datetime | None:
    """The same for a time that is parsed already; naive is local time of `zone`."""
    if value is None or value.year not in _REAL_YEARS:
        return None
    aware = value if value.tzinfo else value.replace(tzinfo=zone, fold=0)
    return aware.astimezone(UTC)


def day(value: str, zone: tzinfo) -> date | None:
    """The calendar day in `zone` of what `moment` reads; a naive day is taken as it stands."""
    return as_day(_parsed(value), zone)


def as_day(value: datetime | None, zone: tzinfo) -> date | None:
    """The same for a time that is parsed already."""
    if value is None or value.year not in _REAL_YEARS:
        return None
    return (value.astimezone(zone) if value.tzinfo else value).date()


def truth(value: object) -> bool | None:
    """What true, 1, "1", "true", "yes" and their opposites say; None for everything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, str | int | Decimal) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def number(value: object) -> Decimal | None:
    """A finite number, given as a number or as digits with a point; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def whole(value: object) -> int | None:
    """A whole number ("3", 3, 3.0); None for everything else."""
    found = number(value)
    if found is None or abs(found) >= 2**63 or found != found.to_integral_value():
        return None
    return int(found)


def _parsed(value: str) -> datetime | None:
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        return None
    clock, offset = match["clock"] or "00:00", (match["offset"] or "").upper()
    try:
        return datetime.fromisoformat(f"{match['day']}T{clock}{offset}")
    except ValueError:
        return None


def _decimal(value: object) -> str:
    if isinstance(value, Decimal):
        return f"number {value.normalize()}"
    raise TypeError(f"a vendor's record holds no {type(value).__name__}")


# What was parsed contains nothing that contains itself.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), default=_decimal, check_circular=False
)
