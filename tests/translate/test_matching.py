"""Which property an address line names: exactly one, or none, never a guess."""

from dataclasses import replace

import pytest

from syncd.model import Place, VisitRecord
from syncd.translate.field_visits import near, places_of
from tests.translate.addresses import at, house

AT_14 = house("house", "14", "Elm Road")
FLAT_2 = replace(AT_14, property_id="flat 2", flat="Flat 2")
BARE_3 = replace(AT_14, property_id="bare 3", flat="3")
TOP_LEFT = replace(AT_14, property_id="top left", flat="Top Floor Left")
STAIR = replace(AT_14, property_id="stair", flat="2/1")
AT_2 = house("no. 2", "2", "Craigie Loanings")
AT_3 = house("no. 3", "3", "Elm Road")
AT_1 = house("no. 1", "1", "Elm Road")
AT_101 = house("no. 101", "101", "Victoria Street")
AT_12A = house("12a", "12A", "St. Machar Drive")
EDINBURGH = house("14/2", "14/2", "Leith Walk")
COURT = house("court", "14", "Victoria Court")
ALL = (AT_14, FLAT_2, BARE_3, TOP_LEFT, STAIR, AT_2, AT_3, AT_1, AT_101, AT_12A, EDINBURGH, COURT)


def found(visit: VisitRecord, places: tuple[Place, ...] = ALL) -> list[str]:
    """The OIDs of the properties that fit."""
    return [each.property_id for each in places_of(visit, places)]


@pytest.mark.parametrize(
    "address",
    [
        "Flat 2, Craigie House",
        "2 Craigie House",
        "101 Victoria Street, Flat 7",
        "Flat 7 101 Victoria Street",
        "1 bed flat, 14 Elm Road",
        "14 Elm Road, 1 bed flat",
        "One bedroom flat, 14 Elm Road",
        "Block 3, 14 Elm Road",
        "Room 3, The Old Mill",
        "Garage 3, Elm Road",
        "Floor 2, 14 Elm Road",
        "2nd floor, 14 Elm Road",
        "Room 2, 14 Elm Road",
        "Unit 2, 14 Elm Road",
        "Studio 2, 14 Elm Road",
        "Suite 2, 14 Elm Road",
        "Plot 14, Elm Road",
        "Bsmt, 14 Elm Road",
        "Basement flat, 14 Elm Road",
        "14 Elm Road, maisonette",
        "The Annexe, 14 Elm Road",
        "Coach House, 14 Elm Road",
        "rear of 14 Elm Road",
        "opposite 14 Elm Road",
        "14 and 16 Elm Road",
        "14-16 Elm Road",
        "14 / 2 Elm Road",
        "2, 14 Elm Road",
        "14, 14 Elm Road",
        "2/14 Elm Road",
        "14/1 Elm Road",
        "2/2, 14 Elm Road",
        "F7, 14 Elm Road",
        "14A Elm Road",
        "14 A Elm Road",
        "141 Elm Road",
        "14 flat 2 Elm Road",
        "Flat 14, 2 Elm Road",
        "Top Floor Right, 14 Elm Road",
        "Flat 2, Block 3, 14 Elm Road",
        "14 Craigie House, Elm Road",
        "14 Oak Road",
        "The Old Mill",
        "Elm Road",
        "Elm Road 14",
        "Rose Cottage 3 Elm Road",
        "14 Elm Road, LS1 4DZ",
        "near the church",
        "A Street",
        "14²",
        "",
    ],
)
def test_what_is_not_exactly_a_property_is_none(address: str) -> None:
    """Numbers of units are no house numbers, two house numbers are none, and a word that the
    property does not have may mean another door."""
    assert found(at(address)) == []


@pytest.mark.parametrize(
    ("address", "property_id"),
    [
        ("14 Elm Road", "house"),
        ("14, Elm Road", "house"),
        ("  14  ELM   ROAD ", "house"),
        ("14 Elm Rd.", "house"),
        ("No. 14, Elm Road", "house"),
        ("14 Elm Road, Leeds", "house"),
        ("14 Elm Road, Leeds LS1 4DY", "house"),
        ("14 Elm Road\nLeeds", "house"),
        ("Flat 2, 14 Elm Road", "flat 2"),
        ("Flat 2 14 Elm Rd", "flat 2"),
        ("Flat 2 - 14 Elm Road", "flat 2"),
        ("14 Elm Road, Flat 2", "flat 2"),
        ("14 Elm Road (Flat 2)", "flat 2"),
        ("14, Flat 2, Elm Road", "flat 2"),
        ("F2, 14 Elm Road", "flat 2"),
        ("Flat2, 14 Elm Road", "flat 2"),
        ("Apt. 2, 14 Elm Road", "flat 2"),
        ("Flat No. 2, 14 Elm Road", "flat 2"),
        ("Flat 3, 14 Elm Road", "bare 3"),
        ("Room 3, 14 Elm Road", "bare 3"),
        ("Top Floor Left, 14 Elm Road", "top left"),
        ("2/1, 14 Elm Road", "stair"),
        ("14 Elm Road, 2/1", "stair"),
        ("Flat 2/1, 14 Elm Road", "stair"),
        ("12a St Machar Drive", "12a"),
        ("12A, St. Machar Dr", "12a"),
        ("14/2 Leith Walk", "14/2"),
        ("14 Victoria Court", "court"),
        ("2 Craigie Loanings", "no. 2"),
    ],
)
def test_what_is_exactly_a_property_is_found(address: str, property_id: str) -> None:
    """However it is spelled."""
    assert found(at(address)) == [property_id]


def test_only_a_number_may_fit_several() -> None:
    """Two streets with one post code: a person says which."""
    assert found(at("14")) == ["house", "court"]


