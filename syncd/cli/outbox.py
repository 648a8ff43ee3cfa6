"""`outbox`, `outbox requeue`, `outbox discard`: changes that have not ended.

    {"intents": [{"id": 7, "connection": "northgate", "kind": "create_visit", "state": "dead",
       "job": "OID", "visit": 4503599627370496, "attempts": 1, "code": "letsjobit_refused",
       "reason": "…", "created_at": "…Z", "not_before": null,
       "changes": {"field": {"from": null, "to": "…"}}}]}

`state` is pending, sending, in_doubt or dead. `requeue` and `discard` print one such intent as
`{"intent": {…}, "decision": "requeue"}`, in the state that it had before.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from syncd.cli.asked import Asked, who
from syncd.cli.exits import DONE
from syncd.cli.plans import changes_document
from syncd.cli.screen import age, iso, output, print_json, table, tell, tell_prose
from syncd.cli.waiting import STATES
from syncd.errors import SyncdError
from syncd.model import IntentState, Json
from syncd.store import links, outbox
from syncd.store.database import Session
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
            each.intent.kind.value,
            each.intent.job_id or "",
            STATES[each.state],
            age(each.created_at, now),
        )
    output().print(rows)
    stuck = [each for each in waiting if each.state in (IntentState.DEAD, IntentState.IN_DOUBT)]
    by_reason: dict[str, list[str]] = {}
    for each in stuck:
        by_reason.setdefault(each.reason or "no reason is known", []).append(str(each.intent_id))
    for reason, ids in by_reason.items():
        tell_prose(f"{', '.join(ids)}: {reason}", hanging=4)
    if stuck:
        tell(f"{asked.command('outbox', 'requeue', 'ID')}  # try it again in the next cycle")
        tell(f"{asked.command('outbox', 'discard', 'ID')}  # drop it")
    return DONE


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
            f"change {intent_id} is being sent",
            "wait until the cycle ends; a cycle that died is taken up by the next run-once",
        )
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


def _put_back(session: Session, stored: StoredIntent, person: str, now: datetime) -> None:
    reason = f"{person} wants it tried again"
    outbox.put_back(session, [stored.intent_id], not_before=None, reason=reason)


def _drop(session: Session, stored: StoredIntent, person: str, now: datetime) -> None:
    reason = f"{person} discarded it"
    ids = [stored.intent_id]
    outbox.end_intents(session, ids, IntentState.SUPERSEDED, now=now, reason=reason)
