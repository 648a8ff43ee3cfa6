"""When a job is not ours to do any more: its visit is hidden, never one under way, never a
stranger's; and what comes back is the same visit."""

import pytest

from syncd.cycle.report import Outcome
from syncd.model import IntentKind
from tests.cycle.office import ANOTHER_DRIVER, OURS, Office, connection_of

TAP = "Leak under kitchen sink"
CHANGES = {
    "cancelled": {"Status": "Cancelled"},
    "reassigned": {"ContractorID": "co-0011-2086"},
    "without a contractor": {"ContractorID": None},
}


def deleting(document: dict[str, object]) -> None:
    """The setting by which visits are deleted instead of hidden."""
    connection_of(document)["visit"] = {"withdraw": "delete"}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_job_that_is_not_ours_any_more_hides_its_open_visit(
    office: Office, change: str
) -> None:
    """One PUT that says nothing but inMobileApp 0; the next cycle is quiet."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, **CHANGES[change])
    office.mark()
    report = await office.run()
    assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.WITHDRAW_VISIT: 1})
    (effect,) = office.effects()
    assert (effect.kind, effect.body) == ("visit_hidden", {"inMobileApp": 0})
    assert effect.subject == office.visit_of(job)["_id"]
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_a_job_is_gone_only_when_two_complete_sweeps_missed_it_and_a_look_finds_nothing(
    office: Office,
) -> None:
    """The first cycle without the job does nothing and asks nothing; the second looks once, and
    hides; from then on nobody looks for that job any more."""
    await office.run()
    job = office.job_titled(TAP)
    visit = office.visit_of(job)
    office.delete("jobs", job)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), len(office.sent("agentos"))) == ([], 2)
    await office.run()
    assert [each.kind for each in office.effects()] == ["visit_hidden"]
    assert office.visits()[visit["docNo"]]["inMobileApp"] is False
    office.mark()
    for _ in range(4):
        assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []
    assert len(office.sent("agentos")) == 4 * 2, "one request per branch and nothing else"


async def test_a_job_that_a_list_missed_twice_but_a_look_finds_is_still_there(
    office: Office,
) -> None:
    """Absence from lists is no proof."""
    await office.run()
    job = office.job_titled(TAP)
    branch = f"/jobs/{job['BranchOID']}/"
    office.mark()
    kept = [each for each in office.jobs().values() if each["BranchOID"] == job["BranchOID"]]
    assert len(kept) > 1
    office.delete("jobs", job)
    await office.run()
    office.add("jobs", **job)
    office.fault("duplicate", path=branch, times=None, record=kept[-1]["OID"])
    await office.run()
    assert office.effects() == []
    assert office.visit_of(job)["inMobileApp"] is True


async def test_a_job_that_comes_back_shows_the_same_visit_again(office: Office) -> None:
    """Hidden and wanted again: the visit with its date, driver and id, brought up to date."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_visit(office.visit_of(job), date="2026-03-20", driverId=ANOTHER_DRIVER)
    await office.run()
    before = office.visit_of(job)
    office.edit_job(job, Status="Cancelled")
    await office.run()
    assert office.visit_of(job)["inMobileApp"] is False
    office.edit_job(job, Status="Reported", Priority="Low")
    office.mark()
    report = await office.run()
    assert report.applied == {IntentKind.UPDATE_VISIT: 1}
    (effect,) = office.effects()
    assert effect.kind == "visit_shown"
    after = office.visit_of(job)
    assert after["inMobileApp"] is True
    assert {name: after[name] for name in ("_id", "id", "date", "driverId")} == {
        name: before[name] for name in ("_id", "id", "date", "driverId")
    }
    assert str(after["priority"]) == "8"
    office.mark()
    await office.run()
    assert office.effects() == []


async def test_a_job_that_was_gone_and_is_there_again_shows_its_visit(office: Office) -> None:
    """A deleted job that the agency restores is wanted as before."""
    await office.run()
    job = office.job_titled(TAP)
    office.delete("jobs", job)
    for _ in range(3):
        await office.run()
    assert office.visit_of(job)["inMobileApp"] is False
    office.add("jobs", **job)
    assert (await office.run()).outcome is Outcome.OK
    assert office.visit_of(job)["inMobileApp"] is True


@pytest.mark.parametrize("change", CHANGES)
async def test_a_visit_in_progress_is_left_alone_and_somebody_is_asked(
    office: Office, change: str
) -> None:
    """The engineer is there: a conflict in the inbox and no write, however often it is looked at;
    when the job is ours again the question goes away by itself."""
    await office.run()
    job = office.job_titled(TAP)
    office.act(office.visit_of(job), "start")
    office.edit_job(job, **CHANGES[change])
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.ATTENTION
    assert office.effects() == []
    (item,) = office.inbox()
    assert (item.question.kind, item.question.job_id) == ("conflict", job["OID"])
    office.edit_job(job, Status=job["Status"], ContractorID=OURS)
    assert (await office.run()).outcome is Outcome.OK
    # The visit is left alone still; the job is told that it is under way.
    assert [each.kind for each in office.effects()] == ["job_updated"]
    assert office.inbox() == []


