"""Reading the lanes of one cycle: sweeps of both vendors, and the agency's reference records.

A whole cycle reads everything. One of some lanes reads those, and beside them only what they need:
the first cycle of a connection everything, a sweep of visits also those that wait for
acknowledgement, and a closed visit that is new whatever else carries its number.
"""

from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.looking import doubt
from syncd.cycle.reading import Reading
from syncd.errors import VendorError, VendorUnavailable
from syncd.model import DirectoryKind, InboxKind, Lane, Side, Urgency
from syncd.observe.directory import observe_directory
from syncd.observe.jobs import observe_jobs
from syncd.observe.spool import Spool
from syncd.observe.sweeps import Sweep
from syncd.observe.visits import KnownRecords, observe_visits
from syncd.reconcile.intents import PAGE
from syncd.store import cycles, inbox
from syncd.store.database import Database, Session
from syncd.store.directory import load_directory
from syncd.store.links import count_open_links
from syncd.store.observations import known_fingerprints
from syncd.store.raising import awaited_ids

Filters = Mapping[str, bool | None]

_ALL: Filters = {"closed": None, "confirm_close": None}
_OPEN: Filters = {"closed": False, "confirm_close": None}
_WAITING: Filters = {"closed": True, "confirm_close": False}
_UNDER_WAY: Filters = {"closed": False, "confirm_close": None, "in_progress": True}
_SKIPPED: Filters = {"closed": False, "confirm_close": None, "skipped": True}


@dataclass(frozen=True)
class _Start:
    visits_swept_at: datetime | None
    directory_at: datetime | None
    branches: tuple[str, ...]
    open_links: int


def _start(session: Session, name: str) -> _Start:
    row = cycles.connection_row(session, name)
    asked = inbox.live_items(session, name)
    is_retried = any(
        each.question.kind is InboxKind.UNKNOWN_STATUS and each.choice == "retry" for each in asked
    )
    return _Start(
        row.visits_swept_at if row is not None else None,
        None if is_retried else cycles.last_complete(session, name, Lane.DIRECTORY),
        tuple(load_directory(session, name, DirectoryKind.BRANCH)),
        count_open_links(session, name),
    )


@asynccontextmanager
async def reading_of(
    connected: Connected,
    database: Database,
    now: datetime,
    *,
    lanes: Set[Lane] | None = None,
    resting: Set[Side] = frozenset(),
) -> AsyncIterator[Reading]:
    """Sweep these lanes, or both vendors whole; those `resting` are asked for no more than that.

    Failures are in the reading; only a lost lease is raised.
    """
    with closing(Spool()) as spool:
        start = await database.read(_start, connected.name)
        is_first = start.visits_swept_at is None
        reading = Reading(now, spool, is_first, is_whole=lanes is None or is_first)
        if lanes is not None and not is_first:
            reading.lanes = _with_needed(lanes)
            reading.resting |= resting - {lane.side for lane in lanes}
        await _read(connected, database, reading, start)
        yield reading


def _with_needed(lanes: Set[Lane]) -> frozenset[Lane]:
    return frozenset(lanes) | ({Lane.CLOSURES} if Lane.VISITS in lanes else set())


async def _read(connected: Connected, database: Database, reading: Reading, start: _Start) -> None:
    if connected.connection.agentos.channel == "v3":
        # V3 shows no job at all: the outbox tells how it fares.
        reading.makes_jobs = Lane.JOBS in reading.lanes
        reading.lanes &= {Lane.VISITS, Lane.CLOSURES}
        await _read_visits(connected, database, reading, start)
        return
    if reading.is_first:
        # Tags on visits name jobs that are not the contractor's any more: visits come first.
        branches = await _read_directory(connected, reading, start)
        await _read_visits(connected, database, reading, start)
        await _read_jobs(connected, database, reading, branches)
    else:
        if not reading.is_whole:
            # What people wait for comes before what may take long.
            await _read_visits(connected, database, reading, start)
        branches = await _read_directory(connected, reading, start)
        await _read_jobs(connected, database, reading, branches)
        if reading.is_whole:
            await _read_visits(connected, database, reading, start)
    if reading.may_be_planned:
        await doubt(connected, database, reading, start.open_links)


async def _read_directory(connected: Connected, reading: Reading, start: _Start) -> Sequence[str]:
    """The branches; all reference records are read with them when their time has come."""
    agentos = connected.connection.agentos
    known = agentos.branches or start.branches
    if known and not _is_directory_due(connected, reading, start):
        return known
    found = await observe_directory(
        connected.agentos.at(Urgency.SWEEPS),
        branches=agentos.branches,
        contractors=agentos.contractors,
        page_size=agentos.page_size,
    )
    if found.failure is not None:
        reading.fail(Lane.DIRECTORY, found.failure)
        return known if start.directory_at is not None else ()
    reading.directory.extend(found.records)
    reading.is_directory_new = True
    return agentos.branches or found.ids(DirectoryKind.BRANCH)


