"""How a visit comes to be and changes, on LetsJobIt's side: what is filled in when the API made it,
and what the engineer does in the app. Pure: records in, records out. The shape is the sample answer
of LetsJobIt API v2, Get All Visits.
"""

from datetime import datetime
from typing import Any

from syncd.sandbox.shelf import Record
from syncd.sandbox.visit_rules import with_plain_flags
from syncd.sandbox.world import Account, draw

_UNSET: Record = {
    "name": "",
    "totalJobs": 0,
    "docType": "",
    "serviceOrder": 0,
    "siteId": "",
    "site": "",
    "postCode": "",
    "obs": "",
    "contactPerson": "",
    "contactPhone": "",
    "emailMandatory": False,
    "priority": "5",
    "showItemsOnOrderSection": False,
    "hideEquipmentDetails": False,
    "hideDeliveryItemsSection": False,
    "signeeName": "",
    "signeeEmail": "",
    "subContractorIds": None,
    "territory": "",
    "useStartPauseStopStyleButtonsInJobs": False,
    "inMobileApp": False,
    "NPSMandatory": False,
    "precedencePriorityVisit": False,
    "closeVisitOnLastJobClose": False,
    "country": "GB",
    "time_windows": [],
    "required_skills": [],
    "allowed_vehicles": [],
    "confirmClose": False,
    "inProgress": False,
    "closed": False,
    "skipped": False,
    "geocoding": None,
    "showDiscountAndBonusOnItemsOnOrder": False,
    "duration": 0,
    "hasChangesToSync": False,
    "servicing": False,
    "signeeRating": "0",
    "signature": "",
    "appClientVersion": "",
    "closeDate": "",
    "skippedReasonId": "",
    "lines": [],
}
API_USER = "API"
_ORDER = (
    *("_id", "driverId", "name", "date", "totalJobs", "id", "docType", "docNo", "serviceOrder"),
    *("customer", "siteId", "lat", "lng", "site", "address", "postCode", "city", "obs"),
)
"""How the vendor's sample begins; a reader may not depend on it."""


def stamp(at: datetime) -> str:
    """A time as LetsJobIt writes it."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def new_visit(sent: Record, *, key: str, account: Account, at: datetime) -> Record:
    """The visit that LetsJobIt makes of what was sent; `lat` and `lng` are geocoded when absent."""
    place = draw(0, "geocode", sent.get("address"), sent.get("postCode"), sent.get("city"))
    visit = {
        "_id": key,
        **_UNSET,
        "lat": round(57 + place[0] / 1000, 6),
        "lng": round(-2 - place[1] / 1000, 6),
        **with_plain_flags(sent),
        "createdAt": stamp(at),
        "createdUser": API_USER,
        "modifieddAt": stamp(at),
        "modifyUser": API_USER,
    }
    return _completed(visit, account)


def changed_visit(visit: Record, sent: Record, *, account: Account, at: datetime) -> Record:
    """The visit after an update; what was not sent stays."""
    sent = with_plain_flags(sent)
    if sent.get("driverId", visit["driverId"]) != visit["driverId"] and "name" not in sent:
        sent = {**sent, "name": ""}
    merged = {**visit, **sent, "modifieddAt": stamp(at), "modifyUser": API_USER}
    return _completed(merged, account)


def _completed(visit: Record, account: Account) -> Record:
    """Fields that follow from others."""
    lines = [{"qty": 1, "extraData": [], **line} for line in visit["lines"] or []]
    jobs = sum(1 for line in lines if line.get("actionItem"))
    name = visit["name"] or account.drivers.get(visit["driverId"], "")
    completed = {**visit, "lines": lines, "totalJobs": jobs, "name": name}
    return {field: completed[field] for field in _ORDER} | completed


def changes(before: Record, after: Record) -> Record:
    """What differs, field by field, as [before, after]; the time of the change is no change."""
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if name not in ("modifieddAt", "modifyUser") and before.get(name) != value
    }


def state_of(visit: Record) -> str:
    """open, hidden, in_progress, skipped, closed or confirmed."""
    if visit["closed"]:
        return "confirmed" if visit["confirmClose"] else "closed"
    if visit["inProgress"]:
        return "in_progress"
    if visit["skipped"]:
        return "skipped"
    return "open" if visit["inMobileApp"] else "hidden"


def entered_values(visit: Record) -> dict[str, Any]:
    """Values in the custom fields of the visit's lines, by "line.name"."""
    return {
        f"{place}.{field['name']}": field["value"]
        for place, line in enumerate(visit["lines"] or [])
        for field in line.get("extraData", [])
        if field.get("value") not in (None, "")
    }


def started(visit: Record, *, at: datetime) -> Record:
    """The engineer started a job."""
    return _touched({**visit, "inProgress": True, "skipped": False, "servicing": True}, at)


def skipped(visit: Record, *, reason: str | int, at: datetime) -> Record:
    """The engineer could not do it."""
    given = {"inProgress": False, "servicing": False, "skipped": True, "skippedReasonId": reason}
    return _touched({**visit, **given}, at)


def filled_in(visit: Record, values: Record) -> Record:
    """The visit with `values` entered in the custom fields of these names."""
    lines = [
        {
            **line,
            "extraData": [
                {**field, "value": values[field["name"]]} if field["name"] in values else field
                for field in line.get("extraData", [])
            ],
        }
        for line in visit["lines"] or []
    ]
    return {**visit, "lines": lines}


def closed(visit: Record, given: Record, *, at: datetime) -> Record:
    """The engineer closed the visit; `given` may hold signeeName, signeeEmail, signeeRating,
    signature and `values` of custom fields by name."""
    names = ("signeeName", "signeeEmail", "signeeRating", "signature")
    entered = filled_in(visit, given.get("values", {}))
    marks = {
        "closed": True,
        "inProgress": False,
        "servicing": False,
        "skipped": False,
        "closeDate": at.strftime("%Y-%m-%d %H:%M"),
        "appClientVersion": "1.7.163",
    }
    return _touched({**entered, **{n: given[n] for n in names if n in given}, **marks}, at)


def _touched(visit: Record, at: datetime) -> Record:
    return {**visit, "modifieddAt": stamp(at), "modifyUser": visit["driverId"]}
