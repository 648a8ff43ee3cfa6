"""Keeping a visit in step with its job: who owns what, field by field, over whole cycles."""

import pytest

from syncd.cycle.report import Outcome
from syncd.model import Field, IntentKind
from tests.cycle.office import ANOTHER_DRIVER, Office, connection_of

TAP = "Leak under kitchen sink"
DOOR = "Front door sticking"


async def test_what_the_dispatcher_decides_stays(office: Office) -> None:
    """Date and driver that somebody changed in LetsJobIt are never changed back, also when the
    job's due date moves afterwards."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_visit(office.visit_of(job), date="2026-03-20", driverId=ANOTHER_DRIVER)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    office.edit_job(job, DueDate="2026-03-09T17:00:00")
    assert (await office.run()).outcome is Outcome.OK
    visit = office.visit_of(job)
    assert (visit["date"], visit["driverId"]) == ("2026-03-20", ANOTHER_DRIVER)
    assert office.effects() == []


async def test_the_due_date_is_followed_until_the_dispatcher_changes_it(office: Office) -> None:
    """A job that becomes due on another day moves its visit, as long as nobody in LetsJobIt did."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, DueDate="2026-03-09T17:00:00")
    await office.run()
    assert office.visit_of(job)["date"] == "2026-03-09"
    office.edit_visit(office.visit_of(job), date="2026-03-10")
    await office.run()
    office.edit_job(job, DueDate="2026-03-12T17:00:00")
    await office.run()
    assert office.visit_of(job)["date"] == "2026-03-10"


async def test_a_new_description_changes_obs_alone_and_keeps_what_the_dispatcher_wrote(
    office: Office,
) -> None:
    """The PUT carries `obs` and nothing else, with others' words above and below our block."""
    await office.run()
    job = office.job_titled(TAP)
    visit = office.visit_of(job)
    office.edit_visit(visit, obs=f"RING LIAM FIRST\n{visit['obs']}\nbring the long ladder")
    office.edit_job(job, Description="It is under the bath as well.")
    office.mark()
    report = await office.run()
    assert report.applied == {IntentKind.UPDATE_VISIT: 1}
    (effect,) = office.effects()
    assert (effect.kind, list(effect.body)) == ("visit_updated", ["obs"])
    rows = office.visit_of(job)["obs"].split("\n")
    assert (rows[0], rows[-1]) == ("RING LIAM FIRST", "bring the long ladder")
    assert "It is under the bath as well." in rows
    assert not any("U-bend" in row for row in rows)


async def test_words_around_our_block_are_no_change(office: Office) -> None:
    """What the dispatcher adds beside the block is kept and calls for nothing."""
    await office.run()
    job = office.job_titled(TAP)
    visit = office.visit_of(job)
    office.edit_visit(visit, obs=f"{visit['obs']}\nkey is with me")
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


@pytest.mark.parametrize("spoil", ["edited", "removed"])
async def test_our_block_is_restored(office: Office, spoil: str) -> None:
    """AgentOS owns the description: an edit inside the block is undone, a lost block comes back,
    and what else stands in `obs` stays."""
    await office.run()
    job = office.job_titled(TAP)
    before = office.visit_of(job)["obs"]
    other = before.replace("Slow leak", "NO leak") if spoil == "edited" else "only my own words"
    office.edit_visit(office.visit_of(job), obs=other)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    after = office.visit_of(job)["obs"]
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    assert before in after
    assert ("only my own words" in after) == (spoil == "removed")
    office.mark()
    await office.run()
    assert office.effects() == []


async def test_what_agentos_owns_is_restored(office: Office) -> None:
    """Address, contact and priority that somebody changed in LetsJobIt are written again."""
    await office.run()
    job = office.job_titled(TAP)
    before = office.visit_of(job)
    changes = {"address": "1 Elsewhere", "contactPhone": "07700 900999", "priority": "9"}
    office.edit_visit(before, **changes)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    (effect,) = office.effects()
    assert set(effect.body) == set(changes)
    after = office.visit_of(job)
    assert {name: str(after[name]) for name in changes} == {
        name: str(before[name]) for name in changes
    }


async def test_only_what_differs_is_written(office: Office) -> None:
    """A new priority of the job sends that one field."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Priority="Low")
    office.mark()
    await office.run()
    (effect,) = office.effects()
    assert effect.body == {"priority": 8}


async def test_the_same_change_on_both_sides_is_adopted(office: Office) -> None:
    """Where both offices made the same correction nothing is written, and it is remembered."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Priority="Low")
    office.edit_visit(office.visit_of(job), priority="8")
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []
    assert office.base_of(job).visit[Field.PRIORITY] == {"priority": 8}


