"""What the vendor sees of our budgets: never more than the limit, and nearly all that is allowed.

The windows are scaled down (20 requests per 0.4 s); the judge is in `judge.py`.
"""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.store.database import Database
from tests.judge.judge import Judge, judging
from tests.judge.sender import Way, jittered, key_budget, send, send_all

LIMIT = 20
WINDOW = 0.4
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def judge() -> Iterator[Judge]:
    """A judge over the scaled-down window."""
    with judging(LIMIT, WINDOW) as judge:
        yield judge


def assert_is_strict(judge: Judge) -> None:
    """No window over the limit and not one 429."""
    assert judge.most_in_a_window("key") <= LIMIT
    assert judge.refusals == 0


def start_process(url: str, port: int, count: int) -> subprocess.Popen[bytes]:
    """A process that sends `count` requests with the key."""
    command = [sys.executable, "-m", "tests.judge.sender", url, str(port), str(LIMIT), str(WINDOW)]
    return subprocess.Popen([*command, str(count)], cwd=ROOT)


async def wait_for(judge: Judge, count: int) -> None:
    """Until so many requests have arrived."""
    async with asyncio.timeout(30):
        while judge.count() < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def run_with_a_restart(url: str, seed: int) -> None:
    """Jitter both ways, bursts, a lost answer, and a process that dies with requests under way."""
    rng = random.Random(seed)
    with judging(LIMIT, WINDOW) as judge:
        database = Database(url)
        dying = key_budget(database, LIMIT, WINDOW)
        ways = jittered(rng, WINDOW, 200)
        sending = asyncio.create_task(send_all(dying, judge.port, ways, at_once=rng.randint(4, 24)))
        await wait_for(judge, rng.randint(3, 28))
        # As a kill does: nothing is settled any more, and requests under way still arrive.
        database.close()
        await asyncio.gather(sending, return_exceptions=True)
        await asyncio.sleep(rng.uniform(0, WINDOW / 2))

        successor = Database(url)
        budget = key_budget(successor, LIMIT, WINDOW)
        ways = jittered(rng, WINDOW, 30)
        ways[rng.randrange(30)] = Way(20, None)
        await send_all(budget, judge.port, ways, at_once=rng.randint(4, 24))
        await budget.close()
        successor.close()
        assert judge.count() >= 33
        assert_is_strict(judge)


@pytest.mark.parametrize("first", range(0, 20, 4))
async def test_seeded_runs_with_a_restart_in_a_window(
    sqlite_template: Path, tmp_path: Path, first: int
) -> None:
    """Twenty runs, four at a time, each with a store and a judge of its own."""
    seeds = range(first, first + 4)
    for seed in seeds:
        shutil.copyfile(sqlite_template, tmp_path / f"{seed}.db")
    await asyncio.gather(
        *(run_with_a_restart(f"sqlite:///{tmp_path}/{seed}.db", seed) for seed in seeds)
    )


async def test_the_rate_is_nearly_the_limit(store_url: str, judge: Judge) -> None:
    """At least eight tenths of what a slot per window and latency allows, once it is running."""
    database = Database(store_url)
    budget = key_budget(database, LIMIT, WINDOW)
    ways = jittered(random.Random(1), WINDOW, 120)
    started = time.monotonic()
    seconds = await send_all(budget, judge.port, ways, at_once=24)
    await budget.close()
    database.close()
    steady = [moment for moment in judge.arrivals["key"] if moment > started + WINDOW]
    rate = (len(steady) - 1) / (steady[-1] - steady[0])
    ideal = LIMIT / (WINDOW + sum(seconds) / len(seconds))
    assert_is_strict(judge)
    assert rate >= 0.8 * ideal


async def test_slow_requests_then_fast_ones(store_url: str, judge: Judge) -> None:
    """Requests that were late in one window and prompt ones of the next do not meet."""
    database = Database(store_url)
    budget = key_budget(database, LIMIT, WINDOW)
    slow = [Way(there=350, back=0)] * LIMIT
    fast = [Way(there=0, back=0)] * (2 * LIMIT)
    await send_all(budget, judge.port, slow + fast, at_once=2 * LIMIT)
    await budget.close()
    database.close()
    assert judge.count() == 3 * LIMIT
    assert_is_strict(judge)


async def test_a_burst_after_idling(sqlite_database: Database, judge: Judge) -> None:
    """What was saved up by idling is not spent beside the next window's."""
    budget = key_budget(sqlite_database, LIMIT, WINDOW)
    rng = random.Random(3)
    for pause in (1.4 * WINDOW, 0.9 * WINDOW, 0):
        await send_all(budget, judge.port, jittered(rng, WINDOW, 30), at_once=30)
        await asyncio.sleep(pause)
    await budget.close()
    assert judge.count() == 90
    assert_is_strict(judge)


