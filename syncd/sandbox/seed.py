"""The invented agency and LetsJobIt account that a sandbox starts with.

The same seed and day give the same world. Names, streets and numbers are invented; phones are of
the range that Ofcom keeps for drama (07700 900000 to 900999), mail addresses end in .example.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from syncd.sandbox.seed_jobs import JOBS, SeedJob
from syncd.sandbox.seed_places import FORENAMES, PLACES, SURNAMES, VOID_PLACE
from syncd.sandbox.shelf import Record
from syncd.sandbox.visits import new_visit
from syncd.sandbox.world import LONDON, TIERS, Account, Agency, World, draw, oid, short_id

SHORT_NAME = "northgate"
OUR_CONTRACTOR = "co-0009-4739"
COMPANY_ID = "LPeaJNaLQT6RqcFdt"
DRIVERS = {
    "FEn9BJz93svSNPx7p": "Liam",
    "q2WkT8dRz5mYh3sXc": "Aisha",
    "Nb7uGx4PjL9fEoV6a": "Callum",
}
STATUS_TYPES = (
    ("Reported", False),
    ("Pending", False),
    ("In Progress", False),
    ("Awaiting Access", False),
    ("Completed", True),
    ("Cancelled", True),
)
_BRANCHES = (
    ("Northgate Lettings Aberdeen", "14 Northgate", "Aberdeen", "AB25 1QX"),
    ("Northgate Lettings Inverurie", "3 Market Place", "Inverurie", "AB51 3PU"),
)


def _person(seed: int, kind: str, number: int, *, phone: bool = True) -> Record:
    chance = draw(seed, kind, number)
    forename = FORENAMES[chance[0] % len(FORENAMES)]
    surname = SURNAMES[chance[1] % len(SURNAMES)]
    digits = (100 * ("tenants", "landlords", "staff").index(kind) + number) % 1000
    return {
        "OID": oid(seed, kind, number),
        "GlobalReference": f"{kind[0].upper()}{1000 + number}",
        "Title": ("Mr", "Ms", "Mrs", "Dr")[chance[2] % 4],
        "Forename": forename,
        "Surname": surname,
        "EMailAddress": f"{kind}{number}@northgate.example",
        "MobilePhone": f"07700 900{digits:03d}" if phone else None,
        "LandPhone": None,
    }


def _branches(seed: int) -> list[Record]:
    return [
        {
            "OID": oid(seed, "branch", number),
            "Name": name,
            "CompanyName": "Northgate Lettings Ltd",
            "Address1": street,
            "Address2": "",
            "Address3": town,
            "Address4": "Aberdeenshire",
            "County": "Aberdeenshire",
            "Postcode": postcode,
            "EMailAddress": f"branch{number}@northgate.example",
            "LandPhone": f"07700 90090{number}",
            "FaxPhone": "",
            "WebAddress": "https://northgate.example",
        }
        for number, (name, street, town, postcode) in enumerate(_BRANCHES)
    ]


def _tenancy(seed: int, number: int) -> Record:
    """The tenancy of the place of this number: one or two tenants; two tenants in all have no
    phone, and one is a company whose name stands in Surname."""
    people = [_person(seed, "tenants", number, phone=number not in (3, 9))]
    if number % 3 == 1:
        people.append(_person(seed, "tenants", number + 20))
    if number == 7:
        company = {"Title": None, "Forename": None, "Surname": "Granite City Serviced Lets Ltd"}
        people = [{**people[0], **company}]
    return {
        "OID": oid(seed, "tenancy", number),
        "PropertyID": oid(seed, "property", number),
        "BranchOID": oid(seed, "branch", _branch_of(number)),
        "State": "Current",
        "IsArchived": False,
        "LinkedTenants": people,
        "AccessArrangements": "Dog in kitchen, ring first" if number == 1 else None,
    }


def _branch_of(number: int) -> int:
    return 1 if PLACES[number][4].upper() == "INVERURIE" else 0


def _has_tenancy(number: int) -> bool:
    return number != VOID_PLACE and not PLACES[number][6]


def _property(seed: int, number: int) -> Record:
    flat, house, street, district, town, postcode, is_archived = PLACES[number]
    tenancy = _tenancy(seed, number) if _has_tenancy(number) else None
    names = ("OID", "AccessArrangements", "LinkedTenants")
    return {
        "OID": oid(seed, "property", number),
        "GlobalReference": f"P{300 + number}",
        "BranchOID": oid(seed, "branch", _branch_of(number)),
        "ManagedMaintenance": not is_archived,
        "IsArchived": is_archived,
        "AddressFlatRoomNumber": flat,
        "AddressNumber": house,
        "Address1": street,
        "Address2": district,
        "Address3": town,
        "Address4": "Aberdeenshire",
        "Postcode": postcode,
        "LandlordID": oid(seed, "landlords", number % 6),
        "LatestTenancy": {name: tenancy[name] for name in names} if tenancy else None,
    }


def _contractors(seed: int) -> list[Record]:
    """Ours is looked after by the first branch and works for both."""
    rows = (
        (OUR_CONTRACTOR, 0, "Garioch Property Care Ltd", None, None, "GB123456789"),
        ("co-0011-2086", 0, None, None, "Bon Accord Plumbing & Heating", None),
        ("co-0014-7753", 1, None, "Neil", "Ironside", None),
    )
    return [
        {
            "OID": key,
            "BranchOID": oid(seed, "branch", branch),
            "CompanyName": company,
            "Title": None,
            "Forename": forename,
            "Surname": surname,
            "EMailAddress": f"{key}@contractors.example",
            "MobilePhone": f"07700 90095{place}",
            "VATNumber": vat,
            "IsActive": True,
        }
        for place, (key, branch, company, forename, surname, vat) in enumerate(rows)
    ]


def seeded_job(seed: int, number: int, job: SeedJob, *, today: datetime) -> Record:
    """A job as AgentOS answers it. `today` is naive, in London."""
    place = job.place
    tenants = _tenancy(seed, place)["LinkedTenants"] if _has_tenancy(place) else []
    tenant = tenants[0]["OID"] if tenants else None
    if job.has_unlisted_tenant:
        tenant = oid(seed, "tenants", 90)
    names = [name for name, _ in STATUS_TYPES]
    is_closed = dict(STATUS_TYPES)[job.status]
    reported = today - timedelta(days=job.reported_days_ago, hours=9 + number)
    due = today.replace(hour=17, minute=0) + timedelta(days=job.due_in_days or 0)
    return {
        "OID": oid(seed, "job", 1000 + number),
        "GlobalReference": f"MJ-{10451 + 7 * number}",
        "Title": job.title,
        "Description": job.description,
        "StatusID": oid(seed, "status", names.index(job.status)),
        "Status": job.status,
        "Priority": job.priority,
        "Category": job.category,
        "ReportedAt": reported.isoformat(),
        "DueDate": None if job.due_in_days is None else due.isoformat(),
        "ClosedDate": (reported + timedelta(days=2)).isoformat() if is_closed else None,
        "BranchOID": oid(seed, "branch", _branch_of(place)),
        "PropertyID": oid(seed, "property", place),
        "ContractorID": job.contractor,
        "TenantID": tenant,
        "LandlordID": oid(seed, "landlords", place % 6),
        "AccessArrangements": job.access,
        "Documents": [],
        "Invoices": [],
    }


_PREFERENCES = (
    (0, "Spending limit", "Up to £150 without asking the landlord", "Limit"),
    (0, "Boiler cover", "British Gas HomeCare 4471: call them first for the boiler", "Cover"),
    (1, "Keys", "Key safe 4 in the common close; code at the office", "Access"),
    (5, "Preferred trade", "Landlord's brother is an electrician: ask before sending one", None),
)
_CUSTOM_FIELDS = (
    ("cf-job-ref", "job", "Maintenance", "Integration", "External reference"),
    ("cf-job-state", "job", "Maintenance", "Integration", "External state"),
    ("cf-property-ref", "property", "General", "Integration", "External reference"),
    ("cf-property-lettings", "property", "General", "Integration", "Lettings property"),
)


def _fill_directory(agency: Agency, seed: int) -> None:
    for branch in _branches(seed):
        agency.branches.put(branch)
    for number, (name, is_closed) in enumerate(STATUS_TYPES):
        agency.status_types.put(
            {"OID": oid(seed, "status", number), "Name": name, "IsClosed": is_closed}
        )
    for contractor in _contractors(seed):
        agency.contractors.put(contractor)
    for kind, shelf in (("landlords", agency.landlords), ("staff", agency.staff)):
        for number in range(6):
            shelf.put(_person(seed, kind, number))
    for field, of, tab, group, name in _CUSTOM_FIELDS:
        agency.custom_fields.put(
            {"ID": field, "Of": of, "TabName": tab, "GroupName": group, "FieldName": name}
        )


def _fill_properties(agency: Agency, seed: int) -> None:
    for number in range(len(PLACES)):
        agency.properties.put(_property(seed, number))
        if _has_tenancy(number):
            tenancy = _tenancy(seed, number)
            agency.tenancies.put(tenancy)
            for tenant in tenancy["LinkedTenants"]:
                agency.tenants.put(tenant)
    agency.tenants.put(_person(seed, "tenants", 90))
    ended = {"OID": oid(seed, "tenancy", 50), "State": "Ended", "IsArchived": True}
    agency.tenancies.put({**_tenancy(seed, 2), **ended, "LinkedTenants": []})
    for number, (place, name, notes, kind) in enumerate(_PREFERENCES):
        owner = {"OID": oid(seed, "preference", number), "PropertyID": oid(seed, "property", place)}
        agency.preferences.put({**owner, "Name": name, "Notes": notes, "Type": kind})


_LEAD_SOURCES = ("Contractor referral", "Website", "Walk-in", "Portal enquiry")
_MEDIA_TYPES = ("Brochure", "Energy certificate", "Virtual tour")
_FOR_SALE = (4, 11)


def _fill_marketing(agency: Agency, seed: int) -> None:
    for number, name in enumerate(_LEAD_SOURCES):
        agency.lead_sources.put({"OID": oid(seed, "lead source", number), "Name": name})
    for number, name in enumerate(_MEDIA_TYPES):
        agency.media_types.put({"OID": oid(seed, "media type", number), "Name": name})
    for place in _FOR_SALE:
        owner = {"PropertyID": oid(seed, "property", place)}
        agency.instructions.put({"OID": oid(seed, "instruction", place), **owner})


# customer, docNo, street, city, post code, how far it is
_FOREIGN = (
    ("The Green Sleeve", "H-017623", "999 West High Street", "INVERURIE", "AB51 3QR", "confirmed"),
    ("Deeside Bakers", "H-017640", "21 Bridge Street", "Banchory", "AB31 5SX", "confirmed"),
    ("Harbour Fish Bar", "H-017702", "6 Marischal Street", "Aberdeen", "AB11 5AB", "closed"),
    ("Kintore Arms", "H-017711", "83 High Street", "Inverurie", "AB51 3QJ", "open"),
    ("Cairnhill Nursery", "H-017719", "40 Cairnhill Road", "Aberdeen", "AB21 9NN", "skipped"),
)


def _foreign_visit(seed: int, number: int, account: Account, at: datetime) -> Record:
    customer, doc_no, street, city, postcode, state = _FOREIGN[number]
    days = {"open": 2, "skipped": 0}.get(state, -14 - number)
    visit = new_visit(
        {
            "driverId": list(account.drivers)[number % len(account.drivers)],
            "date": (at + timedelta(days=days)).date().isoformat(),
            "id": 10816703 + 37 * number,
            "docType": "CALL OUT",
            "docNo": doc_no,
            "customer": customer,
            "site": customer,
            "address": street,
            "city": city,
            "postCode": postcode,
            "obs": f"Contact {customer}\r\nAccess 9am - 5.30pm",
            "companyId": account.company_id,
            "inMobileApp": 1,
            "closed": state in ("closed", "confirmed"),
            "confirmClose": state == "confirmed",
            "skipped": state == "skipped",
        },
        key=short_id(seed, "foreign visit", number),
        account=account,
        at=at - timedelta(days=20),
    )
    done = {"closeDate": (at - timedelta(days=13)).strftime("%Y-%m-%d %H:%M"), "signeeRating": "5"}
    return {**visit, **done} if visit["closed"] else visit


def seeded_world(
    seed: int = 7,
    *,
    today: datetime | None = None,
    now: Callable[[], datetime] | None = None,
) -> World:
    """A fresh world. `today` (aware) is what its dates count from; default: this moment."""
    clock = now or (lambda: datetime.now(UTC))
    at = (today or clock()).astimezone(LONDON).replace(tzinfo=None, second=0, microsecond=0)
    at = at.replace(hour=9, minute=0)
    key = "ljt-" + draw(seed, "letsjobit key").hex()[:32]
    account = Account(key, COMPANY_ID, "Garioch Property Care Ltd", DRIVERS)
    agency = Agency(SHORT_NAME)
    agency.keys["aos-" + draw(seed, "agentos key").hex()[:32]] = frozenset(TIERS)
    _fill_directory(agency, seed)
    _fill_properties(agency, seed)
    _fill_marketing(agency, seed)
    for number, job in enumerate(JOBS):
        agency.jobs.put(seeded_job(seed, number, job, today=at))
    world = World(seed=seed, account=account, agency=agency, now=clock)
    world.portal_session = "portal=" + draw(seed, "portal session").hex()[:32]
    for number in range(len(_FOREIGN)):
        world.put_visit(_foreign_visit(seed, number, account, at))
    return world
