"""What was delivered of each closed visit of a link. Reads only the store.

    [{"visit_id": 7, "visit_key": "…", "closed_at": "…Z", "acknowledged_at": null or "…Z",
      "invoice_number": null or "MJ-1",
      "parts": {"signature": {"change": 12, "kind": "attach_document", "state": "done",
                              "attempts": 1, "sent_at": "…Z", "proof": "sent", "reason": null,
                              "name": "VISIT-MJ-1-signature-0a1b2c3d.png", "size": 2048,
                              "sha256": "…", "oid": "…"}, …}}]

Oldest closure first. Parts are status, signature, job-sheet, invoice, note, lead and confirm, and
photo-1, photo-2 and so on, as far as they were planned; `change` is the number of the change in the
outbox. Of a status `to` is its OID and `name` its name, an invoice also has `number`, `gross`,
`vat`, and in `decided` what a person said about its amount (see `decisions`) or null. `proof` is
sent (read back after it was sent), answered (AgentOS said so and does not show it), found (it was
there already), statement (the contractor portal lists it), "a person" or waived; a note has its
`text`. `sha256` is null where syncd found what it had not sent itself.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from syncd.cycle.views import visit_of
from syncd.model import DirectoryKind, IntentState, Json, Link, Part, Side
from syncd.reconcile.drafts import effect_key
from syncd.store.closures import StoredClosure, closures_of_link
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.journal import history
from syncd.store.observations import observations_by_id
from syncd.store.outbox import StoredIntent, intents_of_link
from syncd.telling.decisions import invoice_decision
from syncd.telling.words import iso

PROOFS = {
    "sent": "sent and read back",
    "answered": "sent; AgentOS said that it has it",
    "found": "it was there already",
    "a person": "a person said that it arrived",
    "statement": "the contractor portal's statement shows it",
    "waived": "waived by a person",
}
"""By what something counts as delivered."""

FACTS = ("name", "size", "sha256", "oid", "number", "gross", "vat")
"""What is remembered of a document or an invoice."""


def delivery_documents(session: Session, link: Link) -> list[dict[str, Json]]:
    """Everything about the closures of one link as JSON."""
    kept = closures_of_link(session, link.link_id)
    keys = [each.visit_key for each in kept]
    seen = observations_by_id(session, link.connection, Side.LETSJOBIT, keys)
    visits = {key: visit_of(found) for key, found in seen.items()}
    intents = intents_of_link(session, link.link_id)
    statuses = status_names(session, link.connection)
    told = history(session, link.link_id)

    def closed_at(closure: StoredClosure) -> datetime | None:
        visit = visits.get(closure.visit_key)
        return visit.closed_at if visit is not None else None

    kept.sort(key=lambda each: closed_at(each) or datetime.max.replace(tzinfo=UTC))
    documents: list[dict[str, Json]] = []
    for each in kept:
        visit = visits.get(each.visit_key)
        visit_id = visit.visit_id if visit is not None else None
        documents.append(
            {
                "visit_id": visit_id,
                "visit_key": each.visit_key,
                "closed_at": iso(closed_at(each)),
                "acknowledged_at": iso(each.delivered_at or _confirmed_at(intents, each.visit_key)),
                "invoice_number": each.invoice_number,
                "parts": _decided(_parts(intents, each.visit_key, statuses), told, visit_id),
            }
        )
    return documents


def _decided(
    parts: Mapping[str, dict[str, Json]], told: Sequence[Mapping[str, Any]], visit_id: int | None
) -> dict[str, Json]:
    """The same parts, in which the invoice also has what a person said about its amount."""
    decided: dict[str, Json] = {}
    for name, part in parts.items():
        if name == Part.INVOICE:
            sent = part["sent_at"]
            before = datetime.fromisoformat(sent) if isinstance(sent, str) else None
            part = {**part, "decided": invoice_decision(told, visit_id, before)}
        decided[name] = part
    return decided


def _confirmed_at(intents: Sequence[StoredIntent], visit_key: str) -> datetime | None:
    """When a visit was acknowledged that still owes its job the completion."""
    for each in intents:
        is_confirm = each.intent.effect_key == effect_key(visit_key, Part.CONFIRM)
        if is_confirm and each.state is IntentState.DONE:
            return each.sending_at or each.created_at
    return None


def status_names(session: Session, name: str) -> dict[str, str]:
    """The names of an agency's status types by OID."""
    types = load_directory(session, name, DirectoryKind.STATUS_TYPE)
    return {oid: str((each.content or {}).get("name") or oid) for oid, each in types.items()}


def _parts(
    intents: Sequence[StoredIntent], visit_key: str, statuses: Mapping[str, str]
) -> dict[str, dict[str, Json]]:
    ours = [
        each
        for each in intents
        if each.intent.payload.get("visit_key") == visit_key
        and each.intent.payload.get("part") is not None  # the job of a visit from the field is none
        and each.state is not IntentState.SUPERSEDED
    ]
    by_part = {str(each.intent.payload["part"]): each for each in ours}
    photos = [each for each in ours if each.intent.payload["part"] == Part.PHOTO]
    by_name: dict[str, dict[str, Json]] = {}
    for part in Part:
        if part is Part.PHOTO:
            for number, each in enumerate(photos, start=1):
                by_name[f"{part}-{number}"] = _part(each, statuses)
        elif part in by_part:
            by_name[part.value] = _part(by_part[part], statuses)
    return by_name


def _part(stored: StoredIntent, statuses: Mapping[str, str]) -> dict[str, Json]:
    result = stored.result or {}
    document: dict[str, Json] = {
        "change": stored.intent_id,
        "kind": stored.intent.kind.value,
        "state": stored.state.value,
        "attempts": stored.attempts,
        "sent_at": iso(stored.sending_at),
        "proof": result.get("how"),
        "reason": stored.reason,
    }
    if Part.STATUS == stored.intent.payload["part"]:
        status_id = str(stored.intent.payload["status_id"])
        return {**document, "to": status_id, "name": statuses.get(status_id, status_id)}
    if Part.NOTE == stored.intent.payload["part"]:
        return {**document, "text": stored.intent.payload.get("text")}
    if stored.intent.payload["part"] in (Part.CONFIRM,):
        return document
    if Part.LEAD == stored.intent.payload["part"]:
        payload = stored.intent.payload
        said = {"lead": payload.get("lead_type"), "source": payload.get("source")}
        return {**document, **said, "oid": result.get("oid")}
    said = {name: result.get(name) for name in FACTS[:4]}
    if Part.INVOICE == stored.intent.payload["part"]:
        said |= {name: stored.intent.payload.get(name) for name in FACTS[4:]}
    return {**document, **said}


def in_words(facts: Mapping[str, Any]) -> str:
    """A document or an invoice in one line."""
    said = {
        "number": "invoice {}",
        "gross": "gross {}",
        "vat": "VAT {}",
        "lead": "{}",
        "source": "from {}",
        "name": "{}",
        "size": "{} bytes",
        "sha256": "sha256 {}",
        "oid": "OID {}",
    }
    named = [(words, facts.get(name)) for name, words in said.items()]
    return ", ".join(words.format(value) for words, value in named if value is not None)
