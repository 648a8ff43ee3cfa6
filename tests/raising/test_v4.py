"""Stories of visits that become jobs through V4 Maintenance."""

import pytest

from syncd.cycle.report import Outcome
from syncd.telling.sides import link_documents
from tests.cycle.office import OURS, Office, connection_of
from tests.raising.conftest import switch_on
from tests.raising.faults_seen import NUMBER, TOLD, a_property, raised_jobs, see_fault

CREATE = {"method": "POST", "path": "/job"}


async def test_a_visit_from_the_field_becomes_a_job_once_and_stays_the_jobs_visit(
    field: Office,
) -> None:
    """One job at the right property, our tag on the visit that is there, no second visit, and the
    runs after it write nothing."""
    visit = see_fault(field)
    report = await field.run()
    assert (report.outcome, report.errors) == (Outcome.OK, ())
    (job,) = raised_jobs(field)
    place = a_property(field)
    assert job["PropertyID"] == place["OID"]
    assert (job["ContractorID"], job["Status"], job["Priority"]) == (OURS, "Reported", "High")
    assert job["Title"] == "Gutter hangs loose"
    assert job["Description"] == f"{TOLD}\n[visit {NUMBER}]"
    assert [each.kind for each in field.effects()] == ["job_created", "visit_updated"]
    assert set(field.effects("visit_updated")[0].body) == {"obs"}
    link = field.link_of(job)
    assert (link.visit_key, link.doc_no, link.is_ours) == (visit["_id"], NUMBER, False)
    assert field.visits()[NUMBER]["obs"].startswith(f"{TOLD}\nsyncd:northgate:")
    field.mark()
    for _ in range(2):
        assert (await field.run()).outcome is Outcome.OK
    assert field.effects() == []
    assert field.inbox() == []


async def test_only_new_visits_of_the_wanted_kind_become_jobs(office: Office) -> None:
    """Visits from before it was switched on are one question; those of another kind, or
    acknowledged, are left alone."""
    await office.run()
    see_fault(office)
    office.clock.move(hours=1)
    async with office.configured(switch_on) as field:
        await field.run()
        field.answer(field.inbox("history")[0], "already-handled")
        see_fault(field, docNo="X-1", docType="SERVICE")
        see_fault(field, docNo="X-2", closed=True, confirmClose=True)
        field.mark()
        for _ in range(2):
            assert (await field.run()).outcome is Outcome.OK
        assert field.effects() == []


async def test_visits_since_go_live_become_jobs_too(office: Office) -> None:
    """`go_live` before the day on which it was switched on counts instead."""
    await office.run()
    see_fault(office)

    def change(document: dict[str, object]) -> None:
        switch_on(document)
        connection_of(document)["go_live"] = office.clock().date()

    office.clock.move(hours=1)
    async with office.configured(change) as field:
        assert (await field.run()).outcome is Outcome.OK
        assert len(raised_jobs(field)) == 1


async def test_its_closure_is_delivered_like_any(field: Office) -> None:
    """The engineer closes the visit: the job gets its papers and its status, the visit its
    acknowledgement."""
    visit = see_fault(field)
    await field.run()
    field.mark()
    field.act(visit, "close", values={})
    report = await field.run()
    (item,) = field.inbox("missing_amount")
    field.decide(item, "no-charge")
    report = await field.run()
    assert report.outcome is Outcome.OK
    (job,) = raised_jobs(field)
    assert job["Status"] == "Completed"
    assert field.visits()[NUMBER]["confirmClose"] is True


async def test_a_visit_that_is_closed_before_its_job_is_made_is_delivered_too(
    field: Office,
) -> None:
    """A quick repair: raised and closed between two runs."""
    field.act(see_fault(field), "close", values={})
    await field.run()
    (item,) = field.inbox("missing_amount")
    field.decide(item, "no-charge")
    assert (await field.run()).outcome is Outcome.OK
    assert raised_jobs(field)[0]["Status"] == "Completed"
    assert field.visits()[NUMBER]["confirmClose"] is True


async def test_what_the_agency_changes_goes_to_the_visit(field: Office) -> None:
    """The job's new words stand below what the engineer wrote; the tag stays."""
    visit = see_fault(field)
    await field.run()
    field.edit_job(raised_jobs(field)[0], Description=f"Use the ladder.\n[visit {NUMBER}]")
    await field.run()
    obs = field.visits()[NUMBER]["obs"]
    assert obs.startswith(TOLD)
    assert "Use the ladder." in obs
    assert "[visit" not in obs
    assert visit["docNo"] == NUMBER
    field.mark()
    await field.run()
    assert field.effects() == []


