"""Matching properties against oracles of their own: one knows what was meant, the other reads
addresses by a list of words, as a clerk would."""

import re
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Place
from syncd.translate.field_visits import places_of
from tests.translate.addresses import at, house

KINDS = ("flat", "room", "unit", "block", "garage", "suite", "plot", "studio")
STREETS = ("Elm Road", "Oak Street", "St. Machar Drive", "Victoria Court")
NUMBERS = ("2", "3", "14", "14A", "12-14")
HOUSES = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(STREETS))
UNITS = st.none() | st.tuples(st.sampled_from(KINDS), st.sampled_from(("2", "3", "14", "b")))
Address = tuple[tuple[str, str] | None, tuple[str, str]]
ADDRESSES: st.SearchStrategy[Address] = st.tuples(UNITS, HOUSES)

TOKENS = ("flat", "room", "2", "14", "14a", "b", ",", "elm", "road", "house")
PLACES = (
    house("house", "14", "Elm Road"),
    house("house a", "14A", "Elm Road"),
    house("two", "2", "Elm Road"),
    house("flat", "14", "Elm Road", flat="Flat 2"),
    house("bare", "14", "Elm Road", flat="2"),
    house("room", "14", "Elm Road", flat="Room 2"),
    house("letter", "2", "Elm Road", flat="Flat B"),
    house("building", "2", "Elm House", district="Elm Road"),
    house("both", "2", "Elm House", district="14 Elm Road"),
    house("crossed", "2", "Elm Road", flat="Flat 14"),
    house("named", "", "Elm House, Elm Road"),
)
UNIT = re.compile(r"\b(flat|room)[ ]+(\d+a?|b)\b")


def place_at(address: Address, oid: str) -> Place:
    """The property as an agency types it."""
    unit, (number, street) = address
    return house(oid, number, street, flat=" ".join(unit or ()).title())


def spellings(address: Address) -> list[str]:
    """How people type an address that they mean exactly."""
    unit, (number, street) = address
    plain, short = f"{number} {street}", f"{number}, {street.replace('Road', 'Rd')}"
    if unit is None:
        return [plain, short, plain.upper(), f"{plain}, Leeds LS1 4DY"]
    door = " ".join(unit)
    return [
        *(f"{door}, {plain}", f"{door} {plain}", f"{plain}, {door.upper()}", f"{door}, {short}"),
        f"{plain} ({door})",
    ]


@given(st.lists(ADDRESSES, max_size=6), ADDRESSES)
def test_exactly_the_meant_property_is_found(known: list[Address], meant: Address) -> None:
    """However it is spelled, and no other, also where unit and number are exchanged."""
    places = [place_at(each, str(n)) for n, each in enumerate(known)]
    expected = [str(n) for n, each in enumerate(known) if each == meant]
    for typed in spellings(meant):
        assert [each.property_id for each in places_of(at(typed), places)] == expected, typed


@given(
    ADDRESSES, st.sampled_from(("annexe", "rear of", "1 bed flat,", "block 9,", "9", "opposite"))
)
def test_what_stands_beside_an_address_makes_it_another(meant: Address, beside: str) -> None:
    """Whatever it is; in front of it or behind it."""
    place = place_at(meant, "x")
    for typed in spellings(meant):
        assert places_of(at(f"{beside} {typed}"), [place]) == ()
        assert places_of(at(f"{typed}, {beside}"), [place]) == ()


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=8))
def test_any_text_can_be_read(address: str, site: str, post_code: str) -> None:
    """What is no address is nobody's."""
    visit = at(address, site=site, post_code=post_code)
    assert places_of(visit, [house("x", address, site, flat=post_code)]) == ()


def says(text: str) -> tuple[set[tuple[str, str]], list[str], set[str]]:
    """Units, what is left of the numbers, and words of units: read by a list, token by token."""
    units = set(UNIT.findall(text))
    return (
        units,
        re.findall(r"\b(?:\d+a?|b)\b", UNIT.sub(" ", text)),
        {each for each in ("flat", "room", "house") if each in text.split()},
    )


def is_allowed(typed: str, place: Place) -> bool:
    """Whether the clerk finds nothing that speaks against a match."""
    units, numbers, words = says(typed)
    if len(numbers) != 1:
        return False
    lines = f"{place.number} {place.street} {place.district}".casefold().replace(",", " ")
    owned, own_numbers, own_words = says(f"{place.flat} , {lines}".casefold())
    if place.flat == "2":
        own_numbers.remove("2")
        owned, own_words = units & {("flat", "2"), ("room", "2")}, words & {"flat", "room"}
        if len(owned) != 1:
            return False
    return units == owned and numbers == own_numbers and words == own_words


def test_no_line_of_few_words_is_taken_for_another_door() -> None:
    """All of them are tried; enough are found that this says something."""
    found: dict[str, int] = {}
    for length in range(1, 4):
        for tokens in product(TOKENS, repeat=length):
            typed = " ".join(tokens)
            for place in places_of(at(typed), PLACES):
                assert is_allowed(typed, place), (typed, place.property_id)
                found[place.property_id] = found.get(place.property_id, 0) + 1
    assert set(found) >= {"house", "house a", "two", "flat", "bare", "room", "letter"}
    assert "both" not in found
    assert "named" not in found


@given(st.lists(st.sampled_from(TOKENS), min_size=4, max_size=9).map(" ".join))
def test_no_longer_line_is_taken_for_another_door(typed: str) -> None:
    """Any that are made of the same words."""
    for place in places_of(at(typed), PLACES):
        assert is_allowed(typed, place), place.property_id
