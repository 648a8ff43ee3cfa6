"""`inbox` and `inbox resolve`: what waits for a person, and the decision.

`inbox --json` is the interface's document of the items that wait; each also has `details`, which
differ by kind (the values of both sides, the OIDs of the jobs that a guard holds), and `meanings`,
what each choice will do. `inbox resolve
--json`:

    {"item": {…}, "choice": "agentos", "value": null}
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from syncd.cli.asked import Asked, who
from syncd.cli.choices import VALUES, meanings
from syncd.cli.exits import DONE
from syncd.cli.screen import age, count, heading, iso, print_json, tell, tell_prose
from syncd.cli.waiting import job_numbers, tell_item
from syncd.errors import SyncdError
from syncd.evidence.amounts import PENNY, read_amount
from syncd.model import Json
from syncd.store import inbox
from syncd.store.inbox import InboxItem


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
        tell(f"{count(decided, 'decided item holds', 'decided items hold')} while the cause lasts.")
    return DONE


def item_document(item: InboxItem) -> dict[str, Json]:
    """One item as JSON (interface: "The inbox")."""
    question = item.question
    return {
        "id": item.item_id,
        "connection": item.connection,
        "kind": question.kind.value,
        "job": question.job_id,
        "visit": question.visit_id,
        "summary": question.summary,
        "choices": list(question.choices),
        "opened_at": iso(item.opened_at),
        "details": dict(question.details),
        "meanings": dict(meanings(question)),
    }


def _tell_in_full(asked: Asked, item: InboxItem, numbers: Mapping[str, str]) -> None:
    tell_item(asked, item, numbers, is_whole=True)
    tell(f"     asked {age(item.opened_at, datetime.now(UTC))}")


def resolve(asked: Asked, item_id: int, choice: str, value: str | None) -> int:
    """Record the decision; the next cycle acts on it."""
    checked = _checked(choice, value)
    with asked.store() as (_, database):
        item = database.run_now(
            inbox.resolve_item,
            item_id,
            choice,
            value=checked,
            who=who(),
            now=datetime.now(UTC),
        )
    if asked.as_json:
        print_json({"item": item_document(item), "choice": choice, "value": checked})
    else:
        tell(f"Item {item_id}: {choice}{f' {checked}' if checked else ''}.")
        tell_prose(f"The next cycle acts on it: {asked.command('run-once')}")
    return DONE


def _checked(choice: str, value: str | None) -> str | None:
    """The value that a choice needs, as it is stored."""
    if choice in VALUES:
        return _amount(choice, value)
    if value is not None and choice != "it-arrived":
        raise SyncdError("unknown_value", f"--value means nothing with {choice}", "leave it out")
    return value


def _amount(choice: str, value: str | None) -> str:
    cure = f"write --value {VALUES[choice]}"
    if value is None:
        raise SyncdError("missing_value", f"{choice} needs the amount", cure)
    try:
        amount = read_amount(value)
    except ValueError as error:
        raise SyncdError(
            "unknown_value", f"--value is no amount of money: it {error}", cure
        ) from None
    if amount != amount.quantize(PENNY):
        raise SyncdError(
            "unknown_value", "--value is no amount of money: it has parts of a penny", cure
        )
    return f"{amount:.2f}"
