"""A mail server and a web server of this machine that remember what they were sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Received:
    """What has arrived, in order; `wait_for` is woken by each."""

    items: list[Any] = field(default_factory=list)
    status: int = 200
    release: Event | None = None
    _changed: Condition = field(default_factory=Condition)

    def add(self, item: Any) -> None:
        """Another one."""
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, count: int, seconds: float = 30.0) -> list[Any]:
        """Everything, once there are so many; AssertionError where they do not come."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.items) >= count, timeout=seconds)
        assert arrived, f"{len(self.items)} of {count} arrived"
        return list(self.items)


class _Mails:
    def __init__(self, received: Received) -> None:
        self._received = received

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        self._received.add(message_from_bytes(content, policy=policy.default))
        return "250 kept"


class _AnyPort(Controller):
    """A controller that knows which port it was given before it tries it."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server() -> Iterator[tuple[str, Received]]:
    """A mail server, as the address of a target and what it got."""
    received = Received()
    controller = _AnyPort(_Mails(received), hostname="127.0.0.1", port=0)
    controller.start()
    try:
        sender = "from=syncd@example.com&to=office@example.com&mode=insecure"
        yield f"mailto://127.0.0.1:{controller.port}?{sender}", received
    finally:
        controller.stop()


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(preferencelist=("plain", "html"))
    assert body is not None
    return str(body.get_content())


@contextmanager
def web_server() -> Iterator[tuple[str, Received]]:
    """A web server, as host and port, and the documents (or paths) that it got."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(json.loads(self.rfile.read(length)))

        def do_GET(self) -> None:
            self._answer(self.path)

        def _answer(self, item: object) -> None:
            if received.release is not None:
                received.release.wait(30)
            received.add(item)
            self.send_response(received.status)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
