"""Putting together what planning one link looks at, from what the store holds."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from syncd.model import (
    GONE,
    Base,
    JobRecord,
    Link,
    LinkId,
    Need,
    NeedKind,
    Observation,
    Side,
    StatusRoles,
    Surroundings,
    VisitRecord,
    VisitRules,
    WorksOrder,
)
from syncd.reconcile.links import View
from syncd.reconcile.status import job_state, visit_state
from syncd.store.database import Session
from syncd.store.links import load_bases, load_links
from syncd.store.observations import observations_by_id
from syncd.store.outbox import invoiced_links
from syncd.translate import content
from syncd.translate.visits import works_order_from_visit
from syncd.translate.works_orders import works_order_from_job

NOWHERE = WorksOrder({})
"""What a side says that is not there."""


@dataclass(frozen=True)
class Known:
    """The store's rows about some links: all that building their views reads."""

    links: Mapping[LinkId, Link]
    bases: Mapping[LinkId, Base]
    jobs: Mapping[str, Observation]
    visits: Mapping[str, Observation]
    invoiced: Set[LinkId] = frozenset()


def load_known(session: Session, name: str, ids: Iterable[LinkId]) -> Known:
    """Read the rows about these links."""
    found = load_links(session, ids)
    keys = [link.visit_key for link in found.values() if link.visit_key]
    return Known(
        found,
        load_bases(session, found),
        observations_by_id(session, name, Side.AGENTOS, [link.job_id for link in found.values()]),
        observations_by_id(session, name, Side.LETSJOBIT, keys),
        invoiced_links(session, found),
    )


def job_of(seen: Observation | None) -> JobRecord | None:
    """The job that was observed; None where there is none, or none that can be used."""
    if seen is None or seen.content is None or seen.problem is not None:
        return None
    return content.read(JobRecord, seen.content)


def visit_of(seen: Observation | None) -> VisitRecord | None:
    """The visit that was observed; None where there is none, or none that can be used."""
    if seen is None or seen.content is None or seen.problem is not None:
        return None
    return content.read(VisitRecord, seen.content)


def is_forgotten(seen: Observation | None) -> bool:
    """Whether retention dropped what the record said; its vendor still has it."""
    return seen is not None and seen.content is None and seen.problem is None


def forgotten_needs(job: Observation | None, visit: Observation | None) -> frozenset[Need]:
    """What to look at, to know again what retention dropped of a link's two records."""
    kinds = ((NeedKind.JOB, job), (NeedKind.VISIT, visit))
    return frozenset(
        Need(kind, seen.record_id)
        for kind, seen in kinds
        if seen is not None and is_forgotten(seen)
    )


@dataclass(frozen=True)
class Columns:
    """By what a job's place in the state table is told.

    `has_list` is whether `status_types` are all that the agency has.
    """

    roles: StatusRoles
    contractors: Set[str]
    status_types: Set[str]
    has_list: bool = True


def build_view(
    link: Link, known: Known, around: Surroundings | None, columns: Columns, rules: VisitRules
) -> View:
    """One link as the planner looks at it. `around` is None where the visit needs no content."""
    seen_job = known.jobs.get(link.job_id)
    seen_visit = known.visits.get(link.visit_key) if link.visit_key else None
    job, visit = job_of(seen_job), visit_of(seen_visit)
    is_deleted = seen_visit is not None and seen_visit.problem == GONE
    order = NOWHERE
    if job is not None and around is not None:
        order = works_order_from_job(job, around, rules)
    return View(
        link=link,
        job=job,
        job_state=job_state(
            job, columns.roles, contractors=columns.contractors, known=columns.status_types
        ),
        job_order=order,
        visit=visit,
        visit_state=visit_state(link, visit, is_deleted=is_deleted),
        visit_order=works_order_from_visit(visit, rules) if visit is not None else NOWHERE,
        base=known.bases.get(link.link_id),
        has_our_invoice=link.link_id in known.invoiced or _lists_our_invoice(link, job),
    )


def _lists_our_invoice(link: Link, job: JobRecord | None) -> bool:
    """Whether the job lists an invoice whose number is made of ours."""
    listed = job.invoices if job is not None and job.invoices is not None else ()
    return bool(link.doc_no) and any(link.doc_no in each.number for each in listed)
