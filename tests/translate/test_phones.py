"""Phone numbers as V3 Maintenance takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import BadRecord
from syncd.translate.phones import Phones, phones_in


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700900123"),
        ("0044 7700 900123", "07700900123"),
        ("(07700) 900-123", "07700900123"),
        ("07700 900123 / 07700 900124", "07700900123"),
        ("07700900123 or 07700900124", "07700900123"),
        ("Tel: 07700 900 123", "07700900123"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "07700900123"),  # noqa: RUF001  (Arabic digits)
    ],
)
def test_a_number_is_written_as_it_is_dialled(typed: str, dialled: str) -> None:
    """Blanks, brackets and country codes do not reach the vendor."""
    assert phones_in(typed).first == dialled


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "no phone number"),
        ("  ", "no phone number"),
        ("ring the bell", "no digits"),
        ("07700", "no area code"),
        ("+44 1", "too short"),
        ("07700 900123 900123", "too long"),
        ("+999 7700 900123", "country code"),
        ("+", "no digits"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(typed: str, reason: str) -> None:
    """The reason says what is wrong and never shows the number."""
    with pytest.raises(BadRecord) as caught:
        phones_in(typed)
    assert reason in caught.value.message
    assert not any(letter.isdigit() for letter in caught.value.message)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_reason(typed: str) -> None:
    """Nothing that a person may type stops it with anything but a reason."""
    try:
        found = phones_in(typed)
    except BadRecord:
        return
    for dialled in filter(None, (found.first, found.second)):
        assert dialled.lstrip("+").isascii()
        assert dialled.lstrip("+").isdigit()
    assert found.first != found.second


@pytest.mark.parametrize(
    ("typed", "first", "second", "says_more"),
    [
        ("07700 900123", "07700900123", "", False),
        ("+44 (0)7700 900-123", "07700900123", "", False),
        ("07700 900123 / 07700 900124", "07700900123", "07700900124", False),
        ("07700 900123 and 07700 900124", "07700900123", "07700900124", False),
        ("07700 900123 OR 07700 900124", "07700900123", "07700900124", False),
        ("07700 900123 & 07700 900124", "07700900123", "07700900124", False),
        ("07700 900123\n07700 900124", "07700900123", "07700900124", False),
        ("07700 900123; +44 7700 900123", "07700900123", "", False),
        ("07700 900123 / 07700 900124 / 07700 900125", "07700900123", "07700900124", True),
        ("0131 496 0000 ext 12", "01314960000", "", True),
        ("0131 496 0000, ext 12", "01314960000", "", True),
        ("0131 496 0000 x12", "01314960000", "", True),
        ("0131 496 0000#12", "01314960000", "", True),
        ("0131 496 0000 / 12", "01314960000", "", True),
        ("07700 900123 (Ada, mornings)", "07700900123", "", True),
        ("ask the neighbour; 07700 900123", "07700900123", "", True),
        ("07700 900123 mornings", "07700900123", "", True),
        ("Ada 07700 900123 Ben 07700 900124", "07700900123", "07700900124", True),
        ("Ada 07700 900123, Ben 07700 900124", "07700900123", "07700900124", True),
    ],
)
def test_what_was_typed_is_two_numbers_and_perhaps_more(
    typed: str, first: str, second: str, says_more: bool
) -> None:
    """A second number is sent as such; of what no number carries it is known that it is there."""
    assert phones_in(typed) == Phones(first, second, says_more)


_NUMBERS = st.integers(0, 999).map(lambda n: f"07700 900{n:03}")


@given(
    numbers=st.lists(_NUMBERS, min_size=1, max_size=4, unique=True),
    between=st.sampled_from(["; ", ", ", " / ", " | ", " or ", " and ", " & ", "\n"]),
)
def test_no_number_is_lost_silently(numbers: list[str], between: str) -> None:
    """The first two are sent in their order, and a third makes it say more."""
    found = phones_in(between.join(numbers))
    sent = [each for each in (found.first, found.second) if each]
    assert sent == [each.replace(" ", "") for each in numbers[:2]]
    assert found.says_more == (len(numbers) > 2)
