"""How many requests a key may still send: a strict rolling window, as pure arithmetic.

A slot is busy from the grant of a permit until its answer plus one window, or until the grant plus
the hold plus one window while no answer is known. The vendor sees the request between grant and
answer, so in no window of the vendor's does it see more than `limit` requests, however slow some of
them are.

All instants are milliseconds of `store.clock`. They are cut off, and a vendor may count both ends
of its window: hence the one millisecond more wherever a window is waited for. No I/O here:
`store.budgets` reads and writes the rows.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from syncd.store.clock import is_other_start

# A 429 silences the key for a window; a probe that is refused again doubles that, up to this many.
_LONGEST_REFUSAL_WINDOWS = 16
# AgentOS answers 403 and blocks the key of a caller who goes on after a 429: fifteen windows of
# silence (a quarter of an hour at 60 s), doubled each time, at most an hour's worth.
_BLOCK_WINDOWS = 15
_LONGEST_BLOCK_WINDOWS = 60
# A 403 this long after a 429 is taken for such a block.
_BLOCK_SUSPECTED_WINDOWS = 2
_LONGEST_RETRY_AFTER_MS = 3_600_000
# A reset further away than this is no number of seconds (some send the time of day): passed over.
_LONGEST_RESET_WINDOWS = 10


class Freeze(StrEnum):
    """Why nothing at all is sent on a key for a while. Stored; words for people are `in_words`."""

    CLOCK = "clock"
    EXHAUSTED = "exhausted"
    REFUSED = "refused"
    BLOCKED = "blocked"

    @property
    def in_words(self) -> str:
        """For people, after "nothing is sent because"."""
        return {
            Freeze.CLOCK: "it is not known how long ago the last requests were",
            Freeze.EXHAUSTED: "the vendor said that no requests are left",
            Freeze.REFUSED: "the vendor answered 429",
            Freeze.BLOCKED: "the vendor answered 403 after 429, as it does to keys that it blocks",
        }[self]


class Slot(NamedTuple):
    """A request that counts: until `busy_until`, and unanswered as long as `held_until` is set.

    A tuple because all that count are read for each permit.
    """

    busy_until: int
    held_until: int | None = None


@dataclass(frozen=True)
class Ledger:
    """All that is known of one key; `slots` has the busy ones, by the number of their grant."""

    limit: int
    window: int
    boot_id: str
    as_of: int
    grants: int = 0
    frozen_until: int = 0
    frozen_why: Freeze | None = None
    refusals: int = 0
    refused_at: int | None = None
    blocks: int = 0
    probe: int | None = None
    slots: tuple[tuple[int, Slot], ...] = ()


@dataclass(frozen=True)
class Settlement:
    """What became of one permit. `age` is how long ago the answer came, or was given up.

    `free_after` is what was free right after its grant. `is_unsent`: the request certainly never
    left.
    """

    slot: int
    age: int
    free_after: int
    is_answered: bool
    is_unsent: bool = False
    status: int | None = None
    remaining: int | None = None
    reset: int | None = None
    retry_after: int | None = None


@dataclass(frozen=True)
class Grant:
    """The right to send one request."""

    slot: int
    free_after: int


@dataclass(frozen=True)
class Wait:
    """No permit now, surely none for `at_least` more milliseconds; look again in `look_after`."""

    at_least: int
    look_after: int


@dataclass(frozen=True)
class Terms:
    """What holds for a key: `limit` requests per `window`, each over within `hold`."""

    limit: int
    window: int
    hold: int


def brought_up_to(
    ledger: Ledger, terms: Terms, *, now: int, boot_id: str, at_most: int | None = None
) -> Ledger:
    """The ledger at `now`, under these terms, without the slots that became free.

    Where the times in it mean nothing any more, or the window grew, nothing is granted for one
    window: after a restart of the machine, and when the clock is past `at_most`, the latest that a
    caller who watched it believes possible. A new limit needs no such care: busy slots are counted,
    not numbered.
    """
    if is_other_start(ledger.boot_id, boot_id):
        return _restarted(ledger, terms, now, boot_id)
    if now < ledger.as_of:
        ledger = _with_clock_put_back(ledger, now, terms)
    if at_most is not None and now > at_most:
        ledger = _with_clock_put_forward(ledger, now, terms)
    if terms.window > ledger.window:
        ledger = _with_longer_window(ledger, now, terms)
    return replace(
        ledger,
        boot_id=ledger.boot_id or boot_id,
        as_of=now,
        limit=terms.limit,
        window=terms.window,
        slots=tuple(entry for entry in ledger.slots if entry[1].busy_until > now),
        frozen_why=ledger.frozen_why if ledger.frozen_until > now or ledger.refusals else None,
    )


def _restarted(ledger: Ledger, terms: Terms, now: int, boot_id: str) -> Ledger:
    """How long the machine was off is unknown: wait a window, or what was left of a refusal."""
    pause = max(terms.window + 1, ledger.frozen_until - ledger.as_of if ledger.refusals else 0)
    return Ledger(
        limit=terms.limit,
        window=terms.window,
        boot_id=boot_id,
        as_of=now,
        grants=ledger.grants,
        frozen_until=now + pause,
        frozen_why=ledger.frozen_why if ledger.refusals else Freeze.CLOCK,
        refusals=ledger.refusals,
        blocks=ledger.blocks,
    )


def _with_clock_put_back(ledger: Ledger, now: int, terms: Terms) -> Ledger:
    """Shorten what a clock that was put back made longer; no slot is busy for more than this."""
    held = now + terms.hold
    slots = tuple(
        (
            number,
            Slot(
                min(slot.busy_until, held + ledger.window + 1),
                None if slot.held_until is None else min(slot.held_until, held),
            ),
        )
        for number, slot in ledger.slots
    )
    frozen_until = now + max(ledger.frozen_until - ledger.as_of, 0)
    return replace(ledger, slots=slots, refused_at=None, frozen_until=frozen_until)


def _with_clock_put_forward(ledger: Ledger, now: int, terms: Terms) -> Ledger:
    """Nobody knows what has become free: wait a window, longer for what is still under way."""
    held = now + terms.hold
    slots = tuple(
        (number, slot if slot.held_until is None else Slot(held + terms.window + 1, held))
        for number, slot in ledger.slots
    )
    return _frozen(replace(ledger, slots=slots), now + terms.window + 1, Freeze.CLOCK)


def _with_longer_window(ledger: Ledger, now: int, terms: Terms) -> Ledger:
    """What has become free under the shorter window may count in the longer one."""
    more = terms.window - ledger.window
    slots = tuple(
        (number, slot._replace(busy_until=slot.busy_until + more)) for number, slot in ledger.slots
    )
    return _frozen(replace(ledger, slots=slots), now + terms.window + 1, Freeze.CLOCK)


def granted(ledger: Ledger, *, hold: int) -> tuple[Ledger, Grant | Wait]:
    """Give out one permit, or say how long there is none. The ledger has been brought up to now."""
    wait = _wait(ledger)
    if wait is not None:
        return ledger, wait
    number = ledger.grants + 1
    held_until = ledger.as_of + hold
    slot = Slot(held_until + ledger.window + 1, held_until)
    slots = (*ledger.slots, (number, slot))
    probe = number if ledger.refusals else None
    changed = replace(ledger, grants=number, slots=slots, probe=probe)
    return changed, Grant(number, ledger.limit - len(slots))


def granted_ahead(ledger: Ledger, *, hold: int, most: int) -> tuple[Ledger, tuple[Grant, ...]]:
    """Give out more permits, up to `most`, as long as half of the limit is left for others.

    None where a refusal is remembered: then one request goes at a time.
    """
    ahead: list[Grant] = []
    while len(ahead) < most and not ledger.refusals and 2 * len(ledger.slots) < ledger.limit:
        ledger, outcome = granted(ledger, hold=hold)
        if isinstance(outcome, Wait):
            break
        ahead.append(outcome)
    return ledger, tuple(ahead)


def _wait(ledger: Ledger) -> Wait | None:
    now = ledger.as_of
    if ledger.frozen_until > now:
        return Wait(ledger.frozen_until - now, ledger.frozen_until - now)
    if ledger.refusals and (ends := [s.held_until for _, s in ledger.slots if _is_held(s, now)]):
        # The probe's verdict, or requests from before the 429: their answers decide.
        return Wait(0, min(end for end in ends if end is not None) - now)
    if len(ledger.slots) < ledger.limit:
        return None
    surplus = len(ledger.slots) - ledger.limit
    soonest = sorted(slot.busy_until for _, slot in ledger.slots)[surplus]
    # A slot without an answer is free a window after its answer: at the earliest a window from now.
    earliest = sorted(
        now + ledger.window if _is_held(slot, now) else slot.busy_until for _, slot in ledger.slots
    )[surplus]
    return Wait(min(earliest, soonest) - now, soonest - now)


def _is_held(slot: Slot, now: int) -> bool:
    return slot.held_until is not None and slot.held_until > now


def settled(ledger: Ledger, settlement: Settlement) -> Ledger:
    """Enter what became of a permit: its slot's end, and what the answer says about the key."""
    now = ledger.as_of
    answered_at = now - max(settlement.age, 0)
    ledger = _with_slot_settled(ledger, settlement, answered_at)
    if not settlement.is_answered:
        return _after_lost_probe(ledger, settlement)
    if settlement.status == 429:
        return _after_refusal(ledger, settlement, answered_at)
    if settlement.status == 403 and _is_block(ledger, answered_at):
        return _after_block(ledger, answered_at)
    if settlement.slot == ledger.probe:
        ledger = replace(ledger, refusals=0, blocks=0, probe=None, frozen_why=None)
    return _tightened(ledger, settlement, answered_at)


