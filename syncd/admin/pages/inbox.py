"""The inbox: every question that waits, and one screen for each with its answers as buttons."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, Response

from syncd.admin.access import FormSender
from syncd.admin.desk import AtDesk
from syncd.admin.pages.frame import AtScreen, Screen, back_to
from syncd.admin.pages.wording import (
    CHOICES,
    FIELDS,
    counted,
    in_people_words,
    kind_of,
    title_of,
)
from syncd.admin.pages.work import RowId, glances
from syncd.admin.refusals import Refused
from syncd.errors import SyncdError
from syncd.model import NEEDS, DirectoryKind, Link
from syncd.store import inbox as questions
from syncd.store import listings
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.inbox import InboxItem
from syncd.store.links import load_links
from syncd.store.listings import Answered
from syncd.telling.choices import VALUES, meanings
from syncd.telling.jobs import MOST_JOBS, jobs_of, visits_of
from syncd.telling.questions import IN_FORM, checked_value, item_document

router = APIRouter()

PER_KIND = 10
"""Questions of one kind that are listed; all of them where one kind is asked for."""

MOST = 500
"""Questions that one page lists at the most."""

MOST_ANSWERED = 50

TOGETHER = 2
"""From so many questions of a kind on they can be decided together."""


@router.get("/inbox")
def inbox(
    screen: AtScreen,
    connection: Annotated[str, Query(max_length=80)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What waits, by connection and kind, and what was decided and is in force."""
    told = screen.desk.read(_told, connection, kind)
    groups: Sequence[Mapping[str, Any]] = told["groups"]
    total = sum(each["total"] for each in groups)
    waits = counted(total, "question waits", "questions wait")
    first = groups[0]["questions"][0]["id"] if groups else None
    return screen.page(
        "inbox.html",
        zone=screen.zone(connection),
        headline=f"{waits} for you.",
        groups=groups,
        first=first if total > 1 else None,
        is_several=screen.several,
        itself=f"/inbox?{urlencode({'connection': connection, 'kind': kind})}",
        decided=[_answer_row(each) for each in told["answered"][:MOST_ANSWERED]],
        decided_more=max(0, len(told["answered"]) - MOST_ANSWERED),
    )


def _told(session: Session, connection: str, kind: str) -> dict[str, Any]:
    asked = [
        each
        for each in questions.open_items(session, connection or None)
        if not kind or each.question.kind == kind
    ]
    groups = alike(asked)
    shown = [each[: MOST if kind else PER_KIND] for each in groups]
    about = about_links(session, [each for some in shown for each in some])
    rows = [_group(group, some, about) for group, some in zip(groups, shown, strict=True)]
    return {"groups": rows, "answered": listings.answered_items(session, limit=MOST)}


def alike(items: Sequence[InboxItem]) -> list[list[InboxItem]]:
    """Questions in groups of one connection and kind whose answers do the same."""
    groups: dict[object, list[InboxItem]] = {}
    for each in items:
        kind = title_of(each.question)
        same = each.connection, kind, tuple(meanings(each.question).items())
        groups.setdefault(same, []).append(each)
    return list(groups.values())


