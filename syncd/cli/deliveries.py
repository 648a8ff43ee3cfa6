"""How the terminal tells what was delivered of closed visits, and what was paid."""

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.cli.screen import moment_of, tell, tell_prose
from syncd.model import IntentState
from syncd.telling.deliveries import PROOFS, in_words
from syncd.telling.paid import payment_words


def tell_deliveries(deliveries: Sequence[Mapping[str, Any]]) -> None:
    """One paragraph per closure, one line per part."""
    for each in deliveries:
        tell()
        at = moment_of(each["acknowledged_at"])
        done = f"acknowledged {at}" if at else "not acknowledged yet"
        closed = moment_of(each["closed_at"]) or "at an unknown time"
        tell_prose(f"visit {each['visit_key']} closed {closed}, {done}", indent=2, hanging=4)
        for name, part in each["parts"].items():
            tell_prose(f"{name}: {_told(part)}", indent=4, hanging=8)


def _decided(answer: Mapping[str, Any] | None) -> str:
    """Who said what about the amount of an invoice."""
    if answer is None:
        return ""
    did = "approved" if answer["choice"] == "approve" else f"amount {answer['value']} entered"
    return f"{did} by {answer['by']} on {moment_of(answer['at'])}"


def _told(part: Mapping[str, Any]) -> str:
    tries = f"tried {part['attempts']}×, last {moment_of(part['sent_at'])}"
    words = [
        PROOFS.get(part["proof"], part["proof"]) if part["proof"] else part["state"],
        in_words(part),
        _decided(part.get("decided")),
        tries if part["attempts"] else "never sent by this store",
        part["reason"] if part["state"] != IntentState.DONE else "",
    ]
    return "; ".join(word for word in words if word)


def tell_payments(payments: Sequence[Mapping[str, Any]]) -> None:
    """One line per invoice."""
    for each in payments:
        tell_prose(
            f"invoice {each['number']} of {each['gross']}, submitted "
            f"{moment_of(each['submitted_at'])}: {payment_words(each)}",
            indent=2,
            hanging=4,
        )
