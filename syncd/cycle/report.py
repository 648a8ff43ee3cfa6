"""What a cycle came to, for people and programs (interface: `run-once --json`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from syncd.errors import SyncdError, VendorError
from syncd.model import GuardReport, Intent, IntentKind, Lane, Side


class Outcome(StrEnum):
    """How it ended, from good to bad."""

    OK = "ok"
    ATTENTION = "attention"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """The worst of several; nothing at all is ok."""
    order = list(Outcome)
    return max(outcomes, key=order.index, default=Outcome.OK)


@dataclass(frozen=True)
class CycleReport:
    """One cycle of one connection. Counts are of this run; the outbox and inbox as they stand.

    `portal_requests` are those to the contractor portal; None where there is none.
    """

    name: str
    outcome: Outcome
    observed: Mapping[str, int]
    requests: Mapping[Side, int]
    applied: Mapping[IntentKind, int]
    outbox: Mapping[str, int]
    inbox: int
    errors: tuple[SyncdError, ...]
    lanes: Mapping[Lane, VendorError | None] = field(default_factory=dict)
    """The lanes that were read, each with the failure that it ended with."""
    is_cut_short: bool = False
    """Whether the time for applying was over before the outbox was empty."""
    portal_requests: int | None = None


def judged(report: CycleReport) -> CycleReport:
    """The report with its outcome: errors and unsent intents before what waits for a person."""
    if report.errors or report.outbox["pending"]:
        outcome = Outcome.INCOMPLETE
    elif report.inbox or report.outbox["in_doubt"] or report.outbox["dead"]:
        outcome = Outcome.ATTENTION
    else:
        outcome = Outcome.OK
    return replace(report, outcome=outcome)


@dataclass(frozen=True)
class PlanReport:
    """What a cycle of one connection would do, and what a guard would hold."""

    name: str
    plan_hash: str
    calls: Mapping[Side, int]
    intents: tuple[Intent, ...]
    guards: tuple[GuardReport, ...]
    errors: tuple[SyncdError, ...]


@dataclass(frozen=True)
class RunReport:
    """A whole run over several connections."""

    started_at: datetime
    finished_at: datetime
    connections: tuple[CycleReport, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of its connections."""
        return worst([each.outcome for each in self.connections])


def unable_cycle(name: str, error: SyncdError) -> CycleReport:
    """A cycle that did not take place, or was taken over."""
    nothing: dict[str, int] = {"pending": 0, "in_doubt": 0, "dead": 0}
    observed = {"jobs": 0, "visits": 0}
    return CycleReport(name, Outcome.INCOMPLETE, observed, {}, {}, nothing, 0, (error,))


def unable_plan(name: str, error: SyncdError) -> PlanReport:
    """A plan that was not made."""
    return PlanReport(name, "", dict.fromkeys(Side, 0), (), (), (error,))
