"""Tests of JSON as it travels."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.wire_json import encode_json, parse_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
    | st.decimals(allow_nan=False, allow_infinity=False, places=2),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3).map(repr), inner),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_is_read_back(value: object) -> None:
    """Every value comes back as it left, Decimals with every digit."""
    back = parse_json(encode_json(value))
    assert back == value
    assert encode_json(back) == encode_json(value)


@given(JSON)
def test_what_is_written_is_json(value: object) -> None:
    """Another reader of JSON reads the same."""
    theirs = json.loads(encode_json(value), parse_float=Decimal)
    assert theirs == value


def test_money_keeps_its_digits() -> None:
    """A price leaves and arrives with its cents, never as a binary fraction."""
    assert encode_json({"Amount": Decimal("120.00")}) == b'{"Amount":120.00}'
    assert str(parse_json(b"120.00")) == "120.00"
    assert encode_json([Decimal("1E+2"), 0.5, 7]) == b"[100,0.5,7]"


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        float("nan"),
        float("inf"),
        b"bytes",
        {1, 2},
        pytest.param(object(), id="an object"),
    ],
    ids=str,
)
def test_what_json_cannot_say_is_not_written(value: object) -> None:
    """Infinities, NaN and other types stop before anything leaves."""
    with pytest.raises(ValueError, match="JSON"):
        encode_json({"a": [value]})


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1,]", b"NaN", b"-Infinity", b"\xff\xff", b"[" * 100_000, b"<html>", b"1 2"],
    ids=lambda content: content[:10].decode("latin-1"),
)
def test_what_is_no_json_is_not_read(content: bytes) -> None:
    """Anything but one whole document is a ValueError."""
    with pytest.raises(ValueError):  # noqa: PT011  (the text is the parser's)
        parse_json(content)


def test_what_no_store_can_hold_is_replaced() -> None:
    """NUL and lone surrogate halves become the replacement character, in names too; pairs stay."""
    content = (
        rb'{"a\u0000": ["x\ud83d", "\ude00y", "\ud83d\ude00", "\\u0000", {"b": 1}], "c": null}'
    )
    assert parse_json(content) == {
        "a\ufffd": ["x\ufffd", "\ufffdy", "😀", "\\u0000", {"b": 1}],
        "c": None,
    }
