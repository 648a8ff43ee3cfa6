"""The endpoint on its port: taken ports, reloads, signals, and pages that are slow."""

import asyncio
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from syncd.errors import ConfigError
from syncd.store.database import Database, Session
from tests.admin.endpoint import NAME, Endpoint, new_endpoint, settings_for, with_admin

HANGS_SECONDS = 60.0


async def test_a_taken_port_names_the_setting_and_the_cure(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """One line for a person; the daemon does not start without the endpoint that was asked for."""
    settings = settings_for(f"sqlite:///{sqlite_database.path}", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        made = new_endpoint(with_admin(settings, listen=listen), sqlite_database)
        with pytest.raises(ConfigError) as caught:
            await made.server.start()
    (problem,) = caught.value.problems
    assert problem.path == "admin.listen"
    assert listen in problem.message
    assert "write another port" in problem.cure
    await made.server.stop()


async def test_nothing_listens_where_it_is_switched_off(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """`listen = ""` starts and stops without anything."""
    settings = settings_for(f"sqlite:///{sqlite_database.path}", tmp_path)
    made = new_endpoint(settings, sqlite_database)
    made.settings = settings.model_copy(
        update={"admin": settings.admin.model_copy(update={"listen": None})}
    )
    await made.server.start()
    assert made.server.url is None
    await made.server.stop()


async def test_signals_stay_the_daemon_s(endpoint: Endpoint) -> None:
    """Serving takes no signal for itself: the daemon ends its cycles first."""
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    async with endpoint.client() as program:
        assert (await program.get("/healthz")).status_code == 200
    assert {each: signal.getsignal(each) for each in before} == before
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


async def test_a_reload_moves_it(endpoint: Endpoint) -> None:
    """Another address in the configuration is taken up, the same one leaves everything alone."""
    first = endpoint.url
    await endpoint.server.follow_settings()
    assert endpoint.url == first
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    endpoint.settings = with_admin(endpoint.settings, listen=f"127.0.0.1:{port}")
    await endpoint.server.follow_settings()
    assert endpoint.url == f"http://127.0.0.1:{port}"
    async with endpoint.client() as program:
        assert (await program.get("/healthz")).status_code == 200


async def test_a_reload_to_a_taken_port_leaves_it_where_it_is(endpoint: Endpoint) -> None:
    """Nobody loses the pages over a mistake in the file; it is said, and tried again next time."""
    first = endpoint.url
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        endpoint.settings = with_admin(endpoint.settings, listen=listen)
        with pytest.raises(ConfigError):
            await endpoint.server.follow_settings()
    assert endpoint.url.rpartition(":")[0] == first.rpartition(":")[0]
    async with endpoint.client() as program:
        assert (await program.get("/healthz")).status_code == 200
    await endpoint.server.follow_settings()
    assert endpoint.url == f"http://{listen}"


async def test_small_answers_leave_at_once(endpoint: Endpoint) -> None:
    """Accepted connections do not wait for an acknowledgement of what was sent before."""
    server = endpoint.server._server
    assert server is not None
    async with endpoint.client() as program:
        await program.get("/healthz")
        (connection,) = server.server_state.connections
        found = connection.transport.get_extra_info("socket")
        assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_slow_pages_delay_no_cycle(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While as many pages as there are threads hang in the store, cycles read and write, and
    health is told."""
    let_go = threading.Event()

    def hangs(_session: Session, *_args: object, **_options: object) -> dict[str, object]:
        let_go.wait(HANGS_SECONDS)
        return {"at": "", "connections": []}

    monkeypatch.setattr("syncd.admin.api.status_document", hangs)
    async with endpoint.program() as program:
        pages = [asyncio.create_task(program.get("/api/v1/status")) for _ in range(12)]
        while server_threads() < 4:  # noqa: ASYNC110  (no event tells that a thread has begun)
            await asyncio.sleep(0.01)
        begun = time.monotonic()
        await endpoint.database.read(lambda _session: None)
        await endpoint.database.run(lambda _session: None)
        assert (await program.get("/healthz")).status_code == 200
        assert time.monotonic() - begun < HANGS_SECONDS / 2
        assert not any(each.done() for each in pages)
        let_go.set()
        assert {(await each).status_code for each in pages} == {200}


def server_threads() -> int:
    """How many threads read for pages."""
    return sum(each.name.startswith("store-read") for each in threading.enumerate())


async def test_stopping_answers_what_is_asked_already(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page under way when the process ends is still sent."""
    begun = threading.Event()

    def slow(_session: Session, *_args: object, **_options: object) -> dict[str, object]:
        begun.set()
        time.sleep(0.3)
        return {"at": NAME, "connections": []}

    monkeypatch.setattr("syncd.admin.api.status_document", slow)
    async with endpoint.program() as program:
        page = asyncio.create_task(program.get("/api/v1/status"))
        await asyncio.to_thread(begun.wait, 10)
        await endpoint.server.stop()
        assert (await page).json()["at"] == NAME
