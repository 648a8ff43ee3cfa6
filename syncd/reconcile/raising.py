"""Jobs that are raised for visits from the field: what is decided about them, as inert values.

Pure. The visit itself becomes the job's visit: it gets our tag, is kept in step, and stays the
office's own: syncd never hides or deletes it unasked.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.model import (
    Base,
    Change,
    Field,
    InboxKind,
    Intent,
    IntentKind,
    JobState,
    Json,
    LinkId,
    Owner,
    Part,
    Question,
    VisitRecord,
    VisitState,
)
from syncd.reconcile.drafts import effect_key
from syncd.reconcile.intents import intent
from syncd.reconcile.links import LinkPlan, Policy, View, plan_link

NOT_OURS = "not-ours"
"""The choice that leaves a visit alone."""

MOST_CANDIDATES = 20
"""Properties that a person is offered."""

MOST_NAMED = 50
"""Visits that a question about all of them names."""

EARLIER_TOPIC = (InboxKind.HISTORY, "visits from the field")
"""Under which topic visits from before are asked about."""

CREATED = "the job was created through V3, which takes nothing else"
DONE_WITHOUT = "AgentOS declined its job, and a person does without"
HANDLED = "it was there before jobs were made, and a person said that it was handled already"
"""Why a visit is acknowledged of which nothing else goes back."""

_OPEN = (VisitState.OPEN, VisitState.IN_PROGRESS, VisitState.SKIPPED)
_LIVE = (JobState.WANTED, JobState.UNDER_WAY, JobState.OTHER)


@dataclass(frozen=True)
class NewJob:
    """A job to be made for a visit. `mark` names the visit on the job; `where` is for people.

    `may_be_there`: an earlier store may have raised it. `documents` says what becomes of the
    visit's files, where it has any. Of `property_id`, `status_id` and
    `contractor_id` V3 has none; of `issue` and `external_id` V4 has none.
    """

    channel: str
    mark: str
    branch_id: str
    title: str
    description: str
    priority: str | None
    reported_at: datetime | None
    where: str
    may_be_there: bool
    property_id: str = ""
    status_id: str = ""
    contractor_id: str = ""
    external_id: str = ""
    documents: str = ""
    issue: Mapping[str, Json] | None = None


def raise_key(visit_key: str) -> str:
    """The one effect that a visit from the field has: its job."""
    return f"raise:{visit_key}"


def job_intent(connection: str, visit: VisitRecord, job: NewJob) -> Intent:
    """The intent to create the job of a visit."""
    payload: dict[str, Json] = {
        "channel": job.channel,
        "visit_key": visit.visit_key,
        "doc_no": visit.doc_no,
        "mark": job.mark,
        "branch_id": job.branch_id,
        "property_id": job.property_id,
        "title": job.title,
        "description": job.description,
        "status_id": job.status_id,
        "contractor_id": job.contractor_id,
        "priority": job.priority,
        "reported_at": job.reported_at.isoformat() if job.reported_at is not None else None,
        "external_id": job.external_id,
        "issue": dict(job.issue) if job.issue is not None else None,
        "may_be_there": job.may_be_there,
    }
    changes = {
        "visit": Change(None, job.mark),
        "title": Change(None, job.title),
        "property": Change(None, job.where),
        "priority": Change(None, job.priority),
        **({"documents": Change(None, job.documents)} if job.documents else {}),
    }
    return intent(
        IntentKind.CREATE_JOB,
        connection,
        job_id=None,
        visit_id=visit.visit_id,
        link_id=None,
        changes=changes,
        payload=payload,
        effect_key=raise_key(visit.visit_key),
    )


def unmatched_topic(visit_key: str) -> tuple[InboxKind, str]:
    """Under which topic a visit's property is asked for."""
    return InboxKind.UNMATCHED_VISIT, f"visit:{visit_key}"


def unmatched_question(
    visit: VisitRecord, candidates: Mapping[str, str], *, is_fitting: bool
) -> Question:
    """Ask at which property a visit is; `candidates` are addresses by OID.

    `is_fitting`: several fit; else they are merely near.
    """
    kind, topic = unmatched_topic(visit.visit_key)
    offered = dict(list(candidates.items())[:MOST_CANDIDATES])
    why = "fits several properties" if is_fitting else "fits no property"
    site = visit.site if visit.site != visit.address else ""
    at = ", ".join(filter(None, (visit.address, site, visit.post_code))) or "no address"
    details: dict[str, Json] = {"properties": dict[str, Json](offered), "visits": [visit.doc_no]}
    return Question(
        kind,
        topic,
        f"Visit {visit.doc_no or visit.visit_key} ({at}), raised in LetsJobIt, {why}, so no job is "
        "made for it. Choose the property, or correct siteId or the address in LetsJobIt.",
        (*offered, NOT_OURS),
        visit_id=visit.visit_id,
        details=details,
    )


def is_raised(view: View, raised: Set[LinkId], *, is_named: bool) -> bool:
    """Whether this job was raised for this visit, and the two are to be kept in step.

    `is_named`: the job's description names the visit. `raised` are links of jobs we raised.
    """
    return (
        (is_named or view.link.link_id in raised)
        and not view.link.is_ours
        and view.visit_state in _OPEN
        and view.job_state in _LIVE
    )


