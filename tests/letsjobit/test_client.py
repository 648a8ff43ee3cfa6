"""Tests of the LetsJobIt client over real sockets."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from syncd.errors import OutcomeUnknown, VendorGarbled, VendorNotFound, VendorRefused
from syncd.letsjobit.client import LetsJobIt, PathId, UpsertError, letsjobit_auth
from syncd.model import Side, Urgency
from syncd.vendor_http import new_http_client
from syncd.wire_json import parse_json
from tests.letsjobit.test_names import NEEDED
from tests.vendor.lines import LETSJOBIT_KEY, OpenBudget, line
from tests.vendor.raw_server import RawServer, http, raw_server

EMPTY_PAGE = (
    '{"meta": {"totalRecords": 0, "returnedRecords": 0, "remainingRecords": 0, "nextStart": 0},'
    ' "data": []}'
)


@asynccontextmanager
async def letsjobit(
    *bodies: str, path_id: PathId = "_id", budget: OpenBudget | None = None
) -> AsyncIterator[tuple[LetsJobIt, RawServer]]:
    """A client of a LetsJobIt that answers with these bodies."""
    replies: Sequence[bytes] = [http(200, body) for body in bodies]
    async with raw_server(*replies) as server, new_http_client() as client:
        to_vendor = line(
            client,
            f"{server.url}/api/v2",
            side=Side.LETSJOBIT,
            auth=letsjobit_auth(LETSJOBIT_KEY),
            budget=budget,
        )
        yield LetsJobIt(to_vendor, path_id=path_id), server


async def test_every_documented_filter_can_be_asked_for() -> None:
    """The list takes each filter of the documentation under the vendor's name; flags are 0 or 1."""
    async with letsjobit(EMPTY_PAGE) as (client, server):
        await client.list_visits(
            start=200,
            internal_id="yKQ",
            erp_id=10816703,
            date="2026-11-23",
            driver_id="FEn9",
            doc_no="AOS-1 & co",
            closed=True,
            confirm_close=False,
            in_progress=False,
            priority=1,
            skipped=True,
        )
    target = urlsplit(server.asked[0].target)
    assert target.path == "/api/v2/visits"
    assert parse_qs(target.query) == {
        "pagination": ["200"],
        "_id": ["yKQ"],
        "id": ["10816703"],
        "date": ["2026-11-23"],
        "driverId": ["FEn9"],
        "docNo": ["AOS-1 & co"],
        "closed": ["1"],
        "confirmClose": ["0"],
        "inProgress": ["0"],
        "priority": ["1"],
        "skipped": ["1"],
    }


async def test_filters_that_are_not_asked_for_stay_away() -> None:
    """Without filters the list asks for the start of the page alone."""
    async with letsjobit(EMPTY_PAGE) as (client, server):
        page = await client.list_visits()
    assert server.asked[0].target == "/api/v2/visits?pagination=0"
    assert (page.records, page.total, page.remaining) == ((), 0, 0)


async def test_a_page_keeps_count_of_what_is_no_record() -> None:
    """Elements that are no objects are counted, and the others go on; counts may be text."""
    body = (
        '{"meta": {"totalRecords": "4", "remainingRecords": "1"}, "data": [{"id": 1}, null, "x"]}'
    )
    async with letsjobit(body) as (client, _):
        page = await client.list_visits(start=10)
    assert (page.records, page.unreadable) == (({"id": 1},), 2)
    assert (page.total, page.remaining, page.returned, page.next_start) == (4, 1, 3, 13)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "null",
        '"ok"',
        '{"data": []}',
        '{"meta": null, "data": []}',
        '{"meta": {"totalRecords": 5}, "data": []}',
        '{"meta": {"totalRecords": null, "remainingRecords": 0}, "data": []}',
        '{"meta": {"totalRecords": true, "remainingRecords": 0}, "data": []}',
        '{"meta": {"totalRecords": -1, "remainingRecords": 0}, "data": []}',
        '{"meta": {"totalRecords": 0, "remainingRecords": 0}, "data": null}',
        '{"meta": {"totalRecords": 0, "remainingRecords": 0}, "data": {}}',
        '{"meta": {"totalRecords": 0, "remainingRecords": 0}}',
    ],
)
async def test_a_list_without_its_envelope_is_garbled(body: str) -> None:
    """JSON that is not the documented envelope is no empty list."""
    async with letsjobit(body) as (client, _):
        with pytest.raises(VendorGarbled):
            await client.list_visits()


