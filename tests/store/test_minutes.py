"""Requests by key and minute, counted with the permits, on both databases."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from syncd.model import Side, Turn
from syncd.store import budgets, minutes, schema
from syncd.store.budgets import Exchange, key_id
from syncd.store.clock import Now, read_clock, wall_minute
from syncd.store.database import Database, Session
from syncd.store.minutes import requests_by_minute
from syncd.store.slots import Grant, Settlement, Terms

TERMS = Terms(limit=40, window=60_000, hold=120_000)
KEY = key_id(Side.AGENTOS, "an invented key")
OTHER = key_id(Side.LETSJOBIT, "an invented key")
BESIDE = Turn(None, None, math.inf)
NOON = 29_736_720
"""A minute since the epoch, in which these tests begin."""


class Clocks:
    """The clock of budgets and the wall clock of one store, as a test sets them."""

    def __init__(self) -> None:
        self.ledger_seconds = 1_000.0
        self.wall_seconds = NOON * 60.0

    def go_on(self, seconds: float) -> None:
        """Both go on."""
        self.ledger_seconds += seconds
        self.wall_seconds += seconds

    def read(self, _session: Session) -> Now:
        """The clock of budgets."""
        return Now(ms=round(self.ledger_seconds * 1000), boot_id="")

    def minute(self, _session: Session, _now: Now, *, ago_ms: int = 0) -> int:
        """The wall clock's minute."""
        return int(self.wall_seconds - ago_ms / 1000) // 60


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """Clocks that stand still until a test moves them."""
    found = Clocks()
    monkeypatch.setattr(budgets, "read_clock", found.read)
    monkeypatch.setattr(minutes, "wall_minute", found.minute)
    return found


def exchange(
    database: Database,
    *settlements: Settlement,
    turn: Turn | None = BESIDE,
    key: str = KEY,
    ahead: int = 0,
) -> Exchange:
    """Bring settlements and ask for a permit."""
    return database.run_now(
        budgets.exchange,
        key,
        TERMS,
        side=Side.AGENTOS,
        settlements=settlements,
        turn=turn,
        most_ahead=ahead,
    )


def take(database: Database, times: int = 1) -> list[Grant]:
    """Permits that have to be there."""
    outcomes = [exchange(database).outcome for _ in range(times)]
    return [outcome for outcome in outcomes if isinstance(outcome, Grant)]


def unsent(grant: Grant) -> Settlement:
    """It certainly never left."""
    return Settlement(grant.slot, 0, grant.free_after, is_answered=False, is_unsent=True)


def answered(grant: Grant) -> Settlement:
    """It was answered well."""
    return Settlement(grant.slot, 0, grant.free_after, is_answered=True, status=200)


def counted(database: Database, key: str = KEY, first: int = 0) -> dict[int, int]:
    """What the store counted, by minutes after noon."""
    found = database.read_now(requests_by_minute, [key], first=first).get(key, {})
    return {minute - NOON: number for minute, number in found.items()}


def test_each_permit_counts_in_its_minute(database: Database, clocks: Clocks) -> None:
    """Whatever becomes of it, once it may have been sent; answers count nothing more."""
    first, *_ = take(database, 3)
    clocks.go_on(61)
    exchange(database, answered(first), turn=None)
    take(database, 2)
    assert counted(database) == {0: 3, 1: 2}


def test_permits_ahead_count_at_once_and_go_off_when_they_come_back(
    database: Database, clocks: Clocks
) -> None:
    """In the minute of their grant, also when that is over."""
    clocks.go_on(59)
    ahead = exchange(database, ahead=4).ahead
    assert counted(database) == {0: 5}
    clocks.go_on(2)
    exchange(database, *(unsent(one) for one in ahead[:3]))
    assert counted(database) == {0: 2, 1: 1}


def test_what_is_brought_back_twice_goes_off_once(database: Database, clocks: Clocks) -> None:
    """A process that does not know whether its news was written brings it again."""
    one, two = take(database, 2)
    for _ in range(3):
        exchange(database, unsent(two), turn=None)
    assert counted(database) == {0: 1}
    exchange(database, unsent(one))
    assert counted(database) == {0: 1}


