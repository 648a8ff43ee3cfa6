"""Where a job of V3 is, and how its tenant is reached."""

import pytest

from syncd.cycle.report import Outcome
from tests.cycle.office import Office, Record, connection_of
from tests.raising.faults_seen import a_property, raised_jobs, see_fault
from tests.raising.legacy import beside_v4, created


async def test_a_job_at_an_address_that_agentos_does_not_know_is_read_all_the_same(
    office: Office,
) -> None:
    """It has no property; the one configured branch gets it."""

    def change(document: Record) -> None:
        beside_v4(document)
        connection_of(document)["agentos"]["branches"] = ["8DB1-2991-2E39"]

    async with office.configured(change) as beside:
        await beside.run()
        beside.clock.move(hours=1)
        see_fault(beside, address="Old Mill", city="Nowhere")
        for _ in range(2):
            await beside.run()
        (job,) = raised_jobs(beside)
        assert job["PropertyID"] is None
        assert beside.link_of(job).visit_key is not None
        assert (await beside.run()).outcome is Outcome.OK
        assert len(created(beside)) == 1


async def test_the_property_that_a_person_chose_is_where_the_job_is(beside: Office) -> None:
    """Its address is sent, and what the engineer typed stands in the notes."""
    place = a_property(beside)
    see_fault(beside, address="Old Mill", city="Nowhere", postCode=place["Postcode"])
    await beside.run()
    (item,) = beside.inbox("unmatched_visit")
    beside.decide(item, place["OID"])
    for _ in range(2):
        await beside.run()
    (job,) = raised_jobs(beside)
    assert job["PropertyID"] == place["OID"]
    (body,) = created(beside)
    assert "Address on the visit: Old Mill" in body["IssueNotes"].split("\n")


@pytest.mark.parametrize("branches", [[], ["one"]], ids=["all branches", "one branch"])
async def test_the_address_of_the_property_that_the_site_id_names_is_sent(
    office: Office, branches: list[str]
) -> None:
    """The engineer typed none, and a town and a post code alone are no address."""
    place = a_property(office)

    def change(document: Record) -> None:
        beside_v4(document)
        named = [place["BranchOID"] for _ in branches]
        connection_of(document)["agentos"]["branches"] = named

    async with office.configured(change) as beside:
        await beside.run()
        beside.clock.move(hours=1)
        see_fault(beside, siteId=place["GlobalReference"], address="", city="", postCode="")
        await beside.run()
        (body,) = created(beside)
        assert body["PropertyAddress1"].startswith(str(place["AddressNumber"]))
        assert body["PropertyPostcode"] == place["Postcode"]
        assert raised_jobs(beside)[0]["PropertyID"] == place["OID"]


async def test_a_visit_without_an_address_is_asked_about_before_anything_is_sent(
    legacy: Office,
) -> None:
    """A job with no place helps nobody; the dispatcher writes the address, and it goes."""
    visit = see_fault(legacy, address="", site="", city="", postCode="")
    assert (await legacy.run()).outcome is Outcome.ATTENTION
    (item,) = legacy.inbox("refused")
    assert "the visit has no address" in item.question.summary
    assert legacy.sent("agentos") == []
    legacy.edit_visit(visit, address="14 Elm Road")
    assert (await legacy.run()).outcome is Outcome.OK
    assert len(created(legacy)) == 1


async def test_both_phones_are_sent_and_what_neither_carries_is_written_down(
    legacy: Office,
) -> None:
    """The second number has a field of its own, an extension has none."""
    see_fault(legacy, contactPhone="07700 900123 / 0131 496 0000 ext 12")
    await legacy.run()
    (body,) = created(legacy)
    assert body["TenantPhonePrimary"] == "07700900123"
    assert body["TenantPhoneSecondary"] == "01314960000"
    assert "Phone on the visit: 07700 900123 / 0131 496 0000 ext 12" in body["IssueNotes"]