@pytest.mark.parametrize(
    "body",
    ['{"error": "no such company", "data": []}', '{"meta": {"error": "no such company"}}'],
)
async def test_an_error_inside_a_success_is_a_refusal(body: str) -> None:
    """A success that says it was not carried out is none, for reads and for writes."""
    async with letsjobit(body) as (client, _):
        with pytest.raises(VendorRefused, match="no such company"):
            await client.list_visits()
        with pytest.raises(VendorRefused, match="no such company"):
            await client.upsert_visits([NEEDED])


@pytest.mark.parametrize("found", ['{"_id": "yKQ"}', '[{"_id": "yKQ"}]'], ids=["object", "list"])
async def test_one_visit_comes_as_an_object_or_a_list(found: str) -> None:
    """The documentation leaves open how one visit comes; both are read."""
    async with letsjobit(f'{{"meta": {{}}, "data": {found}}}') as (client, server):
        assert await client.get_visit("yKQ") == {"_id": "yKQ"}
    assert server.asked[0].target == "/api/v2/visits/yKQ"


@pytest.mark.parametrize("data", ["null", "{}", "7", "[7]", '[{"_id": "yKQ"}, {"_id": "x"}]'])
async def test_an_answer_that_is_not_one_visit_is_garbled(data: str) -> None:
    """Nothing, several or no objects are no visit."""
    async with letsjobit(f'{{"meta": {{}}, "data": {data}}}') as (client, _):
        with pytest.raises(VendorGarbled):
            await client.get_visit("yKQ")


async def test_an_empty_list_in_place_of_a_visit_says_that_there_is_none() -> None:
    """A well-formed empty answer to the question for one visit is the same as 404."""
    async with letsjobit(EMPTY_PAGE) as (client, _):
        with pytest.raises(VendorNotFound):
            await client.get_visit("yKQ")


async def test_another_visit_than_was_asked_for_is_garbled() -> None:
    """A wrong `path_id` or a vendor's mistake is seen before anything is done with the visit."""
    async with letsjobit('{"data": {"_id": "other", "id": 1}}') as (client, _):
        with pytest.raises(VendorGarbled, match="another _id"):
            await client.get_visit("yKQ")


async def test_the_path_can_take_our_own_id() -> None:
    """With path_id = "id" the number that we gave stands in the path."""
    raw = {"_id": "yKQ", "id": 10816703}
    async with letsjobit('{"data": {"id": 10816703}}', path_id="id") as (client, server):
        assert client.visit_key(raw) == "10816703"
        await client.at(Urgency.UPDATES).get_visit(client.visit_key(raw))
    assert server.asked[0].path == "/api/v2/visits/10816703"


@pytest.mark.parametrize("raw", [{}, {"_id": None}, {"_id": True}, {"_id": {}}, {"_id": []}])
async def test_a_record_without_a_key_has_none(raw: dict[str, object]) -> None:
    """What is no identity is not made into one."""
    async with letsjobit(EMPTY_PAGE) as (client, _):
        assert client.visit_key(raw) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["", ".", "..", "x" * 201])
async def test_a_key_that_cannot_be_one_is_not_asked_for(key: str) -> None:
    """An impossible key finds nothing and sends nothing: `/visits/` would be the whole list."""
    async with letsjobit(EMPTY_PAGE) as (client, server):
        with pytest.raises(VendorNotFound):
            await client.get_visit(key)
        with pytest.raises(VendorNotFound):
            await client.update_visit(key, {"obs": "x"})
        with pytest.raises(VendorNotFound):
            await client.delete_visit(key)
    assert server.asked == []


async def test_keys_are_percent_encoded() -> None:
    """Whatever a key contains, it stays one segment of the path."""
    async with letsjobit('{"data": {"_id": "a/b?c d"}}') as (client, server):
        await client.get_visit("a/b?c d")
    assert server.asked[0].target == "/api/v2/visits/a%2Fb%3Fc%20d"


async def test_an_upsert_says_what_it_did_and_what_not() -> None:
    """Counts and errors of the answer arrive; the vendor's words are scrubbed."""
    body = (
        '{"meta": {"recordsUpdated": 1, "recordsInserted": "2", "errors": ['
        '{"error": 404, "message": "driver of john@example.com unknown"}, "bad", {"error": null}'
        ']}, "data": null}'
    )
    async with letsjobit(body) as (client, server):
        answer = await client.upsert_visits([NEEDED | {"inMobileApp": True}])
    assert (answer.updated, answer.inserted) == (1, 2)
    assert answer.errors == (
        UpsertError("404", "driver of [e-mail] unknown"),
        UpsertError("", "bad"),
        UpsertError("", ""),
    )
    asked = server.asked[0]
    assert (asked.method, asked.target) == ("POST", "/api/v2/visits")
    assert parse_json(asked.body) == [NEEDED | {"inMobileApp": 1}]


