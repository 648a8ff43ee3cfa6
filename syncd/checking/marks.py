"""Whether AgentOS has the custom field that is to show visits: two requests, where one is named."""

from collections.abc import Sequence

from syncd.agentos import wire
from syncd.agentos.maintenance import Maintenance
from syncd.checking.findings import Finding, Place, Severity
from syncd.errors import VendorError
from syncd.observe.custom_fields import look_up_custom_field
from syncd.settings import ConnectionSettings


async def check_marks(
    connection: ConnectionSettings, agentos: Maintenance, branches: Sequence[str]
) -> list[Finding]:
    """What one job or property of the first branch shows of the field."""
    setting, place = connection.custom_field, Place(connection.name, "custom_field")
    if not setting.name or not branches:
        return []
    try:
        object_id = await _any_object(agentos, branches[0], of=setting.of)
        if not object_id:
            message = f"branch {branches[0]} shows no {setting.of} in which to look for the field"
            return [place.found(Severity.NOTE, "name", message)]
        record = await look_up_custom_field(agentos, object_id, of=setting.of, name=setting.name)
    except VendorError as error:
        return [place.failure(error)]
    why = str((record.content or {}).get("why") or "")
    if why:
        cure = "have staff make it in AgentOS, or correct the name"
        return [place.found(Severity.ATTENTION, "name", why, cure, "no_custom_field")]
    message = f"visits are shown in the custom field {setting.name!r}"
    return [place.found(Severity.NOTE, "", message)]


async def _any_object(agentos: Maintenance, branch: str, *, of: str) -> str:
    """The OID of the branch's first job or property; empty where it has none."""
    listing = agentos.list_jobs if of == "job" else agentos.list_properties
    page = await listing(branch, count=1)
    model = wire.Job if of == "job" else wire.Property
    found = [model.model_validate(each).oid for each in page.records]
    return next((oid for oid in found if oid), "")
