"""What people hear of an office at work: each trouble in time, its end, and nothing twice."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from syncd.errors import SyncdError
from syncd.notifying import notifier as notifying
from syncd.notifying.notifier import Notifier
from syncd.notifying.targets import Targets
from syncd.notifying.wording import Message
from syncd.settings import settings_from_document
from syncd.store.database import Database, Session
from syncd.store.presence import DAEMON, present_syncd
from tests.cycle.office import Office
from tests.notifying.receivers import web_server

TAP = "Leak under kitchen sink"


@dataclass
class Ears:
    """Somebody who listens, and the seconds that have passed for the notifier."""

    office: Office
    messages: list[Message] = field(default_factory=list)
    all: list[Message] = field(default_factory=list)
    is_deaf: bool = False
    seconds: float = 1e6

    def send(self, url: str, message: Message) -> bool:
        """What apprise would do."""
        if not self.is_deaf:
            self.messages.append(message)
            self.all.append(message)
        return not self.is_deaf

    def titles(self) -> list[str]:
        """What was heard since the last time."""
        heard = [each.title.removeprefix("syncd: ") for each in self.messages]
        self.messages.clear()
        return heard

    @asynccontextmanager
    async def notifier(self, *, uptime: float = 1e6, **own: Any) -> AsyncIterator["Telling"]:
        """A notifier of this office that has run for so many seconds."""
        document = deepcopy(dict(self.office.document))
        document["notifications"] = {"targets": ["json://ears"], **own}
        settings = settings_from_document(document, {}, directory=self.office.directory)
        targets = Targets(["json://ears"], send=self.send, monotonic=lambda: self.seconds)
        made = Notifier(
            settings,
            self.office.app.database,
            clock=self.office.clock,
            monotonic=lambda: self.seconds,
            targets=targets,
        )
        self.seconds += uptime
        telling = Telling(made, targets, self)
        await telling.tick()
        yield telling
        await made.close()


@dataclass
class Telling:
    """A notifier, and how a test lets it work."""

    made: Notifier
    targets: Targets
    ears: Ears

    async def tick(self, **move: float) -> list[str]:
        """Time passes, the notifier looks, everything it began ends; what was heard."""
        self.ears.office.clock.move(**move)
        self.ears.seconds += timedelta(**move).total_seconds() + notifying.PROBE_SECONDS
        for _ in range(2):  # what a probe or the summary finds is told by the next tick
            await self.made.tick()
            await self.settle()
        return self.ears.titles()

    async def settle(self) -> None:
        """Wait for what a tick began."""
        await self.targets.finish(10)
        running = [task for task, _ in self.made._jobs.values() if not task.done()]
        if running:
            await asyncio.wait(running, timeout=10)


@pytest.fixture
def ears(office: Office) -> Ears:
    """Ears of the office, on a day without an Emergency."""
    for job in office.jobs().values():
        if job["Priority"] == "Emergency":
            office.edit_job(job, Priority="High")
    return Ears(office)


def age_readings(office: Office, minutes: float, lane: str | None = None) -> None:
    """The readings of a lane, or of all, are older by some time."""

    def age(session: Session) -> None:
        session.execute(
            text("UPDATE sweeps SET finished_ms = finished_ms - :ms WHERE lane = :lane OR :every"),
            {"ms": int(minutes * 60_000), "lane": lane or "", "every": lane is None},
        )

    office.app.database.run_now(age)


async def test_an_emergency_is_told_when_it_arrives_and_when_nobody_starts_it(ears: Ears) -> None:
    """Once when it arrives, and again after two hours without an engineer; a number and a district,
    and nothing of the tenant."""
    office = ears.office
    await office.run()
    async with ears.notifier() as telling:
        ears.titles()
        job = office.job_titled(TAP)
        office.edit_job(job, Priority="Emergency")
        await office.run()
        await telling.tick()
        await telling.tick(minutes=119)
        (arrived,) = ears.all
        assert arrived.title == "syncd: northgate: an Emergency job arrived"
        assert f"job {job['GlobalReference']} in AB25" in arrived.body
        assert "Rosemount" not in arrived.body
        assert "07700" not in arrived.body
        ears.all.clear()
        await telling.tick(minutes=2)
        (late,) = ears.all
        assert late.title == "syncd: northgate: an Emergency is not started"
        office.act(office.visit_of(job), "start")
        await office.run()
        assert await telling.tick(hours=5) == []


async def test_a_late_reading_is_told_and_its_end(ears: Ears) -> None:
    """Once for all lanes, repeated after four hours, and once when everything is read again."""
    office = ears.office
    await office.run()
    async with ears.notifier(digest="") as telling:
        ears.titles()
        age_readings(office, 60)
        assert await telling.tick() == ["northgate: 3 readings are late"]
        assert await telling.tick(hours=3) == []
        assert await telling.tick(hours=1) == ["northgate: still: 3 readings are late"]
        await office.run()
        assert await telling.tick() == ["northgate: everything is read in time again"]
        assert await telling.tick(hours=30) == []


async def test_a_restart_says_nothing_twice(ears: Ears) -> None:
    """What was told stands in the store; who comes after goes on where it was left."""
    office = ears.office
    await office.run()
    age_readings(office, 60)
    async with ears.notifier() as telling:
        await telling.tick()
        assert ears.titles() == []
        assert len(ears.all) == 1
    async with ears.notifier() as telling:
        assert await telling.tick() == []
        assert await telling.tick(hours=4) == ["northgate: still: 3 readings are late"]


async def test_what_nobody_took_is_told_by_the_next(ears: Ears) -> None:
    """While every target is deaf nothing counts as told, and a restart says it again."""
    office = ears.office
    await office.run()
    age_readings(office, 60)
    ears.is_deaf = True
    async with ears.notifier() as telling:
        assert await telling.tick() == []
    ears.is_deaf = False
    async with ears.notifier() as telling:
        await telling.tick()
        assert [each.title for each in ears.all] == ["syncd: northgate: 3 readings are late"]


async def test_after_a_start_readings_get_their_time(ears: Ears) -> None:
    """A night switched off is no trouble: the first readings are on their way."""
    office = ears.office
    await office.run()
    age_readings(office, 600)
    async with ears.notifier(uptime=0) as telling:
        assert await telling.tick(seconds=60) == []
        titles = await telling.tick(seconds=120)
        assert titles == ["northgate: a reading is late"]


async def test_a_paused_connection_is_left_in_peace(ears: Ears) -> None:
    """Nothing is late while it is paused, and pausing is no recovery."""
    office = ears.office
    await office.run()
    async with ears.notifier() as telling:
        age_readings(office, 60)
        await telling.tick()
        office.app.database.run_now(_pause, True)
        assert await telling.tick(hours=10) == []


async def test_resuming_is_no_news(ears: Ears) -> None:
    """An Emergency that was told before a pause is not told after it, and the first readings after
    a long pause get their time."""
    office = ears.office
    office.edit_job(office.job_titled(TAP), Priority="Emergency")
    await office.run()
    async with ears.notifier(digest="", emergency_not_started_after="52w") as telling:
        assert len(ears.all) == 1
        ears.titles()
        office.app.database.run_now(_pause, True)
        await telling.tick(hours=60)
        age_readings(office, 3600)
        office.app.database.run_now(_pause, False)
        assert await telling.tick(seconds=20) == []
        await office.run()
        assert await telling.tick(seconds=20) == []


async def test_a_restart_in_the_middle_of_a_trouble_is_no_recovery(ears: Ears) -> None:
    """What is late since before the start is not called well because the start gives it time."""
    office = ears.office
    await office.run()
    age_readings(office, 60)
    async with ears.notifier(digest=""):
        assert len(ears.all) == 1
    async with ears.notifier(uptime=0, digest="") as telling:
        assert len(ears.all) == 1
        assert await telling.tick(seconds=60) == []
        assert await telling.tick(seconds=120) == []


def _pause(session: Session, is_paused: bool) -> None:
    session.execute(
        text("UPDATE connections SET paused_at = CASE WHEN :on THEN created_at END"),
        {"on": is_paused},
    )


async def test_a_refused_key_is_told_until_it_works(ears: Ears) -> None:
    """With the code and the side; when the key works again that is told."""
    office = ears.office
    await office.run()
    async with ears.notifier() as telling:
        ears.titles()
        office.fault("status", vendor="agentos", status=401)
        await office.run()
        assert await telling.tick() == ["northgate: a key is refused"]
        assert "the key of AgentOS [agentos_unauthorized]" in ears.all[-1].body
        office.heal()
        await office.run()
        assert await telling.tick() == ["northgate: the keys work again"]


async def test_old_questions_and_guards_are_told(ears: Ears) -> None:
    """A held plan at once, other questions when they have waited for long."""
    office = ears.office
    await office.run()
    async with ears.notifier() as telling:
        ears.titles()
        office.delete("visits", office.visit_of(office.job_titled(TAP)))
        await office.run()
        await office.run()
        assert [each.question.kind for each in office.inbox()] == ["visit_deleted"]
        assert await telling.tick() == []
        assert await telling.tick(hours=4) == ["northgate: a question waits for you"]
        assert "visit_deleted about" in ears.all[-1].body


async def test_a_bug_is_told_until_a_cycle_ends(ears: Ears) -> None:
    """By the kind of the exception alone: its words may be about people."""
    await ears.office.run()
    async with ears.notifier() as telling:
        ears.titles()
        telling.made.cycle_failed("northgate", KeyError("07700 900123"))
        assert await telling.tick() == ["northgate: a cycle failed by a bug in syncd"]
        assert "KeyError" in ears.all[-1].body
        assert "900123" not in ears.all[-1].body
        telling.made.cycle_ended("northgate", is_healthy=True)
        assert await telling.tick() == ["northgate: cycles work again"]


async def test_a_locked_store_is_told_and_its_end(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although nothing can be remembered then: memory keeps the restraint."""
    monkeypatch.setattr(notifying, "PATIENCE_SECONDS", 0.2)
    await ears.office.run()
    async with ears.notifier() as telling:
        ears.titles()
        with _locked(ears.office):
            await telling.tick()
            await telling.tick()
            assert [each.title for each in ears.all] == ["syncd: the store cannot be used"]
            assert "[store_locked]" in ears.all[-1].body
            assert await telling.tick(hours=1) == []
            assert await telling.tick(hours=3) == ["still: the store cannot be used"]
        titles = [*await telling.tick(), *await telling.tick()]
        assert titles == ["the store can be used again"]


