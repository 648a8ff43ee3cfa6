"""The record of a cycle: that it began, what it read, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.cycle.report import CycleReport, Outcome, judged
from syncd.errors import SyncdError
from syncd.model import IntentKind, Json, Side
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
            ("jobs", reading.jobs),
            ("visits", reading.visits),
            ("closures", reading.closures),
        )
        if sweep is not None
    ]
    if reading.is_directory_new and reading.is_complete:
        count = len(reading.directory)
        lanes.append(SweepRecord("directory", reading.started_at, True, count))
    return lanes


def _lane(name: str, sweep: Sweep, reading: Reading) -> SweepRecord:
    words = sweep.error.message if sweep.error is not None else None
    return SweepRecord(name, reading.started_at, sweep.is_complete, sweep.distinct, words)


def _distinct_in(sweep: Sweep | None) -> int:
    return sweep.distinct if sweep is not None else 0


def _visits_in(reading: Reading) -> int:
    """How many different visits were seen. Both sets may hold a whole account: none is copied."""
    one, other = (
        each.seen if each is not None else frozenset[str]()
        for each in (reading.visits, reading.closures)
    )
    return len(one) + len(other - one)
