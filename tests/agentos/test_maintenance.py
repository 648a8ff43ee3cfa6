"""Tests of the AgentOS client over real sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from syncd.agentos.maintenance import Document, Maintenance, Written, agentos_auth
from syncd.agentos.names import Names
from syncd.errors import OutcomeUnknown, VendorGarbled, VendorNotFound, VendorUnavailable
from syncd.model import Urgency
from syncd.vendor_http import new_http_client
from syncd.wire_json import parse_json
from tests.vendor.lines import AGENTOS_KEY, OpenBudget, line
from tests.vendor.raw_server import RawServer, http, raw_server

ROOT = "/v4/maintenance/northgate"
PDF = Document("VISIT-H-1-job-sheet-0a1b2c3d.pdf", ".pdf", b"%PDF-1.7")
SENT_PDF = {
    "DocumentName": "VISIT-H-1-job-sheet-0a1b2c3d.pdf",
    "MimeType": ".pdf",
    "Content": "JVBERi0xLjc=",
    "Size": 8,
}


@asynccontextmanager
async def agentos(
    *replies: bytes | str, names: Names | None = None, budget: OpenBudget | None = None
) -> AsyncIterator[tuple[Maintenance, RawServer]]:
    """A client of an AgentOS that answers so."""
    answers = [http(200, reply) if isinstance(reply, str) else reply for reply in replies]
    async with raw_server(*answers) as server, new_http_client() as client:
        to_vendor = line(client, server.url, auth=agentos_auth(AGENTOS_KEY), budget=budget)
        yield Maintenance(to_vendor, short_name="northgate", names=names), server


Ask = Callable[[Maintenance], Awaitable[object]]

LISTS: list[tuple[Ask, str]] = [
    (lambda a: a.list_branches(), "/company/branches/0/1000"),
    (lambda a: a.list_properties("b-1", offset=10, count=5), "/properties/b-1/10/5"),
    (lambda a: a.list_status_types(count=50), "/jobs/statusTypes/0/50"),
    (lambda a: a.list_jobs("b-1", offset=1000), "/jobs/b-1/1000/1000"),
    (lambda a: a.list_contractors("b-1"), "/contacts/contractors/b-1/0/1000"),
    (lambda a: a.list_tenancy_states("b-1"), "/b-1/tenancies/tenancyState/0/1000"),
    (lambda a: a.list_preferences("p-1"), "/preferences/p-1/0/1000"),
]
ONES: list[tuple[Ask, str]] = [
    (lambda a: a.get_property("p-1"), "/properties/p-1"),
    (lambda a: a.get_status_type("s-1"), "/jobs/statustypes/s-1"),
    (lambda a: a.get_preference("j/1 ?"), "/preferences/j%2F1%20%3F"),
    (lambda a: a.get_job("x"), "/jobs/x"),
    (lambda a: a.get_contractor("co-0009-4739"), "/contacts/contractors/co-0009-4739"),
    (lambda a: a.get_landlord("l-1"), "/contacts/landlords/l-1"),
    (lambda a: a.get_tenant("t-1"), "/contacts/tenants/t-1"),
    (lambda a: a.get_staff_member("st-1"), "/contacts/staff/st-1"),
    (lambda a: a.get_preference("pr-1"), "/preferences/pr-1"),
]


@pytest.mark.parametrize(("ask", "path"), LISTS, ids=[path for _, path in LISTS])
async def test_every_list_is_read_page_by_page(ask: Ask, path: str) -> None:
    """A list ends in offset and count, and gives its records and the total over all pages."""
    async with agentos('{"Count": 7, "Data": [{"OID": "x"}, null]}') as (client, server):
        page = await ask(client)
    assert (server.asked[0].method, server.asked[0].target) == ("GET", f"{ROOT}{path}")
    assert server.asked[0].headers["api_key"] == AGENTOS_KEY
    assert (page.records, page.unreadable, page.total) == (({"OID": "x"},), 1, 7)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("ask", "path"), ONES, ids=[path for _, path in ONES])
async def test_every_single_record_is_read_by_its_oid(ask: Ask, path: str) -> None:
    """A single record is asked for by its percent-encoded OID and given raw."""
    async with agentos('{"OID": "x", "Unknown": 1.50}') as (client, server):
        record = await ask(client)
    assert (server.asked[0].method, server.asked[0].target) == ("GET", f"{ROOT}{path}")
    assert record == {"OID": "x", "Unknown": Decimal("1.50")}


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '"x"',
        "{}",
        '{"Data": []}',
        '{"Count": null, "Data": []}',
        '{"Count": -1, "Data": []}',
        '{"Count": true, "Data": []}',
        '{"Count": 1.5, "Data": []}',
        '{"Count": 3, "Data": null}',
        '{"Count": 3}',
        '{"Count": 0, "Data": {}}',
    ],
)
async def test_a_list_without_its_envelope_is_garbled(body: str) -> None:
    """JSON that is not `{Count, Data}` is no empty list."""
    async with agentos(body) as (client, _):
        with pytest.raises(VendorGarbled):
            await client.list_jobs("b-1")


async def test_an_empty_list_may_come_as_null() -> None:
    """.NET may send null for an empty list; only a count of 0 makes that believable."""
    async with agentos('{"Count": "0", "Data": null}') as (client, _):
        page = await client.list_jobs("b-1")
    assert (page.records, page.total) == ((), 0)


@pytest.mark.parametrize("body", ["[]", '"x"', "{}", "null", "7"])
async def test_a_single_record_that_is_none_is_garbled(body: str) -> None:
    """An answer that is not one record is not taken for one."""
    async with agentos(body) as (client, _):
        with pytest.raises(VendorGarbled):
            await client.get_job("j-1")


async def test_another_job_than_was_asked_for_is_garbled() -> None:
    """A wrong kind of OID leads to another record, which must not pass for the job."""
    async with agentos('{"OID": "j-2"}', '{"ID": "j-2"}', '{"Title": "x"}') as (client, _):
        for _ in range(2):
            with pytest.raises(VendorGarbled, match="another job"):
                await client.get_job("j-1")
        assert await client.get_job("j-1") == {"Title": "x"}


@pytest.mark.parametrize("oid", ["", ".", "..", "x" * 201])
async def test_an_impossible_oid_is_not_asked_for(oid: str) -> None:
    """What cannot be an OID is found nowhere, and no other route is called by mistake."""
    async with agentos("{}") as (client, server):
        with pytest.raises(VendorNotFound):
            await client.get_job(oid)
        with pytest.raises(VendorNotFound):
            await client.patch_job(oid, status_id="s-1")
    assert server.asked == []


@pytest.mark.parametrize(
    ("reply", "written"),
    [
        ('"oid-1"', Written("oid-1", None)),
        ("1042", Written("1042", None)),
        ('"Job was created"', Written(None, "Job was created")),
        ('{"OID": "oid-1"}', Written("oid-1", None)),
        ('{"ID": 7, "Message": "ok"}', Written("7", "ok")),
        ('{"Message": "ask john@example.com"}', Written(None, "ask [e-mail]")),
        ("{}", Written(None, None)),
        ('""', Written(None, None)),
        ("null", Written(None, None)),
        ("", Written(None, None)),
        (http(204), Written(None, None)),
        (http(201, '"oid-1"'), Written("oid-1", None)),
    ],
    ids=repr,
)
async def test_every_answer_to_a_write_is_understood(reply: bytes | str, written: Written) -> None:
    """An OID as text, a number, an object, a message or nothing at all is a success."""
    async with agentos(reply) as (client, _):
        assert await client.attach_document("j-1", PDF) == written


@pytest.mark.parametrize("reply", ["[1]", "true", "1.5", "Created", "<html>"])
async def test_an_odd_answer_to_a_write_leaves_a_doubt(reply: str) -> None:
    """A success in no known shape may have happened."""
    async with agentos(reply) as (client, _):
        with pytest.raises(OutcomeUnknown):
            await client.attach_document("j-1", PDF)


async def test_a_job_is_created_with_the_names_of_the_table() -> None:
    """POST carries what was given and nothing else; a time carries its offset."""
    async with agentos('"j-9"') as (client, server):
        await client.create_job(
            "b-1",
            property_id="p-1",
            title="Leak",
            description="Under the sink\r\nsince Monday",
            status_id="s-1",
            contractor_id="co-1",
            priority="High",
            reported_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        )
        await client.create_job("b-1", property_id="p-1", description="x", status_id="s-1")
    assert server.asked[0].method == "POST"
    assert server.asked[0].target == f"{ROOT}/jobs/b-1/job"
    assert parse_json(server.asked[0].body) == {
        "PropertyID": "p-1",
        "Title": "Leak",
        "Description": "Under the sink\r\nsince Monday",
        "StatusID": "s-1",
        "ContractorID": "co-1",
        "Priority": "High",
        "ReportedAt": "2026-11-20T09:30:00+00:00",
    }
    assert parse_json(server.asked[1].body) == {
        "PropertyID": "p-1",
        "Description": "x",
        "StatusID": "s-1",
    }


async def test_a_job_is_changed_by_what_is_given() -> None:
    """PATCH carries only the given fields; removing the contractor is a query flag."""
    async with agentos(http(204)) as (client, server):
        await client.patch_job(
            "j-1",
            status_id="s-2",
            description="x",
            contractor_id="co-2",
            closed_date=datetime(2026, 11, 20, tzinfo=UTC),
        )
        await client.patch_job("j-1", no_contractor=True)
    first, second = server.asked
    assert (first.method, first.target) == ("PATCH", f"{ROOT}/jobs/j-1")
    assert parse_json(first.body) == {
        "StatusID": "s-2",
        "Description": "x",
        "ContractorID": "co-2",
        "ClosedDate": "2026-11-20T00:00:00+00:00",
    }
    assert (second.target, second.body) == (f"{ROOT}/jobs/j-1?noContractor=true", b"{}")


async def test_the_contractor_flag_moves_by_configuration() -> None:
    """Where the agency's document has the flag in the body, a correction puts it there."""
    names = Names.from_wire({"MaintenanceJobUpdateModel.noContractor": "body:NoContractor"})
    async with agentos(http(204), names=names) as (client, server):
        await client.patch_job("j-1", no_contractor=True)
    assert server.asked[0].target == f"{ROOT}/jobs/j-1"
    assert parse_json(server.asked[0].body) == {"NoContractor": True}


