"""What waits for a person after a run, each with the exact command that resolves it."""

from collections.abc import Mapping

from syncd.cli.asked import Asked
from syncd.cli.screen import heading, tell, tell_prose
from syncd.model import IntentState, Question, Side
from syncd.store.inbox import InboxItem
from syncd.store.outbox import StoredIntent
from syncd.telling.changes import STATES
from syncd.telling.choices import VALUES, meanings
from syncd.telling.jobs import MOST_JOBS, jobs_of, visits_of
from syncd.telling.waiting import Waiting
from syncd.telling.words import NAMES, count, in_words

MOST = 10
"""Items that are listed after a run; `syncd inbox` and `syncd outbox` list all."""


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
    about = [numbers.get(job, job) for job in jobs_of(item)] or visits_of(item)
    named = ", ".join(about)
    if named and named not in question.summary:
        more = ", …" if len(about) >= MOST_JOBS else ""
        tell_prose(f"about {named}{more}", indent=5, hanging=7)
    if is_whole:
        _tell_both_sides(question)
    tell_choices(asked, item.item_id, meanings(question))


def _tell_both_sides(question: Question) -> None:
    for name, value in question.details.items():
        sides = value if isinstance(value, dict) and value.keys() <= set(Side) else {}
        for side, said in sides.items():
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
    whose = intent.job_id or intent.payload.get("mark") or "unknown"
    what = f"{intent.kind} for {'job' if intent.job_id else 'visit'} {whose}"
    said = f"change {stored.intent_id}  {what} is {STATES[stored.state]}: {stored.reason or ''}"
    tell_prose(said, indent=2, hanging=5)
    if stored.state is IntentState.IN_DOUBT:
        tell(f"     {asked.command('run-once')}  # asks about it")
        return
    words = ("requeue",) if intent.effect_key is not None else ("requeue", "discard")
    for word in words:
        tell(f"     {asked.command('outbox', word, str(stored.intent_id))}")
