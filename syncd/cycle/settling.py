"""Doubts that a person answered, or that the vendors' own lists answer by now."""

from collections.abc import Sequence
from datetime import datetime

from syncd.apply.doubts import EMPTY_SAYS_YES, JOB_SHOWS_OURS
from syncd.apply.ending import IS_EMPTY, SENT_BEFORE
from syncd.apply.marks import leave_mark
from syncd.cycle.connected import Connected
from syncd.cycle.views import job_of
from syncd.model import (
    InboxKind,
    IntentKind,
    IntentState,
    JobId,
    JobRecord,
    Json,
    Question,
    Side,
)
from syncd.reconcile.intents import doubt_question, refused_topic
from syncd.store import cycles, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.journal import Entry, record
from syncd.store.observations import observations_by_id
from syncd.store.outbox import StoredIntent
from syncd.store.raising import join_raised


def settle_doubts(
    session: Session, connected: Connected, live: Sequence[InboxItem], *, now: datetime
) -> list[Question]:
    """End or repeat what was in doubt, as people or AgentOS say; ask about the rest."""
    answers = {
        each.question.topic: (each.choice, each.value)
        for each in live
        if each.question.kind is InboxKind.IN_DOUBT and each.choice is not None
    }
    doubtful = [
        each
        for each in outbox.waiting_intents(session, connected.name)
        if each.state is IntentState.IN_DOUBT
    ]
    jobs = {each.intent.job_id for each in doubtful if each.intent.job_id}
    seen = observations_by_id(session, connected.name, Side.AGENTOS, jobs)
    asked = []
    for stored in doubtful:
        job = job_of(seen.get(stored.intent.job_id or ""))
        choice, value = answers.get(refused_topic(stored.intent.key), (None, None))
        listed = _listed(stored, job)
        if listed is not None:
            _adopt(session, stored, {**listed, "how": "found"}, "AgentOS lists it", now)
        elif choice == "it-arrived" and value and stored.intent.kind is IntentKind.CREATE_JOB:
            result: dict[str, Json] = {"oid": value, "how": "a person"}
            why = "it was in doubt; a person said so"
            join_raised(session, stored, JobId(value), result, why=why, now=now)
        elif choice == "it-arrived" and stored.intent.kind is not IntentKind.CREATE_JOB:
            _adopt(session, stored, {"oid": value, "how": "a person"}, "a person said so", now)
            _learn(session, stored, job)
        elif choice == "send-again":
            _put_back(session, stored)
        else:
            sent_at = None if stored.code == SENT_BEFORE else stored.sending_at or now
            was_answered = bool((stored.result or {}).get(IS_EMPTY))
            asked.append(doubt_question(stored.intent, sent_at, was_answered=was_answered))
    return asked


def settle_refusals(
    session: Session, connected: Connected, live: Sequence[InboxItem], *, now: datetime
) -> None:
    """What was declined of a closure, or of a custom field, is waived or tried again."""
    answers = {
        each.question.topic: each.choice
        for each in live
        if each.question.kind is InboxKind.REFUSED and each.choice is not None
    }
    for stored in outbox.waiting_intents(session, connected.name):
        if stored.state is not IntentState.DEAD:
            continue
        choice = answers.get(refused_topic(stored.intent.key))
        if choice == "leave" and stored.intent.kind is IntentKind.SET_CUSTOM_FIELD:
            leave_mark(session, stored, now=now)
        if stored.intent.effect_key is None:
            continue
        if choice == "retry":
            _put_back(session, stored)
        elif choice == "leave":
            _waive(session, stored, now)


def _put_back(session: Session, stored: StoredIntent) -> None:
    ids, was = [stored.intent_id], (stored.state,)
    outbox.put_back(session, ids, was=was, not_before=None, reason="a person's word")


def _waive(session: Session, stored: StoredIntent, now: datetime) -> None:
    """It counts as done, with the vendor's words kept."""
    why = f"waived by a person; {stored.reason}"
    ids, was = [stored.intent_id], (stored.state,)
    outbox.note_result(session, stored.intent_id, {"how": "waived"})
    outbox.end_intents(
        session,
        ids,
        IntentState.DONE,
        was=was,
        now=now,
        code=outbox.WAIVED,
        reason=why,
        how="waived",
    )
    _note(session, stored, "waived", why, {"how": "waived"}, now)


def _listed(stored: StoredIntent, job: JobRecord | None) -> dict[str, Json] | None:
    """What the job's own lists show of it by now: an invoice by its number."""
    if job is None or stored.intent.kind is not IntentKind.SUBMIT_INVOICE:
        return None
    number = str(stored.intent.payload["number"])
    for each in job.invoices or ():
        if each.number.strip() == number:
            return {"oid": each.invoice_id, "number": each.number}
    return None


def _learn(session: Session, stored: StoredIntent, job: JobRecord | None) -> None:
    """An invoice that is there and not listed: this agency's jobs do not show what is submitted.
    One that is there and was answered with nothing: this agency's AgentOS says no more."""
    kind, name = stored.intent.kind, stored.intent.connection
    if kind is not IntentKind.SUBMIT_INVOICE:
        return
    if (stored.result or {}).get(IS_EMPTY):
        cycles.remember_fact(session, name, EMPTY_SAYS_YES, True)
    if job is None or job.invoices is None:
        return
    if cycles.fact(session, name, JOB_SHOWS_OURS[kind]) is None:
        cycles.remember_fact(session, name, JOB_SHOWS_OURS[kind], False)


def _adopt(
    session: Session, stored: StoredIntent, result: dict[str, Json], why: str, now: datetime
) -> None:
    result = {**(stored.result or {}), **result}
    outbox.note_result(session, stored.intent_id, result)
    ids, was, how = [stored.intent_id], (stored.state,), str(result["how"])
    outbox.end_intents(session, ids, IntentState.DONE, was=was, now=now, how=how)
    event, why = stored.intent.kind.value, f"it was in doubt; {why}"
    _note(session, stored, event, why, result, now)


def _note(
    session: Session,
    stored: StoredIntent,
    event: str,
    why: str,
    result: dict[str, Json],
    now: datetime,
) -> None:
    intent = stored.intent
    entry = Entry(
        event,
        why,
        connection=intent.connection,
        link_id=intent.link_id,
        job_id=intent.job_id,
        visit_id=intent.visit_id,
        field=str(intent.payload["part"]) if "part" in intent.payload else None,
        new={**{name: change.new for name, change in intent.changes.items()}, **result},
    )
    record(session, [entry], now=now)
