"""The notifier: looks, decides, sends and remembers; never waits long and never raises."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import date, datetime
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from syncd.errors import SyncdError
from syncd.freshness import INTERVALS
from syncd.notifying import digests, wording
from syncd.notifying.dead_man import DeadMan
from syncd.notifying.notices import Fact, Group, NoticeKind, Told, decide
from syncd.notifying.standing import Standing, read_standing, read_summaries
from syncd.notifying.targets import Targets
from syncd.settings import Settings
from syncd.store import chores, deaf, leases, notices
from syncd.store.database import Database, Session
from syncd.store.notices import ToldRow
from syncd.store.presence import DAEMON

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""How long a tick waits for the store."""

SILENCE_SECONDS = 10.0
"""A reading of the store that takes longer counts as no answer."""

PATIENCE_SECONDS = 30.0
"""How long a SQLite may be locked before that counts as trouble: the plan of a large account holds
it for many seconds, and readings that are late are told of earlier anyway."""

PROBE_SECONDS = 10.0
"""How often it is tried whether the store can be written."""

DIGEST = "digest"

TELLER = ":notifications"
"""The lease of the one process that tells, where several share a store. No connection's name has a
colon."""

_OF_THE_STORE = frozenset(
    {NoticeKind.EMERGENCY, NoticeKind.NOT_STARTED, NoticeKind.KEY, NoticeKind.SESSION}
    | {NoticeKind.STALE, NoticeKind.STALLED, NoticeKind.GUARD, NoticeKind.INBOX}
)

_STORE_GROUP = Group(NoticeKind.STORE, "")


