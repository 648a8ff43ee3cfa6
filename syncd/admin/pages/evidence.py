"""The evidence of a closed visit, from the store as long as it is kept: signature and papers.

A signature is a vendor's bytes: what is sent was decoded as a picture first, carries the type that
its bytes have, and may do nothing in a browser. The papers are made anew, as they were for AgentOS,
and so are the pictures of them.
"""

import logging
import threading
from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response

from syncd.admin.pages.frame import AtScreen, Screen
from syncd.admin.pages.looks import HERE
from syncd.admin.pages.work import RowId, link_or_404
from syncd.admin.refusals import Refused
from syncd.agentos.maintenance import Document
from syncd.apply.papers import Papers, kept_papers
from syncd.cycle.paperwork import paperwork_of
from syncd.cycle.views import job_of
from syncd.errors import BadEvidence, ConfigError, MissingAmount
from syncd.evidence.first_page import draw_first_page
from syncd.evidence.fonts import usual_cjk_font
from syncd.evidence.signature import decode_signature
from syncd.model import Intent, IntentKind, IntentState, Link, Part, Side
from syncd.settings import ConnectionSettings
from syncd.store.closures import StoredClosure, closures_of_link
from syncd.store.database import Session
from syncd.store.observations import observations_by_id
from syncd.store.outbox import intents_of_link

logger = logging.getLogger(__name__)

router = APIRouter()

VisitKey = Annotated[str, Query(max_length=200)]

Make = Callable[[], Document]
"""Makes a paper of what was read; the store is not needed any more."""

SANDBOX = "default-src 'none'; sandbox"
"""What a picture may do, opened by itself: nothing."""

_ONE_AT_A_TIME = threading.Lock()
"""A browser asks for six pictures at once. Made side by side none is there sooner, and each thread
keeps the memory of the paper that it made."""


@router.get("/work/{link_id}/signature")
def signature(screen: AtScreen, link_id: RowId, visit: VisitKey, save: bool = False) -> Response:
    """The signature as a picture."""
    link = link_or_404(screen, link_id)
    kept = screen.desk.read(_kept, link, visit)
    try:
        picture = decode_signature(kept.signature)
    except BadEvidence as error:
        raise _nothing(f"the signature cannot be shown: {error.message}") from None
    if picture is None:
        raise _nothing("no signature of this visit is kept")
    name = f"signature-{link.link_id}.{picture.extension}"
    return _file(picture.content, picture.media_type, name, is_saved=save, policy=SANDBOX)


@router.get("/work/{link_id}/job-sheet")
def job_sheet(screen: AtScreen, link_id: RowId, visit: VisitKey, save: bool = False) -> Response:
    """The job sheet as a PDF."""
    return _pdf(_job_sheet(screen, link_or_404(screen, link_id), visit)(), is_saved=save)


@router.get("/work/{link_id}/job-sheet/first-page")
def job_sheet_first_page(screen: AtScreen, link_id: RowId, visit: VisitKey) -> Response:
    """A picture of the job sheet's first page."""
    link = link_or_404(screen, link_id)
    return _first_page(lambda: _job_sheet(screen, link, visit))


@router.get("/work/{link_id}/invoice")
def invoice(screen: AtScreen, link_id: RowId, visit: VisitKey, save: bool = False) -> Response:
    """The invoice as a PDF, with the amounts that were decided."""
    return _pdf(_invoice(screen, link_or_404(screen, link_id), visit)(), is_saved=save)


@router.get("/work/{link_id}/invoice/first-page")
def invoice_first_page(screen: AtScreen, link_id: RowId, visit: VisitKey) -> Response:
    """A picture of the invoice's first page."""
    link = link_or_404(screen, link_id)
    return _first_page(lambda: _invoice(screen, link, visit))


def _job_sheet(screen: Screen, link: Link, visit: str) -> Make:
    papers, _ = screen.desk.read(_papers, screen.connection(link.connection), link, visit)
    return lambda: papers.document(Part.JOB_SHEET).document


def _invoice(screen: Screen, link: Link, visit: str) -> Make:
    papers, decided = screen.desk.read(_papers, screen.connection(link.connection), link, visit)
    if decided is None:
        raise _nothing("no invoice of this visit was planned")
    return lambda: _made_again(papers, decided)


def _made_again(papers: Papers, decided: Intent) -> Document:
    try:
        return papers.invoice(decided).document
    except (MissingAmount, ValueError, KeyError):
        raise _nothing("the invoice cannot be made again: its amounts are not kept") from None


def _first_page(find: Callable[[], Make]) -> Response:
    """The first page as a PNG, and how many there are; a page of the work shows no broken picture,
    so where there is none to draw, an empty sheet says so."""
    try:
        make = find()
        with _ONE_AT_A_TIME:
            drawn = draw_first_page(make().content)
    except (BadEvidence, Refused) as error:
        if isinstance(error, BadEvidence):
            logger.warning("%s", error.message)
        sheet = (HERE / "static" / "no-preview.svg").read_bytes()
        return _file(sheet, "image/svg+xml", "no-preview.svg", policy=SANDBOX)
    answer = _file(drawn.picture.content, drawn.picture.media_type, "page-1.png", policy=SANDBOX)
    answer.headers["Server-Timing"] = f'pages;desc="{drawn.pages}"'
    return answer


def _kept(session: Session, link: Link, visit_key: str) -> StoredClosure:
    for each in closures_of_link(session, link.link_id):
        if each.visit_key == visit_key and each.content:
            return each
    raise _nothing("nothing of this visit is kept any more")


def _papers(
    session: Session, connection: ConnectionSettings, link: Link, visit_key: str
) -> tuple[Papers, Intent | None]:
    _kept(session, link, visit_key)
    seen = observations_by_id(session, link.connection, Side.AGENTOS, [link.job_id])
    job = job_of(seen.get(link.job_id))
    if job is None:
        raise _nothing("the job is not known any more")
    try:
        paperwork = paperwork_of(session, connection, cjk_font=usual_cjk_font())
    except ConfigError as error:
        raise _nothing(f"the papers cannot be made: {error.message}") from None
    closure = link.connection, link.link_id, visit_key
    zone = connection.agentos.timezone
    papers = kept_papers(session, closure, job, paperwork=paperwork, zone=zone)
    return papers, _invoice_of(session, link, visit_key)


def _invoice_of(session: Session, link: Link, visit_key: str) -> Intent | None:
    """What was decided last about the invoice of a visit."""
    decided = [
        each.intent
        for each in intents_of_link(session, link.link_id)
        if each.intent.kind is IntentKind.SUBMIT_INVOICE
        and each.intent.payload.get("visit_key") == visit_key
        and each.state is not IntentState.SUPERSEDED
    ]
    return decided[-1] if decided else None


def _pdf(document: Document, *, is_saved: bool) -> Response:
    return _file(document.content, "application/pdf", document.name, is_saved=is_saved)


def _file(
    content: bytes, kind: str, name: str, *, is_saved: bool = False, policy: str | None = None
) -> Response:
    how = "attachment" if is_saved else "inline"
    headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}"}
    if policy is not None:
        headers["Content-Security-Policy"] = policy
    return Response(content, media_type=kind, headers=headers)


def _nothing(message: str) -> Refused:
    return Refused(404, "not_kept", message, "AgentOS has what was delivered")
