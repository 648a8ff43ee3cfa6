"""The client of V4 Property Management: every line of the vendor's article, once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from syncd.agentos.maintenance import agentos_auth
from syncd.agentos.names import Names
from syncd.agentos.property_management import Lead, Market, PropertyManagement
from syncd.agentos.uploads import Document
from syncd.errors import OutcomeUnknown, VendorDenied, VendorGarbled, VendorNotFound
from syncd.model import Urgency
from syncd.sandbox import RunningSandbox, seeded_world
from syncd.vendor_http import new_http_client
from syncd.wire_json import parse_json
from tests.vendor.lines import AGENTOS_KEY, line
from tests.vendor.raw_server import RawServer, http, raw_server

ROOT = "/v4/propertymanagement/northgate"
PHOTO = Document("VISIT-H-1-photo-0a1b2c3d.jpg", ".jpg", b"\xff\xd8\xff\xe0")
LET, SALE = Market.LETTINGS, Market.SALES

Ask = Callable[[PropertyManagement], Awaitable[object]]

LISTS: list[tuple[Ask, str]] = [
    (lambda a: a.list_branches(), "/company/branches/0/1000"),
    (lambda a: a.list_lead_sources(count=5), "/leads/sourceTypes/0/5"),
    (lambda a: a.list_media(LET, "p-1"), "/lettings/lettingsproperty/p-1/portalmedia/0/1000"),
    (lambda a: a.list_media(SALE, "s-1"), "/sales/salesinstructions/s-1/portalmedia/0/1000"),
    (lambda a: a.list_photos(LET, "p-1"), "/lettings/lettingsproperty/p-1/photos/type/0/1000"),
    (lambda a: a.list_photos(SALE, "s-1"), "/sales/salesinstructions/s-1/photos/0/1000"),
    (lambda a: a.list_floor_plans("s-1"), "/sales/salesinstructions/s-1/floorplans/0/1000"),
]
ONES: list[tuple[Ask, str]] = [
    (lambda a: a.get_branch("b-1"), "/company/branches/b-1"),
    (lambda a: a.get_company(), "/company/company"),
    (lambda a: a.get_lead_source("ls/1"), "/leads/ls%2F1/sourceTypes"),
]
WRITES: list[tuple[Ask, str, str]] = [
    (lambda a: a.create_lead(Lead("Landlord", "ls-1")), "POST", "/leads/create"),
    (
        lambda a: a.submit_media(LET, "p-1", PHOTO),
        "POST",
        "/lettings/lettingsproperty/p-1/portalmedia",
    ),
    (
        lambda a: a.submit_media(SALE, "s-1", PHOTO),
        "POST",
        "/sales/salesinstructions/s-1/portalmedia",
    ),
    (lambda a: a.add_photo(LET, "p-1", PHOTO), "PATCH", "/lettings/lettingsproperty/p-1/addphoto"),
    (lambda a: a.add_photo(SALE, "s-1", PHOTO), "PATCH", "/sales/salesInstruction/s-1/addphoto"),
    (
        lambda a: a.add_floor_plan(LET, "p-1", PHOTO),
        "PATCH",
        "/lettings/lettingsproperty/p-1/addfloorplan",
    ),
    (
        lambda a: a.add_floor_plan(SALE, "s-1", PHOTO),
        "PATCH",
        "/sales/salesinstruction/s-1/addfloorplan",
    ),
    (
        lambda a: a.delete_photo(LET, "ph-1"),
        "DELETE",
        "/lettings/lettingsproperty/ph-1/deletephoto",
    ),
    (lambda a: a.delete_photo(SALE, "ph-1"), "DELETE", "/sales/salesinstruction/ph-1/deletephoto"),
    (
        lambda a: a.delete_floor_plan(LET, "fp-1"),
        "DELETE",
        "/lettings/lettingsproperty/fp-1/deletefloorplan",
    ),
    (
        lambda a: a.delete_floor_plan(SALE, "fp-1"),
        "DELETE",
        "/sales/salesinstruction/fp-1/deletefloorplan",
    ),
]


@asynccontextmanager
async def management(
    *replies: bytes | str, names: Names | None = None
) -> AsyncIterator[tuple[PropertyManagement, RawServer]]:
    """A client of an AgentOS that answers so."""
    answers = [http(200, reply) if isinstance(reply, str) else reply for reply in replies]
    async with raw_server(*answers) as server, new_http_client() as client:
        to_vendor = line(client, server.url, auth=agentos_auth(AGENTOS_KEY))
        yield PropertyManagement(to_vendor, short_name="northgate", names=names), server


@asynccontextmanager
async def of_sandbox(box: RunningSandbox) -> AsyncIterator[PropertyManagement]:
    """A client of the stand-in."""
    async with new_http_client() as client:
        to_vendor = line(client, box.url, auth=agentos_auth(box.agentos_key))
        yield PropertyManagement(to_vendor, short_name=box.world.agency.short_name)


@pytest.mark.parametrize(("ask", "path"), LISTS, ids=[path for _, path in LISTS])
async def test_every_list_is_read_page_by_page(ask: Ask, path: str) -> None:
    """A list ends in offset and count, in the article's own spelling."""
    async with management('{"Count": 1, "Data": [{"OID": "x"}]}') as (client, server):
        page = await ask(client.at(Urgency.SWEEPS))
    assert (server.asked[0].method, server.asked[0].target) == ("GET", f"{ROOT}{path}")
    assert page.records == ({"OID": "x"},)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("ask", "path"), ONES, ids=[path for _, path in ONES])
