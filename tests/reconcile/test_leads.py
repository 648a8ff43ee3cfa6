"""Lead sources by name, what is asked where one is missing, and the part of a delivery."""

from dataclasses import replace

import pytest

from syncd.model import InboxKind, IntentKind, IntentState, Part
from syncd.reconcile.deliveries import plan_delivery
from syncd.reconcile.drafts import Answer
from syncd.reconcile.lead_rules import LeadRules, LeadSources
from tests.reconcile.test_deliveries import DELIVERY, POLICY, SENT

KNOWN = LeadSources({"ls-1": "Website", "ls-2": "Walk-in"})
RULES = LeadRules("lead", "Landlord", "walk-in ", KNOWN)


def planned(rules: LeadRules | None = RULES, choice: str | None = None, **changed: object) -> list:
    """The leads that are planned, the questions, and whether the acknowledgement is."""
    question = rules.question if rules is not None else None
    answers = {}
    if question is not None and choice is not None:
        answers[question.kind, question.topic] = Answer(choice)
    policy = replace(POLICY, leads=rules, answers=answers)
    plan = plan_delivery(replace(DELIVERY, has_lead=True, **changed), policy)  # type: ignore[arg-type]
    kinds = [each.kind for each in plan.intents]
    sources = [e.payload["source_id"] for e in plan.intents if e.kind is IntentKind.CREATE_LEAD]
    return [sources, [each.kind for each in plan.questions], IntentKind.CONFIRM_CLOSE in kinds]


def test_a_source_is_found_by_name_or_oid() -> None:
    """In any case, with blanks around."""
    assert [KNOWN.named(word) for word in ("WEBSITE", " walk-in", "ls-1")] == [
        "ls-1",
        "ls-2",
        "ls-1",
    ]
    assert KNOWN.named("Fax") is None


def test_a_lead_comes_before_the_acknowledgement() -> None:
    """It is planned with its source."""
    assert planned() == [["ls-2"], [], True]


def test_without_the_sources_it_waits() -> None:
    """Nothing is asked, and the visit is not acknowledged."""
    assert planned(replace(RULES, sources=None)) == [[], [], False]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (None, [[], [InboxKind.UNKNOWN_STATUS], False]),
        ("retry", [[], [InboxKind.UNKNOWN_STATUS], False]),
        ("leave", [[], [InboxKind.UNKNOWN_STATUS], True]),
        ("Website", [["ls-1"], [InboxKind.UNKNOWN_STATUS], True]),
    ],
)
def test_an_unknown_source_is_a_persons_business(
    choice: str | None, expected: list[object]
) -> None:
    """The question stays while the setting is wrong, and its answer holds."""
    assert planned(replace(RULES, source="Fax"), choice) == expected


def test_another_list_asks_anew() -> None:
    """An answer is about the sources that there were."""
    fax = replace(RULES, source="Fax")
    more = replace(fax, sources=LeadSources({**KNOWN.names, "ls-3": "Portal"}))
    assert fax.question is not None
    assert more.question is not None
    assert fax.question.topic != more.question.topic


def test_a_tier_that_is_shut_is_another_question() -> None:
    """It offers no sources, because there are none to be seen."""
    shut = replace(RULES, sources=LeadSources({}, "AgentOS answered 401"))
    assert shut.question is not None
    assert (shut.question.kind, shut.question.choices) == (InboxKind.REFUSED, ("retry", "leave"))


@pytest.mark.parametrize("state", SENT)
def test_one_that_may_be_there_is_not_planned_again(state: IntentState) -> None:
    """Also where leads are switched off by now, the visit waits until it is cleared up."""
    effects = {Part.LEAD: state}
    assert planned(effects=effects) == [[], [], False]
    assert planned(None, effects=effects) == [[], [], False]


def test_one_that_is_done_is_done() -> None:
    """The acknowledgement follows, whatever the settings say."""
    assert planned(effects={Part.LEAD: IntentState.DONE}) == [[], [], True]
    assert planned(replace(RULES, source="Fax"), effects={Part.LEAD: IntentState.DONE})[0] == []


def test_a_lead_that_was_wanted_no_longer_is_not_sent() -> None:
    """One that waits unsent is forgotten with its setting."""
    assert planned(None, effects={Part.LEAD: IntentState.PENDING}) == [[], [], True]
