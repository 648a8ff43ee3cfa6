"""Making intents: one key per effect, and what performing them will cost in requests."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from syncd.model import (
    Change,
    InboxKind,
    Intent,
    IntentKind,
    JobId,
    Json,
    LinkId,
    Question,
    VisitId,
)

BATCH = 100
"""Visits in one upsert. LetsJobIt names no limit; its lists have 100 a page."""

PAGE = 100
"""Visits on one page (LetsJobIt API v2, Pagination and Lists)."""

REQUESTS_PER_CHANGE = 3
"""Read, write, read back: of one visit."""

IRREVERSIBLE = frozenset(
    {IntentKind.ATTACH_DOCUMENT, IntentKind.SUBMIT_INVOICE, IntentKind.CREATE_JOB}
)


def intent(
    kind: IntentKind,
    connection: str,
    *,
    job_id: JobId | None,
    visit_id: VisitId | None,
    link_id: LinkId | None,
    changes: Mapping[str, Change],
    payload: Mapping[str, Json],
    meant: Mapping[str, Json] | None = None,
    effect_key: str | None = None,
) -> Intent:
    """Build an intent whose key depends on the effect alone, not on when it was planned.

    `meant` names the effect where the changes would not: they may hold the day of planning. An
    `effect_key` names one that must never happen twice.
    """
    told: object = {k: c.new for k, c in changes.items()} if meant is None else dict(meant)
    what = told if effect_key is None else effect_key
    effect = [kind, connection, job_id, visit_id, what]
    text = json.dumps(effect, sort_keys=True, ensure_ascii=False, default=str)
    key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Intent(kind, connection, job_id, visit_id, link_id, changes, payload, key, effect_key)


def read_back_requests(created: int, *, open_visits: int) -> int:
    """Requests that reading back new visits costs: one by one, or all open visits, if fewer."""
    return min(created, math.ceil((open_visits + created) / PAGE))


_OF_VISITS = frozenset(
    {IntentKind.UPDATE_VISIT, IntentKind.WITHDRAW_VISIT, IntentKind.CONFIRM_CLOSE}
)
_OF_JOBS = frozenset({IntentKind.UPDATE_JOB, IntentKind.ATTACH_DOCUMENT, IntentKind.SUBMIT_INVOICE})


def letsjobit_requests(intents: Sequence[Intent], *, open_visits: int) -> int:
    """Requests that applying these intents sends to LetsJobIt when nothing goes wrong."""
    created = sum(1 for each in intents if each.kind is IntentKind.CREATE_VISIT)
    changed = sum(1 for each in intents if each.kind in _OF_VISITS)
    batches = math.ceil(created / BATCH)
    back = read_back_requests(created, open_visits=open_visits) if created else 0
    return batches + back + changed * REQUESTS_PER_CHANGE


def agentos_requests(intents: Sequence[Intent]) -> int:
    """Requests that applying these intents sends to AgentOS when nothing goes wrong.

    Each closed visit, and each reported status, reads its job before the first write and after the
    last one.
    """
    writes = [each for each in intents if each.kind in _OF_JOBS]
    pieces = {str(each.payload.get("visit_key") or each.key) for each in writes}
    return len(writes) + 2 * len(pieces)


def refused_topic(key: str) -> str:
    """Under which topic a person is asked about an intent that a vendor declined."""
    return f"intent:{key}"


def refused_question(declined: Intent, reason: str) -> Question:
    """Ask about an intent that a vendor understood and declined, with the vendor's own words."""
    return Question(
        InboxKind.REFUSED,
        refused_topic(declined.key),
        f"{_named(declined)} for job {declined.job_id} was refused: {reason}",
        ("retry", "leave"),
        link_id=declined.link_id,
        job_id=declined.job_id,
        visit_id=declined.visit_id,
    )


_DECLINED = {
    IntentKind.CREATE_VISIT: "A new visit",
    IntentKind.UPDATE_VISIT: "A change of the visit",
    IntentKind.WITHDRAW_VISIT: "Withdrawing the visit",
    IntentKind.CREATE_JOB: "A new job",
    IntentKind.UPDATE_JOB: "The new status",
    IntentKind.ATTACH_DOCUMENT: "A document",
    IntentKind.SUBMIT_INVOICE: "An invoice",
    IntentKind.CONFIRM_CLOSE: "The acknowledgement of the closed visit",
}


def _named(declined: Intent) -> str:
    """What was declined, with its values where they are few."""
    what = _DECLINED[declined.kind]
    is_paper = declined.kind in (IntentKind.ATTACH_DOCUMENT, IntentKind.SUBMIT_INVOICE)
    return f"{what} ({_values(declined)})" if is_paper else what


def _values(sent: Intent) -> str:
    return ", ".join(f"{name} {change.new}" for name, change in sent.changes.items())


def doubt_question(
    sent: Intent, sent_at: datetime | None, *, was_answered: bool = False
) -> Question:
    """Ask about a write whose answer was lost: what was sent, when, and where to look for it.

    `sent_at` is None where an earlier store may have sent it; `was_answered`: it was answered with
    success, and without a word about what was made.
    """
    what, where = _DOUBTS[sent.kind]
    fate = "may have been sent before the store was lost"
    if sent_at is not None:
        answer = "empty" if was_answered else "lost"
        fate = f"was sent at {sent_at:%Y-%m-%d %H:%M} UTC and the answer was {answer}"
    return Question(
        InboxKind.IN_DOUBT,
        refused_topic(sent.key),
        f"{what} ({_values(sent)}) for job {sent.job_id} {fate}. {where}",
        ("it-arrived", "send-again"),
        link_id=sent.link_id,
        job_id=sent.job_id,
        visit_id=sent.visit_id,
    )


_DOUBTS = {
    IntentKind.SUBMIT_INVOICE: (
        "An invoice",
        "Look for its number in AgentOS under Maintenance, Submitted Invoices.",
    ),
    IntentKind.ATTACH_DOCUMENT: (
        "A document",
        "Look for it among the documents of the job in AgentOS.",
    ),
    IntentKind.CREATE_JOB: ("A new job", "Look for it among the property's jobs in AgentOS."),
}
