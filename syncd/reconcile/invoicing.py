"""Whether a closed visit is invoiced, over how much, and what a person has to say first. Pure."""

from dataclasses import replace
from decimal import Decimal

from syncd.model import Change, InboxKind, Intent, IntentKind, IntentState, Json, Part
from syncd.reconcile.drafts import (
    Charge,
    Draft,
    Topic,
    effect,
    keep,
    keep_sent,
    question_about,
)
from syncd.reconcile.guards import judged_by


def plan_invoice(draft: Draft) -> None:
    """Plan the invoice, where there is one and nothing has to be asked first."""
    delivery = draft.delivery
    if not draft.policy.with_invoice:
        keep_sent(draft, Part.INVOICE)
        return
    if delivery.effects.get(Part.INVOICE) not in (None, IntentState.PENDING):
        keep(draft, Part.INVOICE)
        _remember_answers(draft)
        return
    charge = _charge(draft)
    if charge is None or charge.gross == 0 or not _may_submit(draft, charge):
        return
    planned = _invoice_intent(draft, charge)
    answer = _word_on_rejected(draft, planned)
    if answer == "no-charge":
        return
    if answer is not None:
        # A person's word about this very invoice: no guard asks about it again.
        planned = replace(planned, payload={**planned.payload, "is_released": True})
    # Where nobody has spoken yet, the guard that was rejected goes on holding it.
    draft.intents.append(planned)


def _invoice_intent(draft: Draft, charge: Charge) -> Intent:
    delivery = draft.delivery
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
    return effect(draft, Part.INVOICE, IntentKind.SUBMIT_INVOICE, changes, payload)


def _remember_answers(draft: Draft) -> None:
    """What a person said about an invoice holds until it is there: it may have to be sent again."""
    if draft.delivery.effects[Part.INVOICE] is IntentState.DONE:
        return
    asking = Draft(draft.delivery, draft.policy)
    charge = _charge(asking)
    if charge is not None:
        _may_submit(asking, charge)
        _word_on_rejected(asking, _invoice_intent(asking, charge))
    draft.questions += [each for each in asking.questions if asking.answers(each) is not None]


def _charge(draft: Draft) -> Charge | None:
    """What is to be invoiced; None while nobody knows, or where a person said nothing is."""
    delivery = draft.delivery
    if delivery.amount_problem is None:
        # None only where what a person entered is no amount.
        draft.waits = draft.waits or delivery.charge is None
        return delivery.charge
    kind, topic = amount_topic(delivery.visit.visit_key)
    question = question_about(
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


def _may_submit(draft: Draft, charge: Charge) -> bool:
    """Ask first where configuration wants a person's word, or an earlier store may have sent it."""
    return _is_surely_unsent(draft, charge) and _is_approved(draft, charge)


def earlier_topic(visit_key: str) -> Topic:
    """Under which topic a person is asked about an invoice that a lost store may have sent."""
    return InboxKind.IN_DOUBT, f"earlier:{visit_key}"


def _is_surely_unsent(draft: Draft, charge: Charge) -> bool:
    delivery = draft.delivery
    if delivery.why_unsure is None:
        return True
    kind, topic = earlier_topic(delivery.visit.visit_key)
    question = question_about(
        delivery,
        kind,
        topic,
        f"Invoice {delivery.invoice_number} over {charge.gross} may have been submitted before "
        f"the store was lost: {delivery.why_unsure}. Look for it in AgentOS under Maintenance, "
        "Submitted Invoices.",
        ("it-arrived", "send-again"),
    )
    answer = draft.answer(question)
    draft.waits = draft.waits or answer is None
    return answer is not None and answer.choice == "send-again"


def _is_approved(draft: Draft, charge: Charge) -> bool:
    delivery, limit = draft.delivery, draft.policy.approve_from
    gross = delivery.read_gross if delivery.read_gross is not None else charge.gross
    if limit is None or gross < limit:
        return True
    kind, topic = approval_topic(delivery.visit.visit_key, delivery.read_gross)
    question = question_about(
        delivery,
        kind,
        topic,
        f"Submit invoice {delivery.invoice_number} over {gross} for visit {delivery.visit.doc_no}?",
        ("approve", "enter", "no-charge"),
    )
    answer = draft.answer(question)
    draft.waits = draft.waits or answer is None
    return answer is not None and answer.choice in ("approve", "enter")


def _word_on_rejected(draft: Draft, planned: Intent) -> str | None:
    """A person's word on one invoice that was rejected with others; None where there is none.

    A closed visit whose invoice nobody wants sent has to find its end: what a guard's `reject`
    held back is asked about one by one, and an answer holds until the invoice is there.
    """
    delivery = draft.delivery
    kind, topic = approval_topic(delivery.visit.visit_key, delivery.read_gross)
    gross, number = planned.payload["gross"], planned.payload["number"]
    question = question_about(
        delivery,
        kind,
        f"{topic}:rejected",
        f"Invoice {number} over {gross} was rejected with others of its cycle, so visit "
        f"{delivery.visit.doc_no} is not acknowledged. Submit it after all?",
        ("approve", "enter", "no-charge"),
    )
    if judged_by(planned) not in draft.policy.rejected and draft.answers(question) is None:
        return None
    answer = draft.answer(question)
    draft.waits = draft.waits or answer is None
    return answer.choice if answer is not None else None


def amount_topic(visit_key: str) -> Topic:
    """Under which topic an amount that cannot be read is asked for."""
    return InboxKind.MISSING_AMOUNT, f"amount:{visit_key}"
