"""What is still to be delivered of one closed visit: every part in every state, and people's words.

The walk of the whole state table, with real vendors' answers, is in tests/closures.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import InboxKind, IntentKind, IntentState, JobState, Part
from syncd.reconcile.deliveries import HISTORY_TOPIC, history_question, plan_delivery
from syncd.reconcile.drafts import (
    Answer,
    Charge,
    Delivery,
    DeliveryPlan,
    DeliveryPolicy,
    Topic,
    effect_key,
)
from syncd.reconcile.guards import judged_by
from syncd.reconcile.invoicing import amount_topic, approval_topic
from tests.reconcile.made import LINK, OUR_CONTRACTOR, VISIT

CLOSED = replace(VISIT, is_closed=True)
KEY = CLOSED.visit_key
CHARGE = Charge(Decimal("100.00"), Decimal("20.00"), Decimal("120.00"))
FREE = Charge(Decimal(0), Decimal(0), Decimal(0))
LOST = (JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE)
SENT = (IntentState.SENDING, IntentState.IN_DOUBT, IntentState.DEAD)

DELIVERY = Delivery(
    link=LINK,
    job_state=JobState.WANTED,
    job_status_id="st-reported",
    visit=CLOSED,
    effects={},
    is_history=False,
    has_other_open=False,
    has_other_to_come=False,
    status_id="st-completed",
    has_signature=True,
    signature_problem=None,
    charge=CHARGE,
    read_gross=CHARGE.gross,
    entered_amount=None,
    amount_problem=None,
    invoice_number="10452",
    contractor_id=OUR_CONTRACTOR,
    was_found=False,
    why_unsure=None,
)

POLICY = DeliveryPolicy(
    connection="northgate",
    with_signature=True,
    with_job_sheet=True,
    with_invoice=True,
    approve_from=None,
    answers={},
)


PLAIN = tuple(part for part in Part if part not in (Part.NOTE, Part.PHOTO, Part.LEAD))
"""What there is where nothing is told in a note, photographed or noted as a lead."""


SINGLE = tuple(part for part in Part if part is not Part.PHOTO)
"""Parts of which a visit has one; photos may be many."""


def planned(
    answers: Mapping[Topic, Answer] | None = None,
    *,
    policy: Mapping[str, Any] | None = None,
    **changed: Any,
) -> DeliveryPlan:
    """The plan for a closed visit that differs from the plainest one in these things."""
    how = replace(POLICY, answers=answers or {}, **(policy or {}))
    return plan_delivery(replace(DELIVERY, **changed), how)


def parts(plan: DeliveryPlan) -> list[str]:
    """The parts that are planned, in order."""
    return [str(each.payload["part"]) for each in plan.intents]


def kinds(plan: DeliveryPlan) -> list[InboxKind]:
    """What is asked."""
    return [each.kind for each in plan.questions]


def said(plan: DeliveryPlan, choice: str, value: str | None = None) -> Mapping[Topic, Answer]:
    """A person's answer to the one question of a plan."""
    (question,) = plan.questions
    assert choice in question.choices
    return {(question.kind, question.topic): Answer(choice, value)}


def test_everything_in_order() -> None:
    """Status, signature, job sheet, invoice, and the acknowledgement after all of them."""
    plan = planned()
    assert parts(plan) == [part.value for part in PLAIN]
    assert plan.intents[-1].payload["after"] == [each.key for each in plan.intents[:-1]]
    assert [each.effect_key for each in plan.intents] == [effect_key(KEY, part) for part in PLAIN]
    assert plan.questions == ()


@given(
    st.dictionaries(st.sampled_from(SINGLE), st.sampled_from([*SENT, IntentState.DONE])),
    st.sampled_from(JobState),
    st.booleans(),
)
def test_nothing_that_exists_is_planned_again(
    effects: dict[Part, IntentState], job_state: JobState, has_other_open: bool
) -> None:
    """Whatever was sent is never planned anew, and the acknowledgement waits for what is not
    done."""
    plan = planned(effects=effects, job_state=job_state, has_other_open=has_other_open)
    assert not set(parts(plan)) & {part.value for part in effects}
    unsettled = [part for part, state in effects.items() if state is not IntentState.DONE]
    if unsettled:
        assert Part.CONFIRM.value not in parts(plan)


