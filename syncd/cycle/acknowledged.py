"""Visits that somebody acknowledged before their closure was read: what is known of them."""

from collections.abc import Container, Mapping

from syncd.apply.papers import read_closure
from syncd.cycle.charging import Numbering
from syncd.cycle.found_closures import is_acknowledged
from syncd.cycle.reading import Reading
from syncd.evidence.names import read_name
from syncd.model import JobRecord, Link, LinkId, Need, NeedKind, Observation
from syncd.reconcile.acknowledged import acknowledged_topic
from syncd.reconcile.drafts import Delivery, Topic
from syncd.store.closures import StoredClosure, kept_closures
from syncd.store.database import Session


def unread_acknowledged(
    session: Session,
    name: str,
    known: tuple[Mapping[LinkId, Link], Mapping[str, Observation]],
    reading: Reading,
) -> dict[LinkId, Need]:
    """Looks at visits that were open when a plan saw them last, and are acknowledged by now.

    Whoever looked before a write, or a list, has told so much, and not what the visit carries.
    `known` are links, and visits by their keys.
    """
    links, visits = known
    expected = {each.visit_key: each.link_id for each in links.values() if each.is_open}
    found = {
        link_id: Need(NeedKind.VISIT, key)
        for key, link_id in expected.items()
        if key is not None and key in visits and is_acknowledged(visits[key])
    }
    kept = kept_closures(session, name, [each.oid for each in found.values()])
    return {
        link_id: need
        for link_id, need in found.items()
        if need.oid not in kept and need not in reading.looked - reading.failed
    }


def was_acknowledged(closure: StoredClosure) -> bool:
    """Whether the visit was acknowledged already when its closure was read."""
    return bool(read_closure(closure.content).is_confirmed)


def is_shown(
    closure: StoredClosure, job: JobRecord | None, numbering: Numbering, *, with_papers: bool
) -> bool | None:
    """Whether AgentOS shows what was delivered of this closure; None where it shows nothing."""
    if with_papers and job is not None and job.documents is not None:
        names = [read_name(each.name) for each in job.documents]
        return any(each is not None and each.sha8 == closure.content_hash for each in names)
    if job is not None and job.invoices is not None and numbering.number:
        return numbering.is_listed
    return None


def look_before_asking(
    delivery: Delivery, job: JobRecord | None, asked: Container[Topic]
) -> Need | None:
    """A look at the job by itself, which may show more than lists do, before a person is asked."""
    is_asked = acknowledged_topic(delivery.visit.visit_key) in asked
    if job is None or not delivery.is_acknowledged or delivery.effects or is_asked:
        return None
    return Need(NeedKind.JOB, job.job_id) if delivery.is_shown is None else None
