"""Text from anywhere, as it stands on paper."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.evidence.directions import parts_from_left
from syncd.evidence.text import (
    LONGEST,
    is_right_to_left,
    is_shaped,
    one_line,
    printable,
    runs_both_ways,
)

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


def shown(character: str) -> bool:
    """A font that shows what lies in the basic plane."""
    return ord(character) < 0x10000


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("a\tb", "a    b"),
        ("e\u0301", "é"),
        ("bell \x07 nul \x00", "bell \ufffd nul \ufffd"),
        ("half \ud83e", "half \ufffd"),
        ("unicorn 🦄", "unicorn \ufffd"),
        ("private \ue000", "private \ufffd"),
        ("pay \u202e00.1\u202c now", "pay 00.1 now"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("heart ❤\ufe0f", "heart ❤"),
        (PERSIAN, PERSIAN),
        ("plain", "plain"),
    ],
    ids=ascii,
)
def test_nothing_invisible_or_unknown_is_printed(text: str, printed: str) -> None:
    """What no font shows is replaced by a sign that is seen; what only deceives is left out."""
    assert printable(text, shown) == printed


@given(ANY_TEXT)
def test_any_text_can_be_printed(text: str) -> None:
    """What is left is shown by a font, can be written as UTF-8, and stays as it is."""
    printed = printable(text, shown)
    assert all(each == "\n" or shown(each) for each in printed)
    assert not any(unicodedata.category(each) in ("Cs", "Co") for each in printed)
    assert printable(printed.encode().decode(), shown) == printed


def test_a_text_without_end_says_that_it_was_cut() -> None:
    """A text that fills a hundred pages ends with a sentence that says so."""
    printed = printable("x" * (LONGEST + 1), shown)
    assert printed.endswith("The text is longer than a document can hold and ends here.")
    assert len(printed) < LONGEST + 100


@pytest.mark.parametrize(
    ("text", "is_rtl", "is_mixed", "shapes"),
    [
        ("Boiler", False, False, False),
        ("Zażółć", False, False, False),
        ("مرحبا 12 hello", True, False, True),
        ("12 שלום", True, False, True),
        ("Flat مبنى 12", False, True, True),
        ("n\u0308", False, False, True),
        ("12", False, False, False),
    ],
    ids=ascii,
)
def test_directions_are_told(text: str, is_rtl: bool, is_mixed: bool, shapes: bool) -> None:
    """The first letter with a direction gives that of the paragraph."""
    assert (is_right_to_left(text), runs_both_ways(text), is_shaped(text)) == (
        is_rtl,
        is_mixed,
        shapes,
    )


def test_one_line_has_no_line_ends() -> None:
    """Line ends and runs of blanks become one blank."""
    assert one_line(" a\n\n b\tc ") == "a b c"


def test_numbers_inside_arabic_stand_in_reading_order() -> None:
    """Arabic quoted in English is read from its right, with its numbers from their left."""
    read = "Flat مبنى 12 الطابق 3, ok"
    assert [(part.text, part.is_right_to_left) for part in parts_from_left(read)] == [
        ("Flat ", False),
        ("3", False),
        (" الطابق ", True),
        ("12", False),
        ("مبنى ", True),
        (", ok", False),
    ]


@given(ANY_TEXT.map(lambda text: printable(text, shown).replace("\n", " ")))
def test_no_letter_is_lost_in_ordering(line: str) -> None:
    """Ordering the parts of a line moves letters and loses none."""
    assert sorted("".join(part.text for part in parts_from_left(line))) == sorted(line)