@given(st.sets(st.sampled_from(PLAIN)), st.sampled_from([JobState.WANTED, JobState.OTHER]))
def test_what_was_stored_and_not_sent_is_planned_anew(
    pending: set[Part], job_state: JobState
) -> None:
    """A part that waits in the outbox is planned like one that does not exist."""
    plan = planned(effects=dict.fromkeys(pending, IntentState.PENDING), job_state=job_state)
    assert parts(plan) == [part.value for part in PLAIN]


def test_the_same_closure_has_the_same_keys_whatever_it_costs() -> None:
    """An invoice is one effect: another amount or number is no second one."""
    first = planned().intents[3]
    second = planned(charge=FREE, read_gross=None).intents
    other = planned(
        charge=Charge(Decimal(1), Decimal(0), Decimal(1)), invoice_number="10452-2"
    ).intents[3]
    assert first.key == other.key
    assert IntentKind.SUBMIT_INVOICE not in [each.kind for each in second]


def test_a_completed_job_gets_no_status() -> None:
    """And neither does one with another open visit."""
    for changed in ({"job_state": JobState.COMPLETED}, {"has_other_open": True}):
        assert parts(planned(**changed)) == ["signature", "job-sheet", "invoice", "confirm"]


def test_an_unnamed_completed_status_holds_the_acknowledgement() -> None:
    """Everything else is planned."""
    assert parts(planned(status_id=None)) == ["signature", "job-sheet", "invoice"]


@pytest.mark.parametrize("state", LOST)
def test_a_lost_job_is_asked_about(state: JobState) -> None:
    """`agentos` acknowledges, `letsjobit` delivers, `leave` and no answer do nothing."""
    asked = planned(job_state=state)
    assert (parts(asked), kinds(asked)) == ([], [InboxKind.CONFLICT])
    done = {
        choice: parts(planned(said(asked, choice), job_state=state))
        for choice in ("agentos", "letsjobit", "leave")
    }
    assert done == {
        "agentos": ["confirm"],
        "letsjobit": [part.value for part in PLAIN],
        "leave": [],
    }


def test_history_waits_for_one_word() -> None:
    """Nothing is planned before it; `already-handled` only acknowledges."""
    assert planned(is_history=True) == DeliveryPlan(is_history=True)
    question = history_question([CLOSED])
    for choice, wanted in (("already-handled", ["confirm"]), ("deliver", [p.value for p in PLAIN])):
        answers = {(question.kind, question.topic): Answer(choice)}
        assert parts(planned(answers, is_history=True)) == wanted
    assert question.topic == HISTORY_TOPIC


@pytest.mark.parametrize(
    ("off", "left"),
    [
        ({"with_signature": False}, ["status", "job-sheet", "invoice", "confirm"]),
        ({"with_job_sheet": False}, ["status", "signature", "invoice", "confirm"]),
        ({"with_invoice": False}, ["status", "signature", "job-sheet", "confirm"]),
    ],
)
def test_what_is_turned_off(off: Mapping[str, Any], left: list[str]) -> None:
    """It is left out; where it was sent already and is not cleared up, the end waits for it."""
    assert parts(planned(policy=off)) == left
    (name,) = off
    part = Part(name.removeprefix("with_").replace("_", "-"))
    for state in SENT:
        assert parts(planned(policy=off, effects={part: state})) == left[:-1]
    for state in (IntentState.DONE, IntentState.PENDING):
        assert parts(planned(policy=off, effects={part: state})) == left


def test_a_bad_signature_stops_only_itself() -> None:
    """`leave` lets the end go, `retry` asks anew only after the next look."""
    bad = {"signature_problem": "it is no picture"}
    asked = planned(**bad)
    assert parts(asked) == ["status", "job-sheet", "invoice"]
    assert kinds(asked) == [InboxKind.BAD_EVIDENCE]
    left = planned(said(asked, "leave"), **bad)
    assert (parts(left)[-1], kinds(left)) == ("confirm", [InboxKind.BAD_EVIDENCE])
    again = planned(said(asked, "retry"), **bad)
    assert (parts(again)[-1], kinds(again)) == ("invoice", [])


def test_no_signature_is_no_gap() -> None:
    """Nobody is asked."""
    assert parts(planned(has_signature=False)) == ["status", "job-sheet", "invoice", "confirm"]