async def test_a_patch_of_nothing_is_a_bug() -> None:
    """A PATCH that would change nothing is not sent."""
    async with agentos(http(204)) as (client, server):
        with pytest.raises(ValueError, match="nothing"):
            await client.patch_job("j-1")
    assert server.asked == []


async def test_an_invoice_carries_exact_money_and_its_documents() -> None:
    """The invoice's amounts keep their digits, its documents are base64, its names corrected."""
    names = Names.from_wire({"ContractorInvoiceSubmissionModel.Amount": "InvoiceAmount"})
    async with agentos('"inv-1"', names=names) as (client, server):
        written = await client.submit_invoice(
            contractor_id="co-1",
            job_id="j-1",
            amount=Decimal("120.00"),
            vat_amount=Decimal("20.00"),
            number="H-1",
            invoice_date=datetime(2026, 11, 20, tzinfo=UTC),
            description="Boiler",
            documents=[PDF],
        )
    assert written == Written("inv-1", None)
    assert server.asked[0].target == f"{ROOT}/invoice/submit"
    assert b'"InvoiceAmount":120.00,"VATAmount":20.00' in server.asked[0].body
    assert parse_json(server.asked[0].body) == {
        "ContractorID": "co-1",
        "JobID": "j-1",
        "InvoiceAmount": Decimal("120.00"),
        "VATAmount": Decimal("20.00"),
        "InvoiceNumber": "H-1",
        "InvoiceDate": "2026-11-20T00:00:00+00:00",
        "Description": "Boiler",
        "Documents": [SENT_PDF],
    }


