"""The rows of the budgets, shared by every process on one store, on both databases."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from syncd.model import Side, Turn
from syncd.store import budgets, clock, leases
from syncd.store.budgets import BudgetState, Exchange, LeaseGone, Watch, describe, key_id
from syncd.store.database import Database
from syncd.store.slots import Grant, Settlement, Terms, Wait

TERMS = Terms(limit=3, window=60_000, hold=10_000)
KEY = key_id(Side.AGENTOS, "an invented key")
BESIDE = Turn(None, None, math.inf)


def exchange(
    database: Database,
    *settlements: Settlement,
    turn: Turn | None = BESIDE,
    key: str = KEY,
    terms: Terms = TERMS,
    watch: Watch | None = None,
) -> Exchange:
    """Bring settlements and ask for a permit."""
    return database.run_now(
        budgets.exchange,
        key,
        terms,
        side=Side.AGENTOS,
        settlements=settlements,
        turn=turn,
        watch=watch,
    )


def state(database: Database, key: str = KEY) -> BudgetState:
    """How the key stands; it must have been used."""
    found = database.read_now(describe, key)
    assert found is not None
    return found


def take(database: Database) -> Grant:
    """A permit that has to be there."""
    outcome = exchange(database).outcome
    assert isinstance(outcome, Grant)
    return outcome


def test_permits_are_counted_in_the_store(database: Database, store_url: str) -> None:
    """Two openings of one store, as two processes have them, share a key's permits."""
    other = Database(store_url)
    outcomes = [exchange(one).outcome for one in (database, other, database, other)]
    other.close()
    assert [isinstance(outcome, Grant) for outcome in outcomes] == [True, True, True, False]
    assert len({outcome.slot for outcome in outcomes if isinstance(outcome, Grant)}) == 3


def test_a_full_key_tells_how_long(database: Database) -> None:
    """Until an answer and a window at the earliest; without an answer until hold and window."""
    for _ in range(3):
        take(database)
    outcome = exchange(database).outcome
    assert isinstance(outcome, Wait)
    assert outcome.at_least == 60_000
    assert 65_000 < outcome.look_after <= 70_001


def test_an_answer_is_remembered(database: Database) -> None:
    """Settling shortens a slot's time to a window after the answer."""
    grant = take(database)
    exchange(database, Settlement(grant.slot, 5_000, 2, is_answered=True, status=200), turn=None)
    for _ in range(2):
        take(database)
    outcome = exchange(database).outcome
    assert isinstance(outcome, Wait)
    assert 50_000 < outcome.look_after <= 55_001


def test_keys_do_not_share(database: Database) -> None:
    """A full key keeps nobody from another."""
    for _ in range(3):
        take(database)
    other = key_id(Side.AGENTOS, "another invented key")
    assert isinstance(exchange(database, key=other).outcome, Grant)


def test_many_at_once_never_get_too_many(store_url: str) -> None:
    """Four openings of one store, asked by eight threads, give out the limit and not one more."""
    databases = [Database(store_url) for _ in range(4)]
    terms = Terms(limit=10, window=60_000, hold=10_000)
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(
            threads.map(lambda n: exchange(databases[n % 4], terms=terms).outcome, range(40))
        )
    for database in databases:
        database.close()
    slots = [outcome.slot for outcome in outcomes if isinstance(outcome, Grant)]
    assert sorted(slots) == list(range(1, 11))


def test_without_its_lease_a_process_gets_no_permit(database: Database) -> None:
    """The permit is the fence; what the process brought is written all the same."""
    epoch = database.run_now(leases.take, "northgate", owner="a", holder="a")
    grant = exchange(database, turn=Turn("northgate", epoch, math.inf)).outcome
    assert isinstance(grant, Grant)
    gone = exchange(
        database,
        Settlement(grant.slot, 0, 2, is_answered=False, is_unsent=True),
        turn=Turn("northgate", 0, math.inf),
    )
    assert gone.outcome == LeaseGone()
    assert state(database).free == 3


def test_a_permit_renews_the_lease(database: Database) -> None:
    """A cycle that sends keeps its connection."""
    epoch = database.run_now(leases.take, "northgate", owner="a", holder="a")
    expire = text("UPDATE leases SET expires_at_ms = 0")
    database.run_now(lambda session: session.execute(expire))
    exchange(database, turn=Turn("northgate", epoch, math.inf))
    assert database.read_now(leases.holder_of, "northgate") == "a"


def test_a_refusal_is_remembered(database: Database, store_url: str) -> None:
    """Another process keeps silent as well, and status can tell why and how long."""
    grant = take(database)
    refusal = Settlement(grant.slot, 0, 2, is_answered=True, status=429, retry_after=90_000)
    exchange(database, refusal, turn=None)
    other = Database(store_url)
    outcome = exchange(other).outcome
    found = state(other)
    other.close()
    assert isinstance(outcome, Wait)
    assert outcome.at_least > 85_000
    assert found.free == 0
    assert 85 < found.frozen_for_seconds <= 91
    assert found.reason == "the vendor answered 429"


def test_a_block_is_remembered(database: Database) -> None:
    """A quarter of an hour for AgentOS's window, across processes."""
    grant = take(database)
    for status in (429, 403):
        exchange(database, Settlement(grant.slot, 0, 2, is_answered=True, status=status), turn=None)
    found = state(database)
    assert 890 < found.frozen_for_seconds <= 900
    assert found.reason is not None
    assert "403" in found.reason


def test_a_key_that_was_never_used_has_no_state(database: Database) -> None:
    """And asking changes nothing."""
    assert database.read_now(describe, KEY) is None


def test_status_counts_what_is_free(database: Database) -> None:
    """The limit less what is busy, and when the next will be."""
    take(database)
    assert state(database) == BudgetState(
        limit=3,
        window_seconds=60.0,
        free=2,
        next_free_in_seconds=0.0,
        frozen_for_seconds=0.0,
        reason=None,
    )
    take(database)
    take(database)
    found = state(database)
    assert found.free == 0
    assert 65 < found.next_free_in_seconds <= 71


def test_after_a_restart_of_the_machine_one_window_is_waited(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the clock is the machine's own; its next start is another clock."""
    take(sqlite_database)
    monkeypatch.setattr(clock, "boot_id", lambda: "the next start")
    outcome = exchange(sqlite_database).outcome
    assert outcome == Wait(at_least=60_001, look_after=60_001)


def test_a_jump_of_the_clock_is_noticed(database: Database) -> None:
    """A process that watched the store's clock does not believe that an hour passed in a moment."""
    watch = exchange(database).watch
    assert isinstance(exchange(database, watch=watch).outcome, Grant)
    an_hour_behind = Watch(watch.store_ms - 3_600_000, watch.boot_ms)
    outcome = exchange(database, watch=an_hour_behind).outcome
    assert isinstance(outcome, Wait)
    assert outcome.at_least == 60_001


def test_a_key_is_named_without_giving_it_away() -> None:
    """The same key has the same name everywhere; sides and keys differ."""
    name = key_id(Side.AGENTOS, "an invented key")
    assert name == key_id(Side.AGENTOS, "an invented key")
    assert name != key_id(Side.LETSJOBIT, "an invented key")
    assert name != key_id(Side.AGENTOS, "an invented key ")
    assert "invented" not in name
    assert len(name) == len("agentos:") + 32
