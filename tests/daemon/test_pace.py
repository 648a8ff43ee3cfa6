"""When lanes run again: whatever happens, soon enough and never too often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.cycle.report import CycleReport, Outcome
from syncd.daemon import pace
from syncd.errors import BadRecord, SyncdError, VendorDenied, VendorUnavailable
from syncd.model import Lane, Side
from syncd.settings import ScheduleSettings
from syncd.store.due import Due, Ending, LaneResult

SCHEDULE = ScheduleSettings()
EVERY = pace.intervals(SCHEDULE)
NOTHING = {"pending": 0, "in_doubt": 0, "dead": 0}

seconds = st.floats(min_value=1.0, max_value=86_400.0)
draws = st.floats(min_value=-1.0, max_value=1.0)


def down(side: Side, status: int | None = 503) -> VendorUnavailable:
    """An outage."""
    return VendorUnavailable(f"{side}_unavailable", "down", side=side, operation="x", status=status)


def refused(side: Side) -> VendorDenied:
    """A key that is not let in."""
    return VendorDenied(f"{side}_unauthorized", "no", side=side, operation="x", status=401)


def too_late(side: Side, wait: float | None) -> VendorUnavailable:
    """A budget that is used up."""
    return VendorUnavailable("deadline", "full", side=side, operation="budget", retry_after=wait)


def report(
    lanes: dict[Lane, VendorUnavailable | VendorDenied | None],
    *errors: SyncdError,
    is_cut_short: bool = False,
) -> CycleReport:
    """A cycle that read these lanes, with further errors."""
    told = tuple(each for each in lanes.values() if each is not None)
    return CycleReport(
        "northgate", Outcome.OK, {}, {}, {}, NOTHING, 0, (*told, *errors), lanes, is_cut_short
    )


def results(
    done: CycleReport, *due: Lane, failing: dict[Lane, tuple[int, str | None]] | None = None
) -> dict[Lane, LaneResult]:
    """What becomes of the lanes, without chance."""
    asked = Due("northgate", frozenset(due), 0, failing or {})
    return {each.lane: each for each in pace.results_of(done, asked, SCHEDULE, draw=0.0)}


@given(interval=seconds, draw=draws)
def test_an_interval_varies_by_a_tenth(interval: float, draw: float) -> None:
    """So connections do not run in step, and nobody notices."""
    assert 0.9 * interval - 1e-6 <= pace.next_wait(interval, draw) <= 1.1 * interval + 1e-6


@given(interval=seconds, failures=st.integers(1, 10_000))
def test_back_off_grows_and_is_bounded(interval: float, failures: int) -> None:
    """Up to five intervals and five minutes; the first try is soon."""
    wait = pace.back_off(interval, failures)
    assert 0 < wait <= min(5 * interval, 300)
    assert wait <= pace.back_off(interval, failures + 1)
    assert pace.back_off(interval, 30) == min(5 * interval, 300)
    assert pace.back_off(interval, 1) <= interval
    assert pace.back_off(interval, failures, is_refused=True) >= wait


@given(lane=st.sampled_from(list(Lane)), failures=st.integers(1, 50), draw=draws)
def test_no_wait_is_longer_than_what_counts_as_misplaced(
    lane: Lane, failures: int, draw: float
) -> None:
    """Else a lane would be due again as soon as it was put off."""
    longest = pace.longest_waits(SCHEDULE)[lane]
    assert pace.next_wait(EVERY[lane], draw) < longest
    assert pace.back_off(EVERY[lane], failures, is_refused=True) < longest
    late = results(report({lane: too_late(lane.side, 86_400.0)}), lane)
    assert late[lane].wait_seconds < longest


def test_what_was_read_well_is_due_after_its_interval() -> None:
    """Also a lane that was read without being due."""
    done = results(report({Lane.VISITS: None, Lane.CLOSURES: None}), Lane.VISITS)
    assert {e.lane: (e.ending, e.wait_seconds) for e in done.values()} == {
        Lane.VISITS: (Ending.DONE, 900.0),
        Lane.CLOSURES: (Ending.DONE, 60.0),
    }


def test_a_lane_that_fails_waits_longer_each_time() -> None:
    """And says with which code; the lanes of the other vendor keep their intervals."""
    lanes = {Lane.JOBS: down(Side.AGENTOS), Lane.CLOSURES: None}
    first = results(report(lanes), Lane.JOBS, Lane.CLOSURES)
    second = results(report(lanes), Lane.JOBS, failing={Lane.JOBS: (1, "agentos_unavailable")})
    assert first[Lane.JOBS] == LaneResult(Lane.JOBS, Ending.FAILED, 75.0, "agentos_unavailable")
    assert second[Lane.JOBS].wait_seconds == 150.0
    assert first[Lane.CLOSURES].wait_seconds == 60.0


def test_a_refused_key_waits_as_long_as_any() -> None:
    """A vendor may block a key that keeps trying."""
    done = results(report({Lane.CLOSURES: refused(Side.LETSJOBIT)}), Lane.CLOSURES)
    assert done[Lane.CLOSURES].wait_seconds == 300.0


def test_a_full_budget_is_no_failure() -> None:
    """The lane is put off for as long as the budget says, and keeps its place in the queue."""
    done = results(report({Lane.JOBS: too_late(Side.AGENTOS, 42.0)}), Lane.JOBS)
    assert done[Lane.JOBS] == LaneResult(Lane.JOBS, Ending.PUT_OFF, 42.0)
    assert done[Lane.CLOSURES].wait_seconds == 42.0, "the outbox goes on then, too"


@pytest.mark.parametrize(
    ("error", "is_outage"),
    [
        (down(Side.AGENTOS), True),
        (down(Side.AGENTOS, None), True),
        (refused(Side.AGENTOS), True),
        (down(Side.AGENTOS, 500), False),
        (BadRecord("no name"), False),
    ],
    ids=["503", "no answer", "401", "500", "bad record"],
)
def test_an_outage_met_while_applying_rests_its_vendor(error: SyncdError, is_outage: bool) -> None:
    """The sweep that follows tells when it is over; one record that fails says nothing."""
    done = results(report({Lane.CLOSURES: None}, error), Lane.CLOSURES)
    assert (Lane.JOBS in done) is is_outage
    read = results(report({Lane.JOBS: None}, error), Lane.JOBS)
    assert read[Lane.JOBS].ending is Ending.DONE, "it was read well in this very cycle"


def test_a_backlog_goes_on_at_once() -> None:
    """After others have had their turn."""
    done = results(report({Lane.CLOSURES: None}, is_cut_short=True), Lane.CLOSURES)
    assert done[Lane.CLOSURES].wait_seconds == 0
    done = results(report({Lane.JOBS: None}, is_cut_short=True), Lane.JOBS)
    assert done[Lane.CLOSURES].wait_seconds == 0


def test_a_vendor_rests_while_its_lane_waits_after_a_failure() -> None:
    """Until the lane itself is due, which tries again."""
    failing: dict[Lane, tuple[int, str | None]] = {Lane.JOBS: (2, "agentos_unavailable")}
    assert pace.resting(Due("n", frozenset({Lane.CLOSURES}), 0, failing)) == {Side.AGENTOS}
    assert pace.resting(Due("n", frozenset({Lane.JOBS}), 0, failing)) == frozenset()
    assert pace.resting(Due("n", frozenset({Lane.JOBS}), 0)) == frozenset()


def test_a_portal_that_fails_leaves_the_agency_alone() -> None:
    """Its statements are read again soon; the lane of jobs is not concerned."""
    done = report({Lane.STATEMENTS: down(Side.AGENTOS)})
    found = results(done, Lane.STATEMENTS)
    assert set(found) == {Lane.STATEMENTS}
    assert found[Lane.STATEMENTS].ending is Ending.FAILED
    assert found[Lane.STATEMENTS].wait_seconds <= pace.LONGEST_BACK_OFF_SECONDS


def test_an_outage_marks_no_lane_that_a_connection_does_not_have() -> None:
    """With V3 alone there is no lane of jobs; one that failed would rest for ever."""
    done = report({Lane.CLOSURES: None}, down(Side.AGENTOS))
    asked = Due("northgate", frozenset({Lane.CLOSURES}), 0, {})
    lanes = (Lane.CLOSURES, Lane.VISITS)
    found = pace.results_of(done, asked, SCHEDULE, draw=0.0, lanes=lanes)
    assert [each.lane for each in found] == [Lane.CLOSURES]
