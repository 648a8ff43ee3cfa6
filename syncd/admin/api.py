"""The paths for programs below /api/v1: what the store says, and decisions.

Endpoints are plain `def`: they run in threads, beside the cycles. Decisions are recorded exactly as
the commands record them.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer

from syncd.admin.access import Decider, signed_in
from syncd.admin.desk import AtDesk, Desk
from syncd.admin.models import (
    LARGEST,
    Choice,
    Cycles,
    Decided,
    Inbox,
    Invoices,
    Link,
    Links,
    Outbox,
    PausedConnection,
    Resolved,
    Status,
    Woken,
)
from syncd.admin.refusals import DECLINED, Refused, Responses
from syncd.errors import SyncdError
from syncd.model import Json, LinkId
from syncd.payments import PaymentState
from syncd.settings import ConnectionSettings, Settings
from syncd.store import cycles, due, inbox, outbox
from syncd.store.database import Session
from syncd.store.invoices import WantedInvoices
from syncd.store.links import load_links
from syncd.store.listings import Wanted
from syncd.telling.changes import Verdict, decide_change, decided_document, intent_document
from syncd.telling.health import status_document
from syncd.telling.invoices import invoices_document
from syncd.telling.lists import cycles_document, links_document
from syncd.telling.pausing import paused_document, set_paused
from syncd.telling.questions import IN_BODY, checked_value, item_document, resolved_document
from syncd.telling.sides import link_document

router = APIRouter(
    prefix="/api/v1",
    tags=["api"],
    dependencies=[
        Depends(HTTPBearer(auto_error=False, description="[admin] token")),
        Depends(signed_in),
    ],
    responses={status: DECLINED[status] for status in (400, 401, 403, 422, 429, 503)},
)

FOUND: Responses = {404: DECLINED[404]}
MOVED: Responses = {404: DECLINED[404], 409: DECLINED[409]}

Number = Annotated[int, Path(ge=1, le=LARGEST)]
Name = Annotated[str, Path(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Edge = Annotated[int | None, Query(ge=1, le=LARGEST)]
Words = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """The description of these paths."""
    return JSONResponse(request.app.openapi())


@router.get("/status", response_model=Status)
def status(desk: AtDesk) -> Any:
    """The health of every connection."""
    return desk.read(status_document, desk.reads, desk.settings(), now=desk.clock())


@router.get("/links", response_model=Links, responses=FOUND)
def links(
    desk: AtDesk,
    q: Words = "",
    connection: Words | None = None,
    is_open: bool | None = None,
    before: Edge = None,
    limit: Limit = 100,
) -> Any:
    """Links by job number or OID, docNo, visit id or `_id`, or part of the address."""
    name = None if connection is None else desk.settings().connection_asked_for(connection).name
    wanted = Wanted(q, name, is_open)
    return desk.read(links_document, wanted, before=before, limit=limit)


@router.get("/links/{link_id}", response_model=Link, responses=FOUND)
def link(desk: AtDesk, link_id: Number) -> Any:
    """Everything about one link: both sides, changes, deliveries, questions, history."""
    return desk.read(_link, desk.settings(), link_id)


def _link(session: Session, settings: Settings, link_id: int) -> dict[str, Json]:
    found = load_links(session, [LinkId(link_id)]).get(LinkId(link_id))
    connection = settings.connection(found.connection) if found is not None else None
    if found is None or connection is None:
        raise Refused(404, "unknown_link", f"there is no link {link_id}", "GET /api/v1/links")
    return link_document(session, connection, found)


@router.get("/invoices", response_model=Invoices, responses=FOUND)
def invoices(
    desk: AtDesk,
    q: Words = "",
    connection: Words | None = None,
    state: PaymentState | None = None,
    is_overdue: bool = False,
    before: Edge = None,
    limit: Limit = 100,
) -> Any:
    """Invoices that are followed to their money, by their own or their job's number or OID."""
    name = None if connection is None else desk.settings().connection_asked_for(connection).name
    return desk.read(
        invoices_document,
        desk.settings(),
        WantedInvoices(q, name, state, is_overdue),
        before=before,
        limit=limit,
        now=desk.clock(),
    )


@router.get("/inbox", response_model=Inbox)
def list_inbox(desk: AtDesk, after: Edge = None, limit: Limit = 100) -> Any:
    """The questions that wait for a person, oldest first."""
    return desk.read(_inbox, after or 0, limit)


