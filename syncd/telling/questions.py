"""The questions of the inbox as JSON, and what a person may answer.

    {"id": 7, "connection": "northgate", "kind": "conflict", "job": "OID", "visit": null,
     "summary": "…", "choices": ["agentos", "letsjobit", "leave"], "opened_at": "…Z",
     "details": {…}, "meanings": {"agentos": "…", …}}

`details` differ by kind (the values of both sides, the OIDs of the jobs that a guard holds);
`meanings` is what each choice will do. A decision is told as

    {"item": {…}, "choice": "agentos", "value": null}
"""

from dataclasses import dataclass

from syncd.errors import SyncdError
from syncd.evidence.amounts import PENNY, read_amount
from syncd.model import Json
from syncd.store.inbox import InboxItem
from syncd.telling.choices import VALUES, meanings
from syncd.telling.words import iso


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


def resolved_document(item: InboxItem, choice: str, value: str | None) -> dict[str, Json]:
    """What was decided about an item, as JSON; the item as it was before."""
    return {"item": item_document(item), "choice": choice, "value": value}


@dataclass(frozen=True)
class Place:
    """Where somebody gives a value: how it is called there, and how one is written."""

    name: str
    spelled: str


IN_COMMAND = Place("--value", "write --value {}")
IN_BODY = Place("`value`", 'send "value": "{}"')
IN_FORM = Place("the value", "enter {}")


def checked_value(choice: str, value: str | None, *, place: Place) -> str | None:
    """The value that a choice needs, as it is stored; SyncdError, in the words of the place, where
    it does not fit."""
    if choice in VALUES:
        return _amount(choice, value, place)
    if value is not None and choice != "it-arrived":
        raise SyncdError(
            "unknown_value", f"{place.name} means nothing with {choice}", "leave it out"
        )
    return value


def _amount(choice: str, value: str | None, place: Place) -> str:
    cure = place.spelled.format(VALUES[choice])
    if value is None:
        raise SyncdError("missing_value", f"{choice} needs the amount", cure)
    try:
        amount = read_amount(value)
    except ValueError as error:
        raise SyncdError(
            "unknown_value", f"{place.name} is no amount of money: it {error}", cure
        ) from None
    if amount != amount.quantize(PENNY):
        raise SyncdError(
            "unknown_value", f"{place.name} is no amount of money: it has parts of a penny", cure
        )
    return f"{amount:.2f}"
