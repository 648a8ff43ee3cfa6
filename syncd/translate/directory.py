"""Branches, properties, people, tenancies and preferences of AgentOS as records. Pure.

Source: AgentOS V4 Maintenance, Property and contact lookups, Tenancy states, Maintenance
preferences; every field but the OID may be missing.
"""

from syncd.agentos import wire
from syncd.errors import BadRecord
from syncd.model import Branch, Person, Place, Preference, Tenancy
from syncd.translate.canonical import line, text
from syncd.translate.post_codes import outward


def branch(record: wire.Branch) -> Branch:
    """The branch; BadRecord without an OID."""
    return Branch(
        branch_id=_oid(record.oid, "branch"),
        name=line(record.name or ""),
        company_name=line(record.company_name or ""),
        phone=line(record.phone or ""),
    )


def place(record: wire.Property) -> Place:
    """The property; BadRecord without an OID.

    The vendor's Address1 to Address4 are street, district, town and county. Where the street lines
    are missing and a full address is there, its last line is the town and the others the street.
    """
    landlord = record.main_landlord.oid if record.main_landlord else None
    street, town, post_code = record.address_1, record.address_3, record.post_code
    if not line(f"{record.flat or ''}{record.number or ''}{street or ''}"):
        full = _full_address(record.full_address or "")
        street, town, post_code = full[0], town or full[1], post_code or full[2]
    return Place(
        property_id=_oid(record.oid, "property"),
        reference=line(record.reference or ""),
        flat=line(record.flat or ""),
        number=line(record.number or ""),
        street=line(street or ""),
        district=line(record.address_2 or ""),
        town=line(town or ""),
        county=line(record.address_4 or ""),
        post_code=line(post_code or ""),
        landlord_id=record.landlord_id or landlord or "",
    )


def person(record: wire.Person) -> Person:
    """A tenant, landlord or member of staff; the mobile phone comes first. Every part may be ""."""
    phones = map(line, filter(None, (record.mobile_phone, record.land_phone)))
    return Person(
        person_id=record.oid or "",
        title=line(record.title or ""),
        forename=line(record.forename or ""),
        surname=line(record.surname or ""),
        phones=tuple(filter(None, phones)),
    )


def tenancy(record: wire.TenancyState, *, property_id: str = "") -> Tenancy:
    """The tenancy, of this property where it does not name its own."""
    marks = {"Ended": record.is_ended, "Proposed": record.is_proposed}
    marked = next((name for name, is_so in marks.items() if is_so), "")
    return Tenancy(
        tenancy_id=record.oid or "",
        property_id=record.property_id or property_id,
        state=marked or line(record.state or ""),
        is_archived=record.is_archived is True,
        tenants=tuple(map(person, record.linked_tenants)),
        contacts=_contacts(record),
        access=text(record.access or ""),
    )


def latest_tenancy(record: wire.Property) -> Tenancy | None:
    """The tenancy that a property carries with it, where it does."""
    if record.latest_tenancy is None:
        return None
    return tenancy(record.latest_tenancy, property_id=record.oid)


def preference(record: wire.Preference) -> Preference:
    """A maintenance preference of a property."""
    return Preference(line(record.name or ""), text(record.notes or ""))


def _oid(oid: str | None, what: str) -> str:
    if not oid or not line(oid):
        raise BadRecord(f"the {what} has no OID")
    return oid


def _contacts(record: wire.TenancyState) -> tuple[Person, ...]:
    """Who else may open the door: the names and phones that the tenancy gives for access."""
    named = (
        (record.access_name_1, record.access_mobile_1),
        (record.access_name_2, record.access_mobile_2),
        (record.access_name_3, record.access_mobile_3),
    )
    tidy = ((line(name or ""), line(phone or "")) for name, phone in named)
    return tuple(
        Person("", "", "", name, (phone,) if phone else ()) for name, phone in tidy if name or phone
    )


def _full_address(full: str) -> tuple[str, str, str]:
    """Street lines, town and post code of an address in one text, lines or commas between."""
    parted = text(full).split("\n") if "\n" in text(full) else full.split(",")
    rows = list(filter(None, map(line, parted)))
    post_code = rows.pop() if rows and outward(rows[-1]) else ""
    town = rows.pop() if len(rows) > 1 else ""
    return ", ".join(rows), town, post_code
