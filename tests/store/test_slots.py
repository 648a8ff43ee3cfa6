"""The arithmetic of the rolling window: strict for the vendor, whatever happens to requests."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

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

TERMS = Terms(limit=3, window=100, hold=40)


def fresh(now: int = 1_000, terms: Terms = TERMS) -> Ledger:
    """The ledger of a key that was never used."""
    return Ledger(limit=terms.limit, window=terms.window, boot_id="boot", as_of=now)


def at(ledger: Ledger, now: int, terms: Terms = TERMS, **changes: int) -> Ledger:
    """The ledger brought up to `now`."""
    return brought_up_to(ledger, terms, now=now, boot_id="boot", **changes)


def take(ledger: Ledger) -> tuple[Ledger, Grant]:
    """A permit that has to be there."""
    ledger, outcome = granted(ledger, hold=TERMS.hold)
    assert isinstance(outcome, Grant)
    return ledger, outcome


def wait(ledger: Ledger) -> Wait:
    """How long there is none; there must be none."""
    _, outcome = granted(ledger, hold=TERMS.hold)
    assert isinstance(outcome, Wait)
    return outcome


def is_free(ledger: Ledger) -> bool:
    """Whether there is a permit."""
    return isinstance(granted(ledger, hold=TERMS.hold)[1], Grant)


def answer(grant: Grant, status: int = 200, *, age: int = 0, **said: int) -> Settlement:
    """What became of a permit that was answered."""
    return Settlement(grant.slot, age, grant.free_after, is_answered=True, status=status, **said)


def use_up(ledger: Ledger) -> tuple[Ledger, list[Grant]]:
    """Take all there is."""
    grants = []
    while is_free(ledger):
        ledger, grant = take(ledger)
        grants.append(grant)
    return ledger, grants


def test_permits_ahead_leave_half_for_others() -> None:
    """However many are asked for, and none at all once half of the limit is under way."""
    terms = replace(TERMS, limit=10)
    ledger, grants = granted_ahead(fresh(terms=terms), hold=terms.hold, most=3)
    assert [grant.slot for grant in grants] == [1, 2, 3]
    ledger, grants = granted_ahead(ledger, hold=terms.hold, most=9)
    assert [grant.slot for grant in grants] == [4, 5]
    assert granted_ahead(ledger, hold=terms.hold, most=9) == (ledger, ())


def test_while_a_refusal_is_remembered_nothing_goes_ahead() -> None:
    """One probe decides, alone."""
    terms = replace(TERMS, limit=10)
    ledger, grant = take(fresh(terms=terms))
    ledger = settled(ledger, answer(grant, 429))
    later = at(ledger, ledger.frozen_until, terms)
    assert granted_ahead(later, hold=terms.hold, most=3) == (later, ())


def test_a_fresh_key_has_all_its_permits_at_once() -> None:
    """A new store does not wait; each permit tells how many are left."""
    _, grants = use_up(fresh())
    assert [grant.free_after for grant in grants] == [2, 1, 0]


def test_a_slot_is_busy_until_a_window_after_the_answer() -> None:
    """Not after the grant: the vendor may have seen the request as late as its answer."""
    ledger, grants = use_up(fresh(1_000))
    for grant in grants:
        ledger = settled(at(ledger, 1_030), answer(grant))
    assert wait(at(ledger, 1_130)) == Wait(at_least=1, look_after=1)
    assert is_free(at(ledger, 1_131))


def test_a_late_settlement_counts_from_the_answer() -> None:
    """Telling it late costs nothing once it is told."""
    ledger, grants = use_up(fresh(1_000))
    ledger = settled(at(ledger, 1_090), answer(grants[0], age=80))
    assert is_free(at(ledger, 1_111))


def test_without_an_answer_a_slot_is_busy_for_hold_and_window() -> None:
    """A process that died, or a request that was given up, keeps its slot the longest."""
    ledger, grants = use_up(fresh(1_000))
    lost = Settlement(grants[0].slot, 0, 0, is_answered=False)
    ledger = settled(at(ledger, 1_040), lost)
    assert not is_free(at(ledger, 1_140))
    assert is_free(at(ledger, 1_141))


def test_a_wait_tells_what_is_certain_and_when_to_look() -> None:
    """Unanswered slots may be free a window from now at the earliest, and look far away."""
    ledger, _ = use_up(fresh(1_000))
    assert wait(at(ledger, 1_010)) == Wait(at_least=100, look_after=131)


def test_a_permit_that_was_not_used_never_counts() -> None:
    """Its slot is free at once."""
    ledger, grants = use_up(fresh())
    unsent = Settlement(grants[0].slot, 0, 0, is_answered=False, is_unsent=True)
    assert is_free(settled(ledger, unsent))


def test_settling_twice_changes_nothing_more() -> None:
    """What may have been written already can be written again."""
    ledger, grants = use_up(fresh())
    for settlement in (answer(grants[0]), answer(grants[1], 429)):
        once = settled(ledger, settlement)
        assert settled(once, settlement) == once


def test_a_smaller_limit_waits_until_enough_are_free() -> None:
    """Requests that were sent under the larger limit count under the smaller."""
    ledger, grants = use_up(fresh(1_000))
    for number, grant in enumerate(grants):
        ledger = settled(at(ledger, 1_000 + 10 * number), answer(grant))
    smaller = replace(TERMS, limit=1)
    assert not is_free(at(ledger, 1_120, smaller))
    assert is_free(at(ledger, 1_121, smaller))


def test_a_larger_limit_is_there_at_once() -> None:
    """What was sent counts, what is new is free."""
    ledger, _ = use_up(fresh(1_000))
    _, grants = use_up(at(ledger, 1_001, replace(TERMS, limit=5)))
    assert len(grants) == 2


def test_a_longer_window_waits_for_what_was_forgotten() -> None:
    """Slots that were free under the shorter window may count in the longer."""
    longer = replace(TERMS, window=300)
    ledger = at(fresh(1_000), 1_010, longer)
    assert wait(ledger).look_after == 301
    assert is_free(at(ledger, 1_311, longer))


def test_after_a_restart_of_the_machine_one_window_is_waited() -> None:
    """The new clock says nothing about the old times."""
    ledger, _ = use_up(fresh(1_000_000))
    ledger = brought_up_to(ledger, TERMS, now=5, boot_id="next boot")
    assert wait(ledger).look_after == 101
    assert ledger.frozen_why is Freeze.CLOCK
    ledger = brought_up_to(ledger, TERMS, now=106, boot_id="next boot")
    _, grants = use_up(ledger)
    assert len(grants) == 3


def test_a_restart_does_not_end_a_pause_after_a_refusal() -> None:
    """What was left of it is waited for, and then one probe goes first."""
    ledger, grant = take(fresh(1_000))
    ledger = settled(ledger, answer(grant, 429, retry_after=5_000))
    ledger = brought_up_to(at(ledger, 2_000), TERMS, now=5, boot_id="next boot")
    assert wait(ledger).look_after == pytest.approx(4_001)
    assert ledger.frozen_why is Freeze.REFUSED
    assert ledger.refusals == 1


def test_a_clock_that_is_put_back_does_not_lock_the_key() -> None:
    """An hour back costs a hold and a window at most."""
    ledger, _ = use_up(fresh(3_600_000))
    assert wait(at(ledger, 1_000)).look_after == 141


def test_a_clock_that_is_put_forward_is_not_believed() -> None:
    """Whoever watched the clock notices, and one window is waited."""
    ledger, _ = use_up(fresh(1_000))
    jumped = at(ledger, 3_600_000, at_most=3_000)
    assert jumped.frozen_until == 3_600_101
    assert is_free(at(ledger, 3_600_000, at_most=3_600_000))


def test_a_clock_that_is_put_forward_does_not_forget_what_is_under_way() -> None:
    """Requests without an answer may still arrive: they keep their slots for hold and window."""
    ledger, _ = use_up(fresh(1_000))
    jumped = at(ledger, 3_600_000, at_most=3_000)
    assert not is_free(at(jumped, 3_600_140))
    assert is_free(at(jumped, 3_600_141))


@pytest.mark.parametrize(("known", "told"), [("", "boot"), ("boot", "")])
def test_who_cannot_tell_the_start_makes_nobody_wait(known: str, told: str) -> None:
    """A service from which /proc is hidden, and a command beside it: neither takes the other for a
    restart of the machine; what is known stays known, and the limit holds."""
    ledger, _ = use_up(replace(fresh(1_000), boot_id=known))
    later = brought_up_to(ledger, TERMS, now=1_001, boot_id=told)
    assert (later.boot_id, later.frozen_until, len(later.slots)) == ("boot", 0, len(ledger.slots))
    assert not is_free(later)


# The vendor refuses


def refused(**said: int) -> tuple[Ledger, Grant]:
    """A key whose only request was answered 429 at 1000."""
    ledger, grant = take(fresh(1_000))
    return settled(ledger, answer(grant, 429, **said)), grant


def test_after_429_nothing_is_sent_for_a_window() -> None:
    """Though slots are free."""
    ledger, _ = refused()
    assert ledger.frozen_why is Freeze.REFUSED
    assert wait(ledger).look_after == 101
    assert not is_free(at(ledger, 1_100))
    assert is_free(at(ledger, 1_101))


def test_a_longer_retry_after_is_obeyed_and_a_shorter_is_not() -> None:
    """The vendor may ask for more patience, never for less than the window."""
    assert wait(refused(retry_after=500)[0]).look_after == 501
    assert wait(refused(retry_after=5)[0]).look_after == 101
    assert wait(refused(retry_after=10**12)[0]).look_after == 3_600_001


def test_after_the_pause_one_probe_goes_and_others_wait_for_its_verdict() -> None:
    """However many permits are free and however many processes ask."""
    ledger, _ = take(at(refused()[0], 1_200))
    assert wait(ledger).at_least == 0
    assert not is_free(at(ledger, 1_239))


def test_a_probe_that_is_answered_opens_the_key() -> None:
    """Any answer but 429 and 403 shows that the vendor listens again."""
    for status in (200, 404, 500):
        ledger, probe = take(at(refused()[0], 1_200))
        ledger = settled(at(ledger, 1_210), answer(probe, status))
        _, grants = use_up(ledger)
        assert len(grants) == 2
        assert ledger.frozen_why is None


def test_a_probe_that_is_refused_doubles_the_pause() -> None:
    """Each time, up to sixteen windows."""
    ledger, _ = refused()
    pauses = []
    for _ in range(7):
        ledger = at(ledger, ledger.frozen_until)
        ledger, probe = take(ledger)
        ledger = settled(ledger, answer(probe, 429))
        pauses.append(wait(ledger).look_after - 1)
    assert pauses == [200, 400, 800, 1_600, 1_600, 1_600, 1_600]


def test_requests_under_way_at_a_429_are_waited_for() -> None:
    """Their answers may refuse too, which prolongs the pause but is no second offence."""
    ledger, grants = use_up(fresh(1_000))
    ledger = settled(at(ledger, 1_005), answer(grants[0], 429))
    ledger = settled(at(ledger, 1_035), answer(grants[1], 429))
    assert ledger.refusals == 1
    assert ledger.frozen_until == 1_136
    # The third is never answered: no probe before its hold is over.
    late = replace(TERMS, hold=500)
    held = replace(ledger, slots=((3, Slot(1_600, 1_500)),))
    assert not isinstance(granted(at(held, 1_200, late), hold=500)[1], Grant)
    assert isinstance(granted(at(held, 1_500, late), hold=500)[1], Grant)


def test_an_answer_from_before_the_429_does_not_open_the_key() -> None:
    """Only the probe's does."""
    ledger, grants = use_up(fresh(1_000))
    ledger = settled(at(ledger, 1_005), answer(grants[0], 429))
    ledger = settled(at(ledger, 1_010), answer(grants[1], 200))
    assert ledger.refusals == 1
    assert not is_free(ledger)


