"""Why a field is as it is: who set it, when, from what to what, by which rule, in which cycle.

    {"links": [{"connection": "northgate", "doc_no": "MJ-1", "job_id": "OID", "visit_id": 7,
       "fields": {"date": {"value": {"date": "2026-11-23"}, "changes": [
          {"at": "…Z", "who": "syncd", "event": "create_visit", "from": null,
           "to": {"date": "2026-11-22"}, "why": "planned and read back", "cycle": 1,
           "visit": 7}]}}, "deliveries": […]}]}

A field is one of a works order (description, address, contact, access, priority, category, date,
driver), a visit's own field as LetsJobIt names it (driverId, obs, …), or a part of what closed
visits leave: status, signature, job-sheet, invoice, confirm. Of a part `to` says what AgentOS has
(of a status also its `name`) and `visit` is the closed visit; `deliveries` (as in `show`) has the
closures.

Of an invoice `inbox_decided` is a person's answer about its amount, and `to` is that answer:
{"choice": "enter", "value": "96.00"}.

Changes are the oldest first; the last one is the answer. `who` is syncd or a person; for what was
`adopted` it is syncd that noticed, and the rule says which side had changed it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.errors import SyncdError
from syncd.model import Field, Json, Link, Part
from syncd.settings import Settings
from syncd.store.database import Session
from syncd.telling.decisions import ABOUT_INVOICES, DECIDED, answer_of
from syncd.telling.deliveries import delivery_documents, status_names
from syncd.telling.found import find_links
from syncd.telling.sides import history_documents, link_document

PARTS = {
    Field.DESCRIPTION: ("obs",),
    Field.ACCESS: ("obs",),
    Field.ADDRESS: ("customer", "site", "siteId", "address", "city", "postCode"),
    Field.CONTACT: ("contactPerson", "contactPhone"),
    Field.PRIORITY: ("priority",),
    Field.CATEGORY: ("required_skills",),
    Field.DATE: ("date",),
    Field.DRIVER: ("driverId",),
}
"""The visit fields in which each field of a works order is written."""

STORY = {
    "create_visit": "written when the visit was made",
    "update_visit": "written to the visit",
    "withdraw_visit": "the visit was withdrawn",
    "create_job": "written to the job that was made for this visit",
    "set_custom_field": "written to the custom field in AgentOS",
    "adopted": "found in LetsJobIt and kept",
}
"""What happened, by the journal's word for it."""

DELIVERED = {
    "update_job": "written to the job",
    "attach_document": "attached to the job",
    "submit_invoice": "submitted to the agency",
    "add_note": "added to the job's notes",
    "add_photo": "added to the property's photos",
    "create_lead": "created for the agency",
    "confirm_close": "acknowledged in LetsJobIt",
    "in_doubt": "in doubt",
    "refused": "declined",
    "waived": "left out",
}
"""What happened to a part of a closure, by the journal's word for it."""

NO_RULE = "planned and read back"
"""What the journal says where no rule had to decide."""


def why_documents(
    session: Session, settings: Settings, wanted: str, field: str | None
) -> list[dict[str, Json]]:
    """The story of one field, or of every field that has one, of each link that is meant."""
    return [
        _link_document(session, settings, link, field)
        for link in find_links(session, settings, wanted)
    ]


def _link_document(
    session: Session, settings: Settings, link: Link, field: str | None
) -> dict[str, Json]:
    history = _named(history_documents(session, link), status_names(session, link.connection))
    connection = settings.connection(link.connection)
    now: Any = link_document(session, connection, link)["fields"] if connection else {}
    names = [_known(field, history)] if field else _told(history)
    return {
        "connection": link.connection,
        "doc_no": link.doc_no,
        "job_id": link.job_id,
        "visit_id": link.visit_id,
        "fields": {name: _story(name, history, now) for name in names},
        "deliveries": list[Json](delivery_documents(session, link)),
    }


