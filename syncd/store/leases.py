"""The right to work on one connection: at most one process has it, and the epoch proves who.

Each take raises the epoch. Every write transaction of a cycle and every permit of a budget checks
it first, which also renews it; so a process that was paused and replaced writes and sends nothing
more.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import bindparam, select, text, update

from syncd.errors import LeaseLost, SyncdError
from syncd.model import Turn
from syncd.store.clock import read_clock
from syncd.store.database import Database, Session
from syncd.store.tables import leases

logger = logging.getLogger(__name__)

# A dead holder's lease is free after this (Postgres); a living one renews three times in it.
TTL_MS = 15_000
RENEWAL_SECONDS = 5.0

_ADD_FREE = text(
    "INSERT INTO leases (connection, holder, epoch, expires_at_ms) VALUES (:connection, '', 0, 0)"
    " ON CONFLICT DO NOTHING"
)


def new_owner() -> str:
    """A name for this process that no other ever has; make it once per process."""
    return secrets.token_hex(8)


def holder_text(command: str) -> str:
    """Who we are, for people who find the store held: process, machine, command and since when."""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"process {os.getpid()} on {socket.gethostname()}, {command}, since {since}"


@asynccontextmanager
async def keep_lease(
    database: Database, connection: str, *, owner: str, holder: str
) -> AsyncIterator[int | None]:
    """Take the lease of `connection`, renew it while the block runs, release it at its end.

    Gives the epoch, or None where another process has the lease. That the lease was lost shows in
    the next `check` or permit, not here.
    """
    epoch = await database.run(take, connection, owner=owner, holder=holder)
    if epoch is None:
        yield None
        return
    renewing = asyncio.create_task(_keep_renewing(database, connection, epoch))
    try:
        yield epoch
    finally:
        renewing.cancel()
        await asyncio.wait([renewing])
        # A store out of reach frees the lease as well, only later.
        with suppress(SyncdError):
            await database.run(release, connection, epoch)


async def _keep_renewing(database: Database, connection: str, epoch: int) -> None:
    is_ours = True
    while is_ours:
        await asyncio.sleep(RENEWAL_SECONDS)
        try:
            is_ours = await database.run(renew, connection, epoch)
        except SyncdError as error:
            logger.warning("the lease of %s could not be renewed: %s", connection, error.message)


def take(session: Session, connection: str, *, owner: str, holder: str) -> int | None:
    """Take the lease of `connection`: its new epoch, or None where another process has it.

    What `owner` itself still holds is not given again either: one cycle at a time.
    """
    session.execute(_ADD_FREE, {"connection": connection})
    row = session.execute(
        select(leases).where(leases.c.connection == connection).with_for_update()
    ).one()
    now_ms = read_clock(session).ms
    # On SQLite this process holds the lock of the store, so any other owner is dead.
    is_leftover = session.dialect.name == "sqlite" and row.owner != owner
    if row.owner is not None and row.expires_at_ms > now_ms and not is_leftover:
        return None
    epoch = int(row.epoch) + 1
    _write(
        session, connection, owner=owner, holder=holder, epoch=epoch, expires_at_ms=now_ms + TTL_MS
    )
    return epoch


# Run for every request that is sent; building them takes longer than running them.
_PROLONG = (
    update(leases)
    .where(
        leases.c.connection == bindparam("name"),
        leases.c.epoch == bindparam("held"),
        leases.c.owner.is_not(None),
    )
    .values(expires_at_ms=bindparam("until"))
)


def renew(session: Session, connection: str, epoch: int) -> bool:
    """Lock the lease's row and prolong it; False where `epoch` has it no more.

    One that ran out but that nobody took is prolonged too: the lock on the row keeps takers away.
    Where that lock had to be waited for, the lease is the shorter by it, never the longer.
    """
    until = read_clock(session).ms + TTL_MS
    prolonged = session.execute(_PROLONG, {"name": connection, "held": epoch, "until": until})
    return prolonged.rowcount == 1


def check(session: Session, turn: Turn) -> None:
    """Make sure that this turn's lease still holds, and renew it; LeaseLost where it does not.

    The first statement of every write transaction of a cycle. Lock order everywhere: this row, then
    a budget's. A turn without a connection needs no lease.
    """
    if turn.connection is None or turn.epoch is None:
        return
    if not renew(session, turn.connection, turn.epoch):
        raise LeaseLost(turn.connection, holder=holder_of(session, turn.connection))


def release(session: Session, connection: str, epoch: int) -> None:
    """Give the lease back, where `epoch` still has it."""
    session.execute(
        update(leases)
        .where(leases.c.connection == connection, leases.c.epoch == epoch)
        .values(owner=None, expires_at_ms=0)
    )


def holder_of(session: Session, connection: str) -> str | None:
    """Who works on `connection` now, for people; None where nobody does."""
    row = session.execute(select(leases).where(leases.c.connection == connection)).one_or_none()
    if row is None or row.owner is None or row.expires_at_ms <= read_clock(session).ms:
        return None
    return str(row.holder)


def _write(session: Session, connection: str, **values: str | int) -> None:
    session.execute(update(leases).where(leases.c.connection == connection).values(**values))
