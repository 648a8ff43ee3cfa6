"""Text from anywhere, made fit to be printed: nothing in it stops a document or deceives a reader.

Pure. What no font shows becomes U+FFFD, a visible replacement. Invisible formatting characters are
left out, because an override of direction can make an amount read backwards; only the two joiners
stay that Persian and other scripts are spelt with.
"""

import re
import unicodedata
from collections.abc import Callable

REPLACEMENT = "\ufffd"
LONGEST = 300_000
"""Characters of one text on paper, about a hundred pages; what is longer says that it was cut."""

_CUT = "\n[…] The text is longer than a document can hold and ends here."
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JOINERS = frozenset("\u200c\u200d")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LEFT_TO_RIGHT = frozenset({"L"})


def printable(text: str, is_shown: Callable[[str], bool]) -> str:
    """The text in NFC with LF line ends, in which `is_shown` holds for every other character."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + _CUT
    plain = _LINE_ENDS.sub("\n", text).replace("\t", "    ")
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", _SELECTORS.sub("", plain))
    return "".join(_printable(each, is_shown) for each in plain)


def one_line(text: str) -> str:
    """The text without line ends, and with one blank where there were more."""
    return " ".join(text.split())


def is_shaped(text: str) -> bool:
    """Whether the look of its letters depends on their neighbours, or on the direction."""
    return not text.isascii() and any(
        unicodedata.bidirectional(each) in ("R", "AL", "AN", "NSM") for each in text
    )


def is_right_to_left(text: str) -> bool:
    """Whether its first letter that has a direction is Hebrew, Arabic or the like."""
    for each in text:
        direction = unicodedata.bidirectional(each)
        if direction in _RIGHT_TO_LEFT:
            return True
        if direction in _LEFT_TO_RIGHT:
            return False
    return False


def runs_both_ways(text: str) -> bool:
    """Whether it is a paragraph from left to right in which something runs from right to left."""
    if text.isascii() or is_right_to_left(text):
        return False
    return any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)


def _printable(character: str, is_shown: Callable[[str], bool]) -> str:
    if character == "\n" or " " <= character <= "~":
        return character
    kind = unicodedata.category(character)
    if kind == "Cf":
        return character if character in _JOINERS and is_shown(character) else ""
    # Cc, Cs, Co, Cn: controls, half a pair, private and unassigned characters.
    return character if kind[0] != "C" and is_shown(character) else REPLACEMENT
