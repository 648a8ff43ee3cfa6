"""The words of `status`: what stands still comes before what goes on."""

from typing import Any

from syncd.telling.health import headline, lane_words

JOBS: dict[str, Any] = {
    "last_complete": "2026-11-22T07:00:00Z",
    "age_seconds": 700,
    "interval_seconds": 300,
    "is_late": True,
    "problem": "agentos_unauthorized",
    "cure": "compare",
    "makes": False,
}


def connection(**changed: Any) -> dict[str, Any]:
    """A connection whose jobs are late."""
    cycle = {"number": 7, "outcome": "ok", "errors": []}
    quiet: dict[str, Any] = {"enabled": True, "paused": None, "held_by": None, "last_cycle": cycle}
    waiting: dict[str, Any] = {"inbox": 0, "outbox": {"pending": 0, "in_doubt": 0, "dead": 0}}
    return {**quiet, **waiting, "lanes": {"jobs": JOBS}, "stalled": [], **changed}


def test_being_at_work_hides_no_late_lane() -> None:
    """A daemon that works on closures while no job is read is not well."""
    at_work = connection(held_by="process 12 on office")
    assert headline(at_work) == "late: jobs; at work: process 12 on office"
    assert headline(connection()) == "late: jobs"


def test_a_first_cycle_is_at_work_and_not_late() -> None:
    """Nothing was read yet because it is being read."""
    first = connection(held_by="process 12 on office", last_cycle=None)
    assert headline(first) == "at work: process 12 on office"
    assert headline(connection(last_cycle=None)) == "had no cycle yet"


def test_a_late_lane_says_why() -> None:
    """The error code stands beside it, whether it was ever read or not."""
    assert lane_words(JOBS) == "read 11 min ago (every 5 min, late: agentos_unauthorized)"
    never = {**JOBS, "age_seconds": None}
    assert lane_words(never) == "never read completely (every 5 min): agentos_unauthorized"
    unknown = {**JOBS, "problem": None}
    assert lane_words(unknown) == "read 11 min ago (every 5 min, late)"


def test_a_lane_that_waits_for_a_person_is_stopped_before_it_is_late() -> None:
    """Statements are late after two days; that the session has ended is said at once."""
    ended = {**JOBS, "age_seconds": 700, "is_late": False, "problem": "agentos_session_ended"}
    assert lane_words(ended) == "read 11 min ago (every 5 min, stopped: agentos_session_ended)"
    assert headline(connection(lanes={"statements": ended})) == "stopped: statements"
    well = {**ended, "problem": None}
    assert headline(connection(lanes={"statements": well})) == "up to date"


def test_a_lane_that_only_makes_jobs_says_when_none_waited() -> None:
    """V3 shows nothing that could be read."""
    made = {**JOBS, "age_seconds": 700, "is_late": False, "problem": None, "makes": True}
    assert lane_words(made) == "none waited 11 min ago (every 5 min)"
    assert lane_words({**made, "age_seconds": None}) == "no job was made yet (every 5 min)"


def test_work_that_waits_too_long_is_in_the_headline() -> None:
    """Once for each kind of work, and not before it is late."""
    well = {**JOBS, "is_late": False, "problem": None}
    late = {"what": "photos", "is_late": True}
    early = {"what": "leads", "is_late": False}
    said = headline(connection(lanes={"jobs": well}, stalled=[late, late, early]))
    assert said == "waiting: photos"
    assert headline(connection(stalled=[late])) == "late: jobs"
