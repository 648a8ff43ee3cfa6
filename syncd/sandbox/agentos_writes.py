"""AgentOS V4 Maintenance, everything that is written: jobs, documents, invoices, custom fields.

Nothing here is idempotent, as at the vendor: the same document or invoice sent twice is there
twice. The ledger notes it (`repeats`), so that a test can tell.
"""

import hashlib
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from syncd.sandbox.agentos_reads import branch_asked, field_asked, value_key
from syncd.sandbox.agentos_rules import (
    JOB_CHANGE,
    NEW_JOB,
    NEW_JOB_REQUIRED,
    body_problems,
    content_of,
    document_problems,
    invoice_problems,
)
from syncd.sandbox.shelf import Record
from syncd.sandbox.visits import changes
from syncd.sandbox.wire import Refusal, json_answer, note, sent_json, world_of
from syncd.sandbox.world import LONDON, World, oid


def written(world: World, key: str, *, status: int = 200) -> Response:
    """The answer of a write, in the shape that the options choose."""
    shapes: dict[str, Any] = {
        "object": {"OID": key},
        "string": key,
        "message": {"Message": "The operation was successful."},
    }
    return json_answer(shapes[world.options.written_answer], status=status)


def _insist(problems: list[str]) -> None:
    if problems:
        raise Refusal(400, "; ".join(problems))


def reference_problems(world: World, body: Record) -> list[str]:
    """IDs in a body that name nothing."""
    agency = world.agency
    shelves = {
        "StatusID": agency.status_types,
        "ContractorID": agency.contractors,
        "JobID": agency.jobs,
    }
    return [
        f"{name} does not exist"
        for name, shelf in shelves.items()
        if name in body and body[name] not in shelf
    ]


def with_status(world: World, job: Record, status: str) -> Record:
    """The job in a status (OID). A closing status closes it now, if it was open; another opens
    it again."""
    found = world.agency.status_types.need(status)
    ends = job.get("ClosedDate") or world.local_time().isoformat()
    return {
        **job,
        "StatusID": status,
        "Status": found["Name"],
        "ClosedDate": ends if found["IsClosed"] else None,
    }


def in_london(moment: str | None) -> str | None:
    """A time as AgentOS keeps it: in London, without offset."""
    if not moment:
        return None
    parsed = datetime.fromisoformat(moment)
    return (parsed.astimezone(LONDON).replace(tzinfo=None) if parsed.tzinfo else parsed).isoformat()


def new_job(world: World, branch: str, sent: Record) -> Record:
    """The job that AgentOS makes of what was sent."""
    number = world.new_number()
    job = {
        "OID": oid(world.seed, "job", number),
        "GlobalReference": f"MJ-{20000 + number}",
        "Title": sent.get("Title") or sent["Description"].splitlines()[0][:60],
        "Description": sent["Description"],
        "Priority": sent.get("Priority"),
        "Category": None,
        "ReportedAt": in_london(sent.get("ReportedAt")) or world.local_time().isoformat(),
        "DueDate": None,
        "ClosedDate": None,
        "BranchOID": branch,
        "PropertyID": sent["PropertyID"],
        "ContractorID": sent.get("ContractorID"),
        "TenantID": None,
        "LandlordID": world.agency.properties.need(sent["PropertyID"]).get("LandlordID"),
        "AccessArrangements": None,
        "Documents": [],
        "Invoices": [],
    }
    return with_status(world, job, sent["StatusID"])


async def create_job(request: Request) -> Response:
    """POST /jobs/{branchID}/job"""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        branch = branch_asked(request, world.agency)
        strict = world.options.strict_fields
        _insist(body_problems(sent, NEW_JOB, required=NEW_JOB_REQUIRED, is_strict=strict))
        _insist(reference_problems(world, sent))
        place = world.agency.properties.get(sent["PropertyID"])
        if place is None or place["BranchOID"] != branch:
            raise Refusal(400, "PropertyID is no property of this branch")
        job = world.agency.jobs.put(new_job(world, branch, sent))
        note(request, "job_created", job["OID"], body=sent)
        return written(world, job["OID"], status=201)


def job_asked(request: Request, world: World) -> Record:
    """The job in the path; Refusal(404) when there is none."""
    job = world.agency.jobs.get(request.path_params["jobID"])
    if job is None:
        raise Refusal(404, "The job was not found")
    return job


def _without_contractor(request: Request) -> bool:
    text = request.query_params.get("noContractor", "false").lower()
    if text not in ("true", "false"):
        raise Refusal(400, "noContractor must be true or false")
    return text == "true"


async def update_job(request: Request) -> Response:
    """PATCH /jobs/{jobID}: what is not sent stays; `noContractor=true` removes the contractor."""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        before = job_asked(request, world)
        removes = _without_contractor(request)
        _insist(body_problems(sent, JOB_CHANGE, is_strict=world.options.strict_fields))
        _insist(reference_problems(world, sent))
        if removes and "ContractorID" in sent:
            raise Refusal(400, "ContractorID and noContractor exclude each other")
        if not sent and not removes:
            raise Refusal(400, "The body names no field to change")
        after = {**before, **{name: sent[name] for name in sent if name in JOB_CHANGE}}
        after["ClosedDate"] = in_london(after["ClosedDate"])
        after = {**after, "ContractorID": None} if removes else after
        if "StatusID" in sent:
            after = with_status(world, after, sent["StatusID"])
        _keep_job(request, world, before, after, body=sent)
        return written(world, after["OID"])


