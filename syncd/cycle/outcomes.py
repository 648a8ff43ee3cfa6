"""From what a plan wants to what the outbox holds: guards, dead letters, what still waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.model import (
    GuardReport,
    InboxKind,
    Intent,
    IntentState,
    Question,
)
from syncd.reconcile.guards import Limits, check_guards, guard_question, judged_by
from syncd.reconcile.intents import refused_question, refused_topic
from syncd.store import links, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.outbox import StoredIntent


@dataclass(frozen=True)
class Settled:
    """What may go, what is held, and what a person is asked about either."""

    intents: tuple[Intent, ...]
    guards: tuple[GuardReport, ...]
    questions: tuple[Question, ...]


def settle_intents(
    session: Session,
    connected: Connected,
    planned: Sequence[Intent],
    live: Sequence[InboxItem],
    *,
    now: datetime,
) -> Settled:
    """Make the outbox say what this plan says.

    What waits from an earlier plan is repeatable and read back by every plan, so it is planned
    again or superseded. A dead letter stays while the same effect is wanted, until a person acts.
    """
    waiting = {each.intent.key: each for each in outbox.waiting_intents(session, connected.name)}
    dead = {key: each for key, each in waiting.items() if each.state is IntentState.DEAD}
    answers = {
        each.question.topic: each.choice for each in live if each.question.kind is InboxKind.REFUSED
    }
    retried = {key for key in dead if answers.get(refused_topic(key)) == "retry"}
    # A refused effect of a closure is wanted for as long as nobody waives it.
    effects = {key for key, each in dead.items() if each.intent.effect_key is not None}
    keys = {each.key for each in planned} | effects
    wanted = [each for each in planned if each.key not in dead or each.key in retried]
    guarded = _guard(session, connected, wanted, live)
    allowed = {each.key for each in guarded.intents}
    unsure = {key for key, each in waiting.items() if not _may_be_replaced(each)}
    over = [
        each
        for key, each in waiting.items()
        if key not in allowed and key not in dead and key not in unsure
    ]
    over += [each for key, each in dead.items() if key not in keys]
    for state, ids in _by_state(over).items():
        ended, why = IntentState.SUPERSEDED, "planned anew"
        outbox.end_intents(session, ids, ended, was=(state,), now=now, reason=why)
    again = [e for e in guarded.intents if e.key in waiting and e.key not in unsure]
    for each in again:
        outbox.rewrite(session, waiting[each.key].intent_id, each)
    for state, ids in _by_state(waiting[each.key] for each in again).items():
        outbox.put_back(session, ids, was=(state,), not_before=None, reason=None)
    new = [each for each in guarded.intents if each.key not in waiting]
    outbox.add_intents(session, new, epoch=connected.turn.epoch, now=now)
    asked = [
        refused_question(each.intent, each.reason or "")
        for key, each in dead.items()
        if key in keys and key not in retried
    ]
    return Settled(guarded.intents, guarded.guards, (*guarded.questions, *asked))


def _by_state(stored: Iterable[StoredIntent]) -> dict[IntentState, list[int]]:
    """Intents by where they stood when they were read: a person may have moved them since."""
    found: dict[IntentState, list[int]] = {}
    for each in stored:
        found.setdefault(each.state, []).append(each.intent_id)
    return found


def _may_be_replaced(stored: StoredIntent) -> bool:
    """Not what may have happened and must not happen twice: that is looked for, or asked about."""
    sent = stored.state in (IntentState.SENDING, IntentState.IN_DOUBT)
    return not sent or outbox.is_repeatable(stored.intent.kind)


def _guard(
    session: Session, connected: Connected, wanted: Sequence[Intent], live: Sequence[InboxItem]
) -> Settled:
    judged = [each for each in live if each.question.kind is InboxKind.GUARD and each.choice]
    keys = {judged_by(each) for each in wanted}
    approved, rejected = (judged_keys(judged, choice) for choice in ("approve", "reject"))
    approved |= {judged_by(each) for each in wanted if each.payload.get("is_released")}
    limits = connected.settings.guards
    checked = check_guards(
        wanted,
        Limits(float(limits.max_withdrawals), limits.max_new_visits, limits.max_invoice_total),
        linked_open_visits=links.count_open_links(session, connected.name),
        approved=approved,
        rejected=rejected,
    )
    asked = [guard_question(each) for each in checked.reports]
    in_force = [each.question for each in judged if keys.intersection(_keys(each))]
    return Settled(checked.allowed, checked.reports, (*asked, *in_force))


def judged_keys(live: Sequence[InboxItem], choice: str) -> set[str]:
    """What guards held and a person approved, or rejected."""
    guards = [each for each in live if each.question.kind is InboxKind.GUARD]
    return {key for each in guards if each.choice == choice for key in _keys(each)}


def _keys(item: InboxItem) -> list[str]:
    keys = item.question.details.get("keys")
    return [str(key) for key in keys] if isinstance(keys, list) else []
