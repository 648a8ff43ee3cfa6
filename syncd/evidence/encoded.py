"""Bytes that a visit holds as text: base64 with or without what stands around it. Pure.

Source: LetsJobIt API v2, Get All Visits: `signature` stands in the sample ("/9j/4AAQ…") and in no
table. So it is read with and without a `data:` prefix, with white space, in either alphabet of
RFC 4648 and without its padding; values of custom fields are read likewise.
"""

import base64
import re

from syncd.errors import BadEvidence
from syncd.evidence.pictures import LARGEST_BYTES

_PREFIX = re.compile(r"data:[^,]{0,200},", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*")
_URL_SAFE = str.maketrans("-_", "+/")


def decode_text(text: str, what: str) -> bytes:
    """The bytes; BadEvidence where there are none, which calls them `what` ("the signature")."""
    return _decoded(_written_bare(text, what), what)


def _written_bare(text: str, what: str) -> str:
    """The base64 without its prefix, white space and padding, in the standard alphabet."""
    bare = "".join(text.split())
    prefix = _PREFIX.match(bare)
    if prefix is not None:
        if not prefix.group().lower().endswith(";base64,"):
            raise BadEvidence(f"{what} is a data: address that is not in base64")
        bare = bare[prefix.end() :]
    return bare.rstrip("=").translate(_URL_SAFE)


def _decoded(bare: str, what: str) -> bytes:
    if len(bare) * 3 // 4 > LARGEST_BYTES:
        raise BadEvidence(f"{what} is larger than {LARGEST_BYTES // 1024 // 1024} MB")
    # One character over whole groups of four holds six bits: no byte ends there.
    if not bare or not _BASE64.fullmatch(bare) or len(bare) % 4 == 1:
        raise BadEvidence(f"{what} is not base64")
    return base64.b64decode(bare + "=" * (-len(bare) % 4))