class Notifier:
    """See the package's page for how it is used. `targets` may be given by tests."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        targets: Targets | None = None,
    ) -> None:
        self._clock, self._monotonic = clock, monotonic
        # Threads of its own: those of the cycles may all be waiting.
        self._database = database.beside(patience_seconds=PATIENCE_SECONDS)
        self._owner = leases.new_owner()
        # By this lease `status` knows on Postgres that a daemon lives, also between two turns.
        self._holder = leases.holder_text(DAEMON)
        self._began_at = monotonic()
        # When a connection was last seen paused or switched off.
        self._quiet_until: dict[str, float] = {}
        self._jobs: dict[str, tuple[asyncio.Task[Any], float]] = {}
        self._told: dict[Group, Told] = {}
        self._is_loaded = self._is_unsaved = False
        self._is_teller = database.is_sqlite
        self._digest_day: date | None = None
        self._epoch: int | None = None
        self._probed_at: float | None = None
        self._store_trouble: SyncdError | None = None
        self._failed: dict[str, BaseException] = {}
        self._is_late = True
        self._deaf: Mapping[str, datetime] = {}
        self._saved_deaf: Mapping[str, datetime] = {}
        self._use(settings, targets or Targets(_urls(settings)))

    def _use(self, settings: Settings, targets: Targets) -> None:
        own = settings.notifications
        self._settings = settings
        self._targets = targets
        self._dead_man = DeadMan(own.dead_man_url.get_secret_value(), monotonic=self._monotonic)
        self._zone = ZoneInfo(str(settings.connections[0].agentos.timezone))

    def reload(self, settings: Settings) -> None:
        """Use other settings from now on. What nobody took is told to the targets that are named
        now."""
        self._use(settings, self._targets.followed_by(_urls(settings)))

    def cycle_ended(self, connection: str, *, is_healthy: bool) -> None:
        """A cycle came to its end, well or not: it did not fail by a bug."""
        self._failed.pop(connection, None)
        if is_healthy and not self._is_late and self._dead_man.is_due:
            self._begin("dead man", self._dead_man.fetch())

    def cycle_failed(self, connection: str, error: BaseException) -> None:
        """A cycle raised. What is no bug and not the store's fault is told by its lanes' age."""
        is_of_store = isinstance(error, SyncdError) and error.code.startswith("store_")
        if is_of_store or not isinstance(error, SyncdError):
            self._failed[connection] = error

    async def tick(self) -> None:
        """Look, decide, send, remember."""
        try:
            await self._tick()
        except Exception:
            logger.exception("telling people failed; it is tried again")

    async def _tick(self) -> None:
        now = self._clock()
        standing = await self._look(now)
        self._is_late = standing is None or bool(standing.late)
        self._probe()
        if not self._targets.urls or not self._is_teller:
            self._is_loaded = self._is_unsaved = False
            return
        if standing is not None and not self._is_loaded:
            # From here on this process alone tells, and knows best what it told.
            self._told, self._is_loaded = {**standing.told, **self._told}, True
            self._deaf = self._saved_deaf = standing.deaf
        self._decide(standing, now)
        self._send_digest(now)
        self._targets.pump()
        self._save()
        self._note_deaf(now)

    # Looking

    async def _look(self, now: datetime) -> Standing | None:
        """What the store says; None while it says nothing. One reading at a time."""
        self._begin("look", self._database.read(read_standing, self._settings, now=now))
        task, begun_at = self._jobs["look"]
        await asyncio.wait({task}, timeout=LOOK_SECONDS)
        if not task.done():
            if self._monotonic() - begun_at > SILENCE_SECONDS:
                self._store_trouble = _no_answer(self._database.name)
            return None
        try:
            found: Standing = self._result("look")
        except SyncdError as error:
            self._store_trouble = error
            return None
        return found

    def _probe(self) -> None:
        """Try now and then to write; on a store that several use, it also says who tells."""
        if "probe" in self._jobs:
            task, _ = self._jobs["probe"]
            if not task.done():
                return
            try:
                epoch: int | None = self._result("probe")
            except SyncdError as error:
                self._store_trouble = error
            else:
                self._store_trouble = None
                self._epoch = epoch
                self._is_teller = epoch is not None
        is_due = self._probed_at is None or self._monotonic() - self._probed_at >= PROBE_SECONDS
        if is_due:
            self._probed_at = self._monotonic()
            self._begin("probe", self._database.run(self._stay_teller))

    def _stay_teller(self, session: Session) -> int | None:
        """Keep or take the lease of who tells; None where another process has it."""
        self._database.need_there()
        if self._epoch is not None and leases.renew(session, TELLER, self._epoch):
            return self._epoch
        return leases.take(session, TELLER, owner=self._owner, holder=self._holder)

    # Deciding

    def _decide(self, standing: Standing | None, now: datetime) -> None:
        judged = {NoticeKind.BUG, NoticeKind.STORE}
        facts = [*self._own_facts()]
        early: list[Fact] = []
        quiet: frozenset[str] = frozenset()
        if standing is not None:
            judged |= _OF_THE_STORE
            quiet = standing.quiet
            self._quiet_until |= dict.fromkeys(quiet, self._monotonic())
            early = [each for each in standing.facts if self._is_early(each, standing)]
            facts += [each for each in standing.facts if each not in early]
        decided = decide(facts, self._told, now, judged=judged, silenced=quiet, early=early)
        if dict(decided.told) != self._told:
            self._told, self._is_unsaved = dict(decided.told), True
        if decided.notices:
            message = wording.message_of(decided.notices)
            logger.info("telling people: %s", message.title)
            self._targets.post(message)

    def _own_facts(self) -> list[Fact]:
        facts = []
        store = self._store_trouble
        for connection, error in self._failed.items():
            if isinstance(error, SyncdError):
                store = store or error
            else:
                group = Group(NoticeKind.BUG, connection)
                words = f"{type(error).__name__}; the log has more"
                facts.append(Fact(group, type(error).__name__, words))
        if store is not None:
            facts.append(Fact(_STORE_GROUP, "store", str(store), store.code))
        return facts

    def _is_early(self, fact: Fact, standing: Standing) -> bool:
        """After a start or a pause every reading is late at first; each gets the time it always
        has."""
        if fact.group.kind is not NoticeKind.STALE:
            return False
        began_at = self._quiet_until.get(fact.group.connection, self._began_at)
        uptime = self._monotonic() - began_at
        return any(
            uptime <= INTERVALS * lane.interval_seconds
            for lane in standing.late
            if (lane.connection, lane.lane.value) == (fact.group.connection, fact.topic)
        )

    # The daily summary

    def _send_digest(self, now: datetime) -> None:
        at = self._settings.notifications.digest
        local = now.astimezone(self._zone)
        if at is not None and (self._digest_day is None or local.time() >= at):
            if self._digest_day != local.date():
                self._begin("digest", self._digest(at, now))

    async def _digest(self, at: clock_time, now: datetime) -> None:
        last = await self._database.read(chores.done_at, DIGEST)
        if last is None:
            # The first start says nothing of a day that syncd did not see.
            await self._database.run(chores.note_done, DIGEST, now=now)
        if digests.is_due(now, at, self._zone, last):
            span = digests.yesterday(now, self._zone)
            found = await self._database.read(read_summaries, self._settings, span, now=now)
            # Remembered first: a second summary of one day would only be noise.
            await self._database.run(chores.note_done, DIGEST, now=now)
            day = f"{span[0].astimezone(self._zone):%A %d %B %Y}"
            self._targets.post(digests.digest_of(found, day))
        latest = await self._database.read(chores.done_at, DIGEST)
        self._digest_day = None if latest is None else latest.astimezone(self._zone).date()

    # Remembering

    def _save(self) -> None:
        """Write down what people know, once some target has taken every message."""
        if self._is_unsaved and self._targets.is_settled:
            rows = [_row(group, told) for group, told in self._told.items()]
            self._begin("save", self._save_rows(rows, dict(self._told)))

    async def _save_rows(self, rows: list[ToldRow], told: Mapping[Group, Told]) -> None:
        await self._database.run(notices.save_told, rows)
        if self._told == told:
            self._is_unsaved = False

    def _note_deaf(self, now: datetime) -> None:
        """Write down which targets take nothing, since when; one that was not tried since the start
        is as it was."""
        if not self._is_loaded:
            return
        named = {deaf.target_id(url): url for url in self._targets.urls}
        known = {each: since for each, since in self._deaf.items() if each in named}
        found = {each: now for each, url in named.items() if url in self._targets.deaf}
        hearing = {each for each, url in named.items() if url in self._targets.hearing}
        self._deaf = {e: at for e, at in {**found, **known}.items() if e not in hearing}
        if self._deaf != self._saved_deaf:
            self._begin("deaf", self._save_deaf(dict(self._deaf)))

    async def _save_deaf(self, found: Mapping[str, datetime]) -> None:
        await self._database.run(deaf.save_deaf_targets, found)
        self._saved_deaf = found

    async def close(self) -> None:
        """Let what is being sent leave, and write down that it did."""
        await self._targets.finish(1.0)
        with suppress(SyncdError):
            self._save()
            self._note_deaf(self._clock())
        if self._epoch is not None:
            self._begin("release", self._database.run(leases.release, TELLER, self._epoch))
        running = {task for task, _ in self._jobs.values()}
        if running:
            await asyncio.wait(running, timeout=1.0)
        for task, _ in self._jobs.values():
            task.cancel()
        # Closing waits for transactions; one that hangs must not hold up the end of the process.
        if all(task.done() for task in running):
            self._database.close()

    # Work beside the tick, one of each kind at a time

    def _begin(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        running = self._jobs.get(name)
        if running is not None and not running[0].done():
            work.close()
            return
        if running is not None and name not in ("look", "probe"):
            self._note_end(name, running[0])
        self._jobs[name] = asyncio.create_task(work, name=name), self._monotonic()

    def _note_end(self, name: str, task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, SyncdError):
            logger.debug("%s did not work yet: %s", name, error)
        elif error is not None:
            logger.error("%s failed", name, exc_info=error)

    def _result(self, name: str) -> Any:
        task, _ = self._jobs.pop(name)
        return task.result()


def _urls(settings: Settings) -> tuple[str, ...]:
    return tuple(each.get_secret_value() for each in settings.notifications.targets)


def _row(group: Group, told: Told) -> ToldRow:
    return ToldRow(
        group.kind.value,
        group.connection,
        tuple(told.topics),
        told.told_at,
        told.repeats,
        told.recent,
    )


def _no_answer(name: str) -> SyncdError:
    return SyncdError(
        "store_silent", f"{name} does not answer", "see that the disk or the server works"
    )
