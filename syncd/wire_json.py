"""JSON as it travels: numbers stay exact both ways, and what no store can hold is replaced.

Pure. It knows no vendor: it neither reads nor judges what a document says.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NoReturn

Wire = None | bool | int | float | Decimal | str | list["Wire"] | dict[str, "Wire"]
"""A JSON value as parsed: numbers with a point or an exponent are Decimal, never float."""

Record = dict[str, Wire]
"""A JSON object as a vendor sent it."""

REPLACEMENT = "\ufffd"

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAYBE_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def parse_json(content: bytes) -> Wire:
    """Parse a whole document; ValueError when it is not JSON, cut short or nested beyond reason.

    NUL and lone halves of surrogate pairs, which JSON can spell and neither UTF-8 nor Postgres can
    hold, become U+FFFD.
    """
    try:
        document: Wire = json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
        return _storable(document) if _may_be_unstorable(content) else document
    except RecursionError:
        raise ValueError("nested too deeply") from None


def encode_json(value: object) -> bytes:
    """Write a document; a Decimal keeps every digit (`120.00`), as no float would.

    ValueError for what JSON cannot say: infinities, NaN, values of other types.
    """
    return _encoded(value).encode("ascii")


def _encoded(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("JSON has no infinities and no NaN")
        return format(value, "f")
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(name))}:{_encoded(inner)}" for name, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(map(_encoded, value)) + "]"
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value, allow_nan=False)
    raise ValueError(f"JSON cannot say a {type(value).__name__}")


def _may_be_unstorable(content: bytes) -> bool:
    """Whether a search is worth it is told at once by most documents: they spell nothing so."""
    return b"\\u" in content and _MAYBE_UNSTORABLE.search(content) is not None


def _storable(value: Wire) -> Wire:
    if isinstance(value, str):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    if isinstance(value, dict):
        return {
            _UNSTORABLE.sub(REPLACEMENT, name): _storable(inner) for name, inner in value.items()
        }
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