async def test_an_upsert_without_errors_has_none() -> None:
    """An answer that lists no errors, or null, is a clean one."""
    clean = '{"meta": {"recordsUpdated": 0, "recordsInserted": 1}}'
    null = '{"meta": {"recordsUpdated": 0, "recordsInserted": 1, "errors": null}}'
    async with letsjobit(clean, null) as (client, _):
        assert (await client.upsert_visits([NEEDED])).errors == ()
        assert (await client.upsert_visits([NEEDED])).errors == ()


async def test_errors_may_come_alone() -> None:
    """An error that is no list is an error all the same."""
    body = '{"meta": {"recordsUpdated": 0, "recordsInserted": 0, "errors": "all wrong"}}'
    async with letsjobit(body) as (client, _):
        answer = await client.upsert_visits([NEEDED])
    assert answer.errors == (UpsertError("", "all wrong"),)


@pytest.mark.parametrize("body", ["null", "[]", '{"meta": {}}', '{"meta": {"recordsUpdated": 1}}'])
async def test_an_upsert_that_was_not_counted_may_have_happened(body: str) -> None:
    """A success without its numbers proves nothing about what was written."""
    async with letsjobit(body) as (client, _):
        with pytest.raises(OutcomeUnknown):
            await client.upsert_visits([NEEDED])


async def test_a_visit_with_a_mistake_is_refused_before_it_is_sent() -> None:
    """A typo or a missing field stops the call, and the error names the field."""
    async with letsjobit(EMPTY_PAGE) as (client, server):
        with pytest.raises(VendorRefused, match="drvierId is not a field"):
            await client.upsert_visits([NEEDED, NEEDED | {"drvierId": "x"}])
        with pytest.raises(VendorRefused, match="city is empty"):
            await client.update_visit("yKQ", {"city": ""})
    assert server.asked == []


async def test_a_refusal_does_not_repeat_what_we_said_about_people() -> None:
    """A vendor that quotes a tenant's name or phone in its refusal is not quoted in turn."""
    visit = NEEDED | {"contactPerson": "Adaeze Okafor", "contactPhone": "07700900123"}
    refusal = '{"error": "contactPerson Adaeze Okafor (07700900123) is too long"}'
    async with letsjobit(refusal) as (client, _):
        with pytest.raises(VendorRefused) as caught:
            await client.upsert_visits([visit])
    assert "contactPerson [private] ([private]) is too long" in caught.value.message


async def test_an_update_sends_only_the_changes() -> None:
    """PUT carries what changed and gives the number of records updated."""
    async with letsjobit('{"meta": {"updatedRecords": 1}, "data": null}') as (client, server):
        assert await client.update_visit("yKQ", {"confirmClose": True}) == 1
    asked = server.asked[0]
    assert (asked.method, asked.target) == ("PUT", "/api/v2/visits/yKQ")
    assert parse_json(asked.body) == {"confirmClose": 1}


async def test_a_deletion_says_how_many() -> None:
    """DELETE carries no body and gives the number of records deleted."""
    async with letsjobit('{"meta": {"deletedRecords": 1}, "data": null}') as (client, server):
        assert await client.delete_visit("yKQ") == 1
    asked = server.asked[0]
    assert (asked.method, asked.target, asked.body) == ("DELETE", "/api/v2/visits/yKQ", b"")


async def test_calls_wait_with_the_urgency_of_their_work() -> None:
    """The same client serves every lane; each call says how urgent it is."""
    budget = OpenBudget()
    async with letsjobit(EMPTY_PAGE, budget=budget) as (client, _):
        await client.list_visits()
        await client.at(Urgency.SWEEPS).list_visits()
    assert budget.urgencies == [Urgency.POLLS, Urgency.SWEEPS]


async def test_the_key_may_stand_in_the_query() -> None:
    """With api_key_in = "query" the key is the parameter API_KEY, and no header."""
    auth = letsjobit_auth(LETSJOBIT_KEY, "query")
    assert (auth.place, auth.name, auth.value) == ("query", "API_KEY", LETSJOBIT_KEY)
    assert letsjobit_auth(LETSJOBIT_KEY).value == f"Bearer {LETSJOBIT_KEY}"