def test_a_probe_without_an_answer_is_followed_by_another_after_a_window() -> None:
    """It may have been refused; nobody knows."""
    ledger, probe = take(at(refused()[0], 1_200))
    ledger = settled(at(ledger, 1_240), Settlement(probe.slot, 0, 0, is_answered=False))
    assert not is_free(at(ledger, 1_339))
    assert is_free(at(ledger, 1_340))


def test_a_probe_that_was_not_sent_is_followed_by_another_at_once() -> None:
    """A refused connection says nothing about the key."""
    ledger, probe = take(at(refused()[0], 1_200))
    unsent = Settlement(probe.slot, 0, 0, is_answered=False, is_unsent=True)
    assert is_free(settled(ledger, unsent))


def test_a_probe_whose_process_died_is_followed_by_another_after_its_hold() -> None:
    """Nobody will ever tell its verdict."""
    ledger, _ = take(at(refused()[0], 1_200))
    assert not is_free(at(ledger, 1_239))
    assert is_free(at(ledger, 1_240))


def test_403_soon_after_429_is_taken_for_a_block() -> None:
    """Fifteen windows of silence, then one probe; each further 403 doubles, up to sixty."""
    ledger, probe = take(at(refused()[0], 1_200))
    pauses = []
    for _ in range(4):
        ledger = settled(ledger, answer(probe, 403))
        pauses.append(wait(ledger).look_after)
        assert ledger.frozen_why is Freeze.BLOCKED
        ledger, probe = take(at(ledger, ledger.frozen_until))
    assert pauses == [1_500, 3_000, 6_000, 6_000]
    ledger = settled(ledger, answer(probe, 200))
    assert (ledger.blocks, ledger.refusals) == (0, 0)


