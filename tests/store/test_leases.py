"""At most one process works on a connection, and the epoch proves which."""

import asyncio
import math
import threading

import pytest
from sqlalchemy import text

from syncd.errors import LeaseLost
from syncd.model import Turn
from syncd.store import leases
from syncd.store.database import Database, Session


def turn(epoch: int | None, connection: str | None = "northgate") -> Turn:
    """A turn without a deadline."""
    return Turn(connection, epoch, math.inf)


def take(database: Database, owner: str, connection: str = "northgate") -> int | None:
    """Take a lease at once."""
    return database.run_now(leases.take, connection, owner=owner, holder=f"holder {owner}")


def let_run_out(session: Session) -> None:
    """As if the time of every lease had passed."""
    session.execute(text("UPDATE leases SET expires_at_ms = 0"))


def test_a_free_lease_is_given(database: Database) -> None:
    """The first to ask has it, and people can see who that is."""
    assert database.read_now(leases.holder_of, "northgate") is None
    assert take(database, "a") == 1
    assert database.read_now(leases.holder_of, "northgate") == "holder a"


def test_connections_have_leases_of_their_own(database: Database) -> None:
    """Who has one connection does not keep others from another."""
    assert take(database, "a", "northgate") == 1
    assert take(database, "b", "southgate") == 1


def test_a_process_does_not_get_its_own_lease_twice(database: Database) -> None:
    """Two cycles of one connection never run at once, not even in one process."""
    take(database, "a")
    assert take(database, "a") is None


def test_the_epoch_grows_with_each_take(database: Database) -> None:
    """Giving back and taking again makes a new epoch; the old one is worth nothing any more."""
    assert take(database, "a") == 1
    database.run_now(leases.release, "northgate", 1)
    assert database.read_now(leases.holder_of, "northgate") is None
    assert take(database, "a") == 2
    with pytest.raises(LeaseLost):
        database.run_now(leases.check, turn(1))
    database.run_now(leases.check, turn(2))


def test_a_released_lease_is_lost(database: Database) -> None:
    """After giving it back a process may not write, even though nobody else has it."""
    take(database, "a")
    database.run_now(leases.release, "northgate", 1)
    with pytest.raises(LeaseLost):
        database.run_now(leases.check, turn(1))


def test_releasing_a_lost_lease_takes_nothing_from_its_new_holder(database: Database) -> None:
    """A process that comes back late cannot free what is somebody else's now."""
    take(database, "a")
    database.run_now(let_run_out)
    assert take(database, "b") == 2
    database.run_now(leases.release, "northgate", 1)
    database.run_now(leases.check, turn(2))


def test_a_lease_that_ran_out_is_free(database: Database) -> None:
    """A process that was stopped is replaced; it finds out who did at its next write."""
    take(database, "a")
    database.run_now(let_run_out)
    assert take(database, "b") == 2
    with pytest.raises(LeaseLost, match="lost to holder b"):
        database.run_now(leases.check, turn(1))


def test_a_lease_that_ran_out_and_nobody_took_goes_on(database: Database) -> None:
    """A machine that slept need not begin anew."""
    take(database, "a")
    database.run_now(let_run_out)
    database.run_now(leases.check, turn(1))
    assert database.read_now(leases.holder_of, "northgate") == "holder a"


def test_a_check_prolongs_the_lease(database: Database) -> None:
    """Every write transaction renews the lease it checks."""
    take(database, "a")
    database.run_now(let_run_out)
    assert database.run_now(leases.renew, "northgate", 1)
    expires = text("SELECT expires_at_ms FROM leases")
    assert database.read_now(lambda session: session.scalar(expires)) > 0


def test_a_lost_lease_takes_the_whole_transaction_back(database: Database) -> None:
    """What a process without the lease writes is never committed."""
    take(database, "a")

    def write_then_check(session: Session) -> None:
        session.execute(text("UPDATE leases SET holder = 'overwritten'"))
        leases.check(session, turn(7))

    with pytest.raises(LeaseLost):
        database.run_now(write_then_check)
    assert database.read_now(leases.holder_of, "northgate") == "holder a"


def test_a_command_beside_the_daemon_needs_no_lease(database: Database) -> None:
    """A turn without a connection passes every check."""
    database.run_now(leases.check, turn(None, None))


