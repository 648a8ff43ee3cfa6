"""The three-way merge of one works order: this side, that side, and what both were last time.

Each side is compared with its own base, field by field. What the job says can be written to the
visit; the visit's word can only be kept, because AgentOS takes no visit field back (its PATCH
knows status, description and contractor, and the description is the agency's own text).
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum

from syncd.model import Base, Field, Json, Owner


class Outcome(StrEnum):
    """What becomes of one field."""

    NOTHING = "nothing"
    ADOPT = "adopt"
    WRITE = "write to the visit"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Verdict:
    """The outcome for one field, whether the dispatcher has it now, and the rule that said so."""

    outcome: Outcome
    is_taken: bool
    why: str


@dataclass(frozen=True)
class Merge:
    """What the fields of one link call for.

    `writes` goes to the visit; `base` is true at once, without any write; `conflicts` wait for a
    person; `reasons` names the rule behind every field that is not simply quiet.
    """

    writes: Mapping[Field, Json]
    base: Base
    conflicts: tuple[Field, ...]
    reasons: Mapping[Field, str] = field(default_factory=dict)


_AUTHORITY = {
    Owner.AGENTOS: Verdict(Outcome.WRITE, False, "AgentOS owns it"),
    Owner.LETSJOBIT: Verdict(Outcome.ADOPT, True, "LetsJobIt owns it"),
    Owner.ASK: Verdict(Outcome.CONFLICT, False, "both sides changed it and nobody owns it"),
}


def judge(
    *,
    job_changed: bool,
    visit_changed: bool,
    is_equal: bool,
    has_base: bool,
    is_taken: bool,
    owner: Owner,
) -> Verdict:
    """Decide one field from what changed and who owns it."""
    if is_equal:
        changed = job_changed or visit_changed or not has_base
        outcome = Outcome.ADOPT if changed else Outcome.NOTHING
        return Verdict(outcome, is_taken, "both sides say the same")
    if not has_base:
        if owner is Owner.LETSJOBIT:
            return Verdict(Outcome.ADOPT, True, "found different; LetsJobIt owns it")
        return Verdict(Outcome.CONFLICT, False, "found different, and never agreed before")
    if not job_changed and not visit_changed:
        return Verdict(Outcome.NOTHING, is_taken, "unchanged")
    if visit_changed and job_changed:
        return _AUTHORITY[owner]
    if visit_changed:
        if owner is Owner.AGENTOS:
            return Verdict(Outcome.WRITE, False, "restored: AgentOS owns it")
        return Verdict(Outcome.ADOPT, True, "changed in LetsJobIt")
    if is_taken and owner is not Owner.AGENTOS:
        return _AUTHORITY[owner]
    return Verdict(Outcome.WRITE, is_taken, "changed in AgentOS")


def merge(
    job: Mapping[Field, Json],
    visit: Mapping[Field, Json],
    base: Base | None,
    *,
    owners: Mapping[Field, Owner],
    answer: str | None = None,
    among: Set[Field] = frozenset(Field),
) -> Merge:
    """Merge the fields about which the job has an opinion.

    `answer` is a person's word on an open conflict: `agentos`, `letsjobit` or `leave`; it holds
    for fields that would be a conflict without it, and for nothing else. Fields that are not
    `among` these are left for later. What the visit says where the job is silent is remembered.
    """
    known = base or Base()
    # What the visit says where the job is silent is remembered too, so that an opinion which the
    # job gets later (a category that configuration now maps) is a change and not a conflict.
    silent = {name: value for name, value in visit.items() if name not in job}
    new_job, new_visit, taken = dict(known.job), {**silent, **known.visit}, set(known.taken)
    # Who set what was found there is not known: it is not ours to change where LetsJobIt owns it.
    found = silent.keys() - known.visit.keys()
    taken |= {name for name in found if owners[name] is Owner.LETSJOBIT}
    writes: dict[Field, Json] = {}
    conflicts: list[Field] = []
    reasons: dict[Field, str] = {}
    for name in sorted(set(job) & set(visit) & among):
        has_base = name in known.visit
        verdict = judge(
            job_changed=has_base and (name not in known.job or job[name] != known.job[name]),
            visit_changed=has_base and visit[name] != known.visit[name],
            is_equal=job[name] == visit[name],
            has_base=has_base,
            is_taken=name in known.taken,
            owner=owners[name],
        )
        if verdict.outcome is Outcome.CONFLICT:
            conflicts.append(name)
            verdict = _answered(verdict, answer)
        if verdict.outcome is not Outcome.NOTHING:
            reasons[name] = verdict.why
        if verdict.outcome is Outcome.WRITE:
            writes[name] = job[name]
        if verdict.outcome is Outcome.ADOPT:
            new_job[name], new_visit[name] = job[name], visit[name]
            (taken.add if verdict.is_taken else taken.discard)(name)
    return Merge(writes, Base(new_job, new_visit, frozenset(taken)), tuple(conflicts), reasons)


def _answered(verdict: Verdict, answer: str | None) -> Verdict:
    if answer == "agentos":
        return Verdict(Outcome.WRITE, False, "a person chose AgentOS")
    if answer in ("letsjobit", "leave"):
        return Verdict(Outcome.ADOPT, answer == "letsjobit", f"a person chose {answer}")
    return verdict
