"""The record of a cycle: that it began, what it read, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.cycle.report import CycleReport, Outcome, judged
from syncd.errors import SyncdError, VendorError
from syncd.freshness import PROBES
from syncd.model import IntentKind, Json, Lane, Side
from syncd.observe.sweeps import Sweep
from syncd.store import cycles, inbox, leases, outbox
from syncd.store.cycles import SweepRecord
from syncd.store.database import Session
from syncd.store.stalls import note_stalls


def begin(session: Session, connected: Connected, *, now: datetime) -> int:
    """Open the record of a cycle; returns its number."""
    leases.check(session, connected.turn)
    cycles.ensure_connection(
        session,
        connected.name,
        short_name=connected.connection.agentos.short_name,
        company_id=connected.connection.letsjobit.company_id,
        now=now,
    )
    outbox.unpark(session, connected.name)
    return cycles.start_cycle(session, connected.name, now=now)


def finish(
    session: Session,
    connected: Connected,
    cycle_id: int,
    reading: Reading,
    applied: Mapping[IntentKind, int],
    errors: Sequence[SyncdError],
    *,
    now: datetime,
    is_cut_short: bool = False,
    statements: Mapping[Lane, VendorError | None] = MappingProxyType({}),
    is_applied: bool = True,
) -> CycleReport:
    """Close the record of a cycle, and say how it went. `statements` are how their lane ended;
    without `is_applied` nothing that waits was tried."""
    leases.check(session, connected.turn)
    name = connected.name
    of_agentos = _of_agentos(errors, statements)
    made = _made(reading, applied, of_agentos)
    for lane in [*_lanes(reading), *made.values()]:
        cycles.record_sweep(session, name, cycle_id, lane, now=now)
    row = cycles.connection_row(session, name)
    times: dict[str, datetime] = {"last_cycle_at": now}
    if row is not None and row.first_cycle_at is None:
        times["first_cycle_at"] = reading.started_at
    if reading.is_first and reading.is_complete:
        times["visits_swept_at"] = now
    cycles.update_connection(session, name, **times)
    report = CycleReport(
        name=name,
        outcome=Outcome.OK,
        observed={"jobs": _distinct_in(reading.jobs), "visits": _visits_in(reading)},
        requests={side: http.requests_sent for side, http in connected.http.items()},
        applied=applied,
        outbox=outbox.count_waiting(session, name),
        inbox=inbox.count_open(session, name),
        errors=tuple(errors),
        lanes={**_read_lanes(reading), **dict.fromkeys(made, of_agentos), **statements},
        is_cut_short=is_cut_short,
        portal_requests=_beside(connected),
    )
    report = judged(report)
    was_tried = is_applied and not (is_cut_short or errors or reading.resting)
    _note_stalls(session, connected, report, was_tried=was_tried, now=now)
    kept = report_document(report)
    cycles.finish_cycle(session, cycle_id, outcome=report.outcome, report=kept, now=now)
    return report


def _note_stalls(
    session: Session,
    connected: Connected,
    report: CycleReport,
    *,
    was_tried: bool,
    now: datetime,
) -> None:
    """What failed although no lane says so, and what works again. `was_tried`: everything that
    waits, but for lanes that were not due."""
    told = [each for each in report.lanes.values() if each is not None]
    errors = [each for each in report.errors if isinstance(each, VendorError)]
    failed = {(e.side, e.operation): e.code for e in errors if e not in told and _may_last(e)}
    clear = {side for side, probe in PROBES.items() if was_tried and probe in report.lanes}
    answered = {(side, each) for side, http in connected.http.items() for each in http.answered}
    note_stalls(session, connected.name, failed, answered=answered, clear=clear, now=now)


def _may_last(error: VendorError) -> bool:
    """Whether it is the vendor's, and not our own budget's."""
    return error.code != "deadline"


def _beside(connected: Connected) -> int | None:
    """Requests to a portal that is not the job side itself, whose are counted as such."""
    portal = connected.portal
    if portal is None or portal.http is connected.http[Side.AGENTOS]:
        return None
    return portal.http.requests_sent


_WHERE_DONE = frozenset(
    {IntentKind.ADD_NOTE, IntentKind.ADD_PHOTO, IntentKind.SET_CUSTOM_FIELD, IntentKind.CREATE_LEAD}
)
"""Kinds that few connections have: counted only where something was done."""


def report_document(report: CycleReport) -> dict[str, Json]:
    """The report as JSON (interface: `run-once --json`); some kinds and a portal where there are
    any."""
    portal = report.portal_requests
    to_portal = {} if portal is None else {"contractor_portal": portal}
    return {
        "name": report.name,
        "outcome": report.outcome.value,
        "observed": dict(report.observed),
        "requests": {
            **{side.value: report.requests.get(side, 0) for side in Side},
            **to_portal,
        },
        "applied": {
            kind.value: report.applied.get(kind, 0)
            for kind in IntentKind
            if kind not in _WHERE_DONE or report.applied.get(kind)
        },
        "outbox": dict(report.outbox),
        "inbox": report.inbox,
        "errors": [
            {"code": each.code, "message": each.message, "hint": each.hint}
            for each in report.errors
        ],
    }


def _lanes(reading: Reading) -> list[SweepRecord]:
    """What was read. Reference records count only where the plan kept them."""
    lanes = [
        _lane(name, sweep, reading)
        for name, sweep in (
            (Lane.JOBS, reading.jobs),
            (Lane.VISITS, reading.visits),
            (Lane.CLOSURES, reading.closures),
        )
        if sweep is not None
    ]
    if reading.is_directory_new and reading.may_be_planned:
        count = len(reading.directory)
        lanes.append(SweepRecord(Lane.DIRECTORY, reading.started_at, True, count))
    return lanes


def _made(
    reading: Reading, applied: Mapping[IntentKind, int], error: VendorError | None
) -> dict[Lane, SweepRecord]:
    """The lane that only makes jobs: it is well where AgentOS took what there was."""
    if not reading.makes_jobs:
        return {}
    count = applied.get(IntentKind.CREATE_JOB, 0)
    words = error.message if error is not None else None
    return {Lane.JOBS: SweepRecord(Lane.JOBS, reading.started_at, error is None, count, words)}


def _of_agentos(
    errors: Sequence[SyncdError], statements: Mapping[Lane, VendorError | None]
) -> VendorError | None:
    """What AgentOS itself did not do, if anything."""
    vendors = (each for each in errors if isinstance(each, VendorError))
    found = (e for e in vendors if e.side is Side.AGENTOS and e not in statements.values())
    return next(found, None)


def _lane(lane: Lane, sweep: Sweep, reading: Reading) -> SweepRecord:
    error = reading.failures.get(lane)
    words = error.message if error is not None else None
    is_complete = sweep.is_complete and error is None
    return SweepRecord(lane, reading.started_at, is_complete, sweep.distinct, words)


def _read_lanes(reading: Reading) -> dict[Lane, VendorError | None]:
    """Each lane that was to be read, with the failure that keeps it from being true now."""
    read: dict[Lane, VendorError | None] = {Lane(each.lane): None for each in _lanes(reading)}
    read |= reading.failures
    discarded = reading.errors[-1] if reading.is_doubted else None
    return {lane: error or discarded for lane, error in read.items()}


def _distinct_in(sweep: Sweep | None) -> int:
    return sweep.distinct if sweep is not None else 0


def _visits_in(reading: Reading) -> int:
    """How many different visits were seen. Both sets may hold a whole account: none is copied."""
    one, other = (
        each.seen if each is not None else frozenset[str]()
        for each in (reading.visits, reading.closures)
    )
    return len(one) + len(other - one)