def test_403_of_its_own_is_no_block() -> None:
    """A key without a right says nothing about the budget."""
    ledger, grant = take(fresh(1_000))
    assert is_free(settled(ledger, answer(grant, 403)))


def test_403_shortly_after_the_key_was_opened_is_a_block_and_later_is_not() -> None:
    """The suspicion lasts two windows."""
    opened, probe = take(at(refused()[0], 1_105))
    opened = settled(opened, answer(probe, 200))
    for now, is_blocked in ((1_150, True), (1_250, False)):
        ledger, grant = take(at(opened, now))
        ledger = settled(ledger, answer(grant, 403))
        assert (ledger.frozen_why is Freeze.BLOCKED) is is_blocked


# The vendor counts too


def test_nothing_left_by_the_vendor_stops_the_key_until_its_reset() -> None:
    """Even where that is longer than our window."""
    ledger, grants = use_up(fresh(1_000))
    ledger = settled(at(ledger, 1_010), answer(grants[2], remaining=0, reset=170))
    assert wait(ledger).look_after == 170
    assert ledger.frozen_why is Freeze.EXHAUSTED
    assert is_free(at(ledger, 1_180))


def test_fewer_left_by_the_vendor_are_believed() -> None:
    """Somebody else uses the key: what they sent counts for a window."""
    ledger, grant = take(fresh(1_000))
    ledger = settled(ledger, answer(grant, remaining=1, reset=70))
    _, grants = use_up(ledger)
    assert len(grants) == 1
    _, later = use_up(at(ledger, 1_101))
    assert len(later) == 3


