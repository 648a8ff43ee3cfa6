"""Making intents: one key per effect, and what performing them will cost in requests."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from syncd.model import (
    NEEDS,
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

REQUESTS_PER_JOB = 2
"""Create, read back: of one job through V4; V3 shows nothing to read back."""

REQUESTS_PER_NOTE = 3
"""List, write, list again."""

REQUESTS_PER_ALBUM = 2
"""List before the first photo of a visit and after the last one."""

IRREVERSIBLE = frozenset(
    {
        IntentKind.ATTACH_DOCUMENT,
        IntentKind.SUBMIT_INVOICE,
        IntentKind.CREATE_JOB,
        IntentKind.ADD_NOTE,
        IntentKind.CREATE_LEAD,
    }
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
_OF_JOBS = frozenset(
    {
        IntentKind.UPDATE_JOB,
        IntentKind.ATTACH_DOCUMENT,
        IntentKind.SUBMIT_INVOICE,
        IntentKind.ADD_NOTE,
    }
)


def letsjobit_requests(intents: Sequence[Intent], *, open_visits: int) -> int:
    """Requests that applying these intents sends to LetsJobIt when nothing goes wrong.

    The visit of a new job is looked at before the job is sent.
    """
    created = sum(1 for each in intents if each.kind is IntentKind.CREATE_VISIT)
    changed = sum(1 for each in intents if each.kind in _OF_VISITS)
    batches = math.ceil(created / BATCH)
    back = read_back_requests(created, open_visits=open_visits) if created else 0
    looks = sum(1 for each in intents if each.kind is IntentKind.CREATE_JOB)
    return batches + back + changed * REQUESTS_PER_CHANGE + looks


def agentos_requests(intents: Sequence[Intent]) -> int:
    """Requests that applying these intents sends to AgentOS when nothing goes wrong.

    Each closed visit, and each reported status, reads its job before the first write and after the
    last one.
    """
    writes = [each for each in intents if each.kind in _OF_JOBS]
    pieces = {str(each.payload.get("visit_key") or each.key) for each in writes}
    raised = [each for each in intents if each.kind is IntentKind.CREATE_JOB]
    jobs = sum(1 if each.payload.get("channel") == "v3" else REQUESTS_PER_JOB for each in raised)
    notes = sum(1 for each in writes if each.kind is IntentKind.ADD_NOTE)
    leads = sum(1 for each in intents if each.kind is IntentKind.CREATE_LEAD)
    marks = sum(1 for each in intents if each.kind is IntentKind.SET_CUSTOM_FIELD)
    beside = leads + marks + _photo_requests(intents, pieces)
    return beside + len(writes) + 2 * len(pieces) + notes * (REQUESTS_PER_NOTE - 1) + jobs


def _photo_requests(intents: Sequence[Intent], pieces: Set[str]) -> int:
    """Of visits that are not among `pieces` the job is read once."""
    photos = [each for each in intents if each.kind is IntentKind.ADD_PHOTO]
    albums = {str(each.payload["visit_key"]) for each in photos}
    return len(photos) + REQUESTS_PER_ALBUM * len(albums) + len(albums - pieces)


def refused_topic(key: str) -> str:
    """Under which topic a person is asked about an intent that a vendor declined."""
    return f"intent:{key}"


def refused_question(declined: Intent, reason: str) -> Question:
    """Ask about an intent that a vendor understood and declined, with the vendor's own words."""
    return Question(
        InboxKind.REFUSED,
        refused_topic(declined.key),
        f"{_named(declined)} for {_target(declined)} was refused: {reason}",
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
    IntentKind.ADD_NOTE: "A note",
    IntentKind.ADD_PHOTO: "A photo",
    IntentKind.SET_CUSTOM_FIELD: "The state of the visit in a custom field",
    IntentKind.CREATE_LEAD: "A lead",
    IntentKind.CONFIRM_CLOSE: "The acknowledgement of the closed visit",
}


_PAPERS = (
    IntentKind.ATTACH_DOCUMENT,
    IntentKind.SUBMIT_INVOICE,
    IntentKind.ADD_PHOTO,
    IntentKind.CREATE_LEAD,
)


def _named(declined: Intent) -> str:
    """What was declined, with its values where they are few."""
    what = _DECLINED[declined.kind]
    is_paper = declined.kind in _PAPERS
    return f"{what} ({_values(declined)})" if is_paper else what


def _target(made: Intent) -> str:
    """What an intent is about: its job, or the visit that has none."""
    if made.job_id is not None:
        return f"job {made.job_id}"
    # What an earlier version stored may lack a mark.
    return f"visit {made.payload.get('mark') or made.visit_id or made.payload.get('visit_key')}"


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
    # What an engineer remarks is for the agency alone.
    values = f" ({_values(sent)})" if sent.kind is not IntentKind.ADD_NOTE else ""
    fate = "may have been sent before the store was lost"
    if sent_at is not None:
        answer = "empty" if was_answered else "lost"
        fate = f"was sent at {sent_at:%Y-%m-%d %H:%M} UTC and the answer was {answer}"
    return Question(
        InboxKind.IN_DOUBT,
        refused_topic(sent.key),
        f"{what}{values} for {_target(sent)} {fate}. {where}",
        ("it-arrived", "send-again"),
        link_id=sent.link_id,
        job_id=sent.job_id,
        visit_id=sent.visit_id,
        details={NEEDS: "the job's OID"} if sent.kind is IntentKind.CREATE_JOB else {},
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
    IntentKind.ADD_NOTE: ("A note", "Look for it among the notes of the job in the portal."),
    IntentKind.ADD_PHOTO: ("A photo", "Look for it among the photos of the property in AgentOS."),
    IntentKind.CREATE_LEAD: (
        "A lead",
        "Look among the leads in AgentOS for one whose notes end with the visit's number.",
    ),
    IntentKind.CREATE_JOB: ("A new job", "Look for it among the property's jobs in AgentOS."),
}
