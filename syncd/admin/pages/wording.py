"""The words of the pages: what fields, changes, questions and states are called for people.

Only words, no markup and no decision. What an answer will do is said by the same sentences as in
the commands.
"""

from collections.abc import Mapping
from typing import NamedTuple

from syncd.model import Field, InboxKind, IntentKind, IntentState, Owner, Part, Question
from syncd.reconcile.raising import EARLIER_TOPIC
from syncd.telling.changes import STATES
from syncd.telling.health import OUTCOMES
from syncd.telling.words import NAMES

SIDES: Mapping[str, str] = {side.value: name for side, name in NAMES.items()}
"""The vendors as people write them."""

LANES: Mapping[str, tuple[str, str]] = {
    "closures": ("Closed visits", "and visits under way, in LetsJobIt"),
    "jobs": ("Jobs", "maintenance jobs in AgentOS"),
    "visits": ("Visits", "open visits in LetsJobIt"),
    "directory": ("Directory", "branches, contractors, statuses, properties"),
    "statements": ("Statements", "what the contractor portal paid"),
}
"""Each lane's name, and what it reads."""

FIELDS: Mapping[str, str] = {
    Field.DESCRIPTION: "Description",
    Field.ADDRESS: "Address",
    Field.CONTACT: "Contact",
    Field.ACCESS: "Access",
    Field.PRIORITY: "Priority",
    Field.CATEGORY: "Skills",
    Field.DATE: "Date",
    Field.DRIVER: "Engineer",
    Part.STATUS: "Status",
    Part.SIGNATURE: "Signature",
    Part.JOB_SHEET: "Job sheet",
    Part.INVOICE: "Invoice",
    Part.NOTE: "Note",
    Part.PHOTO: "Photo",
    Part.LEAD: "Lead",
    Part.CONFIRM: "Acknowledged",
    "inMobileApp": "In the engineer's app",
}
"""The fields of a works order and the parts of a delivery."""

PARTS: Mapping[str, str] = {
    "text": "Description",
    "access": "Access",
    "preferences": "Preferences",
    "customer": "Customer",
    "site": "Property",
    "siteId": "Property id",
    "address": "Address",
    "city": "Town",
    "postCode": "Postcode",
    "contactPerson": "Contact",
    "contactPhone": "Phone",
    "priority": "Priority",
    "required_skills": "Skills",
    "date": "Date",
    "driverId": "Engineer",
    "obs": "Observations",
    "inMobileApp": "In the engineer's app",
    "document": "Document",
    "documents": "Documents",
    "invoice": "Invoice",
    "note": "Note",
    "photo": "Photo",
    "custom_field": "Custom field",
    "title": "Title",
    "property": "Property",
    "visit": "Visit",
    "contractor": "Contractor",
    "received": "Received",
    "state": "State",
    "status": "Status",
    "number": "Number",
    "gross": "Gross",
    "net": "Net",
    "vat": "VAT",
    "name": "Name",
    "size": "Bytes",
    "sha256": "SHA-256",
    "oid": "OID",
    "choice": "Choice",
    "value": "Value",
}
"""Parts of a value, where a field has several."""

OWNERS: Mapping[str, str] = {
    Owner.AGENTOS: "AgentOS decides",
    Owner.LETSJOBIT: "LetsJobIt decides",
    Owner.ASK: "A person decides",
}
"""Whose word holds."""

CHANGES: Mapping[str, str] = {
    IntentKind.CREATE_VISIT: "Make the visit",
    IntentKind.UPDATE_VISIT: "Change the visit",
    IntentKind.WITHDRAW_VISIT: "Withdraw the visit",
    IntentKind.CREATE_JOB: "Create the job",
    IntentKind.UPDATE_JOB: "Change the job",
    IntentKind.ATTACH_DOCUMENT: "Attach a document",
    IntentKind.SUBMIT_INVOICE: "Submit the invoice",
    IntentKind.ADD_NOTE: "Add a note",
    IntentKind.ADD_PHOTO: "Add a photo",
    IntentKind.SET_CUSTOM_FIELD: "Show the visit in AgentOS",
    IntentKind.CREATE_LEAD: "Create the lead",
    IntentKind.CONFIRM_CLOSE: "Acknowledge the closed visit",
}
"""What syncd does at a vendor."""

