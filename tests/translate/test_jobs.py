"""Tests of AgentOS's jobs as records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.agentos import wire
from syncd.errors import BadRecord
from syncd.model import JobDocument, JobInvoice, JobRecord
from syncd.translate.jobs import job_record
from tests.translate.made import LONDON, any_text

RAW: dict[str, Any] = {
    "OID": "mj-0009-4739",
    "ETag": "7",
    "GlobalReference": "10452",
    "Title": " Kitchen tap\tdrips ",
    "Description": "The cold one.\r\n\r\nSince Monday. ",
    "StatusID": "st-1",
    "Status": "Reported",
    "Priority": "High",
    "Category": "Plumbing",
    "ReportedAt": "2026-06-02T00:30:00",
    "DueDate": "2026-06-09T00:00:00",
    "ClosedDate": "0001-01-01T00:00:00",
    "BranchOID": "br-1",
    "PropertyID": "pr-1",
    "ContractorID": "co-0009-4739",
    "TenantID": "te-1",
    "LandlordID": None,
    "AccessArrangements": "Key at the office.",
    "Documents": [{"OID": "d-1", "DocumentName": "a.pdf", "Size": 12}],
    "Invoices": [{"OID": "i-1", "InvoiceNumber": "10452", "Amount": Decimal("120.50")}],
}


def read(**values: Any) -> JobRecord:
    """The job that the vendor's record with these values makes."""
    return job_record(wire.Job.model_validate({**RAW, **values}), LONDON)


def test_a_whole_job() -> None:
    """Every field of the vendor's job has its neutral value."""
    assert read() == JobRecord(
        job_id="mj-0009-4739",  # type: ignore[arg-type]
        reference="10452",
        title="Kitchen tap drips",
        description="The cold one.\n\nSince Monday.",
        status_id="st-1",
        status_name="Reported",
        priority="High",
        category="Plumbing",
        branch_id="br-1",
        property_id="pr-1",
        contractor_id="co-0009-4739",
        tenant_id="te-1",
        landlord_id="",
        access="Key at the office.",
        reported_at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC),
        due=date(2026, 6, 9),
        closed_at=None,
        documents=(JobDocument("d-1", "a.pdf", 12),),
        invoices=(JobInvoice("i-1", "10452", Decimal("120.50"), ""),),
    )


def test_a_bare_job() -> None:
    """A job needs an OID, a status and a property; its OID stands in for its number."""
    job = job_record(
        wire.Job.model_validate({"OID": "mj-1", "StatusID": "st-1", "PropertyID": "pr-1"}), LONDON
    )
    assert job.reference == "mj-1"
    assert job.documents is None
    assert job.invoices is None
    assert job.due is None
    assert read(Documents=[]).documents == ()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"OID": "  "}, "the job has no OID"),
        ({"StatusID": None, "Status": ""}, "the job has no status"),
        ({"PropertyID": None}, "the job has no property"),
        ({"PropertyID": " "}, "the job has no property"),
    ],
    ids=repr,
)
def test_an_unusable_job_is_a_bad_record(values: dict[str, Any], reason: str) -> None:
    """A job that cannot become a visit is parked with a reason."""
    with pytest.raises(BadRecord) as raised:
        read(**values)
    assert raised.value.message == reason


def test_a_status_may_be_known_by_name_alone() -> None:
    """A job that shows only the name of its status is usable."""
    job = read(StatusID=None)
    assert job.status_name == "Reported"


def test_a_linked_tenant_is_the_tenant_of_a_job_without_one() -> None:
    """The first linked tenant with an identity stands in for a missing tenant."""
    linked = [{"Surname": "Nobody"}, {"OID": "te-7"}, {"OID": "te-8"}]
    assert read(TenantID=None, LinkedTenants=linked).tenant_id == "te-7"


@given(st.dictionaries(st.sampled_from(sorted(RAW)), any_text | st.none()))
def test_any_text_in_any_field_makes_a_record_or_is_refused(values: dict[str, Any]) -> None:
    """Whatever text the vendor sends, the job is read or it is refused as one record."""
    try:
        job = read(**values)
    except (BadRecord, ValueError):
        return
    assert job.job_id.strip()
    assert job.reference
    assert "\n" not in job.title + job.reference + job.category
