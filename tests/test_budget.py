"""Waiting for the right to send: who goes first, who is told that it is too late, what is kept."""

import asyncio
import math
import time

import pytest
from sqlalchemy import text

from syncd import budget as budget_module
from syncd.budget import KeyBudget, Permit, Verdict
from syncd.errors import LeaseLost, SyncdError, VendorUnavailable
from syncd.model import Side, Turn, Urgency
from syncd.store import leases
from syncd.store.budgets import BudgetState, describe
from syncd.store.clock import boot_clock_ms
from syncd.store.database import Database

BESIDE = Turn(None, None, math.inf)
OK = Verdict(answered=True, status=200)
LONG = 600.0

PACED = budget_module._BURST


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all permits of a window out at once, except where pacing is what a test is about."""
    monkeypatch.setattr(budget_module, "_BURST", 1.0)


def key_budget(
    database: Database, *, limit: int = 3, window_seconds: float = LONG, key: str = "key"
) -> KeyBudget:
    """The budget of a key; its window lasts longer than any test unless told otherwise."""
    return KeyBudget(
        database,
        side=Side.AGENTOS,
        key_id=key,
        limit=limit,
        window_seconds=window_seconds,
        hold_seconds=5.0,
    )


def until(seconds: float) -> Turn:
    """A turn that ends so many seconds from now."""
    return Turn(None, None, time.monotonic() + seconds)


def state(database: Database, key: str = "key") -> BudgetState:
    """How the key stands in the store."""
    found = database.read_now(describe, key)
    assert found is not None
    return found


async def take(budget: KeyBudget, count: int) -> list[Permit]:
    """So many permits, which have to be there."""
    async with asyncio.timeout(30):
        return [await budget.acquire(BESIDE, Urgency.POLLS) for _ in range(count)]


async def test_a_permit_is_counted_in_the_store(database: Database) -> None:
    """Other processes see it at once, and its answer soon, without anybody closing anything."""
    budget = key_budget(database)
    (permit,) = await take(budget, 1)
    assert (await database.read(describe, "key") or state(database)).free == 2
    await budget.settle(permit, OK)
    async with asyncio.timeout(10):
        held = text("SELECT count(*) FROM budget_slots WHERE held_until_ms IS NOT NULL")
        while await database.read(lambda session: session.scalar(held)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await budget.close()


async def test_the_most_urgent_goes_first_then_the_oldest(database: Database) -> None:
    """When several wait for the next free slot, money comes before sweeps."""
    budget = key_budget(database, limit=1, window_seconds=0.3)
    (first,) = await take(budget, 1)
    order: list[str] = []

    async def work(name: str, urgency: Urgency) -> None:
        permit = await budget.acquire(BESIDE, urgency)
        order.append(name)
        await budget.settle(permit, OK)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for name, urgency in (
            ("sweep", Urgency.SWEEPS),
            ("update", Urgency.UPDATES),
            ("closure 1", Urgency.CLOSURES),
            ("creation", Urgency.CREATIONS),
            ("closure 2", Urgency.CLOSURES),
        ):
            tasks.create_task(work(name, urgency))
            await asyncio.sleep(0)
        await budget.settle(first, OK)
    await budget.close()
    assert order == ["closure 1", "closure 2", "creation", "update", "sweep"]


async def test_a_backlog_of_urgent_work_starves_nobody(database: Database) -> None:
    """One connection delivers closures without end; another's sweep has its turn all the same."""
    budget = key_budget(database, limit=1, window_seconds=0.05)
    urgent = 0
    is_over = asyncio.Event()

    async def deliver() -> None:
        nonlocal urgent
        while not is_over.is_set():
            await budget.settle(await budget.acquire(BESIDE, Urgency.CLOSURES), OK)
            urgent += 1

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(deliver())
        await budget.settle(await budget.acquire(BESIDE, Urgency.SWEEPS), OK)
        is_over.set()
    await budget.close()
    assert urgent > 0, "and closures went first"


