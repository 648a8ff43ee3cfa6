"""A machine whose clock is put forward and back by an hour while `syncd run` lives."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.model import Lane
from tests.daemon.house import House
from tests.kill.nursery import Nursery
from tests.kill.truth import vendors_disagree

pytestmark = pytest.mark.timeout(400)


class Clock:
    """The time of day of the processes that load it, `path` says by how much it differs from ours.

    What counts seconds, such as timeouts, goes on as on a real machine whose clock is put right.
    """

    def __init__(self, library: Path, path: Path) -> None:
        self._path = path
        self.environ = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(path),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }
        self.put(timedelta())

    def put(self, by: timedelta) -> None:
        """From now on it differs by so much."""
        written = self._path.with_suffix(".new")
        written.write_text(f"{by.total_seconds():+.0f}\n")
        # In one step: who reads half a line has no clock at all.
        os.replace(written, self._path)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """The clock; without its library the story is skipped, but not in continuous integration."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found and os.environ.get("CI") != "true":
        pytest.skip("libfaketime is not installed (Debian: libfaketime), so no clock can be put")
    assert found, "libfaketime is missing: install libfaketime"
    return Clock(found[0], tmp_path / "clock")


@pytest.fixture
def house(clock: Clock, tmp_path: Path) -> Iterator[House]:
    """A house whose daemon goes by that clock; the vendors, and the judge at the end, by ours."""
    (tmp_path / "daemons").mkdir()
    with Nursery(tmp_path / "daemons", clock.environ) as nursery, House(nursery=nursery) as made:
        yield made
        assert vendors_disagree(made) == []
        assert set(made.windows_over().values()) <= {0}


def test_a_clock_that_is_put_changes_nothing_but_the_times_shown(
    house: House, clock: Clock
) -> None:
    """Forward, and back past where it began: every lane keeps its pace, each closure
    is delivered once within moments, and nobody is warned of anything."""
    house.live()
    for hours in (1, -1):
        clock.put(timedelta(hours=hours))
        house.rounds(2)
        house.rounds(1, Lane.JOBS)
        house.close(0)
        house.until(house.is_delivered, "the closure", 60)
        shown = datetime.fromisoformat(house.lines()[-1]["time"]) - datetime.now(UTC)
        assert abs(shown - timedelta(hours=hours)) < timedelta(minutes=10), "it goes by that clock"
    house.stop()
    alarms = [each for each in house.lines() if each["level"] not in ("debug", "info")]
    assert alarms == []
