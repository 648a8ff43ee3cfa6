"""Changing visits: look, write, look again; whatever becomes of the answers."""

from typing import Any

import pytest

from syncd.apply import ending
from syncd.cycle.report import Outcome
from tests.apply.test_creations import LOST, Killed
from tests.cycle.office import Office, Record, connection_of

TAP = "Leak under kitchen sink"
PUT = {"vendor": "letsjobit", "method": "PUT", "path": "/visits/"}
LIE = {"kind": "status", "status": 200, "body": '{"meta":{"updatedRecords":1},"data":null}'}
WORDS = "Other words altogether."


def put_faults() -> dict[str, dict[str, Any]]:
    """The faults of a POST, with the answers of a PUT."""
    return {**{name: rule for name, rule in LOST.items() if name != "a lie"}, "a lie": LIE}


@pytest.mark.parametrize("fault", put_faults())
@pytest.mark.parametrize("change", ["update", "withdraw"])
async def test_whatever_becomes_of_the_answer_the_visit_ends_in_step(
    office: Office, change: str, fault: str
) -> None:
    """The PUT is broken three times; the next cycle ends in agreement, and then all is quiet."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(
        job, **({"Description": WORDS} if change == "update" else {"Status": "Cancelled"})
    )
    office.mark()
    office.fault(times=3, **PUT, **put_faults()[fault])
    await office.run()
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    visit = office.visit_of(job)
    assert (WORDS in visit["obs"]) == (change == "update")
    assert visit["inMobileApp"] is (change == "update")
    kinds = [each.kind for each in office.effects() if each.kind != "visit_unchanged"]
    assert kinds == ["visit_updated" if change == "update" else "visit_hidden"]
    assert (office.inbox(), office.outbox()) == ([], [])
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_a_refused_change_stops_only_itself(office: Office) -> None:
    """One visit that LetsJobIt declines to change is asked about; the other is changed."""
    await office.run()
    jobs = office.jobs()
    for title in (TAP, "Front door sticking"):
        office.edit_job(jobs[title], Description=WORDS)
    key = office.visit_of(jobs[TAP])["_id"]
    office.fault("status", status=400, method="PUT", path=f"/visits/{key}", times=None)
    office.mark()
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert WORDS in office.visit_of(jobs["Front door sticking"])["obs"]
    (item,) = office.inbox()
    assert item.question.kind == "refused"
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert len(office.sent("letsjobit", "PUT")) == 2
    office.heal()
    office.answer(item, "retry")
    assert (await office.run()).outcome is Outcome.OK
    assert WORDS in office.visit_of(jobs[TAP])["obs"]
    assert (office.inbox(), office.outbox()) == ([], [])


async def test_killed_between_the_put_and_the_commit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is found, adopted, and not written again."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Description=WORDS)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ending, "confirm", die)
        with pytest.raises(Killed):
            await office.run()
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox(), office.outbox()) == ([], [], [])


async def test_a_visit_deleted_while_it_is_being_changed_is_asked_about(office: Office) -> None:
    """The write finds nothing: the same cycle plans anew and asks."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Description=WORDS)
    key = office.visit_of(job)["_id"]
    office.fault("shift", change="delete", method="GET", path=r"/visits\?", after=1, record=key)
    report = await office.run()
    assert report.outcome is Outcome.ATTENTION
    assert [each.question.kind for each in office.inbox()] == ["visit_deleted"]
    assert office.outbox() == []


async def test_an_engineer_who_starts_before_a_withdrawal_keeps_his_visit(office: Office) -> None:
    """Planned to be hidden, begun in the meantime: left alone, and a conflict."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Status="Cancelled")
    key = office.visit_of(job)["_id"]
    office.fault(
        "field", path=f"/visits/{key}", record=key, field="inProgress", change="extra", value=True
    )
    office.fault(
        "field",
        path=r"/visits\?",
        record=key,
        field="inProgress",
        change="extra",
        value=True,
        after=2,
        times=None,
    )
    office.mark()
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert office.effects() == []
    assert [each.question.kind for each in office.inbox()] == ["conflict"]


@pytest.mark.parametrize("fault", ["500 after", "reset after", "500 before", "garbage after"])
async def test_a_deletion_whose_answer_is_lost_happens_once(office: Office, fault: str) -> None:
    """With `withdraw = "delete"`: gone is gone, nobody is asked, and nothing is made instead. When
    the job is wanted again it gets its visit, at most after a question: whose deletion came through
    is not known."""

    def deleting(document: Record) -> None:
        connection_of(document)["visit"] = {"withdraw": "delete"}

    async with office.configured(deleting) as office:
        await office.run()
        job = office.job_titled(TAP)
        office.edit_job(job, Status="Cancelled")
        office.mark()
        office.fault(times=3, vendor="letsjobit", method="DELETE", path="/visits/", **LOST[fault])
        await office.run()
        office.heal()
        assert (await office.run()).outcome is Outcome.OK
        assert [each.kind for each in office.effects()] == ["visit_deleted"]
        assert (office.inbox(), office.outbox()) == ([], [])
        office.edit_job(job, Status="Reported")
        await office.run()
        for item in office.inbox("visit_deleted"):
            office.answer(item, "recreate")
        assert (await office.run()).outcome is Outcome.OK
        assert len(office.effects("visit_created")) == 1


async def test_an_outage_in_the_middle_keeps_the_rest(office: Office) -> None:
    """After the first change LetsJobIt is out of reach: one failure is reported, not five; all is
    done by the next cycle."""
    await office.run()
    for title in list(office.jobs()):
        office.edit_job(office.job_titled(title), Description=WORDS)
    office.mark()
    office.fault("status", status=503, vendor="letsjobit", method="PUT", after=1, times=None)
    report = await office.run()
    assert report.outcome is Outcome.INCOMPLETE
    assert (len(report.errors), report.outbox["pending"]) == (1, 7)
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_updated")) == 8
