"""What an address line names: a house number, units in the house, and words. Pure.

It is read without any list of the words for a unit, since none would be complete: a number after a
word belongs to that word ("Flat 2", "Block 3", "rear of 14"), so only a number that begins a part
of the line, or follows a unit, may be a house number. Nothing here decides between two of those.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from syncd.translate.canonical import text

_BREAK = re.compile(r"[,;:()\[\]|\n]|\s-\s")
_TOKEN = re.compile(r"\d+[a-z]?-\d+[a-z]?(?![^\W_])|[^\W_]+(?:/[^\W_]+)*")
_HOUSE = re.compile(r"\d+[a-z]?(?:-\d+[a-z]?)?")
_PAIR = re.compile(r"\d+[a-z]?/\d+[a-z]?")
_JOINED = re.compile(r"([^\W\d_]{3,}|f)(\d+[a-z]?)")
_MARKS = str.maketrans(
    {
        **dict.fromkeys(("'", "\u2019", "`"), ""),
        **dict.fromkeys(("\u2010", "\u2011", "\u2013", "\u2014"), "-"),
        "&": " and ",
    }
)
_SILENT = frozenset({"the", "no", "number"})
_SPELLED = {
    **{"apartment": "flat", "apt": "flat", "appt": "flat", "flt": "flat", "f": "flat"},
    **{"rm": "room", "bsmt": "basement", "annex": "annexe"},
    **{"road": "rd", "street": "st", "saint": "st", "avenue": "ave", "av": "ave", "lane": "ln"},
    **{"drive": "dr", "close": "cl", "court": "ct", "crescent": "cres", "gardens": "gdns"},
    **{"place": "pl", "square": "sq", "terrace": "ter", "terr": "ter", "grove": "gr"},
}
"""Words that mean the same, by the one that stands for them."""


class _Role(Enum):
    WORD = auto()
    NUMBER = auto()
    UNIT = auto()


@dataclass(frozen=True)
class Unit:
    """A number and the word before it: "flat" and "2". `kind` is "" where there is none."""

    kind: str
    number: str

    def is_same(self, other: "Unit") -> bool:
        """Whether both are one unit. AgentOS has a field for the number of a flat or room, so a
        number alone may be either."""
        kinds = {self.kind, other.kind}
        return self.number == other.number and (
            len(kinds) == 1 or kinds in ({"", "flat"}, {"", "room"})
        )


@dataclass(frozen=True)
class AddressLine:
    """What a line says. `numbers` are all that may be house numbers: more than one is a doubt.

    `before` are the words in front of the first house number, `street` those that follow it.
    """

    numbers: tuple[str, ...]
    units: frozenset[Unit]
    words: frozenset[str]
    before: frozenset[str] = frozenset()
    street: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Piece:
    role: _Role
    value: str
    kind: str = ""


def read_line(typed: str, *, post_code: str) -> AddressLine:
    """An address line without its own post code. "14/2" is a house number where it stands alone
    and no other number does; beside one it is a unit, as in "14 Elm Road, 2/1"."""
    parts = [_pieces(part) for part in _parts(typed, post_code)]
    found = [piece for part in parts for piece in part]
    numbers = tuple(each.value for each in found if each.role is _Role.NUMBER)
    units = _units(found)
    pairs = [each for each in units if not each.kind and _PAIR.fullmatch(each.number)]
    if not numbers and len(pairs) == 1:
        numbers, units = (pairs[0].number,), units - {pairs[0]}
    before, street = _around(parts, numbers)
    return AddressLine(numbers, units, _words(found), before, street)


def read_unit(typed: str, *, post_code: str) -> AddressLine:
    """A line that names a unit and no house: a number that stands alone is the unit's."""
    found = [piece for part in _parts(typed, post_code) for piece in _pieces(part)]
    alone = {Unit("", each.value) for each in found if each.role is _Role.NUMBER}
    return AddressLine((), _units(found) | alone, _words(found))


def _parts(typed: str, post_code: str) -> list[str]:
    """The line between its commas and brackets, in small letters."""
    plain = text(typed).casefold().translate(_MARKS)
    letters = "".join(post_code.split()).casefold()
    if letters:
        code = r"\s*".join(map(re.escape, letters))
        plain = re.sub(rf"(?<![^\W_]){code}(?![^\W_])", ",", plain)
    return _BREAK.split(plain)


def _pieces(part: str) -> list[_Piece]:
    """Words, numbers that may be of a house, and units."""
    found: list[_Piece] = []
    for token in _tokens(part):
        before = found[-1] if found else None
        is_plain = _HOUSE.fullmatch(token) is not None or len(token) == 1
        if not _is_number(token):
            found.append(_Piece(_Role.WORD, _SPELLED.get(token, token)))
        elif before is not None and before.role is _Role.WORD:
            found[-1] = _Piece(_Role.UNIT, token, before.value)
            if len(found) > 1 and found[-2].role is _Role.NUMBER:
                # "14 flat 2 Elm Road": either number may be the house's.
                found.append(_Piece(_Role.NUMBER, token))
        else:
            found.append(_Piece(_Role.NUMBER if is_plain else _Role.UNIT, token))
    return found


def _tokens(part: str) -> Iterator[str]:
    """Words and numbers; "flat2" and "f2" are two."""
    for token in _TOKEN.findall(part):
        joined = _JOINED.fullmatch(token)
        if joined is not None:
            yield from (_SPELLED.get(joined[1], joined[1]), joined[2])
        elif token not in _SILENT:
            yield token


def _is_number(token: str) -> bool:
    """Whether it tells one door from another: a number, a letter, "2/1", "3f2"."""
    return len(token) == 1 or any(letter.isnumeric() for letter in token)


def _units(found: Iterable[_Piece]) -> frozenset[Unit]:
    return frozenset(Unit(each.kind, each.value) for each in found if each.role is _Role.UNIT)


def _words(found: Iterable[_Piece]) -> frozenset[str]:
    return frozenset(each.value for each in found if each.role is _Role.WORD)


def _around(
    parts: Sequence[list[_Piece]], numbers: Sequence[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The words before the first house number, and those after it in its part, else of the next
    part that has any."""
    for n, part in enumerate(parts):
        for place, each in enumerate(part):
            if each.value in numbers[:1] and not each.kind:
                before = (*parts[:n], part[:place])
                after = (part[place + 1 :], *parts[n + 1 :])
                street = next(filter(None, map(_words, after)), frozenset[str]())
                return frozenset[str]().union(*map(_words, before)), street
    return frozenset(), frozenset()
