"""The invented world."""

import json
import re
from datetime import UTC, datetime

from syncd.sandbox import seeded_world
from syncd.sandbox.seed import OUR_CONTRACTOR
from tests.sandbox.conftest import TODAY


def test_the_same_seed_and_day_give_the_same_world() -> None:
    """Nothing is left to chance."""
    first, second = (seeded_world(7, today=TODAY).snapshot() for _ in range(2))
    assert first == second
    assert seeded_world(8, today=TODAY).snapshot()["agency"] != first["agency"]


def test_the_world_has_the_size_that_is_promised() -> None:
    """Two branches, twenty properties, twelve jobs, three contractors and engineers."""
    world = seeded_world(7, today=TODAY)
    agency = world.agency
    sizes = [len(agency.branches), len(agency.properties), len(agency.jobs)]
    assert sizes == [2, 20, 12]
    assert (len(agency.contractors), len(world.account.drivers)) == (3, 3)


def test_eight_jobs_wait_for_a_visit() -> None:
    """Ours, Reported or Pending; the others are somebody else's, ended or nobody's."""
    jobs = seeded_world(7, today=TODAY).agency.jobs.records()
    wanted = [
        job
        for job in jobs
        if job["ContractorID"] == OUR_CONTRACTOR and job["Status"] in ("Reported", "Pending")
    ]
    assert len(wanted) == 8
    assert {job["Priority"] for job in wanted} >= {"Emergency", "Urgent", None}


def test_every_reference_leads_somewhere() -> None:
    """Property, branch, status, contractor, tenant and landlord of every job exist, and all tenants
    but one are among the linked tenants of the property's tenancy."""
    agency = seeded_world(7, today=TODAY).agency
    unlisted = []
    for job in agency.jobs.records():
        place = agency.properties.need(job["PropertyID"])
        assert place["BranchOID"] == job["BranchOID"]
        assert job["StatusID"] in agency.status_types
        assert job["ContractorID"] is None or job["ContractorID"] in agency.contractors
        assert job["LandlordID"] in agency.landlords
        tenancy = place["LatestTenancy"] or {"LinkedTenants": []}
        listed = [tenant["OID"] for tenant in tenancy["LinkedTenants"]]
        if job["TenantID"] is not None:
            assert job["TenantID"] in agency.tenants
            unlisted += [] if job["TenantID"] in listed else [job["TenantID"]]
    assert len(unlisted) == 1


def test_the_properties_are_of_every_awkward_kind() -> None:
    """Flats, no number, no post code, archived, and one that is let to nobody."""
    places = seeded_world(7, today=TODAY).agency.properties.records()
    current = [place for place in places if not place["IsArchived"]]
    assert sum(1 for place in places if place["IsArchived"]) == 2
    assert any(place["AddressFlatRoomNumber"] for place in current)
    assert sum(1 for place in current if place["AddressNumber"] is None) == 1
    assert sum(1 for place in current if place["Postcode"] is None) == 1
    assert sum(1 for place in current if place["LatestTenancy"] is None) == 1


def test_every_phone_is_invented() -> None:
    """All numbers are of the range kept for drama; some people have none."""
    snapshot = json.dumps(seeded_world(7, today=TODAY).snapshot())
    phones = re.findall(r'"(?:Mobile|Land)Phone": ("[^"]*"|null)', snapshot)
    assert "null" in phones
    for phone in phones:
        assert phone == "null" or re.fullmatch(r'"07700 900\d{3}"', phone)


def test_no_due_date_lies_before_the_day_of_the_seed() -> None:
    """Due dates are ahead, reports behind."""
    jobs = seeded_world(7, today=TODAY).agency.jobs.records()
    for job in jobs:
        assert job["ReportedAt"] < "2026-03-02T08:30:00"
        assert job["DueDate"] is None or job["DueDate"] > "2026-03-02T08:30:00"


def test_times_are_londons() -> None:
    """What AgentOS and LetsJobIt answer has no offset and is London's wall clock."""
    world = seeded_world(7, now=lambda: datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    assert world.local_time().isoformat() == "2026-07-01T13:00:00"
