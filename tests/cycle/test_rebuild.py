"""The links of an empty store, from the two vendors alone."""

import pytest

from syncd.cycle.report import Outcome
from tests.cycle.office import ANOTHER_DRIVER, Office, Record

TAP = "Leak under kitchen sink"


def links_of(office: Office) -> set[tuple[object, ...]]:
    """What every link with a visit says, but for its row numbers."""
    found = [office.link_of(job) for job in office.jobs().values() if _has_link(office, job)]
    return {
        (each.job_id, each.visit_id, each.visit_key, each.doc_no, each.is_ours, each.is_withdrawn)
        for each in found
        if each.visit_key is not None
    }


def _has_link(office: Office, job: Record) -> bool:
    from syncd.store.links import find_link

    return bool(office.app.database.read_now(find_link, "northgate", job["OID"]))


async def busy_history(office: Office) -> None:
    """Everything that an account goes through, and both sides in agreement at the end."""
    office.bulk(jobs=6)
    await office.run()
    jobs = office.jobs()
    office.edit_visit(office.visit_of(jobs[TAP]), date="2026-03-20", driverId=ANOTHER_DRIVER)
    office.edit_job(jobs["Front door sticking"], Description="Other words.")
    office.edit_job(jobs["Slate off the roof"], Status="Cancelled")
    office.act(office.visit_of(jobs["Extractor fan noisy"]), "start")
    office.act(office.visit_of(jobs["Smoke alarm chirping"]), "skip", reason="2")
    free = {"invoice_total": "0.00"}
    office.act(office.visit_of(jobs["Broken window handle"]), "close", values=free)
    visit = office.visit_of(jobs["Washing machine will not drain"])
    office.act(visit, "close")
    office.edit_visit(visit, confirmClose=True)
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "leave")
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.OK


@pytest.mark.parametrize("way", ["rebuild", "run-once"])
async def test_an_empty_store_finds_every_link_and_writes_nothing(
    either_office: Office, way: str
) -> None:
    """`rebuild`, or `run-once` straight on the empty store: every link is back, no vendor write;
    the run after it writes nothing either."""
    office = either_office
    await busy_history(office)
    before = links_of(office)
    assert len(before) == 14
    async with office.configured(store="") as again:
        again.mark()
        report = await (again.rebuild() if way == "rebuild" else again.run())
        assert report.outcome is Outcome.OK
        assert links_of(again) == before
        assert again.effects() == []
        for _ in range(2):
            assert (await again.run()).outcome is Outcome.OK
        assert again.effects() == []
        assert again.outbox() == []


async def test_rebuild_sends_nothing_but_questions_to_the_vendors(office: Office) -> None:
    """Also where there is work to do: it waits for run-once."""
    office.mark()
    await office.rebuild()
    assert office.effects() == []
    assert {each.method for each in office.sent("letsjobit") + office.sent("agentos")} == {"GET"}
    assert office.outbox() == []
    report = await office.run()
    assert report.outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8


async def test_rebuild_keeps_what_waits_and_what_people_decided(office: Office) -> None:
    """On a store that is not empty nothing is forgotten: a refused visit stays refused."""
    office.edit("branches", office.job_titled(TAP)["BranchOID"], CompanyName="x")
    job = office.job_titled(TAP)
    office.fault("status", method="POST", path="/visits", status=400, times=None)
    await office.run()
    office.heal()
    dead = {each.intent.key for each in office.outbox()}
    assert len(dead) == 8
    await office.rebuild()
    assert {each.intent.key for each in office.outbox()} == dead
    assert len(office.inbox("refused")) == 8
    assert job["GlobalReference"] not in office.visits()


async def test_a_lost_store_asks_about_what_differs(office: Office) -> None:
    """Without a base nothing is overwritten: a different address is a conflict, and the person's
    word ends it."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_visit(office.visit_of(job), address="1 Elsewhere")
    async with office.configured(store="") as again:
        again.mark()
        assert (await again.rebuild()).outcome is Outcome.ATTENTION
        assert (await again.run()).outcome is Outcome.ATTENTION
        assert again.effects() == []
        (item,) = again.inbox("conflict")
        again.answer(item, "agentos")
        assert (await again.run()).outcome is Outcome.OK
        assert [list(each.body) for each in again.effects()] == [["address"]]


async def test_a_hidden_visit_of_ours_comes_back_after_the_store_was_lost(office: Office) -> None:
    """A visit with our mark that is hidden while its job is cancelled was hidden by us: when the
    job is wanted again, so is its visit."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Status="Cancelled")
    await office.run()
    async with office.configured(store="") as again:
        assert (await again.run()).outcome is Outcome.OK
        again.edit_job(job, Status="Reported")
        assert (await again.run()).outcome is Outcome.OK
        assert again.visit_of(job)["inMobileApp"] is True
