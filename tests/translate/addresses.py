"""Visits and properties by their addresses."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from syncd.letsjobit.wire import Visit
from syncd.model import Place, VisitRecord
from syncd.translate.visits import visit_record

CODE = "LS1 4DY"
VISIT = visit_record(
    Visit.model_validate({"_id": "visit-1", "docNo": "NF-17", "date": "2026-03-02"}),
    ZoneInfo("Europe/London"),
)


def at(address: str, **given: Any) -> VisitRecord:
    """A visit at this address."""
    where = {"address": address, "site": "", "site_id": "", "city": "", "post_code": "ls14dy"}
    return replace(VISIT, **{**where, **given})


def house(oid: str, number: str, street: str, *, flat: str = "", district: str = "") -> Place:
    """A property in Leeds."""
    return Place(oid, f"P-{oid}", flat, number, street, district, "Leeds", "", CODE, "")
