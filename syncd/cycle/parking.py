"""Records that cannot be used: parked with a reason, while everything else goes on."""

from collections.abc import Iterator, Sequence

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.model import InboxKind, JobId, Observation, Question, Side, VisitId
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.observations import forget_fingerprint, problems

_CHOICES = ("retry", "leave")


def parked_questions(session: Session, name: str, live: Sequence[InboxItem]) -> list[Question]:
    """One question per record that cannot be used.

    On the answer `retry` the record is read anew by the next sweep and, if it is still no good,
    asked about again; so it is not asked about now.
    """
    retried = {
        each.question.topic
        for each in live
        if each.question.kind is InboxKind.BAD_RECORD and each.choice == "retry"
    }
    asked = []
    for seen in problems(session, name):
        question = bad_record(seen.side, seen.record_id, seen.problem or "", _visit_id(seen))
        if question.topic in retried:
            forget_fingerprint(session, name, seen.side, seen.record_id)
        else:
            asked.append(question)
    return asked


def nameless_questions(
    reading: Reading, connected: Connected, live: Sequence[InboxItem]
) -> Iterator[Question]:
    """One question per list with records that have no identity: nothing can be done with them.

    Where visits are known by their ERP id, those that people made have none, as they should. About
    a list that was not read nobody knows better than before.
    """
    if not reading.has_all_jobs:
        yield from _asked_before(Side.AGENTOS, live)
    elif reading.jobs is not None and reading.jobs.unreadable:
        yield _nameless(Side.AGENTOS, f"{reading.jobs.unreadable} jobs", "no OID")
    if connected.connection.letsjobit.path_id != "_id":
        return
    visits = max((s.unreadable for s in (reading.visits, reading.closures) if s), default=0)
    if not reading.has_all_visits:
        yield from _asked_before(Side.LETSJOBIT, live)
    elif visits:
        yield _nameless(Side.LETSJOBIT, f"{visits} visits", "no _id")


def _nameless(side: Side, what: str, why: str) -> Question:
    summary = f"{what} in the lists of {side} are left out: they have {why}."
    return Question(InboxKind.BAD_RECORD, _nameless_topic(side), summary, _CHOICES)


def _nameless_topic(side: Side) -> str:
    return f"{side}:nameless"


def _asked_before(side: Side, live: Sequence[InboxItem]) -> list[Question]:
    topic = _nameless_topic(side)
    asked = [each for each in live if each.question.topic == topic and each.choice != "retry"]
    return [each.question for each in asked]


def bad_record(
    side: Side, record_id: str, reason: str, visit_id: VisitId | None = None
) -> Question:
    """Ask about one record that cannot be used."""
    what = "job" if side is Side.AGENTOS else "visit"
    return Question(
        InboxKind.BAD_RECORD,
        f"{side}:{record_id}",
        f"The {what} {record_id} is left out: {reason}.",
        _CHOICES,
        job_id=JobId(record_id) if side is Side.AGENTOS else None,
        visit_id=visit_id,
    )


def _visit_id(seen: Observation) -> VisitId | None:
    return VisitId(int(seen.erp_id)) if seen.erp_id is not None else None