def _inbox(session: Session, after: int, limit: int) -> dict[str, Json]:
    waiting = [each for each in inbox.open_items(session) if each.item_id > after]
    page = waiting[:limit]
    more = page[-1].item_id if len(waiting) > limit else None
    return {"items": [item_document(each) for each in page], "next": more}


@router.post("/inbox/{item_id}/resolve", response_model=Resolved, responses=FOUND)
def resolve(desk: AtDesk, person: Decider, item_id: Number, choice: Choice) -> Any:
    """Record the answer to a question; the next cycle acts on it."""
    value = checked_value(choice.choose, choice.value, place=IN_BODY)
    item = desk.run(
        inbox.resolve_item, item_id, choice.choose, value=value, who=person.who, now=desk.clock()
    )
    return resolved_document(item, choice.choose, value)


@router.get("/outbox", response_model=Outbox)
def list_outbox(desk: AtDesk, after: Edge = None, limit: Limit = 100) -> Any:
    """The changes that have not ended, oldest first."""
    return desk.read(_outbox, after or 0, limit)


def _outbox(session: Session, after: int, limit: int) -> dict[str, Json]:
    waiting = [each for each in outbox.waiting_intents(session) if each.intent_id > after]
    page = waiting[:limit]
    more = page[-1].intent_id if len(waiting) > limit else None
    return {"intents": [intent_document(each) for each in page], "next": more}


@router.post("/outbox/{intent_id}/requeue", response_model=Decided, responses=MOVED)
def requeue(desk: AtDesk, person: Decider, intent_id: Number) -> Any:
    """Have the next cycle try a change again."""
    return _decide(desk, person.who, intent_id, Verdict.REQUEUE)


@router.post("/outbox/{intent_id}/discard", response_model=Decided, responses=MOVED)
def discard(desk: AtDesk, person: Decider, intent_id: Number) -> Any:
    """Drop a change; what is still wanted is planned anew."""
    return _decide(desk, person.who, intent_id, Verdict.DISCARD)


def _decide(desk: Desk, who: str, intent_id: int, verdict: Verdict) -> dict[str, Json]:
    stored = desk.run(decide_change, intent_id, verdict, who=who, now=desk.clock())
    return decided_document(stored, verdict)


@router.get("/cycles", response_model=Cycles, responses=FOUND)
def list_cycles(
    desk: AtDesk, connection: Words | None = None, before: Edge = None, limit: Limit = 100
) -> Any:
    """Cycles, the newest first."""
    name = None if connection is None else desk.settings().connection_asked_for(connection).name
    return desk.read(cycles_document, connection=name, before=before, limit=limit)


@router.post("/connections/{name}/pause", response_model=PausedConnection, responses=FOUND)
def pause(desk: AtDesk, person: Decider, name: Name) -> Any:
    """Stop a connection; a cycle that runs comes to its end. Nothing is lost."""
    return _pause(desk, person.who, name, is_paused=True)


@router.post("/connections/{name}/resume", response_model=PausedConnection, responses=FOUND)
def resume(desk: AtDesk, person: Decider, name: Name) -> Any:
    """Start a connection again."""
    return _pause(desk, person.who, name, is_paused=False)


def _pause(desk: Desk, who: str, name: str, *, is_paused: bool) -> dict[str, Json]:
    connection = desk.settings().connection_asked_for(name)
    row, _ = desk.run(set_paused, connection, is_paused=is_paused, who=who, now=desk.clock())
    return {"connection": name, "paused": paused_document(row)}


@router.post("/connections/{name}/run", response_model=Woken, responses=MOVED)
def run(desk: AtDesk, person: Decider, name: Name) -> Any:
    """Have every lane of a connection run now."""
    connection = desk.settings().connection_asked_for(name)
    if not connection.enabled:
        raise SyncdError("connection_disabled", f"{name} is switched off", "enable it first")
    is_due = desk.run(_wake, connection, person.who, desk)
    return {"connection": name, "is_due": is_due}


def _wake(session: Session, connection: ConnectionSettings, who: str, desk: Desk) -> bool:
    due.wake(session, connection.name, by=who, now=desk.clock())
    row = cycles.connection_row(session, connection.name)
    return row is None or row.paused_at is None
