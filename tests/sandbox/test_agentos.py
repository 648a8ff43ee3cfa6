"""AgentOS V4 Maintenance as its page tells it: what is read."""

from typing import Any

import httpx
import pytest

from syncd.sandbox import RunningSandbox
from syncd.sandbox.shelf import etag_of
from tests.sandbox.profile import operations, problems_with


def every_read(box: RunningSandbox) -> dict[str, str]:
    """A path of each reading operation of the profile, by operation id."""
    agency = box.world.agency

    def first(name: str) -> str:
        return next(iter(agency.shelves()[name]))

    ids = {
        "branchID": first("branches"),
        "propertyID": first("properties"),
        "statusID": first("status_types"),
        "jobID": first("jobs"),
        "contractorID": first("contractors"),
        "landlordID": first("landlords"),
        "tenantID": first("tenants"),
        "staffMemberID": first("staff"),
        "preferenceID": first("preferences"),
        "objectID": first("jobs"),
        "fieldID": first("custom_fields"),
        "offset": "0",
        "count": "1000",
    }
    return {
        operation: path.format(**ids) for operation, method, path in operations() if method == "get"
    }


def test_every_read_of_the_profile_is_answered_as_it_says(
    box: RunningSandbox, agentos: httpx.Client
) -> None:
    """Each GET of the profile answers 200 with a body of its schema."""
    paths = every_read(box)
    assert len(paths) == 17
    for operation, path in paths.items():
        answer = agentos.get(path)
        assert answer.status_code == 200, operation
        assert problems_with(operation, answer.json()) == [], operation


def test_count_is_the_total_over_all_pages(box: RunningSandbox, agentos: httpx.Client) -> None:
    """Pages of any size give every property once, and each says the same total."""
    for branch in box.world.agency.branches:
        whole = agentos.get(f"/properties/{branch}/0/1000").json()
        found, offset = [], 0
        while offset < whole["Count"]:
            page = agentos.get(f"/properties/{branch}/{offset}/5").json()
            assert page["Count"] == whole["Count"]
            found += page["Data"]
            offset += 5
        assert found == whole["Data"]
        assert agentos.get(f"/properties/{branch}/1000/5").json()["Data"] == []


@pytest.mark.parametrize("page", ["0/0", "0/1001", "-1/10", "0/x", "0/²"])
def test_a_page_outside_the_rules_is_refused(agentos: httpx.Client, branch: str, page: str) -> None:
    """Offset from 0, count from 1 to 1000."""
    assert agentos.get(f"/jobs/{branch}/{page}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/jobs/nothing/0/10",
        "/properties/nothing/0/10",
        "/contacts/contractors/nothing/0/10",
        "/nothing/tenancies/tenancyState/0/10",
        "/preferences/nothing/0/10",
        "/jobs/nothing",
        "/jobs/statustypes/nothing",
        "/properties/nothing",
        "/contacts/contractors/nothing",
        "/contacts/tenants/nothing",
        "/preferences/nothing",
        "/company/object/nothing/customfield",
        "/company/objects/nothing/nothing/value",
        "/invoices/0/10",
    ],
)
def test_what_does_not_exist_is_404(agentos: httpx.Client, path: str) -> None:
    """An unknown id or path is 404 with a message, also on a list."""
    answer = agentos.get(path)
    assert answer.status_code == 404
    assert isinstance(answer.json()["Message"], str)


def test_routing_ignores_case_and_ids_do_not(
    box: RunningSandbox, agentos: httpx.Client, branch: str
) -> None:
    """Both spellings of the page work, and any other; ids must be exact."""
    for words in ("statusTypes", "statustypes", "STATUSTYPES"):
        assert agentos.get(f"/jobs/{words}/0/10").json()["Count"] == 6
    upper = httpx.get(
        f"{box.url}/V4/Maintenance/Northgate/company/branches/0/10",
        headers={"api_key": box.agentos_key},
    )
    assert upper.status_code == 200
    assert agentos.get("/contacts/contractors/CO-0009-4739").status_code == 404


