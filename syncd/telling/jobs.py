"""What an item of the inbox is about, by the numbers that people know."""

from collections.abc import Iterable

from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.links import find_link

MOST_JOBS = 20
"""Jobs of one item that are listed by number; `syncd inbox --json` has all by OID."""


def job_numbers(session: Session, items: Iterable[InboxItem]) -> dict[str, str]:
    """The numbers by which people know the jobs that items are about, by OID."""
    return numbers_of(session, {job for each in items for job in jobs_of(each)})


def numbers_of(session: Session, wanted: Iterable[str]) -> dict[str, str]:
    """The numbers of jobs that have a link, by OID."""
    found = {job: find_link(session, None, job) for job in sorted(wanted)}
    return {job: links[0].doc_no for job, links in found.items() if links}


def jobs_of(item: InboxItem) -> list[str]:
    """The jobs that an item is about, by OID; of very many the first."""
    jobs = item.question.details.get("jobs")
    listed = [str(job) for job in jobs[:MOST_JOBS]] if isinstance(jobs, list) else []
    return [item.question.job_id, *listed] if item.question.job_id else listed


def visits_of(item: InboxItem) -> list[str]:
    """The visits that an item is about, by docNo; of very many the first."""
    visits = item.question.details.get("visits")
    return [str(each) for each in visits[:MOST_JOBS]] if isinstance(visits, list) else []