def _with_slot_settled(ledger: Ledger, settlement: Settlement, answered_at: int) -> Ledger:
    if settlement.is_unsent:
        slots = tuple(entry for entry in ledger.slots if entry[0] != settlement.slot)
        return replace(ledger, slots=slots)
    if not settlement.is_answered:
        return ledger
    until = answered_at + ledger.window + 1
    return replace(
        ledger,
        slots=tuple(
            (number, Slot(until) if number == settlement.slot else slot)
            for number, slot in ledger.slots
        ),
    )


def _after_lost_probe(ledger: Ledger, settlement: Settlement) -> Ledger:
    if settlement.slot != ledger.probe:
        return ledger
    ledger = replace(ledger, probe=None)
    if settlement.is_unsent:
        return ledger
    # It may have been refused; nobody knows. Its slot has to stop counting as under way.
    slots = tuple(
        (number, slot._replace(held_until=None) if number == settlement.slot else slot)
        for number, slot in ledger.slots
    )
    why = ledger.frozen_why or Freeze.REFUSED
    return _frozen(replace(ledger, slots=slots), ledger.as_of + ledger.window, why)


def _after_refusal(ledger: Ledger, settlement: Settlement, answered_at: int) -> Ledger:
    # Requests that were under way when the first 429 came are refused too; only a probe's 429 is
    # news.
    is_news = ledger.refusals == 0 or settlement.slot == ledger.probe
    refusals = ledger.refusals + 1 if is_news else ledger.refusals
    pause = min(2 ** (refusals - 1), _LONGEST_REFUSAL_WINDOWS) * ledger.window
    asked_for = min(settlement.retry_after or 0, _LONGEST_RETRY_AFTER_MS)
    refused = replace(
        ledger,
        refusals=refusals,
        refused_at=answered_at,
        probe=None if settlement.slot == ledger.probe else ledger.probe,
    )
    return _frozen(refused, answered_at + max(pause, asked_for) + 1, Freeze.REFUSED)