def plan_raised(view: View, policy: Policy, obs: str) -> LinkPlan:
    """Keep both in step, and put our tag on a visit that lacks it: `obs` is the visit's with it.

    The two never said the same: what they say when they meet, or when the store is new, is what
    they agree on.
    """
    base = view.base or raised_base(view, policy.owners)
    plan = plan_link(replace(view, base=base), policy)
    found = plan.base or (base if view.base is None else None)
    if view.known_visit.tag is not None:
        return replace(plan, base=found)
    told = view.job_order.values.get(Field.DESCRIPTION)
    payload: dict[str, Json] = {
        "body": {"obs": obs},
        "job": {Field.DESCRIPTION.value: told},
        "why": {Field.DESCRIPTION.value: "the job was raised for this visit"},
    }
    mark = intent(
        IntentKind.UPDATE_VISIT,
        policy.connection,
        job_id=view.link.job_id,
        visit_id=view.link.visit_id,
        link_id=view.link.link_id,
        changes={"obs": Change(view.known_visit.obs, obs)},
        payload=payload,
    )
    others = [each for each in plan.intents if each.kind is not IntentKind.UPDATE_VISIT]
    return LinkPlan((mark, *others), found, plan.questions, plan.reasons)


def raised_base(view: View, owners: Mapping[Field, Owner]) -> Base:
    """What a job and the visit that it was raised for say when they meet.

    What LetsJobIt owns was chosen there, so a job's own day does not move the visit.
    """
    job, visit = view.job_order.values, view.visit_order.values
    taken = frozenset(name for name in job.keys() & visit.keys() if owners[name] is Owner.LETSJOBIT)
    return Base(dict(job), dict(visit), taken)


def chosen_property(answer: str | None, fitting: Sequence[str], known: Set[str]) -> str | None:
    """The property of a visit: the one that a person chose, else the only one that fits."""
    if answer is not None:
        return answer if answer in known else None
    return fitting[0] if len(fitting) == 1 else None


def earlier_question(visits: Sequence[VisitRecord]) -> Question:
    """One question for all visits from the field that were there before."""
    named = sorted(each.doc_no or each.visit_key for each in visits)
    return Question(
        *EARLIER_TOPIC,
        "Visits raised in LetsJobIt were there before syncd began to make jobs of such visits, or "
        f"before its store was lost: {len(visits)}. Make their jobs, or were they handled already?",
        ("deliver", "already-handled"),
        details={"visits": [*named[:MOST_NAMED]]},
    )


def refused_visit_topic(visit: VisitRecord) -> tuple[InboxKind, str]:
    """Under which topic a visit is asked about that AgentOS would not take."""
    return InboxKind.REFUSED, f"visit:{visit.visit_key}"


def refused_visit_question(visit: VisitRecord, reason: str) -> Question:
    """Ask about a visit that AgentOS would not take, before anything is sent."""
    return Question(
        *refused_visit_topic(visit),
        f"No job can be made of visit {visit.doc_no or visit.visit_key}: {reason}. Correct it in "
        "LetsJobIt.",
        ("retry", "leave"),
        visit_id=visit.visit_id,
        details={"visits": [visit.doc_no]},
    )


def acknowledgement(connection: str, visit: VisitRecord, *, why: str = CREATED) -> Intent:
    """Acknowledge a closed visit of which nothing else can go back, and why that is."""
    payload: dict[str, Json] = {
        "visit_key": visit.visit_key,
        "mark": visit.doc_no or visit.visit_key,
        "part": Part.CONFIRM.value,
        "after": [],
        "why": {"confirmClose": why},
    }
    return intent(
        IntentKind.CONFIRM_CLOSE,
        connection,
        job_id=None,
        visit_id=visit.visit_id,
        link_id=None,
        changes={"confirmClose": Change(0, 1)},
        payload=payload,
        effect_key=effect_key(visit.visit_key, Part.CONFIRM),
    )


def is_without_contractor(view: View, raised_as: str | None, *, if_ours: JobState) -> bool:
    """Whether a live job that V3 made for us (`raised_as`: its ExternalID) is nobody's yet.

    `if_ours` is what the job would be with our contractor. A visit with our tag had its job taken
    once: who took it away again meant that.
    """
    job, visit = view.job, view.visit
    return (
        raised_as is not None
        and job is not None
        and not job.contractor_id
        and if_ours in _LIVE
        and (visit is None or visit.tag is None)
        and not view.link.is_ours
        and view.link.visit_key is not None
    )


def plan_contractor(view: View, policy: Policy, contractor_id: str) -> LinkPlan:
    """Take a job that was raised through V3: it cannot be given to anybody when it is created."""
    made = intent(
        IntentKind.UPDATE_JOB,
        policy.connection,
        job_id=view.link.job_id,
        visit_id=view.link.visit_id,
        link_id=view.link.link_id,
        changes={"contractor": Change(None, contractor_id)},
        payload={"contractor_id": contractor_id, "why": {"contractor": "syncd raised this job"}},
    )
    return LinkPlan((made,))