def _group(
    items: Sequence[InboxItem], shown: Sequence[InboxItem], about: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    first = items[0]
    is_many = len(items) >= TOGETHER and bool(choices_for_many(first)[0])
    return {
        "title": title_of(first.question),
        "connection": first.connection,
        "total": len(items),
        "questions": [question_row(each, about) for each in shown],
        "more": len(items) - len(shown),
        "all": f"/inbox?kind={first.question.kind.value}&connection={first.connection}",
        "together": f"/inbox/together?like={first.item_id}" if is_many else "",
    }


def question_row(item: InboxItem, about: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """A question in a list, with what it is about."""
    glance = about.get(item.question.link_id or 0, {})
    words = (glance.get("doc_no"), glance.get("title"), glance.get("where"))
    return {
        "id": item.item_id,
        "summary": item.question.summary,
        "opened_at": item.opened_at,
        "about": " · ".join(word for word in words if word),
    }


def about_links(session: Session, items: Sequence[InboxItem]) -> dict[int, Mapping[str, Any]]:
    """What is known about the links of questions, by their numbers."""
    ids = {each.question.link_id for each in items if each.question.link_id is not None}
    found = load_links(session, ids)
    return {each["id"]: each for each in glances(session, list(found.values()))}


def choices_for_many(item: InboxItem) -> tuple[list[str], list[str]]:
    """The answers that may be given to this question and all that are like it at once, and those
    that may not: what needs a value, and what somebody has to look for first."""
    alone = [each for each in item.question.choices if each in VALUES or each in LOOKED_FOR]
    return [each for each in item.question.choices if each not in alone], alone


LOOKED_FOR = ("it-arrived", "send-again")
"""Answers that are true of one question only."""


def _answer_row(each: Answered) -> dict[str, Any]:
    question = each.item.question
    return {
        "id": each.item.item_id,
        "title": title_of(question),
        "summary": question.summary,
        "answer": in_people_words(each.item.choice or "", CHOICES),
        "value": each.item.value,
        "who": each.decided_by,
        "decided_at": each.decided_at,
    }


@router.get("/inbox/{item_id}")
def question(screen: AtScreen, item_id: RowId) -> Response:
    """One question: what happened, what is known, and what can be answered."""
    return _question_page(screen, item_id)


@router.post("/inbox/{item_id}/resolve")
def resolve(
    screen: AtScreen,
    item_id: RowId,
    sender: FormSender,
    desk: AtDesk,
    choose: Annotated[str, Form(max_length=200)],
    value: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Record an answer, and go on to the next question."""
    try:
        checked = checked_value(choose, value.strip() or None, place=IN_FORM)
    except SyncdError as error:
        wrong = {"choice": choose, "value": value, "words": _wrong_value(error)}
        return _question_page(screen, item_id, wrong=wrong)
    now = desk.clock()
    desk.run(questions.resolve_item, item_id, choose, value=checked, who=sender.who, now=now)
    left = desk.read(listings.asked_ids)
    following = next((each for each in left if each > item_id), None)
    target = f"/inbox/{following}" if following is not None else "/inbox"
    return back_to(f"{target}?done=decided")


def _wrong_value(error: SyncdError) -> str:
    """The mistake as the form says it."""
    if error.code == "missing_value":
        return "Enter the amount, for example 120.00."
    reason = error.message.removeprefix("the value is no amount of money: it ")
    return f"That is no amount of money: it {reason}. Enter it like 120.00."


def _question_page(
    screen: Screen, item_id: int, *, wrong: Mapping[str, str] | None = None
) -> HTMLResponse:
    told = screen.desk.read(_one, item_id)
    found: Answered = told["answered"]
    item = found.item
    is_waiting = item.choice is None and found.closed_at is None
    return screen.page(
        "question.html",
        status=200 if wrong is None else 422,
        zone=screen.zone(item.connection),
        item=item_document(item),
        kind=dict(zip(("title", "what"), kind_of(item.question), strict=True)),
        link=told["link"],
        sides=_sides(item),
        about=told["about"],
        choices=_choices(item, told["places"], wrong) if is_waiting else [],
        problem=wrong["words"] if wrong is not None else "",
        decision=_decision(found),
        is_closed=_closed(found),
        place=_place(told["asked"], item_id) if is_waiting else None,
    )


def _one(session: Session, item_id: int) -> dict[str, Any]:
    found = listings.item_page(session, item_id)
    if found is None:
        raise Refused(404, "unknown_item", f"no question has the number {item_id}", "see the inbox")
    item = found.item
    about = about_links(session, [item])
    own = [each for each in item.question.choices if each not in CHOICES]
    places = load_directory(session, item.connection, DirectoryKind.PROPERTY, own) if own else {}
    return {
        "answered": found,
        "link": about.get(item.question.link_id or 0),
        "about": _about_many(session, item),
        "asked": listings.asked_ids(session),
        "places": {oid: _place_words(each.content or {}) for oid, each in places.items()},
    }


def _place_words(place: Mapping[str, Any]) -> str:
    names = ("flat", "number", "street", "town", "post_code")
    return ", ".join(str(place[name]) for name in names if place.get(name))


def _about_many(session: Session, item: InboxItem) -> dict[str, Any] | None:
    """The jobs or visits of a question that is about many."""
    details = item.question.details
    jobs, visits = details.get("jobs"), details.get("visits")
    if isinstance(jobs, list) and jobs:
        named = [job for job in jobs_of(item) if job != item.question.job_id]
        links = listings.links_by_job(session, [(item.connection, job) for job in named])
        listed = [_about(links.get((item.connection, job)), job) for job in named]
        return {"title": "It is about these jobs:", "listed": listed, "more": _beyond(jobs)}
    if isinstance(visits, list) and visits:
        listed = [_about(None, number) for number in visits_of(item)]
        return {"title": "It is about these visits:", "listed": listed, "more": _beyond(visits)}
    return None


def _about(link: Link | None, name: str) -> dict[str, Any]:
    return {"id": link.link_id if link else None, "text": (link.doc_no if link else "") or name}


def _beyond(listed: Sequence[object]) -> int:
    return max(0, len(listed) - MOST_JOBS)


def _sides(item: InboxItem) -> list[dict[str, Any]]:
    """What both sides say, where the question is about fields."""
    return [
        {
            "title": in_people_words(name, FIELDS),
            "agentos": said.get("agentos"),
            "letsjobit": said.get("letsjobit"),
        }
        for name, said in item.question.details.items()
        if isinstance(said, dict) and {"agentos", "letsjobit"} & set(said)
    ]


def _choices(
    item: InboxItem, places: Mapping[str, str], wrong: Mapping[str, str] | None
) -> list[dict[str, Any]]:
    said = meanings(item.question)
    return [
        {
            "name": choice,
            "label": label_of(choice),
            "meaning": sentence(said[choice]) or _of_a_record(choice, places),
            "field": _value_field(choice, wrong, is_needed=NEEDS in item.question.details),
        }
        for choice in item.question.choices
    ]


def label_of(choice: str) -> str:
    """What stands on the button of an answer."""
    return CHOICES.get(choice, choice)


def _of_a_record(choice: str, places: Mapping[str, str]) -> str:
    return f"It belongs to this property: {places.get(choice) or choice}."


def sentence(words: str) -> str:
    """A meaning as a sentence."""
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _value_field(
    choice: str, wrong: Mapping[str, str] | None, *, is_needed: bool
) -> dict[str, Any] | None:
    is_wrong = wrong is not None and wrong["choice"] == choice
    shown = {
        "value": wrong["value"] if wrong is not None and is_wrong else "",
        "is_wrong": is_wrong,
    }
    if choice in VALUES:
        hint = f"For example {VALUES[choice]}"
        more = {"label": "Amount in pounds", "hint": hint, "inputmode": "decimal"}
        return {**shown, **more, "is_required": True}
    if choice == "it-arrived":
        more = {
            "label": "Its OID" if is_needed else "Its OID, where you know it",
            "hint": f"As AgentOS shows it{'' if is_needed else '; may be left empty'}",
            "inputmode": "text",
        }
        return {**shown, **more, "is_required": is_needed}
    return None


def _decision(found: Answered) -> dict[str, Any] | None:
    item = found.item
    if item.choice is None:
        return None
    acted = f"It is closed: {found.closed_why}." if found.closed_at is not None else ""
    return {
        "label": label_of(item.choice),
        "value": item.value,
        "meaning": sentence(meanings(item.question).get(item.choice, "")),
        "who": found.decided_by,
        "at": found.decided_at,
        "next": acted or "The next cycle acts on it. It stays in force while the cause lasts.",
    }


def _closed(found: Answered) -> str:
    if found.closed_at is None:
        return ""
    return f"Nothing needs to be decided any more: {found.closed_why or 'its cause is gone'}."


def _place(asked: Sequence[int], item_id: int) -> dict[str, Any] | None:
    """Where a question stands among those that wait."""
    if item_id not in asked:
        return None
    here = asked.index(item_id)
    return {
        "number": here + 1,
        "total": len(asked),
        "previous": asked[here - 1] if here else None,
        "next": asked[here + 1] if here + 1 < len(asked) else None,
    }
