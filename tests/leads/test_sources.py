"""The agency's lead sources, and the tier that leads need: one question where one is missing."""

from collections.abc import AsyncIterator

import pytest

from syncd.cycle.report import Outcome
from syncd.model import InboxKind
from tests.closures.story import DOOR, TAP, Story
from tests.leads.noted import (
    ENOUGH,
    from_source,
    give_fields,
    is_acknowledged,
    made,
    note,
    open_tiers,
    sources,
    switch_on,
)

WASHING = "Washing machine will not drain"


@pytest.fixture
async def misnamed(story: Story) -> AsyncIterator[Story]:
    """An office whose settings name a source that the agency does not have."""
    give_fields(story)
    async with story.configured(from_source("Word of mouth")) as wrong:
        await wrong.office.run()
        yield wrong


async def test_an_unknown_source_is_one_question_with_the_names_that_exist(
    misnamed: Story,
) -> None:
    """Everything else is delivered meanwhile; the visits wait for their leads."""
    for title in (TAP, DOOR):
        note(misnamed, title=title)
    report = await misnamed.office.run()
    assert report.outcome is Outcome.ATTENTION
    (item,) = misnamed.office.inbox()
    assert item.question.kind is InboxKind.UNKNOWN_STATUS
    assert "no lead source 'Word of mouth'" in item.question.summary
    assert item.question.choices == (*sorted(sources(misnamed)), "retry", "leave")
    for title in (TAP, DOOR):
        assert len(misnamed.invoices(title)) == 1
        assert not is_acknowledged(misnamed, title)
    misnamed.office.mark()
    assert (await misnamed.office.run()).outcome is Outcome.ATTENTION
    assert misnamed.office.effects() == []


async def test_the_source_that_a_person_chose_holds_for_all_leads(misnamed: Story) -> None:
    """Those that wait are made, and the next one is not asked about."""
    note(misnamed)
    await misnamed.office.run()
    misnamed.office.answer(misnamed.office.inbox()[0], "Website")
    await misnamed.rest()
    assert is_acknowledged(misnamed)
    await misnamed.rest()
    note(misnamed, title=DOOR)
    await misnamed.rest()
    chosen = [each["LeadSourceID"] for each in made(misnamed)]
    assert chosen == [sources(misnamed)["Website"]] * 2


async def test_a_corrected_setting_holds_at_once(misnamed: Story) -> None:
    """The question closes itself, whatever was answered."""
    note(misnamed)
    await misnamed.office.run()
    misnamed.office.answer(misnamed.office.inbox()[0], "Website")
    async with misnamed.configured(from_source("walk-in")) as right:
        await right.rest()
        assert [e["LeadSourceID"] for e in made(right)] == [sources(right)["Walk-in"]]
        await right.assert_quiet()


async def test_a_source_that_the_agency_added_is_found_on_retry(misnamed: Story) -> None:
    """The list is read again when a person says so; without it the same is asked anew."""
    note(misnamed)
    await misnamed.office.run()
    misnamed.office.answer(misnamed.office.inbox()[0], "retry")
    await misnamed.office.run()
    (item,) = misnamed.office.inbox()
    with misnamed.office.box.world.lock:
        shelf = misnamed.office.box.world.agency.lead_sources
        shelf.put({"OID": "lead-source-new", "Name": "Word of mouth"})
    misnamed.office.answer(item, "retry")
    await misnamed.rest()
    assert [each["LeadSourceID"] for each in made(misnamed)] == ["lead-source-new"]
    await misnamed.assert_quiet()


async def test_leads_may_be_left_out(misnamed: Story) -> None:
    """The visits are acknowledged without theirs, and so is the next one."""
    note(misnamed)
    await misnamed.office.run()
    misnamed.office.answer(misnamed.office.inbox()[0], "leave")
    await misnamed.rest()
    note(misnamed, title=DOOR)
    await misnamed.rest()
    assert made(misnamed) == []
    assert is_acknowledged(misnamed, TAP)
    assert is_acknowledged(misnamed, DOOR)


async def test_a_source_may_be_named_by_its_oid(story: Story) -> None:
    """As every name of the agency."""
    give_fields(story)
    async with story.configured(from_source(sources(story)["Website"])) as here:
        note(here)
        await here.rest()
        assert [each["LeadSourceID"] for each in made(here)] == [sources(here)["Website"]]


async def test_a_key_without_the_tier_is_one_question(story: Story) -> None:
    """Everything else goes on; when the agency has enabled it, `retry` makes the leads."""
    give_fields(story)
    open_tiers(story, ENOUGH - {"propertymanagement"})
    async with story.configured(switch_on) as here:
        for title in (TAP, DOOR, WASHING):
            note(here, title=title)
        assert (await here.office.run()).outcome is Outcome.ATTENTION
        (item,) = here.office.inbox()
        assert item.question.kind is InboxKind.REFUSED
        assert "enable V4 Property Management" in item.question.summary
        assert len(here.invoices(DOOR)) == 1
        here.office.mark()
        assert (await here.office.run()).outcome is Outcome.ATTENTION
        assert not any("propertymanagement" in e.path for e in here.office.sent("agentos"))
        open_tiers(here, ENOUGH)
        here.office.answer(here.office.inbox()[0], "retry")
        await here.rest()
        assert len(made(here)) == 3
        await here.assert_quiet()


async def test_a_tier_that_is_taken_away_is_asked_about(leads: Story) -> None:
    """The source is known, the lead is refused: the visit waits for a person's `retry`."""
    note(leads)
    await leads.rest()
    open_tiers(leads, ENOUGH - {"propertymanagement"})
    note(leads, title=DOOR)
    assert (await leads.office.run()).outcome is Outcome.ATTENTION
    (item,) = leads.office.inbox()
    assert item.question.kind is InboxKind.REFUSED
    open_tiers(leads, ENOUGH)
    leads.office.answer(item, "retry")
    await leads.rest()
    assert (len(made(leads)), is_acknowledged(leads, DOOR)) == (2, True)


async def test_a_source_that_is_gone_is_replaced(leads: Story) -> None:
    """AgentOS refuses its OID; on `retry` the list is read again and the new one is used."""
    note(leads)
    await leads.rest()
    with leads.office.box.world.lock:
        shelf = leads.office.box.world.agency.lead_sources
        old = sources(leads)["Contractor referral"]
        shelf.remove(old)
        shelf.put({"OID": "lead-source-new", "Name": "Contractor referral"})
    note(leads, title=DOOR)
    await leads.office.run()
    (item,) = leads.office.inbox()
    assert "LeadSourceID does not exist" in item.question.summary
    leads.office.answer(item, "retry")
    await leads.rest()
    assert [each["LeadSourceID"] for each in made(leads)] == [old, "lead-source-new"]


@pytest.mark.parametrize("status", [403, 503])
async def test_sources_that_cannot_be_read_now_are_read_later(leads: Story, status: int) -> None:
    """Nothing is asked and nothing is lost: the next run makes the lead."""
    note(leads)
    leads.office.fault("status", path="sourceTypes", status=status, times=20)
    assert (await leads.office.run()).outcome is Outcome.INCOMPLETE
    assert leads.office.inbox() == []
    leads.office.heal()
    await leads.rest()
    assert (len(made(leads)), is_acknowledged(leads)) == (1, True)