async def test_every_single_record_is_read_by_its_oid(ask: Ask, path: str) -> None:
    """A single record is asked for by its percent-encoded OID and given raw."""
    async with management('{"OID": "x"}') as (client, server):
        assert await ask(client) == {"OID": "x"}
    assert server.asked[0].target == f"{ROOT}{path}"


@pytest.mark.parametrize(
    ("ask", "method", "path"), WRITES, ids=[f"{method} {path}" for _, method, path in WRITES]
)
async def test_every_write_goes_to_its_own_path_once(ask: Ask, method: str, path: str) -> None:
    """One request with the article's verb; a lost answer is never repeated by itself."""
    async with management(http(500, "")) as (client, server):
        with pytest.raises(OutcomeUnknown):
            await ask(client)
    assert [(each.method, each.target) for each in server.asked] == [(method, f"{ROOT}{path}")]


async def test_a_lead_is_sent_with_the_names_that_are_set() -> None:
    """What is empty is not sent, and an operator may correct a name."""
    lead = Lead("Landlord", "ls-1", property_id="p-1", surname="Fenwick", notes="wants to let")
    names = Names({"LeadSubmissionModel.Notes": "Comment"})
    async with management('{"OID": "ld-1"}', names=names) as (client, server):
        made = await client.create_lead(lead)
    assert made.oid == "ld-1"
    assert parse_json(server.asked[0].body) == {
        "LeadType": "Landlord",
        "LeadSourceID": "ls-1",
        "PropertyID": "p-1",
        "Surname": "Fenwick",
        "Comment": "wants to let",
    }
    assert "Fenwick" not in repr(lead)


async def test_media_types_may_come_as_a_list_or_a_page() -> None:
    """The article shows no body; both usual ones are read, and anything else is garbled."""
    list_, page = '[{"OID": "t"}]', '{"Count": 1, "Data": [{"OID": "t"}]}'
    async with management(list_, page, '"t"') as (client, _):
        assert await client.list_media_types(LET) == ({"OID": "t"},)
        assert await client.list_media_types(SALE) == ({"OID": "t"},)
        with pytest.raises(VendorGarbled):
            await client.list_media_types(LET)


async def test_the_stand_in_keeps_photos_leads_and_custom_fields() -> None:
    """The sandbox, which read the article by itself, answers every call of this client."""
    with RunningSandbox(seeded_world(7)) as box:
        agency = box.world.agency
        place = str(agency.properties.records()[0]["OID"])
        sale = str(agency.instructions.records()[0]["OID"])
        source = str(agency.lead_sources.records()[0]["OID"])
        field = next(each for each in agency.custom_fields.records() if each["Of"] == "property")
        async with of_sandbox(box) as client:
            assert (await client.get_company())["ShortName"] == agency.short_name
            assert (await client.list_lead_sources()).total == 4
            assert (await client.get_lead_source(source))["Name"] == "Contractor referral"
            lead = await client.create_lead(Lead("Landlord", source, property_id=place))
            assert lead.oid in agency.leads
            for market, owner in ((LET, place), (SALE, sale)):
                photo = await client.add_photo(market, owner, PHOTO)
                assert [each["OID"] for each in (await client.list_photos(market, owner)).records]
                await client.delete_photo(market, photo.oid or "")
                assert (await client.list_photos(market, owner)).total == 0
                plan = await client.add_floor_plan(market, owner, PHOTO)
                await client.delete_floor_plan(market, plan.oid or "")
                await client.submit_media(market, owner, PHOTO)
                assert (await client.list_media(market, owner)).total == 1
                assert len(await client.list_media_types(market)) == 3
            assert (await client.list_floor_plans(sale)).total == 0
            await client.set_custom_field(place, str(field["ID"]), "H-1")
            assert await client.get_custom_field_value(place, str(field["ID"])) == "H-1"
            assert len(await client.list_custom_fields(place)) >= 1
            assert (await client.get_branch(str(agency.branches.records()[0]["OID"])))["OID"]
            assert (await client.list_branches()).total == len(agency.branches.records())
            with pytest.raises(VendorNotFound):
                await client.delete_photo(LET, "no-such-photo")


async def test_a_key_without_the_tier_is_denied() -> None:
    """401 is what a key gets whose tier is not enabled."""
    with RunningSandbox(seeded_world(7)) as box:
        box.world.agency.keys[box.agentos_key] = frozenset({"maintenance"})
        async with of_sandbox(box) as client:
            with pytest.raises(VendorDenied):
                await client.get_company()
