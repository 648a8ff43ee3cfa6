"""One complete reading of a paginated list, while other people change it.

Rows may move between pages while the list is read. A record is known by its identity, so rows
that move to a later page are not seen twice. When the total shrinks between two pages, rows have
moved to before the page just read, and the reading steps back that far. In the end a sweep is
complete when it has seen as many records as the vendor says there are.

There is never more than one request under way, and the next one starts where the page before it
ended; but while the vendor answers, the records of earlier pages are looked at.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self

from syncd.errors import VendorError, VendorUnavailable
from syncd.model import Side
from syncd.wire_json import Record

MOST_PASSES = 3
"""Readings of one list in a row before the sweep is called incomplete."""

MOST_RETREATS = 20
"""Steps back in one reading: a total that goes up and down at random must not hold it for ever."""

MOST_REPEATED_PAGES = 20
"""Pages' worth of rows in one reading that were read before: a vendor that shows the same page for
every row and a total without end must not hold it for ever either."""

# Records that are looked at together. The store is asked once for each group.
_GROUP = 400
# Records that are looked at before the request under way has its turn.
_TURN = 25


@dataclass(frozen=True)
class ListPage:
    """One page as a client returned it: raw records, how many were unreadable, and the total."""

    records: Sequence[Record]
    unreadable: int
    total: int


Fetch = Callable[[int], Awaitable[ListPage]]
"""Reads the page that begins at this row."""

Take = Callable[[Mapping[str, Record]], Awaitable[None]]
"""Looks at some records, by their identity; no record is given twice in one sweep."""


@dataclass(frozen=True)
class Sweep:
    """What a reading came to. `seen` are identities; `unreadable` are records without one.

    `distinct` is how many different records were read.
    """

    is_complete: bool
    seen: frozenset[str] | set[str]
    unreadable: int
    distinct: int = 0
    error: VendorError | None = None


async def sweep_list(
    fetch: Fetch,
    identity: Callable[[Record], str],
    take: Take,
    *,
    side: Side,
    overlap: int = 0,
) -> Sweep:
    """Read a list from `fetch(start)`, giving every record once to `take`, by its identity.

    `overlap` rows of each page are read again with the next one. A vendor's failure ends the
    sweep as incomplete; what was taken before it is true of those records, and of no others.
    """
    seen: set[str] = set()
    distinct = -1
    unreadable = 0
    try:
        for _ in range(MOST_PASSES):
            walk = await _walk(fetch, identity, take, seen, overlap)
            unreadable = walk.unreadable
            # The same total and the same records twice: the vendor lists a record twice.
            is_repeated = walk.is_stable and len(seen) == distinct
            if walk.is_whole and (is_repeated or len(seen) + unreadable >= walk.total):
                return Sweep(True, seen, unreadable, len(seen))
            distinct = len(seen) if walk.is_stable else -1
    except VendorError as error:
        return Sweep(False, seen, unreadable, len(seen), error)
    unsettled = VendorUnavailable(
        f"{side}_unsettled",
        "the list kept changing while it was read",
        "nothing to do: the next cycle reads it again",
        side=side,
        operation="sweep",
    )
    return Sweep(False, seen, unreadable, len(seen), unsettled)


@dataclass(frozen=True)
class _Walk:
    """What one reading came to: whether no row can have slipped by, and whether nothing moved."""

    total: int
    is_whole: bool
    is_stable: bool
    unreadable: int


async def _walk(
    fetch: Fetch,
    identity: Callable[[Record], str],
    take: Take,
    seen: set[str],
    overlap: int,
) -> _Walk:
    """Read from the first row to the last; add to `seen` what was not there."""
    start, reached, unreadable, total, retreats = 0, 0, 0, -1, 0
    is_stable, is_endless = True, False
    async with _Groups(take) as groups:
        while True:
            page = await fetch(start)
            moved = max(0, total - page.total) if total >= 0 else 0
            is_stable = is_stable and total in (-1, page.total)
            total = page.total
            length = len(page.records) + page.unreadable
            fresh, anonymous = _fresh(page.records, identity, seen)
            unreadable += page.unreadable + anonymous
            seen.update(fresh)
            await groups.add(fresh)
            # What was read before this page is now further up, and so is what follows it.
            reached = max(0, reached - moved)
            retreats += reached < start
            if reached < start and retreats <= MOST_RETREATS:
                start = reached
                continue
            end = start + length
            if _is_end(end, length=length, total=total, has_news=bool(fresh)):
                break
            is_endless = end - len(seen) - unreadable > MOST_REPEATED_PAGES * length
            if is_endless:
                break
            start, reached = end - overlap if length > overlap else end, end
    is_whole = retreats <= MOST_RETREATS and not is_endless
    return _Walk(total, is_whole, is_stable and (length > 0 or start >= total), unreadable)


def _is_end(end: int, *, length: int, total: int, has_news: bool) -> bool:
    """Whether nothing follows. A total that is too small is passed over while there is news."""
    return length == 0 or end == total or (end > total and not has_news)


def _fresh(
    records: Sequence[Record], identity: Callable[[Record], str], seen: Set[str]
) -> tuple[dict[str, Record], int]:
    """The records that were not seen yet, each once, and how many have no identity."""
    fresh: dict[str, Record] = {}
    anonymous = 0
    for record in records:
        key = identity(record)
        if not key:
            anonymous += 1
        elif key not in seen:
            fresh.setdefault(key, record)
    return fresh, anonymous


class _Groups:
    """Has records taken beside the reading: a group at a time, and never two at once.

    On leaving everything has been taken; where that or the reading failed, nothing is under way.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._gathered: dict[str, Record] = {}
        self._taking: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def add(self, fresh: Mapping[str, Record]) -> None:
        """Gather records; when they are many enough they are taken, after those before them."""
        self._gathered.update(fresh)
        if len(self._gathered) >= _GROUP:
            await self._taken()
            gathered, self._gathered = self._gathered, {}
            self._taking = asyncio.ensure_future(self._take(gathered))

    async def _taken(self) -> None:
        if self._taking is not None:
            await self._taking

    async def __aexit__(self, kind: object, _error: object, _trace: object) -> None:
        if kind is None:
            await self._taken()
            if self._gathered:
                await self._take(self._gathered)
        elif self._taking is not None:
            self._taking.cancel()
            await asyncio.gather(self._taking, return_exceptions=True)


async def in_turns(fresh: Mapping[str, Record]) -> AsyncIterator[tuple[str, Record]]:
    """The records one by one; after every few the request for the next page has its turn."""
    for count, (key, raw) in enumerate(fresh.items()):
        if count % _TURN == 0:
            await asyncio.sleep(0)
        yield key, raw
