"""Observing jobs: every job of every branch, of which ours and the linked ones are kept."""

from collections.abc import Mapping, Sequence, Set
from zoneinfo import ZoneInfo

from syncd.agentos.maintenance import Maintenance
from syncd.agentos.wire import ALIASES, Job
from syncd.errors import BadRecord
from syncd.model import JobRecord, Observation, Side
from syncd.observe.spool import Spool
from syncd.observe.sweeps import ListPage, Sweep, in_turns, sweep_list
from syncd.observe.visits import KnownRecords, misread
from syncd.translate import canonical, content
from syncd.translate.canonical import text
from syncd.translate.jobs import job_record
from syncd.translate.raised import external_id_of
from syncd.wire_json import Record

OVERLAP = 10
"""Rows of a page that are read again with the next: nearly free on pages of up to 1,000."""


async def observe_jobs(
    client: Maintenance,
    branches: Sequence[str],
    *,
    page_size: int,
    contractors: Set[str],
    tagged: Set[str],
    zone: ZoneInfo,
    known: KnownRecords,
    spool: Spool,
    raised: Set[str] = frozenset(),
) -> Sweep:
    """Sweep the jobs of these branches, and add to the spool what changed of those we care about.

    V4 Maintenance, Job tracking and reporting. Kept are the contractor's jobs, those that are
    known already, those that our tag on a visit names, and those with one of the ExternalIDs
    `raised`. `seen` are the kept ones.
    """
    kept: set[str] = set()
    unreadable = distinct = 0

    async def take(fresh: Mapping[str, Record]) -> None:
        before = await known(Side.AGENTOS, list(fresh))
        async for job_id, raw in in_turns(fresh):
            is_ours = job_id in tagged or _is_of(raw, contractors) or _is_among(raw, raised)
            if job_id not in before and not is_ours:
                continue
            kept.add(job_id)
            is_new = job_id not in before
            fingerprint = canonical.fingerprint(raw)
            is_changed = is_new or fingerprint != before[job_id][0]
            spool.note(Side.AGENTOS, is_known=not is_new, is_changed=is_changed)
            if is_changed:
                spool.add(job_observation(raw, fingerprint, zone))

    for branch in branches:

        async def fetch(start: int, branch: str = branch) -> ListPage:
            page = await client.list_jobs(branch, offset=start, count=page_size)
            return ListPage(page.records, page.unreadable, page.total)

        overlap = min(OVERLAP, page_size // 10)
        done = await sweep_list(fetch, job_identity, take, side=Side.AGENTOS, overlap=overlap)
        unreadable, distinct = unreadable + done.unreadable, distinct + done.distinct
        if not done.is_complete:
            return Sweep(False, kept, unreadable, distinct, done.error)
    return Sweep(True, kept, unreadable, distinct)


def job_observation(raw: Record, fingerprint: str, zone: ZoneInfo) -> Observation:
    """What this raw job is to us."""
    job = read_job(raw, zone)
    job_id = job_identity(raw)
    if isinstance(job, str):
        return Observation(Side.AGENTOS, job_id, fingerprint, problem=job)
    return Observation(Side.AGENTOS, job_id, fingerprint, content=content.written(job))


def read_job(raw: Record, zone: ZoneInfo) -> JobRecord | str:
    """The job in neutral terms, or the reason why it cannot be used."""
    try:
        return job_record(Job.model_validate(raw), zone)
    except BadRecord as error:
        return error.message
    except ValueError as error:
        return misread(error)


def job_identity(raw: Record) -> str:
    """The OID of a raw job, empty where it has none."""
    return _first(raw, ALIASES["Job"]["oid"])


def job_description(raw: Record) -> str:
    """The description of a raw job, empty where it has none, whatever else is wrong with it."""
    return text(_first(raw, ALIASES["Job"]["description"]))


def _is_of(raw: Record, contractors: Set[str]) -> bool:
    return _first(raw, ALIASES["Job"]["contractor_id"]) in contractors


def _is_among(raw: Record, raised: Set[str]) -> bool:
    if not raised:
        return False
    return external_id_of(job_description(raw)) in raised


def _first(raw: Record, names: Sequence[str]) -> str:
    values = (raw.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")
