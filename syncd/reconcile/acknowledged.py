"""A closure that somebody else acknowledged before it was read: whether it is delivered. Pure.

LetsJobIt does not show such a visit in its queue any more, so without a question nobody would miss
what the engineer left there.
"""

from collections.abc import Callable
from dataclasses import replace

from syncd.model import InboxKind, IntentKind, IntentState, Part, Question
from syncd.reconcile.drafts import Delivery, DeliveryPlan, DeliveryPolicy, Topic, question_about

FAMILY = "acknowledged"
"""The first word of the topics of these questions."""

Planner = Callable[[Delivery, DeliveryPolicy], DeliveryPlan]


def acknowledged_topic(visit_key: str) -> Topic:
    """Under which topic a person is asked about a visit that was acknowledged unread."""
    return InboxKind.BAD_RECORD, f"{FAMILY}:{visit_key}"


def is_to_be_asked(delivery: Delivery) -> bool:
    """Whether a person decides about the delivery: not any more once it is over."""
    return delivery.is_acknowledged and delivery.effects.get(Part.CONFIRM) is not IntentState.DONE


def plan_acknowledged(delivery: Delivery, policy: DeliveryPolicy, plan: Planner) -> DeliveryPlan:
    """Ask once; `retry` delivers it by `plan` like any other closure, anything else is the end.

    Nobody is asked where AgentOS shows what the visit carries, as after an old copy of the store
    was put back, where nothing is to be delivered, and about closures from before go-live.
    """
    wanted = plan(replace(delivery, is_acknowledged=False, is_history=False), policy)
    is_before_go_live = delivery.is_history and delivery.visit.closed_at is not None
    is_nothing = not wanted.questions and all(
        each.kind is IntentKind.CONFIRM_CLOSE for each in wanted.intents
    )
    if not delivery.effects and (delivery.is_shown or is_before_go_live or is_nothing):
        return DeliveryPlan(is_over=True)
    question = _question(delivery)
    answer = policy.answers.get((question.kind, question.topic))
    if answer is None:
        return DeliveryPlan(questions=(question,))
    if answer.choice != "retry":
        return DeliveryPlan(is_over=True)
    return replace(wanted, questions=(question, *wanted.questions))


def _question(delivery: Delivery) -> Question:
    nothing = "nothing of it is in AgentOS"
    if delivery.is_shown is None:
        nothing = "syncd sent nothing of it, and AgentOS does not show documents: look there first"
    kind, topic = acknowledged_topic(delivery.visit.visit_key)
    asked = question_about(
        delivery,
        kind,
        topic,
        f"Visit {delivery.visit.doc_no} was closed and acknowledged in LetsJobIt by somebody else "
        f"before syncd read it: {nothing}.",
        ("retry", "leave"),
    )
    return replace(asked, lasts=True)