TONES: Mapping[str, str] = {
    IntentState.PENDING: "calm",
    IntentState.SENDING: "busy",
    IntentState.IN_DOUBT: "ask",
    IntentState.DEAD: "bad",
    IntentState.DONE: "good",
    IntentState.SUPERSEDED: "calm",
    "ok": "good",
    "attention": "ask",
    "incomplete": "warn",
    "failed": "bad",
}
"""How the state of a change and the outcome of a cycle look."""


class PaymentWords(NamedTuple):
    """A state of an invoice: its sum's title, itself, how it looks, and its name in a list."""

    title: str
    state: str
    tone: str
    label: str


PAYMENTS: Mapping[str, PaymentWords] = {
    "submitted": PaymentWords("Submitted", "submitted", "calm", "submitted, not listed yet"),
    "pending": PaymentWords("Pending", "pending", "busy", "on the pending statement"),
    "paid": PaymentWords("Paid", "paid", "good", "paid"),
    "otherwise": PaymentWords(
        "Paid otherwise", "not what was invoiced", "warn", "paid, and not what was invoiced"
    ),
    "overdue": PaymentWords("Overdue", "overdue", "bad", "overdue"),
}
"""How far invoices have come; `overdue` is one of the first two for too long."""


def state_of_change(state: str) -> dict[str, str]:
    """Where a change stands, in the words of the commands."""
    return {"text": STATES[IntentState(state)], "tone": TONES[state]}


def outcome_of_cycle(outcome: str | None) -> dict[str, str]:
    """How a cycle ended, in the words of the commands."""
    if outcome is None:
        return {"text": "under way, or cut short", "tone": "busy"}
    return {"text": OUTCOMES.get(outcome, outcome), "tone": TONES.get(outcome, "calm")}


KINDS: Mapping[str, tuple[str, str]] = {
    InboxKind.CONFLICT: (
        "The two sides disagree",
        "What the job says and where the visit stands do not fit together.",
    ),
    InboxKind.IN_DOUBT: (
        "Did it arrive?",
        "Something was sent, no answer came, and it cannot be read back.",
    ),
    InboxKind.MISSING_AMOUNT: (
        "Invoice without an amount",
        "A closed visit has no amount that can be read.",
    ),
    InboxKind.APPROVE_INVOICE: (
        "Invoice to approve",
        "The configuration wants a person's word for this invoice.",
    ),
    InboxKind.GUARD: (
        "Held back by a guard",
        "More would change at once than the configuration allows unasked.",
    ),
    InboxKind.HISTORY: (
        "Closed before go-live",
        "Closed visits from before syncd began, which it did not make.",
    ),
    InboxKind.UNMATCHED_VISIT: (
        "Visit without a property",
        "A visit from the field fits no property, or several.",
    ),
    InboxKind.VISIT_DELETED: ("Visit deleted", "A linked visit was deleted in LetsJobIt."),
    InboxKind.UNKNOWN_STATUS: (
        "Unknown name",
        "A status or lead source that the agency's list does not have.",
    ),
    InboxKind.REFUSED: ("Refused by a vendor", "A change was refused; the vendor says why."),
    InboxKind.BAD_RECORD: (
        "Record left out",
        "A record that cannot be used as it is.",
    ),
    InboxKind.BAD_EVIDENCE: (
        "Signature left out",
        "The signature of a closed visit cannot be used.",
    ),
    InboxKind.PAYMENT: ("Payment", "The statement says something else than the invoice."),
}
"""Each kind of question: its name, and what happened."""

CONFLICTS: Mapping[str, tuple[str, str]] = {
    "fields": ("Both sides changed a field", "The settings leave it to a person whose word holds."),
    "pair": (
        "Which visit is the job's",
        "Visits may be meant that nothing proves to be its own.",
    ),
}
"""The same for conflicts that are not about states, by the first word of their topic."""