async def test_a_document_is_attached_as_base64() -> None:
    """The upload carries name, type, content and size."""
    async with agentos('"d-1"') as (client, server):
        await client.attach_document("j-1", PDF)
    assert server.asked[0].target == f"{ROOT}/jobs/j-1/attachdocument"
    assert parse_json(server.asked[0].body) == SENT_PDF
    assert "PDF-1.7" not in repr(PDF)


async def test_custom_fields_are_listed_read_and_set() -> None:
    """The definitions are a list, a value is bare JSON or nothing, and setting it is a POST."""
    fields = '{"CustomFields": [{"ID": "f-1", "Value": [1]}, null]}'
    async with agentos(fields, '"AB-1"', "", '{"Message": "set"}') as (client, server):
        assert await client.list_custom_fields("j-1") == ({"ID": "f-1", "Value": [1]},)
        assert await client.get_custom_field_value("j-1", "f-1") == "AB-1"
        assert await client.get_custom_field_value("j-1", "f-1") is None
        assert await client.set_custom_field("j-1", "f-1", "AB-2") == Written(None, "set")
    assert [asked.target.removeprefix(ROOT) for asked in server.asked] == [
        "/company/object/j-1/customfield",
        "/company/objects/j-1/f-1/value",
        "/company/objects/j-1/f-1/value",
        "/company/objects/j-1/f-1/customfield",
    ]
    assert parse_json(server.asked[3].body) == {"Value": "AB-2"}


