"""The measures of our documents: sizes, colours, and how many columns a fact takes. Pure."""

from dataclasses import dataclass
from typing import Literal

from syncd.evidence.pictures import Picture

Colour = tuple[int, int, int]
Align = Literal["L", "R"]

MARGIN = 18.0
WIDTH = 210.0 - 2 * MARGIN
"""Millimetres, as every length here."""

INK: Colour = (33, 37, 41)
GREY: Colour = (108, 117, 125)
HAIRLINE: Colour = (214, 219, 224)

HEIGHT = 297.0
TOP_OF_LATER_PAGES = 25.0
BOTTOM = 22.0
GAP = 8.0
LOGO = (55.0, 17.0)
_TALLEST_ROW = 60.0
"""A fact that may be higher than this has a row of its own, where pages may part it."""
_MOST_WRAPPED = 2
_WIDEST = 3.4
USUAL = 2.1
"""How wide letters are at the size of a fact, 9 points: the widest, and digits and capitals."""


@dataclass(frozen=True)
class Letterhead:
    """The contractor as printed; `colour` is #rrggbb, empty texts are left out."""

    name: str
    address: tuple[str, ...] = ()
    vat_number: str = ""
    logo: Picture | None = None
    colour: str = "#1f3a5f"


@dataclass(frozen=True)
class Fact:
    """A value with its label; facts without a value are not printed."""

    label: str
    value: str


def width_of(span: int, columns: int) -> float:
    """How wide so many columns of that many are, with the gaps between them."""
    one = (WIDTH - GAP * (columns - 1)) / columns
    return one * span + GAP * (span - 1)


def span_of(fact: Fact, columns: int) -> int:
    """How many columns a fact needs, so that no serial number is broken and no column is long."""
    lines = fact.value.strip().split("\n")
    longest_word = max(len(word) for line in lines for word in [*line.split(), ""])
    for span in range(1, columns):
        width = width_of(span, columns)
        wrapped = sum(int(len(line) * USUAL / width) for line in lines)
        is_roomy = longest_word * USUAL <= width and wrapped <= _MOST_WRAPPED
        if is_roomy and height_of(fact, width) <= _TALLEST_ROW:
            return span
    return columns


def height_of(fact: Fact, width: float) -> float:
    """How high a fact will be, never less than it is."""
    letters = int(width / _WIDEST)
    rows = sum(1 + len(each) // letters for each in fact.value.strip().split("\n"))
    return 3.6 * (1 + len(fact.label) // letters) + 4.6 * rows + 1.8


def parsed(colour: str) -> Colour:
    """The parts of #rrggbb."""
    digits = colour.removeprefix("#")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def tint(colour: Colour) -> Colour:
    """A trace of the colour, for the ground of dark letters."""
    red, green, blue = (round(255 - (255 - part) * 0.08) for part in colour)
    return red, green, blue


def readable_on(colour: Colour) -> Colour:
    """White, or ink where the colour is too light for white letters."""
    red, green, blue = colour
    return (255, 255, 255) if 0.299 * red + 0.587 * green + 0.114 * blue < 160 else INK
