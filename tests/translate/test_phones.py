"""Phone numbers as V3 Maintenance takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import BadRecord
from syncd.translate.phones import normalised_phone


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
    """Blanks, brackets, country codes and a second number do not reach the vendor."""
    assert normalised_phone(typed) == dialled


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
        normalised_phone(typed)
    assert reason in caught.value.message
    assert not any(letter.isdigit() for letter in caught.value.message)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_reason(typed: str) -> None:
    """Nothing that a person may type stops it with anything but a reason."""
    try:
        dialled = normalised_phone(typed)
    except BadRecord:
        return
    assert dialled.lstrip("+").isascii()
    assert dialled.lstrip("+").isdigit()
