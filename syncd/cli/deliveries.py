"""How the terminal tells what was delivered of closed visits."""

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.cli.screen import moment_of, tell, tell_prose
from syncd.model import IntentState
from syncd.telling.deliveries import PROOFS, in_words


def tell_deliveries(deliveries: Sequence[Mapping[str, Any]]) -> None:
    """One paragraph per closure, one line per part."""
    for each in deliveries:
        tell()
        done = moment_of(each["acknowledged_at"]) or "not yet"
        closed = moment_of(each["closed_at"]) or "at an unknown time"
        tell(f"  visit {each['visit_key']} closed {closed}, acknowledged {done}")
        for name, part in each["parts"].items():
            tell_prose(f"{name}: {_told(part)}", indent=4, hanging=8)


def _told(part: Mapping[str, Any]) -> str:
    tries = f"tried {part['attempts']}×, last {moment_of(part['sent_at'])}"
    words = [
        PROOFS.get(part["proof"], part["proof"]) if part["proof"] else part["state"],
        in_words(part),
        tries if part["attempts"] else "never sent by this store",
        part["reason"] if part["state"] != IntentState.DONE else "",
    ]
    return "; ".join(word for word in words if word)
