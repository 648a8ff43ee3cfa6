"""Processes that are killed or replaced in the middle of writing to the portal.

Some points of the story; `make prove` tries all of them, and so does this with SYNCD_TEST_ALL set.
"""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.kill.cases import not_quiet, start
from tests.kill.launcher import LEASE_MS, STOP_AT, STOP_BY
from tests.kill.story import run_until_quiet, tried_points
from tests.kill.test_two_processes import HELD, wait_until_paused
from tests.portal_side.killed import PortalStory

pytestmark = pytest.mark.timeout(400)
"""Several processes after each other, and a machine that may be busy."""


@pytest.mark.parametrize(("shows_all", "sample"), [(True, 2), (False, 1)], ids=str)
def test_a_kill_completes_invoices_and_notes_once(shows_all: bool, sample: int) -> None:
    """Killed there, and where the point says so with the store lost, run again and truthfully
    answered: the job completed by one toggle, one invoice, one note, acknowledged; and then
    nothing is left to do."""
    with PortalStory(shows_all=shows_all).told() as story:
        assert tried_points(story, sample) == []


@pytest.fixture
def shared(postgres_url: str) -> Iterator[PortalStory]:
    """The visit was just closed, and the store is on Postgres, where others may take over."""
    with PortalStory(store_url=postgres_url) as story:
        story.config.write_text(story.settings(story.config.read_text()))
        assert story.run("run-once", "--json").code == 0
        story.begin_story()
        yield story


PAUSES = [
    "send to submitInvoice",
    "answer of addJobNote",
    "send to toggleJobCompletion",
    "answer of toggleJobCompletion",
    "answer of submitInvoice",
    "send to addJobNote",
]
"""Where a process is paused: before a write leaves, or when its answer has come."""


@pytest.mark.parametrize("point", PAUSES if "SYNCD_TEST_ALL" in os.environ else PAUSES[:1])
def test_who_lost_its_lease_writes_nothing_more(shared: PortalStory, point: str) -> None:
    """Another process takes over and finishes, and what was in doubt is asked; the paused one,
    when it goes on, ends with exit 4 without another request."""
    paused = start(shared, **{LEASE_MS: "3000", STOP_AT: f"{point} 1", STOP_BY: "STOP"})
    wait_until_paused(paused)
    _take_over(shared)
    seen = len(shared.requests())
    paused.send(signal.SIGCONT)
    assert paused.end().code == 4
    assert shared.requests()[seen:] == []
    assert [*shared.wrong(), *not_quiet(shared)] == []


def _take_over(story: PortalStory) -> None:
    """Start others until one gets the connection, and let them finish."""
    until = time.monotonic() + 60
    while story.run("run-once", "--json").code == HELD:
        assert time.monotonic() < until, "nobody took over"
    run_until_quiet(story)
