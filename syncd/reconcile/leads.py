"""Whether a closed visit becomes a lead, from which source, and what a person has to say first.

Pure. Leads cannot be listed, so one that may have been created is asked about, never repeated.
"""

from syncd.model import Change, IntentKind, IntentState, Json, Part
from syncd.reconcile.drafts import Draft, add, keep, keep_sent
from syncd.reconcile.lead_rules import LEAVE, LeadRules


def plan_lead(draft: Draft) -> None:
    """Plan the lead that a closed visit tells, where it can be made."""
    delivery, rules = draft.delivery, draft.policy.leads
    if rules is None or not delivery.has_lead:
        keep_sent(draft, Part.LEAD)
        return
    if delivery.effects.get(Part.LEAD) not in (None, IntentState.PENDING):
        keep(draft, Part.LEAD)
        return
    source_id = _source(draft, rules)
    if source_id is None or rules.sources is None:
        return
    payload: dict[str, Json] = {
        "field": rules.field,
        "lead_type": rules.lead_type,
        "source_id": source_id,
        "source": rules.sources.names[source_id],
        "branch_id": delivery.link.branch_id,
        "property_id": delivery.link.property_id,
        "was_found": delivery.may_be_sent,
    }
    changes = {
        "lead": Change(None, rules.lead_type),
        "source": Change(None, rules.sources.names[source_id]),
        "doc_no": Change(None, delivery.visit.doc_no),
    }
    add(draft, Part.LEAD, IntentKind.CREATE_LEAD, changes, payload)


def _source(draft: Draft, rules: LeadRules) -> str | None:
    """The OID of the configured source, or of the one that a person chose instead."""
    if rules.sources is None:
        draft.waits = True
        return None
    question = rules.question
    if question is None:
        return rules.sources.named(rules.source)
    answer = draft.answer(question)
    if answer is not None and answer.choice == LEAVE:
        return None
    chosen = rules.sources.named(answer.choice) if answer is not None else None
    draft.waits = draft.waits or chosen is None
    return chosen
