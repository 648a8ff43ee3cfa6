"""LetsJobIt API v2, Visits: list with filters, one, upsert, update, delete.

Read from the vendor's page alone (sections Response Format, Pagination and Lists, Visits). Where
the page is silent this sandbox is strict: unknown query parameters and fields are refused.
"""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syncd.sandbox.ledger import Ledger
from syncd.sandbox.shelf import Record, to_json
from syncd.sandbox.visit_rules import FLAGS, visit_problems
from syncd.sandbox.visits import changed_visit, changes, entered_values, new_visit, state_of
from syncd.sandbox.wire import (
    Refusal,
    json_answer,
    note,
    reason_of,
    sent_json,
    text_answer,
    world_of,
)
from syncd.sandbox.world import Options, World, short_id

VENDOR = "letsjobit"
PREFIX = "/api/v2"
PAGE = 100
_FLAG_FILTERS = ("closed", "confirmClose", "inProgress", "skipped")
_FILTERS = ("_id", "id", "date", "driverId", "docNo", "priority", *_FLAG_FILTERS)


def _refused(request: Request, problem: Exception) -> Response:
    """Response Format: a `meta` object with an `error` string."""
    status, message = reason_of(problem)
    return json_answer({"meta": {"error": message}, "data": None}, status=status)


def _filters(request: Request, *, is_strict: bool) -> tuple[dict[str, str], int]:
    """The filters asked for, and the start of the page."""
    asked = {name: value for name, value in request.query_params.items() if name != "API_KEY"}
    start = asked.pop("pagination", "0")
    if not (start.isascii() and start.isdigit()):
        raise Refusal(400, "pagination must be a number")
    for name, value in asked.items():
        if name not in _FILTERS and is_strict:
            raise Refusal(400, f"{name} is not a query parameter of this resource")
        if name in _FLAG_FILTERS and value not in ("0", "1"):
            raise Refusal(400, f"{name} must be 0 or 1")
    return {name: value for name, value in asked.items() if name in _FILTERS}, int(start)


def _matcher(filters: dict[str, str]) -> Callable[[Record], bool]:
    """Get All Visits, Query Parameters: all equal, but docNo, which contains."""
    flags = {name: filters[name] == "1" for name in filters if name in _FLAG_FILTERS}
    equal = {n: value for n, value in filters.items() if n not in flags and n != "docNo"}
    part = filters.get("docNo", "").lower()

    def matches(visit: Record) -> bool:
        return (
            all(visit[name] is wanted for name, wanted in flags.items())
            and all(str(visit[name]) == wanted for name, wanted in equal.items())
            and part in str(visit["docNo"]).lower()
        )

    return matches


def _without_value(line: Record) -> Record:
    """A line whose custom fields have no value."""
    fields = [
        {name: value for name, value in field.items() if name != "value"}
        for field in line["extraData"]
    ]
    return {**line, "extraData": fields}


def _shown(options: Options, visit: Record) -> Record:
    """A visit as the options want it answered."""
    shown = dict(visit)
    if options.flags_as != "boolean":
        kind = int if options.flags_as == "number" else lambda flag: str(int(flag))
        shown |= {name: kind(visit[name]) for name in FLAGS}
    if not options.extra_data_values:
        shown["lines"] = [_without_value(line) for line in visit["lines"]]
    if not options.visit_lines:
        del shown["lines"]
    return shown


def _as_array(world: World, keys: list[str]) -> bytes:
    """The visits with these keys as a JSON array."""
    if world.options.shows_visits_as_kept():
        return world.visits.join(keys)
    return to_json([_shown(world.options, world.visits.need(key)) for key in keys])


async def list_visits(request: Request) -> Response:
    """GET /visits"""
    world = world_of(request)
    with world.lock:
        filters, start = _filters(request, is_strict=world.options.strict_fields)
        found = world.visits.select(tuple(sorted(filters.items())), _matcher(filters))
        page = found[start : start + PAGE]
        data = _as_array(world, page)
    meta = {
        "totalRecords": len(found),
        "returnedRecords": len(page),
        "remainingRecords": max(0, len(found) - start - len(page)),
        "nextStart": start + len(page),
    }
    return text_answer(b'{"meta":' + to_json(meta) + b',"data":' + data + b"}")


def _key_of(world: World, asked: str) -> str:
    """`_id` of the visit in the path; Refusal(404) when there is none."""
    takes = world.options.visit_id_in_path
    if takes in ("_id", "both") and asked in world.visits:
        return asked
    if takes in ("id", "both") and asked.isascii() and asked.isdigit():
        key = world.visit_keys.get(int(asked))
        if key is not None:
            return key
    raise Refusal(404, f"Visit {asked} was not found")


async def get_visit(request: Request) -> Response:
    """GET /visits/{ID}"""
    world = world_of(request)
    with world.lock:
        key = _key_of(world, request.path_params["ID"])
        data = _as_array(world, [key])
        meta = {"totalRecords": 1, "returnedRecords": 1, "remainingRecords": 0, "nextStart": 1}
        if world.options.one_visit_as == "object":
            data = data[1:-1]
    return text_answer(b'{"meta":' + to_json(meta) + b',"data":' + data + b"}")


