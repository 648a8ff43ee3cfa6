"""The procedures of the myProp contractor portal: its `contractor` router.

Read from the Contractor Portal API page and from what real tRPC servers put on the wire. Errors
behind the portal answer null or an empty list where `portal_hides_errors` is set, as the page says
of 404s and of contacts and notes. Jobs older than 90 days are not listed (contractor app guide).
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request

from syncd.sandbox.agentos_rules import document_problems
from syncd.sandbox.agentos_writes import with_status
from syncd.sandbox.shelf import Record
from syncd.sandbox.wire import note
from syncd.sandbox.world import World, oid

DAYS_LISTED = 90
DEFAULT_COUNT = 50

_WORDS = {"In Progress": "In Progress", "Awaiting Access": "Awaiting Contractor"}

Input = dict[str, Any]
Procedure = Callable[[Request, World, Input], Any]


class TrpcError(Exception):
    """An answer that is an error, by its tRPC code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _who(world: World, sent: Input) -> str:
    """The contractor of an input; BAD_REQUEST when a required part is missing."""
    _text(sent, "shortName")
    contractor = _text(sent, "contractorId")
    if sent["shortName"] != world.agency.short_name:
        raise TrpcError("NOT_FOUND", "No such agency")
    return contractor


def _text(sent: Input, name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value:
        issue = {"code": "invalid_type", "path": [name], "message": "Required"}
        raise TrpcError("BAD_REQUEST", json.dumps([issue]))
    return value


def _word(world: World, job: Record) -> str:
    """The portal's own word for a job's status."""
    status = world.agency.status_types.need(job["StatusID"])
    if status["IsClosed"]:
        return "Cancelled" if status["Name"] == "Cancelled" else "Completed"
    return _WORDS.get(status["Name"], "Open")


def _address(world: World, job: Record) -> str | None:
    place = world.agency.properties.get(job.get("PropertyID") or "")
    if place is None:
        return None
    names = ("AddressFlatRoomNumber", "AddressNumber", "Address1", "Address2", "Address3")
    parts = [str(place[name]) for name in (*names, "Postcode") if place.get(name)]
    return ", ".join(parts)


def _person(world: World, kind: str, key: str | None) -> str | None:
    found = world.agency.shelves()[kind].get(key or "")
    if found is None:
        return None
    return " ".join(filter(None, (found.get("Forename"), found.get("Surname")))) or None


def _moment(text: str | None) -> str | None:
    """A time of AgentOS, which is London's, as JavaScript writes it."""
    return f"{text[:19]}.000Z" if text else None


def shown_job(world: World, job: Record) -> Record:
    """A job as the portal maps it."""
    return {
        "jobId": job["OID"],
        "propertyId": job["PropertyID"],
        "propertyAddress": _address(world, job),
        "title": job["Title"] or "",
        "description": job["Description"],
        "status": _word(world, job),
        "priority": job["Priority"],
        "reportedDate": _moment(job["ReportedAt"]),
        "completedDate": _moment(job["ClosedDate"]),
        "estimatedCost": None,
        "actualCost": None,
        "category": job["Category"],
        "tenantName": _person(world, "tenants", job.get("TenantID")),
        "landlordName": _person(world, "landlords", job.get("LandlordID")),
        "accessDetails": job.get("AccessArrangements"),
        "metadata": {"OID": job["OID"], "GlobalReference": job["GlobalReference"]},
    }


def _own_jobs(world: World, contractor: str) -> list[Record]:
    since = (world.local_time() - timedelta(days=DAYS_LISTED)).isoformat()
    return [
        job
        for job in world.agency.jobs.records()
        if job["ContractorID"] == contractor and (job["ReportedAt"] or "9999") >= since
    ]


def _status(request: Request, world: World, sent: Input) -> Any:
    return {"status": "ok"}


def _insights(request: Request, world: World, sent: Input) -> Any:
    jobs = _own_jobs(world, _who(world, sent))
    done = [job for job in jobs if job["ClosedDate"]]
    pending = [each["Amount"] for each in _unpaid(world, sent["contractorId"])]
    earned = [each["Credit"] or 0 for each in _payments(world, sent["contractorId"])]
    return {
        "totalAssignedJobs": len(jobs),
        "activeJobs": len(jobs) - len(done),
        "completedJobs": len(done),
        "pendingPaymentAmount": round(sum(pending), 2),
        "totalEarnedAmount": round(sum(earned), 2),
    }


def _account(request: Request, world: World, sent: Input) -> Any:
    found = world.agency.contractors.get(_who(world, sent))
    if found is None or world.options.portal_hides_errors:
        return None
    return {
        "contractorId": found["OID"],
        "companyName": found.get("CompanyName") or found.get("Surname") or "",
        "displayName": found.get("CompanyName") or found.get("Surname") or "",
        "email": found.get("EMailAddress"),
        "phone": found.get("LandPhone"),
        "mobile": found.get("MobilePhone"),
        "address": None,
        "postcode": found.get("Postcode"),
        "vatNumber": found.get("VATNumber"),
        "companyRegNumber": None,
        "isActive": True,
        "branchId": found.get("BranchOID"),
        "trades": [],
        "metadata": {},
    }


def _contacts(request: Request, world: World, sent: Input) -> Any:
    _who(world, sent)
    return []


def _jobs(request: Request, world: World, sent: Input) -> Any:
    contractor = _who(world, sent)
    if world.options.portal_hides_errors:
        return []
    start, count = int(sent.get("offset") or 0), int(sent.get("count") or DEFAULT_COUNT)
    jobs = _own_jobs(world, contractor)[start : start + count]
    return [shown_job(world, job) for job in jobs]


def _one(world: World, sent: Input) -> Record | None:
    contractor, key = _who(world, sent), _text(sent, "jobId")
    job = world.agency.jobs.get(key)
    is_shown = job is not None and job["ContractorID"] == contractor
    return job if is_shown else None


def _details(request: Request, world: World, sent: Input) -> Any:
    job = _one(world, sent)
    return None if job is None or world.options.portal_hides_errors else shown_job(world, job)


def _notes(request: Request, world: World, sent: Input) -> Any:
    job = _one(world, sent)
    if job is None or world.options.portal_hides_errors:
        return []
    names = {"noteId": "OID", "jobId": "JobID", "text": "Text", "createdAt": "CreatedAt"}
    return [
        {**{ours: each[theirs] for ours, theirs in names.items()}, "createdBy": "contractor"}
        for each in world.agency.notes.records()
        if each["JobID"] == job["OID"]
    ]


def _needed(world: World, sent: Input) -> Record:
    job = _one(world, sent)
    if job is None:
        raise TrpcError("NOT_FOUND", "The job was not found")
    return job


def _toggle(request: Request, world: World, sent: Input) -> Any:
    job, completed = _needed(world, sent), sent.get("completed")
    if not isinstance(completed, bool):
        _text({}, "completed")
    wanted = "Completed" if completed else "Reported"
    types = world.agency.status_types.records()
    status = next(each["OID"] for each in types if each["Name"] == wanted)
    was = _word(world, job)
    world.agency.jobs.put(with_status(world, job, status))
    kind = "job_updated" if (was == "Completed") != completed else "job_unchanged"
    note(request, kind, job["OID"], body=sent, changed={"Status": wanted})
    return {"success": True}


def _add_note(request: Request, world: World, sent: Input) -> Any:
    job, text = _needed(world, sent), _text(sent, "text")
    key = oid(world.seed, "note", world.new_number())
    at = world.local_time().isoformat()
    is_repeated = any(
        each["JobID"] == job["OID"] and each["Text"] == text
        for each in world.agency.notes.records()
    )
    world.agency.notes.put({"OID": key, "JobID": job["OID"], "Text": text, "CreatedAt": at})
    note(request, "note_added", job["OID"], body=sent, repeats=is_repeated)
    return {"noteId": key}


def _payments(world: World, contractor: str) -> list[Record]:
    payments = world.agency.payments.records()
    return [each for each in payments if each.get("ContractorID") in (None, contractor)]


def _unpaid(world: World, contractor: str) -> list[Record]:
    return [
        each
        for each in world.agency.invoices.records()
        if each["ContractorID"] == contractor and each["Status"] in ("Submitted", "Authorised")
    ]


def _statements(request: Request, world: World, sent: Input) -> Any:
    contractor = _who(world, sent)
    since, until = sent.get("dateFrom") or "0001", sent.get("dateTo") or "9999"
    entries = [
        {
            "entryId": each["OID"],
            "date": _moment(each["Date"]),
            "description": each.get("Description") or "Payment",
            "debit": each.get("Debit"),
            "credit": each.get("Credit"),
            "balance": None,
            "jobId": each.get("JobID"),
            "propertyAddress": None,
            "category": None,
            "invoiceNumber": each.get("InvoiceNumber"),
            "metadata": {},
        }
        for each in _payments(world, contractor)
        if since[:10] <= each["Date"][:10] <= until[:10]
    ]
    total = round(sum(each["credit"] or 0 for each in entries), 2)
    return {
        "entries": entries,
        "openingBalance": None,
        "closingBalance": total,
        "totalDebits": None,
        "totalCredits": total,
        "periodStart": sent.get("dateFrom"),
        "periodEnd": sent.get("dateTo"),
    }


def _pending(request: Request, world: World, sent: Input) -> Any:
    return [
        {
            "entryId": each["OID"],
            "date": _moment(each.get("InvoiceDate")),
            "description": each.get("Description") or "",
            "amount": each["Amount"],
            "jobId": each["JobID"],
            "propertyAddress": None,
            "invoiceNumber": each.get("InvoiceNumber"),
            "status": each["Status"],
            "metadata": {},
        }
        for each in _unpaid(world, _who(world, sent))
        if not each.get("IsLost")
    ]


def _submit(request: Request, world: World, sent: Input) -> Any:
    job = _needed(world, sent)
    amount, reference = sent.get("amount"), _text(sent, "reference")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or amount <= 0:
        issue = {"path": ["amount"], "message": "Number must be greater than 0"}
        raise TrpcError("BAD_REQUEST", json.dumps([issue]))
    documents = sent.get("documents") or []
    form = world.options.mime_form
    found = [p for d in documents for p in document_problems(d, mime_form=form, is_strict=False)]
    if found:
        return {"invoiceId": None, "success": False, "message": "; ".join(found), "metadata": {}}
    key = oid(world.seed, "invoice", world.new_number())
    invoice = {
        "OID": key,
        "ContractorID": sent["contractorId"],
        "JobID": job["OID"],
        "Amount": amount,
        "VATAmount": sent.get("vatAmount"),
        "InvoiceNumber": reference,
        "InvoiceDate": sent.get("invoiceDate"),
        "Description": sent.get("description"),
        "Status": "Submitted",
        "Documents": documents,
    }
    is_repeated = any(
        each["JobID"] == job["OID"] and each["InvoiceNumber"] == reference
        for each in world.agency.invoices.records()
    )
    world.agency.invoices.put(invoice)
    listed = {name: invoice[name] for name in ("OID", "InvoiceNumber", "Amount", "Status")}
    world.agency.jobs.put({**job, "Invoices": [*job["Invoices"], listed]})
    note(request, "invoice_submitted", job["OID"], body=sent, OID=key, repeats=is_repeated)
    return {"invoiceId": key, "success": True, "message": None, "metadata": {}}


QUERIES: dict[str, Procedure] = {
    "status": _status,
    "insights": _insights,
    "account": _account,
    "contacts": _contacts,
    "maintenanceJobs": _jobs,
    "maintenanceJobDetails": _details,
    "maintenanceJobNotes": _notes,
    "statements": _statements,
    "pendingStatements": _pending,
}
MUTATIONS: dict[str, Procedure] = {
    "toggleJobCompletion": _toggle,
    "addJobNote": _add_note,
    "submitInvoice": _submit,
}


def pay_invoice(world: World, key: str, *, amount: float | None, at: datetime) -> Record:
    """The agency pays an invoice, which then stands on the statement. KeyError: no such invoice."""
    invoice = {**world.agency.invoices.need(key), "Status": "Paid"}
    world.agency.invoices.put(invoice)
    payment = {
        "OID": oid(world.seed, "payment", world.new_number()),
        "ContractorID": invoice["ContractorID"],
        "Date": at.isoformat(),
        "Credit": invoice["Amount"] if amount is None else amount,
        "JobID": invoice["JobID"],
        "InvoiceNumber": invoice.get("InvoiceNumber"),
    }
    world.agency.payments.put(payment)
    return payment
