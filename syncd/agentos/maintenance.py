"""The client of AgentOS V4 Maintenance. One method is one call; records are given raw.

Raw on purpose: callers hash a record first and validate only what changed (`wire`). Bodies are made
with the names of `names.Names`. Lists are read page by page, by the index of their first record and
at most 1000 at a time; `Count` is the total over all pages. Sections named below are those of the
vendor's article on the V4 Maintenance API.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from syncd.agentos.answers import Page, Written
from syncd.agentos.custom_fields import (
    get_custom_field_value,
    list_custom_fields,
    set_custom_field,
)
from syncd.agentos.names import Names
from syncd.agentos.tier import LARGEST_PAGE, Tier
from syncd.agentos.uploads import Document, document_body
from syncd.model import Urgency
from syncd.vendor_http import Auth, VendorHttp
from syncd.wire_json import Record, Wire

__all__ = ["Document", "Maintenance", "Page", "Written", "agentos_auth"]


def agentos_auth(
    api_key: str, api_key_in: Literal["header", "query"] = "header", names: Names | None = None
) -> Auth:
    """Where AgentOS takes its key (Getting started: header or query `api_key`)."""
    return Auth(api_key_in, (names or Names()).api_key, api_key)


class Maintenance:
    """Maintenance of one agency. The base address of `http` is the vendor's host."""

    def __init__(
        self,
        http: VendorHttp,
        *,
        short_name: str,
        names: Names | None = None,
        urgency: Urgency = Urgency.POLLS,
    ) -> None:
        self._tier = Tier(http, "maintenance", short_name, urgency)
        self._names = names or Names()

    def at(self, urgency: Urgency) -> "Maintenance":
        """The same client, whose calls wait for permits with another urgency."""
        tier = self._tier
        return Maintenance(
            tier.http, short_name=tier.short_name, names=self._names, urgency=urgency
        )

    # Branches and properties

    async def list_branches(self, *, offset: int = 0, count: int = LARGEST_PAGE) -> Page:
        """GET /company/branches/{offset}/{count} ("Get branches")."""
        return await self._tier.list_page("list_branches", "company", "branches", offset, count)

    async def list_properties(
        self, branch_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET /properties/{branchID}/{offset}/{count} ("Get properties for maintenance");
        archived ones too."""
        return await self._tier.list_page("list_properties", "properties", branch_id, offset, count)

    async def get_property(self, property_id: str) -> Record:
        """GET /properties/{propertyID} ("Property and contact lookups")."""
        return await self._tier.get_record("get_property", "properties", property_id)

    # Jobs

    async def list_status_types(self, *, offset: int = 0, count: int = LARGEST_PAGE) -> Page:
        """GET /jobs/statusTypes/{offset}/{count} ("Get job status types")."""
        return await self._tier.list_page("list_status_types", "jobs", "statusTypes", offset, count)

    async def get_status_type(self, status_id: str) -> Record:
        """GET /jobs/statustypes/{statusID} ("Job tracking and reporting", this spelling)."""
        return await self._tier.get_record("get_status_type", "jobs", "statustypes", status_id)

    async def list_jobs(
        self, branch_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET /jobs/{branchID}/{offset}/{count} ("Job tracking and reporting"); no filters."""
        return await self._tier.list_page("list_jobs", "jobs", branch_id, offset, count)

    async def get_job(self, job_id: str) -> Record:
        """GET /jobs/{jobID} ("Track job progress"); VendorGarbled when it is about another job."""
        record = await self._tier.get_record("get_job", "jobs", job_id)
        answered = record.get("OID") or record.get("ID") or job_id
        if isinstance(answered, str) and answered != job_id:
            call = self._tier.read_call("get_job", "jobs", job_id)
            raise self._tier.http.judge.unreadable(call, "it is about another job")
        return record

    async def create_job(
        self,
        branch_id: str,
        *,
        property_id: str,
        description: str,
        status_id: str,
        title: str | None = None,
        contractor_id: str | None = None,
        priority: str | None = None,
        reported_at: datetime | None = None,
    ) -> Written:
        """POST /jobs/{branchID}/job, MaintenanceJobSubmissionModel ("Create a maintenance job").

        Never repeated here: AgentOS has no key against doubles. `reported_at` is aware.
        """
        body = self._names.body(
            "MaintenanceJobSubmissionModel",
            {
                "PropertyID": property_id,
                "Title": title,
                "Description": description,
                "StatusID": status_id,
                "ContractorID": contractor_id,
                "Priority": priority,
                "ReportedAt": None if reported_at is None else reported_at.isoformat(),
            },
        )
        return await self._tier.write("create_job", "POST", ("jobs", branch_id, "job"), body)

    async def patch_job(
        self,
        job_id: str,
        *,
        status_id: str | None = None,
        description: str | None = None,
        contractor_id: str | None = None,
        closed_date: datetime | None = None,
        no_contractor: bool = False,
    ) -> Written:
        """PATCH /jobs/{jobID}, flag noContractor ("Update job status"); fields left out stay.

        Repeatable, because every value is absolute. ValueError when nothing would change.
        """
        body = self._names.body(
            "MaintenanceJobUpdateModel",
            {
                "StatusID": status_id,
                "Description": description,
                "ContractorID": contractor_id,
                "ClosedDate": None if closed_date is None else closed_date.isoformat(),
            },
        )
        if not body and not no_contractor:
            raise ValueError("patch_job was asked to change nothing")
        params: dict[str, str] = {}
        if no_contractor:
            name, is_in_body = self._names.no_contractor
            body |= {name: True} if is_in_body else {}
            params |= {} if is_in_body else {name: "true"}
        return await self._tier.write(
            "patch_job", "PATCH", ("jobs", job_id), body, params=params, is_repeatable=True
        )

    async def attach_document(self, job_id: str, document: Document) -> Written:
        """POST /jobs/{jobID}/attachdocument ("Document attachment"): PDF, JPG, PNG, DOC(X), XLS(X).

        Never repeated here: a second one would be a second document.
        """
        body = document_body(self._names, document)
        return await self._tier.write(
            "attach_document", "POST", ("jobs", job_id, "attachdocument"), body
        )

    # Contacts

    async def list_contractors(
        self, branch_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET /contacts/contractors/{branchID}/{offset}/{count} ("Contractor management")."""
        return await self._tier.list_page(
            "list_contractors", "contacts", "contractors", branch_id, offset, count
        )

    async def get_contractor(self, contractor_id: str) -> Record:
        """GET /contacts/contractors/{contractorID} ("Contractor management")."""
        return await self._tier.get_record(
            "get_contractor", "contacts", "contractors", contractor_id
        )

    async def get_landlord(self, landlord_id: str) -> Record:
        """GET /contacts/landlords/{landlordID} ("Property and contact lookups")."""
        return await self._tier.get_record("get_landlord", "contacts", "landlords", landlord_id)

    async def get_tenant(self, tenant_id: str) -> Record:
        """GET /contacts/tenants/{tenantID} ("Property and contact lookups")."""
        return await self._tier.get_record("get_tenant", "contacts", "tenants", tenant_id)

    async def get_staff_member(self, staff_member_id: str) -> Record:
        """GET /contacts/staff/{staffMemberID} ("Property and contact lookups")."""
        return await self._tier.get_record("get_staff_member", "contacts", "staff", staff_member_id)

    # Tenancies, preferences, custom fields

    async def list_tenancy_states(
        self, branch_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET /{branchID}/tenancies/tenancyState/{offset}/{count} ("Job tracking and reporting");
        archived ones too."""
        return await self._tier.list_page(
            "list_tenancy_states", branch_id, "tenancies", "tenancyState", offset, count
        )

    async def list_preferences(
        self, property_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET /preferences/{propertyID}/{offset}/{count} ("Maintenance preferences"), by name."""
        return await self._tier.list_page(
            "list_preferences", "preferences", property_id, offset, count
        )

    async def get_preference(self, preference_id: str) -> Record:
        """GET /preferences/{preferenceID} ("Maintenance preferences")."""
        return await self._tier.get_record("get_preference", "preferences", preference_id)

    async def list_custom_fields(self, object_id: str) -> tuple[Record, ...]:
        """GET /company/object/{objectID}/customfield ("Custom fields", singular `object`)."""
        return await list_custom_fields(self._tier, object_id)

    async def get_custom_field_value(self, object_id: str, field_id: str) -> Wire:
        """GET /company/objects/{objectID}/{fieldID}/value ("Custom fields"): the bare value."""
        return await get_custom_field_value(self._tier, object_id, field_id)

    async def set_custom_field(self, object_id: str, field_id: str, value: object) -> Written:
        """POST /company/objects/{objectID}/{fieldID}/customfield ("Custom fields"); repeatable."""
        return await set_custom_field(self._tier, self._names, object_id, field_id, value)

    # Invoices

    async def submit_invoice(
        self,
        *,
        contractor_id: str,
        job_id: str,
        amount: Decimal,
        documents: Sequence[Document],
        vat_amount: Decimal | None = None,
        number: str | None = None,
        invoice_date: datetime | None = None,
        description: str | None = None,
    ) -> Written:
        """POST /invoice/submit, ContractorInvoiceSubmissionModel ("Contractor management").

        `amount` is gross, in pounds. Never repeated here: a double may charge a landlord twice.
        """
        body = self._names.body(
            "ContractorInvoiceSubmissionModel",
            {
                "ContractorID": contractor_id,
                "JobID": job_id,
                "Amount": amount,
                "VATAmount": vat_amount,
                "InvoiceNumber": number,
                "InvoiceDate": None if invoice_date is None else invoice_date.isoformat(),
                "Description": description,
                "Documents": [document_body(self._names, document) for document in documents],
            },
        )
        return await self._tier.write("submit_invoice", "POST", ("invoice", "submit"), body)