@contextmanager
def _locked(office: Office) -> Iterator[None]:
    """Another program writes to the store and does not stop."""
    path = office.app.database.path
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


async def test_a_store_that_was_moved_away_is_told_and_its_end(ears: Ears) -> None:
    """Only a file can vanish: what is written goes on into it, and nobody would find it there."""
    office, path = ears.office, ears.office.app.database.path
    if path is None:
        return
    await office.run()
    async with ears.notifier(digest="") as telling:
        ears.titles()
        path.rename(f"{path}.moved")
        assert await telling.tick(seconds=1) == ["the store cannot be used"]
        path.with_name(f"{path.name}.moved").rename(path)
        assert await telling.tick(seconds=1) == ["the store can be used again"]


async def test_a_store_that_a_cycle_cannot_write_is_told(ears: Ears) -> None:
    """A full disk takes small writes for some time; what the cycle says counts as well."""
    await ears.office.run()
    async with ears.notifier() as telling:
        ears.titles()
        full = SyncdError("store_full", "syncd.db: the disk is full", "make room")
        telling.made.cycle_failed("northgate", full)
        assert await telling.tick() == ["the store cannot be used"]
        assert "the disk is full (make room) [store_full]" in ears.all[-1].body
        telling.made.cycle_ended("northgate", is_healthy=True)
        assert await telling.tick() == ["the store can be used again"]


