"""Status words: those that the agency does not have, in the configuration and on jobs."""

from typing import Any

from syncd.cycle.report import Outcome
from tests.cycle.office import Office, Record, connection_of

TAP = "Leak under kitchen sink"


def statuses(**changes: Any) -> Any:
    """A change of the settings of status words."""

    def change(document: Record) -> None:
        connection_of(document)["agentos"]["statuses"].update(changes)

    return change


async def test_an_unknown_status_name_stops_only_what_needs_it(office: Office) -> None:
    """`visit_when` with a slip of the pen: jobs of the other status get their visits, an item names
    the setting; when the agency has the status, a `retry` finds it at once."""
    reported = sum(each["Status"] == "Reported" for each in office.jobs().values()) - 2
    async with office.configured(statuses(visit_when=["Reported", "Panding"])) as office:
        for _ in range(2):
            assert (await office.run()).outcome is Outcome.ATTENTION
        assert len(office.effects("visit_created")) == reported
        (item,) = office.inbox("unknown_status")
        assert "Panding" in item.question.summary
        assert "visit_when" in item.question.summary
        office.answer(item, "retry")
        assert (await office.run()).outcome is Outcome.ATTENTION
        (again,) = office.inbox("unknown_status")
        assert again.item_id != item.item_id
        pending = office.job_titled("Front door sticking")["StatusID"]
        office.edit("statuses", pending, Name="panding")
        office.answer(again, "retry")
        assert (await office.run()).outcome is Outcome.OK
        assert len(office.effects("visit_created")) == 8


async def test_without_its_cancelled_status_nothing_is_withdrawn(office: Office) -> None:
    """A name that the agency does not have takes no visit away."""
    async with office.configured(statuses(cancelled=["Cancled"])) as office:
        await office.run()
        office.edit_job(office.job_titled(TAP), Status="Cancelled")
        office.mark()
        assert (await office.run()).outcome is Outcome.ATTENTION
        assert office.effects() == []


async def test_a_status_may_be_named_by_its_oid_or_in_any_case(office: Office) -> None:
    """OIDs and names mean the same."""
    oid = office.job_titled("Front door sticking")["StatusID"]
    async with office.configured(statuses(visit_when=[oid, "REPORTED"])) as office:
        assert (await office.run()).outcome is Outcome.OK
        assert len(office.effects("visit_created")) == 8


async def test_a_job_with_a_status_that_no_list_has_is_left_as_it_is(office: Office) -> None:
    """One item per status, no visit made, changed in no wrong way or taken away; when the status
    is known again the item goes away."""
    await office.run()
    jobs = office.jobs()
    for title in (TAP, "Slate off the roof"):
        office.edit_job(jobs[title], StatusID="st-new", Status="Escalated")
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.ATTENTION
    (item,) = office.inbox("unknown_status")
    assert "Escalated" in item.question.summary
    assert office.effects() == []
    office.edit_job(jobs[TAP], Description="Other words.")
    await office.run()
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    for title in (TAP, "Slate off the roof"):
        office.edit_job(jobs[title], StatusID=jobs[title]["StatusID"])
    assert (await office.run()).outcome is Outcome.OK
    assert office.inbox() == []


async def test_a_job_that_is_under_way_in_agentos_keeps_its_visit(office: Office) -> None:
    """A status that is named for other purposes neither makes visits nor takes them away."""
    await office.run()
    office.edit_job(office.job_titled(TAP), Status="In Progress")
    office.edit_job(
        office.job_titled("Shower tray cracked"), ContractorID="co-0009-4739", Status="In Progress"
    )
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_new_settings_are_applied_to_every_visit_at_once(office: Office) -> None:
    """A driver by category in the settings moves the visits that nobody took over."""
    await office.run()

    def electrician(document: Record) -> None:
        rule = {"when": {"category": "Electrical"}, "driver": "Nb7uGx4PjL9fEoV6a"}
        connection_of(document)["visit"] = {"drivers": [rule]}

    office.mark()
    async with office.configured(electrician) as office:
        assert (await office.run()).outcome is Outcome.OK
        assert {tuple(each.body) for each in office.effects()} == {("driverId",)}
        assert len(office.effects()) == 2
        office.mark()
        await office.run()
        assert office.effects() == []
