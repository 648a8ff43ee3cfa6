"""The rows of the budgets: one per API key, and one per request that still counts.

The arithmetic is in `store.slots`. Whoever changes a key's rows locks the row of the key first, and
before that the row of the lease; so processes that share a store share the key without sending too
much.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, text, update

from syncd.model import Side, Turn
from syncd.store import minutes
from syncd.store.clock import Now, boot_clock_ms, read_clock
from syncd.store.database import Session
from syncd.store.leases import renew
from syncd.store.slots import (
    Freeze,
    Grant,
    Ledger,
    Settlement,
    Slot,
    Terms,
    Wait,
    brought_up_to,
    granted,
    granted_ahead,
    settled,
)
from syncd.store.tables import budget_slots, budgets

# Clocks of two machines drift and are put right; a step beyond this is a jump.
_CLOCK_TOLERANCE_MS = 2_000


@dataclass(frozen=True)
class LeaseGone:
    """No permit: the lease that it was asked under is somebody else's."""


@dataclass(frozen=True)
class Watch:
    """The store's clock and this machine's, read together; so a jump of the first is seen later."""

    store_ms: int
    boot_ms: int


@dataclass(frozen=True)
class Exchange:
    """What a process got for what it brought. `ahead` are permits for its next requests."""

    outcome: Grant | Wait | LeaseGone | None
    watch: Watch
    ahead: tuple[Grant, ...] = ()


@dataclass(frozen=True)
class BudgetState:
    """A key's budget for people: `free` permits now, else the next one and why it takes so long."""

    limit: int
    window_seconds: float
    free: int
    next_free_in_seconds: float
    frozen_for_seconds: float
    reason: str | None


def key_id(side: Side, api_key: str) -> str:
    """A name for a key that does not give it away; the same in every process and connection."""
    digest = hashlib.blake2b(
        api_key.encode(), key=b"syncd budget", digest_size=16, person=side.value.encode()
    )
    return f"{side.value}:{digest.hexdigest()}"


def exchange(
    session: Session,
    key: str,
    terms: Terms,
    *,
    side: Side,
    settlements: Sequence[Settlement] = (),
    turn: Turn | None = None,
    watch: Watch | None = None,
    most_ahead: int = 0,
) -> Exchange:
    """Enter what became of earlier permits, and give one out where a `turn` asks for it.

    With it come up to `most_ahead` more, where there are plenty. The turn's lease is checked and
    renewed first; where it is lost, nothing is given out.
    """
    is_ours = turn is None or turn.connection is None or turn.epoch is None
    if turn is not None and turn.connection is not None and turn.epoch is not None:
        is_ours = renew(session, turn.connection, turn.epoch)
    stored = _lock(session, key, terms, side)
    boot_ms = boot_clock_ms()
    now = read_clock(session)
    at_most = None if watch is None else watch.store_ms + _latest_step(watch)
    ledger = brought_up_to(stored, terms, now=now.ms, boot_id=now.boot_id, at_most=at_most)
    for settlement in settlements:
        ledger = settled(ledger, settlement)
    outcome: Grant | Wait | LeaseGone | None = None
    if not is_ours:
        outcome = LeaseGone()
    elif turn is not None:
        ledger, outcome = granted(ledger, hold=terms.hold)
    ahead: tuple[Grant, ...] = ()
    if isinstance(outcome, Grant):
        ledger, ahead = granted_ahead(ledger, hold=terms.hold, most=most_ahead)
    _save(session, key, stored, ledger)
    if stored.as_of // 60_000 != now.ms // 60_000:
        minutes.forget(session, key, now)
    given = len(ahead) + isinstance(outcome, Grant)
    minutes.count(session, key, now, given, _unsent_ages(stored, settlements, terms, now))
    return Exchange(outcome, Watch(now.ms, boot_ms), ahead)


def _unsent_ages(
    ledger: Ledger, settlements: Iterable[Settlement], terms: Terms, now: Now
) -> list[int]:
    """How long ago the permits were granted that came back unsent, in ms.

    Those that were brought before are not in the ledger any more.
    """
    unsent = {one.slot for one in settlements if one.is_unsent}
    ends = [slot.held_until for number, slot in ledger.slots if number in unsent]
    return [max(now.ms - end + terms.hold, 0) for end in ends if end is not None]


def _latest_step(watch: Watch) -> int:
    return boot_clock_ms() - watch.boot_ms + _CLOCK_TOLERANCE_MS


