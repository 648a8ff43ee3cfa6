"""The mark on a job that was raised for a visit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.translate.external_ids import external_id
from syncd.translate.raised import (
    can_be_marked,
    external_id_of,
    raised_for,
    without_mark,
    write_mark,
)

EID = external_id("northgate", "visit-1")


@given(st.text())
def test_a_name_that_can_be_marked_reads_back_below_any_text(name: str) -> None:
    """With and without an ExternalID, and the text above stays as it was."""
    if not can_be_marked(name):
        return
    for mark in (write_mark(name), write_mark(name, EID)):
        assert raised_for(f"Some text\n{mark}") == name
        assert without_mark(f"Some text\n{mark}") == "Some text"
    assert external_id_of(write_mark(name, EID)) == EID


@pytest.mark.parametrize("name", ["", "NF]17", "NF\n17", f"NF {EID}"])
def test_a_name_that_would_be_misread_is_known(name: str) -> None:
    """Such a visit is named by LetsJobIt's own key."""
    assert not can_be_marked(name)


@pytest.mark.parametrize(
    "told", ["", "see [visit NF-17] of May", "[visit NF-17]\nthanks", "visit NF-17"]
)
def test_only_the_last_line_is_a_mark(told: str) -> None:
    """What people write about visits is no mark."""
    assert raised_for(told) is None
    assert external_id_of(told) is None
    assert without_mark(told) == told


def test_the_mark_of_v4_has_no_external_id() -> None:
    """So a job without a property is read only where V3 made it."""
    assert external_id_of("Tap\n[visit NF-17]") is None