@pytest.mark.parametrize(
    ("address", "site", "property_id"),
    [
        ("Flat 2", "14 Elm Road", "flat 2"),
        ("14 Elm Road", "Flat 2", "flat 2"),
        ("", "14 Elm Road", "house"),
        ("14 Elm Road", "14 Elm Road", "house"),
        ("14 Elm Road", "The Green Sleeve", "house"),
        ("14 Elm Road", "Flat 7", None),
        ("14 Elm Road", "Basement", None),
        ("14 Elm Road", "B12", None),
        ("14 Elm Road", "3 Elm Road", None),
        ("Flat 7", "14 Elm Road", None),
        ("The Old Mill", "14 Elm Road", None),
        ("Elm Road", "The Old Mill", None),
        ("2", "14 Elm Road", None),
    ],
)
def test_site_and_address_are_read_together(
    address: str, site: str, property_id: str | None
) -> None:
    """A number or a unit in either of them counts; a customer's name does not."""
    assert found(at(address, site=site)) == ([property_id] if property_id else [])


def test_a_unit_in_the_city_counts() -> None:
    """Some type the flat where there is room."""
    assert found(at("14 Elm Road", city="Leeds")) == ["house"]
    assert found(at("14 Elm Road", city="Leeds, Flat 7")) == []
    assert found(at("Elm Road", city="14")) == []
    assert found(at("14 Elm Road", city="2")) == []
    assert found(at("14 Elm Road", city="Leeds LS1 4DY")) == ["house"]


@pytest.mark.parametrize("code", ["LS1 4DY", "ls14dy", " Ls1  4dY ", "LS1\u00a04DY"])
def test_a_post_code_is_the_same_however_it_is_spelled(code: str) -> None:
    """Letters' size and blanks do not count."""
    assert found(at("14 Elm Road", post_code=code)) == ["house"]


def test_half_a_post_code_is_none() -> None:
    """Several towns of a district have an Elm Road; who is asked still sees what there is."""
    place = replace(AT_14, post_code="LS1")
    assert found(at("14 Elm Road", post_code="LS1"), (place,)) == []
    assert near(at("14 Elm Road", post_code="LS1"), (place,)) == (place,)


@pytest.mark.parametrize(
    "place",
    [
        house("x", "2", "Craigie House", district="14 Elm Road"),
        house("x", "14", "Craigie House", district="Elm Road"),
        house("x", "14 and 16", "Elm Road"),
        house("x", "14-16", "Elm Road"),
        house("x", "Rear of 14", "Elm Road"),
        house("x", "Flat 2", "14 Elm Road"),
        house("x", "14", "14 Elm Road"),
        house("x", "14", "Elm Road", flat="Annexe"),
        house("x", "14", "Elm Road", flat="2/1"),
        house("x", "14", "Elm Road", flat="14"),
        house("x", "14A", "Elm Road"),
        house("x", "", "Elm Road", flat="14"),
        house("x", "Garage 14", "Elm Road"),
        house("x", "A", "Elm Road"),
        house("x", "", "The Old Mill, Elm Road"),
        house("x", "", "Coach House, 14 Elm Road"),
        house("x", "14", "Elm Road", district="The Annexe"),
        house("x", "14", "Elm Road", district="Flat 2"),
        house("x", "14", "Elm Road", district="2"),
    ],
)
def test_a_property_that_is_more_than_a_house_is_not_the_house(place: Place) -> None:
    """Whichever of its lines the agency typed that in."""
    assert found(at("14 Elm Road"), (place,)) == []
    assert found(at("2 Elm Road"), (place,)) == []


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (house("x", "", "14 Elm Road"), "14 Elm Road"),
        (house("x", "14", ""), "14"),
        (house("x", "", "Flat 2, 14 Elm Road"), "Flat 2, 14 Elm Road"),
        (house("x", "Flat 2", "14 Elm Road"), "14 Elm Road, Flat 2"),
        (house("x", "14", "Elm Road", district="Upper Town"), "14 Elm Road"),
        (house("x", "", "Mill House", district="14 Elm Road"), "Mill House, 14 Elm Road"),
        (house("x", "Flat 14 Mill House", "14 Elm Road"), "Flat 14 Mill House, 14 Elm Road"),
        (house("x", "14-16", "Elm Road"), "14-16 Elm Road"),
        (house("x", "14", "Elm Road", flat="2nd Floor Flat"), "2nd floor flat, 14 Elm Road"),
        (house("x", "14", "Elm Road", flat="Flat 2 Block B"), "Block B, Flat 2, 14 Elm Road"),
    ],
)
def test_the_agencys_lines_are_read_like_those_of_a_visit(place: Place, address: str) -> None:
    """A number or a unit may stand in any of them."""
    assert found(at(address), (place,)) == ["x"]


def test_the_same_unit_of_another_kind_leaves_a_choice() -> None:
    """A bare "3" may be the flat or the room."""
    flat = replace(AT_14, property_id="flat 3", flat="Flat 3")
    assert found(at("Flat 3, 14 Elm Road"), (BARE_3, flat)) == ["bare 3", "flat 3"]
    assert found(at("Room 3, 14 Elm Road"), (BARE_3, flat)) == ["bare 3"]


def test_whom_nothing_fits_is_offered_the_post_code() -> None:
    """Those with one of its numbers first: a long list is cut."""
    elsewhere = replace(AT_3, property_id="elsewhere", post_code="LS1 4DZ")
    offered = near(at("Flat 7, 101 Victoria Street"), (*ALL, elsewhere))
    assert offered[0] == AT_101
    assert set(offered) == set(ALL)
