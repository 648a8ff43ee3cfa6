"""One complete reading of a paginated list, while other people change it.

Rows may move between pages while the list is read. A record is known by its identity, so rows
that move to a later page are not seen twice. When the total shrinks between two pages, rows have
moved to a page that was already read, and the reading steps back that far. In the end a sweep is
complete when it has seen as many records as the vendor says there are.

There is never more than one request under way, and the next one starts where the page before it
ended; but while the vendor answers it, that page is looked at.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from syncd.errors import VendorError, VendorUnavailable
from syncd.model import Side
from syncd.wire_json import Record

MOST_PASSES = 3
"""Readings of one list in a row before the sweep is called incomplete."""

_AT_A_TIME = 25


@dataclass(frozen=True)
class ListPage:
    """One page as a client returned it: raw records, how many were unreadable, and the total."""

    records: Sequence[Record]
    unreadable: int
    total: int


Fetch = Callable[[int], Awaitable[ListPage]]
"""Reads the page that begins at this row."""

Take = Callable[[Mapping[str, Record]], Awaitable[None]]
"""Looks at those records of a page that no page before it had, by their identity."""


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
            if len(seen) + unreadable >= walk.total:
                return Sweep(True, seen, unreadable, len(seen))
            # The same total and the same records twice: the vendor lists a record twice.
            if walk.is_stable and len(seen) == distinct:
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
    total: int
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
    start, unreadable, total = 0, 0, -1
    is_stable = True
    page = await fetch(start)
    while True:
        moved = max(0, total - page.total) if total >= 0 else 0
        is_stable = is_stable and total in (-1, page.total)
        total = page.total
        length = len(page.records) + page.unreadable
        fresh: dict[str, Record] = {}
        for record in page.records:
            key = identity(record)
            if not key:
                unreadable += 1
            elif key not in seen:
                fresh.setdefault(key, record)
        seen.update(fresh)
        unreadable += page.unreadable
        end = start + length
        if length == 0 or (end >= total and not moved):
            await take(fresh)
            return _Walk(total, is_stable and (length > 0 or total == 0), unreadable)
        start = max(0, end - overlap - moved)
        page = await _taken_during(fetch(start), take(fresh))


async def _taken_during(fetching: Awaitable[ListPage], taking: Awaitable[None]) -> ListPage:
    """The next page, when this one has been taken; nothing is left under way where that fails."""
    coming = asyncio.ensure_future(fetching)
    try:
        await taking
    except BaseException:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        raise
    return await coming


async def in_turns(fresh: Mapping[str, Record]) -> AsyncIterator[tuple[str, Record]]:
    """The records one by one; after every few the request for the next page has its turn."""
    for count, (key, raw) in enumerate(fresh.items()):
        if count % _AT_A_TIME == 0:
            await asyncio.sleep(0)
        yield key, raw