def test_nothing_left_for_us_at_all_is_believed_for_a_window() -> None:
    """With or without a reset, and though the reset may be that of one slot only."""
    for reset in (None, 5):
        ledger, grant = take(fresh(1_000))
        told = replace(answer(grant, remaining=0), reset=reset)
        ledger = settled(ledger, told)
        assert not is_free(at(ledger, 1_100))
        assert is_free(at(ledger, 1_101))


def test_a_vendor_that_agrees_changes_nothing() -> None:
    """Nor does one whose count is behind because of requests under way, or older than ours."""
    ledger, grants = use_up(fresh(1_000))
    for grant, remaining in zip(grants, (0, 1, 2), strict=True):
        told = answer(grant, remaining=max(remaining, 1))
        assert len(settled(ledger, told).slots) == 3
    assert settled(ledger, answer(grants[0], remaining=2)).frozen_until == 0


def test_the_same_news_told_by_many_answers_counts_once() -> None:
    """Ten requests under way that all report one foreign caller do not stop the key."""
    terms = Terms(limit=20, window=100, hold=40)
    ledger = fresh(terms=terms)
    grants = []
    for _ in range(10):
        ledger, grant = take(ledger)
        grants.append(grant)
    for number, grant in enumerate(grants):
        # Five foreign requests came first.
        ledger = settled(ledger, answer(grant, remaining=20 - 5 - (number + 1), reset=90))
    assert len(ledger.slots) == 15


def test_a_reset_that_is_the_time_of_day_is_passed_over() -> None:
    """It would stop the key for fifty years."""
    ledger, grants = use_up(fresh(1_000))
    ledger = settled(ledger, answer(grants[2], remaining=0, reset=1_763_769_600_000))
    assert ledger.frozen_until == 0


# The proof

TIGHT = Terms(limit=2, window=100, hold=40)


