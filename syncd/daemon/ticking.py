"""The tick: once a second, connections with lanes that are due get their turns.

At most one turn of a connection at a time, and a few connections at once, who waits longest first.
Everything slow happens in tasks of their own; a tick only looks, starts and tells the supervisor.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field

from syncd.app import App, channel_problem
from syncd.daemon import pace
from syncd.daemon.saying import Sayings
from syncd.daemon.supervisor import Supervisor
from syncd.daemon.turns import Pulse, take_turn
from syncd.errors import SyncdError
from syncd.freshness import lanes_read
from syncd.notifying.notifier import Notifier
from syncd.settings import ConnectionSettings, Settings
from syncd.store import due as due_lanes
from syncd.store.due import Due, Waits

logger = logging.getLogger(__name__)

PLACES = 8
"""Turns at once. Each holds some memory, and most of the time waits for a vendor."""

LONGEST_REST_SECONDS = 60.0
"""After turns that could not even be noted: the store fails, and vendors must not suffer for it."""


@dataclass
class _Place:
    task: asyncio.Task[None]
    pulse: Pulse


@dataclass
class _Stumbles:
    """Turns of a connection in a row that ended by a bug or for want of the store."""

    count: int = 0
    not_before: float = 0.0


@dataclass
class Ticker:
    """What the daemon does between two ticks, in memory alone: it may be lost at any time."""

    app: App
    supervisor: Supervisor
    notifier: Notifier
    holder: str
    ticked: asyncio.Event = field(default_factory=asyncio.Event)
    bugs: int = 0
    _sayings: Sayings = field(default_factory=Sayings)
    _places: dict[str, _Place] = field(default_factory=dict)
    _stumbles: dict[str, _Stumbles] = field(default_factory=dict)
    _trouble: str | None = None
    _stuck: set[str] = field(default_factory=set)

    @property
    def running(self) -> list[asyncio.Task[None]]:
        """The turns that are under way."""
        return [each.task for each in self._places.values()]

    async def prepare(self, settings: Settings) -> None:
        """Make the rows of new connections and lanes, and bring forward what waits for too long."""
        await self.app.database.run(due_lanes.ensure_lanes, _waits(settings))

    async def tick(self) -> None:
        """Start what is due. Nothing is raised: the next tick tries again."""
        if self.app.is_stopping:
            return
        try:
            found = await self.app.database.read(
                due_lanes.due_connections, _waits(self.app.settings)
            )
        except SyncdError as error:
            self._say_once(str(error))
        except Exception as error:
            self._tell_bug("the tick", error)
        else:
            self._say_once(None)
            self._start(found)
        self.ticked.set()
        self._tell_supervisor()

    def _start(self, found: list[Due]) -> None:
        connections = _connections(self.app.settings)
        for due in found:
            stumbles = self._stumbles.get(due.connection, _Stumbles())
            is_resting = time.monotonic() < stumbles.not_before
            if due.connection in self._places or is_resting or due.connection not in connections:
                continue
            if len(self._places) >= PLACES or self.app.is_stopping:
                return
            pulse = Pulse()
            turn = self._turn(connections[due.connection], due, pulse)
            task = asyncio.create_task(turn, name=due.connection)
            self._places[due.connection] = _Place(task, pulse)

    async def _turn(self, connection: ConnectionSettings, due: Due, pulse: Pulse) -> None:
        """One turn to its end, whatever that is; other connections are not concerned."""
        name = connection.name
        try:
            report = await take_turn(
                self.app,
                connection,
                due,
                holder=self.holder,
                pulse=pulse,
                sayings=self._sayings,
            )
        except SyncdError as error:
            self._stumble(name, error)
            logger.error("%s: %s", name, error)
        except Exception as error:
            self._stumble(name, error)
            self._tell_bug(name, error)
        else:
            self._stumbles.pop(name, None)
            if report is not None:
                self.notifier.cycle_ended(name, is_healthy=not report.errors)
        finally:
            self._places.pop(name, None)

    def _stumble(self, name: str, error: Exception) -> None:
        self.notifier.cycle_failed(name, error)
        stumbles = self._stumbles.setdefault(name, _Stumbles())
        stumbles.count += 1
        rest = min(2.0**stumbles.count, LONGEST_REST_SECONDS)
        stumbles.not_before = time.monotonic() + rest

    def _tell_bug(self, where: str, error: Exception) -> None:
        self.bugs += 1
        logger.error("bug in syncd (%s); please report this line", where, exc_info=error)

    def _say_once(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self._trouble:
            logger.error("%s", trouble)
        if trouble is None and self._trouble is not None:
            logger.warning("the store works again")
        self._trouble = trouble

    def _tell_supervisor(self) -> None:
        working = ", ".join(sorted(self._places)) or "nothing is due"
        self.supervisor.status(self._trouble or f"working on: {working}")
        stuck = {name for name, each in self._places.items() if not each.pulse.is_beating()}
        for name in sorted(stuck - self._stuck):
            logger.error("%s: its cycle makes no progress", name)
        self._stuck = stuck
        if not stuck:
            self.supervisor.alive()


def _waits(settings: Settings) -> Waits:
    longest = pace.longest_waits(settings.schedule)
    return {
        name: {lane: longest[lane] for lane in lanes_read(each)}
        for name, each in _connections(settings).items()
    }


def _connections(settings: Settings) -> dict[str, ConnectionSettings]:
    found = settings.connections
    return {e.name: e for e in found if e.enabled and channel_problem(e) is None}
