"""Work: finding a job or a visit, and one link with both its sides beside each other."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from syncd.admin.pages.frame import AtScreen, Screen
from syncd.admin.pages.looks import pieces
from syncd.admin.pages.wording import (
    CHANGES,
    EVENTS,
    FIELDS,
    OWNERS,
    counted,
    in_people_words,
    state_of_change,
    title_of,
)
from syncd.admin.refusals import Refused
from syncd.cycle.views import job_of, visit_of
from syncd.model import (
    GONE,
    DirectoryKind,
    IntentKind,
    IntentState,
    Link,
    LinkId,
    Observation,
    Side,
)
from syncd.reconcile.status import visit_state
from syncd.settings import ConnectionSettings
from syncd.store import inbox, listings
from syncd.store.closures import StoredClosure, closures_of_link
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.journal import SYNCD
from syncd.store.links import load_links
from syncd.store.listings import Wanted, where_of
from syncd.store.observations import observations_by_id
from syncd.telling.deliveries import PROOFS, in_words
from syncd.telling.paid import payment_words
from syncd.telling.sides import link_document

router = APIRouter()

PER_PAGE = 50
LATEST = 30
"""Entries of a link's journal that are shown at first."""

LARGEST = 2**62
"""No row of a store has a higher number."""

RowId = Annotated[int, Path(ge=1, le=LARGEST)]


