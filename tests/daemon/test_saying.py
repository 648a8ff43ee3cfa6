"""The log of an outage: that it began, that it still lasts once an hour, and that it is over."""

import logging

import pytest

from syncd.cycle.report import CycleReport, Outcome
from syncd.daemon.saying import Sayings
from syncd.errors import SyncdError, VendorUnavailable
from syncd.model import IntentKind, Lane, Side
from syncd.store.due import Due, Ending, LaneResult

NOTHING = {"pending": 0, "in_doubt": 0, "dead": 0}


class Night:
    """Cycles of one connection through an outage, a minute apart."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self.seconds = 0.0
        self.log = caplog
        self.log.set_level(logging.INFO, "syncd")
        self.sayings = Sayings(clock=lambda: self.seconds)
        self.failing: dict[Lane, tuple[int, str | None]] = {}

    def cycle(
        self, lane: Lane, error: VendorUnavailable | None = None, *beside: SyncdError
    ) -> list[str]:
        """One cycle of a lane; what it logged."""
        self.log.clear()
        errors = (*([error] if error is not None else []), *beside)
        report = CycleReport(
            "north", Outcome.INCOMPLETE, {}, {}, {}, NOTHING, 0, errors, {lane: error}
        )
        ending = Ending.DONE if error is None else Ending.FAILED
        code = error.code if error is not None else None
        due = Due("north", frozenset({lane}), 0, dict(self.failing))
        self.sayings.tell("north", due, report, [LaneResult(lane, ending, 60.0, code)])
        self.seconds += 60
        if error is None:
            self.failing.pop(lane, None)
        else:
            self.failing[lane] = (self.failing.get(lane, (0, None))[0] + 1, code)
        return [each.getMessage().partition(" (")[0] for each in self.log.records]


@pytest.fixture
def night(caplog: pytest.LogCaptureFixture) -> Night:
    """Nothing was said yet."""
    return Night(caplog)


def down(code: str = "agentos_unavailable") -> VendorUnavailable:
    """The vendor does not answer."""
    return VendorUnavailable(
        code, "AgentOS does not answer", "wait", side=Side.AGENTOS, operation="list_jobs"
    )


def test_an_outage_of_hours_is_said_when_it_begins_every_hour_and_when_it_ends(
    night: Night,
) -> None:
    """However many cycles fail in between, and also where the vendor changes its excuse."""
    stops = "north: the lane jobs stops: AgentOS does not answer"
    said = [night.cycle(Lane.JOBS, down()) for _ in range(180)]
    assert [(at, lines) for at, lines in enumerate(said) if lines] == [
        (0, [stops]),
        (60, [stops]),
        (120, [stops]),
    ]
    other = [night.cycle(Lane.JOBS, down(f"agentos_{n % 2}")) for n in range(50)]
    assert [(at, lines) for at, lines in enumerate(other) if lines] == [(0, [stops]), (1, [stops])]
    assert night.cycle(Lane.JOBS) == ["north: the lane jobs works again"]
    assert night.cycle(Lane.JOBS) == []
    assert night.cycle(Lane.JOBS, down()) == [stops], "the next outage is another one"


def test_each_lane_is_said_for_itself(night: Night) -> None:
    """Two lanes of a vendor that is down are two lines, and stay so."""
    for lane in (Lane.JOBS, Lane.DIRECTORY):
        assert len(night.cycle(lane, down())) == 1
        assert night.cycle(lane, down()) == []


def test_what_fails_beside_the_lanes_is_said_once_an_hour(night: Night) -> None:
    """A change that fails again and again, while everything can be read."""
    odd = SyncdError("agentos_error", "AgentOS says 500 to one change", "look at the job")
    said = [night.cycle(Lane.CLOSURES, None, odd) for _ in range(61)]
    words = ["north: AgentOS says 500 to one change"]
    assert [(at, lines) for at, lines in enumerate(said) if lines] == [(0, words), (60, words)]


def test_what_was_done_is_said(night: Night) -> None:
    """A cycle that changed something is one line, also where something else failed."""
    report = CycleReport(
        "north", Outcome.OK, {}, {}, {IntentKind.CREATE_VISIT: 2}, NOTHING, 0, (), {}
    )
    night.sayings.tell("north", Due("north", frozenset(), 0), report, [])
    assert [each.getMessage() for each in night.log.records] == ["north: ; 2 changes; ok"]
