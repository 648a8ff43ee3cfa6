"""When a lane runs again. Pure: chance is an argument, from -1 to 1.

A lane that fails tries again soon, then less and less often; one whose key is refused waits as long
as any, because a vendor may block a key that keeps trying.
"""

from collections.abc import Collection, Mapping

from syncd.cycle.report import CycleReport
from syncd.errors import OutcomeUnknown, SyncdError, VendorDenied, VendorError, VendorUnavailable
from syncd.freshness import PROBES
from syncd.model import Lane, Side
from syncd.settings import ScheduleSettings
from syncd.store.due import Due, Ending, LaneResult

JITTER = 0.1
"""Share of an interval by which it varies, so that connections do not run in step."""

LONGEST_BACK_OFF_SECONDS = 300.0
LONGEST_BACK_OFF_INTERVALS = 5
FIRST_BACK_OFF_INTERVALS = 0.25
"""The first try after a failure is soon: one blip must not make a lane late by two intervals."""

USUAL_WAIT_SECONDS = 5.0
"""For a key's budget that is used up, where it does not say for how long."""

_UNWELL = (None, 429, 502, 503, 504)


def intervals(schedule: ScheduleSettings) -> Mapping[Lane, float]:
    """The interval of each lane, in seconds."""
    return {
        Lane.CLOSURES: schedule.closures.total_seconds(),
        Lane.JOBS: schedule.jobs.total_seconds(),
        Lane.VISITS: schedule.visits.total_seconds(),
        Lane.DIRECTORY: schedule.directory.total_seconds(),
        Lane.STATEMENTS: schedule.statements.total_seconds(),
    }


def longest_waits(schedule: ScheduleSettings) -> Mapping[Lane, float]:
    """The longest time that can lie between two runs of each lane, in seconds."""
    return {
        lane: max(seconds * (1 + JITTER), LONGEST_BACK_OFF_SECONDS) + 1
        for lane, seconds in intervals(schedule).items()
    }


def next_wait(interval: float, draw: float) -> float:
    """Seconds until a lane that went well runs again; never less than half a second."""
    return max(interval * (1 + JITTER * draw), 0.5)


def back_off(interval: float, failures: int, *, is_refused: bool = False) -> float:
    """Seconds until a lane that failed so often in a row (1: just now) tries again."""
    most = min(interval * LONGEST_BACK_OFF_INTERVALS, LONGEST_BACK_OFF_SECONDS)
    if is_refused:
        return most
    doublings = min(failures - 1, 20)
    return min(interval * FIRST_BACK_OFF_INTERVALS * 2.0**doublings, most)


def resting(due: Due) -> frozenset[Side]:
    """Vendors that failed last and whose lane is not due: they are left alone until then."""
    return frozenset(
        side for side, probe in PROBES.items() if probe in due.failing and probe not in due.lanes
    )


def results_of(
    report: CycleReport,
    due: Due,
    schedule: ScheduleSettings,
    *,
    draw: float,
    lanes: Collection[Lane] = frozenset(Lane),
) -> list[LaneResult]:
    """What a cycle came to, lane by lane; `lanes` are all that the connection has."""
    every = intervals(schedule)
    ends = {lane: _end_of(lane, e, due, every, draw) for lane, e in report.lanes.items()}
    for lane in due.lanes - report.lanes.keys():
        # It was not needed: the first cycle of a connection reads more than its lanes, and once.
        error = next((e for e in report.errors if isinstance(e, VendorError)), None)
        ends[lane] = _end_of(lane, error, due, every, draw)
    told = [each for each in report.lanes.values() if each is not None]
    for failed in report.errors:
        if isinstance(failed, VendorError) and failed not in told and _is_outage(failed):
            probe = PROBES[failed.side]
            if probe in lanes:
                ends.setdefault(probe, _end_of(probe, failed, due, every, draw))
    wait = _wait_to_go_on(report)
    if wait is not None:
        ends[Lane.CLOSURES] = _sooner(ends.get(Lane.CLOSURES), wait)
    return list(ends.values())


def _end_of(
    lane: Lane, error: VendorError | None, due: Due, every: Mapping[Lane, float], draw: float
) -> LaneResult:
    if error is None:
        return LaneResult(lane, Ending.DONE, next_wait(every[lane], draw))
    if _is_too_late(error):
        return LaneResult(lane, Ending.PUT_OFF, _budget_wait(error))
    failures, _ = due.failing.get(lane, (0, None))
    is_refused = isinstance(error, VendorDenied)
    wait = back_off(every[lane], failures + 1, is_refused=is_refused)
    return LaneResult(lane, Ending.FAILED, wait, error.code)


def _wait_to_go_on(report: CycleReport) -> float | None:
    """In how many seconds the outbox goes on where it was left; None where it was not left."""
    if report.is_cut_short:
        return 0.0
    late = [e for e in report.errors if isinstance(e, VendorError) and _is_too_late(e)]
    return min(map(_budget_wait, late), default=None)


def _sooner(planned: LaneResult | None, wait_seconds: float) -> LaneResult:
    if planned is None:
        return LaneResult(Lane.CLOSURES, Ending.PUT_OFF, wait_seconds)
    if planned.ending is not Ending.DONE:
        return planned
    wait_seconds = min(planned.wait_seconds, wait_seconds)
    return LaneResult(Lane.CLOSURES, Ending.DONE, wait_seconds)


def _is_too_late(error: SyncdError) -> bool:
    """Whether it is about our own budget: the vendor is well."""
    return error.code == "deadline"


def _budget_wait(error: VendorError) -> float:
    wait = error.retry_after if error.retry_after is not None else USUAL_WAIT_SECONDS
    return min(max(wait, 1.0), LONGEST_BACK_OFF_SECONDS)


def _is_outage(error: VendorError) -> bool:
    """Whether it concerns everything that is asked of a vendor, and not one record."""
    if isinstance(error, VendorDenied):
        return True
    is_lost = isinstance(error, VendorUnavailable | OutcomeUnknown)
    return is_lost and not _is_too_late(error) and error.status in _UNWELL