@router.get("/work")
def work(
    screen: AtScreen,
    q: Annotated[str, Query(max_length=200)] = "",
    connection: Annotated[str, Query(max_length=80)] = "",
    which: Literal["", "open", "ended"] = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    """Links that fit what is looked for, the newest first."""
    is_open = {"": None, "open": True, "ended": False}[which]
    wanted = Wanted(q.strip(), connection or None, is_open)
    rows = screen.desk.read(_rows, wanted, before)
    asked = {"q": q.strip(), "connection": connection, "which": which}
    older = rows[PER_PAGE - 1]["id"] if len(rows) > PER_PAGE else None
    return screen.page(
        "work.html",
        zone=screen.zone(connection),
        rows=rows[:PER_PAGE],
        wanted=q.strip(),
        connection=connection,
        which=which,
        connections=[each.name for each in screen.settings.connections],
        before=_address({**asked, "before": older}) if older else None,
        newest=_address(asked),
        is_later=before is not None,
    )


def _address(asked: Mapping[str, Any]) -> str:
    said = {name: value for name, value in asked.items() if value}
    return f"/work?{urlencode(said)}" if said else "/work"


def _rows(session: Session, wanted: Wanted, before: int | None) -> list[dict[str, Any]]:
    found = listings.links_page(session, wanted, before=before, limit=PER_PAGE + 1)
    asked = listings.links_asked_about(session, [each.link_id for each in found])
    return [{**row, "asked": row["id"] in asked} for row in glances(session, found)]


def glances(session: Session, found: Sequence[Link]) -> list[dict[str, Any]]:
    """The little of each link that tells people which it is."""
    jobs: dict[tuple[str, str], Observation] = {}
    visits: dict[tuple[str, str], Observation] = {}
    for name in {each.connection for each in found}:
        ours = [each for each in found if each.connection == name]
        keys = [each.visit_key for each in ours if each.visit_key]
        seen = observations_by_id(session, name, Side.AGENTOS, [each.job_id for each in ours])
        jobs |= {(name, key): value for key, value in seen.items()}
        seen = observations_by_id(session, name, Side.LETSJOBIT, keys)
        visits |= {(name, key): value for key, value in seen.items()}
    return [
        _glance(
            each,
            jobs.get((each.connection, each.job_id)),
            visits.get((each.connection, each.visit_key or "")),
        )
        for each in found
    ]


def _glance(link: Link, seen_job: Observation | None, seen: Observation | None) -> dict[str, Any]:
    job, visit = job_of(seen_job), visit_of(seen)
    is_deleted = seen is not None and seen.problem == GONE
    return {
        "id": link.link_id,
        "connection": link.connection,
        "doc_no": link.doc_no,
        "title": job.title if job is not None else "",
        "status": job.status_name if job is not None else "",
        "where": where_of(seen.content) if seen is not None and seen.content else "",
        "visit": visit_state(link, visit, is_deleted=is_deleted).value,
        "date": visit.date if visit is not None else "",
    }


@router.get("/work/{link_id}")
def one_link(screen: AtScreen, link_id: RowId, history: Literal["", "all"] = "") -> Response:
    """Both sides of a link, and everything that happened to it."""
    link = link_or_404(screen, link_id)
    connection = screen.connection(link.connection)
    told = screen.desk.read(_told, connection, link)
    document, timeline = told["link"], told["timeline"]
    shown = timeline if history else timeline[:LATEST]
    return screen.page(
        "link.html",
        zone=screen.zone(link.connection),
        link=document,
        branch=told["branch"],
        fields=_fields(document),
        questions=told["questions"],
        closures=told["closures"],
        intents=[change_row(each) for each in reversed(document["intents"])],
        payments=[{**each, "words": payment_words(each)} for each in document["payments"]],
        timeline=shown,
        older_entries=len(timeline) - len(shown),
    )


def link_or_404(screen: Screen, link_id: int) -> Link:
    """A link by its number; 404 where there is none."""
    found = screen.desk.read(load_links, [LinkId(link_id)])
    if not found:
        raise Refused(404, "unknown_link", f"no work has the number {link_id}", "look for it again")
    return found[LinkId(link_id)]


def _told(session: Session, connection: ConnectionSettings, link: Link) -> dict[str, Any]:
    document: Any = link_document(session, connection, link)
    kept = {each.visit_key: each for each in closures_of_link(session, link.link_id)}
    job = document["job"] or {}
    branches = (
        load_directory(session, link.connection, DirectoryKind.BRANCH, [job["branch_id"]])
        if job
        else {}
    )
    branch = next(iter(branches.values()), None)
    return {
        "link": document,
        "branch": str((branch.content or {}).get("name", "")) if branch is not None else "",
        "closures": [
            _closure(link, each, kept[each["visit_key"]], has_job=bool(job))
            for each in document["deliveries"]
        ],
        "questions": [
            {"id": each.item_id, "title": title_of(each.question), "summary": each.question.summary}
            for each in inbox.open_items(session, link.connection)
            if each.question.link_id == link.link_id
        ],
        "timeline": [_entry(each) for each in reversed(document["history"])],
    }


def _fields(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields about which a side says something."""
    has_visit = document["visit"] is not None
    return [
        _field(name, field, has_visit=has_visit)
        for name, field in document["fields"].items()
        if pieces(field["agentos"]) or pieces(field["letsjobit"])
    ]


def _field(name: str, field: Mapping[str, Any], *, has_visit: bool) -> dict[str, Any]:
    base = field["base"]
    said, at_rest = (field["agentos"], field["letsjobit"]), None
    if base is not None:
        at_rest = base["agentos"], base["letsjobit"]
    is_same = not has_visit or said[0] == said[1]
    is_moved = not is_same and at_rest is not None and at_rest != said
    return {
        **field,
        "title": in_people_words(name, FIELDS),
        "is_same": is_same,
        "is_at_rest": not is_same and at_rest == said,
        "owner": OWNERS[field["owner"]],
        "agreed": at_rest[1] if is_moved and at_rest is not None else None,
    }


def change_row(each: Mapping[str, Any]) -> dict[str, Any]:
    """A change of the outbox in people's words."""
    of_closure = [
        str(each["changes"][name]["to"])
        for name in ("document", "invoice", "photo", "custom_field")
        if name in each["changes"]
    ]
    return {
        **each,
        "title": in_people_words(each["kind"], CHANGES),
        "detail": ", ".join(of_closure),
        "state": state_of_change(each["state"]),
        "name": each["state"],
        "reason": each["reason"] or "",
        "tried": counted(each["attempts"], "time", "times") if each["attempts"] else "not yet",
    }


def _closure(
    link: Link, delivery: Mapping[str, Any], kept: StoredClosure, *, has_job: bool
) -> dict[str, Any]:
    parts = [_part(name, part) for name, part in delivery["parts"].items()]
    papers = _papers(link, delivery, kept, has_job=has_job)
    gone = "The signature and the papers are no longer kept here; AgentOS has what was delivered."
    return {
        **delivery,
        "parts": parts,
        "evidence": papers,
        "no_evidence": "" if kept.content else gone,
    }


def _part(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    known = PROOFS.get(part["proof"], part["proof"]) if part["proof"] else ""
    is_done = part["state"] == IntentState.DONE
    reason = "" if is_done else part["reason"] or ""
    attempts = part["attempts"]
    return {
        **part,
        "title": in_people_words(name.replace("photo-", "photo_"), FIELDS),
        "state": state_of_change(part["state"]),
        "known": "; ".join(filter(None, (known, reason))),
        "facts": in_words({**part, "sha256": _briefly(part.get("sha256"))}),
        "tried": counted(attempts, "time", "times") if attempts else "never by this store",
    }


def _briefly(digest: str | None) -> str | None:
    """Enough of a hash to compare by eye; the commands show all of it."""
    return f"{digest[:12]}…" if digest else None


def _papers(
    link: Link, delivery: Mapping[str, Any], kept: StoredClosure, *, has_job: bool
) -> list[dict[str, str]]:
    if not kept.content:
        return []
    parts = delivery["parts"]
    named = [("signature", "Signature", bool(kept.signature))]
    named += [("job-sheet", "Job sheet", has_job)]
    named += [("invoice", "Invoice", has_job and "invoice" in parts)]
    visit = urlencode({"visit": kept.visit_key})
    places = {kind: f"/work/{link.link_id}/{kind}" for kind, _, _ in named}
    return [
        {
            "kind": kind,
            "title": title,
            "href": f"{places[kind]}?{visit}",
            "first_page": f"{places[kind]}/first-page?{visit}",
        }
        for kind, title, is_there in named
        if is_there
    ]


def field_words(event: str, field: str | None) -> str:
    """Which field an event is about, where the event does not say it itself."""
    if not field or event in (IntentKind.SUBMIT_INVOICE, IntentKind.CONFIRM_CLOSE):
        return ""
    return FIELDS.get(field, field)


_SHOWN_EVENTS = (
    *("adopted", "update_visit", "withdraw_visit", "update_job", "create_visit"),
    "set_custom_field",
)
"""Events whose values are worth a look."""


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    field, before, after = entry["field"], entry["from"], entry["to"]
    return {
        **entry,
        "title": in_people_words(entry["event"], EVENTS),
        "field": field_words(entry["event"], field),
        "is_person": entry["who"] != SYNCD,
        "before": before,
        "after": after,
        "is_shown": entry["event"] in _SHOWN_EVENTS and after not in (None, {}, ""),
        "why": _reason(entry),
    }


def _reason(entry: Mapping[str, Any]) -> str:
    """The rule, or the sentence; an answer with what was chosen."""
    why = str(entry["why"]).removeprefix("visit: ")
    chosen = entry["to"]
    if entry["event"] != "inbox_decided" or chosen is None:
        return why
    if isinstance(chosen, dict):
        chosen = " ".join(str(chosen.get(name) or "") for name in ("choice", "value"))
    return f"{why} Answer: {chosen}."
