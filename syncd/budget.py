"""Requests that we may still send with a key: waiting for a permit, and telling what became of it.

The guard is `store.slots`, whose rows all processes on one store share; aiolimiter only spreads
what the guard allows, so that a sweep does not use up the window in a second and leave a closure
waiting. Sends nothing itself and knows no vendor.
"""

import asyncio
import heapq
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from aiolimiter import AsyncLimiter

from syncd.errors import LeaseLost, SyncdError, VendorUnavailable
from syncd.model import Side, Turn, Urgency
from syncd.store.budgets import Exchange, LeaseGone, Watch, exchange
from syncd.store.clock import boot_clock_ms
from syncd.store.database import Database
from syncd.store.slots import Grant, Settlement, Terms, Wait

logger = logging.getLogger(__name__)

# This share of the limit goes out at once, the rest at the limit's own rate. With the vendors'
# limits that is 15 requests for AgentOS (more than the first cycle of a connection needs) and 30
# for LetsJobIt.
_BURST = 0.3
# Whoever has sent so many requests in a row gets permits for its next ones along with the next.
_IN_A_ROW = 5
_MOST_AHEAD = 7
# A permit that was granted ahead is used no later than this after it.
_AHEAD_WITHIN_MS = 1_000
# Longer than this from the grant to the sending, and the lease may be gone: the permit is void.
_SPEND_WITHIN_MS = 5_000
# What became of permits is written with the next grant; this long after the last at the latest.
_SETTLE_WITHIN_SECONDS = 0.25
# Each step of urgency goes before what came this share of a window earlier. So closures go first,
# and yet nobody waits for ever behind a backlog of them.
_HEAD_START = 0.1
# 403 is how AgentOS blocks the key of who goes on after a 429.
_REFUSALS = (403, 429)
# Other processes settle their permits too, so a wait that depends on them is looked at this often.
_LOOKS_PER_WINDOW = 20


@dataclass(frozen=True)
class Permit:
    """The right to send one request; see `KeyBudget.acquire`."""

    slot: int
    free_after: int
    granted_at_ms: int

    @property
    def is_fresh(self) -> bool:
        """Whether it may still be used. A machine that slept in between counts its sleep."""
        return boot_clock_ms() - self.granted_at_ms <= _SPEND_WITHIN_MS


@dataclass(frozen=True)
class Verdict:
    """What became of one request, as far as the key's budget is concerned.

    `answered` False: no answer is known (timeout, reset); it counts for the hold and a window.
    `was_sent` False: it certainly never left (refused connection, a permit not used); it never
    counts. `remaining` and `reset_seconds` are the vendor's X-RateLimit-Remaining and
    X-Rate-Limit-Reset, `retry_after` its Retry-After, in seconds.
    """

    answered: bool
    status: int | None = None
    remaining: int | None = None
    reset_seconds: float | None = None
    retry_after: float | None = None
    was_sent: bool = True


@dataclass(order=True)
class _Waiter:
    rank: float
    number: int
    turn: Turn = field(compare=False)
    deadline: float = field(compare=False)
    permit: asyncio.Future[Permit] = field(compare=False)


class _Purpose(NamedTuple):
    """What permits that are granted ahead are good for: one lease, and no bad news since."""

    connection: str | None
    epoch: int | None
    warnings: int


