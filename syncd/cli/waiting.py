"""What waits for a person after a run, each with the exact command that resolves it."""

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.cli.asked import Asked
from syncd.cli.screen import count, heading, tell, tell_prose
from syncd.model import IntentState
from syncd.store import inbox, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.outbox import StoredIntent

MOST = 10
"""Items that are listed after a run; `syncd inbox` and `syncd outbox` list all."""

VALUES = {"enter": "120.00"}
"""Choices that need a value, with an example of one."""


@dataclass(frozen=True)
class Waiting:
    """Open questions, and changes that only a person can move on."""

    items: tuple[InboxItem, ...]
    stuck: tuple[StoredIntent, ...]


def load_waiting(session: Session, names: Sequence[str]) -> Waiting:
    """What waits in these connections. A dead change that a question is about is not told twice."""
    items = [each for name in names for each in inbox.open_items(session, name)]
    asked = {each.question.topic for each in inbox.live_items(session)}
    stuck = [
        each
        for name in names
        for each in outbox.waiting_intents(session, name)
        if each.state in (IntentState.IN_DOUBT, IntentState.DEAD)
        and f"intent:{each.intent.key}" not in asked
    ]
    return Waiting(tuple(items), tuple(stuck))


def tell_waiting(asked: Asked, waiting: Waiting) -> None:
    """List what waits, or say in one line that nothing does."""
    number = len(waiting.items) + len(waiting.stuck)
    if not number:
        tell("Nothing waits for you.")
        return
    heading(f"{count(number, 'thing waits', 'things wait')} for you")
    for item in waiting.items[:MOST]:
        tell_item(asked, item)
    if len(waiting.items) > MOST:
        tell(f"  and {len(waiting.items) - MOST} more: {asked.command('inbox')}")
    for stored in waiting.stuck[:MOST]:
        tell_stuck(asked, stored)
    if len(waiting.stuck) > MOST:
        tell(f"  and {len(waiting.stuck) - MOST} more: {asked.command('outbox')}")


def tell_question(
    asked: Asked, item_id: int, kind: str, summary: str, choices: Sequence[str]
) -> None:
    """One question with a command for each answer."""
    tell_prose(f"{item_id}  {kind}: {summary}", indent=2, hanging=5)
    for choice in choices:
        value = ["--value", VALUES[choice]] if choice in VALUES else []
        words = ["inbox", "resolve", str(item_id), "--choose", choice, *value]
        tell(f"     {asked.command(*words)}")


def tell_item(asked: Asked, item: InboxItem) -> None:
    """One item of the inbox."""
    question = item.question
    tell_question(asked, item.item_id, question.kind, question.summary, question.choices)


def tell_stuck(asked: Asked, stored: StoredIntent) -> None:
    """One change that does not move by itself, with the commands that move it."""
    intent = stored.intent
    what = f"{intent.kind} for job {intent.job_id or 'unknown'}"
    said = f"change {stored.intent_id}  {what} is {STATES[stored.state]}: {stored.reason or ''}"
    tell_prose(said, indent=2, hanging=5)
    for word in ("requeue", "discard"):
        tell(f"     {asked.command('outbox', word, str(stored.intent_id))}")


STATES = {
    IntentState.PENDING: "waiting for its turn",
    IntentState.SENDING: "being sent",
    IntentState.IN_DOUBT: "in doubt",
    IntentState.DEAD: "dead",
    IntentState.DONE: "done",
    IntentState.SUPERSEDED: "superseded",
}
"""Where a change stands, for people."""
