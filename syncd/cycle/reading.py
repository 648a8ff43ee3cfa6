"""Reading both sides for one plan: sweeps, reference records, and looks at single records."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.errors import VendorError, VendorUnavailable
from syncd.model import (
    GONE,
    DirectoryKind,
    DirectoryRecord,
    InboxKind,
    Need,
    NeedKind,
    Observation,
    Side,
    Urgency,
)
from syncd.observe.directory import (
    look_up_preferences,
    look_up_property,
    look_up_tenant,
    observe_directory,
)
from syncd.observe.jobs import observe_jobs
from syncd.observe.records import look_at_job, look_at_visit
from syncd.observe.spool import Spool
from syncd.observe.sweeps import Sweep
from syncd.observe.visits import KnownRecords, observe_visits
from syncd.store import cycles, inbox
from syncd.store.database import Database, Session
from syncd.store.directory import load_directory
from syncd.store.links import count_open_links, sample_link
from syncd.store.observations import known_fingerprints

LEAST_TO_DOUBT = 20
"""Records that a side must have had before emptiness or a change of all of them is doubted."""


@dataclass
class Reading:
    """What one cycle has read so far. `errors` is not empty when something could not be read."""

    started_at: datetime
    spool: Spool
    is_first: bool
    jobs: Sweep | None = None
    visits: Sweep | None = None
    closures: Sweep | None = None
    directory: list[DirectoryRecord] = field(default_factory=list)
    is_directory_new: bool = False
    is_doubted: bool = False
    looked: set[Need] = field(default_factory=set)
    failed: set[Need] = field(default_factory=set)
    errors: list[VendorError] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether both sides were read whole and are believed, so that a plan may be made."""
        sweeps = (self.jobs, self.visits, self.closures)
        return not self.is_doubted and all(s is not None and s.is_complete for s in sweeps)

    @property
    def silent(self) -> frozenset[Side]:
        """Sides that did not answer at all, or let the key do no more: not asked again."""
        return frozenset(
            each.side
            for each in self.errors
            if isinstance(each, VendorUnavailable) and each.status in (None, 429)
        )

    @property
    def saw_any_job(self) -> bool:
        """Whether the sweep of jobs showed any job of ours."""
        return self.jobs is not None and bool(self.jobs.seen)

    @property
    def saw_any_visit(self) -> bool:
        """Whether any sweep showed a visit."""
        return any(s is not None and s.seen for s in (self.visits, self.closures))

    def saw_visit(self, key: str) -> bool:
        """Whether any sweep of this cycle showed the visit."""
        return any(s is not None and key in s.seen for s in (self.visits, self.closures))

    def saw_job(self, job_id: str) -> bool:
        """Whether the sweep of jobs showed the job."""
        return self.jobs is not None and job_id in self.jobs.seen


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
        None if is_retried else cycles.last_complete(session, name, "directory"),
        tuple(load_directory(session, name, DirectoryKind.BRANCH)),
        count_open_links(session, name),
    )


@asynccontextmanager
async def reading_of(
    connected: Connected, database: Database, now: datetime
) -> AsyncIterator[Reading]:
    """Sweep both vendors. Failures are in the reading; only a lost lease is raised."""
    with closing(Spool()) as spool:
        yield await _read_both_sides(connected, database, spool, now)


async def _read_both_sides(
    connected: Connected, database: Database, spool: Spool, now: datetime
) -> Reading:
    start = await database.read(_start, connected.name)
    reading = Reading(now, spool, is_first=start.visits_swept_at is None)
    branches = await _read_directory(connected, reading, start, now)
    if reading.is_first:
        # Tags on visits name jobs that are not the contractor's any more: visits come first.
        await _read_visits(connected, database, reading)
        await _read_jobs(connected, database, reading, branches)
    else:
        await _read_jobs(connected, database, reading, branches)
        await _read_visits(connected, database, reading)
    if reading.is_complete:
        await _doubt(connected, database, reading, start.open_links)
    return reading


async def _read_directory(
    connected: Connected, reading: Reading, start: _Start, now: datetime
) -> Sequence[str]:
    agentos = connected.connection.agentos
    known = agentos.branches or start.branches
    age = connected.settings.schedule.directory
    if start.directory_at is not None and now - start.directory_at < age and known:
        return known
    found = await observe_directory(
        connected.agentos.at(Urgency.SWEEPS),
        branches=agentos.branches,
        contractors=agentos.contractors,
        page_size=agentos.page_size,
    )
    if found.failure is not None:
        reading.errors.append(found.failure)
        return known if start.directory_at is not None else ()
    reading.directory.extend(found.records)
    reading.is_directory_new = True
    return agentos.branches or found.ids(DirectoryKind.BRANCH)


