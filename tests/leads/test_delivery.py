"""A filled field of a closed visit becomes a lead: once, and before the acknowledgement."""

import pytest

from syncd.cycle.report import Outcome
from syncd.model import InboxKind, IntentKind
from tests.closures.story import DOOR, TAP, Story
from tests.closures.test_delivery import kind_of, text_of
from tests.closures.test_state_table import put_job
from tests.cycle.office import Office
from tests.leads.noted import (
    TOLD,
    is_acknowledged,
    made,
    note,
    sources,
    switch_on,
)


async def test_a_noted_lead_is_made_once_before_the_acknowledgement(leads: Story) -> None:
    """Type, source, branch, property and what was noted are there; a second run writes nothing."""
    visit = note(leads)
    report = await leads.office.run()
    assert report.outcome is Outcome.OK
    assert report.applied[IntentKind.CREATE_LEAD] == 1
    kinds = [each.kind for each in leads.office.effects()]
    assert kinds[-2:] == ["lead_created", "close_confirmed"]
    (lead,) = made(leads)
    job, link = leads.job(), leads.office.link_of(leads.job())
    assert {name: lead[name] for name in lead if name != "OID"} == {
        "LeadType": "Landlord",
        "LeadSourceID": sources(leads)["Contractor referral"],
        "BranchID": link.branch_id,
        "PropertyID": job["PropertyID"],
        "Phone": "07700 900951",
        "Notes": f"{TOLD}\n[visit {visit['docNo']}]",
    }
    await leads.assert_quiet()


async def test_new_visits_have_the_field(office: Office) -> None:
    """Engineers find a field to note leads in, without any setting of it."""
    async with office.configured(switch_on) as here:
        await here.run()
        for visit in here.ours().values():
            names = [field["name"] for line in visit["lines"] for field in line["extraData"]]
            assert names.count("lead") == 1


@pytest.mark.parametrize("told", ["", "no", False])
async def test_nothing_and_no_make_no_lead(leads: Story, told: object) -> None:
    """An empty field and a denial are no lead, and cost no request."""
    note(leads, told)
    leads.office.mark()
    assert (await leads.office.run()).outcome is Outcome.OK
    assert made(leads) == []
    assert not any("propertymanagement" in e.path for e in leads.office.sent("agentos"))
    leads.assert_delivered_once()


@pytest.mark.parametrize("told", [True, "yes"])
async def test_a_tick_is_a_lead(leads: Story, told: object) -> None:
    """Where nothing but a tick was entered, the notes say so."""
    visit = note(leads, told)
    await leads.office.run()
    (lead,) = made(leads)
    assert lead["Notes"] == f"The engineer ticked this visit as a lead.\n[visit {visit['docNo']}]"


async def test_a_field_that_is_filled_again_is_no_second_lead(leads: Story) -> None:
    """After delivery the visit may change, open and close again: nothing follows."""
    visit = note(leads)
    await leads.rest()
    lines = [
        {**line, "extraData": [{"name": "lead", "type": "text", "value": "Another one"}]}
        for line in visit["lines"]
    ]
    leads.office.edit_visit(leads.visit(), lines=lines)
    await leads.rest()
    leads.office.edit_visit(leads.visit(), confirmClose=False)
    await leads.rest()
    assert len(made(leads)) == 1


async def test_what_is_noted_while_the_delivery_waits_is_delivered(leads: Story) -> None:
    """An engineer may correct a closed visit as long as it is not acknowledged."""
    visit = leads.close(amount="no idea")
    await leads.office.run()
    with leads.office.box.world.lock:
        for field in visit["lines"][0]["extraData"]:
            field["value"] = {"lead": TOLD, "invoice_total": "80"}.get(field["name"])
        leads.office.box.world.put_visit(visit)
    await leads.rest()
    assert len(made(leads)) == 1
    leads.assert_delivered_once()


