"""AgentOS V3 Maintenance: the one endpoint, which creates a job.

Read from "How does the legacy V3 Maintenance API work?" and the vendor's OpenAPI document of the
call group. Nothing can be read back here; the job shows in V4, its notes in the description.
"""

import re
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from syncd.sandbox.agentos_rules import Check, body_problems
from syncd.sandbox.shelf import Record
from syncd.sandbox.wire import Refusal, json_answer, note, sent_json, world_of
from syncd.sandbox.world import World, oid

PATH = "/v3/maintenance/{shortName}/maintenance/{branchID}/createmaintenancejob"

_PHONE = re.compile(r"\+?[0-9 ()\-]{7,20}")
_PRIORITIES = ("Low", "Medium", "High")


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "must be a string"


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be a boolean"


def _documents(value: Any) -> str | None:
    if not isinstance(value, list):
        return "must be an array"
    for each in value:
        if not isinstance(each, dict) or set(each) != {"MimeType", "URL"}:
            return "must hold objects with MimeType and URL"
        if not str(each["URL"]).startswith(("https://", "http://")):
            return "must hold public addresses"
    return None


_FIELDS: dict[str, Check] = {
    **dict.fromkeys(
        [
            "ExternalID",
            "IssueFault",
            "IssueNotes",
            "IssuePriority",
            "IssueTitle",
            "PropertyAddress1",
            "PropertyAddress2",
            "PropertyAddress3",
            "PropertyAddress4",
            "PropertyCountry",
            "PropertyPostcode",
            "ReportedAt",
            "TenantEMailAddress",
            "TenantForename",
            "TenantPhonePrimary",
            "TenantPhoneSecondary",
            "TenantSurname",
            "TenantTitle",
        ],
        _text,
    ),
    "TenantPresenceRequested": _flag,
    "Documents": _documents,
}


def _reported_at(text: str) -> datetime | None:
    """The time; None for what is none, and for .NET's default."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.year == 1 else moment


def _problems(world: World, sent: Record) -> list[str]:
    """What the article lists under Validation errors, in its words."""
    problems = []
    number = sent.get("ExternalID", "")
    if not number.strip() or len(number) >= 10 or number in world.agency.external_ids:
        problems.append("ExternalID must be non-empty, under 10 characters, and unique")
    if _reported_at(sent.get("ReportedAt", "")) is None:
        problems.append("ReportedAt must not be a default DateTime value")
    if not sent.get("IssueTitle", "").strip():
        problems.append("IssueTitle must be non-empty")
    if not _PHONE.fullmatch(sent.get("TenantPhonePrimary", "")):
        problems.append("Primary phone must pass format validation")
    if not _PHONE.fullmatch(sent.get("TenantPhoneSecondary", "") or "0123456789"):
        problems.append("Secondary phone must pass format validation")
    return problems


def _property_at(world: World, branch: str, sent: Record) -> str | None:
    """The branch's one property of this post code whose number begins the first line."""
    code = "".join(sent.get("PropertyPostcode", "").upper().split())
    first = sent.get("PropertyAddress1", "").casefold()
    found = [
        place["OID"]
        for place in world.agency.properties.records()
        if place["BranchOID"] == branch
        and "".join((place.get("Postcode") or "").upper().split()) == code
        and place.get("AddressNumber")
        and re.match(rf"(.*\b)?{re.escape(str(place['AddressNumber']).casefold())}\b", first)
    ]
    return found[0] if len(found) == 1 else None


def _typed_job(world: World, branch: str, sent: Record) -> Record:
    """The job as V4 shows it: with no tenant and no contractor, and with a property only where
    the typed address is one's."""
    number = world.new_number()
    types = world.agency.status_types.records()
    first = next(each for each in types if not each["IsClosed"])
    reported = _reported_at(sent["ReportedAt"])
    priority = sent.get("IssuePriority", "Low")
    lines = [sent.get(f"PropertyAddress{n}", "") for n in range(1, 5)]
    lines += [sent.get("PropertyPostcode", "")]
    told = [sent.get("IssueFault", ""), sent.get("IssueNotes", "")]
    return {
        "OID": oid(world.seed, "job", number),
        "GlobalReference": f"MJ-{20000 + number}",
        "Title": sent["IssueTitle"],
        "Description": "\n".join(filter(None, told)),
        "Priority": priority if priority in _PRIORITIES else "Low",
        "Category": None,
        "ReportedAt": reported.isoformat() if reported else None,
        "DueDate": None,
        "ClosedDate": None,
        "BranchOID": branch,
        "PropertyID": _property_at(world, branch, sent),
        "PropertyAddress": ", ".join(filter(None, lines)),
        "ContractorID": None,
        "TenantID": None,
        "LandlordID": None,
        "AccessArrangements": None,
        "StatusID": first["OID"],
        "Status": first["Name"],
        "Documents": [],
        "Invoices": [],
    }


async def create_maintenance_job(request: Request) -> Response:
    """POST …/createmaintenancejob: no deduplication but by ExternalID."""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        branch = request.path_params["branchID"]
        if branch not in world.agency.branches:
            raise Refusal(404, "The branch was not found")
        strict = world.options.strict_fields
        found = body_problems(sent, _FIELDS, is_strict=strict) or _problems(world, sent)
        if found:
            raise Refusal(400, "; ".join(found))
        job = world.agency.jobs.put(_typed_job(world, branch, sent))
        world.agency.external_ids.put({"ExternalID": sent["ExternalID"], "OID": job["OID"]})
        note(request, "job_created", job["OID"], body=sent, version=3)
        return json_answer({"OID": job["OID"]})
