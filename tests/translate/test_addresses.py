"""Tests of properties as addresses of visits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Branch, Json, Place
from syncd.translate.addresses import address
from syncd.translate.post_codes import lies_in, outward
from tests.translate.made import BRANCH, PLACE, branch, place

NOWHERE = Place("pr-9", "", "", "", "", "", "", "", "", "")


def at(where: Place, office: Branch | None = BRANCH) -> dict[str, Json]:
    """The address of a visit there."""
    return address(where, office, short_name="northgate")


def test_a_whole_address() -> None:
    """Every part of the property has its place in the visit."""
    assert at(PLACE) == {
        "customer": "Northgate Lettings",
        "site": "Flat 2, 14 Elm Road",
        "siteId": "P-114",
        "address": "Flat 2, 14 Elm Road, Old Town",
        "city": "Aberdeen",
        "postCode": "AB51 3QR",
    }


def test_a_named_house_is_parted_by_a_comma() -> None:
    """A house name is no number: a comma stands between it and the street."""
    assert at(replace(PLACE, flat="", number="Rose Cottage"))["site"] == "Rose Cottage, Elm Road"
    assert at(replace(PLACE, flat="", number=""))["site"] == "Elm Road"


def test_required_fields_have_fallbacks() -> None:
    """Customer, address and city, which LetsJobIt requires, are never empty."""
    assert at(NOWHERE, None) == {
        "customer": "northgate",
        "site": "pr-9",
        "siteId": "pr-9",
        "address": "Property pr-9",
        "city": "-",
        "postCode": "",
    }
    assert at(NOWHERE, replace(BRANCH, company_name=""))["customer"] == "Northgate"
    assert at(replace(NOWHERE, town="Aberdeen"))["address"] == "Aberdeen"
    assert at(replace(PLACE, town=""))["city"] == "Old Town"
    assert at(replace(PLACE, town="", district=""))["city"] == "Aberdeenshire"
    assert at(replace(NOWHERE, post_code="ab51 3qr"))["city"] == "AB51"


@given(place, st.none() | branch)
def test_any_property_has_the_required_fields(where: Place, office: Branch | None) -> None:
    """Whatever stands in a property, the required fields are filled and one line each."""
    found = at(where, office)
    assert found["customer"]
    assert found["address"]
    assert found["city"]
    assert all(len(str(value).splitlines()) <= 1 for value in found.values())


@pytest.mark.parametrize(
    ("post_code", "district"),
    [
        ("AB51 3QR", "AB51"),
        ("ab513qr", "AB51"),
        ("EC1A 1BB", "EC1A"),
        (" M1  1AE ", "M1"),
        ("B33 8TH", "B33"),
        ("AB51", "AB51"),
        ("", ""),
        ("none", ""),
        ("75001", ""),
    ],
)
def test_outward_part(post_code: str, district: str) -> None:
    """The outward part is found with and without the blank; other text has none."""
    assert outward(post_code) == district


@pytest.mark.parametrize(
    ("post_code", "part", "is_in"),
    [
        ("AB51 3QR", "AB51", True),
        ("AB51 3QR", "ab", True),
        ("AB51 3QR", "AB5", False),
        ("AB5 3QR", "AB5", True),
        ("AB51 3QR", "A", False),
        ("AB51 3QR", "AB51 3", True),
        ("AB51 3QR", "AB51 4", False),
        ("AB51 3QR", "AB513QR", True),
        ("EC1A 1BB", "EC1", True),
        ("EC1A 1BB", "EC1A", True),
        ("EC1A 1BB", "EC", True),
        ("BA1 1AA", "B", False),
        ("B1 1AA", "B", True),
        ("", "AB51", False),
        ("AB51 3QR", "", False),
        ("Eircode D02", "eircode d02", True),
    ],
)
def test_lies_in(post_code: str, part: str, is_in: bool) -> None:
    """A part is a whole area, district or sector, never just the same first letters."""
    assert lies_in(post_code, part) is is_in
