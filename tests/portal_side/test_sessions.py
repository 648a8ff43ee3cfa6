"""A browser's session ends some day: it is said once, with its cure, and a new one is taken up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from syncd.cycle.report import CycleReport, Outcome
from syncd.daemon import pace
from syncd.daemon.renewals import Renewals
from syncd.daemon.saying import Sayings
from syncd.daemon.turns import Pulse, take_turn
from syncd.freshness import lanes_read
from syncd.model import Lane, Side
from syncd.store import due
from syncd.telling.health import headline, status_document
from tests.closures.story import DOOR, TAP, Story
from tests.cycle.office import Office, Record, connection_of
from tests.notifying.test_notifier import Ears
from tests.payments.books import with_portal

ENDED = "agentos_session_ended"


@pytest.fixture
async def signed_in(story: Story) -> AsyncIterator["Login"]:
    """An office whose job side is the portal, with its session in a file."""
    async with login(story, partial(_in_a_file, path=story.office.directory / "session")) as made:
        yield made


def _in_a_file(document: Record, *, path: Path) -> None:
    connection_of(document)["contractor_portal"]["session"] = {"file": str(path)}


class Login:
    """Somebody's login at the portal, and the office that works with it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.file = office.directory / "session"

    def end(self) -> None:
        """The portal forgets the session."""
        self.office.box.world.portal_session = "portal=another"

    def renew(self) -> None:
        """A person signs in again, and writes the new session to the file."""
        self.file.write_text(f"{self.office.box.world.portal_session}\n")

    async def turn(self, *lanes: Lane) -> CycleReport:
        """What the daemon does when these lanes, or all, are due."""
        app, (connection,) = self.office.app, self.office.app.settings.connections
        waits = {connection.name: dict.fromkeys(lanes_read(connection), 1e9)}
        await app.database.run(due.ensure_lanes, waits)
        now = self.office.clock()
        await app.database.run(due.wake, connection.name, by="tester", now=now)
        (found,) = await app.database.read(due.due_connections, waits)
        wanted = due.Due(
            found.connection, frozenset(lanes) or found.lanes, 0, found.failing, found.wake_seq
        )
        done = await take_turn(
            app, connection, wanted, holder="test", pulse=Pulse(), sayings=Sayings()
        )
        assert done is not None
        return done

    def lanes(self) -> dict[str, Any]:
        """The lanes, as `status` has them."""
        return dict(self._status()["lanes"])

    def headline(self) -> str:
        """How `status` sums it up."""
        return headline(self._status())

    def _status(self) -> Any:
        app = self.office.app
        told: Any = app.database.read_now(
            status_document, app.database, app.settings, now=self.office.clock()
        )
        return told["connections"][0]


@asynccontextmanager
async def login(story: Story, change: Any) -> AsyncIterator[Login]:
    """The story's office with its session in a file."""
    (story.office.directory / "session").write_text(story.office.box.world.portal_session)
    async with story.office.configured(change) as office:
        yield Login(office)


async def test_run_once_says_it_with_the_cure_and_goes_on_with_a_new_session(
    signed_in: Login,
) -> None:
    """Nothing is changed meanwhile, whatever was closed; the next run after it delivers."""
    office, story = signed_in.office, Story(signed_in.office)
    story.close(TAP)
    signed_in.end()
    office.mark()
    for _ in range(2):
        report = await office.run()
        assert report.outcome is Outcome.INCOMPLETE
        assert {each.code for each in report.errors} == {ENDED}
        assert all("write the new session to the file" in each.hint for each in report.errors)
    assert office.effects() == []
    signed_in.renew()
    await story.rest()
    assert len(story.invoices(TAP)) == 1
    assert story.job(TAP)["Status"] == "Completed"