async def test_a_cancelled_job_never_hides_the_offices_own_visit(field: Office) -> None:
    """The visit was made by people: they are asked."""
    see_fault(field)
    await field.run()
    field.edit_job(raised_jobs(field)[0], Status="Cancelled")
    field.mark()
    await field.run()
    assert field.effects() == []
    assert len(field.inbox("conflict")) == 1


async def test_a_lost_store_finds_the_job_by_its_mark_and_makes_no_other(field: Office) -> None:
    """Also where our tag never reached the visit."""
    see_fault(field)
    await field.run()
    visit = field.visits()[NUMBER]
    field.edit_visit(visit, obs=TOLD)
    async with field.configured(store="") as again:
        again.mark()
        assert (await again.run()).outcome is Outcome.OK
        assert [each.kind for each in again.effects()] == ["visit_updated"]
        link = again.link_of(raised_jobs(again)[0])
        assert (link.visit_key, link.is_ours) == (visit["_id"], False)
    async with field.configured(store="") as again:
        again.mark()
        assert (await again.rebuild()).outcome is Outcome.OK
        assert (await again.run()).outcome is Outcome.OK
        assert again.effects() == []
        assert again.link_of(raised_jobs(again)[0]).is_ours is False


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 500, "after_effect": True},
        {"kind": "timeout", "after_effect": False},
        {"kind": "timeout", "after_effect": True},
        {"kind": "reset_after_effect"},
        {"kind": "garbage"},
    ],
    ids=str,
)
async def test_a_lost_answer_makes_exactly_one_job(field: Office, fault: dict[str, object]) -> None:
    """Where the mark was seen before, syncd finds out by itself."""
    see_fault(field)
    await field.run()
    assert len(raised_jobs(field)) == 1
    other = see_fault(field, docNo="NF-18")
    field.mark()
    field.fault(**fault, **CREATE, times=1)  # type: ignore[arg-type]
    for _ in range(3):
        await field.run()
        field.clock.move(minutes=3)
    assert len(field.effects("job_created")) == 1
    assert len(raised_jobs(field)) == 2
    assert field.outbox() == []
    assert field.inbox() == []
    assert "syncd:" in field.visits()[other["docNo"]]["obs"]


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_no_mark_was_ever_seen_a_person_says_what_became_of_it(
    field: Office, arrived: bool
) -> None:
    """The first job of all: it is found where it is, and asked about where it is not."""
    see_fault(field)
    field.fault("timeout", after_effect=arrived, **CREATE, times=1)
    await field.run()
    if not arrived:
        (item,) = field.inbox("in_doubt")
        assert item.question.choices == ("it-arrived", "send-again")
        assert len(raised_jobs(field)) == 0
        field.decide(item, "send-again")
        await field.run()
    assert len(field.effects("job_created")) == 1
    assert len(raised_jobs(field)) == 1
    assert field.inbox() == []
    assert field.outbox() == []


async def test_a_person_may_name_the_job_that_arrived(field: Office) -> None:
    """The agency rewrote the description, so nothing shows the mark: the OID links the two, and
    meanwhile the job gets no visit of its own."""
    visit = see_fault(field)
    field.fault("timeout", after_effect=True, **CREATE, times=1)
    field.fault("status", status=503, method="GET", path="/jobs", after=2, times=None)
    await field.run()
    field.heal()
    (job,) = raised_jobs(field)
    field.edit_job(job, Description="Rewritten.")
    await field.run()
    (item,) = field.inbox("in_doubt")
    field.decide(item, "it-arrived", job["OID"])
    assert (await field.run()).outcome is Outcome.OK
    assert len(field.effects("visit_created")) == 0
    link = field.link_of(job)
    assert (link.visit_key, link.is_ours) == (visit["_id"], False)
    assert "syncd:" in field.visits()[NUMBER]["obs"]


