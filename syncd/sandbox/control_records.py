"""The control pages' records: read, add, change and remove them, and act on them as the engineers
and the agency's staff do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from syncd.sandbox import visits
from syncd.sandbox.agentos_writes import new_job, settle_invoice, with_status
from syncd.sandbox.faults import Faults
from syncd.sandbox.ledger import Ledger
from syncd.sandbox.limits import Limits
from syncd.sandbox.portal_procedures import pay_invoice
from syncd.sandbox.shelf import Record, Shelf
from syncd.sandbox.visit_rules import with_plain_flags
from syncd.sandbox.world import World, oid, short_id

_SHELVES = {"statuses": "status_types"}
_SINGULAR = {"tenancies": "tenancy", "properties": "property", "branches": "branch"}


@dataclass
class Parts:
    """What the control pages look at."""

    world: World
    ledger: Ledger
    limits: Limits
    faults: Faults


Endpoint = Callable[[Parts, Request, Any], Any]
"""A page: from the parts, the request and the JSON sent to the JSON answered."""


def _shelf(parts: Parts, request: Request) -> Shelf:
    kind = request.path_params.get("kind", "visits")
    if kind == "visits":
        return parts.world.visits
    return parts.world.agency.shelves()[_SHELVES.get(kind, kind)]


def _key(parts: Parts, request: Request) -> str:
    """The key in the path; for a visit also its ERP id."""
    asked: str = request.path_params["key"]
    if _shelf(parts, request) is parts.world.visits and asked not in parts.world.visits:
        return parts.world.visit_keys[int(asked)] if asked.isdigit() else asked
    return asked


def _put(parts: Parts, request: Request, record: Record) -> Record:
    shelf = _shelf(parts, request)
    if shelf is parts.world.visits:
        parts.world.put_visit(with_plain_flags(record))
    elif shelf is parts.world.agency.jobs:
        shelf.put(_with_status_name(parts.world, record))
    else:
        shelf.put(record)
    return shelf.need(record[shelf.key])


def _with_status_name(world: World, job: Record) -> Record:
    """The job with the status name that belongs to its StatusID, and its closing date."""
    known = world.agency.status_types.get(job.get("StatusID", ""))
    before = world.agency.jobs.get(job["OID"]) or {}
    is_same = before.get("StatusID") == job.get("StatusID")
    if known is None or (is_same and known["Name"] == job.get("Status")):
        return job
    return with_status(world, job, job["StatusID"])


def _status_named(world: World, name: Any) -> Record:
    """The StatusID of the status of this name, where there is one."""
    for found in world.agency.status_types.records():
        if found["Name"] == name:
            return {"StatusID": found["OID"]}
    return {}


def list_records(parts: Parts, request: Request, sent: Any) -> Any:
    return {"records": _shelf(parts, request).records()}


def _completed(parts: Parts, request: Request, sent: Record) -> Record:
    """A new record with what its kind needs."""
    world, shelf = parts.world, _shelf(parts, request)
    number = world.new_number()
    if shelf is world.visits:
        key = short_id(world.seed, "visit", number)
        filled = {"inMobileApp": True, "id": 2**41 + number, "companyId": world.account.company_id}
        at = world.local_time()
        visit = visits.new_visit({**filled, **sent}, key=key, account=world.account, at=at)
        return {**visit, "createdUser": "office", **sent}
    if shelf is world.agency.jobs:
        branch = world.agency.properties.need(sent["PropertyID"])["BranchOID"]
        return {**new_job(world, branch, sent), **sent}
    kind = request.path_params["kind"]
    return {shelf.key: oid(world.seed, _SINGULAR.get(kind, kind), 5000 + number), **sent}


def add_record(parts: Parts, request: Request, sent: Any) -> Any:
    record = _put(parts, request, _completed(parts, request, sent))
    return {"key": record[_shelf(parts, request).key]}


def get_record(parts: Parts, request: Request, sent: Any) -> Any:
    return _shelf(parts, request).need(_key(parts, request))


def patch_record(parts: Parts, request: Request, sent: Any) -> Any:
    record = _shelf(parts, request).need(_key(parts, request))
    if _shelf(parts, request) is parts.world.agency.jobs and "StatusID" not in sent:
        sent = {**sent, **_status_named(parts.world, sent.get("Status"))}
    changed = {**record, **sent}
    is_visit = _shelf(parts, request) is parts.world.visits
    if is_visit and request.query_params.get("bump") != "0":
        stamp = visits.stamp(parts.world.local_time())
        changed = {**changed, "modifieddAt": stamp, "modifyUser": "office", **sent}
    return _put(parts, request, changed)


def put_record(parts: Parts, request: Request, sent: Any) -> Any:
    return _put(parts, request, {_shelf(parts, request).key: _key(parts, request), **sent})


def delete_record(parts: Parts, request: Request, sent: Any) -> Any:
    shelf, key = _shelf(parts, request), _key(parts, request)
    if shelf is parts.world.visits:
        parts.world.remove_visit(key)
    else:
        shelf.remove(key)
    return {"deleted": key}


def act_on_visit(parts: Parts, request: Request, sent: Any) -> Any:
    world, act, given = parts.world, request.path_params["act"], sent or {}
    visit, at = world.visits.need(_key(parts, request)), world.local_time()
    if act == "start":
        visit = visits.started(visit, at=at)
    elif act == "skip":
        visit = visits.skipped(visit, reason=given.get("reason", "1"), at=at)
    elif act == "close":
        visit = visits.closed(visit, given, at=at)
    else:
        raise KeyError(act)
    world.put_visit(visit)
    return visit


def act_on_invoice(parts: Parts, request: Request, sent: Any) -> Any:
    if request.path_params["act"] == "pay":
        key, amount = request.path_params["key"], (sent or {}).get("amount")
        return pay_invoice(parts.world, key, amount=amount, at=parts.world.local_time())
    statuses = {"authorise": "Authorised", "reject": "Rejected"}
    status = statuses[request.path_params["act"]]
    return settle_invoice(parts.world, request.path_params["key"], status)
