"""Planning the delivery of one closed visit: status, documents, invoice, and the acknowledgement.

Each step is an effect that must never happen twice, so each has a key of its own, and what is done
or under way is never planned again. The acknowledgement comes last, when everything else is done
or a person waived it: until then the visit stays in LetsJobIt's queue.
"""

from collections.abc import Mapping, Sequence
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
from syncd.reconcile.intents import intent
from syncd.reconcile.links import state_question

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
    visit of the job is open, `status_id` the status to report, None while it has no name.
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


@dataclass(frozen=True)
class DeliveryPolicy:
    """What this connection delivers, and what people have answered.

    `approve_from` is the gross amount from which a person's word comes first; None: never.
    """

    connection: str
    with_signature: bool
    with_job_sheet: bool
    with_invoice: bool
    approve_from: Decimal | None
    answers: Mapping[Topic, Answer]


@dataclass(frozen=True)
class DeliveryPlan:
    """The intents that are still to be made, in order, and what a person has to say first."""

    intents: tuple[Intent, ...] = ()
    questions: tuple[Question, ...] = ()
    is_history: bool = False


@dataclass
class _Draft:
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


def amount_topic(visit_key: str) -> Topic:
    """Under which topic an amount that cannot be read is asked for."""
    return InboxKind.MISSING_AMOUNT, f"amount:{visit_key}"


def effect_key(visit_key: str, part: Part) -> str:
    """The name of one effect of one visit, the same in every store."""
    return f"{visit_key}:{part}"


def plan_delivery(delivery: Delivery, policy: DeliveryPolicy) -> DeliveryPlan:
    """What is still to be done about one closed visit that waits for acknowledgement."""
    draft = _Draft(delivery, policy)
    if delivery.is_history:
        answer = policy.answers.get((InboxKind.HISTORY, HISTORY_TOPIC))
        if answer is None:
            return DeliveryPlan(is_history=True)
        if answer.choice == "already-handled":
            _confirm(draft)
            return DeliveryPlan(tuple(draft.intents), is_history=True)
    if not _is_to_deliver(draft):
        return DeliveryPlan(tuple(draft.intents), tuple(draft.questions))
    _status(draft)
    _signature(draft)
    _job_sheet(draft)
    _invoice(draft)
    if not draft.waits:
        _confirm(draft)
    return DeliveryPlan(tuple(draft.intents), tuple(draft.questions), delivery.is_history)


HISTORY_TOPIC = "closures before go-live"


def history_question(visits: Sequence[VisitRecord]) -> Question:
    """One question for all closures from before go-live of visits that syncd did not make."""
    return Question(
        InboxKind.HISTORY,
        HISTORY_TOPIC,
        "Visits that syncd did not make, closed before go-live, wait for acknowledgement: "
        f"{len(visits)}. Deliver them to AgentOS, or were they handled already?",
        ("deliver", "already-handled"),
        details={"visits": [each.doc_no for each in visits]},
    )


def _is_to_deliver(draft: _Draft) -> bool:
    """Cancelled, reassigned and vanished jobs: a person says whether the work is delivered."""
    delivery = draft.delivery
    lost = (JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE)
    if delivery.job_state not in lost:
        return True
    answer = draft.answer(state_question(delivery.link, delivery.job_state, "closed"))
    if answer is not None and answer.choice == "agentos":
        _confirm(draft)
    return answer is not None and answer.choice == "letsjobit"


def _status(draft: _Draft) -> None:
    delivery = draft.delivery
    done = delivery.job_state is JobState.COMPLETED or delivery.has_other_open
    if done and Part.STATUS not in delivery.effects:
        return
    if delivery.status_id is None:
        draft.waits = True
        return
    change = Change(delivery.job_status_id, delivery.status_id)
    payload: dict[str, Json] = {"status_id": delivery.status_id}
    _add(draft, Part.STATUS, IntentKind.UPDATE_JOB, {"status": change}, payload)


def _signature(draft: _Draft) -> None:
    delivery = draft.delivery
    if not draft.policy.with_signature or not delivery.has_signature:
        _keep_sent(draft, Part.SIGNATURE)
        return
    if delivery.signature_problem is None:
        _document(draft, Part.SIGNATURE)
        return
    question = _question(
        delivery,
        InboxKind.BAD_EVIDENCE,
        f"signature:{delivery.visit.visit_key}",
        f"The signature of visit {delivery.visit.doc_no} cannot be attached: "
        f"{delivery.signature_problem}. Everything else is delivered.",
        ("retry", "leave"),
    )
    answer = draft.answers(question)
    if answer is None or answer.choice == "leave":
        draft.questions.append(question)
    # On the answer `retry` nothing is asked now; a signature that is still bad is asked about anew.
    draft.waits = draft.waits or answer is None or answer.choice != "leave"


def _job_sheet(draft: _Draft) -> None:
    if draft.policy.with_job_sheet:
        _document(draft, Part.JOB_SHEET)
    else:
        _keep_sent(draft, Part.JOB_SHEET)


def _document(draft: _Draft, part: Part) -> None:
    payload: dict[str, Json] = {"was_found": draft.delivery.was_found}
    _add(draft, part, IntentKind.ATTACH_DOCUMENT, {"document": Change(None, part.value)}, payload)


