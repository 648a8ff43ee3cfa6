"""Whether AgentOS has the custom fields that the settings name: two requests for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.agentos import wire
from syncd.agentos.maintenance import Maintenance
from syncd.checking.findings import Finding, Place, Severity
from syncd.errors import VendorError
from syncd.observe.custom_fields import SAME_PROPERTY, look_up_custom_field
from syncd.settings import ConnectionSettings


@dataclass(frozen=True)
class _Wanted:
    """A custom field of jobs or properties: the setting that names it, and what it is for."""

    table: str
    setting: str
    of: str
    name: str
    use: str


async def check_marks(
    connection: ConnectionSettings, agentos: Maintenance, branches: Sequence[str]
) -> list[Finding]:
    """What one job or property of the first branch shows of each field."""
    found: list[Finding] = []
    for wanted in _wanted(connection) if branches else ():
        place = Place(connection.name, wanted.table)
        try:
            found.append(await _look(place, wanted, agentos, branches[0]))
        except VendorError as error:
            found.append(place.failure(error))
    return found


def _wanted(connection: ConnectionSettings) -> list[_Wanted]:
    """The field that is to show visits, and the one that names a property's lettings property."""
    marks, media = connection.custom_field, connection.media
    found: list[_Wanted] = []
    if marks.name:
        use = f"visits are shown in the custom field {marks.name!r}"
        found.append(_Wanted("custom_field", "name", marks.of, marks.name, use))
    if media.photo_fields and media.lettings_property != SAME_PROPERTY:
        name = media.lettings_property
        use = f"the custom field {name!r} names the lettings property of photos"
        found.append(_Wanted("media", "lettings_property", "property", name, use))
    return found


async def _look(place: Place, wanted: _Wanted, agentos: Maintenance, branch: str) -> Finding:
    """That it is not there, with the cure; else a note."""
    object_id = await _any_object(agentos, branch, of=wanted.of)
    if not object_id:
        message = f"branch {branch} shows no {wanted.of} in which to look for the field"
        return place.found(Severity.NOTE, wanted.setting, message)
    record = await look_up_custom_field(agentos, object_id, of=wanted.of, name=wanted.name)
    why = str((record.content or {}).get("why") or "")
    if why:
        cure = "have staff make it in AgentOS, or correct the name"
        return place.found(Severity.ATTENTION, wanted.setting, why, cure, "no_custom_field")
    return place.found(Severity.NOTE, "", wanted.use)


async def _any_object(agentos: Maintenance, branch: str, *, of: str) -> str:
    """The OID of the branch's first job or property; empty where it has none."""
    listing = agentos.list_jobs if of == "job" else agentos.list_properties
    page = await listing(branch, count=1)
    model = wire.Job if of == "job" else wire.Property
    found = [model.model_validate(each).oid for each in page.records]
    return next((oid for oid in found if oid), "")