def _keep_job(
    request: Request, world: World, before: Record, after: Record, *, body: Record
) -> None:
    changed = changes(before, after)
    world.agency.jobs.put(after)
    kind = "job_updated" if changed else "job_unchanged"
    note(request, kind, after["OID"], body=body, changed=changed)


def _as_kept(world: World, document: Record, job: str) -> Record:
    """A document as it is kept, with the digest of its bytes."""
    content = content_of(document) or b""
    return {
        "OID": oid(world.seed, "document", world.new_number()),
        "JobID": job,
        "DocumentName": document["DocumentName"],
        "MimeType": document["MimeType"],
        "Size": len(content),
        "CreatedAt": world.local_time().isoformat(),
        "Epoch": world.now().timestamp(),
        "SHA256": hashlib.sha256(content).hexdigest(),
        "Content": document["Content"],
    }


def _is_repeated(world: World, document: Record) -> bool:
    """Whether the job already has a document of this name."""
    keys = world.agency.documents.select(
        ("job", document["JobID"]), lambda record: record["JobID"] == document["JobID"]
    )
    names = [world.agency.documents.need(key)["DocumentName"] for key in keys]
    return document["DocumentName"] in names


async def attach_document(request: Request) -> Response:
    """POST /jobs/{jobID}/attachdocument"""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        job = job_asked(request, world)
        options = world.options
        _insist(
            document_problems(sent, mime_form=options.mime_form, is_strict=options.strict_fields)
        )
        kept = _as_kept(world, sent, job["OID"])
        repeats = _is_repeated(world, kept)
        world.agency.documents.put(kept)
        listed = {name: kept[name] for name in ("OID", "DocumentName", "Size")}
        world.agency.jobs.put({**job, "Documents": [*job["Documents"], listed]})
        digest = {name: kept[name] for name in ("OID", "DocumentName", "Size", "SHA256")}
        note(request, "document_attached", job["OID"], body=sent, repeats=repeats, **digest)
        return written(world, kept["OID"], status=201)


def _has_number(world: World, sent: Record) -> bool:
    """Whether this job already has an invoice of this number."""
    return any(
        invoice["JobID"] == sent["JobID"] and invoice["InvoiceNumber"] == sent.get("InvoiceNumber")
        for invoice in world.agency.invoices.records()
    )


async def submit_invoice(request: Request) -> Response:
    """POST /invoice/submit: waits among the submitted invoices until staff authorise it."""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        options = world.options
        _insist(
            invoice_problems(sent, mime_form=options.mime_form, is_strict=options.strict_fields)
        )
        _insist(reference_problems(world, sent))
        job = world.agency.jobs.need(sent["JobID"])
        repeats = _has_number(world, sent)
        key = oid(world.seed, "invoice", world.new_number())
        names = ("InvoiceNumber", "Amount")
        listed = {"OID": key, **{n: sent.get(n) for n in names}, "Status": "Submitted"}
        kept = {**sent, **listed, "Documents": [_as_kept(world, d, "") for d in sent["Documents"]]}
        world.agency.invoices.put(kept)
        world.agency.jobs.put({**job, "Invoices": [*job["Invoices"], listed]})
        is_theirs = job["ContractorID"] == sent["ContractorID"]
        note(
            request,
            "invoice_submitted",
            job["OID"],
            body=sent,
            OID=key,
            repeats=repeats,
            is_contractor_of_job=is_theirs,
        )
        return written(world, key, status=201)


def settle_invoice(world: World, key: str, status: str) -> Record:
    """Staff authorise or reject an invoice. Authorising posts the landlord's deduction and closes
    the job by itself (AgentOS, Submitted Invoices). KeyError when there is no such invoice."""
    invoice = {**world.agency.invoices.need(key), "Status": status}
    world.agency.invoices.put(invoice)
    job = world.agency.jobs.need(invoice["JobID"])
    job["Invoices"] = [
        {**listed, "Status": status} if listed["OID"] == key else listed
        for listed in job["Invoices"]
    ]
    types = world.agency.status_types.records()
    completed = [found["OID"] for found in types if found["Name"] == "Completed"]
    if status == "Authorised" and completed:
        job = with_status(world, job, completed[0])
    world.agency.jobs.put(job)
    return invoice


async def set_custom_value(request: Request) -> Response:
    """POST /company/objects/{objectID}/{fieldID}/customfield"""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        owner, field = field_asked(request, world.agency)
        if not isinstance(sent, dict) or set(sent) != {"Value"}:
            raise Refusal(400, "The body must be an object with Value")
        world.agency.custom_values.put({"Key": value_key(owner, field), **sent})
        note(request, "custom_field_set", owner, body=sent, field=field)
        return written(world, field)
