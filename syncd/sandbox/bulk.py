"""Many jobs and visits at once, for measurements."""

import base64
import hashlib
from datetime import timedelta

from syncd.sandbox.agentos_writes import with_status
from syncd.sandbox.shelf import Record
from syncd.sandbox.visits import new_visit
from syncd.sandbox.world import World, oid, short_id

FIRST_BULK_ID = 2**42


def _signature(number: int, size: int) -> str:
    """Base64 text of about `size` letters that begins as a JPEG and is different for each visit."""
    rest = hashlib.shake_128(str(number).encode()).digest(max(0, size * 3 // 4 - 10))
    return base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF" + rest).decode() if size else ""


def _bulk_visit(world: World, number: int, state: str, size: int) -> Record:
    at = world.local_time()
    drivers = list(world.account.drivers)
    sent = {
        "driverId": drivers[number % len(drivers)],
        "date": (at - timedelta(days=number % 400)).date().isoformat(),
        "id": FIRST_BULK_ID + number,
        "docType": "CALL OUT",
        "docNo": f"B-{number:06d}",
        "customer": f"Customer {number % 997}",
        "site": "Main entrance",
        "address": f"{number % 200 + 1} Bulk Street",
        "city": "Aberdeen",
        "postCode": f"AB{number % 30 + 10} 1AA",
        "obs": f"Contact Customer {number % 997}\r\nAccess 9am - 5.30pm\r\nNo parking onsite",
        "companyId": world.account.company_id,
        "inMobileApp": 1,
        "closed": state in ("closed", "confirmed"),
        "confirmClose": state == "confirmed",
        "inProgress": state == "in_progress",
    }
    key = short_id(world.seed, "bulk visit", number)
    visit = new_visit(sent, key=key, account=world.account, at=at)
    visit["createdUser"] = "office"
    return {**visit, "signature": _signature(number, size)}


def add_visits(
    world: World, *, count: int, signature_size: int = 2048, states: tuple[str, ...] = ("open",)
) -> None:
    """`count` visits of other customers; `states` (open, in_progress, closed, confirmed) repeat."""
    start = world.new_number()
    for number in range(start, start + count):
        state = states[(number - start) % len(states)]
        world.put_visit(_bulk_visit(world, number, state, signature_size))
    world.made = start + count


def add_jobs(world: World, *, count: int, contractor: str | None, status: str) -> None:
    """`count` jobs over the properties that are let, of all branches in turn."""
    agency = world.agency
    places = [place for place in agency.properties.records() if not place["IsArchived"]]
    status_key = next(
        found["OID"] for found in agency.status_types.records() if found["Name"] == status
    )
    for _ in range(count):
        number = world.new_number()
        place = places[number % len(places)]
        job = {
            "OID": oid(world.seed, "bulk job", number),
            "GlobalReference": f"MJ-{50000 + number}",
            "Title": f"Repair number {number}",
            "Description": f"Reported by the tenant.\nRepair number {number}.",
            "Priority": ("Low", "Medium", "High")[number % 3],
            "Category": ("Plumbing", "Electrical", "Joinery")[number % 3],
            "ReportedAt": world.local_time().isoformat(),
            "DueDate": None,
            "ClosedDate": None,
            "BranchOID": place["BranchOID"],
            "PropertyID": place["OID"],
            "ContractorID": contractor,
            "TenantID": None,
            "LandlordID": place["LandlordID"],
            "AccessArrangements": None,
            "Documents": [],
            "Invoices": [],
        }
        agency.jobs.put(with_status(world, job, status_key))