BESIDE: Mapping[str, tuple[str, str]] = {
    "photo": ("Photo left out", "A photo of a closed visit cannot be used."),
    "custom_field": ("Custom field", "The field that shows visits in AgentOS cannot be written."),
    "lettings": ("Photos without a property", "AgentOS shows no property that would get them."),
    "property_management": ("Photos not possible", "The key may not use Property Management."),
}
"""The same for what closed visits leave beside documents."""

EARLIER = ("Raised before", "Visits from the field, from before jobs were made of such visits.")
"""The same for what is asked about visits that were there before."""

_NOT_OF_CHANGES = (InboxKind.BAD_EVIDENCE, InboxKind.REFUSED)

CHOICES: Mapping[str, str] = {
    "agentos": "AgentOS is right",
    "letsjobit": "LetsJobIt is right",
    "leave": "Leave it",
    "it-arrived": "It arrived",
    "send-again": "Send it again",
    "enter": "Charge this amount",
    "no-charge": "No charge",
    "approve": "Approve",
    "reject": "Reject",
    "deliver": "Deliver them",
    "already-handled": "Handled already",
    "recreate": "Make a new visit",
    "retry": "Try again",
    "not-ours": "Not ours",
    "seen": "Seen",
}
"""What stands on the button of a choice; one that is missing is the identity of a record."""

EVENTS: Mapping[str, str] = {
    **CHANGES,
    IntentKind.CREATE_VISIT: "Visit made",
    IntentKind.UPDATE_VISIT: "Visit changed",
    IntentKind.WITHDRAW_VISIT: "Visit withdrawn",
    IntentKind.CREATE_JOB: "Job created",
    IntentKind.UPDATE_JOB: "Job changed",
    IntentKind.ATTACH_DOCUMENT: "Document attached",
    IntentKind.SUBMIT_INVOICE: "Invoice submitted",
    IntentKind.ADD_NOTE: "Note added",
    IntentKind.ADD_PHOTO: "Photo added",
    IntentKind.SET_CUSTOM_FIELD: "Visit shown in AgentOS",
    IntentKind.CREATE_LEAD: "Lead created",
    IntentKind.CONFIRM_CLOSE: "Visit acknowledged",
    "adopted": "Found in LetsJobIt and kept",
    "files_left_out": "Files left out",
    "inbox_opened": "Question asked",
    "inbox_decided": "Question answered",
    "inbox_closed": "Question closed",
    "intent_requeued": "Change put back in the queue",
    "intent_discarded": "Change discarded",
    "in_doubt": "In doubt",
    "refused": "Refused",
    "waived": "Left out",
    "paused": "Paused",
    "resumed": "Resumed",
}
"""What the journal tells; an event that is missing is shown as its own word."""


def in_people_words(word: str, words: Mapping[str, str]) -> str:
    """What people call it; else the word itself, with blanks and a capital."""
    return words.get(word) or word.replace("_", " ").capitalize()


def counted(number: int, one: str, many: str) -> str:
    """ "1 visit", "2 visits"."""
    return f"{number:,} {one if number == 1 else many}"


_UNITS = (("day", 86_400, 172_800), ("hour", 3600, 7200), ("minute", 60, 120))


def length(seconds: float) -> str:
    """A length of time in one unit: "45 seconds", "12 minutes", "3 hours", "2 days"."""
    for name, size, least in _UNITS:
        if seconds >= least:
            return counted(int(seconds // size), name, f"{name}s")
    return counted(int(seconds), "second", "seconds")


def kind_of(question: Question) -> tuple[str, str]:
    """What a question is called, and what happened."""
    family = question.topic.partition(":")[0]
    if question.kind is InboxKind.CONFLICT and family in CONFLICTS:
        return CONFLICTS[family]
    if question.kind in _NOT_OF_CHANGES and family in BESIDE:
        return BESIDE[family]
    if (question.kind, question.topic) == EARLIER_TOPIC:
        return EARLIER
    return KINDS[question.kind]


def title_of(question: Question) -> str:
    """What a question is called."""
    return kind_of(question)[0]
