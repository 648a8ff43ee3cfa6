"""Which syncd works with the store now: its process, machine, command, and since when.

SQLite: the lock of the operating system tells, so a killed one is gone at once. Postgres: the
leases tell, and a killed one is gone when they have run out; the daemon always has one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from syncd.store.clock import read_clock
from syncd.store.database import Database, Session
from syncd.store.holding import holder_of_store
from syncd.store.leases import TTL_MS
from syncd.store.tables import leases

DAEMON = "syncd run"
"""The command that goes on until it is told to stop."""

# What `leases.holder_text` writes.
_WORDS = re.compile(
    r"process (?P<process>\d+) on (?P<host>.+), (?P<command>[^,]+), since (?P<since>.+) UTC"
)


@dataclass(frozen=True)
class Presence:
    """A syncd at work; `heard_seconds_ago` where only its leases tell that it lives."""

    process: int
    host: str
    command: str
    since: datetime
    heard_seconds_ago: int | None


def present_syncd(session: Session, database: Database) -> Presence | None:
    """The syncd that works with the store now, a daemon before a command; None where none does."""
    if database.is_sqlite:
        return read_words(holder_of_store(database) or "")
    now_ms = read_clock(session).ms
    query = select(leases).where(leases.c.owner.is_not(None), leases.c.expires_at_ms > now_ms)
    found = [
        read_words(row.holder, heard_seconds_ago=(now_ms + TTL_MS - row.expires_at_ms) // 1000)
        for row in session.execute(query)
    ]
    living = [each for each in found if each is not None]
    return min(living, key=lambda each: (each.command != DAEMON, each.since), default=None)


def read_words(words: str, *, heard_seconds_ago: int | None = None) -> Presence | None:
    """Who names itself in these words; None where they are no words of a holder."""
    match = _WORDS.fullmatch(words)
    if match is None:
        return None
    since = datetime.strptime(match["since"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return Presence(
        int(match["process"]), match["host"], match["command"], since, heard_seconds_ago
    )
