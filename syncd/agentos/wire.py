"""AgentOS's records as it sends them, read under every name that the vendor may use for a field.

Pure. AgentOS publishes paths and prose, not bodies (V4 Maintenance); the names are those of its
neighbouring models (V3 Diary, V2 Customer, V4 Advertising) and of its screens. ALIASES is the one
table of them: the models read by it and `swagger` compares it with the vendor's document. The first
alias that says anything wins. Unknown fields are kept, no field but the OID is required, and
neither `repr` nor a validation error shows a value.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, model_validator

from syncd.wire_types import (
    READING,
    Flag,
    Identity,
    Moment,
    Named,
    Number,
    Oid,
    Text,
    empty_list,
)

Aliases = Mapping[str, tuple[str, ...]]

_PERSON: Aliases = {
    "oid": ("OID", "ID"),
    "reference": ("GlobalReference", "GlobalRefrence"),
    "title": ("Title",),
    "forename": ("Forename",),
    "surname": ("Surname",),
    "email": ("EMailAddress", "Email", "EmailAddress", "ContactEMail"),
    "mobile_phone": ("MobilePhone", "PhoneNumber", "ContactMobile", "Phone"),
    "land_phone": ("LandPhone",),
}
_ACCESS: Aliases = {
    "access": ("AccessArrangements",),
    "access_name_1": ("AccessName1",),
    "access_name_2": ("AccessName2",),
    "access_name_3": ("AccessName3",),
    "access_mobile_1": ("AccessMobile1",),
    "access_mobile_2": ("AccessMobile2",),
    "access_mobile_3": ("AccessMobile3",),
}

ALIASES: Mapping[str, Aliases] = {
    "Branch": {
        "oid": ("OID", "ID"),
        "etag": ("ETag",),
        "name": ("Name",),
        "company_name": ("CompanyName", "Company"),
        "address_1": ("Address1",),
        "address_2": ("Address2",),
        "address_3": ("Address3",),
        "address_4": ("Address4",),
        "county": ("County",),
        "post_code": ("Postcode",),
        "email": ("EMailAddress", "Email", "EmailAddress"),
        "phone": ("LandPhone", "PhoneNumber", "Phone"),
    },
    "Property": {
        "oid": ("OID", "ID"),
        "etag": ("ETag",),
        "reference": ("GlobalReference", "GlobalRefrence"),
        "branch_id": ("BranchOID", "BranchID", "Branch"),
        "is_maintenance_managed": ("ManagedMaintenance",),
        "is_archived": ("IsArchived",),
        "flat": ("AddressFlatRoomNumber",),
        "number": ("AddressNumber",),
        "address_1": ("Address1",),
        "address_2": ("Address2",),
        "address_3": ("Address3",),
        "address_4": ("Address4",),
        "post_code": ("Postcode",),
        "full_address": ("FullAddress",),
        "landlord_id": ("LandlordID", "LandlordOID", "MainLandlord"),
        "main_landlord": ("MainLandlord",),
        "latest_tenancy": ("LatestTenancy",),
    },
    "StatusType": {
        "oid": ("OID", "ID"),
        "etag": ("ETag",),
        "name": ("Name",),
        "system_type": ("SystemType",),
        "is_closed": ("IsClosed",),
    },
    "Job": {
        "oid": ("OID", "ID"),
        "etag": ("ETag",),
        "reference": ("GlobalReference", "JobNumber", "Reference"),
        "title": ("Title", "IssueTitle", "Name", "Subject"),
        "description": ("Description", "IssueNotes", "Notes", "IssueFault"),
        "status_id": ("StatusID", "StatusOID", "StatusTypeID", "StatusType", "Status"),
        "status_name": ("Status", "StatusName", "StatusType"),
        "priority": ("Priority", "IssuePriority"),
        "category": ("Category",),
        "reported_at": ("ReportedAt", "Reported", "ReportedDate", "CreatedAt"),
        "due_date": ("DueDate",),
        "closed_date": ("ClosedDate", "CompletedDate", "ClosedAt"),
        "branch_id": ("BranchOID", "BranchID", "Branch"),
        "property_id": ("PropertyID", "PropertyOID", "Property"),
        "contractor_id": ("ContractorID", "ContractorOID", "Contractor"),
        "contractor_name": ("AssignedTo", "Contractor"),
        "tenant_id": ("TenantID", "TenantOID", "Tenant"),
        "linked_tenants": ("LinkedTenants",),
        "landlord_id": ("LandlordID", "LandlordOID", "MainLandlord"),
        **_ACCESS,
        "notes": ("MaintenanceNotes",),
        "documents": ("Documents",),
        "invoices": ("Invoices",),
    },
    "JobNote": {
        "oid": ("OID", "ID"),
        "created_at": ("CreatedAt",),
        "text": ("NoteContents",),
    },
    "JobDocument": {
        "oid": ("OID", "ID"),
        "name": ("DocumentName", "FileName", "Name"),
        "size": ("Size", "FileSize"),
    },
    "JobInvoice": {
        "oid": ("OID", "ID"),
        "number": ("InvoiceNumber", "Number"),
        "amount": ("Amount", "InvoiceAmount", "TotalAmount"),
        "vat_amount": ("VATAmount",),
        "status": ("Status",),
    },
    "Contractor": {
        **_PERSON,
        "company_name": ("CompanyName", "Company"),
        "vat_number": ("VATNumber",),
        "is_active": ("IsActive",),
    },
    "Person": _PERSON,
    "TenancyState": {
        "oid": ("OID", "ID"),
        "etag": ("ETag",),
        "reference": ("GlobalReference", "GlobalRefrence"),
        "property_id": ("PropertyID", "PropertyOID", "Property"),
        "state": ("State", "Status"),
        "is_archived": ("IsArchived",),
        "is_ended": ("IsTenancyEnded",),
        "is_proposed": ("IsTenancyProposed",),
        "start_date": ("StartDate",),
        "end_date": ("EndDate",),
        "linked_tenants": ("LinkedTenants", "Tenants"),
        **_ACCESS,
    },
    "Preference": {
        "oid": ("OID", "ID"),
        "property_id": ("PropertyID", "PropertyOID", "Property"),
        "name": ("Name",),
        "notes": ("Notes",),
        "type": ("Type",),
    },
    "CustomField": {
        "oid": ("ID", "OID"),
        "tab_name": ("TabName",),
        "group_name": ("GroupName",),
        "field_name": ("FieldName",),
        "value": ("Value",),
    },
}


class WireModel(BaseModel):
    """A record read by ALIASES under the model's own name; what it does not know stays in
    `model_extra`."""

    model_config = READING

    @model_validator(mode="before")
    @classmethod
    def _by_alias(cls, raw: object) -> object:
        if not isinstance(raw, Mapping):
            raise ValueError("not an object")
        known = _known_names(cls.__name__)
        unknown = {name: value for name, value in raw.items() if name not in known}
        aliases = ALIASES[cls.__name__]
        return unknown | {field: _first_said(raw, names) for field, names in aliases.items()}

    def __repr_args__(self) -> Iterable[tuple[str | None, object]]:
        """The OID alone: everything else may be personal."""
        return [("oid", getattr(self, "oid", None))]


@cache
def _known_names(model: str) -> frozenset[str]:
    """Every name that a model reads, and the names of its own fields."""
    aliases = ALIASES[model]
    return frozenset(aliases).union(*aliases.values())


def _first_said(raw: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The value of the first name that says anything; None where none does."""
    for name in names:
        value = raw.get(name)
        if value is not None and value != "":
            return value
    return None


