"""The proof of `make prove` for less than a minute: the same code, with a fixed seed.

Everything that may happen to a daemon happens to it at least once. How its memory grows is left to
the proof: a slope needs minutes of one process, with half of them for its warm-up, and a process
that is stopped every few seconds has none.
"""

import pytest

from tests.daemon.house import House
from tests.daemon.prove import Fate, add_our_jobs, live_through
from tests.kill.nursery import Nursery

SEED = 4
"""Of what happens and in which order."""

JOBS = 40
"""More than are closed; fewer than in the proof, as each costs requests of the first cycle."""

MINUTES = 0.6
MOST_SECONDS = 1.5
"""Between two events. With the beginning and the rest it comes to a minute."""


@pytest.mark.timeout(900)
def test_a_minute_with_everything_that_may_happen(nursery: Nursery) -> None:
    """Outages, refused keys, good and bad files, SIGTERM and SIGKILL in the middle of closures:
    nothing is lost, nothing is done twice, and no window of a key is fuller than its limit."""
    with House(nursery=nursery) as house:
        add_our_jobs(house, JOBS)
        fate = Fate(house, SEED, most_seconds=MOST_SECONDS)
        told = live_through(house, fate, minutes=MINUTES)
        assert told.problems == []
        assert told.events["under_way"] >= 1, "no closure was under way when it was stopped"
        assert len(house.closed_visits()) >= 3
