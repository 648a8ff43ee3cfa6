"""A list that is not read whole: nothing is written from half of it, nothing is withdrawn, exit 4;
and when the vendor is well again the next cycle goes on as if nothing had been."""

from typing import Any

import pytest

from syncd.cycle.report import Outcome
from tests.cycle.office import Office, Record, connection_of

TAP = "Leak under kitchen sink"
JOBS = r"/jobs/[^/]+/\d+/\d+"
VISITS = r"/visits\?"
BROKEN: dict[str, dict[str, Any]] = {
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "retry_after": "0"},
    "401": {"kind": "status", "status": 401},
    "403": {"kind": "status", "status": 403},
    "404": {"kind": "status", "status": 404},
    "400": {"kind": "status", "status": 400},
    "redirect": {"kind": "status", "status": 302},
    "HTML": {"kind": "html"},
    "truncated": {"kind": "truncated"},
    "garbage": {"kind": "garbage"},
    "empty": {"kind": "empty"},
    "another shape": {"kind": "shape"},
    "null total": {"kind": "total", "value": None},
    "total in words": {"kind": "total", "value": "many"},
    "negative total": {"kind": "total", "value": -1},
    "reset": {"kind": "reset_before_effect"},
    "cut": {"kind": "cut"},
}


async def change_much(office: Office) -> None:
    """Reasons for a creation, a withdrawal and an update, seen by nobody yet."""
    await office.run()
    jobs = office.jobs()
    office.edit_job(jobs[TAP], Status="Cancelled")
    office.edit_job(jobs["Front door sticking"], Description="Other words.")
    office.bulk(jobs=3)
    office.mark()


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_list_that_cannot_be_read_stops_its_cycle(office: Office, fault: str) -> None:
    """The last page of jobs, or the second list of visits, is broken, again and again."""
    await change_much(office)
    for path in (JOBS, VISITS, JOBS):
        office.fault(path=path, after=1, times=None, **BROKEN[fault])
        report = await office.run()
        assert report.outcome is Outcome.INCOMPLETE
        side = "agentos" if path == JOBS else "letsjobit"
        assert {each.code.startswith(side) and bool(each.message) for each in report.errors} == {
            True
        }
        assert office.effects() == []
        office.heal()
    assert (await office.run()).outcome is Outcome.OK
    kinds = sorted(each.kind for each in office.effects())
    assert kinds == [*["visit_created"] * 3, "visit_hidden", "visit_updated"]


@pytest.mark.parametrize("fault", ["500", "HTML", "null total", "401"])
async def test_a_first_cycle_that_reads_half_makes_nothing(office: Office, fault: str) -> None:
    """Without the visits that are there a job must not get one."""
    office.fault(path=VISITS, times=None, **BROKEN[fault])
    assert (await office.run()).outcome is Outcome.INCOMPLETE
    assert office.effects() == []
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8


@pytest.mark.parametrize("path", ["/branches/", "/statusTypes/", "/properties/", "/tenancyState/"])
async def test_reference_lists_that_fail_stop_a_first_cycle_and_no_later_one(
    office: Office, path: str
) -> None:
    """What is cached is used; the failure is reported all the same."""
    office.fault(path=path, times=None, **BROKEN["500"])
    assert (await office.run()).outcome is Outcome.INCOMPLETE
    assert office.effects() == []
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    office.clock.move(hours=13)
    office.edit_job(office.job_titled(TAP), Description="Other words.")
    office.fault(path=path, times=None, **BROKEN["500"])
    office.mark()
    assert (await office.run()).outcome is Outcome.INCOMPLETE
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    office.heal()
    assert (await office.run()).outcome is Outcome.OK


@pytest.mark.parametrize("total", [0, 1, 7, 13, 500])
@pytest.mark.parametrize("path", [JOBS, VISITS], ids=["jobs", "visits"])
async def test_a_total_that_is_wrong_neither_loses_records_nor_hangs(
    office: Office, path: str, total: int
) -> None:
    """Count may lie; the records are what they are, and the sweep ends."""
    await office.run()
    office.fault("total", path=path, value=total, times=None)
    office.mark()
    for _ in range(3):
        report = await office.run()
    assert office.effects() == []
    assert len(office.sent("agentos")) + len(office.sent("letsjobit")) < 40
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert office.inbox() == []
    assert report.outcome in (Outcome.OK, Outcome.INCOMPLETE)


@pytest.mark.parametrize("change", ["insert", "delete", "rotate"])
async def test_rows_that_move_between_pages_are_not_lost(office: Office, change: str) -> None:
    """Jobs that come, go or change places while the list is read: no visit is hidden or made
    twice, and what stayed is in step."""

    def pages_of_three(document: Record) -> None:
        connection_of(document)["agentos"]["page_size"] = 3

    async with office.configured(pages_of_three) as careful:
        await careful.run()
        stranger = careful.job_titled("Clear garden before let")
        where = {"path": f"/jobs/{stranger['BranchOID']}/", "record": stranger["OID"]}
        careful.mark()
        for _ in range(2):
            careful.fault("shift", change=change, **where)
            assert (await careful.run()).outcome is Outcome.OK
            if change == "delete":
                break
        assert careful.effects() == []


async def test_a_job_that_is_listed_twice_counts_once(office: Office) -> None:
    """One visit, and no second one from the second row."""
    job = office.job_titled(TAP)
    office.fault("duplicate", path=f"/jobs/{job['BranchOID']}/", record=job["OID"], times=None)
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    assert len(office.effects()) == 8


async def test_a_look_that_fails_leaves_that_visit_for_the_next_cycle(office: Office) -> None:
    """A visit that no list shows and that cannot be looked at is not planned; the others are."""
    await office.run()
    jobs = office.jobs()
    visit = office.visit_of(jobs[TAP])
    office.act(visit, "close")
    office.edit_visit(visit, confirmClose=True)
    office.edit_job(jobs["Front door sticking"], Description="Other words.")
    office.fault("status", path=f"/visits/{visit['_id']}", status=500, times=None)
    office.mark()
    assert (await office.run()).outcome is Outcome.INCOMPLETE
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    office.heal()
    assert (await office.run()).outcome is Outcome.ATTENTION
    (item,) = office.inbox("bad_record")
    assert item.question.visit_id == visit["id"]


async def test_a_refused_key_says_so_and_sends_no_more(office: Office) -> None:
    """A key that the vendor does not let in: exit 4 with the setting to look at, and no write."""

    def another_key(document: Record) -> None:
        connection_of(document)["letsjobit"]["api_key"] = "not-the-key"

    async with office.configured(another_key) as locked_out:
        report = await locked_out.run()
        assert report.outcome is Outcome.INCOMPLETE
        (error,) = report.errors
        assert error.code == "letsjobit_unauthorized"
        assert "connections.letsjobit" in error.hint
        assert "not-the-key" not in f"{error.message} {error.hint}"
        assert locked_out.effects() == []
