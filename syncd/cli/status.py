"""`status`: health of every connection, from the store alone; no vendor is asked.

`--json` prints the document of `telling.health`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from syncd.cli.asked import Asked
from syncd.cli.exits import DONE
from syncd.cli.screen import heading, output, print_json, table, tell, tell_prose
from syncd.errors import cured
from syncd.telling.health import (
    BUDGETS,
    DEAF_CURE,
    budget_words,
    cycle_words,
    deaf_words,
    headline,
    lane_words,
    running_words,
    stalled_words,
    status_document,
)
from syncd.telling.words import count


def status(asked: Asked) -> int:
    """Show how everything stands."""
    now = datetime.now(UTC)
    with asked.store() as (settings, database):
        document = database.read_now(status_document, database, settings, now=now)
    if asked.as_json:
        print_json(document)
        return DONE
    shown: Any = document
    tell(running_words(shown, now))
    for target in shown["deaf_targets"]:
        tell_prose(f"problem: {cured(deaf_words(target, now), DEAF_CURE)}", hanging=2)
    for each in shown["connections"]:
        _show(asked, each, now)
    return DONE


def _show(asked: Asked, each: Mapping[str, Any], now: datetime) -> None:
    heading(f"{each['name']}  {headline(each)}")
    rows = table("", "")
    rows.show_header = False
    rows.add_row("  last cycle", cycle_words(each["last_cycle"], now))
    for lane, state in each["lanes"].items():
        rows.add_row(f"  {lane}", lane_words(state))
    for stall in each["stalled"]:
        rows.add_row("  waits", stalled_words(stall, now))
    for name, budget in each["budgets"].items():
        rows.add_row(f"  {BUDGETS[name]}", budget_words(budget))
    visits = each["visits"]
    rows.add_row("  visits", f"{visits['linked']} linked to a job, {visits['open']} of them open")
    rows.add_row("  outbox", _outbox_words(asked, each["outbox"]))
    rows.add_row("  inbox", _inbox_words(asked, each["inbox"]))
    output().print(rows)
    for cure in dict.fromkeys(filter(None, (e["cure"] for e in each["lanes"].values()))):
        tell_prose(f"do: {cure}", indent=2, hanging=4)
    for error in (each["last_cycle"] or {}).get("errors", []):
        problem = cured(error["message"], error.get("hint") or "")
        tell_prose(f"problem: {problem}", indent=2, hanging=4)
    if each["paused"]:
        tell(f"  start it again: {asked.command('resume', each['name'])}")


def _outbox_words(asked: Asked, counts: Mapping[str, int]) -> str:
    if not any(counts.values()):
        return "empty"
    words = [f"{number} {state.replace('_', ' ')}" for state, number in counts.items() if number]
    return f"{', '.join(words)}: {asked.command('outbox')}"


def _inbox_words(asked: Asked, number: int) -> str:
    if not number:
        return "nothing waits for you"
    return f"{count(number, 'question waits', 'questions wait')} for you: {asked.command('inbox')}"
