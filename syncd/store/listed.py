"""A job's documents as the V4 Documents tier listed them last, where the job itself lists none."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update

from syncd.model import JobDocument
from syncd.store.database import Session
from syncd.store.tables import links


@dataclass(frozen=True)
class Listed:
    """The documents, and when they were listed."""

    documents: tuple[JobDocument, ...]
    at: datetime


def save_listed(
    session: Session, name: str, job_id: str, documents: Sequence[JobDocument], *, now: datetime
) -> None:
    """Remember what was listed of a job."""
    change = update(links).where(links.c.connection == name, links.c.job_id == job_id)
    session.execute(change.values(documents=[asdict(e) for e in documents], documents_at=now))


def listed_documents(session: Session, link_id: int) -> Listed | None:
    """What was listed last; None where it never was, or was forgotten."""
    query = select(links.c.documents, links.c.documents_at).where(links.c.id == link_id)
    row = session.execute(query).one_or_none()
    if row is None or row.documents is None:
        return None
    return Listed(tuple(JobDocument(**each) for each in row.documents), row.documents_at)
