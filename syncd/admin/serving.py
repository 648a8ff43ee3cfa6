"""The admin endpoint on its port, in the daemon's process and event loop."""

import asyncio
import contextlib
import gc
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime

import uvicorn

from syncd.admin.application import create_admin, utc_now
from syncd.errors import ConfigError, Problem
from syncd.settings import ListenAddress, Settings
from syncd.store.database import Database
from syncd.vendor_http import Tally

MOST_CONNECTIONS = 100
"""More are declined: files that the process may open are also needed for the vendors."""

STORE_PATIENCE_SECONDS = 5.0
"""Nobody looks at a page for longer than that; and the end of the process waits for reads."""

PATIENCE_SECONDS = 2
"""How long answers in flight may take when the process stops."""

SWITCH_SECONDS = 0.0002
"""How long a thread that computes keeps the interpreter from others that want it. An answer waits
for it a dozen times, so with Python's 5 ms a big plan makes every page slow."""


def share_interpreter() -> None:
    """Let answers wait as little as possible for cycles: for a process that has just started both.

    What was imported and made until now stays for good, so no search for garbage has to look at it:
    that stands still for a tenth of a second, several times in a big plan.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """A server that leaves signals to the daemon, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        await super().startup(sockets)
        self.listens.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM is the daemon's business: uvicorn would end the process without its cycles."""
        yield


class AdminServer:
    """The endpoint between `start` and `stop`. Does nothing where `admin.listen` is ""."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        database: Database,
        *,
        tally: Tally | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = settings
        self._database = database
        self._tally = tally
        self._clock = clock
        self._reads: Database | None = None
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._listen: ListenAddress | None = None
        self._reserved: socket.socket | None = None
        self.url: str | None = None

    async def start(self) -> None:
        """Listen; returns when requests are answered. ConfigError where the address is taken."""
        await self._start(self._settings().admin.listen)

    async def _start(self, listen: ListenAddress | None) -> None:
        listener = None if listen is None else await asyncio.to_thread(_listener, listen)
        await self._serve(listen, listener)

    async def _serve(self, listen: ListenAddress | None, listener: socket.socket | None) -> None:
        """Answer at an address that is bound; nowhere where there is none."""
        self._listen = listen
        if listen is None or listener is None:
            return
        host = f"[{listen.host}]" if ":" in listen.host else listen.host
        self.url = f"http://{host}:{listener.getsockname()[1]}"
        self._reads = self._database.beside(patience_seconds=STORE_PATIENCE_SECONDS)
        app = create_admin(
            self._settings,
            self._database,
            reads=self._reads,
            tally=self._tally,
            clock=self._clock,
        )
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=PATIENCE_SECONDS,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        await self._server.listens.wait()

    async def stop(self) -> None:
        """Answer what is asked already, for two seconds at most, and close the port."""
        self._let_go()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        if self._reads is not None:
            await asyncio.to_thread(self._reads.close)
        self._server = self._serving = self._reads = self.url = None

    async def reserve(self, listen: ListenAddress | None) -> None:
        """Before a reload: bind the address that `admin.listen` will name, where that is another.

        ConfigError where it is taken; nothing has changed then. Nobody is answered there before
        `follow_settings`: the settings in force do not know yet who may come in by it.
        """
        self._let_go()
        if listen is None or listen == self._listen:
            return
        before = self._listen
        is_in_our_way = before is not None and before.port == listen.port
        if is_in_our_way:
            await self.stop()
        try:
            self._reserved = await asyncio.to_thread(_listener, listen)
        except ConfigError:
            if is_in_our_way:
                await self._start(before)
            raise

    async def follow_settings(self) -> None:
        """After a reload: move to the address that is reserved; end where there is to be none."""
        listen, listener = self._settings().admin.listen, self._reserved
        if listen == self._listen:
            return
        self._reserved = None
        await self.stop()
        await self._serve(listen, listener)

    def _let_go(self) -> None:
        if self._reserved is not None:
            self._reserved.close()
        self._reserved = None


def _listener(address: ListenAddress) -> socket.socket:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, where = found[0]
        # asyncio sends small answers at once only where the protocol is named explicitly.
        listener = socket.socket(family, kind, protocol or socket.IPPROTO_TCP)
    except OSError as error:
        raise _cannot_listen(address, error) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(where)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _cannot_listen(address, error) from None
    return listener


def _cannot_listen(address: ListenAddress, error: OSError) -> ConfigError:
    words = (error.strerror or str(error)).lower()
    cure = 'end the program that has it, write another port, or listen = "" for no admin endpoint'
    return ConfigError([Problem("admin.listen", f"{address} cannot be used: {words}", cure)])