async def test_a_refused_job_waits_for_a_person(field: Office) -> None:
    """With the vendor's words; `retry` tries again, `leave` leaves the visit alone for good."""
    see_fault(field)
    field.fault("status", status=400, **CREATE, times=None)
    await field.run()
    (item,) = field.inbox("refused")
    assert f"for visit {NUMBER}" in item.question.summary
    field.heal()
    field.decide(item, "retry")
    assert (await field.run()).outcome is Outcome.OK
    assert len(raised_jobs(field)) == 1


async def test_a_refused_job_that_is_left_is_not_tried_again(field: Office) -> None:
    """A person's `leave` ends it."""
    see_fault(field)
    field.fault("status", status=400, **CREATE, times=None)
    await field.run()
    (item,) = field.inbox("refused")
    field.decide(item, "leave")
    field.heal()
    field.mark()
    for _ in range(2):
        assert (await field.run()).outcome is Outcome.OK
    assert field.sent("agentos", "POST") == []


async def test_a_plan_shows_the_job_and_sends_nothing(field: Office) -> None:
    """`plan` names the visit and counts the requests."""
    see_fault(field)
    plan = await field.plan()
    assert [each.kind.value for each in plan.intents] == ["create_job"]
    assert plan.calls["agentos"] == 2
    assert field.effects() == []


async def test_too_many_new_jobs_wait_for_approval(field: Office) -> None:
    """The guard on new visits counts new jobs as well."""

    def change(document: dict[str, object]) -> None:
        switch_on(document)
        document["guards"] = {"max_new_visits": 1}

    see_fault(field)
    see_fault(field, docNo="NF-18")
    async with field.configured(change) as careful:
        await careful.run()
        assert raised_jobs(careful) == []
        (item,) = careful.inbox("guard")
        assert "would create 2 jobs" in item.question.summary
        careful.decide(item, "approve")
        assert (await careful.run()).outcome is Outcome.OK
        assert len(raised_jobs(careful)) == 2


async def test_an_unknown_status_for_new_jobs_is_asked_about(field: Office) -> None:
    """No job is made with a status that the agency does not have."""

    def change(document: dict[str, object]) -> None:
        switch_on(document)
        connection_of(document)["create_jobs"]["status"] = "Nonsense"

    see_fault(field)
    async with field.configured(change) as wrong:
        await wrong.run()
        assert raised_jobs(wrong) == []
        assert len(wrong.inbox("unknown_status")) == 1


async def test_two_visits_with_one_number_become_two_jobs(field: Office) -> None:
    """The mark is then LetsJobIt's own key, so that neither is taken for the other."""
    keys = {see_fault(field)["_id"], see_fault(field)["_id"]}
    await field.run()
    jobs = raised_jobs(field)
    assert {each["Description"].splitlines()[-1] for each in jobs} == {
        f"[visit {key}]" for key in keys
    }
    assert {field.link_of(each).visit_key for each in jobs} == keys
    field.mark()
    assert (await field.run()).outcome is Outcome.OK
    assert field.effects() == []


async def test_a_visit_that_was_deleted_meanwhile_becomes_no_job(field: Office) -> None:
    """It waited for a person, and the dispatcher deleted it: the question closes itself."""
    visit = see_fault(field, address="somewhere else")
    await field.run()
    assert len(field.inbox("unmatched_visit")) == 1
    field.delete("visits", visit)
    assert (await field.run()).outcome is Outcome.OK
    assert raised_jobs(field) == []
    assert field.inbox() == []


async def test_the_story_is_the_same_on_either_database(either_office: Office) -> None:
    """On SQLite and on Postgres: one job, no second one after a lost answer, one question."""
    async with either_office.configured(switch_on) as field:
        await field.run()
        field.clock.move(hours=1)
        see_fault(field)
        await field.run()
        see_fault(field, docNo="NF-18")
        see_fault(field, docNo="NF-19", address="somewhere else")
        field.fault("timeout", after_effect=True, **CREATE, times=1)
        for _ in range(3):
            await field.run()
        assert len(raised_jobs(field)) == 2
        assert field.outbox() == []
        assert len(field.inbox()) == len(field.inbox("unmatched_visit")) == 1


async def test_show_has_what_went_back_of_it(field: Office) -> None:
    """The job that was made of a visit is no part of what its closure delivered."""
    visit = see_fault(field)
    await field.run()
    field.act(visit, "close", values={"invoice_total": "60.00"})
    await field.run()
    (told,) = field.app.database.read_now(link_documents, field.app.settings, NUMBER)
    assert "status" in str(told["deliveries"])
