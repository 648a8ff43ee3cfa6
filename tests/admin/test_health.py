"""`/healthz` and `/readyz`: open to anyone, quick, and honest about a store that is in trouble."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from syncd.store import cycles
from syncd.store.database import Database, Session
from syncd.store.tables import lanes, sweeps
from tests.admin.endpoint import NAME, Endpoint, fill, new_endpoint, read_all, settings_for

JUMPS = (timedelta(hours=1), timedelta(hours=-1))
"""Of the wall clock, as the endpoint sees it. (Moving the clock of the whole process would stop the
event loops of other threads.)"""


@contextmanager
def locked(path: Path | None) -> Iterator[None]:
    """Another program has the whole file for itself."""
    other = sqlite3.connect(str(path), isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture(autouse=True)
def no_answer_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request looks anew."""
    monkeypatch.setattr("syncd.admin.health.KEEP_SECONDS", 0.0)


async def test_an_answer_is_given_again_for_a_second(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a busy process answers at once; a failure to look is not kept."""
    monkeypatch.setattr("syncd.admin.health.KEEP_SECONDS", 60.0)
    async with endpoint.client() as program:
        assert (await program.get("/readyz")).status_code == 200
        await endpoint.database.run(age, "jobs", 700)
        assert (await program.get("/readyz")).status_code == 200
        monkeypatch.setattr("syncd.admin.health.KEEP_SECONDS", 0.0)
        assert (await program.get("/readyz")).status_code == 503


async def test_anyone_may_ask_whether_the_process_lives(endpoint: Endpoint) -> None:
    """`/healthz` needs no token and says no more than that."""
    async with endpoint.client() as program:
        answer = await program.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_fresh_lanes_are_ready(endpoint: Endpoint) -> None:
    """All lanes were read just now."""
    await endpoint.database.run(fail, None)
    async with endpoint.client() as program:
        answer = await program.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"is_ready": True, "stale": [], "failing": [], "error": None}


def age(session: Session, lane: str, seconds: int) -> None:
    """Make a lane's last reading older."""
    older = sweeps.update().where(sweeps.c.lane == lane)
    session.execute(older.values(finished_ms=sweeps.c.finished_ms - seconds * 1000))


async def test_a_late_lane_is_named(endpoint: Endpoint) -> None:
    """Twice the interval is late: 503 with the names, and 200 again once it is read."""
    async with endpoint.client() as program:
        await endpoint.database.run(age, "jobs", 595)
        assert (await program.get("/readyz")).status_code == 200
        await endpoint.database.run(age, "jobs", 10)
        answer = await program.get("/readyz")
        assert (answer.status_code, answer.json()["stale"]) == (503, [f"{NAME}/jobs"])
        await endpoint.database.run(read_all, datetime.now(UTC))
        assert (await program.get("/readyz")).status_code == 200


async def test_a_lane_that_fails_is_named_at_once_with_its_cure(endpoint: Endpoint) -> None:
    """Also where it is not late yet."""
    async with endpoint.client() as program:
        await endpoint.database.run(fail, "agentos_session_ended")
        answer = await program.get("/readyz")
        (failing,) = answer.json()["failing"]
        assert answer.status_code == 200
        assert (failing["lane"], failing["code"]) == (f"{NAME}/visits", "agentos_session_ended")
        assert "sign in to the portal again" in failing["cure"]
        await endpoint.database.run(fail, "agentos_unavailable")
        assert (await program.get("/readyz")).json()["failing"][0]["cure"] is None


def fail(session: Session, code: str | None) -> None:
    """Have the lane of visits have failed with this code when it was read last, or none have."""
    session.execute(lanes.update().values(code=None))
    session.execute(lanes.update().where(lanes.c.lane == "visits").values(code=code))


async def test_a_paused_connection_is_late_with_nothing(endpoint: Endpoint) -> None:
    """Somebody decided that it stands still."""
    await endpoint.database.run(age, "jobs", 10_000)
    await endpoint.database.run(
        cycles.update_connection, NAME, paused_at=datetime.now(UTC), paused_by="ann"
    )
    async with endpoint.client() as program:
        assert (await program.get("/readyz")).status_code == 200


async def test_a_clock_that_jumps_changes_nothing(endpoint: Endpoint) -> None:
    """An hour either way: fresh lanes stay fresh, and a stale one stays stale."""
    async with endpoint.client() as program:
        for jump in JUMPS:
            endpoint.now = datetime.now(UTC) + jump
            assert (await program.get("/readyz")).status_code == 200
        await endpoint.database.run(age, "visits", 3000)
        for jump in JUMPS:
            endpoint.now = datetime.now(UTC) + jump
            assert (await program.get("/readyz")).json()["stale"] == [f"{NAME}/visits"]


async def test_a_connection_that_nobody_worked_on_is_not_ready(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """An empty store knows nothing yet, so nothing of it is fresh."""
    made = new_endpoint(
        settings_for(f"sqlite:///{sqlite_database.path}", tmp_path), sqlite_database
    )
    await made.server.start()
    async with made.client() as program:
        answer = await program.get("/readyz")
    await made.server.stop()
    assert (answer.status_code, len(answer.json()["stale"])) == (503, 4)


async def is_ready_again(program: httpx.AsyncClient) -> bool:
    """Whether the endpoint recovers; its last look may have to give up first, which takes 5 s."""
    for _ in range(10):
        answer = await program.get("/readyz")  # waits for that look, two seconds each time
        if answer.status_code == 200:
            return True
    return False


async def test_a_locked_store_is_told_within_two_seconds(endpoint: Endpoint) -> None:
    """Nobody waits for the lock; and once it is gone, all is well."""
    async with endpoint.client() as program:
        await asyncio.to_thread(endpoint.database.close)
        server_reads = endpoint.server._reads
        assert server_reads is not None
        server_reads._reader.dispose()
        with locked(endpoint.database.path):
            begun = time.monotonic()
            answers = await asyncio.gather(*(program.get("/readyz") for _ in range(20)))
            assert time.monotonic() - begun < 4
            assert {each.status_code for each in answers} == {503}
            assert answers[0].json()["error"]["code"] == "store_slow"
            assert (await program.get("/healthz")).status_code == 200
        assert await is_ready_again(program)


async def test_a_store_whose_file_is_gone_is_told(endpoint: Endpoint) -> None:
    """An open file can still be read when it is deleted; what is written to it would be lost."""
    path = endpoint.database.path
    assert path is not None
    path.rename(path.with_suffix(".away"))
    async with endpoint.client() as program:
        gone = await program.get("/readyz")
        path.write_bytes(path.with_suffix(".away").read_bytes())
        other = await program.get("/readyz")
        path.with_suffix(".away").rename(path)
        back = await program.get("/readyz")
    assert [each.status_code for each in (gone, other, back)] == [503, 503, 200]
    assert gone.json()["error"]["code"] == "store_gone"
    assert str(path) not in gone.text


async def test_no_tables_is_no_readiness(endpoint: Endpoint) -> None:
    """A store that cannot answer is not ready, and says so without a traceback."""
    await endpoint.database.run(lambda session: sweeps.drop(session))
    async with endpoint.client() as program:
        answer = await program.get("/readyz")
    assert answer.status_code >= 500


async def test_both_kinds_of_store_know_how_fresh_they_are(
    database: Database, tmp_path: Path
) -> None:
    """SQLite and Postgres say the same."""
    database.run_now(fill, datetime.now(UTC))
    url = database.url.render_as_string(hide_password=False).replace("+psycopg", "")
    made = new_endpoint(settings_for(url, tmp_path), database)
    await made.server.start()
    async with made.client() as program:
        assert (await program.get("/readyz")).json()["is_ready"] is True
        await database.run(age, "directory", 90_000)
        assert (await program.get("/readyz")).json()["stale"] == [f"{NAME}/directory"]
    await made.server.stop()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_says_nothing_private(endpoint: Endpoint, path: str) -> None:
    """No error text of a cycle, no address of the store, no token."""
    async with endpoint.client() as program:
        said = (await program.get(path)).text
    assert "letsjobit_unauthorized" not in said
    assert str(endpoint.database.path) not in said
