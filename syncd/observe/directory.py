"""Observing reference records: from lists where the vendor has lists, one by one elsewhere."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from syncd.agentos import wire
from syncd.agentos.maintenance import Maintenance, Page
from syncd.errors import BadRecord, VendorError, VendorNotFound, VendorRefused
from syncd.model import DirectoryKind, DirectoryRecord, Json, Side
from syncd.observe.jobs import job_identity
from syncd.observe.sweeps import ListPage, sweep_list
from syncd.translate import canonical, content
from syncd.translate import directory as records
from syncd.wire_json import Record

UNAUTHORIZED = 401

ListRecords = Callable[..., Awaitable[Page]]

ReadRecord = Callable[[Record], tuple[str, Mapping[str, Json]]]
"""From a raw record to what it belongs to (empty: what its list belongs to) and its content."""


@dataclass(frozen=True)
class DirectoryReading:
    """Reference records of one or more lists; `failure` is set when any list was not read whole."""

    records: tuple[DirectoryRecord, ...]
    failure: VendorError | None = None

    def ids(self, kind: DirectoryKind) -> tuple[str, ...]:
        """The OIDs of one kind, in the vendor's order."""
        return tuple(each.oid for each in self.records if each.kind is kind)


async def observe_directory(
    client: Maintenance, *, branches: Sequence[str], contractors: Sequence[str], page_size: int
) -> DirectoryReading:
    """Branches, status types, our contractors, and of each branch its properties and tenancies.

    V4 Maintenance, workflow steps 1 to 3, and Job tracking and reporting; archived properties and
    tenancies are included by the vendor. `branches` narrows; empty means all.
    """
    top = await _lists(
        [
            (DirectoryKind.BRANCH, client.list_branches, _branch, ""),
            (DirectoryKind.STATUS_TYPE, client.list_status_types, _status_type, ""),
        ],
        page_size=page_size,
    )
    if top.failure is not None:
        return top
    own = []
    for oid in contractors:
        try:
            kind = DirectoryKind.CONTRACTOR
            own.append(await _one(kind, oid, client.get_contractor, _contractor))
        except VendorError as error:
            return DirectoryReading(top.records, error)
    below = []
    for branch in branches or top.ids(DirectoryKind.BRANCH):
        properties = partial(client.list_properties, branch)
        tenancies = partial(client.list_tenancy_states, branch)
        below.append((DirectoryKind.PROPERTY, properties, _property, branch))
        below.append((DirectoryKind.TENANCY, tenancies, _tenancy, ""))
    rest = await _lists(below, page_size=page_size)
    return DirectoryReading((*top.records, *own, *rest.records), rest.failure)


async def look_up_property(client: Maintenance, property_id: str) -> DirectoryRecord:
    """One property that no list showed (V4 Maintenance, Property and contact lookups)."""
    return await _one(DirectoryKind.PROPERTY, property_id, client.get_property, _property)


async def look_up_tenant(client: Maintenance, tenant_id: str) -> DirectoryRecord:
    """One tenant that no tenancy links (V4 Maintenance, Property and contact lookups).

    The vendor may keep contacts from a key for want of consent: then there is no tenant. A key
    that is refused altogether (401) says nothing about tenants.
    """
    try:
        return await _one(DirectoryKind.TENANT, tenant_id, client.get_tenant, _tenant)
    except VendorRefused as error:
        if error.status == UNAUTHORIZED:
            raise
        return DirectoryRecord(DirectoryKind.TENANT, tenant_id, "", None, "none")


async def look_up_preferences(client: Maintenance, property_id: str) -> DirectoryRecord:
    """The preferences of one property, in the vendor's order (V4, Maintenance preferences)."""
    page = await client.list_preferences(property_id)
    kept: list[Json] = []
    for raw in page.records:
        preference = records.preference(wire.Preference.model_validate(raw))
        kept.append(content.written(preference))
    return _record(DirectoryKind.PREFERENCES, property_id, "", {"preferences": kept})


async def _lists(
    wanted: Sequence[tuple[DirectoryKind, ListRecords, ReadRecord, str]],
    *,
    page_size: int,
) -> DirectoryReading:
    found: list[DirectoryRecord] = []
    for kind, list_page, read, parent in wanted:

        async def fetch(start: int, list_page: ListRecords = list_page) -> ListPage:
            page = await list_page(offset=start, count=page_size)
            return ListPage(page.records, page.unreadable, page.total)

        async def take(
            fresh: Mapping[str, Record],
            kind: DirectoryKind = kind,
            read: ReadRecord = read,
            parent: str = parent,
        ) -> None:
            found.extend(filter(None, (_read(kind, o, r, read, parent) for o, r in fresh.items())))

        done = await sweep_list(fetch, job_identity, take, side=Side.AGENTOS)
        if not done.is_complete:
            return DirectoryReading(tuple(found), done.error)
    return DirectoryReading(tuple(found))


def _read(
    kind: DirectoryKind, oid: str, raw: Record, read: ReadRecord, parent: str
) -> DirectoryRecord | None:
    """None for a record in no shape we know: what needs it looks it up and says so."""
    try:
        own_parent, value = read(raw)
    except (BadRecord, ValueError):
        return None
    return _record(kind, oid, own_parent or parent, value)


async def _one(
    kind: DirectoryKind, oid: str, get: Callable[[str], Awaitable[Record]], read: ReadRecord
) -> DirectoryRecord:
    try:
        raw = await get(oid)
        found = _read(kind, oid, raw, read, "")
    except VendorNotFound:
        found = None
    return found or DirectoryRecord(kind, oid, "", None, "none")


def _record(
    kind: DirectoryKind, oid: str, parent: str, value: Mapping[str, Json]
) -> DirectoryRecord:
    return DirectoryRecord(kind, oid, parent, value, canonical.fingerprint(value))


def _branch(raw: Record) -> tuple[str, Mapping[str, Json]]:
    return "", content.written(records.branch(wire.Branch.model_validate(raw)))


def _status_type(raw: Record) -> tuple[str, Mapping[str, Json]]:
    return "", {"name": wire.StatusType.model_validate(raw).name}


def _contractor(raw: Record) -> tuple[str, Mapping[str, Json]]:
    """Name and VAT number; a company may stand in the surname."""
    read = wire.Contractor.model_validate(raw)
    person = " ".join(filter(None, (read.forename, read.surname)))
    return "", {"name": read.company_name or person, "vat_number": read.vat_number or ""}


def _property(raw: Record) -> tuple[str, Mapping[str, Json]]:
    read = wire.Property.model_validate(raw)
    latest = records.latest_tenancy(read)
    return "", {
        "place": content.written(records.place(read)),
        "latest": content.written(latest) if latest is not None else None,
    }


def _tenancy(raw: Record) -> tuple[str, Mapping[str, Json]]:
    tenancy = records.tenancy(wire.TenancyState.model_validate(raw))
    return tenancy.property_id, content.written(tenancy)


def _tenant(raw: Record) -> tuple[str, Mapping[str, Json]]:
    return "", content.written(records.person(wire.Person.model_validate(raw)))