async def test_nobody_waits_longer_than_it_may_for_one_request(database: Database) -> None:
    """A turn without a deadline can still be one that gives its place away."""
    budget = key_budget(database, limit=60, window_seconds=60)
    for permit in await take(budget, 60):
        await budget.settle(permit, OK)
    impatient = Turn(None, None, math.inf, longest_wait_seconds=30.0)
    async with asyncio.timeout(10):
        with pytest.raises(VendorUnavailable) as caught:
            await budget.acquire(impatient, Urgency.CLOSURES)
    assert caught.value.code == "deadline"
    await budget.close()


async def test_a_budget_that_is_stopped_gives_nothing_out(database: Database) -> None:
    """Who waits is told at once, and so is who comes later; what was sent is still settled."""
    budget = key_budget(database, limit=1, window_seconds=1.0)
    (permit,) = await take(budget, 1)
    waiting = asyncio.create_task(budget.acquire(BESIDE, Urgency.CLOSURES))
    await asyncio.sleep(0)
    budget.stop()
    for acquiring in (waiting, budget.acquire(BESIDE, Urgency.CLOSURES)):
        with pytest.raises(VendorUnavailable) as caught:
            await acquiring
        assert caught.value.code == "deadline"
    await budget.settle(permit, OK)
    await budget.close()
    assert state(database).limit == 1


async def test_who_must_wait_past_the_deadline_is_told_at_once(database: Database) -> None:
    """A key that is used up for a minute does not keep a run of half a minute waiting."""
    budget = key_budget(database, limit=60, window_seconds=60)
    for permit in await take(budget, 60):
        await budget.settle(permit, OK)
    for _ in range(2):
        async with asyncio.timeout(10):
            with pytest.raises(VendorUnavailable) as caught:
                await budget.acquire(until(30), Urgency.CLOSURES)
        assert caught.value.code == "deadline"
        assert caught.value.side is Side.AGENTOS
        assert caught.value.retry_after == pytest.approx(60, abs=20)
    await budget.close()


async def test_a_deadline_that_has_passed_gets_nothing(database: Database) -> None:
    """Though permits are free."""
    budget = key_budget(database)
    with pytest.raises(VendorUnavailable) as caught:
        await budget.acquire(until(-1), Urgency.POLLS)
    assert caught.value.code == "deadline"
    await budget.close()


async def test_a_deadline_comes_while_waiting(database: Database) -> None:
    """Where an answer might have come in time but did not, waiting ends at the deadline."""
    budget = key_budget(database, limit=1, window_seconds=0.05)
    await take(budget, 1)
    started = time.monotonic()
    with pytest.raises(VendorUnavailable) as caught:
        await budget.acquire(until(0.2), Urgency.POLLS)
    assert caught.value.code == "deadline"
    assert time.monotonic() - started < 3
    await budget.close()


async def test_without_the_lease_there_is_no_permit(database: Database) -> None:
    """A process that was replaced sends nothing more, while others with the key go on."""
    budget = key_budget(database)
    epoch = await database.run(leases.take, "northgate", owner="a", holder="a")
    ours, lost = Turn("northgate", epoch, math.inf), Turn("northgate", 0, math.inf)
    async with asyncio.timeout(10):
        with pytest.raises(LeaseLost, match="northgate"):
            await budget.acquire(lost, Urgency.CLOSURES)
        await budget.acquire(ours, Urgency.SWEEPS)
    await budget.close()
    assert state(database).free == 2


async def test_whoever_stops_waiting_takes_no_permit_along(database: Database) -> None:
    """Cancelled before, during or after the grant: every permit is there again."""
    budget = key_budget(database, limit=40)
    for rounds in range(12):
        tasks = [asyncio.create_task(budget.acquire(BESIDE, Urgency.POLLS)) for _ in range(4)]
        for _ in range(rounds):
            await asyncio.sleep(0.0005)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Permit):
                await budget.settle(result, Verdict(answered=False, was_sent=False))
    await budget.close()
    assert state(database).free == 40


