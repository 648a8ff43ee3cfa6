"""Phones and e-mail addresses in words that people typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.translate.reaching import Reached, reached_by


@pytest.mark.parametrize(
    ("words", "phone", "email"),
    [
        ("ring 07700 900951", "07700 900951", ""),
        ("Ring (01632) 960123, mornings", "(01632) 960123", ""),
        ("+44 7700 900951 or ada@example.org", "+44 7700 900951", "ada@example.org"),
        ("ada.b+c@mail.example.org wants to let", "", "ada.b+c@mail.example.org"),
        ("07700 900951, again 07700 900951", "07700 900951", ""),
    ],
)
def test_what_stands_alone_is_found(words: str, phone: str, email: str) -> None:
    """As it was typed; twice the same is one."""
    assert reached_by(words) == Reached(phone, email)


@pytest.mark.parametrize(
    "words",
    [
        "07700 900951 (him) or 07700 900952 (her); a@example.org, b@example.org",
        "asks for 1250000 or 350,000 by 2026-11-30",
        "flat 12, 24 Mill Lane, AB10 1AB; MJ-10458; 80.50",
        "",
    ],
)
def test_what_is_ambiguous_or_no_phone_is_left_to_the_notes(words: str) -> None:
    """Of two nobody knows whose they are; prices, dates and numbers of jobs are none."""
    assert reached_by(words) == Reached()


@given(st.text())
def test_whatever_was_typed_is_read(words: str) -> None:
    """Nothing that people type makes it fail, and what is found stood there."""
    found = reached_by(words)
    assert found.phone in words
    assert found.email in words
