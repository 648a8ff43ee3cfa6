"""Whether a closure that somebody acknowledged unread is delivered: what is asked, and when."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from syncd.model import InboxKind, IntentState, JobState, Part
from syncd.reconcile.drafts import DeliveryPlan
from tests.reconcile.test_deliveries import CLOSED, FREE, PLAIN, kinds, parts, planned, said

CONFIRMED = replace(CLOSED, is_confirmed=True, closed_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
UNREAD: dict[str, Any] = {"visit": CONFIRMED, "is_acknowledged": True, "is_shown": False}
OVER = DeliveryPlan(is_over=True)


def test_a_person_is_asked_and_nothing_is_sent() -> None:
    """One question with its two choices, whose answer lasts."""
    plan = planned(**UNREAD)
    assert (kinds(plan), plan.intents, plan.is_over) == ([InboxKind.BAD_RECORD], (), False)
    assert plan.questions[0].lasts


def test_a_word_delivers_everything_and_stays() -> None:
    """`retry` is a delivery like any other; the question stays while its effects are under way."""
    answer = said(planned(**UNREAD), "retry")
    plan = planned(answer, **UNREAD)
    assert parts(plan) == [part.value for part in PLAIN]
    begun = planned(answer, **UNREAD, effects={Part.STATUS: IntentState.DONE})
    assert parts(begun) == [part.value for part in PLAIN if part is not Part.STATUS]
    assert kinds(plan) == kinds(begun) == [InboxKind.BAD_RECORD]


def test_leave_is_the_end() -> None:
    """Nothing is planned and nothing is asked."""
    assert planned(said(planned(**UNREAD), "leave"), **UNREAD) == OVER


@pytest.mark.parametrize(
    "changed",
    [
        {"is_shown": True},
        {"is_history": True},
        {
            "job_state": JobState.COMPLETED,
            "charge": FREE,
            "policy": {"with_signature": False, "with_job_sheet": False},
        },
    ],
    ids=["AgentOS shows it", "before go-live", "nothing to deliver"],
)
def test_nobody_is_asked_where_nothing_is_missing(changed: dict[str, Any]) -> None:
    """What is there, what is not ours to deliver, and what carries nothing, is over."""
    assert planned(**{**UNREAD, **changed}) == OVER


def test_an_effect_that_was_begun_is_never_taken_for_an_old_store_s() -> None:
    """What AgentOS shows then is ours, and the rest still goes."""
    answer = said(planned(**UNREAD), "retry")
    begun = {**UNREAD, "is_shown": True, "effects": {Part.SIGNATURE: IntentState.DONE}}
    assert "invoice" in parts(planned(answer, **begun))


def test_what_is_acknowledged_by_us_is_not_asked_about() -> None:
    """Once its acknowledgement is done it is a delivered closure like any other."""
    done = {part: IntentState.DONE for part in Part}
    assert planned(**UNREAD, effects=done) == OVER


def test_what_agentos_does_not_show_is_not_claimed() -> None:
    """A person is told to look."""
    (question,) = planned(**{**UNREAD, "is_shown": None}).questions
    assert question.summary.endswith("look there first.")
