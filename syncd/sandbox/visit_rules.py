"""What LetsJobIt accepts as a visit (LetsJobIt API v2, Visits, Add visits): every field of its
tables and samples with its type.

Where the page contradicts itself both readings pass (flags as true, 1 or "1"; `siteId` and
`priority` as string or number). Fields that only the app or the server sets may not be written.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from syncd.sandbox.shelf import Record

Check = Callable[[Any], str | None]
"""Says what is wrong with a value, or None."""

LARGEST_ID = 2**53 - 1
_FLAG_VALUES: dict[str, bool] = {"0": False, "1": True}
_EXTRA_TYPES = ("text", "date", "number", "email", "color", "range", "select")


def is_number(value: Any) -> bool:
    """Whether `value` is a JSON number (true and false are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def text(value: Any) -> str | None:
    return None if isinstance(value, str) else "must be a string"


def filled_text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "must be a string with a value"


def flag(value: Any) -> str | None:
    """true, false, 1, 0, "1" or "0"."""
    is_flag = isinstance(value, bool) or (is_number(value) and value in (0, 1))
    return None if is_flag or value in ("0", "1") else "must be 0 or 1"


def number(value: Any) -> str | None:
    return None if is_number(value) else "must be a number"


def integer(value: Any) -> str | None:
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return None if is_integer else "must be an integer"


def day(value: Any) -> str | None:
    """YYYY-MM-DD, a day that exists."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return 'must be a date in "YYYY-MM-DD" format'
    try:
        date.fromisoformat(value)
    except ValueError:
        return "is no day of the calendar"
    return None


def erp_id(value: Any) -> str | None:
    if integer(value) is None and 1 <= value <= LARGEST_ID:
        return None
    return f"must be a number from 1 to {LARGEST_ID}"


def priority(value: Any) -> str | None:
    """1 to 10, as a number or as a string."""
    is_whole = integer(value) is None and 1 <= value <= 10
    is_text = isinstance(value, str) and value in [str(rank) for rank in range(1, 11)]
    return None if is_whole or is_text else "must be 1 to 10"


def text_or_number(value: Any) -> str | None:
    return None if isinstance(value, str) or is_number(value) else "must be a number or a string"


def texts(value: Any) -> str | None:
    is_list = isinstance(value, list) and all(isinstance(part, str) for part in value)
    return None if is_list else "must be an array of strings"


def texts_or_null(value: Any) -> str | None:
    return None if value is None else texts(value)


def time_windows(value: Any) -> str | None:
    """Objects with `earliest` and `latest`, seconds from midnight."""
    if not isinstance(value, list):
        return "must be an array of objects"
    for window in value:
        if not isinstance(window, dict) or set(window) != {"earliest", "latest"}:
            return "must hold objects with earliest and latest"
        if not all(is_number(end) and 0 <= end <= 86400 for end in window.values()):
            return "must hold seconds from midnight"
        if window["earliest"] > window["latest"]:
            return "has a window that ends before it begins"
    return None


def country(value: Any) -> str | None:
    is_code = isinstance(value, str) and re.fullmatch(r"[A-Za-z]{2}", value)
    return None if is_code else "must be two letters"


EXTRA_FIELDS: dict[str, Check] = {
    "type": lambda value: None if value in _EXTRA_TYPES else f"must be one of {_EXTRA_TYPES}",
    "caption": filled_text,
    "name": filled_text,
    "description": text,
    "value": text_or_number,
    "required": lambda value: None if value == "required" else 'must be "required"',
    "readonly": lambda value: None if value == "readonly" else 'must be "readonly"',
    "options_values": text,
    "options_default": text,
    "max": integer,
    "min": integer,
    "pattern": text,
    "step": number,
}
EXTRA_REQUIRED = ("type", "caption", "name")

LINE_FIELDS: dict[str, Check] = {
    "actionItem": lambda value: None if isinstance(value, bool) else "must be true or false",
    "allowRebrand": flag,
    "brand": text,
    "brandId": integer,
    "description": filled_text,
    "extraData": lambda value: _parts(value, EXTRA_FIELDS, EXTRA_REQUIRED, unique="name"),
    "hasBatch": flag,
    "hasReturn": flag,
    "id": number,
    "itemId": number,
    "jobType": text,
    "location": text,
    "model": text,
    "modelId": number,
    "qty": number,
    "serialNr": text,
    "serialNrId": number,
}
LINE_REQUIRED = ("actionItem", "description")

FLAGS = (
    "emailMandatory",
    "showItemsOnOrderSection",
    "hideEquipmentDetails",
    "hideDeliveryItemsSection",
    "showDiscountAndBonusOnItemsOnOrder",
    "useStartPauseStopStyleButtonsInJobs",
    "inMobileApp",
    "NPSMandatory",
    "precedencePriorityVisit",
    "closeVisitOnLastJobClose",
    "confirmClose",
    "inProgress",
    "closed",
    "skipped",
)
WRITABLE: dict[str, Check] = {
    "driverId": filled_text,
    "name": text,
    "date": day,
    "id": erp_id,
    "docType": text,
    "docNo": filled_text,
    "serviceOrder": number,
    "customer": filled_text,
    "siteId": text_or_number,
    "lat": number,
    "lng": number,
    "site": text,
    "address": filled_text,
    "postCode": text,
    "city": filled_text,
    "obs": text,
    "contactPerson": text,
    "contactPhone": text,
    "priority": priority,
    "signeeName": text,
    "signeeEmail": text,
    "subContractorIds": texts_or_null,
    "territory": text,
    "country": country,
    "companyId": filled_text,
    "time_windows": time_windows,
    "required_skills": texts,
    "allowed_vehicles": texts,
    "duration": number,
    "lines": lambda value: _parts(value, LINE_FIELDS, LINE_REQUIRED),
    **dict.fromkeys(FLAGS, flag),
}
REQUIRED = ("driverId", "date", "id", "docNo", "customer", "address", "city", "companyId")
SET_BY_LETSJOBIT = (
    "_id",
    "totalJobs",
    "geocoding",
    "createdAt",
    "createdUser",
    "hasChangesToSync",
    "modifieddAt",
    "modifyUser",
    "servicing",
    "signeeRating",
    "signature",
    "appClientVersion",
    "closeDate",
    "skippedReasonId",
)


def _parts(
    value: Any, fields: dict[str, Check], required: tuple[str, ...], *, unique: str = ""
) -> str | None:
    """What is wrong with an array of objects of these fields."""
    if not isinstance(value, list):
        return "must be an array of objects"
    for place, part in enumerate(value):
        found = _part_problem(part, fields, required)
        if found is not None:
            return f"[{place}]{found}"
    names = [part.get(unique) for part in value] if unique else []
    return "has two fields of one name" if len(set(names)) < len(names) else None


def _part_problem(part: Any, fields: dict[str, Check], required: tuple[str, ...]) -> str | None:
    if not isinstance(part, dict):
        return " must be an object"
    missing = [name for name in required if name not in part]
    if missing:
        return f".{missing[0]} is required"
    for name, value in part.items():
        problem = fields[name](value) if name in fields else "is not a documented field"
        if problem is not None:
            return f".{name} {problem}"
    return None


def visit_problems(visit: Record, *, company_id: str, is_whole: bool, is_strict: bool) -> list[str]:
    """Everything wrong with a visit that was sent; `is_whole` demands the required fields."""
    problems = [f"{name} is required" for name in REQUIRED if is_whole and name not in visit]
    for name, value in visit.items():
        if name in WRITABLE:
            found = WRITABLE[name](value)
            problems += [] if found is None else [f"{name} {found}"]
        elif name in SET_BY_LETSJOBIT:
            problems.append(f"{name} cannot be set through the API")
        elif is_strict:
            problems.append(f"{name} is not a documented field")
    if "companyId" in visit and visit["companyId"] != company_id:
        problems.append("companyId is not the company of this API key")
    return problems


def with_plain_flags(visit: Record) -> Record:
    """The visit with true and false for every flag, as the vendor's sample answers them."""
    return {
        name: _FLAG_VALUES.get(str(value), bool(value)) if name in FLAGS else value
        for name, value in visit.items()
    }