def test_a_connection_nobody_ever_had_is_lost(database: Database) -> None:
    """A turn that names a lease which does not exist is refused."""
    with pytest.raises(LeaseLost):
        database.run_now(leases.check, turn(1, "unknown"))


def test_on_postgres_a_living_holder_keeps_others_out(postgres_url: str) -> None:
    """Until its time is over nobody else gets the lease."""
    database = Database(postgres_url)
    take(database, "a")
    assert take(database, "b") is None
    database.close()


def test_on_sqlite_a_dead_holders_lease_is_free_at_once(sqlite_database: Database) -> None:
    """Who asks holds the store's lock, so any other owner of a lease must be dead."""
    take(sqlite_database, "a")
    assert take(sqlite_database, "b") == 2


async def test_on_postgres_a_dead_holders_lease_is_free_after_its_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the database's clock, without anybody's help, and in less than half a minute."""
    assert leases.TTL_MS <= 30_000
    assert leases.TTL_MS >= 3 * leases.RENEWAL_SECONDS * 1000
    monkeypatch.setattr(leases, "TTL_MS", 100)
    database = Database(postgres_url)
    take(database, "a")
    epoch = None
    async with asyncio.timeout(10):
        while epoch is None:
            epoch = await database.run(leases.take, "northgate", owner="b", holder="h")
    database.close()
    assert epoch == 2


async def test_of_many_who_ask_one_gets_it(postgres_url: str) -> None:
    """However many processes ask at the same moment for a lease that never existed."""
    databases = [Database(postgres_url) for _ in range(4)]
    taken = await asyncio.gather(
        *(
            database.run(leases.take, "northgate", owner=f"{number}", holder="h")
            for number, database in enumerate(databases)
        )
    )
    for database in databases:
        database.close()
    assert sorted(taken, key=str) == [1, None, None, None]


async def test_a_check_keeps_takers_waiting(postgres_url: str) -> None:
    """Between the check and the commit of a transaction nobody can take the lease away."""
    database = Database(postgres_url)
    take(database, "a")
    checked, go_on = threading.Event(), threading.Event()

    def write(session: Session) -> None:
        leases.check(session, turn(1))
        session.execute(text("UPDATE leases SET expires_at_ms = 0"))
        checked.set()
        go_on.wait(timeout=10)
        leases.check(session, turn(1))

    writing = asyncio.create_task(database.run(write))
    await asyncio.to_thread(checked.wait, 10)
    taking = asyncio.create_task(database.run(leases.take, "northgate", owner="b", holder="h"))
    await asyncio.sleep(0)
    go_on.set()
    await writing
    assert await taking is None
    database.close()


async def test_a_kept_lease_is_renewed_and_given_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the block runs the lease stays ours though nothing else renews it; then it is free."""
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.001)
    prolonged = text("SELECT expires_at_ms FROM leases")
    async with leases.keep_lease(database, "northgate", owner="a", holder="h") as epoch:
        assert epoch == 1
        await database.run(let_run_out)
        expires_at_ms = 0
        async with asyncio.timeout(10):
            while not expires_at_ms:
                expires_at_ms = await database.read(lambda session: session.scalar(prolonged))
    assert await database.read(leases.holder_of, "northgate") is None
    assert take(database, "a") == 2


async def test_a_lease_that_somebody_has_is_not_kept(database: Database) -> None:
    """The block gets None, and leaving it takes nothing from the holder."""
    take(database, "a")
    async with leases.keep_lease(database, "northgate", owner="a", holder="h") as epoch:
        assert epoch is None
    database.run_now(leases.check, turn(1))


async def test_a_lost_lease_is_not_renewed_any_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was replaced neither prolongs nor frees the new holder's lease."""
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.001)
    async with leases.keep_lease(database, "northgate", owner="a", holder="h"):
        await database.run(let_run_out)
        taken = None
        async with asyncio.timeout(10):
            while taken is None:
                taken = await database.run(leases.take, "northgate", owner="b", holder="h b")
                if taken is None:
                    await database.run(let_run_out)
    assert await database.read(leases.holder_of, "northgate") == "h b"
    database.run_now(leases.check, turn(taken))


def test_holders_are_told_apart() -> None:
    """Two processes never have the same name, and people see which command it is."""
    assert leases.new_owner() != leases.new_owner()
    assert "syncd run-once" in leases.holder_text("syncd run-once")