async def test_every_visit_of_a_job_has_its_own_lead(leads: Story) -> None:
    """Two closed visits of one job that note a lead are two leads; an open one is none yet."""
    again = leads.add_visit(leads.job(), is_copy=True, docNo=f"{leads.job()['GlobalReference']}-B")
    note(leads)
    await leads.rest()
    assert len(made(leads)) == 1
    assert is_acknowledged(leads)
    leads.close(leads.by_key(again["_id"]), values={"lead": "The neighbour sells"})
    await leads.rest()
    notes = [each["Notes"] for each in made(leads)]
    assert [each.splitlines()[0] for each in notes] == [TOLD, "The neighbour sells"]
    assert leads.job()["Status"] == "Completed"
    await leads.assert_quiet()


async def test_a_delivery_that_is_waived_makes_no_lead(leads: Story) -> None:
    """Where the job was cancelled and the office sides with AgentOS, nothing goes there."""
    note(leads)
    await put_job(leads, "cancelled")
    await leads.office.run()
    assert made(leads) == []
    (item,) = leads.office.inbox()
    leads.office.answer(item, "agentos")
    await leads.rest()
    assert (made(leads), is_acknowledged(leads)) == ([], True)


async def test_leads_that_are_switched_off_are_not_made(story: Story) -> None:
    """The field is any field then."""
    story.close(values={"lead": TOLD})
    await story.rest()
    assert made(story) == []


async def test_plan_says_that_a_lead_will_be_made(leads: Story) -> None:
    """With its source and its calls; and nothing is sent."""
    note(leads)
    plan = await leads.office.plan()
    (lead,) = [each for each in plan.intents if each.kind is IntentKind.CREATE_LEAD]
    assert {name: change.new for name, change in lead.changes.items()} == {
        "lead": "Landlord",
        "source": "Contractor referral",
        "doc_no": leads.visit()["docNo"],
    }
    assert leads.office.effects() == []
    before = {vendor: len(leads.office.sent(vendor)) for vendor in ("agentos", "letsjobit")}
    report = await leads.office.run()
    for side, planned in plan.calls.items():
        assert report.requests[side] == before[side.value] + planned


async def test_the_sources_are_read_once(leads: Story) -> None:
    """The next lead finds them in the directory."""
    for title in (TAP, DOOR):
        note(leads, title=title)
        await leads.rest()
    asked = [each for each in leads.office.sent("agentos") if "sourceTypes" in each.path]
    assert (len(made(leads)), len(asked)) == (2, 1)


async def test_what_is_noted_stands_on_no_job_sheet(leads: Story) -> None:
    """The job sheet goes to people whom somebody else's plans do not concern."""
    note(leads)
    await leads.rest()
    (sheet,) = [each for each in leads.documents() if kind_of(each) == "job-sheet"]
    said = text_of(leads.content(sheet))
    assert "Ada Example" in said
    assert "Mrs Example" not in said


async def test_a_lead_that_is_refused_is_asked_about(leads: Story) -> None:
    """The rest is delivered; the visit waits for a person, who has it tried again or left out."""
    note(leads)
    body = f'{{"Message": "Notes are too rude: {TOLD}"}}'
    leads.office.fault("status", path="/leads/create", status=400, body=body, times=2)
    await leads.office.run()
    (item,) = leads.office.inbox()
    assert item.question.kind is InboxKind.REFUSED
    assert "A lead (lead Landlord, source Contractor referral" in item.question.summary
    assert "Mrs Example" not in item.question.summary
    assert (is_acknowledged(leads), len(leads.invoices())) == (False, 1)
    leads.office.answer(item, "retry")
    await leads.office.run()
    (item,) = leads.office.inbox()
    leads.office.answer(item, "retry")
    await leads.rest()
    assert (len(made(leads)), is_acknowledged(leads)) == (1, True)


async def test_a_refused_lead_may_be_left_out(leads: Story) -> None:
    """Waived by a person it holds nothing up, and is not tried again."""
    note(leads)
    leads.office.fault("status", path="/leads/create", status=400)
    await leads.office.run()
    (item,) = leads.office.inbox()
    leads.office.answer(item, "leave")
    await leads.rest()
    assert (made(leads), is_acknowledged(leads)) == ([], True)
    await leads.assert_quiet()
