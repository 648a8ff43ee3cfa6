"""How values become text on a page: nothing gets through as markup, nothing breaks a page."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.admin.pages.looks import age, draw, environment, in_utc, local, pieces, shortened

NOW = datetime(2026, 7, 22, 6, 3, 24, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (0, "just now"),
        (1, "1 second ago"),
        (119, "119 seconds ago"),
        (120, "2 minutes ago"),
        (7199, "119 minutes ago"),
        (7200, "2 hours ago"),
        (200_000, "2 days ago"),
    ],
)
def test_ages_are_words(seconds: int, words: str) -> None:
    """One unit, and never less than nothing: clocks of two machines differ."""
    assert age(NOW - timedelta(seconds=seconds), NOW) == words


def test_times_are_the_agencys_with_utc_behind() -> None:
    """In summer London is an hour ahead of UTC."""
    assert local("2026-07-22T06:03:24Z", "Europe/London") == "22 Jul 2026, 07:03"
    assert in_utc("2026-07-22T06:03:24Z") == "2026-07-22 06:03:24 UTC"


def test_a_value_is_named_texts() -> None:
    """What is empty is left out; lists and flags are words."""
    said = {"city": "Aberdeen", "site": "", "required_skills": ["Gas", "Oil"], "inMobileApp": False}
    assert pieces(said) == [
        ("Town", "Aberdeen"),
        ("Skills", "Gas, Oil"),
        ("In the engineer's app", "no"),
    ]
    assert pieces(None) == []
    assert pieces({"isOurs": False}) == [("", "words that syncd did not write")]


@given(JSON)
def test_any_value_can_be_drawn(value: object) -> None:
    """Whatever JSON a vendor thinks of: it becomes text that can be sent, without any tag of its
    own."""
    template = '{% import "parts.html" as parts %}{{ parts.value(said) }}'
    drawn = environment().from_string(template).render(said=value)
    drawn.encode()
    bare = environment().from_string(template).render(said=_tame(value))
    assert drawn.count("<") == bare.count("<")


def _tame(value: object) -> object:
    """The same value with nothing in it that HTML knows."""
    if isinstance(value, str):
        return "".join("x" if each in "<>&'\"" else each for each in value)
    if isinstance(value, list):
        return [_tame(each) for each in value]
    if isinstance(value, dict):
        return {f"{_tame(name)}": _tame(each) for name, each in value.items()}
    return value


@given(st.text(), st.integers(2, 50))
def test_what_is_shortened_is_short_and_in_one_line(text: str, longest: int) -> None:
    """Lists stay in shape whatever stands in them."""
    line = shortened(text, longest)
    assert len(line) <= longest
    assert "\n" not in line
    line.encode()


def test_a_name_that_a_template_lacks_is_a_bug() -> None:
    """Nothing is silently left out of a page."""
    with pytest.raises(Exception, match="undefined"):
        draw("confirm.html", {})
