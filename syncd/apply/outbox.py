"""Working through the outbox of one connection, what matters most first."""

from collections.abc import Iterable

from syncd.apply.changes import change_visit
from syncd.apply.creations import create_visits
from syncd.apply.delivering import deliver_visit
from syncd.apply.hands import Hands, Results
from syncd.model import IntentKind, IntentState
from syncd.store import outbox
from syncd.store.database import Session
from syncd.store.links import load_links
from syncd.store.outbox import StoredIntent


async def apply_outbox(hands: Hands, *, open_visits: int) -> Results:
    """Perform every pending intent until none is left, or a vendor stops answering."""
    results = Results()
    due = await hands.database.read(_due, hands.connection)
    for effects in _by_visit(stored for stored, _ in due):
        if results.stopped is None:
            await deliver_visit(hands, effects, results)
    creations = [s for s, _ in due if s.intent.kind is IntentKind.CREATE_VISIT]
    await create_visits(hands, creations, results, open_visits=open_visits)
    for stored, visit_key in due:
        if results.stopped is not None:
            break
        if stored.intent.kind in _OF_VISITS and visit_key is not None:
            await change_visit(hands, stored, visit_key, results)
        elif stored.intent.kind is IntentKind.UPDATE_JOB and stored.intent.effect_key is None:
            await deliver_visit(hands, [stored], results)
    return results


_OF_VISITS = frozenset({IntentKind.UPDATE_VISIT, IntentKind.WITHDRAW_VISIT})


def _by_visit(due: Iterable[StoredIntent]) -> list[list[StoredIntent]]:
    """The effects of closed visits, visit by visit, in the order in which they were planned."""
    found: dict[str, list[StoredIntent]] = {}
    for stored in due:
        if stored.intent.effect_key is not None:
            found.setdefault(str(stored.intent.payload["visit_key"]), []).append(stored)
    return list(found.values())


def _is_open(stored: StoredIntent) -> bool:
    """Sent by a process that ended before it knew: to be looked for, never sent again unseen."""
    sending = stored.state is IntentState.SENDING
    return sending and not outbox.is_repeatable(stored.intent.kind)


def _due(session: Session, name: str) -> list[tuple[StoredIntent, str | None]]:
    """Pending intents, each with the key of its visit."""
    waiting = outbox.waiting_intents(session, name)
    pending = [each for each in waiting if each.state is IntentState.PENDING or _is_open(each)]
    found = load_links(session, {s.intent.link_id for s in pending if s.intent.link_id})
    keys = {link_id: link.visit_key for link_id, link in found.items()}
    return [(s, keys.get(s.intent.link_id) if s.intent.link_id else None) for s in pending]