class Branch(WireModel):
    """A branch of the agency (V4 Maintenance, Get branches)."""

    oid: Oid
    etag: Text
    name: Text
    company_name: Text
    address_1: Text
    address_2: Text
    address_3: Text
    address_4: Text
    county: Text
    post_code: Text
    email: Text
    phone: Text


class Person(WireModel):
    """A landlord, tenant or member of staff (V4 Maintenance, Property and contact lookups)."""

    oid: Identity
    reference: Text
    title: Text
    forename: Text
    surname: Text
    email: Text
    mobile_phone: Text
    land_phone: Text


def _person(value: object) -> object:
    """A person may be named by the OID alone."""
    return {"OID": value} if isinstance(value, str) else value


SomePerson = Annotated[Person | None, BeforeValidator(_person)]


class Contractor(Person):
    """A contractor (V4 Maintenance, Contractor management); a company may stand in `surname`."""

    company_name: Text
    vat_number: Text
    is_active: Flag


class Access(WireModel):
    """How to get in, where a tenancy or a job says so."""

    access: Text
    access_name_1: Text
    access_name_2: Text
    access_name_3: Text
    access_mobile_1: Text
    access_mobile_2: Text
    access_mobile_3: Text


class TenancyState(Access):
    """A tenancy of a property, also an archived one (V4 Maintenance, Tenancy states)."""

    oid: Identity
    etag: Text
    reference: Text
    property_id: Identity
    state: Named
    is_archived: Flag
    is_ended: Flag
    is_proposed: Flag
    start_date: Moment
    end_date: Moment
    linked_tenants: Annotated[tuple[Person, ...], BeforeValidator(empty_list)]


