"""Several questions of one kind, answered together: chosen, asked once more, then recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, Response

from syncd.admin.access import FormSender
from syncd.admin.desk import AtDesk
from syncd.admin.pages.frame import AtScreen, Screen, back_to
from syncd.admin.pages.inbox import (
    about_links,
    alike,
    choices_for_many,
    label_of,
    question_row,
    sentence,
)
from syncd.admin.pages.wording import counted, title_of
from syncd.admin.pages.work import LARGEST
from syncd.admin.refusals import Refused
from syncd.store import inbox as questions
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.telling.choices import meanings

router = APIRouter()

MOST = 200
"""Questions that are answered at once at the most."""

ItemId = Annotated[int, Query(ge=1, le=LARGEST)]


@router.get("/inbox/together")
def choose_together(screen: AtScreen, like: ItemId) -> Response:
    """The questions like this one, each to be ticked, and the answers that may be given to all."""
    return _choosing(screen, like)


def _choosing(screen: Screen, like: int, problem: str = "") -> HTMLResponse:
    items, rows = screen.desk.read(_rows, like)
    first = items[0]
    choices, alone = choices_for_many(first)
    said = meanings(first.question)
    words = ", ".join(label_of(each) for each in alone)
    return screen.page(
        "together.html",
        status=422 if problem else 200,
        zone=screen.zone(first.connection),
        title=title_of(first.question),
        like=like,
        questions=rows,
        more=len(items) - len(rows),
        choices=[
            {"name": each, "label": label_of(each), "meaning": sentence(said[each])}
            for each in choices
        ],
        left_out=f"To be answered one by one: {words}." if words else "",
        problem=problem,
    )


def _rows(session: Session, like: int) -> tuple[list[InboxItem], list[dict[str, Any]]]:
    items = _like(session, like)
    about = about_links(session, items[:MOST])
    return items, [question_row(each, about) for each in items[:MOST]]


def _like(session: Session, like: int) -> list[InboxItem]:
    """The questions that wait and whose answers do the same as this one's, itself among them."""
    for group in alike(questions.open_items(session)):
        if any(each.item_id == like for each in group) and choices_for_many(group[0])[0]:
            return group
    raise Refused(404, "unknown_item", "no such questions wait any more", "see the inbox")


@router.post("/inbox/together")
def decide_together(
    screen: AtScreen,
    sender: FormSender,
    desk: AtDesk,
    like: Annotated[int, Form(ge=1, le=LARGEST)],
    choose: Annotated[str, Form(max_length=200)],
    item: Annotated[list[int] | None, Form(max_length=MOST)] = None,
    confirmed: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Ask once more; once confirmed, record the answer to each of these questions."""
    if not item:
        return _choosing(screen, like, "Tick at least one question.")
    if confirmed != "yes":
        return _confirming(screen, like, choose, item)
    number = desk.run(_decide, like, choose, item, who=sender.who, now=desk.clock())
    return back_to(f"/inbox?done=together&n={number}")


def _confirming(screen: Screen, like: int, choose: str, ticked: Sequence[int]) -> HTMLResponse:
    meant = screen.desk.read(_meant, like, choose, ticked)
    first = meant[0]
    many = counted(len(meant), "question", "questions")
    hidden = [("like", str(like)), ("choose", choose), ("confirmed", "yes")]
    return screen.page(
        "confirm.html",
        zone=screen.zone(first.connection),
        here="/inbox",
        question=f"Answer {many} with “{label_of(choose)}”?",
        rows=[("Kind", title_of(first.question)), ("Connection", first.connection)],
        consequence=sentence(meanings(first.question)[choose]),
        action="/inbox/together",
        hidden=[*hidden, *(("item", str(each.item_id)) for each in meant)],
        yes=f"Yes, answer {many}",
        is_danger=False,
        back=f"/inbox/together?like={like}",
        back_words="Back to the questions",
    )


def _meant(session: Session, like: int, choose: str, ticked: Sequence[int]) -> list[InboxItem]:
    """Those of the ticked questions that still wait and do the same with this answer."""
    meant = [each for each in _like(session, like) if each.item_id in ticked]
    if not meant or choose not in choices_for_many(meant[0])[0]:
        message = "these questions cannot be answered like that together"
        raise Refused(422, "unknown_choice", message, "see the inbox")
    return meant


def _decide(
    session: Session, like: int, choose: str, ticked: Sequence[int], *, who: str, now: datetime
) -> int:
    """Answer those that still wait, all in one transaction; returns how many."""
    meant = _meant(session, like, choose, ticked)
    for each in meant:
        questions.resolve_item(session, each.item_id, choose, value=None, who=who, now=now)
    return len(meant)
