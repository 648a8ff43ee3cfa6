"""Guards: how much may change in one cycle before a person is asked.

A guard holds the intents that it guards and nothing else. What a person approved once, and any
subset of it, passes; what a person rejected is not asked again.
"""

import hashlib
import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

from syncd.model import GuardReport, InboxKind, Intent, IntentKind, Question

LEAST_WITHDRAWALS = 5
"""Withdrawals that no guard holds: a small account is not asked about every cancellation."""


@dataclass(frozen=True)
class Limits:
    """What may pass unasked: a share of the linked open visits (0 to 1), and a number of visits."""

    withdrawals_share: float
    new_visits: int


@dataclass(frozen=True)
class Guarded:
    """The intents that may go, those that are held, and why."""

    allowed: tuple[Intent, ...]
    reports: tuple[GuardReport, ...]


def check_guards(
    intents: Sequence[Intent],
    limits: Limits,
    *,
    linked_open_visits: int,
    approved: Set[str],
    rejected: Set[str],
) -> Guarded:
    """Hold what is too much. `approved` and `rejected` are keys of intents that people judged."""
    most = max(LEAST_WITHDRAWALS, math.floor(linked_open_visits * limits.withdrawals_share))
    kinds = {
        IntentKind.WITHDRAW_VISIT: ("max_withdrawals", most),
        IntentKind.CREATE_VISIT: ("max_new_visits", limits.new_visits),
    }
    held: set[str] = set()
    reports = []
    for kind, (guard, limit) in kinds.items():
        keys = [i.key for i in intents if i.kind is kind and i.key not in approved]
        asked = tuple(sorted(key for key in keys if key not in rejected))
        held.update(key for key in keys if key in rejected)
        if len(asked) > limit:
            held.update(asked)
            jobs = tuple(i.job_id for i in intents if i.key in asked and i.job_id is not None)
            reports.append(GuardReport(guard, str(limit), str(len(asked)), asked, jobs))
    allowed = tuple(each for each in intents if each.key not in held)
    return Guarded(allowed, tuple(reports))


def guard_question(report: GuardReport) -> Question:
    """Ask about exactly these intents."""
    digest = hashlib.sha256("\n".join(report.keys).encode()).hexdigest()[:16]
    what = {"max_withdrawals": "withdraw", "max_new_visits": "create"}[report.guard]
    return Question(
        InboxKind.GUARD,
        f"{report.guard}:{digest}",
        f"syncd would {what} {report.found} visits in one cycle; {report.limit} are allowed "
        f"by guards.{report.guard}.",
        ("approve", "reject"),
        details={"keys": list(report.keys), "guard": report.guard, "jobs": list(report.jobs)},
    )
