"""Whether an address that somebody typed is that of a property. Pure.

It is where number and units are the same and everything else that was typed stands in the
property's address too: any other word may mean another door ("Annexe, 14 Elm Road"). The post code
is compared by who asks.
"""

from dataclasses import replace

from syncd.model import Place, VisitRecord
from syncd.translate.address_lines import AddressLine, Unit, read_line, read_unit

_DOORS = frozenset(
    {
        *("flat", "unit", "room", "studio", "bed", "bedroom", "bedsit", "basement", "maisonette"),
        *("annexe", "suite", "penthouse", "attic", "loft", "floor", "block", "garage", "plot"),
        *("shop", "house", "cottage", "lodge", "barn", "stables", "outbuilding", "shed", "rear"),
    }
)
"""Words for a door of its own, which count wherever they stand."""

_POSITIONS = frozenset({"top", "upper", "lower", "ground", "front", "left", "right"})
"""Words that tell doors apart, and are in names of places too."""


def is_at(place: Place, visit: VisitRecord) -> bool:
    """Whether address, site and city of a visit say the number and the units of this property, and
    nothing that it does not have."""
    lines = _typed(visit)
    unit, house = _own(place)
    number = _house_number(lines)
    if number is None or house.numbers != (number,):
        return False
    units = frozenset[Unit]().union(*(each.units for each in lines))
    words = frozenset[str]().union(*(each.words for each in lines))
    return (
        _are_same(units, unit.units | house.units)
        and _needed(place, unit, house) <= words <= unit.words | house.words
        and all(house.street <= each.street for each in lines if each.street)
    )


def numbers_of(visit: VisitRecord) -> frozenset[str]:
    """Every number in a visit's address, of houses and units."""
    return _numbers(_typed(visit))


def numbers_at(place: Place) -> frozenset[str]:
    """Every number in a property's address."""
    return _numbers(_own(place))


def _typed(visit: VisitRecord) -> tuple[AddressLine, AddressLine, AddressLine]:
    """Address, site and city as lines. A site's name is the customer's own, and the city what
    LetsJobIt asks for: beside an address with a number only what may be a part of a house counts.
    """
    address, site, city = (
        read_line(each, post_code=visit.post_code)
        for each in (visit.address, visit.site, visit.city)
    )
    return address, _named(site) if address.numbers else site, _named(city)


def _named(line: AddressLine) -> AddressLine:
    """A line of which words that tell no doors apart do not count."""
    return replace(line, words=line.words & (_DOORS | _POSITIONS))


def _needed(place: Place, unit: AddressLine, house: AddressLine) -> frozenset[str]:
    """The words without which a property's number is not its address: "Coach House, 14"."""
    number = read_unit(place.number, post_code=place.post_code)
    return unit.words | number.words | house.before | house.words & _DOORS


def _own(place: Place) -> tuple[AddressLine, AddressLine]:
    """The unit of a property, and the house with everything else."""
    lines = (place.number, place.street, place.district, place.town, place.county)
    return (
        read_unit(place.flat, post_code=place.post_code),
        read_line("\n".join(filter(None, lines)), post_code=place.post_code),
    )


def _house_number(lines: tuple[AddressLine, AddressLine, AddressLine]) -> str | None:
    """The only number that may be the house's. A letter is none, and neither is one in the city."""
    if lines[-1].numbers:
        return None
    found = {number for each in lines for number in each.numbers}
    if len(found) != 1 or any(len(each.numbers) > 1 for each in lines):
        return None
    (number,) = found
    return number if any(letter.isdigit() for letter in number) else None


def _are_same(units: frozenset[Unit], others: frozenset[Unit]) -> bool:
    """Whether each unit has its like on the other side."""
    return all(any(map(each.is_same, others)) for each in units) and all(
        any(map(each.is_same, units)) for each in others
    )


def _numbers(lines: tuple[AddressLine, ...]) -> frozenset[str]:
    units = (unit.number for each in lines for unit in each.units)
    return frozenset(units).union(*(each.numbers for each in lines))
