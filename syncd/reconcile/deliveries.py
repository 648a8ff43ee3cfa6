"""Planning the delivery of one closed visit: status, documents, invoice, and the acknowledgement.

Each step is an effect that must never happen twice, so each has a key of its own, and what is done
or under way is never planned again. The acknowledgement comes last, when everything else is done
or a person waived it: until then the visit stays in LetsJobIt's queue.
"""

from collections.abc import Sequence

from syncd.model import (
    Change,
    InboxKind,
    IntentKind,
    IntentState,
    JobState,
    Json,
    Part,
    Question,
    VisitRecord,
)
from syncd.reconcile.acknowledged import is_to_be_asked, plan_acknowledged
from syncd.reconcile.drafts import (
    Delivery,
    DeliveryPlan,
    DeliveryPolicy,
    Draft,
    add,
    keep_sent,
    question_about,
)
from syncd.reconcile.invoicing import plan_invoice
from syncd.reconcile.leads import plan_lead
from syncd.reconcile.links import state_question
from syncd.reconcile.photos import plan_photos


def plan_delivery(delivery: Delivery, policy: DeliveryPolicy) -> DeliveryPlan:
    """What is still to be done about one closed visit that waits for acknowledgement, or that
    somebody else acknowledged before it was read."""
    if is_to_be_asked(delivery):
        return plan_acknowledged(delivery, policy, plan_delivery)
    draft = Draft(delivery, policy)
    if delivery.effects.get(Part.CONFIRM) is IntentState.DONE:
        return _plan_completion(draft)
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
    plan_invoice(draft)
    _note(draft)
    plan_photos(draft)
    plan_lead(draft)
    if not draft.waits:
        _confirm(draft, owes_status=_is_status_due_later(delivery))
    return DeliveryPlan(tuple(draft.intents), tuple(draft.questions), delivery.is_history)


_LOST = (JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE)


def _is_status_due_later(delivery: Delivery) -> bool:
    """Whether the job is left as it is only because another of its visits is open."""
    is_alive = delivery.job_state not in (JobState.COMPLETED, *_LOST)
    return is_alive and delivery.has_other_open and Part.STATUS not in delivery.effects


def _plan_completion(draft: Draft) -> DeliveryPlan:
    """An acknowledged visit may owe its job the completion, since another visit was open then.

    The last open visit completes the job. Where that goes away without a closure, nobody but a
    person knows whether the work is done.
    """
    delivery = draft.delivery
    is_ended = delivery.job_state in (JobState.COMPLETED, *_LOST)
    if is_ended or delivery.effects.get(Part.STATUS) is IntentState.DONE:
        return DeliveryPlan(is_over=True)
    if delivery.has_other_open or delivery.has_other_to_come:
        return DeliveryPlan()
    answer = draft.answer(_unfinished_question(delivery))
    if answer is not None and answer.choice == "letsjobit":
        _status(draft)
    return DeliveryPlan(tuple(draft.intents), tuple(draft.questions))


def _unfinished_question(delivery: Delivery) -> Question:
    return Question(
        InboxKind.CONFLICT,
        f"unfinished:{delivery.link.job_id}",
        f"Visit {delivery.visit.doc_no} was closed and delivered while another visit of its job "
        "was open. That one is hidden or deleted now, and nobody has completed the job: "
        "is the work done?",
        ("agentos", "letsjobit", "leave"),
        link_id=delivery.link.link_id,
        job_id=delivery.link.job_id,
        visit_id=delivery.visit.visit_id,
    )


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


def _is_to_deliver(draft: Draft) -> bool:
    """Cancelled, reassigned and vanished jobs: a person says whether the work is delivered."""
    delivery = draft.delivery
    if delivery.job_state not in _LOST:
        return True
    answer = draft.answer(state_question(delivery.link, delivery.job_state, "closed"))
    if answer is not None and answer.choice == "agentos":
        _confirm(draft)
    return answer is not None and answer.choice == "letsjobit"


def _status(draft: Draft) -> None:
    delivery = draft.delivery
    done = delivery.job_state is JobState.COMPLETED or delivery.has_other_open
    if done and Part.STATUS not in delivery.effects:
        return
    if delivery.status_id is None:
        draft.waits = True
        return
    change = Change(delivery.job_status_id, delivery.status_id)
    payload: dict[str, Json] = {"status_id": delivery.status_id}
    add(draft, Part.STATUS, IntentKind.UPDATE_JOB, {"status": change}, payload)


def _signature(draft: Draft) -> None:
    delivery = draft.delivery
    if not draft.policy.with_signature or not delivery.has_signature:
        keep_sent(draft, Part.SIGNATURE)
        return
    if delivery.signature_problem is None:
        _document(draft, Part.SIGNATURE)
        return
    question = question_about(
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


def _job_sheet(draft: Draft) -> None:
    if draft.policy.with_job_sheet:
        _document(draft, Part.JOB_SHEET)
    else:
        keep_sent(draft, Part.JOB_SHEET)


def _document(draft: Draft, part: Part) -> None:
    payload: dict[str, Json] = {"was_found": draft.delivery.was_found}
    add(draft, part, IntentKind.ATTACH_DOCUMENT, {"document": Change(None, part.value)}, payload)


def _note(draft: Draft) -> None:
    text = draft.delivery.note
    if text:
        add(draft, Part.NOTE, IntentKind.ADD_NOTE, {"note": Change(None, text)}, {"text": text})
    else:
        keep_sent(draft, Part.NOTE)


def _confirm(draft: Draft, *, owes_status: bool = False) -> None:
    """Last of all. What it waits for is checked again when it is performed."""
    required: list[Json] = [each.key for each in draft.intents]
    changes = {"confirmClose": Change(0, 1)}
    payload: dict[str, Json] = {"after": required, "owes_status": owes_status}
    add(draft, Part.CONFIRM, IntentKind.CONFIRM_CLOSE, changes, payload)
