"""While the vendor answers for the next page, the records of earlier pages are looked at."""

import asyncio
from collections.abc import Mapping

import pytest

from syncd.errors import StoreHeld, VendorUnavailable
from syncd.model import Side
from syncd.observe.sweeps import ListPage, sweep_list
from syncd.wire_json import Record

TOTAL = 1250
PAGE = 100


def identity(raw: Record) -> str:
    return str(raw["id"])


class Vendor:
    """A list of records that notes how many requests are under way, and can fail at a page."""

    def __init__(self, *, fails_at: int = TOTAL) -> None:
        self.under_way = self.most_under_way = self.asked = 0
        self._fails_at = fails_at

    async def page(self, start: int) -> ListPage:
        self.under_way += 1
        self.asked += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if start >= self._fails_at:
            raise VendorUnavailable(
                "down", "no answer", "wait", side=Side.LETSJOBIT, operation="list"
            )
        records: list[Record] = [{"id": n} for n in range(start, min(TOTAL, start + PAGE))]
        return ListPage(records, 0, TOTAL)


async def test_pages_are_read_while_earlier_ones_are_looked_at() -> None:
    """The next pages are read before a group has been taken, one request at a time, and every
    record is taken once and in the vendor's order."""
    vendor, taken, asked_meanwhile = Vendor(), list[str](), list[int]()

    async def take(fresh: Mapping[str, Record]) -> None:
        before = vendor.asked
        for _ in range(10):
            await asyncio.sleep(0)
        asked_meanwhile.append(vendor.asked - before)
        taken.extend(fresh)

    done = await sweep_list(vendor.page, identity, take, side=Side.LETSJOBIT)

    assert done.is_complete
    assert taken == [str(number) for number in range(TOTAL)]
    assert vendor.most_under_way == 1
    assert max(asked_meanwhile) > 0


async def test_two_groups_are_never_taken_at_once() -> None:
    """However slow the store is, memory holds one group that is looked at and one that is read."""
    vendor, at_work = Vendor(), list[int]()
    working = 0

    async def take(fresh: Mapping[str, Record]) -> None:
        nonlocal working
        working += 1
        at_work.append(working)
        for _ in range(50):
            await asyncio.sleep(0)
        working -= 1

    await sweep_list(vendor.page, identity, take, side=Side.LETSJOBIT)

    assert len(at_work) > 1
    assert max(at_work) == 1


async def test_a_vendor_that_fails_leaves_nothing_under_way() -> None:
    """The sweep is incomplete, and what was being looked at has ended before it is told."""
    vendor = Vendor(fails_at=500)
    ended: list[bool] = []

    async def take(fresh: Mapping[str, Record]) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    done = await sweep_list(vendor.page, identity, take, side=Side.LETSJOBIT)

    assert not done.is_complete
    assert done.error is not None
    assert ended == [True]


async def test_a_store_that_fails_ends_the_reading() -> None:
    """What taking raises is raised, before the whole list was read."""
    vendor = Vendor()

    async def take(fresh: Mapping[str, Record]) -> None:
        raise StoreHeld("somebody")

    with pytest.raises(StoreHeld):
        await sweep_list(vendor.page, identity, take, side=Side.LETSJOBIT)

    assert vendor.asked < TOTAL / PAGE