def _problems(world: World, visit: Any, *, is_whole: bool) -> list[str]:
    if not isinstance(visit, dict):
        return ["a visit must be an object"]
    return visit_problems(
        visit,
        company_id=world.account.company_id,
        is_whole=is_whole,
        is_strict=world.options.strict_fields,
    )


def _note_change(request: Request, before: Record, after: Record, body: Record) -> None:
    """One effect, named by what matters most in the change."""
    changed = changes(before, after)
    kind = "visit_updated" if changed else "visit_unchanged"
    if "inMobileApp" in changed:
        kind = "visit_shown" if after["inMobileApp"] else "visit_hidden"
    if "confirmClose" in changed:
        kind = "close_confirmed" if after["confirmClose"] else "close_unconfirmed"
    lost = [name for name in entered_values(before) if name not in entered_values(after)]
    note(
        request,
        kind,
        after["_id"],
        body=body,
        id=after["id"],
        changed=changed,
        state=state_of(before),
        values_lost=lost if "lines" in body else [],
    )


def _insert(request: Request, world: World, sent: Record) -> None:
    key = short_id(world.seed, "visit", world.new_number())
    visit = new_visit(sent, key=key, account=world.account, at=world.local_time())
    world.put_visit(visit)
    note(request, "visit_created", key, body=sent, id=visit["id"])


def _update(request: Request, world: World, key: str, sent: Record) -> None:
    before = world.visits.need(key)
    after = changed_visit(before, sent, account=world.account, at=world.local_time())
    world.put_visit(after)
    _note_change(request, before, after, sent)


def _upsert(request: Request, world: World, sent: list[Any]) -> Record:
    """Store what is well; the `meta` of the answer."""
    inserted, updated, errors = 0, 0, []
    for place, visit in enumerate(sent):
        problems = _problems(world, visit, is_whole=True)
        if problems:
            name = visit.get("id") if isinstance(visit, dict) else None
            message = f"visit {name} at index {place}: " + "; ".join(problems)
            errors.append({"error": 400, "message": message})
        elif visit["id"] in world.visit_keys:
            _update(request, world, world.visit_keys[visit["id"]], visit)
            updated += 1
        else:
            _insert(request, world, visit)
            inserted += 1
    return {"recordsUpdated": updated, "recordsInserted": inserted, "errors": errors}


async def add_visits(request: Request) -> Response:
    """POST /visits: insert or update by `id`; one bad visit does not stop the others."""
    world = world_of(request)
    sent = await sent_json(request)
    most = world.options.visits_per_post
    if not isinstance(sent, list) or not sent:
        raise Refusal(400, "The body must be an array of visits")
    if len(sent) > most:
        raise Refusal(400, f"The array has {len(sent)} visits; at most {most} are accepted")
    with world.lock:
        meta = _upsert(request, world, sent)
    return json_answer({"meta": meta, "data": None})


async def update_visit(request: Request) -> Response:
    """PUT /visits/{ID}: only the fields sent change."""
    world = world_of(request)
    sent = await sent_json(request)
    with world.lock:
        key = _key_of(world, request.path_params["ID"])
        if not isinstance(sent, dict) or not sent:
            raise Refusal(400, "The body must be an object with the fields to update")
        problems = _problems(world, sent, is_whole=False)
        if "id" in sent and sent["id"] != world.visits.need(key)["id"]:
            problems.append("id cannot be changed")
        if problems:
            raise Refusal(400, "; ".join(problems))
        _update(request, world, key, sent)
    return json_answer({"meta": {"updatedRecords": 1}, "data": None})


async def delete_visit(request: Request) -> Response:
    """DELETE /visits/{ID}"""
    world = world_of(request)
    with world.lock:
        key = _key_of(world, request.path_params["ID"])
        visit = world.visits.need(key)
        world.remove_visit(key)
        note(request, "visit_deleted", key, id=visit["id"], state=state_of(visit))
    return json_answer({"meta": {"deletedRecords": 1}, "data": None})


ROUTES = [
    Route(f"{PREFIX}/visits", list_visits, methods=["GET"]),
    Route(f"{PREFIX}/visits", add_visits, methods=["POST"]),
    Route(f"{PREFIX}/visits/{{ID}}", get_visit, methods=["GET"]),
    Route(f"{PREFIX}/visits/{{ID}}", update_visit, methods=["PUT"]),
    Route(f"{PREFIX}/visits/{{ID}}", delete_visit, methods=["DELETE"]),
]


def build_letsjobit(world: World, ledger: Ledger) -> Starlette:
    """The vendor's application; limits, keys and faults are the gate's business."""
    app = Starlette(
        routes=ROUTES,
        exception_handlers={Refusal: _refused, HTTPException: _refused},
    )
    app.router.redirect_slashes = False
    app.state.world, app.state.ledger, app.state.vendor = world, ledger, VENDOR
    return app
