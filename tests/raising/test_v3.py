"""Stories of visits that become jobs through V3 Maintenance, beside V4 and alone."""

from typing import Any

import pytest

from syncd.cycle.report import Outcome
from syncd.errors import SyncdError
from syncd.model import Lane
from syncd.telling.found import find_links
from syncd.translate.external_ids import external_id, is_external_id
from tests.cycle.office import OURS, Office, Record, connection_of
from tests.raising.faults_seen import NUMBER, TOLD, raised_jobs, see_fault
from tests.raising.legacy import CREATE, alone, beside_v4, created


async def test_the_job_is_created_recognised_taken_and_linked(beside: Office) -> None:
    """V3 takes the typed address; the sweep finds the job by its ExternalID though it is
    nobody's; it becomes our contractor's, and the visit gets our tag."""
    visit = see_fault(beside)
    for _ in range(2):
        assert (await beside.run()).outcome is Outcome.OK
    (body,) = created(beside)
    known = external_id("northgate", visit["_id"])
    assert body["ExternalID"] == known
    assert is_external_id(known)
    assert body["IssueNotes"] == f"{TOLD}\n[visit {NUMBER} {known}]"
    assert body["TenantPhonePrimary"] == "07700900123"
    assert "Documents" not in body
    (job,) = raised_jobs(beside)
    assert job["ContractorID"] == OURS
    link = beside.link_of(job)
    assert (link.visit_key, link.doc_no, link.is_ours) == (visit["_id"], NUMBER, False)
    assert "syncd:" in beside.visits()[NUMBER]["obs"]
    assert "[visit" not in beside.visits()[NUMBER]["obs"]
    beside.mark()
    for _ in range(2):
        assert (await beside.run()).outcome is Outcome.OK
    assert beside.effects() == []
    assert beside.inbox() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 500, "after_effect": True},
        {"kind": "timeout", "after_effect": False},
        {"kind": "timeout", "after_effect": True},
        {"kind": "garbage"},
    ],
    ids=str,
)
async def test_a_lost_answer_makes_exactly_one_job(either: Office, fault: dict[str, Any]) -> None:
    """It is sent again with the same ExternalID, which AgentOS takes once."""
    office = either
    see_fault(office)
    office.fault(**fault, **CREATE, times=1)
    for _ in range(3):
        await office.run()
    assert len(created(office)) == 1
    assert len(raised_jobs(office)) == 1
    assert office.outbox() == []
    assert office.inbox() == []


async def test_a_lost_store_makes_no_second_job(beside: Office) -> None:
    """The repeat is refused with "must be unique": that is the proof."""
    see_fault(beside)
    await beside.run()

    def change(document: Record) -> None:
        beside_v4(document)
        connection_of(document)["go_live"] = beside.clock().date()

    beside.edit_visit(beside.visits()[NUMBER], obs=TOLD)
    async with beside.configured(change, store="") as again:
        for _ in range(3):
            assert (await again.run()).outcome is Outcome.OK
        assert len(raised_jobs(again)) == 1
        assert again.link_of(raised_jobs(again)[0]).visit_key is not None


async def test_an_emergency_is_high_and_said(legacy: Office) -> None:
    """V3 knows no Emergency."""
    see_fault(legacy, priority=1)
    await legacy.run()
    (body,) = created(legacy)
    assert body["IssuePriority"] == "High"
    assert "emergency" in body["IssueNotes"]


async def test_a_phone_that_v3_would_refuse_is_asked_about_before_anything_is_sent(
    legacy: Office,
) -> None:
    """The dispatcher corrects it, and the question closes itself."""
    visit = see_fault(legacy, contactPhone="12")
    assert (await legacy.run()).outcome is Outcome.ATTENTION
    (item,) = legacy.inbox("refused")
    assert "phone number is too short" in item.question.summary
    assert legacy.sent("agentos") == []
    legacy.edit_visit(visit, contactPhone="07700 900124")
    assert (await legacy.run()).outcome is Outcome.OK
    assert len(created(legacy)) == 1
    assert legacy.inbox() == []


async def test_with_v3_alone_closures_are_acknowledged_once_their_job_is_there(
    legacy: Office,
) -> None:
    """Nothing is read from AgentOS, and nothing else goes back."""
    visit = see_fault(legacy)
    await legacy.run()
    assert legacy.visits()[NUMBER]["confirmClose"] is False
    legacy.act(visit, "close", values={})
    assert (await legacy.run()).outcome is Outcome.OK
    assert legacy.visits()[NUMBER]["confirmClose"] is True
    assert [each.kind for each in legacy.effects()] == ["job_created", "close_confirmed"]
    assert len(legacy.sent("agentos")) == 1
    legacy.mark()
    for _ in range(2):
        assert (await legacy.run()).outcome is Outcome.OK
    assert legacy.effects() == []


async def test_a_visit_that_is_closed_at_once_is_acknowledged_after_its_job(
    legacy: Office,
) -> None:
    """First the job, then the acknowledgement; other closures are left alone."""
    other = see_fault(legacy, docNo="X-1", docType="SERVICE")
    legacy.act(other, "close", values={})
    legacy.act(see_fault(legacy), "close", values={})
    assert (await legacy.run()).outcome is Outcome.OK
    assert [each.kind for each in legacy.effects()] == ["job_created", "close_confirmed"]
    assert legacy.visits()["X-1"]["confirmClose"] is False