async def test_people_are_told_once_and_when_it_is_over(signed_in: Login) -> None:
    """However many lanes ask the portal, and however often they try."""
    ears = Ears(signed_in.office)
    await signed_in.turn()
    async with ears.notifier(digest="") as telling:
        ears.titles()
        signed_in.end()
        heard = []
        for lanes in ((), (Lane.CLOSURES,), (Lane.JOBS,), (Lane.STATEMENTS,), ()):
            await signed_in.turn(*lanes)
            heard += await telling.tick(minutes=5)
        assert heard == ["northgate: the session at the contractor portal has ended"]
        assert "contractor_portal.session names" in ears.all[-1].body
        assert signed_in.office.box.world.portal_session not in ears.all[-1].body
        signed_in.renew()
        await signed_in.turn()
        assert await telling.tick() == ["northgate: the contractor portal lets syncd in again"]


async def test_status_names_the_lanes_that_wait_and_the_cure(signed_in: Login) -> None:
    """At once, and not only when they are late; the others are well."""
    await signed_in.turn()
    signed_in.end()
    await signed_in.turn()
    await signed_in.turn(Lane.CLOSURES)
    stopped = {name: each for name, each in signed_in.lanes().items() if each["problem"]}
    assert {"jobs", "statements"} <= set(stopped) <= {"jobs", "statements", "directory"}
    for each in stopped.values():
        assert (each["problem"], each["is_late"]) == (ENDED, False)
        assert "sign in to the portal again" in each["cure"]
    assert signed_in.headline().startswith("stopped: ")
    signed_in.renew()
    await signed_in.turn()
    assert signed_in.headline() == "up to date"


async def test_a_new_session_ends_the_wait(signed_in: Login) -> None:
    """A lane that is refused waits for minutes; a file that was written has it run at once."""
    app = signed_in.office.app
    (connection,) = app.settings.connections
    waits = {connection.name: pace.longest_waits(app.settings.schedule)}
    renewals = Renewals(app)
    await signed_in.turn()
    await renewals.look()
    signed_in.end()
    await signed_in.turn()
    await renewals.look()
    assert await _due_lanes(app, waits) == frozenset()
    signed_in.renew()
    await renewals.look()
    lanes = await _due_lanes(app, waits)
    assert {Lane.JOBS, Lane.STATEMENTS} <= lanes
    assert Lane.CLOSURES not in lanes


async def _due_lanes(app: Any, waits: due.Waits) -> frozenset[Lane]:
    found = await app.database.read(due.due_connections, waits)
    return frozenset().union(*(each.lanes for each in found))


async def test_a_file_that_is_away_for_a_moment_ends_nothing(signed_in: Login) -> None:
    """Editors write a new file in its place; between the two the session is as it was."""
    renewals = Renewals(signed_in.office.app)
    await renewals.look()
    signed_in.file.unlink()
    await renewals.look()
    assert (await signed_in.office.run()).outcome is Outcome.OK
    signed_in.renew()
    await renewals.look()
    assert (await signed_in.office.run()).outcome is Outcome.OK


async def test_beside_v4_everything_but_the_payments_goes_on(
    office: Office, unlimited_portal: None, quick_papers: None
) -> None:
    """Jobs are read, closures delivered; only the lane of statements waits."""
    path = office.directory / "session"

    def change(document: Record) -> None:
        with_portal(document, url=office.box.url, session={"file": str(path)})

    async with login(Story(office), change) as made:
        await made.turn()
        made.end()
        report = await made.turn()
        assert {lane for lane, error in report.lanes.items() if error} == {Lane.STATEMENTS}
        story = Story(made.office)
        story.close(DOOR)
        await made.turn(Lane.CLOSURES)
        assert len(story.invoices(DOOR)) == 1
        assert {name for name, each in made.lanes().items() if each["problem"]} == {"statements"}
        made.renew()
        report = await made.turn()
        assert (report.outcome, report.lanes[Lane.STATEMENTS]) == (Outcome.OK, None)
        assert report.requests[Side.AGENTOS] > 0