def _is_block(ledger: Ledger, answered_at: int) -> bool:
    if ledger.refusals:
        return True
    suspicion = _BLOCK_SUSPECTED_WINDOWS * ledger.window
    return ledger.refused_at is not None and answered_at - ledger.refused_at <= suspicion


def _after_block(ledger: Ledger, answered_at: int) -> Ledger:
    pause = min(_BLOCK_WINDOWS * 2**ledger.blocks, _LONGEST_BLOCK_WINDOWS) * ledger.window
    blocked = replace(
        ledger, refusals=max(ledger.refusals, 1), blocks=ledger.blocks + 1, probe=None
    )
    return _frozen(blocked, answered_at + pause, Freeze.BLOCKED)


def _tightened(ledger: Ledger, settlement: Settlement, answered_at: int) -> Ledger:
    """Believe the vendor where it says that less is left than we think.

    Somebody else uses the key: what they sent is counted for a whole window, as if it were ours.
    Where nothing is left, nothing is sent before the vendor's reset; that may be the oldest slot's
    return only, or a whole window's.
    """
    remaining = settlement.remaining
    if remaining is None:
        return ledger
    # What was sent after this request may or may not be in the vendor's count already.
    sent_since = ledger.grants - settlement.slot
    believed = min(ledger.limit - len(ledger.slots), settlement.free_after - sent_since)
    foreign = range(ledger.grants + 1, ledger.grants + 1 + max(believed - max(remaining, 0), 0))
    until = answered_at + ledger.window + 1
    counted = tuple((number, Slot(until)) for number in foreign if until > ledger.as_of)
    ledger = replace(ledger, grants=ledger.grants + len(counted), slots=ledger.slots + counted)
    reset = settlement.reset or 0
    if remaining <= 0 and 0 < reset <= _LONGEST_RESET_WINDOWS * ledger.window:
        return _frozen(ledger, answered_at + reset, Freeze.EXHAUSTED)
    return ledger


def _frozen(ledger: Ledger, until: int, why: Freeze) -> Ledger:
    if until <= ledger.frozen_until:
        return ledger
    return replace(ledger, frozen_until=until, frozen_why=why)
