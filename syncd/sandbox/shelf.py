"""Records of one kind, in the order in which they were made.

A record is kept as the JSON text that a reader gets, beside the few fields that lists filter by: a
page is then a join of ready texts, and 100,000 visits with a signature fit in memory. Knows nothing
of vendors.
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

Record = dict[str, Any]
"""One JSON object; its values are whatever JSON holds."""


def to_json(value: object) -> bytes:
    """The JSON text of `value`, UTF-8; a lone surrogate (which UTF-8 cannot hold) is escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def from_json(text: bytes | str) -> Any:
    """The value of a JSON text. Raises ValueError when it is none (NaN and Infinity are none)."""
    return json.loads(text, parse_constant=_refuse_constant)


def etag_of(record: Record) -> str:
    """A revision that changes exactly when the content changes."""
    content = {name: value for name, value in record.items() if name != "ETag"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16].upper()


_SELECTIONS_KEPT = 64


class _Row:
    __slots__ = ("body", "index")

    def __init__(self, index: Record, body: bytes) -> None:
        self.index = index
        self.body = body


class Shelf:
    """Records by key. `index` names the fields that `select` may look at."""

    def __init__(self, key: str, *, index: Iterable[str] = (), has_etag: bool = False) -> None:
        self.key = key
        self._index = (key, *index)
        self._has_etag = has_etag
        self._rows: dict[str, _Row] = {}
        self._selections: dict[Hashable, list[str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def get(self, key: str) -> Record | None:
        """A copy of the record, which the caller may change and put back."""
        row = self._rows.get(key)
        return None if row is None else from_json(row.body)

    def need(self, key: str) -> Record:
        """The record; KeyError when there is none."""
        return dict(from_json(self._rows[key].body))

    def text(self, key: str) -> bytes:
        """The record's JSON text."""
        return self._rows[key].body

    def records(self) -> list[Record]:
        """Copies of all records, oldest first."""
        return [from_json(row.body) for row in self._rows.values()]

    def put(self, record: Record, *, first: bool = False) -> Record:
        """Keep `record` in its old place, or last (or `first`) when it is new; returns what is
        kept, with its ETag where this shelf gives one."""
        kept = {**record, "ETag": etag_of(record)} if self._has_etag else record
        row = _Row({name: kept.get(name) for name in self._index}, to_json(kept))
        if first:
            self._rows = {kept[self.key]: row, **self._rows}
        else:
            self._rows[kept[self.key]] = row
        self._selections.clear()
        return kept

    def remove(self, key: str) -> None:
        """Forget a record; KeyError when there is none."""
        del self._rows[key]
        self._selections.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._selections.clear()

    def select(self, name: Hashable, matches: Callable[[Record], bool]) -> list[str]:
        """Keys of the records whose indexed fields `matches` accepts, oldest first. `name` stands
        for the filter: until the next change the same name gets the same list. Not to be changed.
        """
        found = self._selections.get(name)
        if found is None:
            if len(self._selections) >= _SELECTIONS_KEPT:
                self._selections.clear()
            found = [key for key, row in self._rows.items() if matches(row.index)]
            self._selections[name] = found
        return found

    def join(self, keys: Iterable[str]) -> bytes:
        """The JSON array of the records with these keys."""
        return b"[" + b",".join([self._rows[key].body for key in keys]) + b"]"
