"""Leads that engineers noted: a connection's rules, and what has to be known to plan them."""

from collections.abc import Mapping, Sequence

from syncd.cycle.connected import Connected
from syncd.evidence.leads import noted_lead
from syncd.letsjobit.wire import Visit
from syncd.model import DirectoryKind, IntentState, Json, Need, NeedKind, Part, Question
from syncd.observe.lead_sources import ALL
from syncd.reconcile.drafts import Delivery, DeliveryPolicy
from syncd.reconcile.lead_rules import RETRY, LeadRules, LeadSources
from syncd.store.database import Session
from syncd.store.directory import load_directory

_SOURCES = Need(NeedKind.LEAD_SOURCES, ALL)


def lead_rules(session: Session, connected: Connected) -> LeadRules | None:
    """The rules, with the sources as far as they were read; None where leads are switched off."""
    leads = connected.connection.leads
    if not leads.enabled:
        return None
    found = load_directory(session, connected.name, DirectoryKind.LEAD_SOURCES, [ALL]).get(ALL)
    sources = _sources(found.content) if found is not None and found.content else None
    return LeadRules(leads.field, leads.type, leads.source, sources)


def _sources(content: Mapping[str, Json]) -> LeadSources:
    names, problem = content.get("names"), content.get("problem")
    known = names if isinstance(names, dict) else {}
    return LeadSources(
        {oid: str(name) for oid, name in known.items()},
        str(problem) if problem is not None else None,
    )


def notes_lead(rules: LeadRules | None, visit: Visit) -> bool:
    """Whether the engineer noted a lead on a closed visit."""
    return rules is not None and bool(noted_lead(visit, rules.field))


def lead_needs(policy: DeliveryPolicy, deliveries: Sequence[Delivery]) -> frozenset[Need]:
    """The lead sources, where a lead waits for them, or a person had them read again."""
    rules = policy.leads
    if rules is None or not any(map(_is_wanted, deliveries)):
        return frozenset()
    is_due = rules.sources is None or _choice(policy, rules.question) == RETRY
    return frozenset({_SOURCES}) if is_due else frozenset()


def standing_question(policy: DeliveryPolicy) -> list[Question]:
    """A question that a person has decided, and that holds also while no lead waits."""
    question = policy.leads.question if policy.leads is not None else None
    if question is None or _choice(policy, question) in (None, RETRY):
        return []
    return [question]


def _is_wanted(delivery: Delivery) -> bool:
    is_unsent = delivery.effects.get(Part.LEAD) in (None, IntentState.PENDING)
    return delivery.has_lead and is_unsent


def _choice(policy: DeliveryPolicy, question: Question | None) -> str | None:
    answer = policy.answers.get((question.kind, question.topic)) if question is not None else None
    return answer.choice if answer is not None else None
