"""`outbox`, `outbox requeue`, `outbox discard`: changes that have not ended.

    {"intents": […]}

Each is the document of `telling.changes`. `requeue` and `discard` print one such intent as
`{"intent": {…}, "decision": "requeue"}`, in the state that it had before. Neither moves what is in
doubt, and `discard` drops nothing that a closed visit needs: about both the inbox asks.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from syncd.cli.asked import Asked, who
from syncd.cli.exits import DONE
from syncd.cli.screen import output, print_json, table, tell, tell_prose
from syncd.model import IntentState
from syncd.store import outbox
from syncd.store.outbox import StoredIntent
from syncd.telling.changes import (
    STATES,
    Verdict,
    decide_change,
    decided_document,
    intent_document,
    what_of,
)
from syncd.telling.words import age


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
            what_of(intent_document(each)),
            each.intent.job_id or "",
            STATES[each.state],
            age(each.created_at, now),
        )
    output().print(rows)
    _tell_stuck(asked, waiting)
    return DONE


def _tell_stuck(asked: Asked, waiting: Sequence[StoredIntent]) -> None:
    """Why changes are dead or in doubt, and the commands that may be given about them."""
    stuck = [each for each in waiting if each.state in (IntentState.DEAD, IntentState.IN_DOUBT)]
    by_reason: dict[str, list[str]] = {}
    for each in stuck:
        by_reason.setdefault(each.reason or "no reason is known", []).append(str(each.intent_id))
    for reason, ids in by_reason.items():
        tell_prose(f"{', '.join(ids)}: {reason}", hanging=4)
    dead = [each for each in stuck if each.state is IntentState.DEAD]
    lines = {
        asked.command("inbox"): "the questions about them" if stuck else "",
        asked.command("outbox", "requeue", "ID"): "try a dead one again" if dead else "",
        asked.command("outbox", "discard", "ID"): (
            "drop a dead one" if any(each.intent.effect_key is None for each in dead) else ""
        ),
    }
    for command, meaning in lines.items():
        if meaning:
            tell(f"{command}  # {meaning}")


def requeue(asked: Asked, intent_id: int) -> int:
    """Have the next cycle try it again."""
    return _decide(asked, intent_id, Verdict.REQUEUE)


def discard(asked: Asked, intent_id: int) -> int:
    """Drop it; what is still wanted is planned anew."""
    return _decide(asked, intent_id, Verdict.DISCARD)


_NEXT = {
    Verdict.REQUEUE: "The next cycle tries it again:",
    Verdict.DISCARD: "If the change is still wanted, the next cycle plans it anew:",
}


def _decide(asked: Asked, intent_id: int, verdict: Verdict) -> int:
    with asked.store() as (_, database):
        now = datetime.now(UTC)
        stored = database.run_now(decide_change, intent_id, verdict, who=who(), now=now)
    if asked.as_json:
        print_json(decided_document(stored, verdict))
    else:
        tell(f"Change {intent_id} is {verdict.participle}.")
        tell_prose(f"{_NEXT[verdict]} {asked.command('run-once')}")
    return DONE
