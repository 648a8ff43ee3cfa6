"""A property as the address of a visit. Pure.

LetsJobIt requires customer, address and city (API v2, Add visits), AgentOS guarantees no address
line at all, so each has fallbacks:

- customer: the branch's company, else the branch, else the agency's short name;
- address: flat, number and street, district; else town; else "Property" and its reference;
- city: town, else district, else county, else the district of the post code, else "-".

Lines stay as the agency typed them: "2" is not made "Flat 2", since it may as well be a room.
"""

from syncd.model import Branch, Json, Place
from syncd.translate.canonical import line
from syncd.translate.post_codes import outward


def address(place: Place, branch: Branch | None, *, short_name: str) -> dict[str, Json]:
    """The visit's customer, site, siteId, address, city and postCode."""
    where = street_line(place)
    reference = line(place.reference) or line(place.property_id)
    lines = ", ".join(filter(None, (where, line(place.district))))
    return {
        "customer": _customer(branch) or short_name,
        "site": where or reference,
        "siteId": reference,
        "address": lines or line(place.town) or f"Property {reference}",
        "city": _city(place),
        "postCode": line(place.post_code),
    }


def _customer(branch: Branch | None) -> str:
    return "" if branch is None else line(branch.company_name) or line(branch.name)


def street_line(place: Place) -> str:
    """Flat, number and street: "2, 14 Elm Road", "Rose Cottage, Elm Road"."""
    number, street = line(place.number), line(place.street)
    joint = " " if number[:1].isdigit() else ", "
    return ", ".join(filter(None, (line(place.flat), joint.join(filter(None, (number, street))))))


def _city(place: Place) -> str:
    named = map(line, (place.town, place.district, place.county))
    return next(filter(None, named), "") or outward(place.post_code) or "-"
