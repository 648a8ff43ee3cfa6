"""Stories of jobs whose answer was lost, at agencies whose lists of jobs show less than all."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from syncd.agentos.maintenance import Maintenance
from tests.cycle.office import Office, Record
from tests.raising.faults_seen import raised_jobs, see_fault

LOST = {"kind": "timeout", "method": "POST", "path": "/job", "times": 1}


def show(monkeypatch: pytest.MonkeyPatch, change: Callable[[Any], Any]) -> None:
    """Have each page of a list of jobs shown as `change` makes of it."""
    shown = Maintenance.list_jobs

    async def list_jobs(self: Maintenance, *place: Any, **given: Any) -> Any:
        return change(await shown(self, *place, **given))

    monkeypatch.setattr(Maintenance, "list_jobs", list_jobs)


def each_row(change: Callable[[Record], Record]) -> Callable[[Any], Any]:
    """A page whose rows are changed."""
    return lambda page: replace(page, records=tuple(change(each) for each in page.records))


def one_unreadable(page: Any) -> Any:
    """A page with one more row, of which nothing can be told."""
    return replace(page, unreadable=page.unreadable + 1, total=page.total + 1)


def briefly(row: Record) -> Record:
    """A row without its description."""
    return {name: value for name, value in row.items() if name != "Description"}


def misdescribed(row: Record) -> Record:
    """A row of ours whose description is no text."""
    told = row.get("Description") or ""
    return {**row, "Description": [told]} if "NF-18" in told else row


async def in_turn(office: Office, *, arrived: bool) -> None:
    """One job that is made, and another whose answer is lost; then a quarter of an hour."""
    see_fault(office)
    for _ in range(2):
        await office.run()
    see_fault(office, docNo="NF-18", obs="Second fault")
    office.fault(**LOST, after_effect=arrived)
    for _ in range(4):
        await office.run()
        office.clock.move(minutes=5)


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_lists_show_no_marks_a_person_is_asked(
    field: Office, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    """That a job's own record showed its mark says nothing of the lists: nothing is sent again."""
    show(monkeypatch, each_row(briefly))
    await in_turn(field, arrived=arrived)
    assert len(raised_jobs(field)) == 1 + arrived
    assert len(field.inbox("in_doubt")) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("ReportedAt", ["soon"]), ("GlobalReference", {"no": "text"})]
)
async def test_a_job_is_found_by_its_mark_whatever_else_of_it_cannot_be_read(
    field: Office, monkeypatch: pytest.MonkeyPatch, name: str, value: Any
) -> None:
    """Its description is all that is looked at: it is there, and is not sent again."""

    def misshapen(row: Record) -> Record:
        return {**row, name: value} if "NF-18" in (row.get("Description") or "") else row

    show(monkeypatch, each_row(misshapen))
    await in_turn(field, arrived=True)
    assert len(raised_jobs(field)) == 2
    assert field.outbox() == []
    assert field.inbox("in_doubt") == []


async def test_where_a_row_cannot_be_read_nothing_is_sent_again_unasked(
    field: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the job, so a person looks, though other rows show their marks."""
    show(monkeypatch, one_unreadable)
    await in_turn(field, arrived=False)
    assert len(raised_jobs(field)) == 1
    assert len(field.inbox("in_doubt")) == 1


async def test_a_job_beside_an_unreadable_row_is_found(
    field: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there by its mark needs no person."""
    show(monkeypatch, one_unreadable)
    await in_turn(field, arrived=True)
    assert len(raised_jobs(field)) == 2
    assert field.outbox() == []
    assert field.inbox("in_doubt") == []


async def test_where_a_description_cannot_be_read_nothing_is_sent_again_unasked(
    field: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may bear the mark."""
    show(monkeypatch, each_row(misdescribed))
    await in_turn(field, arrived=True)
    assert len(raised_jobs(field)) == 2
    assert len(field.inbox("in_doubt")) == 1


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("end", ["", "...", " …"])
async def test_where_descriptions_are_cut_off_a_person_is_asked(
    field: Office, monkeypatch: pytest.MonkeyPatch, end: str, arrived: bool
) -> None:
    """The mark is a description's last line: a row that shows the beginning of what was sent, and
    no mark, may be the job; what shows something else is not."""

    def cut(row: Record) -> Record:
        told = row.get("Description") or ""
        return {**row, "Description": f"{told[:9]}{end}"} if "NF-18" in told else row

    show(monkeypatch, each_row(cut))
    await in_turn(field, arrived=arrived)
    assert len(raised_jobs(field)) == 2
    assert len(field.inbox("in_doubt")) == arrived
