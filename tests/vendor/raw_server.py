"""A vendor made of a bare socket: it can answer anything, also what no HTTP library would."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

RESET = b"<reset>"
"""Instead of bytes: the connection is reset, without an answer."""

HANG = b"<hang>"
"""After some bytes, or instead of them: nothing more comes until the test ends."""


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass
class RawServer:
    """Answers each request with the next of `replies` (the last one again and again)."""

    url: str = ""
    replies: list[bytes] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def next_reply(self) -> bytes:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def http(
    status: int = 200, body: bytes | str = b"", *, length: int | None = None, **headers: str
) -> bytes:
    """The bytes of an answer; `length` lies about how long the body is."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if status != 204:
        lines.append(f"Content-Length: {len(content) if length is None else length}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + content


@asynccontextmanager
async def raw_server(*replies: bytes) -> AsyncIterator[RawServer]:
    """A server on loopback, gone with everything it started at the end."""
    server = RawServer(replies=list(replies))
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server.asked.append(await _request(reader))
            server.was_asked.set()
            await _answer(writer, server.next_reply(), over)
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        over.set()
        listening.close()
        await listening.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)


async def _answer(writer: asyncio.StreamWriter, reply: bytes, over: asyncio.Event) -> None:
    if reply.endswith(RESET):
        writer.write(reply.removesuffix(RESET))
        await writer.drain()
        opened: socket.socket = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return
    writer.write(reply.removesuffix(HANG))
    await writer.drain()
    if reply.endswith(HANG):
        await over.wait()


def free_port() -> int:
    """A port on which nobody listens (for now)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
