"""What each method of the vendors' clients sends: called, and looked at on its way out."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import httpx

from syncd.agentos.documents import Documents
from syncd.agentos.issues import Issue, Tenant, TypedAddress
from syncd.agentos.legacy import Legacy
from syncd.agentos.maintenance import Maintenance
from syncd.agentos.property_management import Lead, Market, PropertyManagement
from syncd.agentos.uploads import Document
from syncd.contractor_portal.client import ContractorPortal
from syncd.contractor_portal.judging import PortalJudge
from syncd.errors import VendorError
from syncd.letsjobit.client import LetsJobIt
from syncd.model import Side
from syncd.vendor_http import Auth, Patience
from tests.vendor.lines import line

CLIENTS: dict[str, type[Any]] = {
    "V4": Maintenance,
    "V3": Legacy,
    "PM": PropertyManagement,
    "LJI": LetsJobIt,
    "Portal": ContractorPortal,
    "Docs": Documents,
}
"""Every client, by the page that it is the client of."""

WHO = {"short_name": "{shortName}"}
MEANS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("V4", "V3", "PM", "Docs"), WHO),
    "LJI": {},
    "Portal": {"short_name": "northgate", "contractor_id": "co-1", "transformer": "none"},
}
"""What a client is made with beside its line."""

GIVEN: dict[type[Any], Any] = {
    Document: Document("a.pdf", ".pdf", b"%PDF-1.7"),
    Lead: Lead("Vendor", "source"),
    Issue: Issue(
        external_id="AEA622XAD",
        reported_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        title="Tap drips",
        notes="",
        tenant=Tenant("07700900461"),
        address=TypedAddress(("1 Mill Lane",)),
    ),
    Decimal: Decimal(1),
    bool: True,
    object: "a value",
}
"""What a method is given for a parameter of a type; a text is its own name in braces."""


@dataclass(frozen=True)
class Sent:
    """One request of one method of the client of a page: "GET /visits", or a procedure's name."""

    page: str
    method: str
    request: str


def methods_of(page: str) -> list[str]:
    """Every public method of a client that waits for something, which is a request."""
    client = CLIENTS[page]
    return [
        name
        for name, found in inspect.getmembers(client, inspect.iscoroutinefunction)
        if not name.startswith("_")
    ]


async def everything_sent() -> list[Sent]:
    """What the clients send, all their methods and both markets."""
    found = []
    for page in CLIENTS:
        for method in methods_of(page):
            requests = await _requests(page, method)
            found += [Sent(page, method, each) for each in sorted(requests)]
    return found


async def _requests(page: str, method: str) -> set[str]:
    seen: set[str] = set()

    def take(request: httpx.Request) -> httpx.Response:
        seen.add(_described(page, request))
        return httpx.Response(400, json={"message": "this is as far as it goes"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as client:
        auth = Auth("header", "api_key", "a-key")
        judge = PortalJudge(Side.AGENTOS, auth.secret) if page == "Portal" else None
        url = "http://vendor.example/api/v2" if page == "LJI" else "http://vendor.example"
        to_vendor = line(client, url, auth=auth, patience=Patience(tries=1), judge=judge)
        bound = getattr(CLIENTS[page](to_vendor, **MEANS[page]), method)
        for arguments in _arguments(bound):
            try:
                await bound(**arguments)
            except VendorError:
                continue
            raise AssertionError(f"{method} takes a refusal for an answer")
    return seen


def _described(page: str, request: httpx.Request) -> str:
    path = unquote(request.url.raw_path.decode().partition("?")[0])
    return path.removeprefix("/") if page == "Portal" else f"{request.method} {path}"


def _arguments(method: Any) -> Iterator[dict[str, Any]]:
    """What the method is called with; once for each market, where it wants to know it."""
    given, wants_market = {}, False
    for name, each in inspect.signature(method).parameters.items():
        wants_market = wants_market or each.annotation is Market
        if each.annotation is not Market and not _stays(name, each):
            given[name] = _value(name, each.annotation)
    for market in Market if wants_market else (None,):
        yield given if market is None else {"market": market, **given}


def _stays(name: str, each: inspect.Parameter) -> bool:
    """Whether a parameter keeps its own value: it decides nothing about the request's path."""
    is_place = name in ("offset", "count")
    return each.default is not inspect.Parameter.empty and not is_place and name != "status_id"


def _value(name: str, annotation: Any) -> Any:
    if annotation in GIVEN:
        return GIVEN[annotation]
    written = str(annotation)
    if written.startswith("collections.abc.Mapping"):
        return {}
    if written.startswith("collections.abc.Sequence"):
        return ["{each}"] if "[str]" in written else []
    return f"{{{name}}}"


def shape(request: str) -> str:
    """A request whose placeholders have no names: pages and code name them otherwise."""
    return re.sub(r"\{[^}]*\}", "{}", request)