def test_archived_records_are_in_lists_and_not_found_alone(
    box: RunningSandbox, agentos: httpx.Client, control: httpx.Client
) -> None:
    """Lists of properties and tenancies include archived ones; GET of one archived property is 404
    until a test says otherwise."""
    places = [place for place in box.world.agency.properties.records() if place["IsArchived"]]
    tenancies = box.world.agency.tenancies.records()
    assert len(places) == 2
    assert any(tenancy["IsArchived"] for tenancy in tenancies)
    branch, key = places[0]["BranchOID"], places[0]["OID"]
    listed = agentos.get(f"/properties/{branch}/0/1000").json()["Data"]
    assert key in [place["OID"] for place in listed]
    assert agentos.get(f"/properties/{key}").status_code == 404
    control.patch("/options", json={"archived_answers_404": False})
    assert agentos.get(f"/properties/{key}").status_code == 200


def test_preferences_are_ordered_by_name(box: RunningSandbox, agentos: httpx.Client) -> None:
    """The one order that the page promises."""
    place = next(iter(box.world.agency.properties))
    names = [one["Name"] for one in agentos.get(f"/preferences/{place}/0/10").json()["Data"]]
    assert names == ["Boiler cover", "Spending limit"]


def test_an_etag_changes_with_the_content(
    box: RunningSandbox, agentos: httpx.Client, control: httpx.Client, job: dict[str, Any]
) -> None:
    """The same job has the same ETag on every read, another one after a change, and the first one
    again when the change is taken back."""
    path = f"/jobs/{job['OID']}"
    first = agentos.get(path).json()["ETag"]
    control.patch(path, json={"Title": "Changed"})
    second = agentos.get(path).json()["ETag"]
    control.patch(path, json={"Title": job["Title"]})
    assert first == etag_of(job) != second
    assert agentos.get(path).json()["ETag"] == first


def test_jobs_may_carry_no_documents_and_invoices(
    agentos: httpx.Client, control: httpx.Client, branch: str, job: dict[str, Any]
) -> None:
    """The read-back of documents and invoices can be switched off, in lists and alone."""
    control.patch("/options", json={"jobs_carry_documents": False, "jobs_carry_invoices": False})
    alone = agentos.get(f"/jobs/{job['OID']}").json()
    listed = agentos.get(f"/jobs/{branch}/0/1000").json()["Data"]
    for found in [alone, *listed]:
        assert {"Documents", "Invoices"} & set(found) == set()


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, {}, 401),
        ({"api_key": "wrong"}, {}, 401),
        ({"Authorization": "Bearer {key}"}, {}, 401),
        ({"api_key": "{key}"}, {}, 200),
        ({}, {"api_key": "{key}"}, 200),
    ],
)
def test_the_key_comes_in_a_header_or_in_the_query(
    box: RunningSandbox, headers: dict[str, str], query: dict[str, str], status: int
) -> None:
    """Both documented places are read, and no other."""
    answer = httpx.get(
        f"{box.url}/v4/maintenance/northgate/company/branches/0/1",
        headers={name: value.format(key=box.agentos_key) for name, value in headers.items()},
        params={name: value.format(key=box.agentos_key) for name, value in query.items()},
    )
    assert answer.status_code == status


def test_a_key_opens_its_agency_and_its_tiers_only(
    box: RunningSandbox, control: httpx.Client, job: dict[str, Any]
) -> None:
    """Another agency's name, or a tier that the key does not have, is 401."""
    headers = {"api_key": box.agentos_key}
    branches, documents = "/company/branches/0/1", f"/documents/maintenance/{job['OID']}"

    def status(path: str) -> int:
        return httpx.get(box.url + path, headers=headers).status_code

    assert status(f"/v4/maintenance/somebody{branches}") == 401
    assert status(f"/v4/documents/northgate{documents}") == 200
    control.put("/keys", json={box.agentos_key: ["maintenance"]})
    assert status(f"/v4/documents/northgate{documents}") == 401
    assert status(f"/v4/maintenance/northgate{branches}") == 200
    assert status("/v4/propertymanagement/northgate/company/company") == 401


def test_a_wrong_method_is_405(agentos: httpx.Client, job: dict[str, Any]) -> None:
    """A job can be read and patched, not deleted."""
    assert agentos.delete(f"/jobs/{job['OID']}").status_code == 405
