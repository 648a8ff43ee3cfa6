"""Working through the outbox of one connection, what matters most first."""

import math
import time
from collections.abc import Iterable, Sequence, Set

from syncd import logs
from syncd.apply.changes import change_visit
from syncd.apply.creations import create_visits
from syncd.apply.delivering import deliver_visit
from syncd.apply.hands import Hands, Results
from syncd.apply.marks import MarkWriter
from syncd.apply.raising import raise_job
from syncd.model import IntentKind, IntentState, Side
from syncd.store import outbox
from syncd.store.database import Session
from syncd.store.links import load_links
from syncd.store.outbox import StoredIntent


async def apply_outbox(
    hands: Hands,
    *,
    open_visits: int,
    resting: Set[Side] = frozenset(),
    until: float = math.inf,
) -> Results:
    """Perform every pending intent until none is left or the vendors stop answering.

    Nothing is asked of a vendor that rests. After `until`, an instant of `time.monotonic()`, no
    more is begun.
    """
    results = Results(stopped=set(resting))
    due = await hands.database.read(_due, hands.connection)
    for effects in _by_visit(stored for stored, _ in due):
        if _may_go_on(results, until):
            await deliver_visit(hands, effects, results)
    for stored, _ in due:
        if stored.intent.kind is not IntentKind.CREATE_JOB or _needed_by(stored) & results.stopped:
            continue
        if _may_go_on(results, until):
            with logs.about(intent=stored.intent_id):
                await raise_job(hands, stored, results)
    creations = [s for s, _ in due if s.intent.kind is IntentKind.CREATE_VISIT]
    if creations and _may_go_on(results, until):
        await create_visits(hands, creations, results, open_visits=open_visits)
    for stored, visit_key in due:
        is_of_visit = stored.intent.kind in _OF_VISITS and visit_key is not None
        if not is_of_visit and not _is_report(stored):
            continue
        side = Side.LETSJOBIT if is_of_visit else Side.AGENTOS
        if side in results.stopped or not _may_go_on(results, until):
            continue
        if visit_key is not None and is_of_visit:
            with logs.about(intent=stored.intent_id):
                await change_visit(hands, stored, visit_key, results)
        else:
            await deliver_visit(hands, [stored], results)
    await _write_marks(hands, [stored for stored, _ in due], results, until)
    return results


async def _write_marks(
    hands: Hands, due: Sequence[StoredIntent], results: Results, until: float
) -> None:
    """Last of all: what nobody waits for."""
    writer = MarkWriter(hands, results)
    for stored in due:
        if stored.intent.kind is not IntentKind.SET_CUSTOM_FIELD:
            continue
        if Side.AGENTOS in results.stopped or not _may_go_on(results, until):
            break
        if not await writer.write(stored):
            break
    await writer.close()


_OF_VISITS = frozenset({IntentKind.UPDATE_VISIT, IntentKind.WITHDRAW_VISIT})


def _may_go_on(results: Results, until: float) -> bool:
    """Whether there is time for more; where there was none, the results say so."""
    results.is_cut_short = results.is_cut_short or time.monotonic() >= until
    return not results.is_cut_short and results.stopped != set(Side)


def _needed_by(stored: StoredIntent) -> Set[Side]:
    """Whom creating a job asks: of one that was not sent yet, its visit is looked at first."""
    return set(Side) if stored.state is IntentState.PENDING else {Side.AGENTOS}


def _is_report(stored: StoredIntent) -> bool:
    """A status that is reported of a visit under way, without a closure."""
    return stored.intent.kind is IntentKind.UPDATE_JOB and stored.intent.effect_key is None


def _by_visit(due: Iterable[StoredIntent]) -> list[list[StoredIntent]]:
    """The effects of closed visits, visit by visit, in the order in which they were planned."""
    found: dict[str, list[StoredIntent]] = {}
    for stored in due:
        if stored.intent.effect_key is not None and stored.intent.kind is not IntentKind.CREATE_JOB:
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
    # What was tried in vain before comes last, lest one bad record holds all others up.
    pending.sort(key=lambda each: (each.attempts, each.intent_id))
    found = load_links(session, {s.intent.link_id for s in pending if s.intent.link_id})
    keys = {link_id: link.visit_key for link_id, link in found.items()}
    return [(s, keys.get(s.intent.link_id) if s.intent.link_id else None) for s in pending]
