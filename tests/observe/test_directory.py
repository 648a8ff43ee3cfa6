"""Tests of observing reference records: what is asked, in which order, and what a gap means."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.agentos.wire import ALIASES
from syncd.errors import VendorRefused, VendorUnavailable
from syncd.model import DirectoryKind, DirectoryRecord, Side
from syncd.observe.directory import (
    DirectoryReading,
    look_up_preferences,
    look_up_property,
    look_up_tenant,
    observe_directory,
)
from syncd.wire_json import Record
from tests.observe.clients import Agency
from tests.observe.hostile import any_value, records

DOWN = VendorUnavailable("x", "down", side=Side.AGENTOS, operation="list")
LISTS: dict[tuple[str, str], list[Record]] = {
    ("list_branches", ""): [{"OID": "br-1", "Name": "North"}, {"OID": "br-2", "Name": "South"}],
    ("list_status_types", ""): [{"OID": "st-1", "Name": "Reported"}],
    ("list_properties", "br-1"): [{"OID": "pr-1", "Address1": "Elm Road"}],
    ("list_properties", "br-2"): [{"OID": "pr-2"}],
    ("list_tenancy_states", "br-1"): [{"OID": "tc-1", "PropertyID": "pr-1"}],
}
CONTRACTOR: dict[str, Any] = {
    "OID": "co-1",
    "Forename": "Pat",
    "Surname": "Plumb",
    "VATNumber": "GB1",
}
NAMES = sorted({n for aliases in ALIASES.values() for names in aliases.values() for n in names})


async def observe(agency: Agency, **told: Any) -> DirectoryReading:
    """Read everything."""
    asked: dict[str, Any] = {"branches": (), "contractors": ("co-1",), "page_size": 1000, **told}
    return await observe_directory(agency.client(), **asked)


async def test_everything_is_read_once() -> None:
    """Two lists, our contractors one by one, and two lists of each branch."""
    agency = Agency(LISTS, {"co-1": CONTRACTOR})
    found = await observe(agency)
    assert found.failure is None
    assert [(name, of) for name, of, _ in agency.asked] == [
        ("list_branches", ""),
        ("list_status_types", ""),
        ("get", "co-1"),
        ("list_properties", "br-1"),
        ("list_tenancy_states", "br-1"),
        ("list_properties", "br-2"),
        ("list_tenancy_states", "br-2"),
    ]
    assert found.ids(DirectoryKind.BRANCH) == ("br-1", "br-2")
    parents = {each.oid: each.parent for each in found.records}
    assert parents == {
        "br-1": "",
        "br-2": "",
        "st-1": "",
        "co-1": "",
        "pr-1": "br-1",
        "pr-2": "br-2",
        "tc-1": "pr-1",
    }


async def test_named_branches_narrow() -> None:
    """The others are not asked for their properties."""
    agency = Agency(LISTS, {"co-1": CONTRACTOR})
    await observe(agency, branches=("br-2",))
    assert {of for name, of, _ in agency.asked if name == "list_properties"} == {"br-2"}


@pytest.mark.parametrize("broken", list(LISTS))
async def test_a_list_that_fails_is_a_failure(broken: tuple[str, str]) -> None:
    """Its records so far stand; the reading says that it was not whole."""
    found = await observe(Agency(LISTS, {"co-1": CONTRACTOR}, {broken: DOWN}))
    assert found.failure is DOWN


async def test_a_contractor_that_cannot_be_read_is_a_failure() -> None:
    """One that does not exist is remembered so."""
    found = await observe(Agency(LISTS, {"co-1": DOWN}))
    assert found.failure is DOWN
    assert found.ids(DirectoryKind.PROPERTY) == ()
    none = await observe(Agency(LISTS))
    assert none.failure is None
    kinds = {each.kind: each for each in none.records}
    assert kinds[DirectoryKind.CONTRACTOR] == DirectoryRecord(
        DirectoryKind.CONTRACTOR, "co-1", "", None, "none"
    )


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({}, "Pat Plumb"),
        ({"Forename": None}, "Plumb"),
        ({"CompanyName": "Plumb Ltd"}, "Plumb Ltd"),
        ({"Forename": None, "Surname": None}, ""),
    ],
)
async def test_what_a_contractor_is_called(told: dict[str, Any], name: str) -> None:
    """The company, else the person; a company may stand in the surname."""
    found = await observe(Agency(LISTS, {"co-1": {**CONTRACTOR, **told}}))
    (contractor,) = [each for each in found.records if each.kind is DirectoryKind.CONTRACTOR]
    assert contractor.content == {"name": name, "vat_number": "GB1"}


@given(st.lists(records(NAMES), max_size=4), st.sampled_from(sorted(LISTS)))
async def test_hostile_records_stop_no_other(rows: list[Record], where: tuple[str, str]) -> None:
    """A record in no shape we know is left out; those beside it are there."""
    lists = {**LISTS, where: [*rows, *LISTS[where]]}
    found = await observe(Agency(lists, {"co-1": CONTRACTOR}))
    assert found.failure is None
    known = {each.oid for each in found.records}
    assert {str(each["OID"]) for each in LISTS[where]} <= known


async def test_looking_up_one_property() -> None:
    """None is remembered as none; a failure comes out."""
    agency = Agency(records={"pr-1": {"OID": "pr-1"}, "pr-3": DOWN, "pr-4": {"OID": "pr-4"}})
    found = await look_up_property(agency.client(), "pr-1")
    assert found.content is not None
    assert (found.kind, found.oid) == (DirectoryKind.PROPERTY, "pr-1")
    assert (await look_up_property(agency.client(), "pr-2")).content is None
    with pytest.raises(VendorUnavailable):
        await look_up_property(agency.client(), "pr-3")


async def test_a_tenant_that_the_vendor_keeps_back_is_none() -> None:
    """For want of consent: a refusal of one contact is no failure of the cycle."""
    refused = VendorRefused("x", "no consent", side=Side.AGENTOS, operation="get_tenant")
    agency = Agency(records={"te-1": {"OID": "te-1", "Surname": "Lovelace"}, "te-2": refused})
    found = await look_up_tenant(agency.client(), "te-1")
    assert found.content is not None
    assert found.content["surname"] == "Lovelace"
    for oid in ("te-2", "te-3"):
        none = await look_up_tenant(agency.client(), oid)
        assert none == DirectoryRecord(DirectoryKind.TENANT, oid, "", None, "none")


async def test_preferences_keep_the_vendors_order() -> None:
    """All of one property together."""
    rows: list[Record] = [
        {"OID": "2", "Name": "Keys", "Notes": "At the office"},
        {"OID": "1", "Name": "Boiler", "Notes": None},
    ]
    found = await look_up_preferences(Agency({("list_preferences", "pr-1"): rows}).client(), "pr-1")
    assert (found.kind, found.oid) == (DirectoryKind.PREFERENCES, "pr-1")
    assert found.content is not None
    kept = found.content["preferences"]
    assert isinstance(kept, list)
    assert [each["name"] for each in kept if isinstance(each, dict)] == ["Keys", "Boiler"]


@given(any_value)
async def test_a_hostile_single_record_is_none_or_read(value: Any) -> None:
    """One that cannot be read counts as none, and is looked up again when it is needed."""
    raw = {"OID": "pr-1", "Address1": value, "LatestTenancy": value, "MainLandlord": value}
    found = await look_up_property(Agency(records={"pr-1": raw}).client(), "pr-1")
    assert (found.content is None) is (found.fingerprint == "none")
