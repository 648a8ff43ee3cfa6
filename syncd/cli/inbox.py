"""`inbox` and `inbox resolve`: what waits for a person, and the decision.

The documents of `--json` are those of `telling.questions`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from syncd.cli.asked import Asked, who
from syncd.cli.exits import DONE
from syncd.cli.screen import heading, print_json, tell, tell_prose
from syncd.cli.waiting import tell_item
from syncd.store import inbox
from syncd.store.inbox import InboxItem
from syncd.telling.jobs import job_numbers
from syncd.telling.questions import IN_COMMAND, checked_value, item_document, resolved_document
from syncd.telling.words import age, count


def list_inbox(asked: Asked) -> int:
    """Every item whose cause lasts: those that wait, and those decided but not acted on."""
    with asked.store() as (_, database):
        items = database.read_now(inbox.live_items)
        numbers = database.read_now(job_numbers, items)
    waiting = [each for each in items if each.choice is None]
    if asked.as_json:
        print_json({"items": [item_document(each) for each in waiting]})
        return DONE
    if not waiting:
        tell("Nothing waits for you.")
    for name in dict.fromkeys(each.connection for each in waiting):
        of_this = [each for each in waiting if each.connection == name]
        heading(f"{name}  {count(len(of_this), 'question waits', 'questions wait')} for you")
        for each in of_this:
            _tell_in_full(asked, each, numbers)
    decided = len(items) - len(waiting)
    if decided:
        said = count(decided, "question is answered", "questions are answered")
        tell(f"{said}; an answer holds as long as its cause lasts.")
    return DONE


def _tell_in_full(asked: Asked, item: InboxItem, numbers: Mapping[str, str]) -> None:
    tell_item(asked, item, numbers, is_whole=True)
    tell(f"     asked {age(item.opened_at, datetime.now(UTC))}")


def resolve(asked: Asked, item_id: int, choice: str, value: str | None) -> int:
    """Record the decision; the next cycle acts on it."""
    checked = checked_value(choice, value, place=IN_COMMAND)
    with asked.store() as (_, database):
        now = datetime.now(UTC)
        item = database.run_now(
            inbox.resolve_item, item_id, choice, value=checked, who=who(), now=now
        )
    if asked.as_json:
        print_json(resolved_document(item, choice, checked))
    else:
        tell(f"Item {item_id}: {choice}{f' {checked}' if checked else ''}.")
        tell_prose(f"The next cycle acts on it: {asked.command('run-once')}")
    return DONE
