"""Tests of sweeps: a list that changes while it is read, and a vendor that counts badly."""

import asyncio
import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import VendorUnavailable
from syncd.model import Side
from syncd.observe.sweeps import (
    MOST_PASSES,
    MOST_REPEATED_PAGES,
    MOST_RETREATS,
    ListPage,
    in_turns,
    sweep_list,
)
from syncd.wire_json import Record
from tests.observe.lists import Change, Listing, deleting, inserting, moving, names

PAGE = 5
"""Small pages: the same borders with fewer rows."""

_when = st.integers(0, 12)
_where = st.integers(0, 60)
_length = st.integers(0, 55)
_overlap = st.integers(0, 2)


@st.composite
def _changes(draw: st.DrawFn, change: st.SearchStrategy[Change]) -> dict[int, list[Change]]:
    return draw(st.dictionaries(_when, st.lists(change, min_size=1, max_size=4), max_size=6))


_insertions = _changes(st.tuples(_where, st.uuids()).map(lambda it: inserting(it[0], str(it[1]))))
_deletions = _changes(_where.map(deleting))
_moves = _changes(st.tuples(_where, _where).map(lambda it: moving(*it)))


def stayed(listing: Listing, before: list[str | None]) -> set[str]:
    """What was in the list all the time."""
    return {row for row in before if row is not None} & {r for r in listing.rows if r is not None}


@given(_length, _overlap, _insertions)
async def test_what_is_added_hides_nothing(
    length: int, overlap: int, changes: Mapping[int, list[Change]]
) -> None:
    """Wherever rows are added, each row that was there is seen, and given once."""
    listing = Listing(names(length), PAGE, changes)
    sweep = await listing.sweep(overlap)
    assert stayed(listing, names(length)) <= sweep.seen
    assert sorted(listing.taken) == sorted(sweep.seen)


@given(_length, _overlap, _deletions)
async def test_what_is_removed_hides_nothing(
    length: int, overlap: int, changes: Mapping[int, list[Change]]
) -> None:
    """Rows that follow a removed one move to before the page just read, and are read there."""
    listing = Listing(names(length), PAGE, changes)
    sweep = await listing.sweep(overlap)
    assert sweep.is_complete
    assert stayed(listing, names(length)) <= sweep.seen
    assert sorted(listing.taken) == sorted(sweep.seen)


@given(_length, _overlap, _moves)
async def test_what_moves_is_found_by_the_next_reading(
    length: int, overlap: int, changes: Mapping[int, list[Change]]
) -> None:
    """A row that moved to where the reading has been is missing from the total: it is read again,
    and once the list keeps still nothing is missing."""
    during_the_first = {n: each for n, each in changes.items() if n < math.ceil(length / PAGE)}
    listing = Listing(names(length), PAGE, during_the_first)
    sweep = await listing.sweep(overlap)
    assert sweep.is_complete
    assert sweep.seen == set(names(length))
    assert sorted(listing.taken) == sorted(sweep.seen)


@given(_length, _overlap, st.one_of(_insertions, _deletions), st.sets(_where, max_size=8))
async def test_rows_that_are_no_records_hide_nothing(
    length: int, overlap: int, changes: Mapping[int, list[Change]], bad: set[int]
) -> None:
    """Elements that are no objects, and records without an identity, count as rows."""
    before = [None if n in bad else "" if n + 1 in bad else f"r{n}" for n in range(length)]
    listing = Listing(list(before), PAGE, changes)
    sweep = await listing.sweep(overlap)
    assert stayed(listing, before) - {""} <= sweep.seen
    assert sorted(listing.taken) == sorted(sweep.seen)
    if not changes and not overlap:
        assert sweep.is_complete
        assert sweep.unreadable == sum(not row for row in before)


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 199, 200, 201, 2000])
async def test_a_list_at_rest_costs_its_pages(length: int) -> None:
    """ceil(N / 100) requests, one for an empty list, and no row twice."""
    listing = Listing(names(length))
    sweep = await listing.sweep()
    assert (sweep.is_complete, sweep.error) == (True, None)
    assert listing.starts == list(range(0, max(length, 1), 100))
    assert listing.taken == names(length)
    assert (sweep.distinct, sweep.unreadable) == (length, 0)


@pytest.mark.parametrize("length", [0, 999, 1000, 1001, 1990, 1991, 5000])
async def test_an_overlap_costs_only_its_rows(length: int) -> None:
    """Pages of 1000 that overlap by ten: each page brings 990 rows after the first."""
    listing = Listing(names(length), 1000)
    assert (await listing.sweep(overlap=10)).is_complete
    expected = 1 + max(0, math.ceil((length - 1000) / 990))
    assert len(listing.starts) == expected
    assert listing.taken == names(length)


async def test_one_removed_row_costs_one_more_page() -> None:
    """The reading steps back to the row that moved, not to the beginning."""
    listing = Listing(names(350), 100, {2: [deleting(50)]})
    sweep = await listing.sweep()
    assert "r200" in sweep.seen
    assert listing.starts == [0, 100, 200, 199, 299]


async def test_an_overlap_saves_stepping_back() -> None:
    """Where the rows that moved stand on the overlap, nothing is read again."""
    listing = Listing(names(2500), 1000, {1: [deleting(0)] * 10})
    assert set(names(2500)[10:]) <= (await listing.sweep(overlap=10)).seen
    assert listing.starts == [0, 990, 1980]


