"""What each answer to a question of the inbox will do, in one sentence for an operator."""

from collections.abc import Mapping

from syncd.model import InboxKind, Question
from syncd.reconcile.raising import EARLIER_TOPIC

VALUES = {"enter": "120.00"}
"""Choices that need a value, with an example of one."""

_NO_CHARGE = "no invoice; the rest is delivered, and the visit acknowledged"
_ENTER = "charge this amount, in pounds as the engineer would enter it; nothing is added"
_LEAVE = "do nothing; it is not asked again while it stays so"

MEANINGS: Mapping[InboxKind, Mapping[str, str]] = {
    InboxKind.CONFLICT: {
        "agentos": "the visit leaves the engineer's app, or stays out of it",
        "letsjobit": "the visit stays in the engineer's app, or comes back to it",
        "leave": "all stays as it is now; it is not asked again while it does",
    },
    InboxKind.IN_DOUBT: {
        "it-arrived": "you found it in AgentOS: it is not sent again, and the visit goes on",
        "send-again": "you looked and it is not there: it is sent again (if it is there: twice)",
    },
    InboxKind.MISSING_AMOUNT: {"enter": _ENTER, "no-charge": _NO_CHARGE},
    InboxKind.APPROVE_INVOICE: {
        "approve": "submit the invoice over this amount",
        "enter": _ENTER,
        "no-charge": _NO_CHARGE,
    },
    InboxKind.GUARD: {
        "approve": "yes: all of these are done in the next run",
        "reject": "no: none is done, and of these only invoices are asked about again, one by one",
    },
    InboxKind.HISTORY: {
        "deliver": "status, documents and invoices of all of them go to AgentOS",
        "already-handled": "nothing goes to AgentOS; the visits are only acknowledged",
    },
    InboxKind.VISIT_DELETED: {
        "recreate": "make a new visit for the job",
        "leave": "the job stays without a visit; it is not asked again",
    },
    InboxKind.UNKNOWN_STATUS: {
        "retry": "look again, after you corrected the setting or the agency its list",
        "leave": _LEAVE,
    },
    InboxKind.REFUSED: {
        "retry": "the next run tries it again; correct the cause first",
        "leave": "do without it; a closed visit is acknowledged all the same",
    },
    InboxKind.BAD_RECORD: {
        "retry": "read it again, after somebody corrected it in the vendor's program",
        "leave": "go on without it; it is not asked again while it stays so",
    },
    InboxKind.BAD_EVIDENCE: {
        "retry": "read the visit again; the visit waits until the signature is good",
        "leave": "do without the signature; the visit is acknowledged",
    },
    InboxKind.UNMATCHED_VISIT: {"not-ours": "leave the visit alone"},
    InboxKind.PAYMENT: {"seen": "close the item"},
}
"""By kind of question. Choices that are the identity of a record explain themselves."""

_OF_PHOTOS = {
    "retry": "read the visit again; the visit waits until the photo is good",
    "leave": "do without this photo; the visit is acknowledged",
}
"""Evidence that is a photo, and no signature."""

_OF_REFUSALS = {
    "custom_field": {
        "retry": "look for the field again, after it was made in AgentOS",
        "leave": "no visit is shown in a custom field; it is not asked again",
    },
    "lettings": {
        "retry": "look at the property again, after it was corrected in AgentOS",
        "leave": "do without the photos of this property; its visits are acknowledged",
    },
    "leads": {
        "retry": "read the agency's lead sources again; have the tier enabled first",
        "leave": "do without leads; the visits are acknowledged",
    },
    "property_management": {
        "retry": "the next run tries it again; have the tier switched on first",
        "leave": "do without photos; the visits are acknowledged",
    },
}
"""Refusals that are about no single change, by the first word of their topic."""

_OF_SOURCES = {
    "retry": "read the agency's sources again, after it or the setting was corrected",
    "leave": "do without leads; the visits are acknowledged",
}
"""Of a lead source that the agency does not have, beside those that it has."""

_OF_STATES = {
    "closed": {
        "agentos": "nothing goes to AgentOS; the visit is only acknowledged",
        "letsjobit": "the work was done: documents and invoice go to AgentOS all the same",
        "leave": "nothing goes to AgentOS, and the visit stays without acknowledgement",
    },
    "in progress": {
        "agentos": "tell the engineer yourself: syncd leaves a visit under way alone",
        "letsjobit": "the engineer goes on; syncd looks again when the visit is closed",
        "leave": "the engineer goes on; syncd looks again when the visit is closed",
    },
}
"""A conflict about where both stand, by where the visit stands; else the visit can be hidden."""

_OF_AWAITED = {
    "retry": "look for it for another hour",
    "leave": "go on without it; should AgentOS ever show it, it is taken up all the same",
}
"""Of a job that V3 took and AgentOS does not show."""

_OF_EARLIER = {
    "deliver": "make jobs of all of them; one that syncd made already is found, not made twice",
    "already-handled": "no job is made of them; with V3 alone they are acknowledged once closed",
}
"""Of visits that were raised before syncd made jobs of such visits."""

_OF_ACKNOWLEDGED = {
    "retry": "deliver it now: status, documents and invoice go to AgentOS",
    "leave": "it was handled: nothing of it goes to AgentOS, and it is not asked again",
}
"""Of a visit that somebody else acknowledged before it was read."""

_OF_CONFLICTS = {
    "fields": {
        "agentos": "the job's values go to the visit",
        "letsjobit": "the visit keeps its values; nothing is written to AgentOS",
        "leave": "both stay as they are; it is not asked again while they do",
    },
    "pair": {
        "agentos": "make a new visit; those that are there are left alone",
        "letsjobit": "take the first of these visits for the job",
        "leave": "do nothing: the job has no visit of its own",
    },
    "unfinished": {
        "agentos": "the job keeps the status that it has; a new visit may be planned for it",
        "letsjobit": "the work is done: the job is completed",
        "leave": "the job keeps the status that it has; it is not asked again while it does",
    },
}
"""A conflict may also be about fields, or about which visit is meant."""


def meanings(question: Question) -> dict[str, str]:
    """Each choice of a question with what it will do; empty for one that explains itself."""
    known = MEANINGS[question.kind]
    if question.kind is InboxKind.CONFLICT:
        known = _OF_STATES.get(str(question.details.get("visit")), known)
        known = _OF_CONFLICTS.get(question.topic.partition(":")[0], known)
    if (question.kind, question.topic) == EARLIER_TOPIC:
        known = _OF_EARLIER
    family = question.topic.partition(":")[0]
    if question.kind is InboxKind.BAD_RECORD:
        known = {"awaited": _OF_AWAITED, "acknowledged": _OF_ACKNOWLEDGED}.get(family, known)
    if question.kind is InboxKind.BAD_EVIDENCE and family == "photo":
        known = _OF_PHOTOS
    if question.kind is InboxKind.REFUSED:
        known = _OF_REFUSALS.get(family, known)
    if question.kind is InboxKind.UNKNOWN_STATUS and family == "lead source":
        known = {name: "make the leads from this source" for name in question.choices} | _OF_SOURCES
    if question.kind is InboxKind.UNMATCHED_VISIT:
        known = {**known, **_properties(question)}
    return {choice: known.get(choice, "") for choice in question.choices}


def _properties(question: Question) -> dict[str, str]:
    """A property's OID with its address, for a person who does not know OIDs."""
    offered = question.details.get("properties")
    named = offered.items() if isinstance(offered, dict) else ()
    return {oid: f"make the job at {address}" for oid, address in named}
