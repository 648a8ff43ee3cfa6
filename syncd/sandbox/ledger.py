"""What happened: every request to a vendor, and every change that a request made.

Keys are kept as fingerprints. Bodies of writes are kept with their effects, because tests judge
them; the sandbox holds invented people only.
"""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from syncd.sandbox.shelf import Record


def fingerprint(key: str | None) -> str:
    """A short name for a key that does not give it away; "none" for no key."""
    return "none" if not key else hashlib.sha256(key.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Entry:
    """One request, in order of arrival. `at` is seconds of the sandbox's monotonic clock; `status`
    is None while the answer is outstanding and 0 when the connection was broken instead."""

    number: int
    at: float
    vendor: str
    key: str
    method: str
    route: str
    path: str
    query: str = ""
    status: int | None = None
    seconds: float | None = None
    fault: str | None = None
    outcome: str = "admitted"
    effects: tuple[int, ...] = ()


@dataclass(frozen=True)
class Effect:
    """One change made through a vendor's API (not through the control pages). `subject` is the key
    of the visit or job; `body` is what was sent; `details` depends on the kind."""

    number: int
    at: float
    vendor: str
    kind: str
    subject: str
    body: Any
    details: Record = field(default_factory=dict)


class Ledger:
    """The list of requests and the list of effects; both only grow until `clear`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.effects: list[Effect] = []

    def open(self, entry: Entry) -> int:
        """Write down an arrival; returns its place for `close`."""
        self.entries.append(replace(entry, number=len(self.entries)))
        return len(self.entries) - 1

    def close(self, number: int, **answer: Any) -> None:
        """Complete an arrival with what was answered (fields of `Entry`)."""
        if number < len(self.entries):
            self.entries[number] = replace(self.entries[number], **answer)

    def add_effect(self, effect: Effect) -> int:
        """Write down a change; returns its number."""
        self.effects.append(replace(effect, number=len(self.effects)))
        return len(self.effects) - 1

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()
        self.effects.clear()


def as_record(row: Entry | Effect) -> Record:
    """A row as JSON."""
    return asdict(row)
