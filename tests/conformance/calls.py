"""Every call that syncd makes, once, and what the vendors' own bodies answer to it."""

from dataclasses import dataclass
from decimal import Decimal

from syncd.agentos.maintenance import Document
from syncd.wire_json import Record, Wire, encode_json, parse_json
from tests.vendor.samples import HERE, sample_bytes

LETSJOBIT_URL = "https://app.letsjobit.com/api/v2"
AGENTOS_URL = "https://live-api.letmc.com"
SHORT_NAME = "northgate"

BRANCH = "br-0001-0001"
PROPERTY = "pr-0001-0042"
JOB = "jb-0005-2207"
STATUS = "st-0006-0001"
CONTRACTOR = "co-0009-4739"
VISIT_KEY = "yKQhJZ9B7PTT85kWc"
MISSING = "nothing-has-this-id"

PDF = Document("VISIT-H-017623-job-sheet-0a1b2c3d.pdf", ".pdf", b"%PDF-1.7\n%%EOF\n")
CHANGES = {"obs": "No parking available"}
DESCRIPTION = "Under the sink\r\nsince Monday"
AMOUNT = Decimal("120.00")


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as a cassette holds them."""

    method: str
    url: str
    answer: bytes
    status: int = 200
    body: object = None


def new_visit(*, company_id: str, driver_id: str) -> Record:
    """A visit as syncd makes one: required fields, one action line, no value of another's."""
    return {
        "driverId": driver_id,
        "date": "2026-11-23",
        "id": 4503599627370495,
        "docType": "MAINTENANCE",
        "docNo": "M-2207",
        "customer": "Northgate Lettings",
        "address": "Flat 2, 14 Mill Lane",
        "city": "Leeds",
        "obs": "No hot water since Monday.\r\nShows fault F1 – “refill”. 🔧",
        "inMobileApp": 1,
        "companyId": company_id,
        "lines": [
            {
                "actionItem": True,
                "description": "Boiler loses pressure",
                "extraData": [
                    {
                        "name": "invoice_total",
                        "type": "number",
                        "caption": "Invoice total (£)",
                        "step": Decimal("0.01"),
                    }
                ],
            }
        ],
    }


SAMPLE_VISIT_OWNER = {"company_id": "LPeaJNaLQT6RqcFdt", "driver_id": "FEn9BJz93svSNPx7p"}


def letsjobit_exchanges() -> list[Exchange]:
    """LetsJobIt's documented answers to our calls, byte for byte."""
    visits = sample_bytes("letsjobit_visits.json")
    one = f"{LETSJOBIT_URL}/visits/{VISIT_KEY}"
    missing = f"{LETSJOBIT_URL}/visits/{MISSING}"
    not_found = b'{"meta": {}, "error": "The specified visit could not be found."}'
    return [
        Exchange("GET", f"{LETSJOBIT_URL}/visits?pagination=0", visits),
        Exchange("GET", one, visits),
        Exchange("GET", missing, not_found, 404),
        Exchange(
            "POST",
            f"{LETSJOBIT_URL}/visits",
            sample_bytes("letsjobit_added.json"),
            body=[new_visit(**SAMPLE_VISIT_OWNER)],
        ),
        Exchange("PUT", one, sample_bytes("letsjobit_updated.json"), body=CHANGES),
        Exchange("DELETE", one, sample_bytes("letsjobit_deleted.json")),
    ]


def agentos_exchanges() -> list[Exchange]:
    """AgentOS's answers to our calls, in the shapes of its profile."""
    bodies = parse_json((HERE / "agentos_bodies.json").read_bytes())
    assert isinstance(bodies, dict)
    document = {
        "DocumentName": PDF.name,
        "MimeType": PDF.mime_type,
        "Content": "JVBERi0xLjcKJSVFT0YK",
        "Size": len(PDF.content),
    }
    created = {"PropertyID": PROPERTY, "Description": DESCRIPTION, "StatusID": STATUS}
    invoice = {
        "ContractorID": CONTRACTOR,
        "JobID": JOB,
        "Amount": AMOUNT,
        "InvoiceNumber": "M-2207",
        "Documents": [document],
    }
    asked: list[tuple[str, str, str, object]] = [
        ("listBranches", "GET", "/company/branches/0/1000", None),
        ("listProperties", "GET", f"/properties/{BRANCH}/0/1000", None),
        ("getProperty", "GET", f"/properties/{PROPERTY}", None),
        ("listStatusTypes", "GET", "/jobs/statusTypes/0/1000", None),
        ("getStatusType", "GET", f"/jobs/statustypes/{STATUS}", None),
        ("listJobs", "GET", f"/jobs/{BRANCH}/0/1000", None),
        ("getJob", "GET", f"/jobs/{JOB}", None),
        ("createJob", "POST", f"/jobs/{BRANCH}/job", created),
        ("updateJob", "PATCH", f"/jobs/{JOB}", {"StatusID": STATUS}),
        ("attachDocument", "POST", f"/jobs/{JOB}/attachdocument", document),
        ("listContractors", "GET", f"/contacts/contractors/{BRANCH}/0/1000", None),
        ("getContractor", "GET", f"/contacts/contractors/{CONTRACTOR}", None),
        ("getLandlord", "GET", "/contacts/landlords/la-0002-0008", None),
        ("getTenant", "GET", "/contacts/tenants/te-0003-1107", None),
        ("getStaffMember", "GET", "/contacts/staff/sf-0011-0001", None),
        ("listTenancyStates", "GET", f"/{BRANCH}/tenancies/tenancyState/0/1000", None),
        ("listPreferences", "GET", f"/preferences/{PROPERTY}/0/1000", None),
        ("getPreference", "GET", "/preferences/pf-0010-0001", None),
        ("submitInvoice", "POST", "/invoice/submit", invoice),
        ("listCustomFields", "GET", f"/company/object/{PROPERTY}/customfield", None),
        ("getCustomFieldValue", "GET", f"/company/objects/{PROPERTY}/cf-0012-0001/value", None),
        (
            "setCustomField",
            "POST",
            f"/company/objects/{PROPERTY}/cf-0012-0001/customfield",
            {"Value": "M-2207"},
        ),
    ]
    root = f"{AGENTOS_URL}/v4/maintenance/{SHORT_NAME}"
    answered: list[Wire] = [bodies[operation] for operation, *_ in asked]
    return [
        *(
            Exchange(method, f"{root}{path}", encode_json(answer), body=body)
            for (_, method, path, body), answer in zip(asked, answered, strict=True)
        ),
        Exchange("GET", f"{root}/jobs/{MISSING}", b'{"Message": "No such job"}', 404),
    ]


def stranger_exchanges() -> list[Exchange]:
    """What both vendors answer to a key that they do not know."""
    denied = b'{"meta": {}, "error": "Your API key is wrong."}'
    unauthorized = b'{"Message": "Authorization has been denied for this request."}'
    branches = f"{AGENTOS_URL}/v4/maintenance/{SHORT_NAME}/company/branches/0/1000"
    return [
        Exchange("GET", f"{LETSJOBIT_URL}/visits?pagination=0", denied, 401),
        Exchange("GET", branches, unauthorized, 401),
    ]
