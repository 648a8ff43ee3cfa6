"""`why`: who set the value of a field, when, from what to what, by which rule, in which cycle.

`--json` prints the document of `telling.why`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.cli.asked import Asked
from syncd.cli.deliveries import tell_deliveries
from syncd.cli.exits import DONE
from syncd.cli.screen import heading, moment_of, print_json, tell, tell_prose
from syncd.model import Json, Part
from syncd.telling.decisions import DECIDED
from syncd.telling.deliveries import in_words
from syncd.telling.why import reason, why_documents
from syncd.telling.words import in_short


def why(asked: Asked, wanted: str, field: str | None) -> int:
    """Answer from the journal, for one field or for every field that has a story."""
    with asked.store() as (settings, database):
        documents = database.read_now(why_documents, settings, wanted, field)
    if asked.as_json:
        print_json({"links": list[Json](documents)})
        return DONE
    shown: Sequence[Any] = documents
    for link in shown:
        heading(f"{link['doc_no']}  {link['connection']}  job {link['job_id']}")
        for name, story in link["fields"].items():
            _tell(name, story)
        if any(name in link["fields"] for name in Part):
            tell_deliveries(link["deliveries"])
        if not link["fields"]:
            tell("  The journal has nothing about it yet.")
    return DONE


def _tell(name: str, story: Mapping[str, Any]) -> None:
    tell_prose(f"{name}: {_value(story['value'])}", indent=2, hanging=6)
    shown = _value(story["value"])
    for change in reversed(story["changes"]):
        cycle = f" in cycle {change['cycle']}" if change["cycle"] is not None else ""
        when = f"{moment_of(change['at'])}, by {change['who']}{cycle}"
        tell_prose(f"{when}: {reason(change)}", indent=4, hanging=6)
        if change["event"] == DECIDED:
            continue
        before, after = _value(change["from"]), _value(change["to"])
        if before != "nothing":
            tell_prose(f"from {before}", indent=6, hanging=8)
        if after != shown:
            tell_prose(f"to {after}", indent=6, hanging=8)
    if not story["changes"]:
        tell("    The journal has nothing about it.")


def _value(value: Any) -> str:
    if isinstance(value, dict) and (value.get("how") or value.get("name")):
        return in_words(value) or "delivered"
    parts = value.items() if isinstance(value, dict) else [("", value)]
    said = [in_short(part, longest=60) for _, part in parts if part not in (None, "", [])]
    return ", ".join(said) or "nothing"
