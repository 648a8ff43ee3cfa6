"""The contractor portal as the job side: its jobs in the shape in which V4 Maintenance has them.

For contractors whose agency gives out no key. What stands behind this reads, plans and writes the
same way for both; what the portal does not have is empty here, and what it cannot do is refused.

- The portal lists the jobs of 90 days, in pages of no documented size and without a total: pages
  are read until one shows nothing new. That a job is not listed proves nothing.
- A 404 of AgentOS becomes null. A job that is null is BadRecord: neither there nor gone.
- Nothing is asked before it is known that the setting `transformer` is right.
- A status is the portal's own word; its identity is the word in small letters.
- An address is one line, and tenants have a name alone: they are records made of the job.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from syncd.agentos.answers import Page, Written
from syncd.agentos.maintenance import Maintenance
from syncd.agentos.uploads import Document
from syncd.contractor_portal import wire
from syncd.contractor_portal.client import ContractorPortal
from syncd.contractor_portal.probing import TransformerProbe
from syncd.errors import BadRecord, VendorNotFound, VendorUnavailable
from syncd.model import Side, Urgency
from syncd.wire_json import Record

PAGE = 100
OVERLAP = 10
"""Rows of a page that are read again with the next, in case rows moved."""

BRANCH = "contractor portal"
"""The one branch that stands for all: the portal does not say which one a job belongs to."""

TENANT, PLACE = "tenant of ", "place of "
"""What stands before a job's id in the identity of a record that is made of the job."""

HIDDEN = (
    "the contractor portal does not show it any more, which proves nothing: it lists 90 days and "
    "hides failures. Its visit stays as it is"
)


@dataclass(frozen=True)
class PortalWords:
    """What the portal's words mean here, in small letters (`agentos.statuses`)."""

    visit_when: frozenset[str]
    completed: str
    cancelled: frozenset[str]


@dataclass
class _Seen:
    """The jobs that this turn has read, by id: their addresses and tenants stand nowhere else."""

    jobs: dict[str, wire.Job] = field(default_factory=dict)