async def test_requests_without_answers_count(sqlite_database: Database, judge: Judge) -> None:
    """They arrived, though nobody told us."""
    budget = key_budget(sqlite_database, LIMIT, WINDOW)
    lost = [Way(there=50, back=None)] * (LIMIT // 2)
    await send_all(budget, judge.port, lost, at_once=LIMIT)
    prompt = [Way(there=0, back=0)] * (LIMIT // 2 + 5)
    await send_all(budget, judge.port, prompt, at_once=LIMIT)
    await budget.close()
    assert judge.count() == LIMIT + 5
    assert_is_strict(judge)


async def test_two_processes_share_one_key(store_url: str, judge: Judge) -> None:
    """Together they send no more than the limit, and nearly all of it."""
    processes = [start_process(store_url, judge.port, 50) for _ in range(2)]
    codes = await asyncio.gather(*(asyncio.to_thread(one.wait, 60) for one in processes))
    assert codes == [0, 0]
    assert judge.count() == 100
    assert_is_strict(judge)


async def test_a_killed_process_is_remembered(store_url: str, judge: Judge) -> None:
    """What it sent in this window counts for the one that follows it."""
    first = start_process(store_url, judge.port, 500)
    await wait_for(judge, 15)
    os.kill(first.pid, signal.SIGKILL)
    await asyncio.to_thread(first.wait, 60)
    database = Database(store_url)
    budget = key_budget(database, LIMIT, WINDOW)
    await send_all(budget, judge.port, [Way(0, 0)] * 30, at_once=30)
    await budget.close()
    database.close()
    assert judge.count() >= 45
    assert_is_strict(judge)


async def test_a_fast_key_does_not_wait_for_a_slow_one(
    sqlite_database: Database, judge: Judge
) -> None:
    """While one key waits for its next window another goes on."""
    slow, fast = (
        key_budget(sqlite_database, LIMIT, seconds, key)
        for seconds, key in ((WINDOW * 100, "slow"), (WINDOW, "fast"))
    )
    stuck = asyncio.create_task(
        send_all(slow, judge.port, [Way(0, 0)] * 30, at_once=30, key="slow")
    )
    await send_all(fast, judge.port, [Way(0, 0)] * LIMIT, at_once=LIMIT, key="fast")
    assert not stuck.done()
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)
    await slow.close()
    await fast.close()
    assert len(judge.arrivals["fast"]) == LIMIT


# A vendor that refuses all the same


async def test_after_429_one_probe_goes_and_never_a_second_429(
    store_url: str, judge: Judge
) -> None:
    """Somebody else used the key up: a window of silence, one probe, then all the others."""
    database = Database(store_url)
    budget = key_budget(database, LIMIT, WINDOW)
    await send(budget, judge.port, Way(0, 0, status=429))
    refused_at, _ = judge.answers[0]
    # The probe's answer takes long; until then nobody else may go.
    first, rest = [Way(0, 150)], [Way(0, 0)] * 9
    probe = asyncio.create_task(send_all(budget, judge.port, first, at_once=1))
    others = asyncio.create_task(send_all(budget, judge.port, rest, at_once=9))
    await asyncio.gather(probe, others)
    await budget.close()
    database.close()
    after = judge.arrivals["key"][1:]
    assert judge.refusals == 1
    assert len(after) == 10
    assert after[0] >= refused_at + WINDOW
    assert after[1] >= after[0] + 0.14


async def test_two_processes_send_one_probe(store_url: str, judge: Judge) -> None:
    """The pause and the probe are the key's, not a process's."""
    databases = [Database(store_url) for _ in range(2)]
    budgets = [key_budget(database, LIMIT, WINDOW) for database in databases]
    await send(budgets[0], judge.port, Way(0, 0, status=429))
    refused_at, _ = judge.answers[0]
    await asyncio.gather(
        *(send_all(one, judge.port, [Way(0, 100)] * 3, at_once=3) for one in budgets)
    )
    for budget, database in zip(budgets, databases, strict=True):
        await budget.close()
        database.close()
    after = judge.arrivals["key"][1:]
    assert judge.refusals == 1
    assert len(after) == 6
    assert after[0] >= refused_at + WINDOW
    assert after[1] >= after[0] + 0.09


async def test_requests_under_way_at_a_429_make_no_second_offence(
    sqlite_database: Database, judge: Judge
) -> None:
    """They are refused as well; after a window from the last of them the key is open again."""
    budget = key_budget(sqlite_database, LIMIT, WINDOW)
    ways = [Way(there=100 + number * 20, back=0, status=429) for number in range(6)]
    await send_all(budget, judge.port, ways, at_once=6)
    refusals = judge.refusals
    last = max(judge.arrivals["key"])
    await send_all(budget, judge.port, [Way(0, 0)] * 5, at_once=5)
    await budget.close()
    assert refusals == 6
    assert judge.refusals == 6
    assert min(judge.arrivals["key"][6:]) >= last + WINDOW


async def test_403_after_429_silences_the_key_for_long(sqlite_url: str) -> None:
    """A quarter of an hour at AgentOS's window, here scaled down, and for the next process too."""
    window = WINDOW / 4
    with judging(LIMIT, window) as judge:
        for ways in ([Way(0, 0, status=429), Way(0, 0, status=403)], [Way(0, 0)]):
            database = Database(sqlite_url)
            budget = key_budget(database, LIMIT, window)
            await send_all(budget, judge.port, ways, at_once=1)
            await budget.close()
            database.close()
    _, blocked, after = judge.arrivals["key"]
    assert after >= blocked + 15 * window
