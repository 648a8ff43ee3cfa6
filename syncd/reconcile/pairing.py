"""Pairing: which visit is already the visit of this job.

Proof first: our tag, then our id with our number; without proof only an exact number, and only
when nothing else could be meant; at last what a custom field names. Nothing is paired by a guess.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from syncd.model import JobId, Tag, VisitId, VisitRecord

MOST_OCCURRENCES = 20
"""Return visits of one job that are looked for by id; more are found by their tag."""


@dataclass(frozen=True)
class Pairing:
    """The visit that was found, and how; several visits with the number make it ambiguous."""

    visit: VisitRecord | None
    is_ours: bool
    candidates: tuple[VisitId, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """More than one visit could be meant."""
        return self.visit is None and bool(self.candidates)


def pair_visit(
    job_id: JobId,
    *,
    short_name: str,
    doc_no: str,
    own_ids: Set[VisitId],
    candidates: Iterable[VisitRecord],
    answer: str | None,
) -> Pairing:
    """Choose among visits that carry our tag for this job, one of our ids for it, or its number.

    `answer` is a person's word where several carry the number: `letsjobit` takes the one first
    made, `agentos` and `leave` none of them.
    """
    visits = list(candidates)
    own = [each for each in visits if _is_own(each, Tag(short_name, job_id), own_ids, doc_no)]
    if own:
        return Pairing(max(own, key=_liveliest), True)
    numbered = [
        each for each in visits if each.tag is None and doc_no in (each.doc_no, each.visit_key)
    ]
    exact = sorted(numbered, key=lambda each: (each.visit_id, each.visit_key))
    if len(exact) == 1 or (exact and answer == "letsjobit"):
        return Pairing(exact[0], False)
    if answer == "agentos":
        return Pairing(None, False)
    return Pairing(None, False, tuple(each.visit_id for each in exact))


def pair_named(candidates: Iterable[VisitRecord], *, is_proof: bool, answer: str | None) -> Pairing:
    """Choose among free visits that AgentOS names in a custom field of the job or property.

    One that only the job's own field names is its visit (`is_proof`); all else is a person's
    choice, with answers as in `pair_visit`.
    """
    found = sorted(candidates, key=lambda each: (each.visit_id, each.visit_key))
    if found and (answer == "letsjobit" or (is_proof and len(found) == 1)):
        return Pairing(found[0], False)
    if answer == "agentos":
        return Pairing(None, False)
    return Pairing(None, False, tuple(each.visit_id for each in found))


def _is_own(visit: VisitRecord, tag: Tag, own_ids: Set[VisitId], doc_no: str) -> bool:
    """Our tag proves it; where somebody took the tag off, our id together with our number does."""
    if visit.tag is not None:
        return visit.tag == tag
    return visit.visit_id in own_ids and visit.doc_no == doc_no


def _liveliest(visit: VisitRecord) -> tuple[bool, bool, int]:
    """Open before closed, unconfirmed before confirmed; of equals the one with the lowest id."""
    return (not visit.is_closed, not visit.is_confirmed, -visit.visit_id)
