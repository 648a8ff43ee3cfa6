"""Changes of the outbox as JSON, and what a person may decide about one.

    {"id": 7, "connection": "northgate", "kind": "create_visit", "state": "dead", "job": "OID",
     "visit": 4503599627370496, "attempts": 1, "code": "letsjobit_refused", "reason": "…",
     "created_at": "…Z", "not_before": null, "changes": {"field": {"from": null, "to": "…"}}}

`state` is pending, sending, in_doubt or dead (of a link's whole history also done, superseded).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from syncd.errors import SyncdError
from syncd.model import Intent, IntentState, Json
from syncd.reconcile.intents import refused_topic
from syncd.store import inbox, links, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.journal import Entry, record
from syncd.store.outbox import StoredIntent
from syncd.telling.words import iso

STATES = {
    IntentState.PENDING: "waiting for its turn",
    IntentState.SENDING: "sent, not seen yet",
    IntentState.IN_DOUBT: "in doubt",
    IntentState.DEAD: "dead",
    IntentState.DONE: "done",
    IntentState.SUPERSEDED: "superseded",
}
"""Where a change stands, for people."""


def intent_document(stored: StoredIntent) -> dict[str, Json]:
    """One intent of the outbox as JSON."""
    intent = stored.intent
    return {
        "id": stored.intent_id,
        "connection": intent.connection,
        "kind": intent.kind.value,
        "state": stored.state.value,
        "job": intent.job_id,
        "visit": intent.visit_id,
        "attempts": stored.attempts,
        "code": stored.code,
        "reason": stored.reason,
        "created_at": iso(stored.created_at),
        "not_before": iso(stored.not_before),
        "changes": changes_document(intent),
    }


def what_of(document: Mapping[str, Any]) -> str:
    """The kind of an intent, with which document or invoice it is."""
    changes = document["changes"]
    named = ("document", "invoice", "photo", "custom_field")
    of_closure = [changes[name]["to"] for name in named if name in changes]
    return " ".join([document["kind"], *of_closure])


def changes_document(intent: Intent) -> dict[str, Json]:
    """The fields that an intent changes, as JSON."""
    return {name: {"from": each.old, "to": each.new} for name, each in intent.changes.items()}


class Verdict(StrEnum):
    """What a person decides about a change: try it again, or drop it."""

    REQUEUE = "requeue"
    DISCARD = "discard"

    @property
    def participle(self) -> str:
        """What it is then."""
        return {"requeue": "requeued", "discard": "discarded"}[self]


def decided_document(stored: StoredIntent, verdict: Verdict) -> dict[str, Json]:
    """What was decided about a change, as JSON; the change in the state that it had before."""
    return {"intent": intent_document(stored), "decision": verdict.value}


def decide_change(
    session: Session, intent_id: int, verdict: Verdict, *, who: str, now: datetime
) -> StoredIntent:
    """Record a decision; gives the change as it was before.

    SyncdError where it does not wait, or may not be moved: what is in doubt never is, and what a
    closed visit needs is not dropped; about both the inbox asks.
    """
    stored = outbox.find_intent(session, intent_id)
    if stored.state is IntentState.SENDING:
        raise SyncdError(
            "intent_is_sent",
            f"change {intent_id} is being sent, or was sent and is looked for",
            "wait until the cycle ends; the next run-once says what became of it, or asks",
        )
    if stored.state is IntentState.IN_DOUBT:
        raise _in_doubt(session, stored)
    if verdict is Verdict.DISCARD and stored.intent.effect_key is not None:
        raise _of_a_closure(session, stored)
    ids, was = [intent_id], (stored.state,)
    if verdict is Verdict.REQUEUE:
        reason = f"{who} wants it tried again"
        outbox.put_back(session, ids, was=was, not_before=None, reason=reason)
    else:
        ended, why = IntentState.SUPERSEDED, f"{who} discarded it"
        outbox.end_intents(session, ids, ended, was=was, now=now, reason=why)
    intent = stored.intent
    entry = Entry(
        f"intent_{verdict.participle}",
        stored.reason or "a person decided it",
        who=who,
        connection=intent.connection,
        link_id=intent.link_id,
        job_id=intent.job_id,
        visit_id=intent.visit_id,
        old=stored.state.value,
        new=intent.kind.value,
    )
    record(session, [entry], now=now)
    if intent.job_id is not None:
        links.unsettle(session, intent.connection, job_id=intent.job_id)
    return stored


def _in_doubt(session: Session, stored: StoredIntent) -> SyncdError:
    """Moving it would send it a second time, or say that it never went; nobody knows that."""
    item = _question_about(session, stored)
    if item is None:
        cure = "`syncd run-once` asks about it in the inbox"
    elif item.choice is not None:
        cure = f"inbox item {item.item_id} is answered with {item.choice}; run-once acts on it"
    else:
        number = item.item_id
        cure = (
            f"look in AgentOS first; then `syncd inbox resolve {number} --choose it-arrived`, or "
            f"`syncd inbox resolve {number} --choose send-again`"
        )
    message = f"change {stored.intent_id} was sent and may have arrived"
    return SyncdError("intent_in_doubt", message, cure)


def _of_a_closure(session: Session, stored: StoredIntent) -> SyncdError:
    """Dropping it would have the next cycle send it anew: the closed visit still needs it."""
    item = _question_about(session, stored)
    if item is not None and item.choice is None:
        cure = f"to do without it: `syncd inbox resolve {item.item_id} --choose leave`"
    else:
        name = stored.intent.connection
        cure = f"to hold it back: `syncd pause {name}`, then change its settings"
    message = (
        f"change {stored.intent_id} belongs to a closed visit; if it were dropped, the next run "
        "would plan it again"
    )
    return SyncdError("intent_of_closure", message, cure)


def _question_about(session: Session, stored: StoredIntent) -> InboxItem | None:
    """The item in which a person is asked about an intent."""
    topic = refused_topic(stored.intent.key)
    live = inbox.live_items(session, stored.intent.connection)
    return next((each for each in live if each.question.topic == topic), None)
