"""Tests of the canonical forms of values."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.translate import canonical
from tests.translate.made import LONDON, any_text, hostile_text

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=10,
)


def shuffled(value: Any) -> Any:
    """The same JSON with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(value)}
    return [shuffled(each) for each in value] if isinstance(value, list) else value


@given(hostile_text)
def test_canonical_text_is_its_own_canonical_text(value: str) -> None:
    """A canonical text does not change when it is made canonical again."""
    once = canonical.text(value)
    assert canonical.text(once) == once
    once.encode("utf-8")


@given(hostile_text)
def test_line_is_one_line_without_controls(value: str) -> None:
    """A line holds no line break and no control character, whatever it was made of."""
    found = canonical.line(value)
    assert canonical.line(found) == found
    assert len(found.splitlines()) <= 1
    assert not any(character < " " for character in found)


def test_text_changes_nothing_but_line_ends_blanks_at_ends_and_composition() -> None:
    """Inner blank lines, indentation, emoji, right-to-left text and controls stay as they are."""
    raw = "\r\n  Cafe\u0301 \t\r\n\r\n\x07 مرحبا 🔧\u00a0\rend\n\n"
    assert canonical.text(raw) == "  Café\n\n\x07 مرحبا 🔧\u00a0\nend"


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    """What UTF-8 cannot carry does not stop a record."""
    assert canonical.text("a\ud83db") == "a\ufffdb"


@given(st.dictionaries(any_text, json_values))
def test_fingerprint_does_not_depend_on_the_order_of_keys(raw: dict[str, Any]) -> None:
    """The same record in another key order, at any depth, has the same fingerprint."""
    assert canonical.fingerprint(raw) == canonical.fingerprint(shuffled(raw))


@given(st.dictionaries(any_text, json_values), st.dictionaries(any_text, json_values))
def test_different_records_have_different_fingerprints(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    """Records that differ as JSON differ in their fingerprint."""
    differ = json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True)
    assert (canonical.fingerprint(one) != canonical.fingerprint(other)) is differ


def test_fingerprint_reads_exact_numbers() -> None:
    """Numbers with a point, which the clients read as Decimal, count by their value."""
    one, same, other = ({"Amount": Decimal(text)} for text in ("120.0", "120.00", "120.01"))
    assert canonical.fingerprint(one) == canonical.fingerprint(same)
    assert canonical.fingerprint(one) != canonical.fingerprint(other)


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2020-01-24T15:45:38", "2020-01-24T15:45:38"),
        ("2020-06-24T15:45:38", "2020-06-24T14:45:38"),
        ("2020-06-24T15:45:38Z", "2020-06-24T15:45:38"),
        ("2020-06-24T15:45:38.1234567+01:00", "2020-06-24T14:45:38.123456"),
        ("2020-06-24T15:45:38+0200", "2020-06-24T13:45:38"),
        ("2020-03-24 15:45", "2020-03-24T15:45:00"),
        ("2020-03-24 15:45:38", "2020-03-24T15:45:38"),
        (" 2020-06-24 ", "2020-06-23T23:00:00"),
        ("2020-10-25 01:30", "2020-10-25T00:30:00"),
        ("2020-03-29 01:30", "2020-03-29T01:30:00"),
    ],
)
def test_moment_reads_both_vendors_times(written: str, utc: str) -> None:
    """Times with and without offset, seconds and fraction, in a doubled and in a skipped hour."""
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert canonical.moment(written, LONDON) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "1900-01-01",
        "9999-12-31T23:59:59.9999999",
        "2020-02-30",
        "2020-01-01T25:00",
        "24/03/2020",
        "tomorrow",
        "20200324",
        "٢٠٢٠-01-01",
    ],
)
def test_moment_and_day_of_nothing_are_none(written: str) -> None:
    """Empty dates, days that do not exist and other text are no time."""
    assert canonical.moment(written, LONDON) is None
    assert canonical.day(written, LONDON) is None


@given(any_text)
def test_moment_and_day_read_any_text_without_raising(written: str) -> None:
    """No text whatever makes reading a time fail."""
    canonical.moment(written, LONDON)
    canonical.day(written, LONDON)


@given(st.datetimes(datetime(1901, 1, 2), datetime(8999, 12, 30)), st.integers(-14, 14))
def test_moment_keeps_the_instant(local: datetime, hours: int) -> None:
    """A time with an offset is that instant, and what moment gives is read as itself."""
    sign = "-" if hours < 0 else "+"
    found = canonical.moment(f"{local.isoformat()}{sign}{abs(hours):02}:00", LONDON)
    assert found == (local - timedelta(hours=hours)).replace(tzinfo=UTC)
    assert canonical.moment(found.isoformat(), LONDON) == found


def test_day_is_the_day_in_the_zone() -> None:
    """A time near midnight belongs to the agency's day, a naive one to the day it names."""
    assert canonical.day("2026-06-01T23:30:00Z", LONDON) == date(2026, 6, 2)
    assert canonical.day("2026-06-01T23:30:00", LONDON) == date(2026, 6, 1)
    assert canonical.day("2026-06-01", LONDON) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        *((value, True) for value in (True, 1, "1", " true", "TRUE", "yes", Decimal(1))),
        *((value, False) for value in (False, 0, "0", "False", "no")),
        *((value, None) for value in (None, "", "2", 2, "maybe", [], {}, 0.5)),
    ],
    ids=repr,
)
def test_truth_reads_every_spelling(value: object, meaning: bool | None) -> None:
    """Truth values come as JSON booleans, numbers and words; everything else says nothing."""
    assert canonical.truth(value) is meaning


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        *((value, 3) for value in ("3", " 3.0", 3, 3.0, Decimal("3.00"))),
        *((value, None) for value in ("3.5", True, None, "NaN", "1e400", "x", [])),
    ],
    ids=repr,
)
def test_whole_reads_numbers_and_digits(value: object, meaning: int | None) -> None:
    """A whole number may be spelt as text or with zeros behind the point; nothing else is one."""
    assert canonical.whole(value) == meaning


@given(json_values)
def test_numbers_read_any_json_without_raising(value: object) -> None:
    """No JSON whatever makes reading a number or a truth value fail."""
    canonical.whole(value)
    canonical.truth(value)
