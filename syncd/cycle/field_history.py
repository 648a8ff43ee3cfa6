"""Visits from the field that were there before this store made jobs of such visits.

Either `create_jobs` was switched on just now, or the store was lost: nobody can tell which. So they
are neither dropped nor made jobs of, but asked about, all at once and once. `go_live`, where it is
earlier, is the person's word already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.model import Lane, Question, VisitRecord
from syncd.reconcile.raising import EARLIER_TOPIC, earlier_question
from syncd.store import cycles
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.translate.field_visits import reported_at

SINCE = "field_visits_since"
"""The fact that tells from when on visits raised in LetsJobIt become jobs."""

BEFORE = "field_visits_before"
"""The fact that holds what a person said of earlier ones, "" while nobody did. A store from before
that was asked has none, and leaves them alone."""


@dataclass(frozen=True)
class Earlier:
    """The earlier visits that no job is made of, and what is asked about them.

    `is_handled`: a person said that the office has dealt with them.
    """

    visits: tuple[VisitRecord, ...] = ()
    questions: tuple[Question, ...] = ()
    is_handled: bool = False


def earlier_visits(
    session: Session,
    connected: Connected,
    reading: Reading,
    visits: Sequence[VisitRecord],
    live: Sequence[InboxItem],
) -> Earlier:
    """Which of these visits are left out because they are earlier than the jobs of this store."""
    began = _began(session, connected, reading)
    since = _since(connected, began)
    word = _word(session, connected.name, live)
    early = tuple(each for each in visits if not _is_since(each, connected, since))
    if word == "deliver" and since == began:
        return Earlier()
    is_asked = word == "" and since == began and bool(early)
    if is_asked and _knows_jobs(session, connected, reading):
        return Earlier(early, (earlier_question(early),))
    return Earlier(early, is_handled=word == "already-handled")


def _began(session: Session, connected: Connected, reading: Reading) -> datetime:
    known = cycles.fact(session, connected.name, SINCE)
    if known is None:
        known = reading.started_at.isoformat()
        cycles.remember_fact(session, connected.name, SINCE, known)
        cycles.remember_fact(session, connected.name, BEFORE, "")
    return datetime.fromisoformat(str(known))


def _since(connected: Connected, began: datetime) -> datetime:
    go_live = connected.connection.go_live
    if go_live is None:
        return began
    return min(began, datetime.combine(go_live, time(), connected.zone).astimezone(UTC))


def _is_since(visit: VisitRecord, connected: Connected, since: datetime) -> bool:
    at = reported_at(visit, connected.zone)
    return at is not None and at >= since.replace(microsecond=0)


def _word(session: Session, name: str, live: Sequence[InboxItem]) -> str | None:
    """What a person said of the earlier visits; remembered, for it counts for all of them."""
    for each in live:
        if (each.question.kind, each.question.topic) == EARLIER_TOPIC and each.choice is not None:
            cycles.remember_fact(session, name, BEFORE, each.choice)
    word = cycles.fact(session, name, BEFORE)
    return str(word) if word is not None else None


def _knows_jobs(session: Session, connected: Connected, reading: Reading) -> bool:
    """Whether a visit that has its job would be linked by now; V3 alone shows none."""
    if connected.connection.agentos.channel == "v3" or reading.has_all_jobs:
        return True
    return cycles.last_complete(session, connected.name, Lane.JOBS) is not None
