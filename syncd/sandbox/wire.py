"""Reading requests and writing answers, for both vendors."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from syncd.sandbox.ledger import Effect, Ledger
from syncd.sandbox.shelf import from_json, to_json
from syncd.sandbox.world import World


class Refusal(Exception):
    """A request that a vendor declines."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def reason_of(problem: Exception) -> tuple[int, str]:
    """Status and words for a request that was declined by us or by the router."""
    if isinstance(problem, Refusal):
        return problem.status, problem.message
    if isinstance(problem, HTTPException):
        return problem.status_code, str(problem.detail)
    return 500, "Internal Server Error"


def json_answer(value: object, *, status: int = 200) -> Response:
    """`value` as a JSON answer."""
    return Response(to_json(value), status, media_type="application/json")


def text_answer(body: bytes) -> Response:
    """JSON text that is ready."""
    return Response(body, media_type="application/json")


async def sent_json(request: Request) -> Any:
    """The JSON body of a write. Refusal(400) when it is none or does not say so."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(400, "Content-Type must be application/json")
    try:
        return from_json(await request.body())
    except ValueError:
        raise Refusal(400, "The body is not JSON") from None


def world_of(request: Request) -> World:
    """The sandbox's state."""
    world: World = request.app.state.world
    return world


def note(request: Request, kind: str, subject: str, *, body: Any = None, **details: Any) -> None:
    """Write an effect of this request down in the ledger."""
    ledger: Ledger = request.app.state.ledger
    arrival = request.scope["arrival"]
    effect = Effect(
        number=0,
        at=arrival.at,
        vendor=request.app.state.vendor,
        kind=kind,
        subject=subject,
        body=body,
        details=details,
    )
    arrival.effects.append(ledger.add_effect(effect))