def _is_directory_due(connected: Connected, reading: Reading, start: _Start) -> bool:
    if start.directory_at is None:
        return not reading.lanes.isdisjoint({Lane.DIRECTORY, Lane.JOBS})
    if not reading.is_whole:
        return Lane.DIRECTORY in reading.lanes
    age = reading.started_at - start.directory_at
    return age >= connected.settings.schedule.directory


async def _read_visits(
    connected: Connected, database: Database, reading: Reading, start: _Start
) -> None:
    if reading.is_first:
        both = await _sweep(connected, database, reading, _ALL)
        reading.visits = reading.closures = both
    elif Lane.VISITS in reading.lanes:
        reading.visits = reading.closures = await _sweep(connected, database, reading, _OPEN)
        if reading.visits.error is None:
            reading.closures = await _sweep(connected, database, reading, _WAITING)
    elif Lane.CLOSURES in reading.lanes:
        await _read_closures(connected, database, reading, start)
    for lane, sweep in ((Lane.VISITS, reading.visits), (Lane.CLOSURES, reading.closures)):
        if sweep is not None and sweep.error is not None:
            reading.fail(lane, sweep.error)


async def _read_closures(
    connected: Connected, database: Database, reading: Reading, start: _Start
) -> None:
    """Closed visits that wait, and visits under way; of a new one also the others of its job."""
    reading.closures = await _sweep_all(connected, database, reading, [_WAITING])
    numbers = frozenset(reading.spool.closed_numbers)
    if len(numbers) > start.open_links // PAGE:
        reading.visits = await _sweep(connected, database, reading, _OPEN)
        return
    beside = await _sweep_all(connected, database, reading, [_UNDER_WAY, _SKIPPED])
    reading.closures = _joined([reading.closures, beside])
    for number in sorted(numbers):
        found = await _sweep(connected, database, reading, _ALL, doc_no=number)
        reading.closures = _joined([reading.closures, found])


async def _sweep_all(
    connected: Connected, database: Database, reading: Reading, filters: Sequence[Filters]
) -> Sweep:
    done = []
    for each in filters:
        done.append(await _sweep(connected, database, reading, each))
        if done[-1].error is not None:
            break
    return _joined(done)


def _joined(sweeps: Sequence[Sweep]) -> Sweep:
    seen = frozenset().union(*(each.seen for each in sweeps))
    return Sweep(
        all(each.is_complete for each in sweeps),
        seen,
        sum(each.unreadable for each in sweeps),
        len(seen),
        next((each.error for each in sweeps if each.error is not None), None),
    )


async def _sweep(
    connected: Connected,
    database: Database,
    reading: Reading,
    filters: Filters,
    *,
    doc_no: str | None = None,
) -> Sweep:
    return await observe_visits(
        connected.letsjobit.at(Urgency.POLLS),
        connected.reader,
        closed=filters["closed"],
        confirm_close=filters["confirm_close"],
        in_progress=filters.get("in_progress"),
        skipped=filters.get("skipped"),
        doc_no=doc_no or connected.doc_no_filter,
        known=_known(connected, database),
        spool=reading.spool,
    )


async def _read_jobs(
    connected: Connected, database: Database, reading: Reading, branches: Sequence[str]
) -> None:
    if Lane.JOBS not in reading.lanes:
        return
    is_hopeless = not branches or not reading.is_whole or Side.AGENTOS in reading.silent
    if Lane.DIRECTORY in reading.failures and is_hopeless:
        reading.fail(Lane.JOBS, reading.failures[Lane.DIRECTORY])
        return
    if not branches:
        reading.fail(Lane.JOBS, _no_branches())
        return
    reading.jobs = await observe_jobs(
        connected.agentos.at(Urgency.SWEEPS),
        branches,
        page_size=connected.connection.agentos.page_size,
        contractors=frozenset(connected.connection.agentos.contractors),
        tagged=reading.spool.tags if reading.is_first else set(),
        zone=connected.zone,
        known=_known(connected, database),
        spool=reading.spool,
        raised=await database.read(awaited_ids, connected.name),
    )
    if reading.jobs.error is not None:
        reading.fail(Lane.JOBS, reading.jobs.error)


def _no_branches() -> VendorError:
    return VendorUnavailable(
        "agentos_empty",
        "AgentOS answers that the agency has no branches",
        "check short_name and the key with `syncd check --online`",
        side=Side.AGENTOS,
        operation="list_branches",
    )


def _known(connected: Connected, database: Database) -> KnownRecords:
    async def known(side: Side, ids: Sequence[str]) -> Mapping[str, tuple[str, bool]]:
        return await database.read(known_fingerprints, connected.name, side, ids)

    return known