@pytest.mark.parametrize("body", ["[]", "{}", '{"CustomFields": null}', "null"])
async def test_custom_fields_that_are_no_list_are_garbled(body: str) -> None:
    """An answer without the documented list has no custom fields to believe in."""
    async with agentos(body) as (client, _):
        with pytest.raises(VendorGarbled):
            await client.list_custom_fields("j-1")


@pytest.mark.parametrize(
    ("ask", "times"),
    [
        (lambda a: a.patch_job("j-1", status_id="s-1"), 3),
        (lambda a: a.set_custom_field("j-1", "f-1", "x"), 3),
        (lambda a: a.attach_document("j-1", PDF), 1),
        (lambda a: a.create_job("b-1", property_id="p", description="d", status_id="s"), 1),
        (
            lambda a: a.submit_invoice(
                contractor_id="c", job_id="j", amount=Decimal(1), documents=[PDF]
            ),
            1,
        ),
    ],
    ids=["patch_job", "set_custom_field", "attach_document", "create_job", "submit_invoice"],
)
async def test_only_absolute_writes_are_repeated(ask: Ask, times: int) -> None:
    """Setting a value twice does no harm; a document, a job or an invoice leaves once."""
    async with agentos(http(500)) as (client, server):
        with pytest.raises(OutcomeUnknown):
            await ask(client)
    assert len(server.asked) == times


async def test_calls_wait_with_the_urgency_of_their_work() -> None:
    """The same client serves every lane; reads and writes say how urgent they are."""
    budget = OpenBudget()
    async with agentos('{"Count": 0, "Data": []}', budget=budget) as (client, _):
        await client.list_branches()
        await client.at(Urgency.SWEEPS).list_jobs("b-1")
        await client.at(Urgency.CLOSURES).attach_document("j-1", PDF)
    assert budget.urgencies == [Urgency.POLLS, Urgency.SWEEPS, Urgency.CLOSURES]


async def test_the_short_name_is_one_segment() -> None:
    """Whatever the short name contains, it stays one segment of the path."""
    async with raw_server(http(503)) as server, new_http_client() as client:
        odd = Maintenance(line(client, server.url), short_name="north/gate")
        with pytest.raises(VendorUnavailable):
            await odd.list_branches()
    assert server.asked[0].target == "/v4/maintenance/north%2Fgate/company/branches/0/1000"


def test_the_key_goes_where_configured() -> None:
    """The key is the header or the query parameter api_key, or its corrected name."""
    header = agentos_auth(AGENTOS_KEY)
    query = agentos_auth(AGENTOS_KEY, "query", Names.from_wire({"Security.api_key": "ApiKey"}))
    assert (header.place, header.name, header.value) == ("header", "api_key", AGENTOS_KEY)
    assert (query.place, query.name) == ("query", "ApiKey")
