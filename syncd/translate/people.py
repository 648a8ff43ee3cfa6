"""Who the engineer calls. Pure.

The contact of a visit is the first who has a name or a phone: the job's tenant, the other tenants,
the people whom the tenancy names for access, the branch office. When that one has no phone, the
next in this order who has one lends it, and `contactPerson` says whose it is: "Ada Lovelace
(phone: office)". A person without a name, as consent rules at the vendor may leave them, is
"Tenant".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.model import Branch, Json, Person, Surroundings
from syncd.translate.canonical import line


@dataclass(frozen=True)
class _Contact:
    name: str
    phone: str
    owner: str
    """Whose phone it is, when someone else is the contact."""


def display_name(person: Person) -> str:
    """Title, forename and surname; a company stands in the surname alone. "" for nobody."""
    return line(f"{person.title} {person.forename} {person.surname}")


def best_phone(person: Person) -> str:
    """The first phone that is not blank, as the agency typed it; "" when there is none."""
    return next(filter(None, map(line, person.phones)), "")


def contact(tenant_id: str, surroundings: Surroundings) -> dict[str, Json] | None:
    """`contactPerson` and `contactPhone` of the visit; None where nobody at all is known."""
    known = [each for each in _contacts(tenant_id, surroundings) if each.name or each.phone]
    if not known:
        return None
    first = known[0]
    lender = next((each for each in known if each.phone), first)
    lent = f" (phone: {lender.owner})" if lender is not first else ""
    return {"contactPerson": f"{first.name or 'Tenant'}{lent}", "contactPhone": lender.phone}


def _contacts(tenant_id: str, surroundings: Surroundings) -> Iterator[_Contact]:
    tenants = sorted(surroundings.tenants, key=lambda person: person.person_id != tenant_id)
    for person in (*tenants, *surroundings.contacts):
        name = display_name(person)
        yield _Contact(name, best_phone(person), name or "tenant")
    if surroundings.branch is not None:
        yield _office(surroundings.branch)


def _office(branch: Branch) -> _Contact:
    name = line(branch.company_name) or line(branch.name)
    return _Contact(f"{name} office" if name else "Office", line(branch.phone), "office")
