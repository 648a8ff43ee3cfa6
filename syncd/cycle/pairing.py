"""Pairing inside a plan: which visits and jobs of the store are the same work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.policy import Identity
from syncd.cycle.views import visit_of
from syncd.model import (
    InboxKind,
    JobId,
    JobRecord,
    Link,
    Need,
    NeedKind,
    Observation,
    Question,
    VisitId,
    VisitRecord,
)
from syncd.reconcile.pairing import MOST_OCCURRENCES, Pairing, pair_visit
from syncd.store import links
from syncd.store.database import Session
from syncd.store.observations import unlinked_jobs, unlinked_tags, visits_by
from syncd.translate import content
from syncd.translate.identity import doc_no, visit_id
from syncd.translate.raised import raised_for


def add_missing_links(session: Session, connected: Connected, *, now: datetime) -> None:
    """Give every job of ours, and every job that our tag on a visit names, its link.

    A link without a visit stands for a job that has none yet, or needs none. A job that was raised
    for a visit has that visit's number.
    """
    name, template = connected.name, connected.connection.visit.doc_no
    for seen in unlinked_jobs(session, name):
        job = content.read(JobRecord, seen.content)
        links.add_link(
            session,
            name,
            job.job_id,
            doc_no=raised_for(job.description) or doc_no(template, job.reference),
            now=now,
            is_ours=False,
            branch_id=job.branch_id,
            property_id=job.property_id,
        )
    for seen in unlinked_tags(session, name):
        job_id, number = JobId(seen.tag or ""), seen.doc_no or ""
        links.add_link(session, name, job_id, doc_no=number, now=now, is_ours=True, branch_id="")


class Candidates:
    """The visits that may belong to some links without a visit, read from the store at once."""

    def __init__(self, session: Session, connected: Connected, unpaired: Sequence[Link]) -> None:
        self._short_name = connected.connection.agentos.short_name
        self._session, self._name = session, connected.name
        jobs = [link.job_id for link in unpaired]
        own = [str(each) for job in jobs for each in self.own_ids(job)]
        numbers = {link.doc_no for link in unpaired}
        self._tagged = visits_by(session, connected.name, "tag", jobs)
        self._by_id = visits_by(session, connected.name, "erp_id", own)
        self._numbered = visits_by(session, connected.name, "doc_no", numbers)
        self._by_key = visits_by(session, connected.name, "record_id", numbers)
        keys = {
            seen.record_id
            for found in (self._tagged, self._by_id, self._numbered, self._by_key)
            for group in found.values()
            for seen in group
        }
        self._linked = links.linked_visit_keys(session, connected.name, keys)

    def own_ids(self, job_id: JobId) -> list[VisitId]:
        """The ids that syncd gives to the visits of a job where none collides."""
        return [
            visit_id(self._short_name, job_id, occurrence=number, salt=0)
            for number in range(1, MOST_OCCURRENCES + 1)
        ]

    def of(self, link: Link) -> list[Observation]:
        """Every visit that may be this link's and is nobody's yet, each once."""
        found = [
            *self._tagged.get(link.job_id, ()),
            *(s for own in self.own_ids(link.job_id) for s in self._by_id.get(str(own), ())),
            *self._numbered.get(link.doc_no, ()),
            *self._by_key.get(link.doc_no, ()),
        ]
        free = {each.record_id: each for each in found if each.record_id not in self._linked}
        return list(free.values())

    def later(self, link: Link) -> tuple[int, Observation] | None:
        """The last visit of the job that this store did not make, though it has the id of a later
        occurrence: a store made it of which this one is an older copy."""
        found, occurrence = None, link.occurrence
        while True:
            occurrence += 1
            made = visit_id(self._short_name, link.job_id, occurrence=occurrence, salt=0)
            seen = visits_by(self._session, self._name, "erp_id", [str(made)]).get(str(made), ())
            own = [e for e in seen if e.tag == link.job_id or e.doc_no == link.doc_no]
            if not own:
                return found
            if own[0].record_id != link.visit_key:
                found = occurrence, own[0]

    def next_identity(self, link: Link) -> Identity:
        """The id of the link's next visit, salted until nobody else has it."""
        occurrence = link.occurrence + (1 if link.visit_key is not None else 0)
        salt = 0
        while True:
            made = visit_id(self._short_name, link.job_id, occurrence=occurrence, salt=salt)
            if not visits_by(self._session, self._name, "erp_id", [str(made)]):
                return Identity(made, occurrence, salt)
            salt += 1


@dataclass(frozen=True)
class Paired:
    """A link after looking for its visit: perhaps with one, or with needs, or with a question.

    One `is_held` waits: a visit that may be its own is parked.
    """

    link: Link
    visit: Observation | None = None
    needs: frozenset[Need] = frozenset()
    question: Question | None = None
    is_held: bool = False


def pair_link(link: Link, candidates: Candidates, answer: str | None, *, short_name: str) -> Paired:
    """Look for the visit of a link that has none."""
    seen = {each.record_id: each for each in candidates.of(link)}
    if any(each.problem is not None for each in seen.values()):
        return Paired(link, is_held=True)
    unread = frozenset(Need(NeedKind.VISIT, key) for key, s in seen.items() if s.content is None)
    if unread:
        return Paired(link, needs=unread)
    found = pair_visit(
        link.job_id,
        short_name=short_name,
        doc_no=link.doc_no,
        own_ids=frozenset(candidates.own_ids(link.job_id)),
        candidates=filter(None, (visit_of(each) for each in seen.values())),
        answer=answer,
    )
    if found.is_ambiguous:
        return Paired(link, question=_which_visit(link, found))
    if found.visit is None:
        return Paired(link)
    return paired_with(link, found.visit, seen[found.visit.visit_key], is_ours=found.is_ours)


def paired_with(link: Link, visit: VisitRecord, seen: Observation, *, is_ours: bool) -> Paired:
    """The link with the visit that is its own."""
    linked = replace(link, visit_id=visit.visit_id, visit_key=visit.visit_key, is_ours=is_ours)
    return Paired(linked, visit=seen)


def pairing_topic(link: Link) -> tuple[InboxKind, str]:
    """Under which topic the choice among several visits is asked for."""
    return InboxKind.CONFLICT, f"pair:{link.job_id}"


def which_of_named(link: Link, found: Pairing, field: str) -> Question:
    """Which of the visits that a custom field names is the job's, if any."""
    return _ask_which(link, found, f"The custom field {field} names visits that may be the job's")


def _which_visit(link: Link, found: Pairing) -> Question:
    return _ask_which(link, found, f"Several visits carry the number {link.doc_no} of one job")


def _ask_which(link: Link, found: Pairing, why: str) -> Question:
    kind, topic = pairing_topic(link)
    numbers = ", ".join(str(each) for each in found.candidates)
    return Question(
        kind,
        topic,
        f"{why}: {numbers}. Choose letsjobit to take the first, agentos to have a new visit made, "
        "leave to do nothing.",
        ("agentos", "letsjobit", "leave"),
        link_id=link.link_id,
        job_id=link.job_id,
    )