async def test_files_are_sent_as_public_addresses_or_not_at_all(legacy: Office) -> None:
    """With a configured address AgentOS fetches them; without one the plan says that none go."""
    line = {"id": 1, "actionItem": True, "extraData": [{"name": "photo", "value": "gutter 1.jpg"}]}
    see_fault(legacy, lines=[line])
    plan = await legacy.plan()
    assert "document_base_url is empty" in str(plan.intents[0].changes["documents"].new)

    def change(document: Record) -> None:
        alone(document)
        created_jobs = connection_of(document)["create_jobs"]
        created_jobs["document_base_url"] = "https://files.example/visits"

    async with legacy.configured(change) as public:
        assert (await public.run()).outcome is Outcome.OK
        (body,) = created(public)
        url = "https://files.example/visits/gutter%201.jpg"
        assert body["Documents"] == [{"MimeType": "image/jpeg", "URL": url}]


async def test_files_that_stay_behind_are_told_once(
    legacy: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log and in the journal, when the first job goes without them; not for each visit, and
    not where they are sent."""
    line = {"id": 1, "actionItem": True, "extraData": [{"name": "photo", "value": "gutter 1.jpg"}]}

    def told() -> list[Any]:
        return [row for row in legacy.rows("journal") if "files_left_out" in row]

    see_fault(legacy)
    await legacy.run()
    assert (told(), caplog.messages) == ([], [])
    for number in ("NF-18", "NF-19"):
        see_fault(legacy, docNo=number, lines=[line])
        await legacy.run()
    assert len(created(legacy)) == 3
    (said,) = caplog.messages
    assert said.startswith("northgate: visit NF-18 has files")
    assert "create_jobs.document_base_url is empty" in said
    assert len(told()) == 1


async def test_plan_and_rebuild_work_with_v3_alone(legacy: Office) -> None:
    """`plan` counts one request; `rebuild` writes nothing."""
    see_fault(legacy)
    plan = await legacy.plan()
    assert [each.kind.value for each in plan.intents] == ["create_job"]
    assert plan.calls["agentos"] == 1
    assert (await legacy.rebuild()).outcome is Outcome.OK
    assert legacy.effects() == []


async def test_a_refused_acknowledgement_is_asked_about_and_stops_nothing(legacy: Office) -> None:
    """The question names the visit, for there is no job to name; `retry` sends it again."""
    visit = see_fault(legacy)
    await legacy.run()
    legacy.act(visit, "close", values={})
    refused = {"vendor": "letsjobit", "method": "PUT", "after_effect": False}
    legacy.fault("status", status=400, **refused, times=1)
    for _ in range(2):
        assert (await legacy.run()).outcome is Outcome.ATTENTION
    (item,) = legacy.inbox("refused")
    assert f"for visit {NUMBER} was refused" in item.question.summary
    legacy.answer(item, "retry")
    assert (await legacy.run()).outcome is Outcome.OK
    assert legacy.visits()[NUMBER]["confirmClose"] is True
    assert legacy.inbox() == []


async def test_a_job_that_the_agency_takes_away_is_not_taken_back(beside: Office) -> None:
    """It is live, and nobody's again: a person is asked about the visit, and nothing is sent."""
    see_fault(beside)
    for _ in range(2):
        await beside.run()
    (job,) = raised_jobs(beside)
    assert job["ContractorID"] == OURS
    beside.edit_job(job, ContractorID=None)
    beside.mark()
    for _ in range(2):
        await beside.run()
    assert beside.effects() == []
    assert len(beside.inbox("conflict")) == 1


async def test_a_job_that_was_taken_away_before_the_visit_got_its_tag_is_not_taken_back(
    beside: Office,
) -> None:
    """That it was given to us once is remembered, whatever the visit shows."""
    visit = see_fault(beside)
    for _ in range(2):
        await beside.run()
    beside.edit_visit(visit, obs=TOLD)
    beside.edit_job(raised_jobs(beside)[0], ContractorID=None)
    beside.mark()
    for _ in range(2):
        await beside.run()
    assert beside.effects("job_updated") == []


async def test_a_lost_store_takes_no_job_back_that_the_agency_took_away(beside: Office) -> None:
    """Our tag on the visit tells that the job was ours once."""
    see_fault(beside)
    for _ in range(2):
        await beside.run()
    beside.edit_job(raised_jobs(beside)[0], ContractorID=None)
    async with beside.configured(beside_v4, store="") as again:
        again.mark()
        for _ in range(3):
            await again.run()
        assert again.effects("job_updated") == []


@pytest.mark.parametrize("status", ["Cancelled", "Completed"])
async def test_a_job_that_is_over_before_it_was_taken_is_left_alone(
    beside: Office, status: str
) -> None:
    """The agency ended it between our creating and our seeing it."""
    see_fault(beside)
    await beside.run_lanes(Lane.VISITS)
    types = {e["Name"]: e["OID"] for e in beside.box.world.agency.status_types.records()}
    (job,) = raised_jobs(beside)
    beside.edit_job(job, StatusID=types[status])
    beside.mark()
    for _ in range(3):
        await beside.run()
    assert beside.effects("job_updated") == []


async def test_a_waived_job_is_not_said_to_be_created(legacy: Office) -> None:
    """AgentOS declined it, and a person does without: its visit is acknowledged for that reason."""
    visit = see_fault(legacy)
    legacy.fault("status", status=400, **CREATE, times=None, after_effect=False)
    await legacy.run()
    legacy.answer(legacy.inbox("refused")[0], "leave")
    await legacy.run()
    legacy.act(visit, "close", values={})
    (made,) = (await legacy.plan()).intents
    assert made.payload["why"] == {
        "confirmClose": "AgentOS declined its job, and a person does without"
    }


async def test_show_says_what_became_of_a_visit_that_nothing_is_shown_of(legacy: Office) -> None:
    """Its ExternalID is all that there is to look for."""
    visit = see_fault(legacy)
    await legacy.run()
    database, settings = legacy.app.database, legacy.app.settings
    with pytest.raises(SyncdError, match=external_id("northgate", visit["_id"])):
        database.read_now(find_links, settings, NUMBER)
