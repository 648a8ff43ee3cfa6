"""Planning one link: from where both sides stand to intents, a new base and questions."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace

from syncd.model import (
    Base,
    Change,
    Field,
    InboxKind,
    Intent,
    IntentKind,
    JobRecord,
    JobState,
    Json,
    Link,
    Owner,
    Question,
    StatusRoles,
    VisitId,
    VisitRecord,
    VisitState,
    WorksOrder,
)
from syncd.reconcile.intents import intent
from syncd.reconcile.merge import merge
from syncd.reconcile.status import TABLE, Step

CHOICES = ("agentos", "letsjobit", "leave")

WHILE_IN_PROGRESS = frozenset({Field.DESCRIPTION, Field.ACCESS, Field.ADDRESS, Field.CONTACT})
"""What may still change under an engineer's hands: what the visit says, never when or who."""


@dataclass(frozen=True)
class View:
    """Everything that planning one link looks at; a side that is not known says nothing."""

    link: Link
    job: JobRecord | None
    job_state: JobState
    job_order: WorksOrder
    visit: VisitRecord | None
    visit_state: VisitState
    visit_order: WorksOrder
    base: Base | None
    has_our_invoice: bool = False

    @property
    def known_job(self) -> JobRecord:
        """The job, where the state table says that there is one."""
        if self.job is None:
            raise ValueError("the job is not known")
        return self.job

    @property
    def known_visit(self) -> VisitRecord:
        """The visit, where the state table says that there is one."""
        if self.visit is None:
            raise ValueError("the visit is not known")
        return self.visit


@dataclass(frozen=True)
class NewVisit:
    """A visit to create: its identity and its body."""

    visit_id: VisitId
    occurrence: int
    salt: int
    body: Mapping[str, Json]


@dataclass(frozen=True)
class Policy:
    """How this connection decides, with what people have answered.

    `new_visit` builds the whole visit of the link's next occurrence when asked to;
    `visit_changes` builds the body of a partial update from changed fields; both are translation.
    """

    connection: str
    owners: Mapping[Field, Owner]
    withdraw: str
    answers: Mapping[tuple[InboxKind, str], str]
    open_topics: Set[tuple[InboxKind, str]]
    roles: StatusRoles
    new_visit: Callable[[View], NewVisit]
    visit_changes: Callable[[View, Mapping[Field, Json]], Mapping[str, Change]]


@dataclass(frozen=True)
class LinkPlan:
    """What one link calls for. `base` is None where nothing moved without a write."""

    intents: tuple[Intent, ...] = ()
    base: Base | None = None
    questions: tuple[Question, ...] = ()
    reasons: Mapping[Field, str] = field(default_factory=dict)

    @property
    def is_quiet(self) -> bool:
        """Nothing to do, to remember or to ask."""
        return not (self.intents or self.questions or self.base is not None)


def plan_link(view: View, policy: Policy) -> LinkPlan:
    """Walk the state table for one link."""
    step = TABLE[view.visit_state, view.job_state]
    match step:
        case Step.CREATE:
            return _create(view, policy)
        case Step.KEEP | Step.REPORT_IN_PROGRESS | Step.REPORT_AWAITING_ACCESS:
            kept = _keep(view, policy)
            return replace(kept, intents=(*kept.intents, *_reports(view, policy, step)))
        case Step.UNHIDE:
            return _keep(view, policy, unhide=True)
        case Step.HIDE:
            return _hide(view, policy)
        case Step.HIDE_AND_ASK:
            return _hide_and_ask(view, policy)
        case Step.ASK if view.job_state is JobState.COMPLETED and view.has_our_invoice:
            # Authorising our invoice completes the job: the engineer goes on.
            return LinkPlan()
        case Step.ASK:
            return LinkPlan(questions=(_state_question(view),))
        case Step.NEXT_VISIT if view.link.was_completed:
            return _create(view, policy)
        case Step.ASK_DELETED:
            return _deleted(view, policy)
        case _:
            return _quiet_unless_asked(view, policy)


