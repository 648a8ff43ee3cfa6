"""Who may do what: the token for programs, a session cookie for people, and forms that are ours.

For endpoints, as dependencies of FastAPI:

    signed_in(request) -> Person     401 unless somebody may look (for a browser: to the form)
    csrf_token(request) -> str       what every form carries in a field `csrf` (htmx: a header)
    check_csrf(request)              403 unless that field, or the header X-CSRF-Token, is right

A page that changes something depends on `check_csrf`, one that shows something on `signed_in`.
Programs that show the token itself need no CSRF token: no browser adds it by itself. Where no
token is configured (loopback only) everything is open; then `shield` refuses what other sites'
pages send.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.types import Scope

from syncd.admin.desk import desk_of
from syncd.admin.refusals import Refused
from syncd.admin.sessions import SignedIn, same
from syncd.settings import Settings
from syncd.settings.texts import is_loopback

COOKIE = "syncd_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"

ADMIN = "admin"
"""Who decided, for the journal, where nobody gave a name."""


@dataclass(frozen=True)
class Person:
    """Who asks: a name for the journal, and how they were let in."""

    who: str
    way: Literal["bearer", "session", "open"]


def token_in_force(settings: Settings) -> str:
    """The configured token; "" where there is none."""
    return settings.admin.token.get_secret_value()


def is_open(settings: Settings, scope: Scope) -> bool:
    """Whether everybody who reaches the endpoint may use it: no token, and loopback only.

    What counts is where the request came in: while a reload moves the endpoint to loopback, the
    old port may still answer for an instant.
    """
    listen, server = settings.admin.listen, scope.get("server")
    is_only_here = listen is None or listen.is_loopback
    came_in_here = server is None or is_loopback(str(server[0]))
    return not token_in_force(settings) and is_only_here and came_in_here


async def signed_in(request: Request) -> Person:
    """Whoever asks, where they may; 401 otherwise, and 429 after too many wrong tokens."""
    settings = desk_of(request).settings()
    if is_open(settings, request.scope):
        return Person(ADMIN, "open")
    token = token_in_force(settings)
    shown = request.headers.get("authorization")
    if shown is not None:
        return _with_bearer(request, shown, token)
    session = _session(request)
    if session is None:
        raise Refused(
            401,
            "unauthorized",
            "the token of [admin] is needed",
            "send Authorization: Bearer TOKEN, or sign in at /sign-in",
        )
    return Person(session.who, "session")


def _with_bearer(request: Request, shown: str, token: str) -> Person:
    scheme, _, given = shown.partition(" ")
    attempts, address = desk_of(request).attempts, address_of(request)
    refuse_impatient(request)
    if scheme.lower() == "bearer" and token and same(given.strip(), token):
        return Person(ADMIN, "bearer")
    attempts.failed(address, shown)
    raise Refused(401, "unauthorized", "this is not the token", "it is [admin] token")


def refuse_impatient(request: Request) -> None:
    """429 while too many wrong tokens came from this address, or from everywhere."""
    wait = desk_of(request).attempts.wait_seconds(address_of(request))
    if wait:
        raise Refused(
            429,
            "too_many_attempts",
            "too many wrong tokens were tried",
            f"wait {wait} s",
            retry_after=wait,
        )


def address_of(request: Request) -> str:
    """Where a request comes from; a header that says so is anybody's claim and not believed."""
    return request.client.host if request.client else ""


def _session(request: Request) -> SignedIn | None:
    cookie = request.cookies.get(COOKIE)
    token = token_in_force(desk_of(request).settings())
    if not cookie or not token:
        return None
    return desk_of(request).sessions.find(cookie, token=token)


async def csrf_token(request: Request) -> str:
    """What every form of this person's pages carries."""
    session = _session(request)
    return session.csrf if session is not None else desk_of(request).csrf_when_open


async def check_csrf(request: Request) -> Person:
    """Whoever asks, where the request comes from one of our own forms; 403 otherwise."""
    person = await signed_in(request)
    if person.way == "bearer":
        return person
    given = request.headers.get(CSRF_HEADER)
    if given is None and _is_form(request):
        field = (await request.form()).get(CSRF_FIELD)
        given = field if isinstance(field, str) else None
    if given is None or not same(given, await csrf_token(request)):
        raise Refused(
            403,
            "csrf",
            "this was not sent by a form of this page, or the page is too old",
            f"load the page again; programs that use the cookie send it as {CSRF_HEADER}",
        )
    return person


async def decides(request: Request) -> Person:
    """As `check_csrf`, for programs: without a token no cookie is involved that could be abused."""
    person = await signed_in(request)
    return person if person.way == "open" else await check_csrf(request)


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


Reader = Annotated[Person, Depends(signed_in)]
"""A parameter of an endpoint that shows something: who looks."""

Decider = Annotated[Person, Depends(decides)]
"""A parameter of a programs' endpoint that changes something: who decides."""

FormSender = Annotated[Person, Depends(check_csrf)]
"""A parameter of a page that changes something: who decides."""
