"""What waits for a person: open questions, and changes that only a person can move on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncd.model import IntentState
from syncd.reconcile.intents import refused_topic
from syncd.store import inbox, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.outbox import StoredIntent
from syncd.telling.jobs import job_numbers


@dataclass(frozen=True)
class Waiting:
    """Open questions, changes that only a person can move on, and the numbers of their jobs."""

    items: tuple[InboxItem, ...]
    stuck: tuple[StoredIntent, ...]
    numbers: Mapping[str, str]


def load_waiting(session: Session, names: Sequence[str]) -> Waiting:
    """What waits in these connections. A dead change that a question is about is not told twice."""
    items = [each for name in names for each in inbox.open_items(session, name)]
    asked = {each.question.topic for each in inbox.live_items(session)}
    stuck = [
        each
        for name in names
        for each in outbox.waiting_intents(session, name)
        if each.state in (IntentState.IN_DOUBT, IntentState.DEAD)
        and refused_topic(each.intent.key) not in asked
    ]
    return Waiting(tuple(items), tuple(stuck), job_numbers(session, items))
