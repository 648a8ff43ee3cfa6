"""The identity of a job that is created through AgentOS V3 Maintenance. Pure.

V3 knows a job by an ExternalID of fewer than 10 characters that must be unique, and answers a
repeat with "ExternalID must be unique": the proof that the first one arrived. So it is made of the
visit alone: eight characters of a hash in Crockford's base 32 (no I, L, O or U, which people
misread) and a ninth that detects a mistyped character and two that changed places.
"""

import hashlib
import json
from typing import Final

LENGTH: Final = 9
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {letter: value for value, letter in enumerate(_LETTERS)}
_BITS: Final = 5


def external_id(short_name: str, visit_key: str) -> str:
    """The nine characters for one visit of an agency, the same for ever."""
    digest = hashlib.sha256(json.dumps([short_name, visit_key, 0]).encode("ascii")).digest()
    number = int.from_bytes(digest[:5])
    letters = [_LETTERS[number >> shift & 31] for shift in range(0, 8 * _BITS, _BITS)]
    body = "".join(letters)
    return body + _check_letter(body)


def is_external_id(text: str) -> bool:
    """Whether a text is an identity that we made: nine characters that agree with their check."""
    return (
        len(text) == LENGTH
        and all(letter in _VALUES for letter in text)
        and _check_letter(text[:-1]) == text[-1]
    )


def _check_letter(body: str) -> str:
    """Luhn's sum modulo 32."""
    total = 0
    for place, letter in enumerate(reversed(body)):
        value = _VALUES[letter] * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return _LETTERS[-total % 32]
