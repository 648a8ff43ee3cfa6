"""Several processes of syncd on one store: nothing twice, and who was replaced sends no more."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.cases import not_quiet, run_until_quiet, start
from tests.kill.launcher import LEASE_MS, STOP_AT, STOP_BY
from tests.kill.nursery import Running
from tests.kill.stage import Scene, Stage
from tests.kill.truth import answer_truthfully, store_disagrees, vendors_disagree

pytestmark = pytest.mark.timeout(400)
"""Ten processes after each other, and a machine that may be busy."""

HELD = 5
SHORT_LEASE = {LEASE_MS: "3000"}
"""Long enough for a process that a busy machine keeps waiting."""


@pytest.fixture
def stage(store_url: str) -> Iterator[Stage]:
    """Three visits were just closed; the store is on SQLite, and on Postgres."""
    with Stage(store_url) as made:
        made.begin(Scene(3))
        yield made


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Stage]:
    """Three visits were just closed; the store is on Postgres, and AgentOS shows no lists."""
    with Stage(postgres_url) as made:
        made.begin(Scene(3, with_lists=False))
        yield made


def assert_delivered_once(stage: Stage) -> None:
    """Each job completed, each document and invoice once, and nothing left to do."""
    problems = [*vendors_disagree(stage), *store_disagrees(stage), *not_quiet(stage)]
    assert problems == []


def wait_until_paused(running: Running) -> None:
    """Until the process has stopped itself."""
    status = Path(f"/proc/{running.pid}/stat")
    until = time.monotonic() + 120
    while not running.has_ended and status.read_text().rsplit(")", 1)[1].split()[0] != "T":
        assert time.monotonic() < until, "the process never reached the point"
        time.sleep(0.01)
    assert not running.has_ended, f"ended before the point: {running.end()}"


def take_over(stage: Stage) -> None:
    """Start others until one gets the connection, and let them finish the work.

    Until the database throws out what the paused one keeps, they may find it locked, too.
    """
    for _ in range(100):
        first = stage.run("run-once", "--json")
        if first.code not in (HELD, 4):
            break
        time.sleep(0.2)
    assert first.code in (0, 3)
    answer_truthfully(stage)
    run_until_quiet(stage)


def test_three_started_together_deliver_once(stage: Stage) -> None:
    """One works, two say who does and exit 5, and everything is delivered once."""
    together: list[Running] = []

    def wait_for_others() -> None:
        stage.on_effect(lambda: None)
        until = time.monotonic() + 30
        while sum(each.has_ended for each in together) < 2 and time.monotonic() < until:
            time.sleep(0.01)

    stage.on_effect(wait_for_others)
    together += [start(stage) for _ in range(3)]
    ended = [each.end() for each in together]
    assert sorted(each.code or 0 for each in ended) == [0, HELD, HELD]
    assert_delivered_once(stage)


@pytest.mark.parametrize(
    "point", ["send 9", "answer 8", "answer 9", "commit exchange 12", "commit deliver 3"]
)
def test_a_process_paused_past_its_lease_sends_nothing_more(shared: Stage, point: str) -> None:
    """Another takes its connection over and finishes; when it goes on, it ends with exit 4
    without another request, even where it stood just before sending an invoice, or in the middle
    of a transaction that keeps the row of its lease."""
    paused = start(shared, **SHORT_LEASE, **{STOP_AT: point, STOP_BY: "STOP"})
    wait_until_paused(paused)
    take_over(shared)
    seen = len(shared.requests())
    paused.send(signal.SIGCONT)
    assert paused.end().code == 4
    assert shared.requests()[seen:] == []
    assert_delivered_once(shared)


def test_a_paused_process_keeps_the_file_of_its_store(sqlite_url: str) -> None:
    """On SQLite nobody can take over from a living process: others exit 5, and it finishes."""
    with Stage(sqlite_url) as stage:
        stage.begin(Scene(1))
        paused = start(stage, **SHORT_LEASE, **{STOP_AT: "send 9", STOP_BY: "STOP"})
        wait_until_paused(paused)
        time.sleep(int(SHORT_LEASE[LEASE_MS]) / 1000)
        assert stage.run("run-once", "--json").code == HELD
        paused.send(signal.SIGCONT)
        paused.end()
        run_until_quiet(stage)
        assert_delivered_once(stage)


@pytest.mark.parametrize("point", ["send 9", "answer 9", "commit deliver 3", "commit confirm 1"])
def test_a_killed_process_is_replaced_on_postgres(shared: Stage, point: str) -> None:
    """Its lease runs out, and another finishes the work without anything twice."""
    assert start(shared, **SHORT_LEASE, **{STOP_AT: point}).end().was_killed
    take_over(shared)
    assert_delivered_once(shared)
