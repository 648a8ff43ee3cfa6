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


async def move(endpoint: Endpoint, listen: str) -> None:
    """A reload with another address."""
    settings = with_admin(endpoint.settings, listen=listen)
    await endpoint.server.reserve(settings.admin.listen)
    endpoint.settings = settings
    await endpoint.server.follow_settings()


def free_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def test_a_reload_moves_it(endpoint: Endpoint) -> None:
    """Another address in the configuration is taken up, the same one leaves everything alone."""
    first = endpoint.url
    await endpoint.server.reserve(endpoint.settings.admin.listen)
    await endpoint.server.follow_settings()
    assert endpoint.url == first
    port = free_port()
    await move(endpoint, f"127.0.0.1:{port}")
    assert endpoint.url == f"http://127.0.0.1:{port}"
    async with endpoint.client() as program:
        assert (await program.get("/healthz")).status_code == 200
    await endpoint.server.reserve(None)
    endpoint.settings = endpoint.settings.model_copy(
        update={"admin": endpoint.settings.admin.model_copy(update={"listen": None})}
    )
    await endpoint.server.follow_settings()
    assert endpoint.server.url is None


async def test_a_taken_port_is_refused_before_the_reload(endpoint: Endpoint) -> None:
    """Nobody loses the pages over a mistake in the file: nothing has changed when it is said."""
    first = endpoint.url
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigError):
            await move(endpoint, listen)
    assert endpoint.url == first
    async with endpoint.client() as program:
        assert (await program.get("/healthz")).status_code == 200
    await move(endpoint, listen)
    assert endpoint.url == f"http://{listen}"


async def test_a_reserved_address_answers_nobody_before_the_reload(endpoint: Endpoint) -> None:
    """It may be open to others, whom only the new token keeps out; what is reserved in vain is
    let go."""
    port = free_port()
    settings = with_admin(endpoint.settings, listen=f"127.0.0.1:{port}")
    await endpoint.server.reserve(settings.admin.listen)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.5)
    writer.close()
    await endpoint.server.reserve(endpoint.settings.admin.listen)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_reload_to_another_host_keeps_the_port(endpoint: Endpoint) -> None:
    """Where its own old address is in the way of the new one, it is left first, and taken again
    where the new one cannot be had."""
    port = free_port()
    await move(endpoint, f"127.0.0.1:{port}")
    with pytest.raises(ConfigError):
        await move(endpoint, f"192.0.2.1:{port}")
    async with endpoint.client() as program:
        assert (await program.get("/healthz")).status_code == 200
    await move(endpoint, f"localhost:{port}")
    assert endpoint.url == f"http://localhost:{port}"


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