class KeyBudget:
    """The budget of one API key in this process; every connection with that key shares it.

    `limit` requests in any `window_seconds`, whoever sends them. A request must be over (answered,
    or given up) within `hold_seconds` of its permit. Close it at the end: what became of the last
    permits is written then.
    """

    def __init__(
        self,
        database: Database,
        *,
        side: Side,
        key_id: str,
        limit: int,
        window_seconds: float,
        hold_seconds: float = 120.0,
    ) -> None:
        self._database = database
        self._side = side
        self._key_id = key_id
        self._terms = Terms(limit, round(window_seconds * 1000), round(hold_seconds * 1000))
        burst = max(limit * _BURST, 1.0)
        self._pacer = AsyncLimiter(burst, burst * window_seconds / limit)
        self._waiters: list[_Waiter] = []
        self._numbers = count()
        # When each was settled (time.monotonic), and how.
        self._unwritten: list[tuple[float, Settlement]] = []
        # Permits granted ahead, what they are good for, and how many in a row were good for it.
        self._ahead: list[Permit] = []
        self._purpose: _Purpose | None = None
        self._in_a_row = 0
        self._warnings = 0
        self._watch: Watch | None = None
        self._nothing_before = 0.0
        self._head_start_seconds = window_seconds * _HEAD_START
        self._is_stopped = False
        self._news = asyncio.Event()
        self._exchanging = asyncio.Lock()
        self._serving: asyncio.Task[None] | None = None

    async def acquire(self, turn: Turn, urgency: Urgency) -> Permit:
        """Wait for the right to send one request, and have it.

        The most urgent goes first, then the oldest; one that has waited long goes before what is
        more urgent. Send while the permit `is_fresh`, and settle it whatever happens. Raises
        VendorUnavailable (code "deadline") as soon as it is certain that there will be none before
        the turn's deadline, or in its longest wait, and LeaseLost where the turn's lease is.
        """
        now = time.monotonic()
        deadline = min(turn.deadline, now + turn.longest_wait_seconds)
        if self._is_stopped or deadline <= max(now, self._nothing_before):
            raise self._too_late()
        rank = now + urgency * self._head_start_seconds
        permit: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        if self._first() is None:
            self._news.set()
        heapq.heappush(self._waiters, _Waiter(rank, next(self._numbers), turn, deadline, permit))
        self._serve()
        try:
            # The clock of the event loop is time.monotonic().
            async with asyncio.timeout_at(deadline):
                return await permit
        except (TimeoutError, asyncio.CancelledError) as error:
            if permit.done() and not permit.cancelled() and permit.exception() is None:
                self._note(permit.result(), Verdict(answered=False, was_sent=False))
            if isinstance(error, TimeoutError):
                raise self._too_late() from None
            raise

    async def settle(self, permit: Permit, verdict: Verdict) -> None:
        """Tell what became of the request that `permit` was for.

        Ordinary answers are written with the next grant, a moment later at the latest: if we die
        before, the permit only counts longer. A refusal is written before this returns.
        """
        self._note(permit, verdict)
        if verdict.status in _REFUSALS:
            # A store out of reach gives out no permits either, and is told with the next one.
            with suppress(SyncdError):
                await self._exchange(None)

    def stop(self) -> None:
        """Give out no more permits: who waits, or asks from now on, is told that it is too late.

        What was sent is still settled.
        """
        self._is_stopped = True
        for waiter in self._waiters:
            if not waiter.permit.done():
                waiter.permit.set_exception(self._too_late())

    async def close(self) -> None:
        """Write what became of the last permits. Nobody may be waiting for one any more."""
        if self._serving is not None:
            async with self._exchanging:  # a permit that is just being granted is not lost
                self._serving.cancel()
            await asyncio.wait([self._serving])
        self._give_back_ahead()
        if self._unwritten:
            # Not written, they only count longer.
            with suppress(SyncdError):
                await self._exchange(None)

    def _note(self, permit: Permit, verdict: Verdict) -> None:
        self._enter(permit, verdict)
        self._news.set()
        self._serve()

    def _enter(self, permit: Permit, verdict: Verdict) -> None:
        settlement = Settlement(
            slot=permit.slot,
            age=0,
            free_after=permit.free_after,
            is_answered=verdict.answered,
            is_unsent=not verdict.was_sent,
            status=verdict.status,
            remaining=verdict.remaining,
            reset=_milliseconds(verdict.reset_seconds),
            retry_after=_milliseconds(verdict.retry_after),
        )
        self._unwritten.append((time.monotonic(), settlement))
        half = self._terms.limit // 2
        is_low = verdict.remaining is not None and verdict.remaining < half
        self._warnings += is_low or verdict.status in _REFUSALS

    def _serve(self) -> None:
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve_all())

    async def _serve_all(self) -> None:
        """Serve until nobody waits and everything is written."""
        try:
            while self._first() or self._unwritten or self._ahead:
                if self._first():
                    await self._pacer.acquire()
                    await self._serve_first()
                elif await self._is_quiet_for(_SETTLE_WITHIN_SECONDS):
                    self._in_a_row = 0
                    self._give_back_ahead()
                    await self._exchange(None)
        except Exception as error:
            self._give_up(error)

    async def _serve_first(self) -> None:
        """Give one permit to whoever is first, however long that takes."""
        while waiter := self._first():
            if permit := self._taken_from_ahead(waiter.turn):
                return self._hand_over(waiter, permit)
            granted_at_ms = boot_clock_ms()
            result = await self._exchange(waiter.turn)
            outcome = result.outcome
            if isinstance(outcome, Grant):
                first, *ahead = (
                    Permit(each.slot, each.free_after, granted_at_ms)
                    for each in (outcome, *result.ahead)
                )
                self._ahead = ahead
                return self._hand_over(waiter, first)
            if isinstance(outcome, Wait):
                self._refuse_hopeless(outcome)
                look_after = min(outcome.look_after, self._terms.window / _LOOKS_PER_WINDOW)
                await self._is_quiet_for(look_after / 1000 + 0.001)
            if isinstance(outcome, LeaseGone) and not waiter.permit.done():
                waiter.permit.set_exception(LeaseLost(waiter.turn.connection or ""))

    def _taken_from_ahead(self, turn: Turn) -> Permit | None:
        """One that was granted ahead for this turn, unless there was a warning since."""
        purpose = _Purpose(turn.connection, turn.epoch, self._warnings)
        is_same = purpose == self._purpose
        self._purpose = purpose
        self._in_a_row = self._in_a_row + 1 if is_same else 0
        oldest_ms = boot_clock_ms() - _AHEAD_WITHIN_MS
        if self._ahead and is_same and self._ahead[0].granted_at_ms >= oldest_ms:
            return self._ahead.pop(0)
        self._give_back_ahead()
        return None

    def _give_back_ahead(self) -> None:
        unused, self._ahead = self._ahead, []
        for permit in unused:
            self._enter(permit, Verdict(answered=False, was_sent=False))

    @property
    def _most_ahead(self) -> int:
        """How many to ask for ahead.

        None on a store that several processes share: another one's refusal silences the key from
        its next permit on. None where the pacer would have them wait.
        """
        is_alone = self._database.is_sqlite
        is_paced = not self._pacer.has_capacity(_MOST_AHEAD)
        return _MOST_AHEAD if is_alone and self._in_a_row >= _IN_A_ROW and not is_paced else 0

    def _first(self) -> _Waiter | None:
        while self._waiters and self._waiters[0].permit.done():
            heapq.heappop(self._waiters)
        return self._waiters[0] if self._waiters else None

    def _hand_over(self, waiter: _Waiter, permit: Permit) -> None:
        if waiter.permit.done():
            self._note(permit, Verdict(answered=False, was_sent=False))
        else:
            waiter.permit.set_result(permit)

    def _refuse_hopeless(self, wait: Wait) -> None:
        self._nothing_before = time.monotonic() + wait.at_least / 1000
        for waiter in self._waiters:
            if waiter.deadline <= self._nothing_before and not waiter.permit.done():
                waiter.permit.set_exception(self._too_late())

    async def _exchange(self, turn: Turn | None) -> Exchange:
        """Write what became of permits, and ask for one where there is a turn."""
        async with self._exchanging:
            brought, self._unwritten = self._unwritten, []
            self._news.clear()
            now = time.monotonic()
            aged = [replace(one, age=int((now - at) * 1000)) for at, one in brought]
            # A machine that starts anew waits a whole window, whatever was sent before; but it has
            # to know of a refusal.
            is_refused = any(one.status in _REFUSALS for one in aged)
            write = self._database.run if is_refused else self._database.run_fleeting
            try:
                result = await write(
                    exchange,
                    self._key_id,
                    self._terms,
                    side=self._side,
                    settlements=aged,
                    turn=turn,
                    watch=self._watch,
                    most_ahead=self._most_ahead if turn is not None else 0,
                )
            except BaseException:
                # Written twice does no harm.
                self._unwritten = brought + self._unwritten
                raise
            self._watch = result.watch
            return result

    async def _is_quiet_for(self, seconds: float) -> bool:
        """Wait for news, at most so long; whether there was none."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
            self._news.clear()
            return False
        return True

    def _give_up(self, error: Exception) -> None:
        """Tell everybody who waits; what is unwritten is tried again with the next permit."""
        logger.warning("the budget of a key of %s could not be used: %s", self._side, error)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.permit.done():
                waiter.permit.set_exception(error)

    def _too_late(self) -> VendorUnavailable:
        wait_seconds = max(self._nothing_before - time.monotonic(), 0.0)
        return VendorUnavailable(
            "deadline",
            f"{self._side}: no request is left for this key before the deadline",
            "the rest is done by the next run",
            side=self._side,
            operation="budget",
            retry_after=wait_seconds or None,
        )


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
