"""Open connections, so that a fault can break one: the only place that knows uvicorn's inside."""

import asyncio
import socket
import struct

from starlette.types import Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Connections:
    """Transports by the client's address."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}
        self._has_server = False

    def protocol(self) -> type[asyncio.Protocol]:
        """uvicorn's HTTP protocol, which also keeps this list."""
        opened, self._has_server = self._open, True

        class KnownConnection(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                self.address = tuple(transport.get_extra_info("peername")[:2])
                opened[self.address] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                opened.pop(self.address, None)
                super().connection_lost(exc)

        return KnownConnection

    async def reset(self, client: tuple[str, int], receive: Receive) -> None:
        """Break the connection with a TCP reset; returns when it is gone."""
        transport = self._of(client)
        if transport is None:
            return
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
        await wait_until_gone(receive)

    async def close(self, client: tuple[str, int], receive: Receive) -> None:
        """Close the connection once what was sent has left; returns when it is gone."""
        transport = self._of(client)
        if transport is None:
            return
        transport.close()
        await wait_until_gone(receive)

    def abort_all(self) -> None:
        """Break every connection, because the server stops."""
        for transport in list(self._open.values()):
            transport.abort()

    def _of(self, client: tuple[str, int]) -> asyncio.Transport | None:
        """The connection; None when the client has hung up already. Without a server
        (httpx.ASGITransport) there is no connection, and the caller gets the error itself."""
        if not self._has_server:
            raise ConnectionResetError("the sandbox breaks this connection")
        return self._open.get(client)


async def wait_until_gone(receive: Receive) -> None:
    """Until the client has hung up; only after the whole body was received."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def is_gone_within(seconds: float, receive: Receive) -> bool:
    """Wait; whether the client hung up meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            await wait_until_gone(receive)
    except TimeoutError:
        return False
    return True
