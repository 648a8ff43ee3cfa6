"""What people are told of leads: `show`, `why`, `check --online`; and who may send them."""

from typing import Any

import pytest
from sqlalchemy import text

from syncd.app import channel_problem
from syncd.apply.hands import Results
from syncd.checking.findings import Severity
from syncd.checking.online import check_online
from syncd.cycle import running
from syncd.model import Side
from syncd.store.database import Session
from syncd.telling.deliveries import delivery_documents, in_words
from syncd.telling.why import why_documents
from tests.closures.story import Story
from tests.leads.noted import ENOUGH, from_source, made, note, open_tiers, switch_on
from tests.settings.made import connection, document, load


async def test_show_and_why_tell_the_lead(leads: Story) -> None:
    """Its kind, its source, its OID and by what it counts as delivered; not what was noted."""
    note(leads)
    await leads.rest()
    office, (lead,) = leads.office, made(leads)
    (delivery,) = office.app.database.read_now(delivery_documents, office.link_of(leads.job()))
    part: Any = delivery["parts"]
    assert part["lead"]["proof"] == "answered"
    told = f"Landlord, from Contractor referral, OID {lead['OID']}"
    assert in_words({**part["lead"], "oid": lead["OID"]}) in (told, f"OID {lead['OID']}, {told}")
    number = leads.visit()["docNo"]
    (story,) = office.app.database.read_now(why_documents, office.app.settings, number, "lead")
    field: Any = story["fields"]
    (change,) = field["lead"]["changes"]
    assert (change["event"], change["to"]["oid"]) == ("create_lead", lead["OID"])
    assert "Mrs Example" not in repr((delivery, story))


async def test_check_online_finds_the_source(leads: Story) -> None:
    """With one request more."""
    checked = await check_online(leads.office.app)
    (found,) = [each for each in checked.findings if "leads" in each.message]
    assert found.severity is Severity.NOTE
    async with leads.configured(lambda document: _switch_off(document)) as without:
        cheaper = await check_online(without.office.app)
    assert checked.requests[Side.AGENTOS] == cheaper.requests[Side.AGENTOS] + 1


def _switch_off(document: dict[str, Any]) -> None:
    document["connections"][0]["leads"] = {"enabled": False}


async def test_check_online_names_an_unknown_source(story: Story) -> None:
    """By its path, with those that there are."""
    async with story.configured(from_source("Fax")) as here:
        checked = await check_online(here.office.app)
    (found,) = [each for each in checked.findings if each.code == "unknown_source"]
    assert found.path == "connections[northgate].leads.source"
    assert "Contractor referral" in found.cure


async def test_check_online_names_a_tier_that_is_not_enabled(story: Story) -> None:
    """As what it is: nothing of the key is wrong."""
    open_tiers(story, ENOUGH - {"propertymanagement"})
    async with story.configured(switch_on) as here:
        checked = await check_online(here.office.app)
    (found,) = [each for each in checked.findings if each.severity is Severity.INCOMPLETE]
    assert found.path == "connections[northgate].leads.enabled"
    assert "enable this tier" in found.cure


async def test_who_lost_the_lease_sends_no_lead(
    leads: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process has the connection by now: it is that one's lead."""
    note(leads)
    real = running.apply_outbox

    def taken(session: Session) -> None:
        session.execute(text("UPDATE leases SET epoch = epoch + 1"))

    async def too_late(*args: Any, **how: Any) -> Results:
        leads.office.app.database.run_now(taken)
        return await real(*args, **how)

    monkeypatch.setattr(running, "apply_outbox", too_late)
    report = await leads.office.run()
    assert [each.code for each in report.errors] == ["lease_lost"]
    assert made(leads) == []
    monkeypatch.undo()
    assert leads.office.effects() == []


def test_leads_are_refused_where_nothing_takes_them() -> None:
    """V3 alone delivers no closure; beside it, as beside the portal, the setting is named."""
    made_with = connection(
        agentos__channel="v3",
        agentos__branches=["8DB1-2991-2E39"],
        create_jobs__enabled=True,
        create_jobs__channel="v3",
        leads__enabled=True,
    )
    (only,) = load(document(made_with)).connections
    problem = channel_problem(only)
    assert problem is not None
    assert problem.path == "connections[northgate].leads.enabled"
    assert 'agentos.channel = "v3"' in problem.message