class PortalJobs(Maintenance):
    """One contractor's jobs at one agency. Only what is defined here may be called."""

    def __init__(
        self,
        portal: ContractorPortal,
        probe: TransformerProbe,
        *,
        contractor_id: str,
        short_name: str,
        words: PortalWords,
        seen: _Seen | None = None,
    ) -> None:
        super().__init__(portal.http, short_name=short_name)
        self._portal = portal
        self._probe = probe
        self._contractor_id = contractor_id
        self._short_name = short_name
        self._words = words
        self._seen = seen or _Seen()

    def at(self, urgency: Urgency) -> "PortalJobs":
        """The same, whose calls wait for permits with another urgency."""
        return PortalJobs(
            self._portal.at(urgency),
            self._probe,
            contractor_id=self._contractor_id,
            short_name=self._short_name,
            words=self._words,
            seen=self._seen,
        )

    # Reference records

    async def list_branches(self, *, offset: int = 0, count: int = PAGE) -> Page:
        """One that stands for all, with the agency's short name."""
        branch: Record = {"OID": BRANCH, "Name": self._short_name}
        return _page([branch][offset:])

    async def list_status_types(self, *, offset: int = 0, count: int = PAGE) -> Page:
        """None: the portal has words and no list of them."""
        return _page([])

    async def list_properties(self, branch_id: str, *, offset: int = 0, count: int = PAGE) -> Page:
        """None: properties are looked up."""
        return _page([])

    async def list_tenancy_states(
        self, branch_id: str, *, offset: int = 0, count: int = PAGE
    ) -> Page:
        """None: the portal shows no tenancies."""
        return _page([])

    async def list_preferences(
        self, property_id: str, *, offset: int = 0, count: int = PAGE
    ) -> Page:
        """None: the portal shows no preferences."""
        return _page([])

    async def get_contractor(self, contractor_id: str) -> Record:
        """contractor.account; without it nobody knows whether there is VAT, so nothing goes on."""
        portal: ContractorPortal = await self._probed()
        account = await portal.account()
        if account is None:
            raise _unavailable(
                "contractor.account",
                "the contractor portal shows no account of the contractor",
                "the next cycle asks again; if it stays so, compare "
                "contractor_portal.contractor_id with the portal's own page",
            )
        return {
            "OID": contractor_id,
            "CompanyName": account.company_name or account.display_name,
            "VATNumber": account.vat_number,
        }

    async def get_property(self, property_id: str) -> Record:
        """The address of the jobs at a property, in one line."""
        jobs = self._seen.jobs.values()
        found = next((each for each in jobs if _property_id(each) == property_id), None)
        if found is None and property_id.startswith(PLACE):
            found = await self._job(property_id.removeprefix(PLACE))
        if found is None:
            raise _not_found("get_property")
        return {"OID": property_id, "FullAddress": found.property_address}

    async def get_tenant(self, tenant_id: str) -> Record:
        """The tenant's name, which is all that there is."""
        job_id = tenant_id.removeprefix(TENANT)
        job = self._seen.jobs.get(job_id) or await self._job(job_id)
        return {"OID": tenant_id, "Surname": job.tenant_name}

    # Jobs

    async def list_jobs(self, branch_id: str, *, offset: int = 0, count: int = PAGE) -> Page:
        """Every job that is listed, as one page; rows from `offset` on."""
        portal: ContractorPortal = await self._probed()
        found: dict[str, Record] = {}
        unreadable: set[str] = set()
        start, known = 0, -1
        while len(found) + len(unreadable) > known:
            known = len(found) + len(unreadable)
            rows = await portal.list_jobs(offset=start, count=PAGE)
            for raw in rows:
                job = self._read(raw)
                if job is None:
                    unreadable.add(repr(raw))
                elif job.job_id not in found:
                    found[job.job_id] = self._as_maintenance(raw, job)
            start += max(1, len(rows) - OVERLAP)
        records = tuple(found.values())[offset:]
        return Page(records, len(unreadable), len(found) + len(unreadable))

    async def get_job(self, job_id: str) -> Record:
        """contractor.maintenanceJobDetails; BadRecord where the portal shows nothing."""
        portal: ContractorPortal = await self._probed()
        raw = await portal.get_job(job_id)
        job = self._read(raw) if raw is not None else None
        if raw is None or job is None:
            raise BadRecord(HIDDEN)
        return self._as_maintenance(raw, job)

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
        """contractor.toggleJobCompletion; the caller has just seen that the job is not so."""
        if status_id != self._words.completed:
            raise ValueError("the contractor portal can only complete a job")
        portal: ContractorPortal = await self._probed()
        await portal.set_completed(job_id, completed=True)
        return Written(None, None)

    async def list_notes(self, job_id: str) -> tuple[str, ...]:
        """contractor.maintenanceJobNotes, the texts; empty also where it failed."""
        portal: ContractorPortal = await self._probed()
        return tuple(each.text or "" for each in await portal.list_notes(job_id))

    async def add_note(self, job_id: str, text: str) -> None:
        """contractor.addJobNote; never repeated here."""
        portal: ContractorPortal = await self._probed()
        await portal.add_note(job_id, text)

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
        """contractor.submitInvoice; never repeated here."""
        portal: ContractorPortal = await self._probed()
        result = await portal.submit_invoice(
            job_id,
            number=number or "",
            amount=amount,
            documents=documents,
            vat_amount=vat_amount,
            invoice_date=invoice_date,
            description=description,
        )
        return Written(result.invoice_id, result.message)

    async def _probed(self) -> ContractorPortal:
        """The portal, once its packing was seen; VendorGarbled where the setting is wrong."""
        await self._probe.check(self._portal)
        return self._portal

    async def _job(self, job_id: str) -> wire.Job:
        portal: ContractorPortal = await self._probed()
        raw = await portal.get_job(job_id)
        job = self._read(raw) if raw is not None else None
        if job is None:
            raise _not_found("get_job")
        return job

    def _read(self, raw: Record) -> wire.Job | None:
        try:
            job = wire.Job.model_validate(raw)
        except ValueError:
            return None
        self._seen.jobs[job.job_id] = job
        return job

    def _as_maintenance(self, raw: Record, job: wire.Job) -> Record:
        """The job under the names of V4 Maintenance."""
        metadata = raw.get("metadata")
        known = metadata if isinstance(metadata, dict) else {}
        return {
            "OID": job.job_id,
            "GlobalReference": known.get("GlobalReference"),
            "Title": job.title,
            "Description": job.description,
            "Status": job.status,
            "StatusID": self._status(job),
            "Priority": job.priority,
            "Category": job.category,
            "ReportedAt": raw.get("reportedDate"),
            "ClosedDate": raw.get("completedDate"),
            "BranchOID": BRANCH,
            "PropertyID": _property_id(job),
            "ContractorID": self._contractor_id,
            "TenantID": f"{TENANT}{job.job_id}" if job.tenant_name else None,
            "AccessArrangements": job.access_details,
        }

    def _status(self, job: wire.Job) -> str:
        """The word in small letters; a word that means nothing here is completed with its date."""
        word, words = (job.status or "").strip().casefold(), self._words
        is_named = word in words.visit_when | words.cancelled | {words.completed}
        return words.completed if job.completed_date is not None and not is_named else word


def _property_id(job: wire.Job) -> str:
    return job.property_id or f"{PLACE}{job.job_id}"


def _page(records: Sequence[Record]) -> Page:
    return Page(tuple(records), 0, len(records))


def _unavailable(operation: str, message: str, hint: str) -> VendorUnavailable:
    return VendorUnavailable(
        f"{Side.AGENTOS}_unavailable", message, hint, side=Side.AGENTOS, operation=operation
    )


def _not_found(operation: str) -> VendorNotFound:
    return VendorNotFound(
        f"{Side.AGENTOS}_not_found",
        "the contractor portal shows no such record",
        side=Side.AGENTOS,
        operation=operation,
    )
