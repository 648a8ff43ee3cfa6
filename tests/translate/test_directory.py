"""Tests of the agency's reference records."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.agentos import wire
from syncd.errors import BadRecord
from syncd.model import Branch, Person, Place, Preference, Tenancy
from syncd.translate import directory
from tests.translate.made import any_text

TENANCY: dict[str, Any] = {
    "OID": "tn-1",
    "PropertyID": "pr-1",
    "State": "Current",
    "IsArchived": False,
    "AccessArrangements": "Ring twice.\r\n",
    "AccessName1": "Mrs Jones",
    "AccessMobile1": "07700 900003",
    "AccessName2": " ",
    "AccessMobile3": "07700 900007",
    "LinkedTenants": [
        {"OID": "te-1", "Title": "Ms", "Forename": "Ada", "Surname": "Lovelace"},
        {"OID": "te-2", "Surname": "Builder", "PhoneNumber": "07700 900002", "LandPhone": " "},
    ],
}

PROPERTY: dict[str, Any] = {
    "OID": "pr-1",
    "GlobalReference": "P-114",
    "AddressFlatRoomNumber": "Flat 2",
    "AddressNumber": "14",
    "Address1": "Elm Road",
    "Address2": "Old Town",
    "Address3": "Aberdeen",
    "Address4": "Aberdeenshire",
    "Postcode": "AB51 3QR",
    "LandlordID": "la-1",
}


def place(**values: Any) -> Place:
    """The property that the vendor's record with these values makes."""
    return directory.place(wire.Property.model_validate({**PROPERTY, **values}))


def tenancy(**values: Any) -> Tenancy:
    """The tenancy that the vendor's record with these values makes."""
    return directory.tenancy(wire.TenancyState.model_validate({**TENANCY, **values}))


def test_a_branch() -> None:
    """A branch has its names and its phone."""
    raw = {"OID": "br-1", "Name": "Northgate", "CompanyName": None, "LandPhone": "01632 960000"}
    assert directory.branch(wire.Branch.model_validate(raw)) == Branch(
        "br-1", "Northgate", "", "01632 960000"
    )


def test_a_property() -> None:
    """The vendor's address lines are street, district, town and county."""
    assert place() == Place(
        property_id="pr-1",
        reference="P-114",
        flat="Flat 2",
        number="14",
        street="Elm Road",
        district="Old Town",
        town="Aberdeen",
        county="Aberdeenshire",
        post_code="AB51 3QR",
        landlord_id="la-1",
    )


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("14 Elm Road\r\nOld Town\r\nAberdeen\r\nAB51 3QR", ("14 Elm Road, Old Town", "Aberdeen")),
        ("14 Elm Road, Aberdeen", ("14 Elm Road", "Aberdeen")),
        ("14 Elm Road", ("14 Elm Road", "")),
        ("", ("", "")),
    ],
)
def test_a_full_address_stands_in_for_its_lines(full: str, parts: tuple[str, str]) -> None:
    """A property with one text for its address still has a street and a town."""
    empty = dict.fromkeys(("AddressFlatRoomNumber", "AddressNumber", "Address1", "Address3"))
    found = place(**empty, FullAddress=full, Postcode=None)
    assert (found.street, found.town) == parts
    assert found.post_code == ("AB51 3QR" if "AB51" in full else "")


def test_a_tenancy() -> None:
    """A tenancy has its tenants, the people named for access, and how to get in."""
    found = tenancy()
    assert found.tenants == (
        Person("te-1", "Ms", "Ada", "Lovelace", ()),
        Person("te-2", "", "", "Builder", ("07700 900002",)),
    )
    assert found.contacts == (
        Person("", "", "", "Mrs Jones", ("07700 900003",)),
        Person("", "", "", "", ("07700 900007",)),
    )
    assert (found.access, found.state, found.is_archived) == ("Ring twice.", "Current", False)
    assert tenancy(IsTenancyEnded=True).state == "Ended"


def test_the_tenancy_that_a_property_carries() -> None:
    """A carried tenancy belongs to its property without naming it."""
    raw = wire.Property.model_validate({**PROPERTY, "LatestTenancy": {"OID": "tn-9"}})
    carried = directory.latest_tenancy(raw)
    assert carried is not None
    assert (carried.tenancy_id, carried.property_id) == ("tn-9", "pr-1")
    assert directory.latest_tenancy(wire.Property.model_validate(PROPERTY)) is None


def test_a_preference_keeps_the_lines_of_its_notes() -> None:
    """A preference has a name in one line and notes as they are."""
    raw = {"OID": "p-1", "Name": "Boiler ", "Notes": "a\r\n\r\nb"}
    found = directory.preference(wire.Preference.model_validate(raw))
    assert found == Preference("Boiler", "a\n\nb")


def test_a_record_with_a_blank_oid_is_a_bad_record() -> None:
    """Nothing could ever refer to it."""
    with pytest.raises(BadRecord, match="the property has no OID"):
        place(OID=" ")


@given(
    st.dictionaries(st.sampled_from(sorted({**PROPERTY, **TENANCY, "FullAddress": ""})), any_text)
)
def test_any_text_makes_a_record_or_is_refused(values: dict[str, Any]) -> None:
    """Whatever text stands in a property or tenancy, it is read or refused as one record."""
    for read in (place, tenancy):
        try:
            read(**values)
        except (BadRecord, ValueError):
            continue
