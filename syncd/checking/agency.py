"""AgentOS against the settings: key, tier, branches, status names, contractors.

Requests: the branches, the status types, one per contractor, and two per custom field.
A vendor that cannot be asked is not asked on.
"""

from collections.abc import Mapping, Sequence

from syncd.agentos import wire
from syncd.agentos.maintenance import Maintenance
from syncd.checking.findings import Finding, Place, Severity
from syncd.checking.marks import check_marks
from syncd.errors import VendorDenied, VendorError, VendorRefused
from syncd.settings import ConnectionSettings, StatusSettings
from syncd.wire_json import Record

_NEVER_TWICE = ("completed", "cancelled")
"""Roles whose status has no other; `visit_when` only decides creation and may overlap the rest."""


async def check_agency(connection: ConnectionSettings, agentos: Maintenance) -> list[Finding]:
    """Everything that AgentOS does not agree with; notes say what it does."""
    place = Place(connection.name, "agentos")
    settings = connection.agentos
    try:
        page = settings.page_size
        branches = _named((await agentos.list_branches(count=page)).records, wire.Branch)
        types = _named((await agentos.list_status_types(count=page)).records, wire.StatusType)
        contractors = [
            await _check_contractor(place, agentos, oid)
            for oid in dict.fromkeys(settings.contractors)
        ]
        marks = await check_marks(connection, agentos, settings.branches or tuple(branches))
    except VendorError as error:
        return [place.failure(error)]
    return [
        *_check_branches(place, settings.branches, branches),
        *check_statuses(place, settings.statuses, types),
        *_check_new_jobs(connection, types),
        *contractors,
        *marks,
    ]


def _named(
    records: Sequence[Record], model: type[wire.Branch] | type[wire.StatusType]
) -> dict[str, str]:
    """Names by OID; what cannot be read is left out."""
    found: dict[str, str] = {}
    for raw in records:
        try:
            record = model.model_validate(raw)
        except ValueError:
            continue
        if record.oid:
            found[record.oid] = record.name or ""
    return found


def _check_branches(place: Place, wanted: Sequence[str], known: Mapping[str, str]) -> list[Finding]:
    if not known:
        message = "AgentOS shows no branch to this key"
        cure = "ask the agency whether the key is for this short_name"
        return [place.found(Severity.WRONG, "short_name", message, cure, "no_branches")]
    listed = ", ".join(f"{name} ({oid})" for oid, name in known.items())
    unknown = [oid for oid in wanted if oid not in known]
    if unknown:
        return [
            place.found(
                Severity.WRONG,
                "branches",
                f"the agency has no branch {oid!r}",
                f"it has {listed}",
                "unknown_branch",
            )
            for oid in unknown
        ]
    return [place.found(Severity.NOTE, "", f"AgentOS lets the key in; branches: {listed}")]


def _check_new_jobs(connection: ConnectionSettings, types: Mapping[str, str]) -> list[Finding]:
    """The status that jobs from the field get."""
    created, name = connection.create_jobs, connection.name
    known = {*types, *(each.strip().casefold() for each in types.values())}
    is_known = created.status in known or created.status.strip().casefold() in known
    if not created.enabled or created.channel != "v4" or is_known:
        return []
    message = f"the agency has no status type {created.status!r}"
    cure = f"it has {', '.join(types.values()) or 'none'}"
    path = f"connections[{name}].create_jobs.status"
    return [Finding(Severity.WRONG, name, path, message, cure, "unknown_status")]


async def _check_contractor(place: Place, agentos: Maintenance, oid: str) -> Finding:
    try:
        raw = await agentos.get_contractor(oid)
    except VendorDenied:
        raise
    except VendorRefused:
        message = f"the agency has no contractor {oid!r}"
        cure = "write the OID that AgentOS shows in the contractor's own record"
        return place.found(Severity.WRONG, "contractors", message, cure, "unknown_contractor")
    return place.found(Severity.NOTE, "", f"contractor {oid} is {_contractor_name(raw)}")


def _contractor_name(raw: Record) -> str:
    try:
        record = wire.Contractor.model_validate(raw)
    except ValueError:
        return "there, without a name that can be read"
    return record.company_name or record.surname or "there, without a name"


def check_statuses(
    place: Place, statuses: StatusSettings, types: Mapping[str, str]
) -> list[Finding]:
    """Names that the agency does not have, and one status in two roles."""
    roles = {
        "visit_when": statuses.visit_when,
        "in_progress": (statuses.in_progress,),
        "awaiting_access": (statuses.awaiting_access,),
        "completed": (statuses.completed,),
        "cancelled": statuses.cancelled,
    }
    by_name = {name.strip().casefold(): oid for oid, name in types.items()}
    listed = ", ".join(types.values()) or "none"
    found: list[Finding] = []
    meant: dict[str, str] = {}
    for role, words in roles.items():
        for word in filter(None, words):
            oid = word if word in types else by_name.get(word.strip().casefold())
            if oid is None:
                message = f"the agency has no status type {word!r}"
                cure = f"it has {listed}"
                found.append(
                    place.found(Severity.WRONG, f"statuses.{role}", message, cure, "unknown_status")
                )
            elif oid in meant and (role in _NEVER_TWICE or meant[oid] in _NEVER_TWICE):
                message = f"{word!r} is the same status as one of {meant[oid]}"
                cure = "a status that ends a job has one role"
                found.append(
                    place.found(
                        Severity.WRONG, f"statuses.{role}", message, cure, "status_in_two_roles"
                    )
                )
            elif oid is not None:
                meant[oid] = role
    if not found:
        found.append(place.found(Severity.NOTE, "", f"every status is one of: {listed}"))
    return found
