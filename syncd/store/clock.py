"""The clock of leases and budgets: milliseconds that all processes on one store agree about.

Postgres: the database's clock. SQLite, where all processes are on one machine: the time since the
machine started (it runs on during suspend and never jumps), which means nothing after a restart of
the machine; `boot_id` tells the starts apart. The wall clock is asked for what people look at
alone: `wall_minute`.
"""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import text

from syncd.store.database import Session

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Now:
    """An instant in milliseconds, comparable only with instants of the same `boot_id`."""

    ms: int
    boot_id: str


def read_clock(session: Session) -> Now:
    """The instant now. On Postgres call it after the row that it is for has been locked.

    `clock_timestamp`, not `now`: the latter stands still at the transaction's start, before any
    waiting.
    """
    if session.dialect.name == "sqlite":
        return Now(ms=boot_clock_ms(), boot_id=boot_id())
    milliseconds = session.execute(
        text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)")
    ).scalar_one()
    return Now(ms=milliseconds, boot_id="")


def boot_clock_ms() -> int:
    """Milliseconds since this machine started, time asleep included."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1_000_000


def wall_minute(session: Session, now: Now, *, ago_ms: int = 0) -> int:
    """The minute of the wall clock, counted from the epoch, `ago_ms` before the instant now.

    Postgres: its own clock's. To be shown, never to decide by: it jumps as often as it is set.
    """
    now_ms = time.time_ns() // 1_000_000 if session.dialect.name == "sqlite" else now.ms
    return (now_ms - ago_ms) // 60_000


def is_other_start(one: str, other: str) -> bool:
    """Whether two instants are certainly of different starts of the machine.

    A process from which /proc is hidden cannot tell its start: it is taken for the same one as
    any, and a clock that went backwards shows most restarts.
    """
    return bool(one) and bool(other) and one != other


@cache
def boot_id() -> str:
    """Which start of which machine this is; empty where that cannot be told."""
    # It outlives this process, and is asked for with every request that is sent.
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        # Not Linux. A clock that went backwards still shows most restarts of the machine.
        return ""
