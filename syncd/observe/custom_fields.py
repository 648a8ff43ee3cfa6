"""Custom fields of AgentOS: where the field of a name is, and what it says of one object.

V4 Maintenance, Custom fields: staff make the fields in AgentOS; an object shows all that it has.
What is found out is kept in the directory, also that there is no such field.
"""

from collections.abc import Mapping, Sequence

from syncd.agentos.maintenance import Maintenance
from syncd.errors import VendorNotFound, VendorRefused
from syncd.model import DirectoryKind, DirectoryRecord, Json
from syncd.translate import canonical
from syncd.wire_json import Record

SAME_PROPERTY = "property"
"""The setting that says that the lettings property has the property's own OID."""

_BLOCKED = (403,)
"""What says nothing about a field: the whole key is kept out for a while."""


def field_key(of: str, name: str) -> str:
    """Under which name a field stands in the directory."""
    return f"{of}:{name}"


async def look_up_custom_field(
    client: Maintenance, object_id: str, *, of: str, name: str
) -> DirectoryRecord:
    """The field of this name (any case, or its id) as one job or property shows it.

    Its content is `id`, and `why` there is none: one of them is empty.
    """
    fields, why = await _fields(client, object_id)
    found = _named(fields, name)
    if found is None:
        return field_record(of, name, field_id="", why=why or missing(name, of))
    return field_record(of, name, field_id=str(found["ID"]), why="")


def field_record(of: str, name: str, *, field_id: str, why: str) -> DirectoryRecord:
    """The custom field of a name, or why nothing can be written to it."""
    content: dict[str, Json] = {"id": field_id, "why": why}
    return _record(DirectoryKind.CUSTOM_FIELD, field_key(of, name), content)


async def read_custom_field(client: Maintenance, object_id: str, *, name: str) -> str:
    """What the field of this name says of one job or property; empty where it says nothing, or
    AgentOS does not show it."""
    fields, _ = await _fields(client, object_id)
    found = _named(fields, name)
    return str(found.get("Value") or "") if found is not None else ""


def mark_record(
    of: str, name: str, *, object_id: str, numbers: Sequence[str], lone: str
) -> DirectoryRecord:
    """Which visits the field of one object names, by their numbers; `lone` is the number that the
    field of a job names alone. What else people wrote there is not kept."""
    content: dict[str, Json] = {"field": field_key(of, name), "numbers": list(numbers)}
    fingerprint = canonical.fingerprint(dict(content))
    return DirectoryRecord(DirectoryKind.FIELD_MARK, object_id, lone, content, fingerprint)


async def look_up_lettings_property(
    client: Maintenance, property_id: str, *, name: str
) -> DirectoryRecord:
    """What a property's custom field of this name says: the id of its lettings property."""
    fields, why = await _fields(client, property_id)
    found = _named(fields, name)
    value = str(found.get("Value") or "").strip() if found is not None else ""
    if found is None:
        why = why or missing(name, "property")
    elif not value:
        why = f"The custom field {name!r} of property {property_id} is empty"
    return lettings_record(property_id, name, value=value, why=why)


def lettings_record(property_id: str, name: str, *, value: str, why: str) -> DirectoryRecord:
    """The lettings property of a property by the setting `name`, or why there is none."""
    content: dict[str, Json] = {"field": name, "value": value, "why": why}
    return _record(DirectoryKind.LETTINGS_PROPERTY, property_id, content)


def lettings_of(record: DirectoryRecord | None, name: str) -> dict[str, str]:
    """What such a record says; empty where there is none, or the setting was another."""
    content = record.content if record is not None and record.content is not None else {}
    known = content if content.get("field") == name else {}
    return {each: str(value) for each, value in known.items()}


async def _fields(client: Maintenance, object_id: str) -> tuple[tuple[Record, ...], str]:
    """What an object shows, or why AgentOS does not show it."""
    try:
        return await client.list_custom_fields(object_id), ""
    except VendorNotFound:
        return (), f"AgentOS shows no custom fields of {object_id}"
    except VendorRefused as error:
        if error.status in _BLOCKED:
            raise
        return (), f"AgentOS shows no custom fields: {error.message}"


def missing(name: str, of: str) -> str:
    """That there is no such field, in words."""
    what = "jobs" if of == "job" else "properties"
    return f"AgentOS has no custom field {name!r} of {what}"


def _named(fields: tuple[Record, ...], name: str) -> Mapping[str, object] | None:
    wanted = name.strip().casefold()
    for each in fields:
        if str(each.get("FieldName") or "").strip().casefold() == wanted or each.get("ID") == name:
            return each if each.get("ID") else None
    return None


def _record(kind: DirectoryKind, oid: str, content: Mapping[str, Json]) -> DirectoryRecord:
    return DirectoryRecord(kind, oid, "", content, canonical.fingerprint(dict(content)))