# Amounts

UNREADABLE = {"charge": None, "read_gross": None, "amount_problem": "the field is empty"}


def test_a_missing_amount_is_asked_for() -> None:
    """`no-charge` ends it; `enter` is told by the charge that it makes."""
    asked = planned(**UNREADABLE)
    assert parts(asked) == ["status", "signature", "job-sheet"]
    assert (asked.questions[0].kind, asked.questions[0].topic) == amount_topic(KEY)
    free = planned(said(asked, "no-charge"), **UNREADABLE)
    assert parts(free) == ["status", "signature", "job-sheet", "confirm"]
    entered = {**UNREADABLE, "charge": CHARGE, "entered_amount": "120.00"}
    assert parts(planned(said(asked, "enter", "120.00"), **entered))[-2:] == ["invoice", "confirm"]


def test_nothing_to_invoice_is_complete() -> None:
    """A charge of 0 is no invoice, not even one to be approved."""
    plan = planned(policy={"approve_from": Decimal(0)}, charge=FREE, read_gross=Decimal(0))
    assert parts(plan) == ["status", "signature", "job-sheet", "confirm"]
    assert plan.questions == ()


@given(st.decimals(min_value=0, max_value=1000, places=2))
def test_a_person_approves_from_the_limit_on(limit: Decimal) -> None:
    """Below the limit nobody is asked; from it on nothing is submitted without a word."""
    plan = planned(policy={"approve_from": limit})
    is_asked = limit <= CHARGE.gross
    assert kinds(plan) == ([InboxKind.APPROVE_INVOICE] if is_asked else [])
    assert ("invoice" in parts(plan), "confirm" in parts(plan)) == (not is_asked, not is_asked)


@pytest.mark.parametrize(
    ("choice", "ends"),
    [
        ("approve", ["invoice", "confirm"]),
        ("enter", ["invoice", "confirm"]),
        ("no-charge", ["confirm"]),
    ],
)
def test_what_a_person_says_to_an_invoice(choice: str, ends: list[str]) -> None:
    """`approve` and `enter` submit it, `no-charge` ends without one."""
    policy = {"approve_from": Decimal(0)}
    answers = said(planned(policy=policy), choice)
    assert parts(planned(answers, policy=policy))[3:] == ends


def test_an_approval_holds_for_the_amount_that_was_shown() -> None:
    """Another amount on the visit is another question."""
    policy = {"approve_from": Decimal(0)}
    answers = said(planned(policy=policy), "approve")
    dearer = Charge(Decimal("1000.00"), Decimal("200.00"), Decimal("1200.00"))
    plan = planned(answers, policy=policy, charge=dearer, read_gross=dearer.gross)
    assert "invoice" not in parts(plan)
    assert plan.questions[0].topic == approval_topic(KEY, dearer.gross)[1]


@pytest.mark.parametrize("state", SENT)
def test_what_a_person_said_about_an_invoice_holds_while_it_is_unsettled(
    state: IntentState,
) -> None:
    """Answers stay in force, and nobody is asked what nobody asked before."""
    effects = {Part.INVOICE: state}
    asked = planned(**UNREADABLE)
    entered = {**UNREADABLE, "charge": CHARGE, "entered_amount": "120.00"}
    plan = planned(said(asked, "enter", "120.00"), effects=effects, **entered)
    assert kinds(plan) == [InboxKind.MISSING_AMOUNT]
    assert planned(policy={"approve_from": Decimal(0)}, effects=effects).questions == ()
    free = planned(said(asked, "no-charge"), effects=effects, **UNREADABLE)
    assert (kinds(free), "confirm" in parts(free)) == ([InboxKind.MISSING_AMOUNT], False)


def test_an_invoice_that_a_lost_store_may_have_sent_is_asked_about() -> None:
    """`send-again` submits it, `it-arrived` ends without one."""
    unsure = {"why_unsure": "this agency's AgentOS does not show invoices"}
    asked = planned(**unsure)
    assert (parts(asked), kinds(asked)) == (
        ["status", "signature", "job-sheet"],
        [InboxKind.IN_DOUBT],
    )
    assert "10452" in asked.questions[0].summary
    ends = {c: parts(planned(said(asked, c), **unsure))[3:] for c in ("send-again", "it-arrived")}
    assert ends == {"send-again": ["invoice", "confirm"], "it-arrived": ["confirm"]}


