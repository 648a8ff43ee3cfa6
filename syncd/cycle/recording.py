"""The record of a cycle: that it began, what it read, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.cycle.report import CycleReport, Outcome, judged
from syncd.errors import SyncdError, VendorError
from syncd.model import IntentKind, Json, Lane, Side
from syncd.observe.sweeps import Sweep
from syncd.store import cycles, inbox, leases, outbox
from syncd.store.cycles import SweepRecord
from syncd.store.database import Session


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
) -> CycleReport:
    """Close the record of a cycle, and say how it went."""
    leases.check(session, connected.turn)
    name = connected.name
    for lane in _lanes(reading):
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
        lanes=_read_lanes(reading),
        is_cut_short=is_cut_short,
    )
    report = judged(report)
    kept = report_document(report)
    cycles.finish_cycle(session, cycle_id, outcome=report.outcome, report=kept, now=now)
    return report


def report_document(report: CycleReport) -> dict[str, Json]:
    """The report as JSON (interface: `run-once --json`)."""
    return {
        "name": report.name,
        "outcome": report.outcome.value,
        "observed": dict(report.observed),
        "requests": {side.value: report.requests.get(side, 0) for side in Side},
        "applied": {kind.value: report.applied.get(kind, 0) for kind in IntentKind},
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
