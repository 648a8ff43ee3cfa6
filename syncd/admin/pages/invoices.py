"""Invoices: what was submitted to the agency, followed to its money by the contractor portal."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from syncd.admin.pages.frame import AtScreen
from syncd.admin.pages.wording import PAYMENTS, counted
from syncd.admin.pages.work import LARGEST
from syncd.payments import PaymentState
from syncd.store.invoices import WantedInvoices
from syncd.telling.invoices import invoices_document

router = APIRouter()

PER_PAGE = 50

OVERDUE = "overdue"
Which = Literal["", "submitted", "pending", "paid", "otherwise", "overdue"]


@router.get("/invoices")
def invoices(
    screen: AtScreen,
    q: Annotated[str, Query(max_length=200)] = "",
    connection: Annotated[str, Query(max_length=80)] = "",
    which: Which = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    """Invoices that fit what is looked for, the newest first."""
    words = q.strip()
    is_state = which not in ("", OVERDUE)
    document = screen.desk.read(
        invoices_document,
        screen.settings,
        WantedInvoices(
            words,
            connection or None,
            PaymentState(which) if is_state else None,
            is_overdue=which == OVERDUE,
        ),
        before=before,
        limit=PER_PAGE,
        now=screen.desk.clock(),
    )
    asked = {"q": words, "connection": connection, "which": which}
    return screen.page(
        "invoices.html",
        zone=screen.zone(connection),
        rows=[_row(each) for each in document["invoices"]],
        totals=_totals(document["totals"], asked),
        headline=_headline(document["totals"]),
        choices=[("", "all"), *((name, each.label) for name, each in PAYMENTS.items())],
        wanted=words,
        connection=connection,
        which=which,
        connections=[each.name for each in screen.settings.connections],
        older=_address({**asked, "before": document["next"]}) if document["next"] else None,
        newest=_address(asked),
        itself=_address({**asked, "before": before}),
        is_later=before is not None,
    )


def _address(asked: Mapping[str, Any]) -> str:
    said = {name: value for name, value in asked.items() if value}
    return f"/invoices?{urlencode(said)}" if said else "/invoices"


def _row(each: Mapping[str, Any]) -> dict[str, Any]:
    words = PAYMENTS[each["state"]]
    return {**each, "stands": (words.state, words.tone), "words": _detail(each)}


def _detail(each: Mapping[str, Any]) -> str:
    """What the state alone does not say: the days of payments, the agency's own word."""
    if each["state"] == PaymentState.PENDING:
        named = ", ".join(filter(None, (line["status"] for line in each["pending"])))
        return f"listed as {named}" if named else ""
    days = [f"£{line['amount']} {_on(line['day'])}" for line in each["paid"]]
    is_plain = each["state"] == PaymentState.PAID and len(days) == 1
    return _on(each["paid"][0]["day"]) if is_plain else ", ".join(days)


def _on(day: str) -> str:
    try:
        return f"on {date.fromisoformat(day):%-d %b %Y}"
    except ValueError:
        return "on a day that is not said"


def _headline(totals: Mapping[str, Any]) -> str:
    """How it stands, in one or two sentences."""
    numbers = {name: each["count"] for name, each in totals.items()}
    waiting = numbers["submitted"] + numbers["pending"]
    if not sum(numbers[state.value] for state in PaymentState):
        return "Invoices that were submitted to the agency, followed to their money."
    waits = counted(waiting, "invoice waits", "invoices wait")
    first = f"{waits} for money." if waiting else "Nothing waits for money."
    late = numbers[OVERDUE]
    return f"{first} {late} of them {'is' if late == 1 else 'are'} overdue." if late else first


def _totals(totals: Mapping[str, Any], asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """The sums as tiles, each with the way to its invoices."""
    connection = asked["connection"]
    return [
        {
            "title": words.title,
            "count": totals[name]["count"],
            "sum": totals[name]["received" if name in _BY_MONEY else "gross"],
            "href": _address({"connection": connection, "which": name}),
            "is_here": asked["which"] == name,
        }
        for name, words in PAYMENTS.items()
    ]


_BY_MONEY = ("paid", "otherwise")
"""States of which the sum is what was paid."""
