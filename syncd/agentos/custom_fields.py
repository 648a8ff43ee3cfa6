"""Custom fields of any object, which every V4 tier offers on the same paths ("Custom fields").

The vendor writes `object` to read all of them and `objects` for one. Staff make the fields in
AgentOS first; they cannot be made here.
"""

from syncd.agentos.answers import Written
from syncd.agentos.names import Names
from syncd.agentos.tier import Tier
from syncd.wire_json import Record, Wire


async def list_custom_fields(tier: Tier, object_id: str) -> tuple[Record, ...]:
    """GET /company/object/{objectID}/customfield: ID, TabName, GroupName, FieldName, Value."""
    call = tier.read_call("list_custom_fields", "company", "object", object_id, "customfield")
    answer = await tier.http.request(call)
    fields = answer.body.get("CustomFields") if isinstance(answer.body, dict) else None
    if not isinstance(fields, list):
        raise tier.unreadable(call, answer, "`CustomFields` is no list")
    return tuple(record for record in fields if isinstance(record, dict))


async def get_custom_field_value(tier: Tier, object_id: str, field_id: str) -> Wire:
    """GET /company/objects/{objectID}/{fieldID}/value: the bare value."""
    return await tier.get_value(
        "get_custom_field_value", "company", "objects", object_id, field_id, "value"
    )


async def set_custom_field(
    tier: Tier, names: Names, object_id: str, field_id: str, value: object
) -> Written:
    """POST /company/objects/{objectID}/{fieldID}/customfield; repeatable, the value is absolute."""
    return await tier.write(
        "set_custom_field",
        "POST",
        ("company", "objects", object_id, field_id, "customfield"),
        {names.of("CustomFieldValue", "Value"): value},
        is_repeatable=True,
    )
