"""Visits from the field that fit no property, or several."""

import pytest

from syncd.cycle.report import Outcome
from tests.cycle.office import Office
from tests.raising.faults_seen import a_property, raised_jobs, see_fault


@pytest.mark.parametrize("name", ["GlobalReference", "OID"])
async def test_the_site_id_names_the_property(field: Office, name: str) -> None:
    """By its reference or its OID, whatever address the engineer typed."""
    place = a_property(field)
    see_fault(field, siteId=place[name], address="near the church", postCode="")
    assert (await field.run()).outcome is Outcome.OK
    assert raised_jobs(field)[0]["PropertyID"] == place["OID"]


async def test_a_visit_that_fits_nothing_waits_and_can_be_left_alone(field: Office) -> None:
    """Nothing is guessed; `not-ours` is remembered."""
    place = a_property(field)
    see_fault(field, address="somewhere else")
    assert (await field.run()).outcome is Outcome.ATTENTION
    (item,) = field.inbox("unmatched_visit")
    assert item.question.choices == (place["OID"], "not-ours")
    assert place["Address1"] in str(item.question.details["properties"])
    assert raised_jobs(field) == []
    field.decide(item, "not-ours")
    field.mark()
    for _ in range(2):
        assert (await field.run()).outcome is Outcome.OK
    assert field.effects() == []
    assert field.inbox() == []


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("Flat {}, Craigie House", ""),
        ("{} {}, Flat 7", ""),
        ("1 bed flat, {} {}", ""),
        ("Block {}, 9 Elm Road", ""),
        ("Flat {}", "9 Elm Road"),
        ("{} {}", "Basement"),
    ],
)
async def test_another_door_with_the_number_is_asked_about(
    field: Office, typed: str, site: str
) -> None:
    """A flat's number is not that of the house, and the house is not its flat; the answer makes
    the job, once."""
    place = a_property(field)
    see_fault(field, address=typed.format(place["AddressNumber"], place["Address1"]), site=site)
    assert (await field.run()).outcome is Outcome.ATTENTION
    assert raised_jobs(field) == []
    (item,) = field.inbox("unmatched_visit")
    assert item.question.choices == (place["OID"], "not-ours")
    field.decide(item, place["OID"])
    assert (await field.run()).outcome is Outcome.OK
    assert [each["PropertyID"] for each in raised_jobs(field)] == [place["OID"]]


async def test_a_person_chooses_the_property(field: Office) -> None:
    """The job is made there, and the item closes itself."""
    place = a_property(field)
    see_fault(field, address="somewhere else")
    await field.run()
    (item,) = field.inbox("unmatched_visit")
    field.decide(item, place["OID"])
    assert (await field.run()).outcome is Outcome.OK
    assert raised_jobs(field)[0]["PropertyID"] == place["OID"]
    field.mark()
    await field.run()
    assert field.effects() == []
    assert field.inbox() == []


async def test_several_properties_are_the_choices(field: Office) -> None:
    """Two houses with the same number and post code: a person says which."""
    place = a_property(field)
    twin = {**{k: v for k, v in place.items() if k != "OID"}, "GlobalReference": "P999"}
    second = field.add("properties", **twin)
    async with field.configured(store="") as again:
        await again.run()
        again.clock.move(hours=1)
        see_fault(again, place)
        await again.run()
        (item,) = again.inbox("unmatched_visit")
        assert set(item.question.choices) == {place["OID"], second, "not-ours"}
        assert "several" in item.question.summary


async def test_a_corrected_site_id_answers_the_question(field: Office) -> None:
    """The dispatcher corrects the visit instead of deciding: the item closes itself."""
    visit = see_fault(field, address="somewhere else")
    await field.run()
    field.edit_visit(visit, siteId=a_property(field)["GlobalReference"])
    assert (await field.run()).outcome is Outcome.OK
    assert len(raised_jobs(field)) == 1
    assert field.inbox() == []
