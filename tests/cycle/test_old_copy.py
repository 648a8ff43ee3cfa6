"""An old copy of the store is put back: no job gets a second visit for the one it has."""

from pathlib import Path

from syncd.cycle.report import Outcome
from syncd.store.backup import backup
from tests.cycle.office import Office

TAP = "Leak under kitchen sink"


async def put_back(office: Office, copy: Path) -> None:
    """Three cycles of a syncd whose store is this copy: nothing is written, nobody is asked."""
    office.clock.move(minutes=10)
    async with office.configured(store=f"sqlite:///{copy}") as again:
        again.mark()
        for _ in range(3):
            assert (await again.run()).outcome is Outcome.OK, again.inbox()
            again.clock.move(minutes=3)
        assert again.effects() == []
        assert (again.inbox(), again.outbox()) == ([], [])


async def make_again(office: Office) -> None:
    """A person has the visit made again that somebody deleted."""
    await office.run()
    (item,) = office.inbox("visit_deleted")
    office.answer(item, "recreate")
    await office.run()


async def test_visits_that_were_made_changed_and_hidden_after_the_copy(
    office: Office, tmp_path: Path
) -> None:
    """A new one, a moved one, one whose job was cancelled: both sides agree, and stay so."""
    await office.run()
    jobs = office.jobs()
    first, second, third = [j for j in jobs.values() if j["GlobalReference"] in office.ours()][:3]
    backup(office.app.database, tmp_path / "copy.db")
    office.edit_visit(office.visit_of(first), date="2026-03-09")
    office.edit_job(second, Description="Another text")
    office.edit_job(third, Status="Cancelled")
    await office.run()
    assert office.effects("visit_hidden") != []
    await put_back(office, tmp_path / "copy.db")


async def test_a_visit_that_was_made_again_after_the_copy(office: Office, tmp_path: Path) -> None:
    """The copy knows the one that was deleted; the one that took its place is the job's visit."""
    await office.run()
    backup(office.app.database, tmp_path / "copy.db")
    office.delete("visits", office.visit_of(office.job_titled(TAP)))
    await make_again(office)
    assert office.visit_of(office.job_titled(TAP))
    await put_back(office, tmp_path / "copy.db")


async def test_a_copy_in_which_the_next_visit_was_about_to_be_made(
    office: Office, tmp_path: Path
) -> None:
    """The answer `recreate` stands in the copy, the visit does not."""
    await office.run()
    office.delete("visits", office.visit_of(office.job_titled(TAP)))
    await office.run()
    (item,) = office.inbox("visit_deleted")
    office.answer(item, "recreate")
    backup(office.app.database, tmp_path / "copy.db")
    await office.run()
    assert office.visit_of(office.job_titled(TAP))
    await put_back(office, tmp_path / "copy.db")


async def test_a_job_that_came_back_twice_after_the_copy_gets_its_third_visit(
    office: Office, tmp_path: Path
) -> None:
    """The second visit was closed and acknowledged, so no list shows it; the id that the copy would
    give the next one is taken, and the job gets another all the same."""

    async def close() -> None:
        visit = office.visit_of(office.job_titled(TAP))
        office.act(visit, "close", values={"invoice_total": "10.00"})
        await office.run()
        assert office.job_titled(TAP)["Status"] == "Completed"

    async def come_back() -> None:
        office.edit_job(office.job_titled(TAP), Status="Reported")
        await office.run()
        assert not office.visit_of(office.job_titled(TAP))["closed"]

    await office.run()
    await close()
    backup(office.app.database, tmp_path / "copy.db")
    await come_back()
    await close()
    office.edit_job(office.job_titled(TAP), Status="Reported")
    async with office.configured(store=f"sqlite:///{tmp_path}/copy.db") as again:
        for _ in range(3):
            assert (await again.run()).outcome is Outcome.OK
            again.clock.move(minutes=3)
        visit = again.visit_of(again.job_titled(TAP))
        assert not visit["closed"]
        again.act(visit, "close", values={"invoice_total": "10.00"})
        assert (await again.run()).outcome is Outcome.OK
        assert again.job_titled(TAP)["Status"] == "Completed"
