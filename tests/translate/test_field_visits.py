"""At which property a visit from the field is, and what its job says."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from syncd.model import Place, VisitRecord
from syncd.translate.field_visits import (
    LONGEST_TITLE,
    address_line,
    job_priority,
    job_title,
    near,
    places_of,
    reported_at,
    told_in,
)
from syncd.translate.tags import write_tag
from tests.translate.addresses import VISIT, at
from tests.translate.made import TAG

LONDON = ZoneInfo("Europe/London")
HOUSE = Place("p-1", "P300", "", "14", "Elm Road", "", "Leeds", "", "LS1 4DY", "")
FLAT = replace(HOUSE, property_id="p-2", reference="P301", flat="Flat 2")
NAMED = replace(HOUSE, property_id="p-3", reference="P302", flat="Top Floor Left")
PLACES = (HOUSE, FLAT, NAMED)


@pytest.mark.parametrize(
    ("visit", "found"),
    [
        (at("14 Elm Road"), ["p-1"]),
        (at("14, Elm Road", post_code="LS1 4DZ"), []),
        (at("14 Elm Road", post_code=""), []),
        (at("14a Elm Road"), []),
        (at("141 Elm Road"), []),
        (at("Flat 2, 14 Elm Road"), ["p-2"]),
        (at("Flat 3, 14 Elm Road"), []),
        (at("", site="14 Elm Road"), ["p-1"]),
        (at("anywhere", site_id="p301", post_code=""), ["p-2"]),
        (at("14 Elm Road", site_id="p-2"), ["p-2"]),
        (at("14 Elm Road", site_id="unknown"), ["p-1"]),
    ],
)
def test_a_property_is_matched_exactly_or_not_at_all(visit: VisitRecord, found: list[str]) -> None:
    """`siteId` wins; else post code and number, with the flat where there is one."""
    assert [each.property_id for each in places_of(visit, PLACES)] == found


def test_properties_with_the_same_reference_are_all_candidates() -> None:
    """A person says which."""
    twin = replace(HOUSE, property_id="p-9")
    assert len(places_of(at("x", site_id="P300"), (*PLACES, twin))) == 2


def test_near_is_the_post_code() -> None:
    """What a person is offered where nothing fits."""
    assert near(at("x"), PLACES) == PLACES
    assert near(at("x", post_code=""), PLACES) == ()


def test_a_property_is_named_by_its_address() -> None:
    """On one line."""
    assert address_line(FLAT) == "Flat 2, 14 Elm Road, Leeds, LS1 4DY"


def test_what_people_wrote_is_told_without_what_is_ours() -> None:
    """Neither our block nor our tag."""
    tag = write_tag(TAG)
    obs = f"Gutter hangs.\n--- Job 7 ---\nOther\n--- End of job 7 ---\n{tag}\nSoon."
    assert told_in(replace(VISIT, obs=obs, doc_no="7"), doc_no="{reference}") == (
        "Gutter hangs.\n\nSoon."
    )


def test_the_title_is_the_first_line_cut_to_fit() -> None:
    """Without any text it is the visit's name."""
    assert job_title("\nGutter  hangs\nmore", name="NF-1") == "Gutter hangs"
    assert job_title(" \n", name="NF-1") == "Visit NF-1"
    assert len(job_title("x" * 300, name="NF-1")) == LONGEST_TITLE


@pytest.mark.parametrize(
    ("priority", "word"),
    [(None, None), (1, "Emergency"), (2, "High"), (5, "Medium"), (7, "Low"), (8, "Low")],
)
def test_the_priority_is_the_agencys_word(priority: int | None, word: str | None) -> None:
    """1 is the highest of 10."""
    assert job_priority(priority) == word


def test_a_fault_was_reported_when_its_visit_was_made() -> None:
    """Else on its day; never at a default."""
    made = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert reported_at(replace(VISIT, created_at=made), LONDON) == made
    plain = replace(VISIT, created_at=None, date="2026-06-02")
    assert reported_at(plain, LONDON) == datetime(2026, 6, 1, 23, tzinfo=UTC)
    assert reported_at(replace(plain, date=""), LONDON) is None
