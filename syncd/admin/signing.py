"""Signing in and out: the form's answers. How the form looks is the pages' business."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from syncd.admin.access import (
    ADMIN,
    COOKIE,
    address_of,
    check_csrf,
    is_open,
    refuse_impatient,
    token_in_force,
)
from syncd.admin.desk import desk_of
from syncd.admin.refusals import SIGN_IN, Refused
from syncd.admin.sessions import same

router = APIRouter(include_in_schema=False)

LONGEST_NAME = 40


@router.get(SIGN_IN, name="sign_in_form")
async def sign_in_form(request: Request, next: str = "/") -> Response:
    """The form; where nothing is needed, straight on."""
    if is_open(desk_of(request).settings(), request.scope):
        return RedirectResponse(local_path(next), 303)
    return _form(request, 200, None, next)


@router.post(SIGN_IN)
async def sign_in(
    request: Request,
    token: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session with the right token; the form again with a wrong one."""
    desk = desk_of(request)
    expected = token_in_force(desk.settings())
    if is_open(desk.settings(), request.scope):
        return RedirectResponse(local_path(next), 303)
    try:
        refuse_impatient(request)
        if not expected or not same(token.strip(), expected):
            desk.attempts.failed_form(address_of(request))
            raise Refused(401, "unauthorized", "this is not the token", "it is [admin] token")
    except Refused as refused:
        return _form(request, refused.status, refused, next)
    cookie = desk.sessions.start(_called(name), token=expected)
    answer = RedirectResponse(local_path(next), 303)
    answer.set_cookie(
        COOKIE, cookie, httponly=True, samesite="strict", secure=came_by_https(request)
    )
    return answer


@router.post("/sign-out", dependencies=[Depends(check_csrf)])
async def sign_out(request: Request) -> Response:
    """End the session."""
    desk_of(request).sessions.end(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def came_by_https(request: Request) -> bool:
    """Whether the browser itself says that it uses https, through whatever stands in between.

    It writes Origin on every form that it posts; a proxy's header could be anybody's.
    """
    return request.headers.get("origin", "").startswith("https://")


def local_path(wanted: str) -> str:
    """Where to go after signing in: a path of ours, never another site."""
    is_plain = wanted.startswith("/") and wanted.isprintable() and "\\" not in wanted
    parts = urlsplit(wanted) if is_plain and not wanted.startswith("//") else None
    return wanted if parts is not None and not parts.netloc and not parts.scheme else "/"


def _called(name: str) -> str:
    """The name for the journal; the token is shared, so this is what people say of themselves."""
    words = " ".join("".join(c for c in name if c.isprintable()).split())
    return words[:LONGEST_NAME] or ADMIN


def _form(request: Request, status: int, problem: Refused | None, next_path: str) -> Response:
    page: Response = request.app.state.pages.sign_in_page(
        request, status=status, problem=problem, next_path=local_path(next_path)
    )
    if problem is not None and problem.retry_after is not None:
        page.headers["Retry-After"] = str(problem.retry_after)
    return page
