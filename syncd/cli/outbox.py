"""`outbox`, `outbox requeue`, `outbox discard`: changes that have not ended.

    {"intents": [{"id": 7, "connection": "northgate", "kind": "create_visit", "state": "dead",
       "job": "OID", "visit": 4503599627370496, "attempts": 1, "code": "letsjobit_refused",
       "reason": "…", "created_at": "…Z", "not_before": null,
       "changes": {"field": {"from": null, "to": "…"}}}]}

`state` is pending, sending, in_doubt or dead. `requeue` and `discard` print one such intent as
`{"intent": {…}, "decision": "requeue"}`, in the state that it had before. Neither moves what is in
doubt, and `discard` drops nothing that a closed visit needs: about both the inbox asks.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from syncd.cli.asked import Asked, who
from syncd.cli.exits import DONE
from syncd.cli.plans import changes_document
from syncd.cli.screen import age, iso, output, print_json, table, tell, tell_prose
from syncd.cli.waiting import STATES
from syncd.errors import SyncdError
from syncd.model import IntentState, Json
from syncd.reconcile.intents import refused_topic
from syncd.store import inbox, links, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.journal import Entry, record
from syncd.store.outbox import StoredIntent


def list_outbox(asked: Asked) -> int:
    """Every change that has not ended, oldest first."""
    with asked.store() as (_, database):
        waiting = database.read_now(outbox.waiting_intents)
    if asked.as_json:
        print_json({"intents": [intent_document(each) for each in waiting]})
        return DONE
    if not waiting:
        tell("The outbox is empty: every change has ended.")
        return DONE
    rows = table("id", "connection", "change", "job", "state", "since", whole=("id", "job"))
    now = datetime.now(UTC)
    for each in waiting:
        rows.add_row(
            str(each.intent_id),
            each.intent.connection,
            what_of(intent_document(each)),
            each.intent.job_id or "",
            STATES[each.state],
            age(each.created_at, now),
        )
    output().print(rows)
    _tell_stuck(asked, waiting)
    return DONE


def _tell_stuck(asked: Asked, waiting: Sequence[StoredIntent]) -> None:
    """Why changes are dead or in doubt, and the commands that may be given about them."""
    stuck = [each for each in waiting if each.state in (IntentState.DEAD, IntentState.IN_DOUBT)]
    by_reason: dict[str, list[str]] = {}
    for each in stuck:
        by_reason.setdefault(each.reason or "no reason is known", []).append(str(each.intent_id))
    for reason, ids in by_reason.items():
        tell_prose(f"{', '.join(ids)}: {reason}", hanging=4)
    dead = [each for each in stuck if each.state is IntentState.DEAD]
    lines = {
        asked.command("inbox"): "the questions about them" if stuck else "",
        asked.command("outbox", "requeue", "ID"): "try a dead one again" if dead else "",
        asked.command("outbox", "discard", "ID"): (
            "drop a dead one" if any(each.intent.effect_key is None for each in dead) else ""
        ),
    }
    for command, meaning in lines.items():
        if meaning:
            tell(f"{command}  # {meaning}")


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
    of_closure = [changes[name]["to"] for name in ("document", "invoice") if name in changes]
    return " ".join([document["kind"], *of_closure])


def requeue(asked: Asked, intent_id: int) -> int:
    """Have the next cycle try it again."""
    return _decide(asked, intent_id, "requeue", _put_back)


def discard(asked: Asked, intent_id: int) -> int:
    """Drop it; what is still wanted is planned anew."""
    return _decide(asked, intent_id, "discard", _drop)


Act = Callable[[Session, StoredIntent, str, datetime], None]

_DONE = {"requeue": "requeued", "discard": "discarded"}

_NEXT = {
    "requeue": "The next cycle tries it again:",
    "discard": "If the change is still wanted, the next cycle plans it anew:",
}


def _decide(asked: Asked, intent_id: int, decision: str, act: Act) -> int:
    with asked.store() as (_, database):
        stored = database.run_now(_decided, intent_id, decision, act, datetime.now(UTC))
    if asked.as_json:
        print_json({"intent": intent_document(stored), "decision": decision})
    else:
        tell(f"Change {intent_id} is {_DONE[decision]}.")
        tell_prose(f"{_NEXT[decision]} {asked.command('run-once')}")
    return DONE


def _decided(
    session: Session, intent_id: int, decision: str, act: Act, now: datetime
) -> StoredIntent:
    stored = outbox.find_intent(session, intent_id)
    if stored.state is IntentState.SENDING:
        raise SyncdError(
            "intent_is_sent",
            f"change {intent_id} is being sent, or was sent and is looked for",
            "wait until the cycle ends; the next run-once says what became of it, or asks",
        )
    if stored.state is IntentState.IN_DOUBT:
        raise _in_doubt(session, stored)
    if decision == "discard" and stored.intent.effect_key is not None:
        raise _of_a_closure(session, stored)
    act(session, stored, who(), now)
    intent = stored.intent
    entry = Entry(
        f"intent_{_DONE[decision]}",
        stored.reason or "a person decided it",
        who=who(),
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


def _put_back(session: Session, stored: StoredIntent, person: str, now: datetime) -> None:
    reason = f"{person} wants it tried again"
    ids, was = [stored.intent_id], (stored.state,)
    outbox.put_back(session, ids, was=was, not_before=None, reason=reason)


def _drop(session: Session, stored: StoredIntent, person: str, now: datetime) -> None:
    reason = f"{person} discarded it"
    ids, was = [stored.intent_id], (stored.state,)
    outbox.end_intents(session, ids, IntentState.SUPERSEDED, was=was, now=now, reason=reason)
