"""Asking about the contractor portal's words, of which it has no list.

Any one word may be left without a meaning. But where no job has a word that asks for a visit, and
some have one that means nothing here, the setting is probably wrong, and nobody else would say so.
"""

from collections.abc import Sequence

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.cycle.views import Columns, job_of
from syncd.model import InboxKind, Question, Side
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.observations import observations_by_id
from syncd.store.rows import chunks

TOPIC = "visit_when:no job"


def portal_words_questions(
    session: Session,
    connected: Connected,
    reading: Reading,
    columns: Columns,
    live: Sequence[InboxItem],
) -> list[Question]:
    """At most one; about a list that was not read, or is empty, nobody knows better than before."""
    if connected.connection.agentos.channel != "portal":
        return []
    if reading.jobs is None or not reading.has_all_jobs or not reading.saw_any_job:
        return [each.question for each in live if each.question.topic == TOPIC]
    strange: set[str] = set()
    for ids in chunks(sorted(reading.jobs.seen)):
        seen = observations_by_id(session, connected.name, Side.AGENTOS, ids)
        for job in filter(None, map(job_of, seen.values())):
            if job.status_id in columns.roles.visit_when:
                return []
            if job.status_id and job.status_id not in columns.status_types:
                strange.add(job.status_name or job.status_id)
    if not strange:
        return []
    summary = (
        "No job of the contractor portal has a status that the setting statuses.visit_when names, "
        f"so no visit is made; jobs have: {', '.join(sorted(strange))}."
    )
    return [Question(InboxKind.UNKNOWN_STATUS, TOPIC, summary, ("retry", "leave"))]
