"""An old copy of the store is put back: no job, visit or change is made a second time."""

from pathlib import Path

import pytest

from syncd.store.backup import backup
from tests.cycle.office import Office
from tests.raising.conftest import switch_on
from tests.raising.faults_seen import raised_jobs, see_fault


def hide_lines(office: Office) -> None:
    """Lists of jobs come without the descriptions."""
    path = r"/jobs/[^/]+/\d+/\d+"
    office.fault("field", path=path, times=None, field="Description", change="drop")


@pytest.mark.parametrize("moment", ["before", "seen", "planned"])
@pytest.mark.parametrize("shows_lines", [True, False], ids=["listed", "unlisted"])
async def test_a_job_that_was_raised_after_the_copy(
    field: Office, moment: str, shows_lines: bool, tmp_path: Path
) -> None:
    """The job is found by its line; where lists do not show it, a person is asked."""
    copy = tmp_path / "copy.db"
    if moment == "before":
        backup(field.app.database, copy)
    if not shows_lines:
        hide_lines(field)
    see_fault(field)
    if moment != "before":
        where = {"path": "/job$"} if moment == "planned" else {"path": "/jobs"}
        method = "POST" if moment == "planned" else "GET"
        field.fault("status", times=None, status=401, method=method, **where)
        await field.run()
        backup(field.app.database, copy)
        field.heal()
        if not shows_lines:
            hide_lines(field)
    field.clock.move(minutes=10)
    report = await field.run()
    assert len(raised_jobs(field)) == 1, (report, field.inbox())
    field.clock.move(minutes=10)
    async with field.configured(switch_on, store=f"sqlite:///{copy}") as here:
        here.mark()
        for _ in range(4):
            await here.run()
            here.clock.move(minutes=3)
        assert len(raised_jobs(here)) == 1