async def _read_visits(connected: Connected, database: Database, reading: Reading) -> None:
    client, reader = connected.letsjobit.at(Urgency.POLLS), connected.reader
    known = _known(connected, database)
    filters = [(None, None)] if reading.is_first else [(False, None), (True, False)]
    sweeps = []
    for closed, confirm_close in filters:
        done = await observe_visits(
            client,
            reader,
            closed=closed,
            confirm_close=confirm_close,
            doc_no=connected.doc_no_filter,
            known=known,
            spool=reading.spool,
        )
        sweeps.append(done)
        if done.error is not None:
            reading.errors.append(done.error)
            break
    reading.visits, reading.closures = sweeps[0], sweeps[-1]


async def _read_jobs(
    connected: Connected, database: Database, reading: Reading, branches: Sequence[str]
) -> None:
    if not branches or Side.AGENTOS in reading.silent:
        if not reading.errors:
            reading.errors.append(_no_branches())
        return
    reading.jobs = await observe_jobs(
        connected.agentos.at(Urgency.SWEEPS),
        branches,
        page_size=connected.connection.agentos.page_size,
        contractors=frozenset(connected.connection.agentos.contractors),
        tagged={each.tag for each in reading.spool if each.tag} if reading.is_first else set(),
        zone=connected.zone,
        known=_known(connected, database),
        spool=reading.spool,
    )
    if reading.jobs.error is not None:
        reading.errors.append(reading.jobs.error)


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


async def _doubt(
    connected: Connected, database: Database, reading: Reading, open_links: int
) -> None:
    """Believe that a side is empty, or all changed, only when a look at one record agrees."""
    if open_links < LEAST_TO_DOUBT:
        return
    job_id, visit_key = await database.read(sample_link, connected.name)
    spool = reading.spool
    doubts = {
        Side.AGENTOS: not reading.saw_any_job or _all_changed(spool, Side.AGENTOS),
        Side.LETSJOBIT: not reading.saw_any_visit or _all_changed(spool, Side.LETSJOBIT),
    }
    needs = {Side.AGENTOS: Need(NeedKind.JOB, job_id), Side.LETSJOBIT: _visit_need(visit_key)}
    for side, is_doubtful in doubts.items():
        if not is_doubtful:
            continue
        before = {(each.side, each.record_id): each for each in spool}
        await look(connected, reading, [needs[side]])
        if needs[side] in reading.failed or _contradicted(before, list(spool)[-1]):
            reading.is_doubted = True
            reading.errors.append(_doubtful(side))


def _all_changed(spool: Spool, side: Side) -> bool:
    return LEAST_TO_DOUBT <= spool.known[side] == spool.changed[side]


def _contradicted(before: Mapping[tuple[Side, str], Observation], looked: Observation) -> bool:
    """A record that the sweep did not show but a look does, or that a look shows otherwise."""
    swept = before.get((looked.side, looked.record_id))
    if swept is None:
        seen = looked.content or {}
        is_done = bool(seen.get("is_closed") and seen.get("is_confirmed"))
        return looked.problem != GONE and not is_done
    return _told_by_lists(swept) != _told_by_lists(looked)


def _told_by_lists(seen: Observation) -> Mapping[str, object]:
    """What lists and single records both show; documents may stand in one of them alone."""
    return {n: v for n, v in (seen.content or {}).items() if n not in ("documents", "invoices")}


def _doubtful(side: Side) -> VendorError:
    return VendorUnavailable(
        f"{side}_doubtful",
        f"{side} answered as if all were gone or changed, and a look at one record disagrees",
        "nothing was done with that answer; the next cycle reads it again",
        side=side,
        operation="sweep",
    )


def _visit_need(visit_key: str) -> Need:
    return Need(NeedKind.VISIT, visit_key)


async def look(connected: Connected, reading: Reading, needs: Iterable[Need]) -> None:
    """Look at single records. One that cannot be read is remembered as failed, with its error.

    A side that is silent is not asked about the others: each would wait as long as the first.
    """
    for need in needs:
        reading.looked.add(need)
        if _side_of(need) in reading.silent:
            reading.failed.add(need)
            continue
        try:
            await _look_at(connected, reading, need)
        except VendorError as error:
            reading.failed.add(need)
            reading.errors.append(error)


def _side_of(need: Need) -> Side:
    return Side.LETSJOBIT if need.kind is NeedKind.VISIT else Side.AGENTOS


async def _look_at(connected: Connected, reading: Reading, need: Need) -> None:
    agentos = connected.agentos.at(Urgency.POLLS)
    match need.kind:
        case NeedKind.JOB:
            reading.spool.add(await look_at_job(agentos, need.oid, connected.zone))
        case NeedKind.VISIT:
            letsjobit = connected.letsjobit.at(Urgency.POLLS)
            reading.spool.add(await look_at_visit(letsjobit, need.oid, connected.reader))
        case NeedKind.PROPERTY:
            reading.directory.append(await look_up_property(agentos, need.oid))
        case NeedKind.TENANT:
            reading.directory.append(await look_up_tenant(agentos, need.oid))
        case NeedKind.PREFERENCES:
            reading.directory.append(await look_up_preferences(agentos, need.oid))