def _invoice(draft: _Draft) -> None:
    delivery = draft.delivery
    if not draft.policy.with_invoice:
        _keep_sent(draft, Part.INVOICE)
        return
    if delivery.effects.get(Part.INVOICE) not in (None, IntentState.PENDING):
        _keep(draft, Part.INVOICE)
        _remember_answers(draft)
        return
    charge = _charge(draft)
    if charge is None or charge.gross == 0 or not _may_submit(draft, charge):
        return
    payload: dict[str, Json] = {
        "number": delivery.invoice_number,
        "contractor_id": delivery.contractor_id,
        "net": str(charge.net),
        "vat": str(charge.vat),
        "gross": str(charge.gross),
        "entered": delivery.entered_amount,
    }
    changes = {
        "invoice": Change(None, delivery.invoice_number),
        "gross": Change(None, str(charge.gross)),
        "vat": Change(None, str(charge.vat)),
    }
    _add(draft, Part.INVOICE, IntentKind.SUBMIT_INVOICE, changes, payload)


def _remember_answers(draft: _Draft) -> None:
    """What a person said about an invoice holds until it is there: it may have to be sent again."""
    if draft.delivery.effects[Part.INVOICE] is IntentState.DONE:
        return
    asking = _Draft(draft.delivery, draft.policy)
    charge = _charge(asking)
    if charge is not None:
        _may_submit(asking, charge)
    draft.questions += [each for each in asking.questions if asking.answers(each) is not None]


def _charge(draft: _Draft) -> Charge | None:
    """What is to be invoiced; None while nobody knows, or where a person said nothing is."""
    delivery = draft.delivery
    if delivery.amount_problem is None:
        return delivery.charge
    kind, topic = amount_topic(delivery.visit.visit_key)
    question = _question(
        delivery,
        kind,
        topic,
        f"Visit {delivery.visit.doc_no} has no readable amount: {delivery.amount_problem}.",
        ("enter", "no-charge"),
    )
    answer = draft.answer(question)
    if answer is not None and answer.choice == "no-charge":
        return None
    draft.waits = draft.waits or delivery.charge is None
    return delivery.charge


def approval_topic(visit_key: str, read_gross: Decimal | None) -> Topic:
    """Under which topic an invoice is approved: a visit that says another amount is asked anew."""
    return InboxKind.APPROVE_INVOICE, f"approve:{visit_key}:{read_gross}"


def _may_submit(draft: _Draft, charge: Charge) -> bool:
    """Ask first where configuration wants a person's word, or an earlier store may have sent it."""
    return _is_surely_unsent(draft, charge) and _is_approved(draft, charge)


def _is_surely_unsent(draft: _Draft, charge: Charge) -> bool:
    delivery = draft.delivery
    if delivery.why_unsure is None:
        return True
    question = _question(
        delivery,
        InboxKind.IN_DOUBT,
        f"earlier:{delivery.visit.visit_key}",
        f"Invoice {delivery.invoice_number} over {charge.gross} may have been submitted before "
        f"the store was lost: {delivery.why_unsure}. Look for it in AgentOS under Maintenance, "
        "Submitted Invoices.",
        ("it-arrived", "send-again"),
    )
    answer = draft.answer(question)
    draft.waits = draft.waits or answer is None
    return answer is not None and answer.choice == "send-again"


def _is_approved(draft: _Draft, charge: Charge) -> bool:
    delivery, limit = draft.delivery, draft.policy.approve_from
    gross = delivery.read_gross if delivery.read_gross is not None else charge.gross
    if limit is None or gross < limit:
        return True
    kind, topic = approval_topic(delivery.visit.visit_key, delivery.read_gross)
    question = _question(
        delivery,
        kind,
        topic,
        f"Submit invoice {delivery.invoice_number} over {gross} for visit {delivery.visit.doc_no}?",
        ("approve", "enter", "no-charge"),
    )
    answer = draft.answer(question)
    draft.waits = draft.waits or answer is None
    return answer is not None and answer.choice in ("approve", "enter")


def _confirm(draft: _Draft) -> None:
    """Last of all. What it waits for is checked again when it is performed."""
    required: list[Json] = [each.key for each in draft.intents]
    changes = {"confirmClose": Change(0, 1)}
    _add(draft, Part.CONFIRM, IntentKind.CONFIRM_CLOSE, changes, {"after": required})


def _keep(draft: _Draft, part: Part) -> None:
    """An effect that exists and is not done keeps the acknowledgement waiting."""
    state = draft.delivery.effects.get(part)
    draft.waits = draft.waits or (state is not None and state is not IntentState.DONE)


def _keep_sent(draft: _Draft, part: Part) -> None:
    """What is not wanted any more, but was sent, still has to be cleared up."""
    if draft.delivery.effects.get(part) is not IntentState.PENDING:
        _keep(draft, part)


def _add(
    draft: _Draft,
    part: Part,
    kind: IntentKind,
    changes: Mapping[str, Change],
    payload: Mapping[str, Json],
) -> None:
    """Plan an effect that does not exist yet, or that was stored and not sent yet."""
    delivery = draft.delivery
    state = delivery.effects.get(part)
    if state not in (None, IntentState.PENDING):
        _keep(draft, part)
        return
    draft.intents.append(
        intent(
            kind,
            draft.policy.connection,
            job_id=delivery.link.job_id,
            visit_id=delivery.visit.visit_id,
            link_id=delivery.link.link_id,
            changes=changes,
            payload={**payload, "visit_key": delivery.visit.visit_key, "part": part.value},
            effect_key=effect_key(delivery.visit.visit_key, part),
        )
    )


def _question(
    delivery: Delivery, kind: InboxKind, topic: str, summary: str, choices: tuple[str, ...]
) -> Question:
    return Question(
        kind,
        topic,
        summary,
        choices,
        link_id=delivery.link.link_id,
        job_id=delivery.link.job_id,
        visit_id=delivery.visit.visit_id,
    )
