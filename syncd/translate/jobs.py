"""AgentOS's maintenance jobs as records. Pure.

Source: AgentOS V4 Maintenance, Track job progress. Identities stay exactly as the vendor has them.
"""

from datetime import tzinfo

from syncd.agentos import wire
from syncd.errors import BadRecord
from syncd.model import JobDocument, JobId, JobInvoice, JobRecord
from syncd.translate.canonical import as_day, as_moment, line, number, text, whole
from syncd.translate.raised import external_id_of


def job_record(job: wire.Job, zone: tzinfo) -> JobRecord:
    """The job as observed; BadRecord when it has no OID, no status or no property.

    A job that syncd raised through V3 may have no property: there the address is typed by hand.
    Without a visible number the OID is its reference. Without a tenant of its own the first one
    linked to it is its tenant.
    """
    reason = _unusable(job)
    if reason is not None:
        raise BadRecord(reason)
    linked = next((each.oid for each in job.linked_tenants if each.oid), "")
    return JobRecord(
        job_id=JobId(job.oid),
        reference=line(job.reference or "") or line(job.oid),
        title=line(job.title or ""),
        description=text(job.description or ""),
        status_id=job.status_id or "",
        status_name=line(job.status_name or ""),
        priority=line(job.priority or ""),
        category=line(job.category or ""),
        branch_id=job.branch_id or "",
        property_id=job.property_id or "",
        contractor_id=job.contractor_id or "",
        tenant_id=job.tenant_id or linked or "",
        landlord_id=job.landlord_id or "",
        access=text(job.access or ""),
        reported_at=as_moment(job.reported_at, zone),
        due=as_day(job.due_date, zone),
        closed_at=as_moment(job.closed_date, zone),
        documents=None if job.documents is None else tuple(map(job_document, job.documents)),
        invoices=None if job.invoices is None else tuple(map(_invoice, job.invoices)),
    )


def _unusable(job: wire.Job) -> str | None:
    if not line(job.oid or ""):
        return "the job has no OID"
    if not line(job.status_id or "") and not line(job.status_name or ""):
        return "the job has no status"
    is_raised = external_id_of(text(job.description or "")) is not None
    return None if is_raised or line(job.property_id or "") else "the job has no property"


def job_document(document: wire.JobDocument) -> JobDocument:
    """A document that AgentOS lists, in neutral terms."""
    return JobDocument(document.oid or "", line(document.name or ""), whole(document.size))


def _invoice(invoice: wire.JobInvoice) -> JobInvoice:
    return JobInvoice(
        invoice_id=invoice.oid or "",
        number=line(invoice.number or ""),
        amount=number(invoice.amount),
        status=line(invoice.status or ""),
    )
