"""How the endpoint says no: one shape for every error, the shape that the commands have.

    {"error": {"code": "unknown_item", "message": "…", "hint": "…"}}

A person's browser gets the same as a page, where the pages have one.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from syncd.admin.models import Error
from syncd.errors import SyncdError

SIGN_IN = "/sign-in"
"""Where people sign in."""

STATUSES: Mapping[str, int] = {
    "unknown_item": 404,
    "unknown_intent": 404,
    "unknown_link": 404,
    "unknown_connection": 404,
    "unknown_job_or_visit": 404,
    "not_linked": 404,
    "unknown_choice": 422,
    "unknown_value": 422,
    "missing_value": 422,
    "connection_disabled": 409,
    "intent_is_sent": 409,
    "intent_in_doubt": 409,
    "intent_of_closure": 409,
}
"""By code of an error; a store that cannot be used is 503, everything else is 400."""


Responses = dict[int | str, dict[str, Any]]
"""Answers of a path, by status, for its description."""

DECLINED: Responses = {
    400: {"model": Error, "description": "Cannot be understood"},
    401: {"model": Error, "description": "The token is missing or wrong"},
    403: {"model": Error, "description": "A browser sent it from elsewhere, or without CSRF token"},
    404: {"model": Error, "description": "There is no such thing"},
    409: {"model": Error, "description": "It may not be moved as it stands"},
    422: {"model": Error, "description": "A value does not fit"},
    429: {"model": Error, "description": "Too many wrong tokens"},
    503: {"model": Error, "description": "The store cannot be used"},
}
"""Every way in which a request is declined."""


class Refused(SyncdError):
    """A request that is declined with this status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        hint: str = "",
        *,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(code, message, hint)
        self.status = status
        self.retry_after = retry_after


def status_of(error: SyncdError) -> int:
    """The HTTP status that an error calls for."""
    if isinstance(error, Refused):
        return error.status
    if error.code.startswith("store_") or error.code == "config":
        return 503
    return STATUSES.get(error.code, 400)


def error_answer(error: SyncdError) -> JSONResponse:
    """The error for a program."""
    status = status_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, Refused) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    shown = {"code": error.code, "message": error.message, "hint": error.hint}
    return JSONResponse({"error": shown}, status, headers)


async def answer_error(request: Request, error: Exception) -> Response:
    """The handler of every SyncdError: for a page where a person looks, else for a program."""
    assert isinstance(error, SyncdError)  # noqa: S101  (it is registered for nothing else)
    answer = error_answer(error)
    if not is_for_a_person(request):
        return answer
    if answer.status_code == 401:
        return _to_sign_in(request)
    page: Response = request.app.state.pages.error_page(
        request, status=answer.status_code, error=error
    )
    if "retry-after" in answer.headers:
        page.headers["Retry-After"] = answer.headers["retry-after"]
    return page


def is_for_a_person(request: Request) -> bool:
    """Whether a browser shows the answer: it asks for a page, below no programs' path."""
    wants_page = "text/html" in request.headers.get("accept", "")
    return (wants_page or _is_partial(request)) and not request.url.path.startswith("/api/")


def _is_partial(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _to_sign_in(request: Request) -> Response:
    """To the form, and back afterwards; a part of a page that refreshes itself takes all of it."""
    wanted = request.url.path if request.method == "GET" else "/"
    if _is_partial(request):
        return Response(status_code=401, headers={"HX-Redirect": SIGN_IN})
    target = request.url_for("sign_in_form").include_query_params(next=wanted)
    return RedirectResponse(f"{target.path}?{target.query}", 303)


async def answer_http_error(request: Request, error: Exception) -> Response:
    """The handler of what the router itself declines: no such path, or not this method."""
    assert isinstance(error, HTTPException)  # noqa: S101  (it is registered for nothing else)
    refused = _declined(error)
    answer = await answer_error(request, refused)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _declined(error: HTTPException) -> Refused:
    status = error.status_code
    if status == 404:
        return Refused(404, "not_found", "there is nothing at this path")
    if status == 405:
        return Refused(405, "method_not_allowed", "this path is asked in another way")
    if status == 413:
        return Refused(413, "too_big", str(error.detail))
    return Refused(status, "bad_request", str(error.detail))


async def answer_invalid(request: Request, error: Exception) -> Response:
    """The handler of a request that does not fit its description; never repeats its values."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  (as above)
    places = [".".join(str(part) for part in each["loc"]) for each in error.errors()]
    words = [f"{place}: {each['msg']}" for place, each in zip(places, error.errors(), strict=True)]
    refused = Refused(422, "invalid_request", "; ".join(words), "see /api/v1/openapi.json")
    return await answer_error(request, refused)
