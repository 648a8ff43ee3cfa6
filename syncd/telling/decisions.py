"""What people answered about the invoices of a link, from the journal: who, when, which amount.

    {"choice": "enter", "value": "96.00", "by": "ann", "at": "…Z"}

`value` is null where the choice needs none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from syncd.model import InboxKind, Json
from syncd.telling.words import iso

DECIDED = "inbox_decided"
"""The journal's word for an answer."""

ABOUT_INVOICES = frozenset({InboxKind.MISSING_AMOUNT, InboxKind.APPROVE_INVOICE})
"""Questions about what is invoiced for one visit."""


def answer_of(new: Json) -> dict[str, Json]:
    """The choice and its value, from what the journal has of an answer."""
    told = new if isinstance(new, dict) else {"choice": new}
    return {"choice": told.get("choice"), "value": told.get("value")}


def invoice_decision(
    history: Sequence[Mapping[str, Any]], visit_id: int | None, before: datetime | None
) -> Json:
    """The last answer about the invoice of a visit, up to a second; None where nobody answered."""
    answers = [
        row
        for row in history
        if row["event"] == DECIDED
        and row["old"] in ABOUT_INVOICES
        and row["visit_id"] == visit_id
        and (before is None or row["at"].replace(microsecond=0) <= before)
    ]
    if not answers:
        return None
    last = answers[-1]
    return {**answer_of(last["new"]), "by": last["who"], "at": iso(last["at"])}