async def test_a_key_that_waits_does_not_hold_up_another(sqlite_database: Database) -> None:
    """Each key has a queue of its own."""
    full = key_budget(sqlite_database, limit=1, key="full")
    await take(full, 1)
    waiting = asyncio.create_task(full.acquire(BESIDE, Urgency.CLOSURES))
    other = key_budget(sqlite_database, limit=50, key="other")
    await take(other, 10)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await full.close()
    await other.close()


async def test_a_sweep_is_paced(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tenths of the limit go out at once, the rest at the rate that the limit allows."""
    monkeypatch.setattr(budget_module, "_BURST", PACED)
    budget = key_budget(sqlite_database, limit=50, window_seconds=5)
    started = time.monotonic()
    await take(budget, 25)
    # 15 at once, 10 more at 10 a second.
    assert time.monotonic() - started >= 0.9
    await budget.close()


async def test_a_short_run_has_what_it_needs_at_once(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen requests to AgentOS, more than a first cycle has, wait for nothing."""
    monkeypatch.setattr(budget_module, "_BURST", PACED)
    budget = key_budget(sqlite_database, limit=50, window_seconds=60)
    async with asyncio.timeout(1.1):  # the sixteenth would take 1.2 s
        await take(budget, 15)
    await budget.close()


async def test_closing_writes_what_became_of_the_last_permits(database: Database) -> None:
    """After a short run the next one waits a window, not the hold as well."""
    budget = key_budget(database, limit=1, window_seconds=60)
    (permit,) = await take(budget, 1)
    assert state(database).next_free_in_seconds > 60.1
    await budget.settle(permit, OK)
    await budget.close()
    assert state(database).next_free_in_seconds <= 60.01


async def test_a_refusal_is_in_the_store_before_settling_returns(database: Database) -> None:
    """A kill a moment later does not forget it."""
    budget = key_budget(database)
    (permit,) = await take(budget, 1)
    await budget.settle(permit, Verdict(answered=True, status=429, retry_after=900.0))
    assert 850 < state(database).frozen_for_seconds <= 901
    await budget.close()


async def test_the_vendors_count_is_believed(database: Database) -> None:
    """What its headers say reaches the store: none left until the reset."""
    budget = key_budget(database)
    (permit,) = await take(budget, 1)
    await budget.settle(permit, Verdict(answered=True, status=200, remaining=0, reset_seconds=400))
    await budget.close()
    found = state(database)
    assert 350 < found.frozen_for_seconds <= 400
    assert found.reason == "the vendor said that no requests are left"


async def test_a_store_that_fails_is_told_to_whoever_waits(sqlite_database: Database) -> None:
    """Nobody waits for ever for a permit that cannot come, and later ones can."""
    budget = key_budget(sqlite_database)
    (permit,) = await take(budget, 1)
    rename = "ALTER TABLE budgets RENAME TO elsewhere"
    sqlite_database.run_now(lambda session: session.execute(text(rename)))
    async with asyncio.timeout(10):
        failures = await asyncio.gather(
            *(budget.acquire(BESIDE, Urgency.POLLS) for _ in range(3)), return_exceptions=True
        )
    assert all(isinstance(failure, Exception) for failure in failures)
    await budget.settle(permit, OK)
    back = "ALTER TABLE elsewhere RENAME TO budgets"
    sqlite_database.run_now(lambda session: session.execute(text(back)))
    await take(budget, 1)
    await budget.close()
    assert state(sqlite_database).free == 1


async def test_a_store_out_of_reach_does_not_turn_an_answer_into_an_error(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settling a refusal tries to write it at once, and again with the next permit."""
    budget = key_budget(sqlite_database)
    (permit,) = await take(budget, 1)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise SyncdError("store_locked", "the store is locked")

    with monkeypatch.context() as patch:
        patch.setattr(budget_module, "exchange", fail)
        await budget.settle(permit, Verdict(answered=True, status=429))
    await budget.close()
    assert state(sqlite_database).frozen_for_seconds > LONG - 60


async def test_two_budgets_on_one_store_share_the_key(database: Database, store_url: str) -> None:
    """As two processes have them."""
    other = Database(store_url)
    one, two = key_budget(database), key_budget(other)
    await take(one, 2)
    await take(two, 1)
    with pytest.raises(VendorUnavailable):
        await one.acquire(until(30), Urgency.CLOSURES)
    await one.close()
    await two.close()
    other.close()


def test_a_permit_gets_stale() -> None:
    """A machine that slept between the grant and the sending does not send under it."""
    assert Permit(1, 0, granted_at_ms=boot_clock_ms()).is_fresh
    assert not Permit(1, 0, granted_at_ms=boot_clock_ms() - 5_100).is_fresh


async def test_a_long_run_gets_permits_for_its_next_requests_along(
    sqlite_database: Database,
) -> None:
    """They are rows like every other, and are given back as soon as nobody goes on asking."""
    budget = key_budget(sqlite_database, limit=100)
    await take(budget, 10)
    assert state(sqlite_database).free < 90
    async with asyncio.timeout(10):
        while state(sqlite_database).free < 90:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await take(budget, 4)  # a run that begins anew asks for one at a time
    assert state(sqlite_database).free == 86
    await budget.close()


async def test_closing_gives_back_what_was_granted_ahead(sqlite_database: Database) -> None:
    """Nothing that was not sent counts in the next run."""
    budget = key_budget(sqlite_database, limit=100)
    await take(budget, 10)
    await budget.close()
    assert state(sqlite_database).free == 90


async def test_on_a_shared_store_nothing_is_granted_ahead(database: Database) -> None:
    """Another process's refusal silences the key from our very next request on."""
    budget = key_budget(database, limit=100)
    await take(budget, 10)
    assert database.is_sqlite or state(database).free == 90
    await budget.close()


async def test_after_a_refusal_no_permit_granted_ahead_is_used(sqlite_database: Database) -> None:
    """Whoever asks next waits for the end of the freeze, as if there were none."""
    budget = key_budget(sqlite_database, limit=100)
    permits = await take(budget, 10)
    assert state(sqlite_database).free < 90
    await budget.settle(permits[0], Verdict(answered=True, status=429))
    with pytest.raises(VendorUnavailable):
        await budget.acquire(until(5), Urgency.CLOSURES)
    await budget.close()


async def test_when_the_vendor_says_that_little_is_left_no_permit_granted_ahead_is_used(
    sqlite_database: Database,
) -> None:
    """Somebody else uses the key: the store's count, with theirs in it, decides again."""
    budget = key_budget(sqlite_database, limit=100)
    permits = await take(budget, 10)
    low = Verdict(answered=True, status=200, remaining=0, reset_seconds=400)
    await budget.settle(permits[-1], low)
    with pytest.raises(VendorUnavailable):
        await budget.acquire(until(5), Urgency.CLOSURES)
    await budget.close()


async def test_a_permit_granted_ahead_serves_no_other_lease(sqlite_database: Database) -> None:
    """What was granted under one lease is given back when another turn asks."""
    budget = key_budget(sqlite_database, limit=100)
    await take(budget, 10)
    with pytest.raises(LeaseLost):
        await budget.acquire(Turn("northgate", 7, math.inf), Urgency.SWEEPS)
    await budget.close()
    assert state(sqlite_database).free == 90


async def test_a_permit_granted_ahead_is_not_used_late(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stood still asks the store again, which looks at the lease."""
    monkeypatch.setattr(budget_module, "_AHEAD_WITHIN_MS", -1)
    budget = key_budget(sqlite_database, limit=100)
    slots = [permit.slot for permit in await take(budget, 20)]
    assert max(slots) > 20  # those granted in between were not used
    await budget.close()
    assert state(sqlite_database).free == 80
