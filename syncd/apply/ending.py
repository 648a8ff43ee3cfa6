"""Ending intents in the store, always under the lease: done, put back, dead, or overtaken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.apply.seen_closed import remember_visit
from syncd.model import (
    GONE,
    Base,
    Field,
    Intent,
    IntentKind,
    IntentState,
    Json,
    Observation,
    Part,
    Side,
    Turn,
    VisitRecord,
    VisitRules,
)
from syncd.reconcile.drafts import effect_key
from syncd.reconcile.intents import doubt_question, refused_question
from syncd.store import closures, inbox, leases, links, outbox
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.store.links import load_bases
from syncd.store.observations import save_observations
from syncd.store.outbox import BEFORE_AN_ANSWER, StoredIntent
from syncd.translate.visits import works_order_from_visit


@dataclass(frozen=True)
class ReadBack:
    """An intent, and its visit as it was read back after the write."""

    stored: StoredIntent
    seen: Observation
    visit: VisitRecord


def start(
    session: Session, turn: Turn, batch: Sequence[StoredIntent], *, now: datetime
) -> list[StoredIntent]:
    """Write down that these are about to be sent; those of them that are not discarded meanwhile.

    LeaseLost when none must be sent.
    """
    leases.check(session, turn)
    ids = [each.intent_id for each in batch]
    marked = outbox.mark_sending(session, ids, epoch=turn.epoch, now=now)
    going = [each for each in batch if each.intent_id in marked]
    return [replace(each, state=IntentState.SENDING) for each in going]


def answered(
    session: Session, turn: Turn, stored: StoredIntent, result: Mapping[str, Json]
) -> None:
    """Write down what the vendor answered, before anything is read back."""
    leases.check(session, turn)
    outbox.note_result(session, stored.intent_id, result)


def put_back(session: Session, turn: Turn, batch: Sequence[StoredIntent], reason: str) -> None:
    """Nothing happened, or repeating is harmless: the next cycle plans them again."""
    leases.check(session, turn)
    ids = [each.intent_id for each in batch]
    outbox.put_back(session, ids, was=BEFORE_AN_ANSWER, not_before=None, reason=reason)


def try_later(
    session: Session, turn: Turn, batch: Sequence[StoredIntent], reason: str, *, now: datetime
) -> None:
    """Nothing was sent, for something could not be read before: it counts as tried all the same."""
    going = start(session, turn, [e for e in batch if e.state is IntentState.PENDING], now=now)
    put_back(session, turn, going, reason)


def overtake(
    session: Session, turn: Turn, stored: StoredIntent, seen: Observation, *, now: datetime
) -> None:
    """The visit is not what the intent was planned from: remember it as it is, and plan anew."""
    leases.check(session, turn)
    remember_visit(session, stored.intent.connection, seen, now=now)
    reason = "the visit had changed since it was planned"
    _supersede(session, [stored], reason, now)


def overtake_all(
    session: Session,
    turn: Turn,
    unsent: Sequence[StoredIntent],
    seen: Observation,
    name: str,
    *,
    now: datetime,
) -> None:
    """The job is not what these intents were planned from: remember it, and plan them anew."""
    leases.check(session, turn)
    save_observations(session, name, [seen], now=now)
    links.unsettle(session, name, job_id=seen.record_id)
    reason = "the job had changed since it was planned"
    _supersede(session, unsent, reason, now)


def drop(session: Session, turn: Turn, stored: StoredIntent, *, now: datetime) -> None:
    """It waits for a person, who decides about something else first."""
    leases.check(session, turn)
    _supersede(session, [stored], "something before it waits for a person", now)


def _supersede(
    session: Session, unsent: Sequence[StoredIntent], reason: str, now: datetime
) -> None:
    ids, was = [each.intent_id for each in unsent], (IntentState.PENDING,)
    outbox.end_intents(session, ids, IntentState.SUPERSEDED, was=was, now=now, reason=reason)


def remember(session: Session, turn: Turn, seen: Observation, name: str, *, now: datetime) -> None:
    """Keep what reading back showed."""
    leases.check(session, turn)
    save_observations(session, name, [seen], now=now)


def deliver(
    session: Session,
    turn: Turn,
    stored: StoredIntent,
    result: Mapping[str, Json],
    *,
    now: datetime,
) -> None:
    """An effect is proven to be there: write down what shows it."""
    leases.check(session, turn)
    intent = stored.intent
    ids, was = [stored.intent_id], {*BEFORE_AN_ANSWER, stored.state}
    how = str(result.get("how"))
    if not outbox.end_intents(session, ids, IntentState.DONE, was=was, now=now, how=how):
        # A person discarded it before it was sent, and it is there all the same.
        return
    outbox.note_result(session, stored.intent_id, result)
    links.note_report(session, intent, now=now)
    entry = _entry(intent, intent.kind, _HOW[how])
    told = {name: change.new for name, change in intent.changes.items()}
    record(session, [replace(entry, new={**told, **result})], now=now)


_HOW = {
    "sent": "sent, and read back",
    "answered": "sent, and AgentOS said that it has it",
    "found": "it was there already",
    "a person": "a person said that it arrived",
    "statement": "it was in doubt; the contractor portal's statement shows it",
}


def doubt(
    session: Session,
    turn: Turn,
    stored: StoredIntent,
    *,
    was_sent: bool,
    facts: Mapping[str, Json],
    now: datetime,
) -> None:
    """Nobody can tell whether it arrived: a person looks, and nothing repeats it until then.

    What was not sent by this store may have been by an earlier one. `facts` are what was sent.
    """
    leases.check(session, turn)
    intent = stored.intent
    code = SENT if was_sent else SENT_BEFORE
    was_answered = bool(facts.get(IS_EMPTY))
    lost = f"sent, and the answer was {'empty' if was_answered else 'lost'}"
    reason = lost if was_sent else "perhaps sent by a lost store"
    outbox.note_result(session, stored.intent_id, facts)
    _end(session, [stored], IntentState.IN_DOUBT, now, code=code, reason=reason)
    sent_at = (stored.sending_at or now) if was_sent else None
    question = doubt_question(intent, sent_at, was_answered=was_answered)
    inbox.ensure_open(session, intent.connection, question, now=now)
    record(session, [_entry(intent, "in_doubt", reason)], now=now)


IS_EMPTY = "is_empty"
"""In what is remembered of an effect: the vendor answered with success and nothing else."""

SENT, SENT_BEFORE = "in_doubt", "in_doubt_before"
"""Why an intent is in doubt: this store sent it, or one that was lost may have."""


def bury(
    session: Session,
    turn: Turn,
    stored: StoredIntent,
    *,
    code: str,
    reason: str,
    now: datetime,
) -> None:
    """The vendor declined it: nothing repeats it until a person decides."""
    leases.check(session, turn)
    intent = stored.intent
    if not _end(session, [stored], IntentState.DEAD, now, code=code, reason=reason):
        return
    inbox.ensure_open(session, intent.connection, refused_question(intent, reason), now=now)
    record(session, [_entry(intent, "refused", reason)], now=now)


def confirm(
    session: Session,
    turn: Turn,
    done: Sequence[ReadBack],
    rules: VisitRules,
    *,
    now: datetime,
    how: str = "",
) -> None:
    """What was read back is what both sides agree on now. `how`: "found", where nothing is sent."""
    leases.check(session, turn)
    for each in done:
        intent = each.stored.intent
        remember_visit(session, intent.connection, each.seen, now=now)
        if intent.link_id is None:
            continue
        before = load_bases(session, [intent.link_id]).get(intent.link_id, Base())
        moved = _moved(intent, before, each.visit, rules)
        links.move_base(session, intent.link_id, moved, now=now)
        links.update_link(
            session, intent.link_id, now=now, settled=None, **_columns(intent, each.visit)
        )
    _end(session, [each.stored for each in done], IntentState.DONE, now, how=how)
    for each in done:
        if each.stored.intent.kind is IntentKind.CONFIRM_CLOSE:
            _acknowledged(session, each.stored.intent, now=now)
    why = _HOW.get(how, "")
    entries = [_entry(each.stored.intent, each.stored.intent.kind, why) for each in done]
    record(session, entries, now=now)


def _acknowledged(session: Session, intent: Intent, *, now: datetime) -> None:
    """Its delivery is over. Where the job was read back completed, it may be wanted again."""
    key, name = str(intent.payload["visit_key"]), intent.connection
    if intent.payload.get("owes_status"):
        # Another visit of the job was open: plans look until that is closed too, or gone.
        return
    closures.deliver_closure(session, name, key, now=now)
    status = effect_key(key, Part.STATUS)
    reported = outbox.effects(session, name, [status]).get(status)
    if intent.link_id is not None and was_shown_completed(reported):
        links.note_completed(session, intent.link_id, visit_key=key, now=now)


def was_shown_completed(reported: StoredIntent | None) -> bool:
    """Whether the job itself showed the status that this effect reported."""
    how = (reported.result or {}).get("how") if reported is not None else None
    return how in ("sent", "found")


def confirm_deleted(session: Session, turn: Turn, stored: StoredIntent, *, now: datetime) -> None:
    """The visit is gone by our own doing: its link has none, and the next one gets a new id."""
    leases.check(session, turn)
    intent = stored.intent
    if intent.link_id is not None:
        link = links.load_links(session, [intent.link_id])[intent.link_id]
        links.update_link(
            session,
            intent.link_id,
            now=now,
            visit_id=None,
            visit_key=None,
            is_open=False,
            settled=None,
            occurrence=link.occurrence + 1,
        )
        links.drop_base(session, intent.link_id)
        # Else the next plan would pair the link with what is remembered of the deleted visit.
        gone = Observation(Side.LETSJOBIT, link.visit_key or "", GONE, problem=GONE)
        save_observations(session, intent.connection, [gone], now=now)
    _end(session, [stored], IntentState.DONE, now)
    record(session, [_entry(intent, intent.kind, "deleted, as visit.withdraw says")], now=now)


def _end(
    session: Session,
    ended: Sequence[StoredIntent],
    state: IntentState,
    now: datetime,
    **why: str,
) -> int:
    """End what was pending or being sent; how many of them. `why`: code, reason, how."""
    ids, was = [each.intent_id for each in ended], BEFORE_AN_ANSWER
    return outbox.end_intents(session, ids, state, was=was, now=now, **why)


def _moved(intent: Intent, before: Base, visit: VisitRecord, rules: VisitRules) -> Base:
    """The new base: of what was written, what each side says now; of the rest, as it was."""
    written = {Field(name): value for name, value in _values(intent, "job").items()}
    now = works_order_from_visit(visit, rules).values
    if intent.kind is IntentKind.CREATE_VISIT:
        return Base(written, dict(now), frozenset())
    said = {name: now[name] for name in written}
    taken = before.taken - frozenset(written)
    return Base({**before.job, **written}, {**before.visit, **said}, taken)


def _columns(intent: Intent, visit: VisitRecord) -> Mapping[str, object]:
    if intent.kind is IntentKind.CREATE_VISIT:
        return {
            "visit_id": visit.visit_id,
            "visit_key": visit.visit_key,
            "doc_no": visit.doc_no,
            "is_ours": True,
            "is_withdrawn": False,
            "is_open": not visit.is_closed,
            # One of an earlier store, with the id of ours: its job is wanted again.
            "was_completed": visit.is_closed and visit.is_confirmed,
            "reported_from": None,
            "occurrence": intent.payload["occurrence"],
            "salt": intent.payload["salt"],
        }
    if intent.kind is IntentKind.WITHDRAW_VISIT:
        return {"is_withdrawn": not visit.is_in_app}
    return {"is_withdrawn": False} if intent.payload.get("unhide") else {}


def _values(intent: Intent, name: str) -> Mapping[str, Json]:
    value = intent.payload.get(name)
    return value if isinstance(value, dict) else {}


def _rules(intent: Intent) -> str:
    """By which rule each field was written, as the plan said it."""
    said = [f"{name}: {rule}" for name, rule in _values(intent, "why").items()]
    return "; ".join(said) or "planned and read back"


def _part(intent: Intent) -> str | None:
    """Of which part of a delivery an intent is; a status that is only reported is one, too."""
    if intent.kind is IntentKind.UPDATE_JOB:
        return Part.STATUS
    part = intent.payload.get("part")
    return str(part) if part is not None else None


def _entry(intent: Intent, event: str, why: str) -> Entry:
    return Entry(
        event,
        why or _rules(intent),
        connection=intent.connection,
        link_id=intent.link_id,
        job_id=intent.job_id,
        visit_id=intent.visit_id,
        field=_part(intent),
        old={name: change.old for name, change in intent.changes.items()},
        new={name: change.new for name, change in intent.changes.items()},
    )
