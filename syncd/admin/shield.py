"""Around every request: whom it may come from, how big it may be, and what every answer carries."""

import logging
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.admin.access import is_open
from syncd.admin.refusals import Refused, answer_error, error_answer
from syncd.settings import Settings
from syncd.settings.texts import is_loopback

logger = logging.getLogger(__name__)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer."""

LARGEST_BODY = 64 * 1024
"""Bytes; decisions are short."""

_SAFE = ("GET", "HEAD", "OPTIONS")


_TOO_BIG = Refused(413, "too_big", "the request is too big")


class Shield:
    """ASGI middleware, the outermost: nothing gets in or out beside it."""

    def __init__(self, app: ASGIApp, settings: Callable[[], Settings]) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = _Answering(send)
        refused = self._refusal(scope)
        try:
            if refused is None:
                await self._app(scope, _limited(receive), answering.send)
                return
        except Exception as error:
            logger.error("bug in the admin endpoint: %s", _place(error))
            refused = Refused(500, "bug", f"bug in syncd: {_place(error)}", "please report this")
        if not answering.has_begun:
            answer = await _answer(scope, refused)
            await answer(scope, receive, answering.send)

    def _refusal(self, scope: Scope) -> Refused | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > LARGEST_BODY:
            return _TOO_BIG
        is_change = scope["method"] not in _SAFE
        if is_change and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return _foreign("the page of another site")
        if not is_open(self._settings(), scope):
            return None
        host = headers.get("host", "")
        if not _names_this_machine(host):
            return _foreign("a name that is not this machine's")
        origin = headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return _foreign("the page of another site")
        return None


async def _answer(scope: Scope, refused: Refused) -> Response:
    """A page where a person looks; a bug of the pages may not hide behind a second one."""
    try:
        return await answer_error(Request(scope), refused)
    except Exception:
        return error_answer(refused)


def _foreign(what: str) -> Refused:
    return Refused(
        403,
        "foreign_request",
        f"the request comes from {what}",
        "without a token only this machine's own pages are answered: set [admin] token",
    )


def _names_this_machine(host: str) -> bool:
    """A name of loopback: any other could be one that a hostile site pointed here."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is not None and is_loopback(name)


def _limited(receive: Receive) -> Receive:
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            # What FastAPI lets through while it reads a body; anything else becomes a 400.
            raise HTTPException(413, _TOO_BIG.message)
        return message

    return limited


class _Answering:
    """Sends an answer with the headers that all have."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                # A picture of a vendor says itself that it may do even less.
                headers.setdefault(name, value)
            # What is no secret (styles, scripts) says itself how long it may be kept.
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


def _place(error: Exception) -> str:
    """The type of an exception and where it happened; never its message: it may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if "syncd" in Path(each.filename).parts] or frames
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
