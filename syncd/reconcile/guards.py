"""Guards: how much may change in one cycle before a person is asked.

A guard holds the intents that it guards and nothing else. What a person approved once, and any
subset of it, passes; what a person rejected is not asked again.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from syncd.model import GuardReport, InboxKind, Intent, IntentKind, Question

LEAST_WITHDRAWALS = 5
"""Withdrawals that no guard holds: a small account is not asked about every cancellation."""


@dataclass(frozen=True)
class Limits:
    """What may pass unasked: a share of the linked open visits (0 to 1), visits, and pounds."""

    withdrawals_share: float
    new_visits: int
    invoice_total: Decimal


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
    """Hold what is too much. `approved` and `rejected` are what people judged, as `judged_by`."""
    share = linked_open_visits * Decimal(str(limits.withdrawals_share))
    most = max(LEAST_WITHDRAWALS, math.floor(share))
    kinds = {
        IntentKind.WITHDRAW_VISIT: ("max_withdrawals", Decimal(most)),
        IntentKind.CREATE_VISIT: ("max_new_visits", Decimal(limits.new_visits)),
        IntentKind.CREATE_JOB: ("max_new_visits", Decimal(limits.new_visits)),
        IntentKind.SUBMIT_INVOICE: ("max_invoice_total", limits.invoice_total),
    }
    held: set[str] = set()
    reports = []
    for kind, (guard, limit) in kinds.items():
        unjudged = [i for i in intents if i.kind is kind and judged_by(i) not in approved]
        held.update(each.key for each in unjudged if judged_by(each) in rejected)
        asked = [each for each in unjudged if judged_by(each) not in rejected]
        found = sum(map(_weight, asked), Decimal(0))
        if found > limit:
            keys = tuple(sorted(map(judged_by, asked)))
            held.update(each.key for each in asked)
            jobs = tuple(each.job_id for each in asked if each.job_id is not None)
            reports.append(GuardReport(guard, str(limit), str(found), keys, jobs, kind))
    allowed = tuple(i for i in intents if i.key not in held and not _follows(i, held))
    return Guarded(allowed, tuple(reports))


def judged_by(intent: Intent) -> str:
    """What a person's word is about: the effect, and of an invoice also its amount."""
    if intent.kind is IntentKind.SUBMIT_INVOICE:
        return f"{intent.key}:{intent.payload['gross']}"
    return intent.key


def _weight(intent: Intent) -> Decimal:
    """What an intent counts for its guard: an invoice its pounds, everything else one."""
    if intent.kind is IntentKind.SUBMIT_INVOICE:
        return Decimal(str(intent.payload["gross"]))
    return Decimal(1)


def _follows(intent: Intent, held: Set[str]) -> bool:
    """Whether an intent may only come after one that is held."""
    after = intent.payload.get("after")
    return isinstance(after, list) and any(key in held for key in after)


def guard_question(report: GuardReport) -> Question:
    """Ask about exactly these intents."""
    digest = hashlib.sha256("\n".join(report.keys).encode()).hexdigest()[:16]
    return Question(
        InboxKind.GUARD,
        f"{report.guard}:{digest}",
        _WORDS.get(report.kind or report.guard, _WORDS[report.guard]).format(found=report.found)
        + f"; allowed by guards.{report.guard}: {report.limit}.",
        ("approve", "reject"),
        details={"keys": list(report.keys), "guard": report.guard, "jobs": list(report.jobs)},
    )


_WORDS: Mapping[str, str] = {
    "max_withdrawals": "syncd would withdraw {found} visits in one cycle",
    "max_new_visits": "syncd would create {found} visits in one cycle",
    "max_invoice_total": "syncd would submit invoices over {found} pounds in one cycle",
    IntentKind.CREATE_JOB: "syncd would create {found} jobs in one cycle",
}
