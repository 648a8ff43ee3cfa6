"""A visit from the field as V3 takes it."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.agentos.issues import Issue, refusals
from syncd.errors import BadRecord
from syncd.letsjobit.wire import Visit
from syncd.model import Place, VisitRecord
from syncd.translate import content
from syncd.translate.external_ids import external_id
from syncd.translate.issues import EMERGENCY, issue_for
from syncd.translate.visits import visit_record

RAW = {
    "_id": "visit-1",
    "docNo": "NF-17",
    "date": "2026-03-02",
    "address": "14 Elm Road",
    "city": "Leeds",
    "postCode": "LS1 4DY",
    "contactPerson": "Ada Fenwick",
    "contactPhone": "07700 900123; 07700 900124",
    "priority": 5,
    "lines": [
        {
            "id": 1,
            "extraData": [
                {"name": "photo", "value": "gutter 1.JPG"},
                {"name": "note", "value": "see ../x.jpg"},
                {"name": "sum", "value": 12},
            ],
        }
    ],
}
VISIT = visit_record(Visit.model_validate(RAW), ZoneInfo("Europe/London"))
EID = external_id("northgate", "visit-1")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


PLACE = Place(
    property_id="p-1",
    reference="P001",
    flat="Flat 2",
    number="9",
    street="Mill Lane",
    district="Holbeck",
    town="Leeds",
    county="West Yorkshire",
    post_code="LS11 5QN",
    landlord_id="",
)


def issue(
    visit: VisitRecord = VISIT,
    *,
    at: datetime | None = AT,
    base: str = "",
    place: Place | None = None,
) -> Issue:
    """The issue of a visit."""
    return issue_for(
        visit,
        "Gutter hangs.",
        external_id=EID,
        mark="NF-17",
        title="Gutter hangs.",
        reported_at=at,
        document_base_url=base,
        place=place,
    )


def test_a_visit_becomes_an_issue_that_v3_takes() -> None:
    """Typed address, both phones as dialled, and the mark as the last line of the notes."""
    made = issue()
    assert refusals(made) == ()
    assert made.address.lines == ("14 Elm Road", "Leeds")
    assert made.address.post_code == "LS1 4DY"
    assert (made.tenant.phone, made.tenant.surname) == ("07700900123", "Ada Fenwick")
    assert made.tenant.second_phone == "07700900124"
    assert made.notes == f"Gutter hangs.\n[visit NF-17 {EID}]"
    assert (made.priority, made.reported_at, made.documents) == ("Medium", AT, ())


def test_an_emergency_is_high_and_said() -> None:
    """V3 has no such priority."""
    made = issue(replace(VISIT, priority=1))
    assert made.priority == "High"
    assert EMERGENCY in made.notes.split("\n")


@pytest.mark.parametrize(("priority", "word"), [(None, "Low"), (2, "High"), (9, "Low")])
def test_priorities_are_mapped(priority: int | None, word: str) -> None:
    """Low where there is none, as V3 does itself."""
    assert issue(replace(VISIT, priority=priority)).priority == word


def test_files_are_addresses_below_the_public_one() -> None:
    """Only names of files, never paths."""
    assert VISIT.files == ("gutter 1.JPG",)
    (document,) = issue(base="https://files.example/v/").documents
    assert document.url == "https://files.example/v/gutter%201.JPG"
    assert document.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("visit", "at", "why"),
    [
        (replace(VISIT, contact_phone=""), AT, "no phone number"),
        (replace(VISIT, contact_phone="12"), AT, "too short"),
        (VISIT, None, "no date"),
        (replace(VISIT, address="", site=""), AT, "the visit has no address"),
        (replace(VISIT, address=" ", site="", city="", post_code=""), AT, "has no address"),
    ],
)
def test_what_v3_would_refuse_is_said_first(
    visit: VisitRecord, at: datetime | None, why: str
) -> None:
    """Without the number itself."""
    with pytest.raises(BadRecord, match=why):
        issue(visit, at=at)


@pytest.mark.parametrize(
    "typed",
    ["0131 496 0000 ext 12", "07700 900123, 07700 900124, 07700 900125", "07700 900123 (Ben)"],
)
def test_what_no_phone_field_carries_stands_in_the_notes(typed: str) -> None:
    """As it was typed, above the mark."""
    rows = issue(replace(VISIT, contact_phone=typed)).notes.split("\n")
    assert rows[1] == f"Phone on the visit: {typed}"
    assert rows[-1] == f"[visit NF-17 {EID}]"


def test_the_address_of_a_known_property_is_sent() -> None:
    """It says more than what an engineer types; what that says beside it stands in the notes."""
    made = issue(replace(VISIT, address="near the church"), place=PLACE)
    assert made.address.lines == ("Flat 2, 9 Mill Lane", "Holbeck", "Leeds")
    assert made.address.post_code == "LS11 5QN"
    assert "Address on the visit: near the church" in made.notes.split("\n")
    for typed in ("", "9 Mill Lane", "FLAT 2, 9 Mill Lane"):
        assert "Address" not in issue(replace(VISIT, address=typed), place=PLACE).notes


def test_a_property_without_an_address_leaves_the_typed_one() -> None:
    """The agency guarantees no line."""
    bare = replace(PLACE, flat="", number="", street="")
    assert issue(place=bare).address == issue().address
    with pytest.raises(BadRecord, match="no address"):
        issue(replace(VISIT, address=""), place=bare)


@given(priority=st.none() | st.integers(1, 10), city=st.text(), told=st.text())
def test_an_issue_survives_the_store(priority: int | None, city: str, told: str) -> None:
    """What is planned is what is sent."""
    made = issue(replace(VISIT, priority=priority, city=city))
    made = replace(made, fault=told)
    assert content.read(Issue, content.written(made)) == made


def test_an_unknown_word_from_the_store_is_refused() -> None:
    """A content of another version is not sent."""
    with pytest.raises(BadRecord):
        content.read(Issue, {**content.written(issue()), "priority": "Emergency"})
