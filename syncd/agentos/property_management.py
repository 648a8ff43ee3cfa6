"""The client of AgentOS V4 Property Management: the company, leads, and media of properties.

One method is one call of the vendor's article on the V4 Property Management API, named by its
heading there. The article adds a photo or plan by PATCH and names the child in the path of DELETE;
its spelling differs from line to line (`salesInstruction`, `salesinstructions`) and is kept.
Nothing here is repeated by itself: neither leads nor photos have a key against doubles.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from syncd.agentos.answers import Page, Written, records_in
from syncd.agentos.custom_fields import (
    get_custom_field_value,
    list_custom_fields,
    set_custom_field,
)
from syncd.agentos.names import Names
from syncd.agentos.tier import LARGEST_PAGE, Segment, Tier
from syncd.agentos.uploads import Document, document_body
from syncd.model import Urgency
from syncd.vendor_http import VendorHttp
from syncd.wire_json import Record, Wire


class Market(StrEnum):
    """What a property is offered for, which decides the path of its media."""

    LETTINGS = "lettings"  # of a lettings property
    SALES = "sales"  # of a sales instruction


@dataclass(frozen=True)
class Lead:
    """Somebody who may want to let, sell, rent or buy; empty texts are not sent."""

    lead_type: str
    source_id: str
    branch_id: str = ""
    property_id: str = ""
    forename: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)


_LETTINGS = ("lettings", "lettingsproperty")
_ONE_SALE = ("sales", "salesinstruction")
_SALES = ("sales", "salesinstructions")


class PropertyManagement:
    """Property management of one agency; its tier may not be enabled on a key (401)."""

    def __init__(
        self,
        http: VendorHttp,
        *,
        short_name: str,
        names: Names | None = None,
        urgency: Urgency = Urgency.POLLS,
    ) -> None:
        self._tier = Tier(http, "propertymanagement", short_name, urgency)
        self._names = names or Names()

    def at(self, urgency: Urgency) -> "PropertyManagement":
        """The same client, whose calls wait for permits with another urgency."""
        tier = self._tier
        return PropertyManagement(
            tier.http, short_name=tier.short_name, names=self._names, urgency=urgency
        )

    # Company administration

    async def list_branches(self, *, offset: int = 0, count: int = LARGEST_PAGE) -> Page:
        """GET /company/branches/{offset}/{count} ("All branches")."""
        return await self._tier.list_page("list_branches", "company", "branches", offset, count)

    async def get_branch(self, branch_id: str) -> Record:
        """GET /company/branches/{branchID} ("Specific branch")."""
        return await self._tier.get_record("get_branch", "company", "branches", branch_id)

    async def get_company(self) -> Record:
        """GET /company/company ("Company information")."""
        return await self._tier.get_record("get_company", "company", "company")

    # Lead management

    async def list_lead_sources(self, *, offset: int = 0, count: int = LARGEST_PAGE) -> Page:
        """GET /leads/sourceTypes/{offset}/{count} ("All lead source types")."""
        return await self._tier.list_page(
            "list_lead_sources", "leads", "sourceTypes", offset, count
        )

    async def get_lead_source(self, source_id: str) -> Record:
        """GET /leads/{leadSourceID}/sourceTypes ("Specific lead source")."""
        return await self._tier.get_record("get_lead_source", "leads", source_id, "sourceTypes")

    async def create_lead(self, lead: Lead) -> Written:
        """POST /leads/create, LeadSubmissionModel ("Create a new lead").

        Never repeated here: leads cannot be listed, so a double could not be told.
        """
        values = {
            "LeadType": lead.lead_type,
            "LeadSourceID": lead.source_id,
            "BranchID": lead.branch_id,
            "PropertyID": lead.property_id,
            "Forename": lead.forename,
            "Surname": lead.surname,
            "Email": lead.email,
            "Phone": lead.phone,
            "Notes": lead.notes,
        }
        told = {name: value or None for name, value in values.items()}
        body = self._names.body("LeadSubmissionModel", told)
        return await self._tier.write("create_lead", "POST", ("leads", "create"), body)

    # Portal media

    async def list_media_types(self, market: Market) -> tuple[Record, ...]:
        """GET …/portalmedia/types ("Get portal media types"); paged or not, the article is mute."""
        call = self._tier.read_call("list_media_types", *_of_market(market), "portalmedia", "types")
        answer = await self._tier.http.request(call)
        try:
            return records_in(answer.body)
        except ValueError as why:
            raise self._tier.unreadable(call, answer, why) from None

    async def list_media(
        self, market: Market, owner_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET …/{id}/portalmedia/{offset}/{count} ("Get portal media for property")."""
        return await self._tier.list_page(
            "list_media", *_of_market(market), owner_id, "portalmedia", offset, count
        )

    async def submit_media(self, market: Market, owner_id: str, document: Document) -> Written:
        """POST …/{id}/portalmedia ("Submit portal media")."""
        path = (*_of_market(market), owner_id, "portalmedia")
        return await self._tier.write("submit_media", "POST", path, self._body(document))

    # Photos and floor plans

    async def list_photos(
        self, market: Market, owner_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET …/{id}/photos/type/{offset}/{count} of lettings ("Get photos by type"),
        GET …/{id}/photos/{offset}/{count} of sales ("Get photos")."""
        by_type = ("type",) if market is Market.LETTINGS else ()
        return await self._tier.list_page(
            "list_photos", *_of_market(market), owner_id, "photos", *by_type, offset, count
        )

    async def add_photo(self, market: Market, owner_id: str, document: Document) -> Written:
        """PATCH …/{id}/addphoto ("Add photo")."""
        of_sale = ("sales", "salesInstruction")
        path = _LETTINGS if market is Market.LETTINGS else of_sale
        return await self._add("add_photo", (*path, owner_id, "addphoto"), document)

    async def delete_photo(self, market: Market, photo_id: str) -> Written:
        """DELETE …/{photoID}/deletephoto ("Delete photo")."""
        return await self._delete("delete_photo", (*_one(market), photo_id, "deletephoto"))

    async def list_floor_plans(
        self, instruction_id: str, *, offset: int = 0, count: int = LARGEST_PAGE
    ) -> Page:
        """GET /sales/salesinstructions/{id}/floorplans/{offset}/{count} ("Get floor plans").

        The article has no such list for lettings.
        """
        return await self._tier.list_page(
            "list_floor_plans", *_SALES, instruction_id, "floorplans", offset, count
        )

    async def add_floor_plan(self, market: Market, owner_id: str, document: Document) -> Written:
        """PATCH …/{id}/addfloorplan ("Add floor plan")."""
        return await self._add(
            "add_floor_plan", (*_one(market), owner_id, "addfloorplan"), document
        )

    async def delete_floor_plan(self, market: Market, plan_id: str) -> Written:
        """DELETE …/{floorPlanID}/deletefloorplan ("Delete floor plan")."""
        path = (*_one(market), plan_id, "deletefloorplan")
        return await self._delete("delete_floor_plan", path)

    # Custom fields

    async def list_custom_fields(self, object_id: str) -> tuple[Record, ...]:
        """GET /company/object/{objectID}/customfield ("Get definition")."""
        return await list_custom_fields(self._tier, object_id)

    async def get_custom_field_value(self, object_id: str, field_id: str) -> Wire:
        """GET /company/objects/{objectID}/{fieldID}/value ("Get value")."""
        return await get_custom_field_value(self._tier, object_id, field_id)

    async def set_custom_field(self, object_id: str, field_id: str, value: object) -> Written:
        """POST /company/objects/{objectID}/{fieldID}/customfield ("Set value"); repeatable."""
        return await set_custom_field(self._tier, self._names, object_id, field_id, value)

    async def _add(self, operation: str, path: tuple[Segment, ...], document: Document) -> Written:
        return await self._tier.write(operation, "PATCH", path, self._body(document))

    async def _delete(self, operation: str, path: tuple[Segment, ...]) -> Written:
        return await self._tier.write(operation, "DELETE", path, None)

    def _body(self, document: Document) -> dict[str, object]:
        return document_body(self._names, document)


def _of_market(market: Market) -> tuple[str, str]:
    return _LETTINGS if market is Market.LETTINGS else _SALES


def _one(market: Market) -> tuple[str, str]:
    return _LETTINGS if market is Market.LETTINGS else _ONE_SALE
