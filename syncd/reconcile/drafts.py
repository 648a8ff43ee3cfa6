"""The delivery of one closed visit while it is planned: what is known, wanted, and asked.

Values, and a draft that grows part by part; `deliveries` and `invoicing` decide. Pure.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal

from syncd.model import (
    Change,
    InboxKind,
    Intent,
    IntentKind,
    IntentState,
    JobState,
    Json,
    Link,
    Part,
    Question,
    VisitRecord,
)
from syncd.reconcile.albums import NO_PHOTOS, Album
from syncd.reconcile.intents import intent
from syncd.reconcile.lead_rules import LeadRules

Topic = tuple[InboxKind, str]


@dataclass(frozen=True)
class Answer:
    """A person's choice, with its value where the choice takes one."""

    choice: str
    value: str | None = None


@dataclass(frozen=True)
class Charge:
    """What the visit costs; 0 is no invoice."""

    net: Decimal
    vat: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Delivery:
    """One closed visit and everything that its delivery depends on.

    `effects` are the effects of this visit that exist, by part. `has_other_open` is whether another
    visit of the job is open, `has_other_to_come` whether another one is closed and not acknowledged
    yet or deleted and perhaps made again, `status_id` the status to report, None while it has no
    name.
    `signature_problem` is None for a good signature. `charge` is what will be invoiced, None while
    nobody knows; `read_gross` is what the visit itself says, whatever a person entered, and
    `amount_problem` why it says nothing. `was_found` is whether an earlier store may have delivered
    it; `why_unsure` is why AgentOS does not tell whether that one submitted the invoice, None where
    it tells.
    """

    link: Link
    job_state: JobState
    job_status_id: str
    visit: VisitRecord
    effects: Mapping[Part, IntentState]
    is_history: bool
    has_other_open: bool
    has_other_to_come: bool
    status_id: str | None
    has_signature: bool
    signature_problem: str | None
    charge: Charge | None
    read_gross: Decimal | None
    entered_amount: str | None
    amount_problem: str | None
    invoice_number: str
    contractor_id: str
    was_found: bool
    why_unsure: str | None
    note: str = ""
    """What the job is told in a note; empty: nothing."""
    has_lead: bool = False
    """Whether the engineer noted a lead."""
    album: Album = NO_PHOTOS
    """Its photos, where there are any for the property."""
    may_be_sent: bool = False
    """Whether an earlier store may have delivered what nothing shows."""
    is_acknowledged: bool = False
    """Whether somebody else acknowledged it before it was read."""
    is_shown: bool | None = None
    """Whether AgentOS shows that it was delivered; None where it does not tell."""


@dataclass(frozen=True)
class DeliveryPolicy:
    """What this connection delivers, and what people have answered.

    `approve_from` is the gross amount from which a person's word comes first; None: never.
    `rejected` are the invoices that a person rejected when a guard held them, as `judged_by`.
    """

    connection: str
    with_signature: bool
    with_job_sheet: bool
    with_invoice: bool
    approve_from: Decimal | None
    answers: Mapping[Topic, Answer]
    rejected: Set[str] = frozenset()
    leads: LeadRules | None = None
    """None where leads are switched off."""

    @property
    def with_papers(self) -> bool:
        """Whether documents are attached."""
        return self.with_signature or self.with_job_sheet


@dataclass(frozen=True)
class DeliveryPlan:
    """The intents that are still to be made, in order, and what a person has to say first.

    `is_over`: the visit is acknowledged and owes its job nothing any more.
    """

    intents: tuple[Intent, ...] = ()
    questions: tuple[Question, ...] = ()
    is_history: bool = False
    is_over: bool = False


@dataclass
class Draft:
    """A plan while it grows. `waits`: something keeps the acknowledgement waiting."""

    delivery: Delivery
    policy: DeliveryPolicy
    intents: list[Intent] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    waits: bool = False

    def answer(self, question: Question) -> Answer | None:
        """What a person said; the question stays while its cause lasts."""
        self.questions.append(question)
        return self.answers(question)

    def answers(self, question: Question) -> Answer | None:
        """What a person said, where somebody did."""
        return self.policy.answers.get((question.kind, question.topic))


def effect_key(visit_key: str, part: Part) -> str:
    """The name of one effect of one visit, the same in every store."""
    return f"{visit_key}:{part}"


def keep(draft: Draft, part: Part) -> None:
    """An effect that exists and is not done keeps the acknowledgement waiting."""
    state = draft.delivery.effects.get(part)
    draft.waits = draft.waits or (state is not None and state is not IntentState.DONE)


def keep_sent(draft: Draft, part: Part) -> None:
    """What is not wanted any more, but was sent, still has to be cleared up."""
    if draft.delivery.effects.get(part) is not IntentState.PENDING:
        keep(draft, part)


def add(
    draft: Draft,
    part: Part,
    kind: IntentKind,
    changes: Mapping[str, Change],
    payload: Mapping[str, Json],
) -> None:
    """Plan an effect that does not exist yet, or that was stored and not sent yet."""
    delivery = draft.delivery
    state = delivery.effects.get(part)
    if state not in (None, IntentState.PENDING):
        keep(draft, part)
        return
    draft.intents.append(effect(draft, part, kind, changes, payload))


def effect(
    draft: Draft,
    part: Part,
    kind: IntentKind,
    changes: Mapping[str, Change],
    payload: Mapping[str, Json],
) -> Intent:
    """One effect of this visit, whether it is planned or not."""
    delivery = draft.delivery
    return intent(
        kind,
        draft.policy.connection,
        job_id=delivery.link.job_id,
        visit_id=delivery.visit.visit_id,
        link_id=delivery.link.link_id,
        changes=changes,
        payload={**payload, "visit_key": delivery.visit.visit_key, "part": part.value},
        effect_key=effect_key(delivery.visit.visit_key, part),
    )


def question_about(
    delivery: Delivery, kind: InboxKind, topic: str, summary: str, choices: tuple[str, ...]
) -> Question:
    """A question about this visit."""
    return Question(
        kind,
        topic,
        summary,
        choices,
        link_id=delivery.link.link_id,
        job_id=delivery.link.job_id,
        visit_id=delivery.visit.visit_id,
    )
