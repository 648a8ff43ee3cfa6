"""Faults that engineers see on site, as visits in LetsJobIt."""

from typing import Any

from tests.cycle.office import Office, Record

NUMBER = "NF-17"
TOLD = "Gutter hangs loose\nSeen while at the boiler."


def a_property(office: Office) -> Record:
    """A property of the agency with a number and a post code of its own."""
    found = office.box.world.agency.properties.records()
    places = [(each.get("AddressNumber"), each.get("Postcode")) for each in found]
    return next(
        each
        for each in found
        if each.get("AddressNumber")
        and each.get("Postcode")
        and not each.get("AddressFlatRoomNumber")
        and places.count((each["AddressNumber"], each["Postcode"])) == 1
    )


def see_fault(office: Office, place: Record | None = None, **given: Any) -> Record:
    """An engineer raises a visit at a property; the visit."""
    place = place or a_property(office)
    visit = {
        "docNo": NUMBER,
        "docType": "NEW FAULT",
        "driverId": "FEn9BJz93svSNPx7p",
        "date": "2026-03-02",
        "customer": "Northgate",
        "address": f"{place.get('AddressNumber')} {place.get('Address1')}",
        "postCode": place.get("Postcode") or "",
        "city": "Aberdeen",
        "siteId": "",
        "obs": TOLD,
        "priority": 2,
        "contactPhone": "07700 900123",
        **given,
    }
    key = office.add("visits", **visit)
    return office.box.world.visits.need(key)


def raised_jobs(office: Office) -> list[Record]:
    """Jobs that bear a visit's mark."""
    with office.box.world.lock:
        jobs = office.box.world.agency.jobs.records()
    return [each for each in jobs if "[visit " in (each["Description"] or "")]