def test_nothing_is_counted_where_nothing_is_given_out(database: Database, clocks: Clocks) -> None:
    """Who waits for a permit has not sent anything, and a lost lease gets none."""
    take(database, 50)
    exchange(database, turn=Turn("northgate", 7, math.inf))
    assert counted(database) == {0: 40}


def test_keys_are_counted_apart(database: Database, clocks: Clocks) -> None:
    """A chart of one key shows nothing of another."""
    take(database, 2)
    exchange(database, key=OTHER)
    assert (counted(database), counted(database, OTHER)) == ({0: 2}, {0: 1})
    found = database.read_now(requests_by_minute, [KEY, OTHER], first=0)
    assert set(found) == {KEY, OTHER}


def test_processes_add_up(store_url: str) -> None:
    """Four openings of one store, as processes have them, asked by eight threads: none is lost."""
    databases = [Database(store_url) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda n: exchange(databases[n % 4]).outcome, range(60)))
    total = sum(counted(databases[0]).values())
    for database in databases:
        database.close()
    assert total == sum(isinstance(outcome, Grant) for outcome in outcomes) == 40


def test_old_minutes_go(database: Database, clocks: Clocks) -> None:
    """Two hours are kept, whatever a key does; another key's are its own business."""
    exchange(database, key=OTHER)
    for _ in range(150):
        take(database)
        clocks.go_on(60)
    found = counted(database)
    assert (min(found), max(found), len(found)) == (29, 149, 121)
    assert counted(database, OTHER) == {0: 1}


def test_only_what_is_asked_for_is_read(database: Database, clocks: Clocks) -> None:
    """From the first minute of the chart on."""
    for _ in range(3):
        take(database)
        clocks.go_on(60)
    assert counted(database, first=NOON + 1) == {1: 1, 2: 1}


def test_a_clock_that_is_put_back_leaves_no_minutes_of_a_future(
    database: Database, clocks: Clocks
) -> None:
    """They are dropped, and counted anew; what was before stays."""
    for _ in range(90):
        take(database)
        clocks.go_on(60)
    clocks.wall_seconds -= 3_600
    take(database, 2)
    assert counted(database) == {**dict.fromkeys(range(30), 1), 30: 3}
    clocks.go_on(60)
    take(database)
    assert counted(database)[31] == 1


def test_a_permit_from_before_the_jump_takes_nothing_off_below_zero(
    database: Database, clocks: Clocks
) -> None:
    """Its minute is another one by the clock that was put right."""
    (grant,) = take(database)
    clocks.wall_seconds += 7_200
    exchange(database, unsent(grant), turn=None)
    assert counted(database) == {0: 1}


def test_the_minute_is_the_wall_clocks(database: Database) -> None:
    """On both databases, though SQLite's budgets go by the time since the machine's start."""

    def read(session: Session) -> tuple[int, int, int]:
        now = read_clock(session)
        epoch = (
            "strftime('%s')" if session.dialect.name == "sqlite" else "EXTRACT(EPOCH FROM now())"
        )
        known = session.execute(text(f"SELECT CAST({epoch} AS BIGINT)")).scalar_one()
        shown, ten_ago = wall_minute(session, now), wall_minute(session, now, ago_ms=600_000)
        return shown, ten_ago, int(known) // 60

    shown, ten_ago, known = database.read_now(read)
    assert abs(shown - known) <= 1
    assert shown - ten_ago in (9, 10, 11)


def test_an_older_store_counts_from_its_upgrade_on(database: Database, clocks: Clocks) -> None:
    """Its permits from before are known as ever, and in no chart."""
    old = take(database, 3)
    schema.downgrade(database, "0004")
    schema.upgrade(database)
    exchange(database, unsent(old[0]), turn=None)
    assert counted(database) == {}
    taken = take(database, 50)
    assert (len(taken), counted(database)) == (38, {0: 38})
