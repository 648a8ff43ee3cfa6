"""What people hear of work that a vendor fails to do while everything is read in time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from syncd.cycle.report import Outcome
from syncd.freshness import stalls_of
from syncd.model import Lane
from syncd.store.cycles import remember_fact
from syncd.store.database import Session
from syncd.store.tables import connections
from syncd.telling.health import headline, status_document
from tests.cycle.office import Office
from tests.notifying.test_notifier import Ears
from tests.portal_side.test_sessions import Login
from tests.raising.faults_seen import see_fault
from tests.raising.legacy import beside_v4

V3_AWAY = {"vendor": "agentos", "path": "/createmaintenancejob", "status": 503, "times": None}
STILL = "northgate: work waits for a vendor that does not do it"
WELL = "northgate: the work that waited goes on again"


@pytest.fixture
async def beside(office: Office) -> AsyncIterator[Office]:
    """An office in step whose new faults go to V3."""
    for job in office.jobs().values():
        office.edit_job(job, Priority="High")
    async with office.configured(beside_v4, store="") as made:
        await Login(made).turn()
        yield made


def age_stalls(office: Office, minutes: float) -> None:
    """What fails has failed for longer."""

    def age(session: Session) -> None:
        facts = session.execute(select(connections.c.facts)).scalar_one()
        stalled = {
            name: {**row, "ms": row["ms"] - int(minutes * 60_000)}
            for name, row in facts["stalled"].items()
        }
        remember_fact(session, "northgate", "stalled", stalled)

    office.app.database.run_now(age)


def stalled(office: Office) -> list[tuple[str, bool]]:
    """What fails beside the lanes, and whether that is late."""
    app = office.app
    found = app.database.read_now(
        stalls_of, ["northgate"], app.settings.schedule, now=office.clock()
    )
    return [(each.operation, each.is_late) for each in found]


def health(office: Office) -> Any:
    """The connection, as `status` has it."""
    app = office.app
    told: Any = app.database.read_now(
        status_document, app.database, app.settings, now=office.clock()
    )
    return told["connections"][0]


async def test_v3_that_is_away_beside_v4_is_told_once_and_its_end(beside: Office) -> None:
    """Jobs of V4 are read all the while, so no lane is late; after two intervals people hear of
    the new jobs, once, and once when it is over."""
    login, ears = Login(beside), Ears(beside)
    async with ears.notifier(digest="") as telling:
        ears.titles()
        beside.fault("status", **V3_AWAY)
        see_fault(beside)
        heard = []
        for lanes in ((), (Lane.CLOSURES,), (Lane.JOBS,)):
            report = await login.turn(*lanes)
            heard += await telling.tick(minutes=1)
        assert report.outcome is Outcome.INCOMPLETE
        assert (heard, stalled(beside)) == ([], [("create_legacy_job", False)])
        age_stalls(beside, minutes=10)
        for lanes in ((Lane.JOBS,), (Lane.CLOSURES,), ()):
            await login.turn(*lanes)
            heard += await telling.tick(minutes=1)
        assert heard == [STILL]
        assert "new jobs through V3, for 10 minutes" in ears.all[-1].body
        assert not any(each["is_late"] for each in health(beside)["lanes"].values())
        assert headline(health(beside)) == "waiting: new jobs through V3"
        beside.heal()
        await login.turn()
        assert await telling.tick() == [WELL]
        assert stalled(beside) == health(beside)["stalled"] == []


async def test_what_nothing_waits_for_any_more_does_not_stand(beside: Office) -> None:
    """The visit whose job V3 did not take was deleted: nobody waits for V3."""
    login = Login(beside)
    beside.fault("status", **{**V3_AWAY, "after_effect": False})
    visit = see_fault(beside)
    await login.turn()
    assert stalled(beside) == [("create_legacy_job", False)]
    beside.heal()
    beside.delete("visits", visit)
    await login.turn()
    await login.turn()
    assert stalled(beside) == []


async def test_what_was_not_tried_is_not_well(beside: Office) -> None:
    """While LetsJobIt is away or rests no job is made, and a rebuild makes none: V3 is no better
    for it."""
    login = Login(beside)
    beside.fault("status", **V3_AWAY)
    see_fault(beside)
    await login.turn()
    beside.fault("status", vendor="letsjobit", status=503, times=None)
    await login.turn()
    assert ("create_legacy_job", False) in stalled(beside)
    await login.turn(Lane.JOBS)
    assert ("create_legacy_job", False) in stalled(beside)
    beside.heal()
    await beside.rebuild()
    assert ("create_legacy_job", False) in stalled(beside)
    await login.turn()
    await login.turn()
    assert stalled(beside) == []
