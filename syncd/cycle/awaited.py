"""Jobs that V3 took and that V4 does not show: after a while a person is asked, and not before.

V3's answer proves that such a job is there. That no sweep shows it may be V4's own delay, or its
line with the ExternalID was edited away; until it is seen nothing of its visit can be delivered.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.model import GONE, InboxKind, Lane, Question, Side
from syncd.store import cycles
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.observations import observations_by_id
from syncd.store.raising import AwaitedJob, awaited_jobs, look_on
from syncd.translate.raised import write_mark

LOOK_FOR = timedelta(hours=1)
"""How long a job is looked for, sweep by sweep, before a person is asked where it is."""


def awaited_questions(
    session: Session,
    connected: Connected,
    reading: Reading,
    live: Sequence[InboxItem],
    *,
    now: datetime,
) -> list[Question]:
    """One question for each job that a sweep an hour later still did not show.

    On the answer `retry` it is looked for as long again; `leave` goes on without it. Nobody is
    asked any more once the visit is gone.
    """
    if connected.connection.agentos.channel != "v4":
        return []
    swept_at = _swept_at(session, connected.name, reading)
    retried = {
        each.question.topic
        for each in live
        if each.question.kind is InboxKind.BAD_RECORD and each.choice == "retry"
    }
    asked = []
    awaited = awaited_jobs(session, connected.name)
    gone = _gone(session, connected.name, reading, awaited)
    for each in awaited:
        if each.visit_key in gone:
            continue
        if _topic(each) in retried:
            look_on(session, each, now=now)
        elif swept_at is not None and swept_at >= each.since + LOOK_FOR:
            asked.append(_question(each))
    return asked


def _gone(session: Session, name: str, reading: Reading, awaited: Sequence[AwaitedJob]) -> set[str]:
    """Which of their visits are there no more, or are not kept: nothing is to be delivered."""
    keys = {each.visit_key for each in awaited}
    seen = observations_by_id(session, name, Side.LETSJOBIT, keys)
    kept = {
        key
        for key, each in seen.items()
        if each.problem != GONE and (each.content is not None or each.problem is not None)
    }
    return {key for key in keys if key not in kept or reading.misses_visit(key)}


def _swept_at(session: Session, name: str, reading: Reading) -> datetime | None:
    """When all jobs were read last."""
    if reading.has_all_jobs:
        return reading.started_at
    return cycles.last_complete(session, name, Lane.JOBS)


def _topic(awaited: AwaitedJob) -> str:
    return f"awaited:{awaited.visit_key}"


def _question(awaited: AwaitedJob) -> Question:
    line = write_mark(awaited.mark, awaited.external_id)
    return Question(
        InboxKind.BAD_RECORD,
        _topic(awaited),
        f"V3 took the job of visit {awaited.mark} (ExternalID {awaited.external_id}), and AgentOS "
        f"shows no job with it. Look for it there, and see that its description ends with the line "
        f"{line}: then it is found. Until then nothing of the visit goes back.",
        ("retry", "leave"),
        visit_id=awaited.visit_id,
        details={"visits": [awaited.mark]},
    )
