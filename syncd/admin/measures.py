"""What the metrics say, read from the store: one sample after the other. Nothing personal, no key.

`METRICS` is the whole list; docs/operator/metrics.md has the same, and a test compares them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from syncd import __version__
from syncd.cycle.connected import budget_keys
from syncd.cycle.report import Outcome
from syncd.freshness import lanes_of, stale_lanes
from syncd.model import InboxKind, Side
from syncd.settings import ConnectionSettings, Settings
from syncd.store import budgets, counts, cycles, links, listings
from syncd.store.database import Session


@dataclass(frozen=True)
class Metric:
    """One metric: its name, whether it counts or measures, its labels, and what it says."""

    name: str
    kind: Literal["gauge", "counter"]
    labels: tuple[str, ...]
    meaning: str


METRICS = (
    Metric("syncd_build_info", "gauge", ("version",), "1, with the version that runs"),
    Metric(
        "syncd_connection_paused",
        "gauge",
        ("connection",),
        "1 while a person has paused the connection",
    ),
    Metric(
        "syncd_lane_age_seconds",
        "gauge",
        ("connection", "lane"),
        "time since the lane was last read completely; absent while it never was",
    ),
    Metric("syncd_lane_interval_seconds", "gauge", ("connection", "lane"), "how often it is read"),
    Metric(
        "syncd_lane_stale",
        "gauge",
        ("connection", "lane"),
        "1 when it is later than twice its interval, and the connection is not paused",
    ),
    Metric(
        "syncd_lane_failures",
        "gauge",
        ("connection", "lane", "code"),
        "readings that failed in a row, with the code of the last; absent while it works",
    ),
    Metric("syncd_cycle_duration_seconds", "gauge", ("connection",), "of the last ended cycle"),
    Metric(
        "syncd_cycle_finished_timestamp_seconds",
        "gauge",
        ("connection",),
        "when the last cycle ended, in seconds since 1970",
    ),
    Metric(
        "syncd_cycle_outcome",
        "gauge",
        ("connection", "outcome"),
        "1 for the outcome of the last cycle, 0 for the others",
    ),
    Metric(
        "syncd_cycle_errors",
        "gauge",
        ("connection", "code"),
        "errors of the last cycle by code; absent where there was none",
    ),
    Metric(
        "syncd_vendor_requests_total",
        "counter",
        ("vendor", "status"),
        "requests of this process by the status of their answer; lost: it never came",
    ),
    Metric("syncd_budget_limit", "gauge", ("connection", "side"), "requests per window of its key"),
    Metric("syncd_budget_free", "gauge", ("connection", "side"), "of these, those it may send now"),
    Metric(
        "syncd_budget_frozen_seconds",
        "gauge",
        ("connection", "side"),
        "time for which nothing is sent with the key because the vendor asked for it",
    ),
    Metric("syncd_visits_linked", "gauge", ("connection",), "jobs that have a visit"),
    Metric("syncd_visits_open", "gauge", ("connection",), "of these, visits that are open"),
    Metric(
        "syncd_intents",
        "gauge",
        ("connection", "state"),
        "changes that have not ended: pending, sending, in_doubt, dead",
    ),
    Metric("syncd_inbox_open", "gauge", ("connection", "kind"), "questions that wait for a person"),
    Metric(
        "syncd_inbox_oldest_age_seconds",
        "gauge",
        ("connection",),
        "age of the oldest question that waits; 0 where none does",
    ),
    Metric(
        "syncd_closures_unacknowledged",
        "gauge",
        ("connection",),
        "closed visits that are not delivered and acknowledged",
    ),
    Metric(
        "syncd_closures_oldest_age_seconds",
        "gauge",
        ("connection",),
        "time since the oldest of them was first seen closed; 0 where there is none",
    ),
)


@dataclass(frozen=True)
class Sample:
    """One value of a metric, with the values of its labels."""

    name: str
    labels: tuple[str, ...]
    value: float


def samples(
    session: Session, settings: Settings, tally: Mapping[tuple[Side, str], int], *, now: datetime
) -> list[Sample]:
    """Everything that there is to say now. `tally` counts requests by vendor and status."""
    stale = {(each.connection, each.lane) for each in stale_lanes(session, settings, now=now)}
    found = [Sample("syncd_build_info", (__version__,), 1)]
    for (side, status), number in sorted(tally.items()):
        found.append(Sample("syncd_vendor_requests_total", (side.value, status), number))
    for connection in settings.connections:
        if not connection.enabled:
            continue
        name = connection.name
        for lane in lanes_of(session, connection, settings.schedule, now=now):
            labels = (name, lane.lane.value)
            if lane.age_seconds is not None:
                found.append(Sample("syncd_lane_age_seconds", labels, lane.age_seconds))
            found.append(Sample("syncd_lane_interval_seconds", labels, lane.interval_seconds))
            found.append(Sample("syncd_lane_stale", labels, (name, lane.lane) in stale))
        found += _lanes(session, name)
        found += _cycle(session, name)
        found += _budgets(session, connection)
        found += _waiting(session, name, now)
    return found


def _lanes(session: Session, name: str) -> Iterator[Sample]:
    row = cycles.connection_row(session, name)
    is_paused = row is not None and row.paused_at is not None
    yield Sample("syncd_connection_paused", (name,), is_paused)
    for lane, failing in counts.failing_lanes(session, name).items():
        labels = (name, lane.value, failing.code)
        yield Sample("syncd_lane_failures", labels, failing.failures)


def _cycle(session: Session, name: str) -> Iterator[Sample]:
    row = cycles.last_cycle(session, name)
    if row is None:
        return
    took = (row.finished_at - row.started_at).total_seconds()
    yield Sample("syncd_cycle_duration_seconds", (name,), max(took, 0.0))
    finished = row.finished_at.timestamp()
    yield Sample("syncd_cycle_finished_timestamp_seconds", (name,), finished)
    for outcome in Outcome:
        yield Sample("syncd_cycle_outcome", (name, outcome.value), row.outcome == outcome.value)
    codes = [str(each["code"]) for each in (row.report or {}).get("errors", [])]
    for code in sorted(set(codes)):
        yield Sample("syncd_cycle_errors", (name, code), codes.count(code))


def _budgets(session: Session, connection: ConnectionSettings) -> Iterator[Sample]:
    for name, key in budget_keys(connection).items():
        state = budgets.describe(session, key)
        if state is None:
            continue
        labels = (connection.name, name)
        yield Sample("syncd_budget_limit", labels, state.limit)
        yield Sample("syncd_budget_free", labels, state.free)
        yield Sample("syncd_budget_frozen_seconds", labels, state.frozen_for_seconds)


def _waiting(session: Session, name: str, now: datetime) -> Iterator[Sample]:
    yield Sample("syncd_visits_linked", (name,), links.count_links(session, name))
    yield Sample("syncd_visits_open", (name,), links.count_open_links(session, name))
    for state, number in counts.intents_by_state(session, name).items():
        yield Sample("syncd_intents", (name, state.value), number)
    asked = counts.questions_by_kind(session, name)
    for kind in InboxKind:
        number = asked[kind].count if kind in asked else 0
        yield Sample("syncd_inbox_open", (name, kind.value), number)
    oldest = min((each.oldest for each in asked.values()), default=None)
    yield Sample("syncd_inbox_oldest_age_seconds", (name,), _since(oldest, now))
    closures = listings.undelivered(session, name)
    yield Sample("syncd_closures_unacknowledged", (name,), closures.count)
    yield Sample("syncd_closures_oldest_age_seconds", (name,), _since(closures.oldest, now))


def _since(then: datetime | None, now: datetime) -> float:
    return 0.0 if then is None else max((now - then).total_seconds(), 0.0)
