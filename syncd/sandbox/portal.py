"""The myProp contractor portal as its clients meet it: tRPC over HTTP, sessions and envelopes.

Read from what real tRPC servers put on the wire; what is asked for is `portal_procedures`.
"""

import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syncd.sandbox.ledger import Ledger
from syncd.sandbox.portal_procedures import MUTATIONS, QUERIES, TrpcError
from syncd.sandbox.shelf import Record
from syncd.sandbox.wire import json_answer, world_of
from syncd.sandbox.world import World

VENDOR = "portal"
PREFIX = "/api/trpc"

_CODES = {
    "BAD_REQUEST": (400, -32600),
    "UNAUTHORIZED": (401, -32001),
    "NOT_FOUND": (404, -32004),
    "METHOD_NOT_SUPPORTED": (405, -32005),
    "INTERNAL_SERVER_ERROR": (500, -32603),
}


def session_of(request_headers: Any) -> str | None:
    """What a request brought to be let in: a bearer token or its whole Cookie header."""
    scheme, _, token = request_headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return str(token)
    cookie: str | None = request_headers.get("cookie")
    return cookie


def _carried_out(request: Request, world: World, name: str, sent: Any) -> Any:
    """What one call of a request answers, unpacked and checked."""
    known = QUERIES if request.method == "GET" else MUTATIONS
    procedure = known.get(name.removeprefix("contractor."))
    if procedure is None:
        raise TrpcError("NOT_FOUND", f'No procedure found on path "{name}"')
    if session_of(request.headers) != world.portal_session:
        raise TrpcError("UNAUTHORIZED", "UNAUTHORIZED")
    if world.options.portal_transformer == "superjson" and sent is not None:
        if not isinstance(sent, dict) or "json" not in sent:
            raise TrpcError("BAD_REQUEST", "Unable to transform request")
        sent = sent["json"]
    return procedure(request, world, sent if isinstance(sent, dict) else {})


def _called(request: Request, world: World, name: str, sent: Any) -> tuple[int, Record]:
    """The envelope of one call, and the status that it stands for."""
    is_packed = world.options.portal_transformer == "superjson"
    try:
        found = _carried_out(request, world, name, sent)
    except TrpcError as problem:
        status, number = _CODES[problem.code]
        told = {
            "message": problem.message,
            "code": number,
            "data": {"code": problem.code, "httpStatus": status, "path": name},
        }
        return status, {"error": {"json": told} if is_packed else told}
    return 200, {"result": {"data": {"json": found} if is_packed else found}}


def _inputs(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        raise TrpcError("BAD_REQUEST", "The input is not JSON") from None


async def answer(request: Request) -> Response:
    """One call, or several with `batch=1`; 207 where the calls of a batch differ."""
    world = world_of(request)
    names = request.path_params["names"].split(",")
    is_batch = request.query_params.get("batch") == "1"
    body = (await request.body()).decode()
    try:
        sent = _inputs(request.query_params.get("input", "") if request.method == "GET" else body)
    except TrpcError as problem:
        status, number = _CODES[problem.code]
        data = {"code": problem.code, "httpStatus": status}
        told = {"message": problem.message, "code": number, "data": data}
        return json_answer({"error": told}, status=status)
    with world.lock:
        if not is_batch:
            status, envelope = _called(request, world, ",".join(names), sent)
            return json_answer(envelope, status=status)
        given = sent if isinstance(sent, dict) else {}
        called = [_called(request, world, name, given.get(str(n))) for n, name in enumerate(names)]
    statuses = {status for status, _ in called}
    status = statuses.pop() if len(statuses) == 1 else 207
    return json_answer([envelope for _, envelope in called], status=status)


def build_portal(world: World, ledger: Ledger) -> Starlette:
    """The portal's application; limits and faults are the gate's business."""
    app = Starlette(routes=[Route(PREFIX + "/{names}", answer, methods=["GET", "POST"])])
    app.router.redirect_slashes = False
    app.state.world, app.state.ledger, app.state.vendor = world, ledger, VENDOR
    return app