def _create(view: View, policy: Policy) -> LinkPlan:
    new = policy.new_visit(view)
    payload: dict[str, Json] = {
        "body": dict(new.body),
        "occurrence": new.occurrence,
        "salt": new.salt,
        "job": _named(view.job_order.values),
    }
    changes = {name: Change(None, value) for name, value in new.body.items()}
    made = intent(
        IntentKind.CREATE_VISIT,
        policy.connection,
        job_id=view.link.job_id,
        visit_id=new.visit_id,
        link_id=view.link.link_id,
        changes=changes,
        payload=payload,
        # A new visit is never dated in the past, so its date moves on while it waits.
        meant={**new.body, "date": view.job_order.values.get(Field.DATE)},
    )
    return LinkPlan((made,))


def _reports(view: View, policy: Policy, step: Step) -> tuple[Intent, ...]:
    """The status that the visit's progress calls for, where it has a name and is not set already.

    A skipped visit that is open again takes its job back to the status it was reported from.
    """
    now, before, roles = view.known_job.status_id, view.link.reported_from, policy.roles
    wanted, remembered = None, before
    if step is Step.REPORT_IN_PROGRESS:
        wanted, remembered = roles.in_progress, None
    elif step is Step.REPORT_AWAITING_ACCESS:
        wanted, remembered = roles.awaiting_access, now
    elif view.visit_state is VisitState.IN_PROGRESS and now == roles.awaiting_access and before:
        wanted, remembered = roles.in_progress or before, None
    elif view.visit_state is VisitState.OPEN and now == roles.awaiting_access and before:
        wanted, remembered = before, None
    if wanted is None or wanted == now:
        return ()
    payload: dict[str, Json] = {"status_id": wanted, "reports_from": remembered}
    changes = {"status": Change(now, wanted)}
    return (_visit_intent(IntentKind.UPDATE_JOB, view, policy, changes, payload),)


def is_report_over(view: View, roles: StatusRoles) -> bool:
    """Whether there is nothing left to go back from: the visit is not skipped any more, and the job
    has another status than the one that was reported."""
    is_back = view.visit_state in (VisitState.OPEN, VisitState.IN_PROGRESS)
    now = view.job.status_id if view.job is not None else None
    return view.link.reported_from is not None and is_back and now != roles.awaiting_access


def _named(values: Mapping[Field, Json]) -> dict[str, Json]:
    return {name.value: value for name, value in values.items()}


def _keep(view: View, policy: Policy, *, unhide: bool = False) -> LinkPlan:
    """Bring the visit in step with the job, field by field."""
    topic = f"fields:{view.link.job_id}"
    is_under_way = view.visit_state is VisitState.IN_PROGRESS
    merged = merge(
        view.job_order.values,
        view.visit_order.values,
        view.base,
        owners=policy.owners,
        answer=policy.answers.get((InboxKind.CONFLICT, topic)),
        among=WHILE_IN_PROGRESS if is_under_way else frozenset(Field),
    )
    base = merged.base if merged.base != view.base else None
    questions = (_field_question(view, topic, merged.conflicts),) if merged.conflicts else ()
    changes = dict(policy.visit_changes(view, merged.writes)) if merged.writes else {}
    if unhide:
        changes["inMobileApp"] = Change(0, 1)
    if not changes:
        return LinkPlan((), base, questions, merged.reasons)
    payload: dict[str, Json] = {
        "body": {name: change.new for name, change in changes.items()},
        "job": _named(merged.writes),
        "unhide": unhide,
        "why": {name.value: merged.reasons[name] for name in merged.writes},
    }
    made = _visit_intent(IntentKind.UPDATE_VISIT, view, policy, changes, payload)
    return LinkPlan((made,), base, questions, merged.reasons)


def _hide(view: View, policy: Policy) -> LinkPlan:
    """Withdraw what is ours. A visit that people made goes only on a person's word."""
    if view.link.is_ours or not view.known_visit.is_in_app:
        return LinkPlan(_withdrawal(view, policy) if view.link.is_ours else ())
    question = _state_question(view)
    is_told = policy.answers.get((question.kind, question.topic)) == "agentos"
    return LinkPlan(_withdrawal(view, policy) if is_told else (), questions=(question,))


def _withdrawal(view: View, policy: Policy) -> tuple[Intent, ...]:
    kind = IntentKind.WITHDRAW_VISIT
    why: dict[str, Json] = {"visit": f"the job is {view.job_state}"}
    if policy.withdraw == "delete" and view.link.is_ours:
        changes = {"_id": Change(view.link.visit_key, None)}
        return (_visit_intent(kind, view, policy, changes, {"delete": True, "why": why}),)
    if not view.known_visit.is_in_app:
        # The dispatcher hid it already; what we did not hide we must not show again later.
        return ()
    changes = {"inMobileApp": Change(1, 0)}
    return (_visit_intent(kind, view, policy, changes, {"delete": False, "why": why}),)