def describe(session: Session, key: str) -> BudgetState | None:
    """How a key's budget stands; None where no request was ever sent with it."""
    stored = _load(session, key)
    if stored is None:
        return None
    now = read_clock(session)
    terms = Terms(stored.limit, stored.window, hold=stored.window)
    ledger = brought_up_to(stored, terms, now=now.ms, boot_id=now.boot_id)
    _, outcome = granted(ledger, hold=terms.hold)
    is_free = isinstance(outcome, Grant)
    free = (1 if ledger.refusals else ledger.limit - len(ledger.slots)) if is_free else 0
    return BudgetState(
        limit=ledger.limit,
        window_seconds=ledger.window / 1000,
        free=free,
        next_free_in_seconds=outcome.look_after / 1000 if isinstance(outcome, Wait) else 0.0,
        frozen_for_seconds=max(ledger.frozen_until - now.ms, 0) / 1000,
        reason=ledger.frozen_why.in_words if ledger.frozen_why else None,
    )


def _lock(session: Session, key: str, terms: Terms, side: Side) -> Ledger:
    stored = _load(session, key, is_locking=True)
    if stored is not None:
        return stored
    now = read_clock(session)
    session.execute(_ADD, _row(_fresh(terms, now)) | {"key_id": key, "side": side.value})
    stored = _load(session, key, is_locking=True)
    if stored is None:
        raise LookupError("the row of a budget vanished while it was being made")
    return stored


def _fresh(terms: Terms, now: Now) -> Ledger:
    """A key that was never used has all its permits at once."""
    return Ledger(limit=terms.limit, window=terms.window, boot_id=now.boot_id, as_of=now.ms)


_ADD = text(
    "INSERT INTO budgets (key_id, side, request_limit, window_ms, boot_id, as_of_ms, grants,"
    " frozen_until_ms, refusals, blocks)"
    " VALUES (:key_id, :side, :request_limit, :window_ms, :boot_id, :as_of_ms, :grants,"
    " :frozen_until_ms, :refusals, :blocks) ON CONFLICT DO NOTHING"
)


# Run for every request that is sent; building them takes longer than running them.
_ROW = select(budgets).where(budgets.c.key_id == bindparam("key"))
_ROW_LOCKED = _ROW.with_for_update()
_SLOTS = (
    select(budget_slots.c.slot, budget_slots.c.busy_until_ms, budget_slots.c.held_until_ms)
    .where(budget_slots.c.key_id == bindparam("key"))
    .order_by(budget_slots.c.slot)
)
_CHANGE_ROW = (
    update(budgets)
    .where(budgets.c.key_id == bindparam("key"))
    .values({name: bindparam(name) for name in budgets.c.keys() if name not in ("key_id", "side")})
)
_KEEP_SLOT = text(
    "INSERT INTO budget_slots (key_id, slot, busy_until_ms, held_until_ms)"
    " VALUES (:key, :number, :until, :held) ON CONFLICT (key_id, slot) DO UPDATE"
    " SET busy_until_ms = excluded.busy_until_ms, held_until_ms = excluded.held_until_ms"
)
_DROP_SLOT = delete(budget_slots).where(
    budget_slots.c.key_id == bindparam("key"), budget_slots.c.slot == bindparam("number")
)


def _load(session: Session, key: str, *, is_locking: bool = False) -> Ledger | None:
    row = session.execute(_ROW_LOCKED if is_locking else _ROW, {"key": key}).one_or_none()
    if row is None:
        return None
    slots = session.execute(_SLOTS, {"key": key}).all()
    return Ledger(
        limit=row.request_limit,
        window=row.window_ms,
        boot_id=row.boot_id,
        as_of=row.as_of_ms,
        grants=row.grants,
        frozen_until=row.frozen_until_ms,
        frozen_why=Freeze(row.frozen_why) if row.frozen_why else None,
        refusals=row.refusals,
        refused_at=row.refused_at_ms,
        blocks=row.blocks,
        probe=row.probe,
        slots=tuple((slot, Slot(busy, held)) for slot, busy, held in slots),
    )


def _row(ledger: Ledger) -> dict[str, int | str | None]:
    return {
        "request_limit": ledger.limit,
        "window_ms": ledger.window,
        "boot_id": ledger.boot_id,
        "as_of_ms": ledger.as_of,
        "grants": ledger.grants,
        "frozen_until_ms": ledger.frozen_until,
        "frozen_why": ledger.frozen_why.value if ledger.frozen_why else None,
        "refusals": ledger.refusals,
        "refused_at_ms": ledger.refused_at,
        "blocks": ledger.blocks,
        "probe": ledger.probe,
    }


def _save(session: Session, key: str, before: Ledger, after: Ledger) -> None:
    """Write what changed."""
    changed = _row(after)
    if _row(before) != changed:
        session.execute(_CHANGE_ROW, {"key": key, **changed})
    old, new = dict(before.slots), dict(after.slots)
    gone = [{"key": key, "number": number} for number in old if number not in new]
    if gone:
        session.execute(_DROP_SLOT, gone)
    kept = [
        {"key": key, "number": number, "until": slot.busy_until, "held": slot.held_until}
        for number, slot in new.items()
        if old.get(number) is not slot
    ]
    if kept:
        session.execute(_KEEP_SLOT, kept)
