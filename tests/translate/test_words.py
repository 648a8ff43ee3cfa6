"""Tests of the words for how urgent work is."""

import pytest
from hypothesis import given

from syncd.translate.words import priority_name, priority_note, visit_priority
from tests.translate.made import any_text


@pytest.mark.parametrize(
    ("word", "name", "priority"),
    [
        ("Emergency", "Emergency", 1),
        ("urgent", "High", 2),
        ("High", "High", 2),
        ("MEDIUM", "Medium", 5),
        (" Normal ", "Medium", 5),
        ("Low", "Low", 8),
        ("", "Low", 8),
        ("P1", "Low", 8),
    ],
)
def test_priority_words(word: str, name: str, priority: int) -> None:
    """Every word of AgentOS has its number at LetsJobIt; unknown and empty words read Low."""
    assert priority_name(word) == name
    assert visit_priority(word) == priority


def test_only_guesses_are_noted() -> None:
    """A known word needs no note; an unknown one is named, an empty one is said to be missing."""
    assert priority_note("Normal") is None
    assert "'P1'" in (priority_note("P1") or "")
    assert priority_note(" ") == "The job has no priority; it is read as Low."


@given(any_text)
def test_any_word_has_a_priority(word: str) -> None:
    """No word whatever is without a priority, and a note is one line."""
    assert visit_priority(word) in {1, 2, 5, 8}
    assert len((priority_note(word) or "").splitlines()) <= 1
