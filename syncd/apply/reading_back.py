"""Reading back what was written to LetsJobIt."""

from collections.abc import Mapping, Sequence

from syncd.apply.hands import Hands
from syncd.errors import VendorGarbled
from syncd.model import Observation, Side, VisitId, VisitRecord
from syncd.observe.sweeps import ListPage, sweep_list
from syncd.reconcile.intents import PAGE
from syncd.translate import canonical
from syncd.wire_json import Record

Seen = tuple[Observation, VisitRecord]


async def read_back_visits(
    hands: Hands, ids: Sequence[VisitId], *, open_visits: int
) -> Mapping[VisitId | None, Seen]:
    """New visits by their ERP ids: one by one, or by a sweep of the open ones where that is fewer.

    LetsJobIt API v2, Get All Visits, filter `id` or `closed=0`. A visit that is not there is left
    out; so is one that cannot be read, which the next sweep parks.
    """
    pages = -(-(open_visits + len(ids)) // PAGE)
    raw = await (_one_by_one(hands, ids) if len(ids) <= pages else _open_ones(hands))
    wanted = set(ids)
    seen = (see(hands, each) for each in raw)
    return {each[1].visit_id: each for each in seen if each and each[1].visit_id in wanted}


def see(hands: Hands, raw: Record) -> Seen | None:
    """A raw visit as observed, with what it says; None where it cannot be used."""
    visit = hands.reader.read(raw)
    if isinstance(visit, str):
        return None
    return hands.reader.observation(raw, canonical.fingerprint(raw), is_kept=True), visit


async def _one_by_one(hands: Hands, ids: Sequence[VisitId]) -> list[Record]:
    found: list[Record] = []
    for visit_id in ids:
        page = await hands.letsjobit.list_visits(erp_id=visit_id)
        found.extend(page.records)
    return found


async def _open_ones(hands: Hands) -> list[Record]:
    found: list[Record] = []

    async def fetch(start: int) -> ListPage:
        page = await hands.letsjobit.list_visits(
            start=start, closed=False, doc_no=hands.doc_no_filter
        )
        return ListPage(page.records, page.unreadable, page.total)

    async def take(fresh: Mapping[str, Record]) -> None:
        found.extend(fresh.values())

    done = await sweep_list(fetch, hands.reader.identity, take, side=Side.LETSJOBIT)
    if done.error is not None:
        raise done.error
    return found


async def look_now(hands: Hands, visit_key: str) -> Seen:
    """One visit as it is at this moment (LetsJobIt API v2, Get a specific visit)."""
    raw = await hands.letsjobit.get_visit(visit_key)
    seen = see(hands, raw)
    if seen is None:
        raise VendorGarbled(
            "letsjobit_garbled",
            "a visit that was readable before cannot be read now",
            "the next sweep parks it in the inbox with the reason",
            side=Side.LETSJOBIT,
            operation="get_visit",
        )
    return seen
