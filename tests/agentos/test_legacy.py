"""The client of V3 Maintenance: the vendor's model, the vendor's rules, and one request each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.agentos.issues import (
    Issue,
    IssuePriority,
    PublicDocument,
    Tenant,
    TypedAddress,
    issue_body,
    refusals,
)
from syncd.agentos.legacy import AlreadyCreated, Legacy
from syncd.agentos.maintenance import Written, agentos_auth
from syncd.errors import OutcomeUnknown, VendorRefused
from syncd.sandbox import RunningSandbox, seeded_world
from syncd.vendor_http import new_http_client
from syncd.wire_json import parse_json
from tests.vendor.lines import AGENTOS_KEY, line
from tests.vendor.raw_server import RawServer, http, raw_server
from tests.vendor.v3_document import faults_of

ADDRESS = "/v3/maintenance/northgate/maintenance/br%201/createmaintenancejob"

ISSUE = Issue(
    external_id="AEA622XAD",
    reported_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    title="Gutter blocked",
    notes="Water runs down the wall.\n[visit H-017623 AEA622XAD]",
    tenant=Tenant(phone="07700900123", forename="Ada", surname="Fenwick"),
    address=TypedAddress(("2 Mill Lane", "Leeds"), post_code="LS1 4DY"),
    priority="High",
    documents=(PublicDocument("image/jpeg", "https://files.example/1.jpg"),),
)


@asynccontextmanager
async def legacy(*replies: bytes) -> AsyncIterator[tuple[Legacy, RawServer]]:
    """A client of an AgentOS that answers so."""
    async with raw_server(*replies) as server, new_http_client() as client:
        to_vendor = line(client, server.url, auth=agentos_auth(AGENTOS_KEY))
        yield Legacy(to_vendor, short_name="northgate"), server


def strategies_of_issues() -> st.SearchStrategy[Issue]:
    """Issues with any texts; not all would be taken."""
    words = st.text(max_size=20)
    priorities: list[IssuePriority] = ["Low", "Medium", "High"]
    return st.builds(
        Issue,
        external_id=words,
        reported_at=st.datetimes(timezones=st.just(UTC)),
        title=words,
        notes=words,
        tenant=st.builds(Tenant, phone=words, second_phone=words, surname=words),
        address=st.builds(TypedAddress, st.lists(words, max_size=6).map(tuple), post_code=words),
        priority=st.sampled_from(priorities),
        needs_tenant=st.booleans(),
        documents=st.lists(st.builds(PublicDocument, words, words), max_size=2).map(tuple),
    )


@given(strategies_of_issues())
def test_every_body_is_the_vendors_model(issue: Issue) -> None:
    """Whatever a visit says, what is sent has the model's types and no name that it lacks."""
    assert faults_of("POST", ADDRESS, issue_body(issue)) == []


@pytest.mark.parametrize(
    ("method", "path", "wrong"),
    [
        ("PUT", ADDRESS, {}),
        ("POST", ADDRESS.replace("v3", "v4"), {}),
        ("POST", f"{ADDRESS}/more", {}),
        ("POST", ADDRESS, {"IssuePriority": "Emergency"}),
        ("POST", ADDRESS, {"ReportedAt": "yesterday"}),
        ("POST", ADDRESS, {"Documents": [{"Content": "abcd"}]}),
        ("POST", ADDRESS, {"Title": "Gutter blocked"}),
    ],
    ids=str,
)
def test_the_vendors_document_is_no_rubber_stamp(
    method: str, path: str, wrong: dict[str, Any]
) -> None:
    """A wrong method, path, value or name is found by what every request is judged with."""
    assert len(faults_of(method, path, {**issue_body(ISSUE), **wrong})) == 1


async def test_a_job_is_created_at_the_documented_address() -> None:
    """One POST with the model's names, which gives the OID in the answer."""
    async with legacy(http(200, '{"OID": "jb-1"}')) as (client, server):
        assert await client.create_job("br 1", ISSUE) == Written("jb-1", None)
    (request,) = server.asked
    assert request.target == ADDRESS
    body = parse_json(request.body)
    assert faults_of(request.method, request.target, body) == []
    assert isinstance(body, dict)
    assert body["ExternalID"] == "AEA622XAD"
    assert body["ReportedAt"] == "2026-11-20T09:30:00+00:00"
    assert body["PropertyAddress2"] == "Leeds"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(ISSUE, external_id=""), "ExternalID must be non-empty"),
        (replace(ISSUE, external_id="1234567890"), "under 10 characters"),
        (replace(ISSUE, reported_at=datetime(1, 1, 1, tzinfo=UTC)), "ReportedAt must not be"),
        (replace(ISSUE, title=" "), "IssueTitle must be non-empty"),
        (replace(ISSUE, tenant=Tenant(phone="")), "Primary phone must pass format validation"),
        (replace(ISSUE, tenant=Tenant(phone="bell")), "Primary phone must pass"),
        (
            replace(ISSUE, tenant=Tenant(phone="07700900123", second_phone="x")),
            "Secondary phone must pass",
        ),
        (
            replace(ISSUE, documents=(PublicDocument("a/b", "ftp://files.example/x"),)),
            "publicly accessible",
        ),
    ],
)
async def test_what_the_vendor_would_refuse_is_never_sent(wrong: Issue, words: str) -> None:
    """Each rule of the vendor's page is ours first, with the same reason and no request."""
    assert len(refusals(wrong)) == 1
    async with legacy() as (client, server):
        with pytest.raises(VendorRefused) as caught:
            await client.create_job("br-1", wrong)
    assert words in caught.value.message
    assert server.asked == []


def test_a_good_issue_has_nothing_against_it() -> None:
    """The rules refuse nothing that the vendor takes."""
    assert refusals(ISSUE) == ()


async def test_a_lost_answer_is_an_unknown_outcome_and_a_repeat_proves_the_first() -> None:
    """Nothing is repeated by itself; when the next try is told the ID is taken, the job exists."""
    words = '{"Message": "ExternalID must be non-empty, under 10 characters, and unique"}'
    async with legacy(http(500, ""), http(400, words)) as (client, server):
        with pytest.raises(OutcomeUnknown):
            await client.create_job("br-1", ISSUE)
        with pytest.raises(AlreadyCreated):
            await client.create_job("br-1", ISSUE)
    assert len(server.asked) == 2


async def test_any_other_refusal_is_one() -> None:
    """A branch that the key may not use is not taken for a job that exists."""
    async with legacy(http(400, '{"Message": "BranchID is wrong"}')) as (client, _server):
        with pytest.raises(VendorRefused) as caught:
            await client.create_job("br-1", ISSUE)
    assert not isinstance(caught.value, AlreadyCreated)


async def test_the_stand_in_takes_it_once() -> None:
    """The sandbox, which read the vendor's page by itself, creates one job and refuses a second."""
    with RunningSandbox(seeded_world(7)) as box:
        branch = str(box.world.agency.branches.records()[0]["OID"])
        auth = agentos_auth(box.agentos_key)
        async with new_http_client() as client:
            to_vendor = line(client, box.url, auth=auth)
            legacy_client = Legacy(to_vendor, short_name=box.world.agency.short_name)
            made = await legacy_client.create_job(branch, ISSUE)
            with pytest.raises(AlreadyCreated):
                await legacy_client.create_job(branch, ISSUE)
        job = box.world.agency.jobs.need(made.oid or "")
    assert job["Title"] == "Gutter blocked"
    assert "AEA622XAD" in job["Description"]