def _visit_intent(
    kind: IntentKind,
    view: View,
    policy: Policy,
    changes: Mapping[str, Change],
    payload: Mapping[str, Json],
) -> Intent:
    return intent(
        kind,
        policy.connection,
        job_id=view.link.job_id,
        visit_id=view.link.visit_id,
        link_id=view.link.link_id,
        changes=changes,
        payload=payload,
    )


def _hide_and_ask(view: View, policy: Policy) -> LinkPlan:
    """A job completed under an open visit: by our invoice's authorisation, or by somebody."""
    if view.has_our_invoice or not (view.known_visit.is_in_app or _is_asked(view, policy)):
        # What the dispatcher took out of the app needs nobody's word.
        return LinkPlan()
    question = _state_question(view)
    answer = policy.answers.get((question.kind, question.topic))
    if answer == "letsjobit":
        kept = _keep(view, policy)
        return LinkPlan(kept.intents, kept.base, (*kept.questions, question), kept.reasons)
    may_hide = view.link.is_ours or answer == "agentos"
    return LinkPlan(_withdrawal(view, policy) if may_hide else (), questions=(question,))


def _is_asked(view: View, policy: Policy) -> bool:
    question = _state_question(view)
    return (question.kind, question.topic) in policy.open_topics


def _quiet_unless_asked(view: View, policy: Policy) -> LinkPlan:
    """A hidden visit of a completed job keeps its open question, and comes back on that word."""
    question = _state_question(view)
    topic = (question.kind, question.topic)
    if view.visit_state is not VisitState.HIDDEN or topic not in policy.open_topics:
        return LinkPlan()
    if policy.answers.get(topic) == "letsjobit" and view.job_state is JobState.COMPLETED:
        kept = _keep(view, policy, unhide=True)
        return LinkPlan(kept.intents, kept.base, (*kept.questions, question), kept.reasons)
    return LinkPlan(questions=(question,)) if view.job_state is JobState.COMPLETED else LinkPlan()


def _deleted(view: View, policy: Policy) -> LinkPlan:
    kind, topic = deleted_topic(view.link)
    if policy.answers.get((kind, topic)) == "recreate":
        created = _create(view, policy)
        return LinkPlan(created.intents, questions=(_deleted_question(view, topic),))
    return LinkPlan(questions=(_deleted_question(view, topic),))


def deleted_topic(link: Link) -> tuple[InboxKind, str]:
    """Under which topic a person is asked about the deleted visit of a link."""
    return InboxKind.VISIT_DELETED, f"deleted:{link.visit_id}"


def _deleted_question(view: View, topic: str) -> Question:
    return Question(
        InboxKind.VISIT_DELETED,
        topic,
        f"Visit {view.link.doc_no} was deleted in LetsJobIt, but its job is still open.",
        ("recreate", "leave"),
        link_id=view.link.link_id,
        job_id=view.link.job_id,
        visit_id=view.link.visit_id,
    )


def _state_question(view: View) -> Question:
    return state_question(view.link, view.job_state, view.visit_state)


def state_question(link: Link, job_state: JobState, visit_words: str) -> Question:
    """A conflict between the two states; its topic is the same while the visit lives."""
    return Question(
        InboxKind.CONFLICT,
        f"state:{link.job_id}:{job_state}",
        f"The job of visit {link.doc_no} is {job_state} in AgentOS, "
        f"but the visit is {visit_words} in LetsJobIt.",
        CHOICES,
        link_id=link.link_id,
        job_id=link.job_id,
        visit_id=link.visit_id,
        details={"visit": str(visit_words)},
    )


def _field_question(view: View, topic: str, fields: tuple[Field, ...]) -> Question:
    details: dict[str, Json] = {
        name: {"agentos": view.job_order.values[name], "letsjobit": view.visit_order.values[name]}
        for name in fields
    }
    names = ", ".join(fields)
    return Question(
        InboxKind.CONFLICT,
        topic,
        f"Job and visit {view.link.doc_no} say something different about: {names}.",
        CHOICES,
        link_id=view.link.link_id,
        job_id=view.link.job_id,
        visit_id=view.link.visit_id,
        details=details,
    )