async def test_what_nobody_owns_is_asked_about_and_the_other_fields_go_on(office: Office) -> None:
    """With owner `ask`, different changes on both sides wait for a person; a change of another
    field is carried out all the same."""

    def ask(document: dict[str, object]) -> None:
        connection_of(document)["fields"] = {"contact": "ask"}

    async with office.configured(ask) as asking:
        await asking.run()
        job = asking.job_titled(TAP)
        asking.edit_visit(asking.visit_of(job), contactPhone="07700 900999")
        asking.edit("tenants", job["TenantID"], MobilePhone="07700 900998")
        _change_phone_everywhere(asking, job, "07700 900998")
        asking.edit_job(job, Priority="Low")
        asking.clock.move(hours=13)
        report = await asking.run()
        assert report.outcome is Outcome.ATTENTION
        visit = asking.visit_of(job)
        assert (visit["contactPhone"], visit["priority"]) == ("07700 900999", 8)
        (item,) = asking.inbox("conflict")
        assert item.question.choices == ("agentos", "letsjobit", "leave")
        await asking.run()
        assert [each.item_id for each in asking.inbox("conflict")] == [item.item_id]
        asking.answer(item, "agentos")
        assert (await asking.run()).outcome is Outcome.OK
        assert asking.visit_of(job)["contactPhone"] == "07700 900998"
        asking.mark()
        assert (await asking.run()).outcome is Outcome.OK
        assert asking.effects() == []
        assert asking.app.database.read_now(_live_conflicts) == 0


@pytest.mark.parametrize("choice", ["letsjobit", "leave"])
async def test_a_person_may_keep_what_the_visit_says(office: Office, choice: str) -> None:
    """`letsjobit` and `leave` end the conflict without a write, for good."""

    def ask(document: dict[str, object]) -> None:
        connection_of(document)["fields"] = {"priority": "ask"}

    async with office.configured(ask) as asking:
        await asking.run()
        job = asking.job_titled(TAP)
        asking.edit_visit(asking.visit_of(job), priority="9")
        asking.edit_job(job, Priority="Low")
        await asking.run()
        (item,) = asking.inbox("conflict")
        asking.answer(item, choice)
        asking.mark()
        await asking.run()
        assert (await asking.run()).outcome is Outcome.OK
        assert asking.effects() == []
        assert asking.visit_of(job)["priority"] == "9"


async def test_a_visit_in_progress_still_learns_what_changed_in_the_job(office: Office) -> None:
    """While the engineer is there the block in `obs` follows the job; date, driver and priority
    do not move under his hands, and `lines` are not touched."""
    await office.run()
    job = office.job_titled(TAP)
    office.act(office.visit_of(job), "start")
    office.edit_job(
        job, Description="Bring a new trap.", Priority="Low", DueDate="2026-03-19T17:00:00"
    )
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    (effect,) = office.effects("visit_updated")
    assert (effect.details["state"], list(effect.body)) == ("in_progress", ["obs"])
    assert "Bring a new trap." in office.visit_of(job)["obs"]


async def test_a_store_that_was_lost_during_the_work_costs_the_dispatcher_nothing(
    office: Office,
) -> None:
    """Paired anew while it is in progress, the visit keeps the dispatcher's date and driver also
    when the engineer has skipped it afterwards."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_visit(office.visit_of(job), date="2026-03-20", driverId=ANOTHER_DRIVER)
    office.act(office.visit_of(job), "start")
    async with office.configured(store="") as again:
        again.mark()
        await again.run()
        again.act(again.visit_of(job), "skip", reason="2")
        await again.run()
        visit = again.visit_of(job)
        assert (visit["date"], visit["driverId"]) == ("2026-03-20", ANOTHER_DRIVER)
        assert {each.kind for each in again.effects()} == {"job_updated"}


async def test_the_engineer_who_begins_meanwhile_is_not_disturbed(office: Office) -> None:
    """A visit that changed between the plan and the write is looked at again before it is changed:
    the second pass of the same cycle plans from what it is now."""
    await office.run()
    job = office.job_titled(TAP)
    office.edit_job(job, Priority="Low")
    visit = office.visit_of(job)
    office.mark()
    # The sweep of open visits answers, and then the engineer starts.
    started = {"record": visit["_id"], "field": "inProgress", "value": True}
    office.fault(
        "field",
        vendor="letsjobit",
        path=f"/visits/{visit['_id']}",
        change="extra",
        times=1,
        **started,
    )
    report = await office.run()
    assert report.outcome is Outcome.OK
    assert report.applied == {IntentKind.UPDATE_VISIT: 1}
    assert len(office.effects("visit_updated")) == 1


def _change_phone_everywhere(office: Office, job: dict[str, object], phone: str) -> None:
    for tenancy in office.box.world.agency.tenancies.records():
        if tenancy["PropertyID"] == job["PropertyID"] and not tenancy["IsArchived"]:
            people = [
                {**each, "MobilePhone": phone} if each["OID"] == job["TenantID"] else each
                for each in tenancy["LinkedTenants"]
            ]
            office.edit("tenancies", tenancy["OID"], LinkedTenants=people)
            names = {
                "OID": tenancy["OID"],
                "LinkedTenants": people,
                "AccessArrangements": tenancy["AccessArrangements"],
            }
            office.edit("properties", str(job["PropertyID"]), LatestTenancy=names)


def _live_conflicts(session: object) -> int:
    from syncd.store.inbox import live_items

    return len(live_items(session))  # type: ignore[arg-type]
