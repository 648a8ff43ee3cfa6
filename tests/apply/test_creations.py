"""Making visits: whatever becomes of the answer, each job ends with one visit."""

from typing import Any

import pytest

from syncd.apply import ending
from syncd.cycle.report import Outcome
from syncd.model import IntentKind
from syncd.sandbox.control_records import Record
from tests.cycle.office import Office

TAP = "Leak under kitchen sink"
POST = {"vendor": "letsjobit", "method": "POST", "path": "/visits"}
LOST: dict[str, dict[str, Any]] = {
    "500 before": {"kind": "status", "status": 500},
    "500 after": {"kind": "status", "status": 500, "after_effect": True},
    "502 after": {"kind": "status", "status": 502, "after_effect": True},
    "reset before": {"kind": "reset_before_effect"},
    "reset after": {"kind": "reset_after_effect"},
    "cut after": {"kind": "cut"},
    "timeout after": {"kind": "timeout"},
    "timeout before": {"kind": "timeout", "after_effect": False},
    "garbage after": {"kind": "garbage"},
    "garbage before": {"kind": "garbage", "after_effect": False},
    "HTML after": {"kind": "html"},
    "empty after": {"kind": "empty"},
    "truncated after": {"kind": "truncated"},
    "another shape after": {"kind": "shape"},
    "a lie": {
        "kind": "status",
        "status": 200,
        "body": '{"meta":{"recordsInserted":8,"recordsUpdated":0,"errors":[]},"data":null}',
    },
    "429": {"kind": "status", "status": 429, "retry_after": "0"},
    "401": {"kind": "status", "status": 401},
    "403": {"kind": "status", "status": 403},
}


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("fault", LOST)
async def test_whatever_becomes_of_the_answer_the_next_cycle_ends_in_agreement(
    office: Office, fault: str
) -> None:
    """The POST is broken three times in a row; then all is well: eight visits, none twice, and no
    question that somebody must answer."""
    office.fault(times=3, **POST, **LOST[fault])
    first = await office.run()
    assert first.outcome in (Outcome.OK, Outcome.INCOMPLETE)
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    assert office.effects("visit_updated") == []
    assert len(office.ours()) == 8
    assert (office.inbox(), office.outbox()) == ([], [])
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


@pytest.mark.parametrize("fault", ["500 after", "reset after", "500 before"])
async def test_a_vendor_that_stays_broken_costs_nothing_but_time(
    office: Office, fault: str
) -> None:
    """Also when reading back fails: what is unsure waits in the outbox, and is read anew."""
    office.fault(times=None, **POST, **LOST[fault])
    for _ in range(2):
        report = await office.run()
        assert report.outcome is Outcome.INCOMPLETE or fault != "500 before"
    office.heal()
    await office.run()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    assert office.outbox() == []


async def test_a_lost_reading_back_is_made_up_for(office: Office) -> None:
    """The visits are there, but the lists fail afterwards: exit 4, and the next cycle adopts."""
    office.fault("status", path=r"/visits\?", status=500, after=1, times=None)
    assert (await office.run()).outcome is Outcome.INCOMPLETE
    assert len(office.effects("visit_created")) == 8
    assert len(office.outbox()) == 8
    office.heal()
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.outbox()) == ([], [])


async def test_killed_between_the_post_and_the_commit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies when the visits are made and nothing of it is written down: the next one
    pairs them, makes none, asks nothing; also what the dispatcher changed meanwhile stays."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ending, "confirm", die)
        with pytest.raises(Killed):
            await office.run()
    assert len(office.effects("visit_created")) == 8
    states = {each.state for each in office.outbox()}
    assert states == {"sending"}
    job = office.job_titled(TAP)
    office.edit_visit(office.visit_of(job), date="2026-03-20")
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox(), office.outbox()) == ([], [], [])
    assert office.visit_of(job)["date"] == "2026-03-20"
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


def refuse_visits_of(office: Office, job: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """LetsJobIt takes every visit but this job's, as it does with visits that break its rules."""
    from syncd.sandbox import letsjobit

    usual = letsjobit.visit_problems

    def strict(visit: Record, **rules: Any) -> list[str]:
        is_bad = visit.get("docNo") == job["GlobalReference"]
        return ["customer is on stop"] if is_bad else usual(visit, **rules)

    monkeypatch.setattr(letsjobit, "visit_problems", strict)


async def test_one_bad_visit_among_250_stops_only_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """249 visits are made; the one is asked about with the vendor's words, and not sent again
    until somebody says so."""
    office.bulk(jobs=242)
    bad = office.job_titled("Repair number 77")
    refuse_visits_of(office, bad, monkeypatch)
    report = await office.run()
    assert (report.outcome, report.applied) == (
        Outcome.ATTENTION,
        {IntentKind.CREATE_VISIT: 249},
    )
    assert len(office.effects("visit_created")) == 249
    assert len(office.sent("letsjobit", "POST")) <= 3 + 2 * 7
    (item,) = office.inbox()
    assert (item.question.kind, item.question.choices) == ("refused", ("retry", "leave"))
    assert "customer is on stop" in item.question.summary
    assert item.question.job_id == bad["OID"]
    office.mark()
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert office.sent("letsjobit", "POST") == []


async def test_a_refused_visit_is_sent_again_on_retry_and_never_after_leave(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`retry` once is one more try; `leave` is for good, on the next days too."""
    bad = office.job_titled(TAP)
    with monkeypatch.context() as patch:
        refuse_visits_of(office, bad, patch)
        await office.run()
        (item,) = office.inbox()
        office.answer(item, "retry")
        office.mark()
        assert (await office.run()).outcome is Outcome.ATTENTION
        assert len(office.sent("letsjobit", "POST")) == 1
        (again,) = office.inbox()
        assert again.item_id != item.item_id
        office.answer(again, "leave")
        office.mark()
        for _ in range(3):
            await office.run()
            office.clock.move(days=1)
        assert office.sent("letsjobit", "POST") == []
        assert office.inbox() == []
    office.edit_job(bad, Description="Other words, another visit.")
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.ours()) == 8


async def test_a_refused_visit_that_is_sent_again_with_success(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause is gone at the vendor: `retry` makes the visit, and nothing is left over."""
    with monkeypatch.context() as patch:
        refuse_visits_of(office, office.job_titled(TAP), patch)
        await office.run()
    office.answer(office.inbox()[0], "retry")
    report = await office.run()
    assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.CREATE_VISIT: 1})
    assert (office.inbox(), office.outbox(), len(office.ours())) == ([], [], 8)


async def test_a_refused_visit_of_a_job_that_is_cancelled_is_forgotten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its question goes away by itself."""
    bad = office.job_titled(TAP)
    refuse_visits_of(office, bad, monkeypatch)
    await office.run()
    office.edit_job(bad, Status="Cancelled")
    assert (await office.run()).outcome is Outcome.OK
    assert (office.inbox(), office.outbox()) == ([], [])


async def test_the_deadline_leaves_the_rest_for_the_next_run(office: Office) -> None:
    """No time left: exit 4, no write half done, all of it later."""
    report = await office.run(deadline=0.0)
    assert report.outcome is Outcome.INCOMPLETE
    assert {each.code for each in report.errors} == {"deadline"}
    assert office.effects() == []
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.ours()) == 8