async def test_a_job_completed_over_an_open_visit_hides_it_and_asks(office: Office) -> None:
    """Somebody else did the work: the visit is hidden, and a conflict says so; `letsjobit` brings
    it back."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Status="Completed")
    office.mark()
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert [each.kind for each in office.effects()] == ["visit_hidden"]
    assert (await office.run()).outcome is Outcome.ATTENTION
    (item,) = office.inbox("conflict")
    office.answer(item, "letsjobit")
    assert (await office.run()).outcome is Outcome.OK
    assert office.visit_of(job)["inMobileApp"] is True
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_a_job_completed_by_our_invoice_is_no_conflict(office: Office) -> None:
    """Authorising an invoice completes the job: an invoice with our number there, and all is well
    and nothing is written."""
    await office.run()
    job = office.job_titled(TAP)
    invoice = {"OID": "in-1", "Number": job["GlobalReference"], "Amount": 120, "Status": "Paid"}
    office.edit_job(job, Status="Completed", Invoices=[invoice])
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_what_the_dispatcher_hid_is_not_shown_again(office: Office) -> None:
    """Only what we withdrew comes back by itself."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_visit(office.visit_of(job), inMobileApp=False)
    office.mark()
    for status in ("Cancelled", "Reported", "Reported"):
        office.edit_job(job, Status=status)
        assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []
    assert office.visit_of(job)["inMobileApp"] is False


async def test_a_skipped_visit_is_hidden_too(office: Office) -> None:
    """Nobody goes there again for a cancelled job."""
    await office.run()
    job = office.job_titled(TAP)
    office.act(office.visit_of(job), "skip", reason="2")
    office.edit_job(job, Status="Cancelled")
    await office.run()
    assert office.visit_of(job)["inMobileApp"] is False


async def test_with_delete_the_visit_is_removed_and_a_wanted_job_gets_another(
    office: Office,
) -> None:
    """`withdraw = "delete"`: the visit is deleted once, nobody asks about it, and when the job is
    wanted again a new visit is made with the next identity."""
    async with office.configured(deleting) as strict:
        await strict.run()
        job = strict.job_titled(TAP)
        first = strict.visit_of(job)
        strict.edit_job(job, Status="Cancelled")
        strict.mark()
        report = await strict.run()
        assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.WITHDRAW_VISIT: 1})
        assert [each.kind for each in strict.effects()] == ["visit_deleted"]
        strict.mark()
        for _ in range(2):
            report = await strict.run()
            assert (report.outcome, dict(report.requests)["letsjobit"]) == (Outcome.OK, 2)
        assert strict.effects() == []
        strict.edit_job(job, Status="Reported")
        report = await strict.run()
        assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.CREATE_VISIT: 1})
        assert strict.visit_of(job)["id"] != first["id"]


async def test_with_delete_a_visit_in_progress_is_left_alone(office: Office) -> None:
    """No setting makes syncd take a visit away from under an engineer's hands."""
    async with office.configured(deleting) as strict:
        await strict.run()
        job = strict.job_titled(TAP)
        strict.act(strict.visit_of(job), "start")
        strict.edit_job(job, Status="Cancelled")
        strict.mark()
        assert (await strict.run()).outcome is Outcome.ATTENTION
        assert strict.effects() == []


@pytest.mark.parametrize("withdraw", ["hide", "delete"])
async def test_a_visit_that_people_made_is_not_withdrawn_unasked(
    office: Office, withdraw: str
) -> None:
    """A visit that only carries the job's number is not provably ours: a cancelled job asks, and
    on a person's word it is hidden, never deleted."""

    def settings(document: dict[str, object]) -> None:
        connection_of(document)["visit"] = {"withdraw": withdraw}

    async with office.configured(settings) as careful:
        job = careful.job_titled(TAP)
        careful.add(
            "visits",
            docNo=job["GlobalReference"],
            customer="Somebody",
            address="1 Road",
            city="Aberdeen",
            date="2026-03-04",
            driverId=ANOTHER_DRIVER,
        )
        await careful.run()
        assert len(careful.ours()) == 8
        for item in careful.inbox("conflict"):
            careful.answer(item, "leave")
        await careful.run()
        careful.edit_job(job, Status="Cancelled")
        careful.mark()
        assert (await careful.run()).outcome is Outcome.ATTENTION
        assert careful.effects() == []
        (item,) = careful.inbox("conflict")
        careful.answer(item, "agentos")
        assert (await careful.run()).outcome is Outcome.OK
        assert [each.kind for each in careful.effects()] == ["visit_hidden"]
        careful.mark()
        assert (await careful.run()).outcome is Outcome.OK
        assert careful.effects() == []


async def test_a_visit_deleted_in_letsjobit_is_asked_about_and_made_again_on_request(
    office: Office,
) -> None:
    """No visit is made again by itself; `recreate` makes the next one, with another id."""
    await office.run()
    job = office.job_titled(TAP)
    first = office.visit_of(job)
    office.delete("visits", first)
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.ATTENTION
    assert office.effects() == []
    (item,) = office.inbox()
    assert (item.question.kind, item.question.choices) == ("visit_deleted", ("recreate", "leave"))
    office.answer(item, "recreate")
    report = await office.run()
    assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.CREATE_VISIT: 1})
    second = office.visit_of(job)
    assert second["id"] != first["id"]
    assert office.link_of(job).occurrence == 2
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox()) == ([], [])
    async with office.configured(store="") as again:
        assert (await again.run()).outcome is Outcome.OK
        assert again.effects() == []


async def test_a_deleted_visit_may_be_left_deleted(office: Office) -> None:
    """`leave` is remembered: nothing is made, and nobody is asked again."""
    await office.run()
    job = office.job_titled(TAP)
    office.delete("visits", office.visit_of(job))
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "leave")
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox()) == ([], [])
