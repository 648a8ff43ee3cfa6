"""The outbox: changes that have not ended, and what a person may decide about dead ones."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from syncd.admin.access import FormSender
from syncd.admin.desk import AtDesk
from syncd.admin.pages.frame import AtScreen, Screen, back_to
from syncd.admin.pages.wording import counted
from syncd.admin.pages.work import RowId, change_row
from syncd.model import IntentState
from syncd.reconcile.intents import refused_topic
from syncd.store import inbox, outbox
from syncd.store.database import Session
from syncd.store.links import load_links
from syncd.store.outbox import StoredIntent
from syncd.telling.changes import Verdict, decide_change, intent_document

router = APIRouter()

MOST = 200
"""Changes that one page lists at the most."""

CONSEQUENCES: Mapping[Verdict, str] = {
    Verdict.REQUEUE: "The next cycle tries it again. Correct the cause first, or it ends the same.",
    Verdict.DISCARD: (
        "It is dropped without being sent. If the change is still wanted, the next cycle plans it "
        "anew."
    ),
}
"""What each decision does."""

LABELS: Mapping[Verdict, str] = {Verdict.REQUEUE: "Try again", Verdict.DISCARD: "Discard"}


@router.get("/outbox", name="outbox_page")
def waiting(screen: AtScreen, connection: Annotated[str, Query(max_length=80)] = "") -> Response:
    """Every change that has not ended, oldest first; those that do not move by themselves lead."""
    rows, more = screen.desk.read(_rows, connection)
    return screen.page(
        "outbox.html",
        zone=screen.zone(connection),
        rows=rows,
        more=more,
        headline=_headline(rows, more),
        is_several=screen.several,
        itself=f"/outbox?connection={connection}" if rows and connection else "/outbox",
    )


def _headline(rows: list[dict[str, Any]], more: int) -> str:
    total = len(rows) + more
    stuck = sum(each["name"] in (IntentState.DEAD, IntentState.IN_DOUBT) for each in rows)
    words = f"{counted(total, 'change has', 'changes have')} not ended."
    if not stuck:
        return f"{words} Nothing has to be done: they go out by themselves."
    moves = "does not move by itself" if stuck == 1 else "do not move by themselves"
    return f"{words} {stuck} of them {moves}."


def _rows(session: Session, connection: str) -> tuple[list[dict[str, Any]], int]:
    shown, total = outbox.waiting_page(session, connection or None, limit=MOST)
    ids = {each.intent.link_id for each in shown if each.intent.link_id is not None}
    links = load_links(session, ids)
    asked = {
        (each.connection, each.question.topic): each.item_id
        for each in inbox.open_items(session, connection or None)
    }
    rows = []
    for each in shown:
        link = links.get(each.intent.link_id) if each.intent.link_id is not None else None
        topic = each.intent.connection, refused_topic(each.intent.key)
        rows.append(
            {
                **change_row(intent_document(each)),
                "link": link.link_id if link is not None else None,
                "doc_no": link.doc_no if link is not None else "",
                "question": asked.get(topic),
                "actions": _actions(each),
            }
        )
    return rows, total - len(shown)


def _actions(stored: StoredIntent) -> list[dict[str, str]]:
    """What a person may decide: nothing about what is in doubt, and what a closed visit needs is
    not dropped."""
    if stored.state is not IntentState.DEAD:
        return []
    verdicts = [Verdict.REQUEUE]
    if stored.intent.effect_key is None:
        verdicts.append(Verdict.DISCARD)
    return [{"name": each.value, "label": LABELS[each]} for each in verdicts]


@router.get("/outbox/{intent_id}/requeue")
def ask_requeue(screen: AtScreen, intent_id: RowId) -> Response:
    """Ask once more before a change is put back."""
    return _confirming(screen, intent_id, Verdict.REQUEUE)


@router.get("/outbox/{intent_id}/discard")
def ask_discard(screen: AtScreen, intent_id: RowId) -> Response:
    """Ask once more before a change is dropped."""
    return _confirming(screen, intent_id, Verdict.DISCARD)


def _confirming(screen: Screen, intent_id: int, verdict: Verdict) -> Response:
    stored = screen.desk.read(outbox.find_intent, intent_id)
    row = change_row(intent_document(stored))
    facts = [
        ("Change", f"{row['title']}{', ' if row['detail'] else ''}{row['detail']}"),
        ("Connection", row["connection"]),
        ("Job", row["job"] or ""),
        ("Why it stopped", row["reason"] or "no reason is known"),
    ]
    is_dropped = verdict is Verdict.DISCARD
    return screen.page(
        "confirm.html",
        zone=screen.zone(row["connection"]),
        here="/outbox",
        question=f"Discard change {intent_id}?" if is_dropped else f"Try change {intent_id} again?",
        rows=[(name, text) for name, text in facts if text],
        consequence=CONSEQUENCES[verdict],
        action=f"/outbox/{intent_id}/{verdict.value}",
        hidden=[],
        yes="Yes, discard it" if is_dropped else "Yes, try it again",
        is_danger=is_dropped,
        back="/outbox",
        back_words="Outbox",
    )


@router.post("/outbox/{intent_id}/requeue")
def requeue(sender: FormSender, desk: AtDesk, intent_id: RowId) -> Response:
    """Have the next cycle try it again."""
    desk.run(decide_change, intent_id, Verdict.REQUEUE, who=sender.who, now=desk.clock())
    return back_to("/outbox?done=requeued")


@router.post("/outbox/{intent_id}/discard")
def discard(sender: FormSender, desk: AtDesk, intent_id: RowId) -> Response:
    """Drop it; what is still wanted is planned anew."""
    desk.run(decide_change, intent_id, Verdict.DISCARD, who=sender.who, now=desk.clock())
    return back_to("/outbox?done=discarded")
