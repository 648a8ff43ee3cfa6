"""AgentOS's client against the profile's bodies and the sandbox: the same must hold on both."""

from collections.abc import Sequence

import pytest

from syncd.agentos.maintenance import Page
from syncd.agentos.wire import (
    Branch,
    Contractor,
    CustomField,
    Job,
    Person,
    Preference,
    Property,
    StatusType,
    TenancyState,
    WireModel,
)
from syncd.errors import VendorNotFound
from syncd.wire_json import Record
from tests.conformance.calls import AMOUNT, DESCRIPTION, MISSING, PDF
from tests.conformance.conftest import Clients


def understood(page: Page, model: type[WireModel]) -> Sequence[Record]:
    """The records of a page, all of which the model reads without leaving a field unknown but
    those that only the vendor's own screens use."""
    assert page.records
    assert page.total >= len(page.records)
    assert page.unreadable == 0
    for raw in page.records:
        assert model.model_validate(raw).model_extra is not None
    return page.records


async def a_job(clients: Clients) -> Job:
    """A job with a contractor, from the first branch that has one."""
    for branch in (await clients.agentos.list_branches()).records:
        for raw in (await clients.agentos.list_jobs(str(branch["OID"]))).records:
            job = Job.model_validate(raw)
            if job.contractor_id:
                return job
    raise AssertionError("no job has a contractor")


async def test_branches_with_their_jobs_are_read(clients: Clients) -> None:
    """Every job of every branch has what syncd decides by, and is the same when asked for alone."""
    for raw in understood(await clients.agentos.list_branches(), Branch):
        branch = Branch.model_validate(raw)
        assert branch.name
        for listed in understood(await clients.agentos.list_jobs(branch.oid), Job):
            job = Job.model_validate(listed)
            assert job.status_id
            assert job.status_name
            assert job.property_id
            assert job.reported_at
            assert job.branch_id == branch.oid
    job = await a_job(clients)
    assert (await clients.agentos.get_job(job.oid))["OID"] == job.oid


async def test_a_job_that_is_not_there_is_not_found(clients: Clients) -> None:
    """An unknown job is 404, never an empty success."""
    with pytest.raises(VendorNotFound):
        await clients.agentos.get_job(MISSING)


async def test_status_types_are_read(clients: Clients) -> None:
    """Statuses have names, some close a job, and one alone is the same as in the list."""
    page = await clients.agentos.list_status_types()
    statuses = [StatusType.model_validate(raw) for raw in understood(page, StatusType)]
    assert all(status.name for status in statuses)
    assert any(status.is_closed for status in statuses)
    one = await clients.agentos.get_status_type(statuses[0].oid)
    assert one == page.records[0]


async def test_the_place_and_its_people_are_read(clients: Clients) -> None:
    """A job's property, its landlord and its tenants are read; so are contractors and staff."""
    job = await a_job(clients)
    assert job.property_id
    assert job.branch_id
    listed = understood(await clients.agentos.list_properties(job.branch_id), Property)
    assert job.property_id in {Property.model_validate(raw).oid for raw in listed}
    place = Property.model_validate(await clients.agentos.get_property(job.property_id))
    assert place.address_1
    assert place.landlord_id
    landlord = Person.model_validate(await clients.agentos.get_landlord(place.landlord_id))
    assert landlord.oid == place.landlord_id
    assert job.tenant_id
    tenant = Person.model_validate(await clients.agentos.get_tenant(job.tenant_id))
    assert tenant.oid == job.tenant_id
    states = understood(await clients.agentos.list_tenancy_states(job.branch_id), TenancyState)
    assert any(TenancyState.model_validate(raw).linked_tenants for raw in states)
    contractors = await clients.agentos.list_contractors(job.branch_id)
    known = {Contractor.model_validate(raw).oid for raw in understood(contractors, Contractor)}
    assert job.contractor_id in known
    one = await clients.agentos.get_contractor(str(job.contractor_id))
    assert one["OID"] == job.contractor_id
    staff = clients.vendors.staff_id
    assert (await clients.agentos.get_staff_member(staff))["OID"] == staff


async def test_preferences_are_read(clients: Clients) -> None:
    """Some property has maintenance preferences, and one alone is the same as in its list."""
    job = await a_job(clients)
    for raw in (await clients.agentos.list_properties(str(job.branch_id))).records:
        page = await clients.agentos.list_preferences(str(raw["OID"]))
        if page.records:
            first = Preference.model_validate(understood(page, Preference)[0])
            assert first.name
            assert await clients.agentos.get_preference(str(first.oid)) == page.records[0]
            return
    raise AssertionError("no property has a preference")


async def test_custom_fields_are_read_and_set(clients: Clients) -> None:
    """A property's custom fields have names, and a value that can be read and set."""
    place = str((await a_job(clients)).property_id)
    fields = [
        CustomField.model_validate(raw) for raw in await clients.agentos.list_custom_fields(place)
    ]
    assert fields
    assert fields[0].field_name
    field = str(fields[0].oid)
    assert await clients.agentos.get_custom_field_value(place, field) == fields[0].value
    await clients.agentos.set_custom_field(place, field, "M-2207")


async def test_a_job_is_created(clients: Clients) -> None:
    """A new job's OID comes back."""
    job = await a_job(clients)
    status = (await clients.agentos.list_status_types()).records[0]["OID"]
    written = await clients.agentos.create_job(
        str(job.branch_id),
        property_id=str(job.property_id),
        description=DESCRIPTION,
        status_id=str(status),
    )
    assert written.oid


async def test_a_job_is_changed_and_gets_its_evidence(clients: Clients) -> None:
    """The status is changed, a document attached and the invoice submitted."""
    job = await a_job(clients)
    await clients.agentos.patch_job(job.oid, status_id=job.status_id)
    attached = await clients.agentos.attach_document(job.oid, PDF)
    assert attached.oid
    submitted = await clients.agentos.submit_invoice(
        contractor_id=str(job.contractor_id),
        job_id=job.oid,
        amount=AMOUNT,
        number="M-2207",
        documents=[PDF],
    )
    assert submitted.oid