# What an acknowledged visit still owes its job

CONFIRMED = {part: IntentState.DONE for part in Part if part is not Part.STATUS}


@pytest.mark.parametrize("state", [JobState.WANTED, JobState.UNDER_WAY, JobState.OTHER])
def test_an_acknowledgement_remembers_that_a_status_is_owed(state: JobState) -> None:
    """Only while another visit is open, and only where the job is not at its end already."""
    owed = planned(job_state=state, has_other_open=True).intents[-1]
    assert owed.payload["owes_status"] is True
    assert planned(job_state=state).intents[-1].payload["owes_status"] is False


def test_a_completed_job_is_owed_nothing() -> None:
    """Nor one that a person wants delivered although it is cancelled."""
    done = planned(job_state=JobState.COMPLETED, has_other_open=True).intents[-1]
    assert done.payload["owes_status"] is False


@pytest.mark.parametrize("waits", ["has_other_open", "has_other_to_come"])
def test_what_is_owed_waits_while_another_visit_may_be_closed(waits: str) -> None:
    """Nothing is planned or asked: that one completes the job."""
    assert planned(effects=CONFIRMED, **{waits: True}) == DeliveryPlan()


def test_what_is_owed_is_asked_about_when_nobody_else_completes_the_job() -> None:
    """`letsjobit` plans the status and nothing else; any other answer plans nothing. The question
    stays in force."""
    asked = planned(effects=CONFIRMED)
    assert (asked.intents, kinds(asked)) == ((), [InboxKind.CONFLICT])
    assert parts(planned(said(asked, "letsjobit"), effects=CONFIRMED)) == ["status"]
    for choice in ("agentos", "leave"):
        left = planned(said(asked, choice), effects=CONFIRMED)
        assert (left.intents, kinds(left), left.is_over) == ((), [InboxKind.CONFLICT], False)


@pytest.mark.parametrize("state", [JobState.COMPLETED, *LOST])
def test_a_job_at_its_end_is_owed_nothing_any_more(state: JobState) -> None:
    """However it came there."""
    assert planned(effects=CONFIRMED, job_state=state) == DeliveryPlan(is_over=True)


def test_a_status_that_was_reported_is_not_owed() -> None:
    """Whatever staff do with the job afterwards."""
    done = {**CONFIRMED, Part.STATUS: IntentState.DONE}
    assert planned(effects=done) == DeliveryPlan(is_over=True)


# An invoice that was rejected with others


def test_a_rejected_invoice_is_asked_about_and_stays_held() -> None:
    """The guard goes on holding it (it is still planned), and nothing is acknowledged."""
    (invoice,) = [e for e in planned().intents if e.kind is IntentKind.SUBMIT_INVOICE]
    rejected = {"rejected": {judged_by(invoice)}}
    asked = planned(policy=rejected)
    assert kinds(asked) == [InboxKind.APPROVE_INVOICE]
    assert parts(asked) == ["status", "signature", "job-sheet", "invoice"]
    assert "is_released" not in asked.intents[-1].payload
    approved = planned(said(asked, "approve"), policy=rejected)
    assert parts(approved) == [part.value for part in PLAIN]
    assert approved.intents[-2].payload["is_released"] is True
    free = planned(said(asked, "no-charge"), policy=rejected)
    assert parts(free) == ["status", "signature", "job-sheet", "confirm"]
    # The guard's item is gone by then: the answer alone still holds.
    assert parts(planned(said(asked, "no-charge"))) == parts(free)


def test_an_entered_amount_that_is_none_leaves_the_visit_waiting() -> None:
    """It is never acknowledged as if it were free."""
    assert "confirm" not in parts(planned(charge=None, entered_amount="eighty"))


def test_remarks_are_told_before_the_acknowledgement() -> None:
    """Where there is something to say, and the job side takes notes."""
    plan = planned(note="[visit H-1] Closed.")
    assert parts(plan) == [part.value for part in sorted((*PLAIN, Part.NOTE), key=list(Part).index)]
    assert plan.intents[-1].payload["after"] == [each.key for each in plan.intents[:-1]]
    waiting = planned(note="[visit H-1] Closed.", effects={Part.NOTE: IntentState.IN_DOUBT})
    assert "confirm" not in parts(waiting)
