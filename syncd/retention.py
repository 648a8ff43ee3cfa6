"""Retention: once a day, what is personal of finished work and old history leave the store.

`tend` is the one entry, for the daemon (as often as it likes) and for `run-once`. It asks no
vendor, and causes no write to one: what was dropped is read again only when a vendor changes it.
"""

import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from syncd.errors import SyncdError
from syncd.model import Turn
from syncd.settings import RetentionSettings
from syncd.store import chores, leases, old_words, retention
from syncd.store.database import Database, Session

logger = logging.getLogger(__name__)

EVERY = timedelta(days=1)

QUIET_CYCLES = timedelta(days=30)
"""How long the record of a cycle that changed nothing is kept: a lane of a minute makes half a
million of them in a year."""

Step = Callable[[Session], int]

_WORDS = (
    old_words.forget_cycles_words,
    old_words.forget_sweeps_words,
    old_words.forget_reasons,
    old_words.forget_sentences,
    old_words.forget_obstacles,
)


async def tend(
    database: Database, kept: RetentionSettings, *, owner: str, clock: Callable[[], datetime]
) -> int:
    """Tend every connection of the store for which a day has passed; how many rows were dropped.

    A connection at which somebody works is left for the next call. Raises what the store raises.
    """
    dropped = 0
    for name in await database.read(_due, clock()):
        holder = leases.holder_text("retention")
        async with leases.keep_lease(database, name, owner=owner, holder=holder) as epoch:
            if epoch is not None:
                turn = Turn(name, epoch, math.inf)
                dropped += await _tend_one(database, kept, turn, clock())
    if dropped:
        await _reclaim(database)
    return dropped


def _due(session: Session, now: datetime) -> list[str]:
    names = retention.known_connections(session)
    return [name for name in names if chores.is_due(session, _chore(name), every=EVERY, now=now)]


def _chore(name: str) -> str:
    return f"retention:{name}"


async def _tend_one(database: Database, kept: RetentionSettings, turn: Turn, now: datetime) -> int:
    personal, history = now - kept.personal_data, now - kept.journal
    quiet = max(history, now - QUIET_CYCLES)
    steps: tuple[Step, ...] = (
        partial(retention.forget_links, turn=turn, before=personal, now=now),
        partial(retention.forget_closures, turn=turn, before=personal),
        partial(retention.forget_others, turn=turn, before=personal),
        partial(retention.forget_answered, turn=turn, before=personal),
        partial(retention.forget_people, turn=turn, before=personal),
        *(partial(step, turn=turn, before=personal) for step in _WORDS),
        partial(retention.drop_history, turn=turn, before=history),
        partial(retention.drop_cycles, turn=turn, before=history, quiet_before=quiet),
    )
    dropped = 0
    for step in steps:
        while count := await database.run(step):
            dropped += count
    await database.run(chores.note_done, _chore(turn.connection or ""), now=now)
    return dropped


async def _reclaim(database: Database) -> None:
    """What was dropped is out of every table; out of the file as soon as the disk allows it."""
    try:
        await database.reclaim()
    except SyncdError as error:
        logger.warning("the store's file could not be cleaned up yet: %s", error)
