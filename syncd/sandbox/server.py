"""A sandbox on a loopback port, in a thread of this process."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import uvicorn

from syncd.sandbox.agentos import build_agentos
from syncd.sandbox.connections import Connections
from syncd.sandbox.control import build_control
from syncd.sandbox.control_records import Parts
from syncd.sandbox.faults import Faults
from syncd.sandbox.gate import Gate, default_limits
from syncd.sandbox.judge import judge
from syncd.sandbox.ledger import Ledger
from syncd.sandbox.letsjobit import build_letsjobit
from syncd.sandbox.limits import Limit, Limits
from syncd.sandbox.portal import build_portal
from syncd.sandbox.seed import seeded_world
from syncd.sandbox.settings_text import config_text
from syncd.sandbox.shelf import Record
from syncd.sandbox.world import World


def build_app(
    world: World,
    *,
    limits: dict[str, Limit] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Gate:
    """The ASGI application of a sandbox over `world`. `clock` gives the monotonic seconds that
    limits and ledger count in."""
    parts = Parts(world, Ledger(), Limits(limits or default_limits()), Faults())
    vendors = {
        "agentos": build_agentos(world, parts.ledger),
        "letsjobit": build_letsjobit(world, parts.ledger),
        "portal": build_portal(world, parts.ledger),
    }
    return Gate(
        world,
        vendors,
        build_control(parts),
        ledger=parts.ledger,
        limits=parts.limits,
        faults=parts.faults,
        connections=Connections(),
        clock=clock,
    )


class _QuietServer(uvicorn.Server):
    """A server that leaves signals alone and says when it listens."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self.listens = threading.Event()
        self._connections = connections

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the business of whoever started the thread."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Nobody waits for an answer that a fault holds back."""
        self._connections.abort_all()
        await super().shutdown(sockets)


class RunningSandbox:
    """A sandbox that serves while the context lasts. Port 0 is any free port.

    `world`, `ledger`, `limits` and `faults` may be looked at and changed from any thread while
    holding `world.lock`.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        limits: dict[str, Limit] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world or seeded_world()
        self.app = build_app(self.world, limits=limits, clock=clock)
        self.ledger, self.limits, self.faults = self.app.ledger, self.app.limits, self.app.faults
        self._port = port
        self._server: _QuietServer | None = None
        self._thread: threading.Thread | None = None
        self.url = ""

    @property
    def agentos_key(self) -> str:
        """The agency's first key."""
        return next(iter(self.world.agency.keys))

    @property
    def letsjobit_key(self) -> str:
        """The account's key."""
        return self.world.account.key

    def config_text(self) -> str:
        """A syncd.toml that points here."""
        return config_text(self.url, self.world, self.limits.by_vendor)

    def verdicts(self) -> list[Record]:
        """The judge's verdict on every key, as `GET /_sandbox/limits`."""
        with self.world.lock:
            return judge(self.ledger.entries, self.limits.by_vendor)

    def start(self) -> Self:
        """Listen; returns when requests are answered. OSError when the port is taken."""
        listener = socket.create_server(("127.0.0.1", self._port), backlog=512)
        # Accepted connections inherit it. asyncio sets it only where the listener was made with an
        # explicit protocol, and without it every small answer waits 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            self.app,
            http=self.app.connections.protocol(),
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = _QuietServer(config, self.app.connections)
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="sandbox", daemon=True
        )
        self._thread.start()
        self._server.listens.wait(timeout=30)
        return self

    def stop(self) -> None:
        """Stop listening and wait until the thread has ended."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=30)
            self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
