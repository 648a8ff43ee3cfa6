"""When a side answers as if everything were gone or different: one look at one record decides."""

import json
import threading
from collections.abc import Iterator

import pytest

from syncd.cycle.report import Outcome
from syncd.model import Lane, Observation
from syncd.observe.spool import Spool
from tests.cycle.office import Office

EMPTY_JOBS = json.dumps({"Count": 0, "Data": []})
NO_VISITS = json.dumps(
    {
        "meta": {
            "totalRecords": 0,
            "returnedRecords": 0,
            "remainingRecords": 0,
            "nextStart": 0,
        },
        "data": [],
    }
)
LIST_OF_JOBS = r"/jobs/[^/]+/\d+/\d+"
LIST_OF_VISITS = r"/visits\?"


@pytest.fixture
async def busy(office: Office) -> Office:
    """An office with 28 open visits in agreement."""
    office.bulk(jobs=20)
    assert (await office.run()).outcome is Outcome.OK
    office.mark()
    return office


def lie(office: Office, path: str, body: str) -> None:
    """A list that answers well and says something wrong."""
    office.fault("status", path=path, status=200, body=body, times=None)


async def assert_nothing_was_believed(office: Office, code: str) -> None:
    """Exit 4 twice and no write; when the side is well again all is quiet, nothing was lost."""
    for _ in range(2):
        report = await office.run()
        assert report.outcome is Outcome.INCOMPLETE
        assert [each.code for each in report.errors] == [code]
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox()) == ([], [])


async def test_an_empty_list_of_jobs_is_not_believed(busy: Office) -> None:
    """A known job is still there."""
    lie(busy, LIST_OF_JOBS, EMPTY_JOBS)
    await assert_nothing_was_believed(busy, "agentos_doubtful")


async def test_an_empty_list_of_visits_is_not_believed(busy: Office) -> None:
    """A known visit is still there."""
    lie(busy, LIST_OF_VISITS, NO_VISITS)
    await assert_nothing_was_believed(busy, "letsjobit_doubtful")


@pytest.mark.parametrize(
    ("path", "body", "one", "side"),
    [
        (LIST_OF_JOBS, EMPTY_JOBS, r"/jobs/[^/]+$", "agentos"),
        (LIST_OF_VISITS, NO_VISITS, r"/visits/[^/]+$", "letsjobit"),
    ],
)
async def test_an_empty_list_is_not_believed_when_the_look_fails(
    busy: Office, path: str, body: str, one: str, side: str
) -> None:
    """No answer to the look is no proof either."""
    lie(busy, path, body)
    busy.fault("status", path=one, status=500, times=None)
    report = await busy.run()
    assert report.outcome is Outcome.INCOMPLETE
    assert {each.code for each in report.errors} == {f"{side}_doubtful", f"{side}_unavailable"}
    busy.heal()
    assert (await busy.run()).outcome is Outcome.OK
    assert (busy.effects(), busy.inbox()) == ([], [])


async def test_every_job_changed_at_once_is_not_believed_when_a_look_disagrees(
    busy: Office,
) -> None:
    """A list whose every title is another, while the job itself is as it was."""
    with busy.box.world.lock:
        jobs = busy.box.world.agency.jobs.records()
    for branch in {each["BranchOID"] for each in jobs}:
        rows = [{**each, "Title": "?"} for each in jobs if each["BranchOID"] == branch]
        lie(busy, f"/jobs/{branch}/", json.dumps({"Count": len(rows), "Data": rows}))
    await assert_nothing_was_believed(busy, "agentos_doubtful")


async def test_every_visit_changed_at_once_is_not_believed_when_a_look_disagrees(
    busy: Office,
) -> None:
    """A list whose every visit says another address, while the visit itself is as it was."""
    with busy.box.world.lock:
        visits = [e for e in busy.box.world.visits.records() if not e["confirmClose"]]
    rows = [{**each, "address": "?"} for each in visits]
    meta = {
        "totalRecords": len(rows),
        "returnedRecords": len(rows),
        "remainingRecords": 0,
        "nextStart": 0,
    }
    lie(busy, LIST_OF_VISITS, json.dumps({"meta": meta, "data": rows}))
    await assert_nothing_was_believed(busy, "letsjobit_doubtful")


async def test_a_real_change_of_every_job_is_believed(busy: Office) -> None:
    """The agency renames a category everywhere: one look more, and the work is done."""
    for job in busy.jobs().values():
        busy.edit_job(job, Priority="Low" if job["Priority"] != "Low" else "High")
    report = await busy.run()
    assert report.outcome is Outcome.OK
    assert len(busy.effects("visit_updated")) > 20


async def test_a_new_field_in_every_job_is_no_reason_to_stop(busy: Office) -> None:
    """The vendor adds a field to its lists, and shows documents only on single jobs: nothing of
    what we compare differs, so the cycle goes on."""
    with busy.box.world.lock:
        jobs = busy.box.world.agency.jobs.records()
    for branch in {each["BranchOID"] for each in jobs}:
        rows = [
            {n: v for n, v in {**each, "New": 1}.items() if n not in ("Documents", "Invoices")}
            for each in jobs
            if each["BranchOID"] == branch
        ]
        lie(busy, f"/jobs/{branch}/", json.dumps({"Count": len(rows), "Data": rows}))
    assert (await busy.run()).outcome is Outcome.OK
    assert busy.effects() == []


async def test_visits_that_are_really_gone_are_asked_about(busy: Office) -> None:
    """Somebody emptied the account: the look finds nothing, so each visit is asked about."""
    with busy.box.world.lock:
        for key in list(busy.box.world.visits):
            busy.box.world.remove_visit(key)
    report = await busy.run()
    assert report.outcome is Outcome.ATTENTION
    assert len(busy.inbox("visit_deleted")) == 28
    assert busy.effects() == []


async def test_a_small_account_whose_list_is_empty_loses_nothing(office: Office) -> None:
    """Fewer than 20 links are not doubted, but no job is gone while no known job is listed."""
    await office.run()
    lie(office, LIST_OF_JOBS, EMPTY_JOBS)
    office.fault("status", path=r"/jobs/[^/]+$", status=404, times=None)
    office.mark()
    for _ in range(4):
        await office.run()
    assert office.effects() == []


async def test_no_reading_of_a_sweep_s_records_holds_the_event_loop(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first cycle, a look that decides and closures read the records in threads: of a big
    account they are many, and nobody would be answered meanwhile."""
    readers: list[threading.Thread] = []
    records_of = Spool.__iter__

    def seen(spool: Spool) -> Iterator[Observation]:
        readers.append(threading.current_thread())
        return records_of(spool)

    monkeypatch.setattr(Spool, "__iter__", seen)
    office.bulk(jobs=20)
    assert (await office.run()).outcome is Outcome.OK
    for job in office.jobs().values():
        office.edit_job(job, Priority="Low" if job["Priority"] != "Low" else "High")
    assert (await office.run()).outcome is Outcome.OK
    office.act(next(iter(office.ours().values())), "close")
    await office.run_lanes(Lane.CLOSURES)
    assert len(readers) > 4
    assert threading.current_thread() not in readers