class Property(WireModel):
    """A property, also an archived one (V4 Maintenance, Get properties for maintenance)."""

    oid: Oid
    etag: Text
    reference: Text
    branch_id: Identity
    is_maintenance_managed: Flag
    is_archived: Flag
    flat: Text
    number: Text
    address_1: Text
    address_2: Text
    address_3: Text
    address_4: Text
    post_code: Text
    full_address: Text
    landlord_id: Identity
    main_landlord: SomePerson
    latest_tenancy: TenancyState | None


class StatusType(WireModel):
    """A status that a job may have; each agency has its own list (V4 Maintenance, Status types)."""

    oid: Oid
    etag: Text
    name: Text
    system_type: Text
    is_closed: Flag


class JobNote(WireModel):
    """A note on a job; a sibling model says that its `OID` is the job's."""

    oid: Identity
    created_at: Moment
    text: Text


class JobDocument(WireModel):
    """A document that a job lists: the read-back of an attachment."""

    oid: Identity
    name: Text
    size: Number


class JobInvoice(WireModel):
    """A contractor's invoice that a job lists: the read-back of a submission."""

    oid: Identity
    number: Text
    amount: Number
    vat_amount: Number
    status: Text


class Job(Access):
    """A maintenance job (V4 Maintenance, Track job progress).

    Times are naive where the vendor gives no offset. `documents` and `invoices` are None where the
    answer has no such list, which proves nothing about either.
    """

    oid: Oid
    etag: Text
    reference: Text
    title: Text
    description: Text
    status_id: Identity
    status_name: Named
    priority: Named
    category: Named
    reported_at: Moment
    due_date: Moment
    closed_date: Moment
    branch_id: Identity
    property_id: Identity
    contractor_id: Identity
    contractor_name: Named
    tenant_id: Identity
    linked_tenants: Annotated[tuple[Person, ...], BeforeValidator(empty_list)]
    landlord_id: Identity
    notes: Annotated[tuple[JobNote, ...], BeforeValidator(empty_list)]
    documents: tuple[JobDocument, ...] | None
    invoices: tuple[JobInvoice, ...] | None


class Preference(WireModel):
    """What a property's maintenance needs or asks for (V4 Maintenance, Maintenance preferences)."""

    oid: Identity
    property_id: Identity
    name: Text
    notes: Text
    type: Text


class CustomField(WireModel):
    """A custom field of any object with its value, which may be any JSON (V4, Custom fields)."""

    oid: Identity
    tab_name: Text
    group_name: Text
    field_name: Text
    value: object
