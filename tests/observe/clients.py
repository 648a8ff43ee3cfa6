"""The vendors' clients as a sweep sees them: lists of raw records, and single ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from syncd.agentos.maintenance import Maintenance, Page
from syncd.errors import VendorError, VendorNotFound
from syncd.letsjobit.client import LetsJobIt, VisitPage
from syncd.model import Side
from syncd.wire_json import Record


@dataclass
class Agency:
    """AgentOS: lists by method and branch, records by method and OID; a list may be broken."""

    lists: Mapping[tuple[str, str], Sequence[Record]] = field(default_factory=dict)
    records: Mapping[str, Record | VendorError] = field(default_factory=dict)
    broken: Mapping[tuple[str, str], VendorError] = field(default_factory=dict)
    unreadable: int = 0
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("get_"):
            return self._get
        if not name.startswith("list_"):
            raise AttributeError(name)

        async def read(of: str = "", *, offset: int = 0, count: int = 1000) -> Page:
            self.asked.append((name, of, offset))
            if (name, of) in self.broken:
                raise self.broken[name, of]
            rows = self.lists.get((name, of), ())
            total = len(rows) + self.unreadable
            return Page(tuple(rows[offset : offset + count]), self.unreadable, total)

        return read

    async def _get(self, oid: str) -> Record:
        self.asked.append(("get", oid, 0))
        found = self.records.get(oid)
        if found is None:
            raise VendorNotFound("x", "none", side=Side.AGENTOS, operation="get", status=404)
        if isinstance(found, VendorError):
            raise found
        return found

    def client(self) -> Maintenance:
        """What the code under test is given."""
        return cast(Maintenance, self)


@dataclass
class Account:
    """LetsJobIt: one list of visits, and the filters that were asked for."""

    visits: Sequence[Record] = ()
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    async def list_visits(self, *, start: int, **filters: Any) -> VisitPage:
        """One page of a hundred."""
        self.asked.append(filters)
        shown = tuple(self.visits[start : start + 100])
        left = len(self.visits) - start - len(shown)
        end = start + len(shown)
        return VisitPage(shown, 0, len(self.visits), len(shown), left, end)

    async def get_visit(self, key: str) -> Record:
        """One visit by its `_id`."""
        for each in self.visits:
            if each.get("_id") == key:
                return each
        raise VendorNotFound("x", "none", side=Side.LETSJOBIT, operation="get_visit", status=404)

    def client(self) -> LetsJobIt:
        """What the code under test is given."""
        return cast(LetsJobIt, self)


class Store:
    """What the store knows: fingerprint and whether the content is kept, by side and id."""

    def __init__(self, known: Mapping[tuple[Side, str], tuple[str, bool]] | None = None) -> None:
        self.rows = dict(known or {})

    async def known(self, side: Side, ids: Sequence[str]) -> Mapping[str, tuple[str, bool]]:
        """Those of the ids that are known."""
        return {each: self.rows[side, each] for each in ids if (side, each) in self.rows}