async def test_a_silent_store_is_told_and_holds_nobody_up(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tick comes back though the store never answers, and says so."""
    monkeypatch.setattr(notifying, "LOOK_SECONDS", 0.05)
    await ears.office.run()
    async with ears.notifier() as telling:
        ears.titles()
        answer = asyncio.Event()

        async def never(*args: object, **how: object) -> object:
            await answer.wait()
            raise SyncdError("store_unreachable", "gone")

        monkeypatch.setattr(telling.made._database, "read", never)
        await telling.made.tick()
        ears.seconds += notifying.SILENCE_SECONDS + 1
        await telling.made.tick()
        await telling.targets.finish(5)
        assert ears.titles() == ["the store cannot be used"]
        answer.set()


async def test_the_daily_summary_comes_once(ears: Ears) -> None:
    """At half past seven in the agency's zone, with what was done the day before."""
    office = ears.office
    await office.run()
    async with ears.notifier() as telling:
        ears.titles()
        assert await telling.tick(hours=1) == []
        titles = await telling.tick(hours=22)
        assert titles == ["summary of Monday 02 March 2026"]
        assert "8 visits created" in ears.all[-1].body
        assert await telling.tick(hours=1) == []
    async with ears.notifier() as telling:
        assert await telling.tick(hours=1) == []
    async with ears.notifier(digest="") as telling:
        assert await telling.tick(days=3) == []


async def test_nobody_is_told_without_targets(ears: Ears) -> None:
    """And what stands when somebody is named is told then."""
    office = ears.office
    await office.run()
    age_readings(office, 60)
    made = Notifier(office.app.settings, office.app.database, clock=office.clock)
    made._began_at -= 1e6
    await made.tick()
    await made.close()
    async with ears.notifier() as telling:
        await telling.tick()
        assert len(ears.all) == 1


async def test_on_postgres_a_daemon_is_seen_while_it_lives(ears: Ears, postgres_url: str) -> None:
    """`status` goes by the lease of who tells; it is given back at the end."""
    office = ears.office
    database = Database(postgres_url)
    made = Notifier(office.app.settings, database, clock=office.clock)
    await made.tick()
    await asyncio.wait([task for task, _ in made._jobs.values()])
    await made.tick()
    found = await database.read(present_syncd, database)
    assert found is not None
    assert (found.command, found.process) == (DAEMON, os.getpid())
    await made.close()
    assert await database.read(present_syncd, database) is None
    database.close()


async def test_the_watcher_outside_hears_of_healthy_cycles_alone(ears: Ears) -> None:
    """Not after one that failed, and not while any reading is late."""
    office = ears.office
    await office.run()
    with web_server() as (host, paths):
        async with ears.notifier(dead_man_url=f"http://{host}/ping") as telling:
            telling.made.cycle_ended("northgate", is_healthy=False)
            await telling.settle()
            assert paths.items == []
            telling.made.cycle_ended("northgate", is_healthy=True)
            await telling.settle()
            assert paths.items == ["/ping"]
            age_readings(office, 60)
            await telling.tick(minutes=5)
            telling.made.cycle_ended("northgate", is_healthy=True)
            await telling.settle()
            assert paths.items == ["/ping"]
