"""What the V4 Documents tier lists of a job: asked, and remembered for people.

V4 Documents, `GET /documents/maintenance/{maintenanceJobID}`. The tier may not be on the key; that
is found out once.
"""

from collections.abc import Sequence
from contextlib import suppress

from syncd.apply.hands import Hands
from syncd.errors import VendorError, VendorRefused
from syncd.evidence.names import read_name
from syncd.model import (
    Intent,
    IntentKind,
    JobDocument,
    JobRecord,
    Observation,
    Side,
    Urgency,
)
from syncd.store import leases, listed
from syncd.store.cycles import fact, remember_fact
from syncd.store.database import Session
from syncd.store.observations import observations_by_id
from syncd.translate import content
from syncd.translate.jobs import job_document

TIER = "documents_tier"
"""Whether the key has the V4 Documents tier, as one request showed once."""

JOBS_SHOW_OURS = "job_shows_our_documents"
"""Whether a job of this agency ever showed a document that syncd attached."""

SHOWS_OURS = "documents_tier_shows_ours"
"""Whether that tier ever showed a document that syncd attached."""


async def list_documents(hands: Hands, job_id: str) -> tuple[JobDocument, ...] | None:
    """What the tier lists of a job now; None where the key does not have the tier."""
    name = hands.connection
    if await hands.database.read(fact, name, TIER) is False:
        return None
    try:
        shown = await hands.documents.at(Urgency.CLOSURES).list_documents(job_id)
        documents = tuple(job_document(each) for each in shown)
    except VendorRefused as error:
        if error.status not in (401, 404):
            raise
        await hands.database.run(remember_fact, name, TIER, False)
        return None
    await hands.database.run(_remember, hands, job_id, documents)
    return documents


def _remember(
    session: Session, hands: Hands, job_id: str, documents: tuple[JobDocument, ...]
) -> None:
    leases.check(session, hands.turn)
    name = hands.connection
    remember_fact(session, name, TIER, True)
    if any(read_name(each.name) for each in documents):
        remember_fact(session, name, SHOWS_OURS, True)
    listed.save_listed(session, name, job_id, documents, now=hands.clock())


def listings_after(session: Session, name: str, planned: Sequence[Intent]) -> int:
    """How often delivering these will list documents: once for each visit with papers whose job
    lists none itself, unless the key is known not to have the tier."""
    if fact(session, name, TIER) is False or fact(session, name, JOBS_SHOW_OURS) is True:
        return 0
    attached = [each for each in planned if each.kind is IntentKind.ATTACH_DOCUMENT]
    jobs = {str(each.payload["visit_key"]): each.job_id or "" for each in attached}
    seen = observations_by_id(session, name, Side.AGENTOS, jobs.values())
    return sum(1 for job_id in jobs.values() if _lists_nothing(seen.get(job_id)))


def _lists_nothing(seen: Observation | None) -> bool:
    """Whether a job that was seen does not say which documents it has."""
    if seen is None or seen.content is None:
        return False
    return content.read(JobRecord, seen.content).documents is None


async def note_documents(hands: Hands, job_id: str) -> None:
    """After a delivery, for people: what AgentOS has of a job that does not list it itself.

    Nothing depends on it, so a tier that fails fails nothing.
    """
    seen = await hands.database.read(observations_by_id, hands.connection, Side.AGENTOS, [job_id])
    if not _lists_nothing(seen.get(job_id)):
        return
    with suppress(VendorError):
        await list_documents(hands, job_id)