def _named(
    history: Sequence[Mapping[str, Any]], statuses: Mapping[str, str]
) -> list[dict[str, Json]]:
    """The same history, in which every status also has the name that people know it by."""

    def named(value: Json) -> Json:
        status = value.get("status") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(status, str):
            return value
        return {**value, "name": statuses.get(status, status)}

    is_status = (each["field"] == Part.STATUS for each in history)
    return [
        {**each, "from": named(each["from"]), "to": named(each["to"])} if is_one else dict(each)
        for each, is_one in zip(history, is_status, strict=True)
    ]


def _known(field: str, history: Sequence[Mapping[str, Any]]) -> str:
    """The field as it is written; SyncdError listing what can be asked for."""
    in_visits = {name for names in PARTS.values() for name in names}
    told = {name for each in history if isinstance(each["to"], dict) for name in each["to"]}
    names = [*(each.value for each in Field), *(each.value for each in Part)]
    by_lower = {name.lower(): name for name in (*sorted(told), *sorted(in_visits), *names)}
    if field.lower() not in by_lower:
        raise SyncdError(
            "unknown_field",
            f"no field is called {field!r}",
            f"one of: {', '.join([*names, *sorted(in_visits - set(names))])}",
        )
    return str(by_lower[field.lower()])


def _told(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The fields about which the journal has a story."""
    fields, parts = (each.value for each in Field), (each.value for each in Part)
    names = [*fields, "inMobileApp", "title", "custom_field", *parts]
    return [name for name in names if _changes(name, history)]


def _story(
    name: str, history: Sequence[Mapping[str, Any]], now: Mapping[str, Any]
) -> dict[str, Json]:
    changes = _changes(name, history)
    done = [each["to"] for each in changes if each["event"] != DECIDED]
    value = now[name]["letsjobit"] if name in now else done[-1] if done else None
    return {"value": value, "changes": list[Json](changes)}


def _changes(name: str, history: Sequence[Mapping[str, Any]]) -> list[dict[str, Json]]:
    is_whole = name in list(Field)
    parts = PARTS[Field(name)] if is_whole else (name,)
    found: list[dict[str, Json]] = []
    for entry in history:
        if name in list(Part):
            pair = _delivered(entry, name)
        elif entry["event"] == "adopted":
            pair = _adopted(entry, name, is_whole)
        else:
            pair = _written(entry, parts)
        if pair is not None:
            kept = {key: entry[key] for key in ("at", "who", "event", "why", "cycle", "visit")}
            found.append({**kept, "from": pair[0], "to": pair[1]})
    return found


def _adopted(entry: Mapping[str, Any], name: str, is_whole: bool) -> tuple[Json, Json] | None:
    if is_whole:
        return (entry["from"], entry["to"]) if entry["field"] == name else None
    if entry["field"] not in list(Field) or name not in PARTS[Field(entry["field"])]:
        return None
    before, after = ({} if each is None else each for each in (entry["from"], entry["to"]))
    return (before.get(name), after[name]) if name in after else None


def _delivered(entry: Mapping[str, Any], name: str) -> tuple[Json, Json] | None:
    if name == Part.INVOICE and entry["event"] == DECIDED and entry["from"] in ABOUT_INVOICES:
        return None, answer_of(entry["to"])
    is_about = entry["event"] in DELIVERED and entry["field"] == name
    return (entry["from"], entry["to"]) if is_about else None


def _written(entry: Mapping[str, Any], parts: Sequence[str]) -> tuple[Json, Json] | None:
    after = entry["to"]
    if entry["event"] not in STORY or not isinstance(after, dict):
        return None
    named = [name for name in parts if name in after]
    if not named:
        return None
    before = entry["from"] or {}
    return {name: before.get(name) for name in named}, {name: after[name] for name in named}


def reason(change: Mapping[str, Any]) -> str:
    """What happened and by which rule, in words."""
    if change["event"] == DECIDED:
        said = " ".join(str(each) for each in change["to"].values() if each is not None)
        return f"answered {said}. Asked was: {change['why']}"
    words = STORY.get(change["event"]) or DELIVERED[change["event"]]
    rule = change["why"].removeprefix("visit: ")
    return words if rule == NO_RULE else f"{words}: {rule}"