@given(st.lists(st.integers(0, 19), max_size=40))
async def test_a_vendor_that_lists_records_twice(order: list[int]) -> None:
    """Each is given once; two equal readings prove that there are no others."""
    listing = Listing([f"r{number}" for number in order], PAGE)
    sweep = await listing.sweep()
    assert sweep.is_complete
    assert sorted(listing.taken) == sorted({f"r{number}" for number in order})
    assert len(listing.starts) <= 2 * max(1, math.ceil(len(order) / PAGE))


@given(_length, st.lists(st.integers(-5, 200), min_size=1, max_size=9))
async def test_nonsense_totals_end(length: int, totals: list[int]) -> None:
    """Whatever the vendor counts, the sweep ends, soon, and gives no record twice."""
    listing = Listing(names(length), PAGE, total_of=lambda n, _: totals[n % len(totals)])
    sweep = await listing.sweep()
    assert sorted(listing.taken) == sorted(sweep.seen)
    pages = math.ceil(length / PAGE) + 1
    assert len(listing.starts) <= MOST_PASSES * (MOST_RETREATS + 1) * (pages + 1)
    assert sweep.is_complete is (sweep.error is None)


async def test_a_total_that_is_too_large_is_never_reached() -> None:
    """A list that ends before its total was not read whole."""
    listing = Listing(names(12), PAGE, total_of=lambda _, __: 500)
    sweep = await listing.sweep()
    assert not sweep.is_complete
    assert isinstance(sweep.error, VendorUnavailable)
    assert sweep.error.code == "agentos_unsettled"
    assert sweep.seen == set(names(12))
    assert len(listing.starts) == MOST_PASSES * 4


@pytest.mark.parametrize("total", [0, 1, 7])
async def test_a_total_that_is_too_small_stops_nothing(total: int) -> None:
    """While there is news, the reading goes on."""
    listing = Listing(names(23), PAGE, total_of=lambda _, __: total)
    sweep = await listing.sweep()
    assert (sweep.is_complete, sweep.seen) == (True, set(names(23)))


@pytest.mark.parametrize("overlap", [0, 2])
async def test_the_same_page_for_ever_ends(overlap: int) -> None:
    """A vendor that ignores where a page begins, and names a total without end."""
    listing = Listing(names(40), PAGE, total_of=lambda _, __: 10**9, ignores_start=True)
    sweep = await listing.sweep(overlap)
    assert not sweep.is_complete
    assert sweep.seen == set(names(PAGE))
    assert len(listing.starts) <= MOST_PASSES * (2 * MOST_REPEATED_PAGES + 4)


async def test_a_list_that_shrinks_all_the_time_is_not_believed() -> None:
    """After so many steps back rows may have slipped by: incomplete, unless it comes to rest."""
    restless = {number: [deleting(0)] for number in range(1, 1000)}
    listing = Listing(names(400), PAGE, restless)
    sweep = await listing.sweep()
    assert len(listing.starts) < 400
    assert not sweep.is_complete or stayed(listing, names(400)) <= sweep.seen
    calm = {number: [deleting(0)] for number in range(1, MOST_RETREATS + 20)}
    listing = Listing(names(400), PAGE, calm)
    sweep = await listing.sweep()
    assert sweep.is_complete
    assert stayed(listing, names(400)) <= sweep.seen


async def test_a_failing_page_ends_the_sweep() -> None:
    """Incomplete, with the failure; what was read before it was given, or not, but never twice."""
    listing = Listing(names(1000))
    failure = VendorUnavailable("x", "down", side=Side.AGENTOS, operation="list_jobs")

    async def fetch(start: int) -> ListPage:
        if start == 600:
            raise failure
        return await listing.fetch(start)

    sweep = await sweep_list(fetch, lambda r: str(r["OID"]), listing.take, side=Side.AGENTOS)
    assert (sweep.is_complete, sweep.error) == (False, failure)
    assert len(listing.taken) == len(set(listing.taken))
    assert set(listing.taken) <= sweep.seen == set(names(600))


async def test_a_failure_of_taking_comes_out() -> None:
    """A full store is no vendor's failure, and nothing goes on behind it."""
    listing = Listing(names(1500))

    async def take(_: Mapping[str, Record]) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        await sweep_list(listing.fetch, lambda r: str(r["OID"]), take, side=Side.AGENTOS)
    assert len(asyncio.all_tasks()) == 1


async def test_a_page_that_fails_cancels_the_taking_beside_it() -> None:
    """Nothing is under way after the sweep."""
    listing = Listing(names(1000))
    started, ended = asyncio.Event(), asyncio.Event()

    async def fetch(start: int) -> ListPage:
        if start == 500:
            await started.wait()
            raise VendorUnavailable("x", "down", side=Side.AGENTOS, operation="list_jobs")
        return await listing.fetch(start)

    async def take(_: Mapping[str, Record]) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    sweep = await sweep_list(fetch, lambda r: str(r["OID"]), take, side=Side.AGENTOS)
    assert not sweep.is_complete
    assert ended.is_set()


async def test_groups_are_taken_one_after_the_other() -> None:
    """Never two at once, in the order of the list."""
    listing = Listing(names(2000))
    under_way, most, order = 0, 0, []

    async def take(fresh: Mapping[str, Record]) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        async for key, _ in in_turns(fresh):
            order.append(key)
        under_way -= 1

    await sweep_list(listing.fetch, lambda r: str(r["OID"]), take, side=Side.AGENTOS)
    assert (most, order) == (1, names(2000))
