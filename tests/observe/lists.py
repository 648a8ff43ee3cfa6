"""A paginated list that other people change between two pages, and what a sweep of it came to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from syncd.model import Side
from syncd.observe.sweeps import ListPage, Sweep, sweep_list
from syncd.wire_json import Record

Rows = list[str | None]
"""Identities in the vendor's order; None is an element that is no record."""

Change = Callable[[Rows], None]


@dataclass
class Listing:
    """A vendor's list. `changes` happen before the request of that number, counted from 0.

    `total_of` says what the vendor gives as its total; None: the truth.
    """

    rows: Rows
    page_size: int = 100
    changes: Mapping[int, Sequence[Change]] = field(default_factory=dict)
    total_of: Callable[[int, Rows], int] | None = None
    ignores_start: bool = False
    starts: list[int] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    async def fetch(self, start: int) -> ListPage:
        """One page, after what happened before it."""
        number = len(self.starts)
        for change in self.changes.get(number, ()):
            change(self.rows)
        self.starts.append(start)
        first = 0 if self.ignores_start else start
        shown = self.rows[first : first + self.page_size]
        records: list[Record] = [{"OID": row} for row in shown if row is not None]
        total = len(self.rows) if self.total_of is None else self.total_of(number, self.rows)
        return ListPage(records, len(shown) - len(records), total)

    async def take(self, fresh: Mapping[str, Record]) -> None:
        """Keep what was given."""
        self.taken += fresh

    async def sweep(self, overlap: int = 0) -> Sweep:
        """Read it whole."""
        return await sweep_list(
            self.fetch, lambda raw: str(raw["OID"]), self.take, side=Side.AGENTOS, overlap=overlap
        )


def names(count: int) -> Rows:
    """That many rows."""
    return [f"r{number}" for number in range(count)]


def inserting(where: int, name: str) -> Change:
    """A new row, at this row or at the end."""
    return lambda rows: rows.insert(where, name)


def deleting(where: int) -> Change:
    """One row less, where there is one."""

    def change(rows: Rows) -> None:
        if rows:
            del rows[where % len(rows)]

    return change


def moving(old: int, new: int) -> Change:
    """One row moved to another place, as in a list sorted by its last change."""

    def change(rows: Rows) -> None:
        if rows:
            rows.insert(new % len(rows), rows.pop(old % len(rows)))

    return change
