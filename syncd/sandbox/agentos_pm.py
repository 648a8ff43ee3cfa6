"""AgentOS V4 Property Management: the company, leads, photos, floor plans and portal media.

Read from "How do I use the V4 Property Management API to manage media and leads?" alone. Routing
ignores case, as the page's own spelling does. Every upload is the profile's Document, an image for
photos and plans; nothing is idempotent.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from syncd.sandbox import agentos_reads as reads
from syncd.sandbox.agentos_rules import (
    Check,
    body_problems,
    content_of,
    document_problems,
    extension_of,
    filled,
    text,
)
from syncd.sandbox.agentos_writes import written
from syncd.sandbox.shelf import Record, Shelf
from syncd.sandbox.wire import Refusal, json_answer, note, sent_json, world_of
from syncd.sandbox.world import World, oid

LETTINGS = "/lettings/lettingsproperty"
SALES = "/sales/salesinstructions"
ONE_SALE = "/sales/salesinstruction"
IMAGES = ("jpg", "png")

Writes = Callable[[Request], Awaitable[Response]]

_LEAD: dict[str, Check] = {
    "LeadType": filled,
    "LeadSourceID": filled,
    **dict.fromkeys(
        ("BranchID", "PropertyID", "Forename", "Surname", "Email", "Phone", "Notes"), text
    ),
}


def get_company(request: Request) -> Response:
    """GET /company/company"""
    world = world_of(request)
    first = world.agency.branches.records()[0]
    return json_answer(
        {
            "OID": oid(world.seed, "company", 0),
            "CompanyName": first["CompanyName"],
            "MarketingCompanyName": first["CompanyName"],
            "ShortName": world.agency.short_name,
        }
    )


async def create_lead(request: Request) -> Response:
    """POST /leads/create: lead type and source are required; two alike are two leads."""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        strict = world.options.strict_fields
        required = ("LeadType", "LeadSourceID")
        problems = body_problems(sent, _LEAD, required=required, is_strict=strict)
        if not problems and sent["LeadSourceID"] not in world.agency.lead_sources:
            problems = ["LeadSourceID does not exist"]
        if problems:
            raise Refusal(400, "; ".join(problems))
        is_repeated = any(
            all(lead.get(name) == value for name, value in sent.items())
            for lead in world.agency.leads.records()
        )
        lead = {"OID": oid(world.seed, "lead", world.new_number()), **sent}
        world.agency.leads.put(lead)
        note(request, "lead_created", lead["OID"], body=sent, repeats=is_repeated)
        return written(world, lead["OID"], status=201)


def media_types(request: Request) -> Response:
    """GET …/portalmedia/types: a bare list, since the page names no paging."""
    return json_answer(world_of(request).agency.media_types.records())


def list_of_owner(kind: str, owner: str, parameter: str) -> reads.Endpoint:
    """Children of one kind of one property or instruction."""

    def endpoint(request: Request) -> Response:
        world = world_of(request)
        key = _owner(world, owner, request.path_params[parameter])
        found = [each for each in world.agency.shelves()[kind].records() if each["Owner"] == key]
        offset, count = reads.page_asked(request)
        shown = [{n: each[n] for n in _SHOWN} for each in found[offset : offset + count]]
        return json_answer({"Count": len(found), "Data": shown})

    return endpoint


_SHOWN = ("OID", "DocumentName", "Size")


def add_child(kind: str, owner: str, parameter: str, *, images_only: bool) -> Writes:
    """An upload to one property or instruction."""

    async def endpoint(request: Request) -> Response:
        world = world_of(request)
        sent = await sent_json(request)
        with world.lock:
            key = _owner(world, owner, request.path_params[parameter])
            options = world.options
            problems = document_problems(
                sent, mime_form=options.mime_form, is_strict=options.strict_fields
            )
            if not problems and images_only and extension_of(sent["DocumentName"]) not in IMAGES:
                problems = ["Only JPG and PNG are accepted"]
            if problems:
                raise Refusal(400, "; ".join(problems))
            shelf = world.agency.shelves()[kind]
            is_repeated = any(
                each["Owner"] == key and each["DocumentName"] == sent["DocumentName"]
                for each in shelf.records()
            )
            child = _child(world, kind, key, sent)
            shelf.put(child)
            name = sent["DocumentName"]
            note(request, f"{kind}_added", key, OID=child["OID"], name=name, repeats=is_repeated)
            return written(world, child["OID"], status=201)

    return endpoint


def delete_child(kind: str, parameter: str) -> Writes:
    """DELETE of a photo or plan by its own id."""

    async def endpoint(request: Request) -> Response:
        world = world_of(request)
        with world.lock:
            key = request.path_params[parameter]
            shelf = world.agency.shelves()[kind]
            if key not in shelf:
                raise Refusal(404, "The object was not found")
            shelf.remove(key)
            note(request, f"{kind}_deleted", key)
            return written(world, key)

    return endpoint


def _child(world: World, kind: str, owner: str, sent: Record) -> Record:
    content = content_of(sent) or b""
    return {
        "OID": oid(world.seed, kind, world.new_number()),
        "Owner": owner,
        "DocumentName": sent["DocumentName"],
        "Size": len(content),
        "Content": sent["Content"],
    }


def _owner(world: World, kind: str, key: str) -> str:
    shelf: Shelf = world.agency.shelves()[kind]
    if key not in shelf:
        raise Refusal(404, "The object was not found")
    return key


PAGE = "/{offset}/{count}"

READS: list[tuple[str, Any]] = [
    ("/company/branches" + PAGE, reads.list_all("branches")),
    ("/company/branches/{branchID}", reads.one("branches", "branchID")),
    ("/company/company", get_company),
    ("/company/object/{objectID}/customfield", reads.list_custom_fields),
    ("/company/objects/{objectID}/{fieldID}/value", reads.get_custom_value),
    ("/leads/sourceTypes" + PAGE, reads.list_all("lead_sources")),
    ("/leads/{leadSourceID}/sourceTypes", reads.one("lead_sources", "leadSourceID")),
    (LETTINGS + "/portalmedia/types", media_types),
    (SALES + "/portalmedia/types", media_types),
    (LETTINGS + "/{id}/portalmedia" + PAGE, list_of_owner("portal_media", "properties", "id")),
    (SALES + "/{id}/portalmedia" + PAGE, list_of_owner("portal_media", "instructions", "id")),
    (LETTINGS + "/{id}/photos/type" + PAGE, list_of_owner("photos", "properties", "id")),
    (SALES + "/{id}/photos" + PAGE, list_of_owner("photos", "instructions", "id")),
    (SALES + "/{id}/floorplans" + PAGE, list_of_owner("floor_plans", "instructions", "id")),
]


def _adds(kind: str, owner: str, *, images_only: bool = True) -> Writes:
    return add_child(kind, owner, "id", images_only=images_only)


WRITES: list[tuple[str, str, Writes]] = [
    ("POST", "/leads/create", create_lead),
    (
        "POST",
        LETTINGS + "/{id}/portalmedia",
        _adds("portal_media", "properties", images_only=False),
    ),
    (
        "POST",
        SALES + "/{id}/portalmedia",
        _adds("portal_media", "instructions", images_only=False),
    ),
    ("PATCH", LETTINGS + "/{id}/addphoto", _adds("photos", "properties")),
    ("PATCH", ONE_SALE + "/{id}/addphoto", _adds("photos", "instructions")),
    ("DELETE", LETTINGS + "/{id}/deletephoto", delete_child("photos", "id")),
    ("DELETE", ONE_SALE + "/{id}/deletephoto", delete_child("photos", "id")),
    ("PATCH", LETTINGS + "/{id}/addfloorplan", _adds("floor_plans", "properties")),
    ("PATCH", ONE_SALE + "/{id}/addfloorplan", _adds("floor_plans", "instructions")),
    ("DELETE", LETTINGS + "/{id}/deletefloorplan", delete_child("floor_plans", "id")),
    ("DELETE", ONE_SALE + "/{id}/deletefloorplan", delete_child("floor_plans", "id")),
]
