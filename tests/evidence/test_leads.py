"""What counts as a lead in a field of a closed visit, and what its notes say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.evidence.leads import LONGEST, TICKED, lead_notes, noted_lead
from syncd.letsjobit.wire import Visit


def closed(*lines: list[tuple[str, object]]) -> Visit:
    """A closed visit with these fields and values on its lines."""
    made = [{"extraData": [{"name": n, "value": v} for n, v in line]} for line in lines]
    return Visit.model_validate({"_id": "v1", "id": 7, "lines": made})


def noted(value: object) -> str:
    """What the field "lead" says with this value."""
    return noted_lead(closed([("invoice_total", "80"), ("lead", value)]), "lead")


@pytest.mark.parametrize(
    "value", [None, "", " \n", False, 0, "0", "no", "NO", "None", "n/a", "-", "false", []], ids=repr
)
def test_nothing_and_no_are_no_lead(value: object) -> None:
    """However an app says that a field was left as it was."""
    assert noted(value) == ""


@pytest.mark.parametrize("value", [True, 1, "1", "true", "Yes", "on", "x"], ids=repr)
def test_a_tick_says_that_it_was_ticked(value: object) -> None:
    """A lead without words is told as what it is."""
    assert noted(value) == TICKED


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=6, max_size=200))
def test_words_are_taken_as_they_stand(words: str) -> None:
    """Nothing is added or left out but blanks around them."""
    assert noted(f"  {words} ") == words


def test_only_the_named_field_counts() -> None:
    """Other fields are other people's business."""
    assert noted_lead(closed([("remark", "sells his house")]), "lead") == ""


def test_several_lines_are_one_lead() -> None:
    """What stands on more than one line of a visit is told together, and once."""
    visit = closed([("lead", "A sells")], [("lead", "B lets")], [("lead", "A sells")])
    assert noted_lead(visit, "lead") == "A sells\nB lets"


def test_a_picture_in_the_field_is_cut() -> None:
    """A field of the wrong kind does not make a note of megabytes."""
    assert len(noted("x" * 3_000_000)) == LONGEST


def test_the_notes_end_with_the_visit() -> None:
    """By that line people find the lead, and so the visit."""
    assert lead_notes("A sells", doc_no="MJ-1") == "A sells\n[visit MJ-1]"
