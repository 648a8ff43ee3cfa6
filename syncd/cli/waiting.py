"""What waits for a person after a run, each with the exact command that resolves it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncd.cli.asked import Asked
from syncd.cli.choices import VALUES, meanings
from syncd.cli.screen import NAMES, count, heading, in_words, tell, tell_prose
from syncd.model import IntentState, Question, Side
from syncd.reconcile.intents import refused_topic
from syncd.store import inbox, outbox
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.links import find_link
from syncd.store.outbox import StoredIntent

MOST = 10
"""Items that are listed after a run; `syncd inbox` and `syncd outbox` list all."""

MOST_JOBS = 20
"""Jobs of one item that are listed by number; `syncd inbox --json` has all by OID."""


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


def job_numbers(session: Session, items: Iterable[InboxItem]) -> dict[str, str]:
    """The numbers by which people know the jobs that items are about, by OID."""
    return numbers_of(session, {job for each in items for job in jobs_of(each)})


def numbers_of(session: Session, wanted: Iterable[str]) -> dict[str, str]:
    """The numbers of jobs that have a link, by OID."""
    found = {job: find_link(session, None, job) for job in sorted(wanted)}
    return {job: links[0].doc_no for job, links in found.items() if links}


def jobs_of(item: InboxItem) -> list[str]:
    """The jobs that an item is about, by OID; of very many the first."""
    jobs = item.question.details.get("jobs")
    listed = [str(job) for job in jobs[:MOST_JOBS]] if isinstance(jobs, list) else []
    return [item.question.job_id, *listed] if item.question.job_id else listed


def tell_waiting(asked: Asked, waiting: Waiting) -> None:
    """List what waits, or say in one line that nothing does."""
    number = len(waiting.items) + len(waiting.stuck)
    if not number:
        tell("Nothing waits for you.")
        return
    heading(f"{count(number, 'thing waits', 'things wait')} for you")
    for item in waiting.items[:MOST]:
        tell_item(asked, item, waiting.numbers)
    if len(waiting.items) > MOST:
        tell(f"  and {len(waiting.items) - MOST} more: {asked.command('inbox')}")
    for stored in waiting.stuck[:MOST]:
        tell_stuck(asked, stored)
    if len(waiting.stuck) > MOST:
        tell(f"  and {len(waiting.stuck) - MOST} more: {asked.command('outbox')}")


def tell_item(
    asked: Asked, item: InboxItem, numbers: Mapping[str, str], *, is_whole: bool = False
) -> None:
    """One item of the inbox, with the numbers of what it is about, and a command for each answer.

    `is_whole`: with what both sides say.
    """
    question = item.question
    tell_prose(f"{item.item_id}  {question.kind}: {question.summary}", indent=2, hanging=5)
    about = [numbers.get(job, job) for job in jobs_of(item)] or _visits_of(item)
    named = ", ".join(about)
    if named and named not in question.summary:
        more = ", …" if len(about) >= MOST_JOBS else ""
        tell_prose(f"about {named}{more}", indent=5, hanging=7)
    if is_whole:
        _tell_both_sides(question)
    tell_choices(asked, item.item_id, meanings(question))


def _visits_of(item: InboxItem) -> list[str]:
    """The visits that an item is about, by docNo; of very many the first."""
    visits = item.question.details.get("visits")
    return [str(each) for each in visits[:MOST_JOBS]] if isinstance(visits, list) else []


def _tell_both_sides(question: Question) -> None:
    for name, value in question.details.items():
        for side, said in value.items() if isinstance(value, dict) else ():
            tell_prose(f"{name} in {NAMES[Side(side)]}: {in_words(said)}", indent=5, hanging=7)


def tell_choices(asked: Asked, item_id: int, choices: Mapping[str, str]) -> None:
    """A command for each answer, with what it will do below it."""
    for choice, meaning in choices.items():
        value = ["--value", VALUES[choice]] if choice in VALUES else []
        tell(f"     {asked.command('inbox', 'resolve', str(item_id), '--choose', choice, *value)}")
        if meaning:
            tell_prose(meaning, indent=9)


def tell_stuck(asked: Asked, stored: StoredIntent) -> None:
    """One change that does not move by itself, with the commands that move it."""
    intent = stored.intent
    what = f"{intent.kind} for job {intent.job_id or 'unknown'}"
    said = f"change {stored.intent_id}  {what} is {STATES[stored.state]}: {stored.reason or ''}"
    tell_prose(said, indent=2, hanging=5)
    if stored.state is IntentState.IN_DOUBT:
        tell(f"     {asked.command('run-once')}  # asks about it")
        return
    words = ("requeue",) if intent.effect_key is not None else ("requeue", "discard")
    for word in words:
        tell(f"     {asked.command('outbox', word, str(stored.intent_id))}")


STATES = {
    IntentState.PENDING: "waiting for its turn",
    IntentState.SENDING: "sent, not seen yet",
    IntentState.IN_DOUBT: "in doubt",
    IntentState.DEAD: "dead",
    IntentState.DONE: "done",
    IntentState.SUPERSEDED: "superseded",
}
"""Where a change stands, for people."""
