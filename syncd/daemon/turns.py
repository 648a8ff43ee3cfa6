"""One turn of one connection: its cycle under its lease, and when its lanes are due again."""

import logging
import random
import time
from dataclasses import dataclass, field

from syncd import app as application
from syncd.app import App
from syncd.cycle.connected import Connected
from syncd.cycle.report import CycleReport
from syncd.cycle.running import run_cycle
from syncd.daemon import pace
from syncd.daemon.saying import Sayings
from syncd.errors import LeaseLost
from syncd.freshness import lanes_read
from syncd.model import Turn
from syncd.settings import ConnectionSettings
from syncd.store import due as due_lanes
from syncd.store import leases, outbox
from syncd.store.database import Session
from syncd.store.due import Due, Ending, LaneResult
from syncd.vendor_http import Patience

logger = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 45.0
"""For one request. Longer, and the cycle ends: its place is of more use to others."""

LEAST_APPLYING_SECONDS, MOST_APPLYING_SECONDS = 5.0, 60.0
"""A backlog is worked off in pieces as long as the closures' interval, within these bounds: what
engineers close meanwhile is seen between them."""

USUAL, HASTY = Patience(tries=2), Patience(tries=1)
"""A lane that fails is run again soon enough. While one does, a vendor that hangs holds the lanes
of the other up for one try and no more."""

HANGS_AFTER_SECONDS = 300.0
"""Without a request. The longest that one may take, with its waits, is less than two minutes; the
rest is for planning a large account."""


@dataclass
class Pulse:
    """Whether a cycle moves: what it is connected by, and when it was last seen to send."""

    connected: Connected | None = None
    sent: int = 0
    moved_at: float = field(default_factory=time.monotonic)

    def is_beating(self) -> bool:
        """Whether it sent anything in the time that it may take."""
        sent = self.connected.requests_sent if self.connected is not None else 0
        if sent != self.sent:
            self.sent, self.moved_at = sent, time.monotonic()
        return time.monotonic() - self.moved_at < HANGS_AFTER_SECONDS


async def take_turn(
    app: App,
    connection: ConnectionSettings,
    due: Due,
    *,
    holder: str,
    pulse: Pulse,
    sayings: Sayings,
) -> CycleReport | None:
    """Run the lanes that are due; None where another process works on the connection.

    Raises what the store raises, and bugs; the lanes then count as failed where that can be
    written. While the process is stopping, no intent is left as if it were being sent.
    """
    name = connection.name
    async with leases.keep_lease(app.database, name, owner=app.owner, holder=holder) as epoch:
        if epoch is None:
            return None
        turn = Turn(name, epoch, float("inf"), LONGEST_WAIT_SECONDS)
        patience = HASTY if due.failing else USUAL
        pulse.connected = app.connected(connection, turn, patience=patience)
        try:
            report, results = await _cycle(app, pulse.connected, due)
        except LeaseLost as lost:
            logger.warning("%s", lost)
            return None
        except Exception:
            await _note(app, turn, due, _all_failed(app, due))
            raise
        else:
            sayings.tell(name, due, report, results)
            return report
        finally:
            if app.is_stopping:
                await app.database.run(_park, turn)


async def _cycle(app: App, connected: Connected, due: Due) -> tuple[CycleReport, list[LaneResult]]:
    schedule = app.settings.schedule
    closures = schedule.closures.total_seconds()
    report = await run_cycle(
        connected,
        app.database,
        application.utc_now,
        lanes=due.lanes,
        resting=pace.resting(due),
        apply_seconds=min(max(closures, LEAST_APPLYING_SECONDS), MOST_APPLYING_SECONDS),
    )
    lanes = lanes_read(connected.connection)
    results = pace.results_of(report, due, schedule, draw=_draw(), lanes=lanes)
    await _note(app, connected.turn, due, results)
    return report, results


async def _note(app: App, turn: Turn, due: Due, results: list[LaneResult]) -> None:
    await app.database.run(due_lanes.note_lanes, turn, results, wake_seq=due.wake_seq)


def _all_failed(app: App, due: Due) -> list[LaneResult]:
    """A bug, or a store that fails: every lane of the cycle is tried again later."""
    every = pace.intervals(app.settings.schedule)
    failures = {lane: due.failing.get(lane, (0, None))[0] + 1 for lane in due.lanes}
    return [
        LaneResult(lane, Ending.FAILED, max(pace.back_off(every[lane], count), 1.0), "failed")
        for lane, count in failures.items()
    ]


def _park(session: Session, turn: Turn) -> None:
    """Under the lease alone: who lost it leaves everything to the next."""
    if turn.connection is not None and turn.epoch is not None:
        if leases.renew(session, turn.connection, turn.epoch):
            outbox.park_sending(session, turn.connection)


def _draw() -> float:
    return random.uniform(-1, 1)  # noqa: S311  (chance, no secret)