@dataclass
class World:
    """True time, a clock that may lie, and every request with the moment the vendor saw it."""

    ledger: Ledger
    now: int = 0
    offset: int = 10_000
    boots: int = 0
    watched: int | None = None
    arrivals: list[int] = field(default_factory=list)
    # (permit, when its answer comes; None: never)
    under_way: list[tuple[Grant, int | None]] = field(default_factory=list)

    def look(self) -> None:
        """Bring the ledger up to the clock's now."""
        clock = self.now + self.offset
        self.ledger = brought_up_to(
            self.ledger, TIGHT, now=clock, boot_id=f"boot {self.boots}", at_most=self.watched
        )
        self.watched = clock

    def advance(self, milliseconds: int) -> None:
        """Let true time pass."""
        self.now += milliseconds
        if self.watched is not None:
            self.watched += milliseconds

    def settle(self) -> None:
        """Tell of all answers that have come, however long ago."""
        self.look()
        for grant, came in self.under_way:
            if came is not None and came <= self.now:
                self.ledger = settled(self.ledger, answer(grant, age=self.now - came))
        self.under_way = [
            (grant, came) for grant, came in self.under_way if came is None or came > self.now
        ]

    def send(self, to_vendor: int, back: int | None) -> None:
        """Take a permit and send with it, if there is one."""
        self.look()
        self.ledger, outcome = granted(self.ledger, hold=TIGHT.hold)
        if isinstance(outcome, Grant):
            seen = self.now + to_vendor
            self.arrivals.append(seen)
            came = None if back is None else min(seen + back, self.now + TIGHT.hold)
            self.under_way.append((outcome, came))

    def upset(self, jump: int | None) -> None:
        """Set the clock, or restart the machine: what was under way is lost or has arrived."""
        if jump is not None:
            self.offset += jump
            return
        self.arrivals = [min(seen, self.now) for seen in self.arrivals]
        self.under_way = []
        self.boots += 1
        self.offset = 7 - self.now
        self.watched = None

    def most_in_a_window(self) -> int:
        """What the vendor sees: the fullest closed window."""
        return max(
            (
                sum(1 for seen in self.arrivals if first <= seen <= first + TIGHT.window)
                for first in self.arrivals
            ),
            default=0,
        )


@dataclass(frozen=True)
class Move:
    """Wait, perhaps upset the clock, perhaps tell of answers, try to send."""

    pause: int
    to_vendor: int
    back: int | None
    is_settling: bool
    upset: tuple[int | None] | None


def moves(*, upsets: bool) -> st.SearchStrategy[list[Move]]:
    """Long stories; the pauses are about as long as windows, holds and what lies between."""
    edges = [0, 1, 2, 38, 40, 59, 60, 61, 98, 99, 100, 101, 102, 139, 140, 141, 142]
    upset = st.none() | st.tuples(st.none() | st.integers(-300, 300))
    one = st.builds(
        Move,
        pause=st.sampled_from(edges) | st.integers(0, 150),
        to_vendor=st.sampled_from([0, 1, 39, 40]) | st.integers(0, 40),
        back=st.sampled_from([0, 0, 1, 40, None]),
        is_settling=st.booleans(),
        upset=upset if upsets else st.none(),
    )
    return st.lists(one, min_size=12, max_size=30)


def play(story: list[Move]) -> World:
    """Make the moves in a new world."""
    world = World(replace(fresh(10_000, TIGHT), boot_id="boot 0"))
    for move in story:
        world.advance(move.pause)
        if move.upset is not None:
            world.upset(move.upset[0])
        if move.is_settling:
            world.settle()
        world.send(move.to_vendor, move.back)
        world.send(0, 0)
    return world


@given(moves(upsets=False))
def test_no_window_ever_holds_more_than_the_limit(story: list[Move]) -> None:
    """Whatever the latencies, lost answers and late settlements."""
    assert play(story).most_in_a_window() <= TIGHT.limit


@given(moves(upsets=True))
def test_nor_when_clocks_jump_and_machines_restart(story: list[Move]) -> None:
    """As long as somebody watches the clock between two jumps of it."""
    assert play(story).most_in_a_window() <= TIGHT.limit


@given(moves(upsets=True))
def test_whatever_happened_the_key_is_usable_in_the_end(story: list[Move]) -> None:
    """Waiting as long as it says, a few times over, gives a permit."""
    world = play(story)
    for _ in range(5):
        world.look()
        _, outcome = granted(world.ledger, hold=TIGHT.hold)
        if isinstance(outcome, Grant):
            break
        assert 0 <= outcome.at_least <= outcome.look_after
        assert outcome.look_after <= TIGHT.hold + TIGHT.window + 1
        world.advance(outcome.look_after)
    else:
        raise AssertionError("the key is locked for ever")


@given(moves(upsets=False), st.integers(1, 100))
def test_what_is_certainly_too_early_is(story: list[Move], early: int) -> None:
    """Before `at_least` has passed there is no permit, even if every answer comes at once."""
    world = play(story)
    world.look()
    _, outcome = granted(world.ledger, hold=TIGHT.hold)
    if isinstance(outcome, Wait) and outcome.at_least >= early:
        for grant, _ in world.under_way:
            world.ledger = settled(world.ledger, answer(grant))
        world.advance(outcome.at_least - early)
        world.look()
        assert not is_free(world.ledger)
