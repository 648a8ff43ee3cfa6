"""The sandbox's own pages, `/_sandbox/…`: look at its state, change it, break it.

In no ledger and under no limit; JSON in, JSON out; mistakes answer 400 or 404 with `error`.
`{kind}` is visits, jobs, properties, tenancies, branches, statuses, contractors, landlords,
tenants, staff, preferences, custom_fields, custom_values, documents or invoices.

    GET    /                        keys, paths and counts; a page for a browser
    GET    /{kind}                  {"records": […]}, oldest first
    POST   /{kind}                  add one (visits and jobs are completed); {"key": …}
    GET    /{kind}/{key}            one; a visit's key is its `_id` or its ERP id
    PATCH  /{kind}/{key}            change any fields; ?bump=0 leaves a visit's modifieddAt
    PUT    /{kind}/{key}            replace
    DELETE /{kind}/{key}            forget
    POST   /visits/{key}/start      the engineer starts
    POST   /visits/{key}/skip       … cannot do it: {"reason": "3"}
    POST   /visits/{key}/close      … closes, all optional: {"values": {field: value},
                                    "signeeName", "signeeEmail", "signeeRating", "signature"}
    POST   /invoices/{key}/authorise   staff accept the invoice, which completes the job
    POST   /invoices/{key}/reject      … or do not
    POST   /invoices/{key}/pay         … pay it: {"amount": 120.0}, default what it says
    PUT    /portal                  {"session": …}: what opens the contractor portal from now on
    GET    /ledger?since=0          {"next", "entries"}: every vendor request
    DELETE /ledger                  forget requests and effects
    GET    /effects?since=0&kind=   {"next", "effects"}: every change made through the vendors'
                                    APIs, with bodies: visit_created, visit_updated,
                                    visit_unchanged, visit_hidden, visit_shown, visit_deleted,
                                    close_confirmed, close_unconfirmed, job_created, job_updated,
                                    job_unchanged, document_attached, invoice_submitted,
                                    custom_field_set, lead_created, note_added, photos_added …
    GET    /limits                  {"limits", "keys"}: limits and the judge's verdict per key
    PUT    /limits                  {vendor: {"requests", "window_seconds", "counts_refused",
                                    "hammering_requests", "block_windows"}}; its keys start afresh
    DELETE /limits                  forget what every key has used
    GET    /faults                  {"rules": […]} with their hits
    POST   /faults                  add a rule (`faults.Rule`) or several
    PUT    /faults                  replace all
    DELETE /faults                  remove all
    GET    /options                 how the vendors behave where their pages leave a choice
    PATCH  /options                 … change it (`world.Options`)
    GET    /keys                    AgentOS keys with the tiers that each opens
    PUT    /keys                    {key: ["maintenance", "documents"]}
    GET    /snapshot                the whole state
    PUT    /snapshot                … and back to it
    POST   /reset                   the seed's world again; ledger, limits and faults empty
    POST   /bulk                    {"visits": n, "signature_size": 2048, "states": ["open", …],
                                    "jobs": n, "contractor": OID, "status": name}, all optional
"""

import html
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from syncd.sandbox import bulk
from syncd.sandbox import control_records as records
from syncd.sandbox.control_records import Endpoint, Parts
from syncd.sandbox.faults import rule_from
from syncd.sandbox.judge import judge
from syncd.sandbox.ledger import as_record
from syncd.sandbox.seed import OUR_CONTRACTOR, seeded_world
from syncd.sandbox.shelf import Record, from_json
from syncd.sandbox.wire import Refusal, json_answer
from syncd.sandbox.world import World


def _answering(parts: Parts, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """A route's function: JSON in, under the lock, JSON out; mistakes are 400 or 404."""

    async def run(request: Request) -> Response:
        text = await request.body()
        try:
            sent = from_json(text) if text else None
            with parts.world.lock:
                found = endpoint(parts, request, sent)
        except Refusal as refusal:
            return json_answer({"error": refusal.message}, status=refusal.status)
        except KeyError as problem:
            return json_answer({"error": f"there is no {problem}"}, status=404)
        except (ValueError, TypeError, AttributeError) as problem:
            return json_answer({"error": str(problem)}, status=400)
        return found if isinstance(found, Response) else json_answer(found)

    return run


def _since(request: Request) -> int:
    return int(request.query_params.get("since", "0"))


def get_ledger(parts: Parts, request: Request, sent: Any) -> Any:
    entries = parts.ledger.entries
    found = [as_record(entry) for entry in entries[_since(request) :]]
    return {"next": len(entries), "entries": found}


def get_effects(parts: Parts, request: Request, sent: Any) -> Any:
    effects, kind = parts.ledger.effects, request.query_params.get("kind")
    found = [effect for effect in effects[_since(request) :] if kind in (None, "", effect.kind)]
    return {"next": len(effects), "effects": [as_record(effect) for effect in found]}


def clear_ledger(parts: Parts, request: Request, sent: Any) -> Any:
    parts.ledger.clear()
    return {}


def get_limits(parts: Parts, request: Request, sent: Any) -> Any:
    limits = parts.limits.by_vendor
    return {
        "limits": {vendor: asdict(limit) for vendor, limit in limits.items()},
        "keys": judge(parts.ledger.entries, limits),
    }


def put_limits(parts: Parts, request: Request, sent: Any) -> Any:
    for vendor, given in sent.items():
        parts.limits.change(vendor, replace(parts.limits.by_vendor[vendor], **given))
    return get_limits(parts, request, sent)


def clear_limits(parts: Parts, request: Request, sent: Any) -> Any:
    parts.limits.reset()
    return {}


def get_faults(parts: Parts, request: Request, sent: Any) -> Any:
    return {"rules": parts.faults.as_records()}


def add_faults(parts: Parts, request: Request, sent: Any) -> Any:
    given = sent if isinstance(sent, list) else [sent]
    parts.faults.rules += [rule_from(one) for one in given]
    return get_faults(parts, request, sent)


def put_faults(parts: Parts, request: Request, sent: Any) -> Any:
    parts.faults.rules = [rule_from(one) for one in sent]
    return get_faults(parts, request, sent)


def clear_faults(parts: Parts, request: Request, sent: Any) -> Any:
    parts.faults.rules = []
    return get_faults(parts, request, sent)


def get_options(parts: Parts, request: Request, sent: Any) -> Any:
    return asdict(parts.world.options)


def patch_options(parts: Parts, request: Request, sent: Any) -> Any:
    parts.world.options = replace(parts.world.options, **sent)
    return asdict(parts.world.options)


def get_keys(parts: Parts, request: Request, sent: Any) -> Any:
    return {key: sorted(tiers) for key, tiers in parts.world.agency.keys.items()}


def put_keys(parts: Parts, request: Request, sent: Any) -> Any:
    parts.world.agency.keys = {key: frozenset(tiers) for key, tiers in sent.items()}
    return get_keys(parts, request, sent)


def put_portal(parts: Parts, request: Request, sent: Any) -> Any:
    parts.world.portal_session = sent["session"]
    return sent


def get_snapshot(parts: Parts, request: Request, sent: Any) -> Any:
    return parts.world.snapshot()


def put_snapshot(parts: Parts, request: Request, sent: Any) -> Any:
    parts.world.restore(sent)
    return {}


def reset(parts: Parts, request: Request, sent: Any) -> Any:
    parts.world.restore(seeded_world(parts.world.seed, now=parts.world.now).snapshot())
    parts.ledger.clear()
    parts.limits.reset()
    parts.faults.rules = []
    return {}


def add_many(parts: Parts, request: Request, sent: Any) -> Any:
    world = parts.world
    if sent.get("visits"):
        states = tuple(sent.get("states", ["open"]))
        size = sent.get("signature_size", 2048)
        bulk.add_visits(world, count=sent["visits"], signature_size=size, states=states)
    if sent.get("jobs"):
        contractor = sent.get("contractor", OUR_CONTRACTOR)
        status = sent.get("status", "Reported")
        bulk.add_jobs(world, count=sent["jobs"], contractor=contractor, status=status)
    return {"visits": len(world.visits), "jobs": len(world.agency.jobs)}


def overview(world: World) -> Record:
    """What a person needs to begin."""
    counts = {"visits": len(world.visits)}
    counts |= {kind: len(shelf) for kind, shelf in world.agency.shelves().items()}
    return {
        "agentos": {
            "path": f"/v4/maintenance/{world.agency.short_name}",
            "short_name": world.agency.short_name,
            "api_key": next(iter(world.agency.keys), None),
            "contractor": OUR_CONTRACTOR,
        },
        "letsjobit": {
            "path": "/api/v2",
            "api_key": world.account.key,
            "company_id": world.account.company_id,
            "drivers": world.account.drivers,
        },
        "counts": counts,
    }


def get_overview(parts: Parts, request: Request, sent: Any) -> Any:
    found = overview(parts.world)
    if "text/html" not in request.headers.get("accept", ""):
        return found
    rows = [(f"{side} {name}", value) for side in found for name, value in found[side].items()]
    cells = "".join(
        f"<tr><th align=left>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in rows
    )
    pages = ("visits", "jobs", "properties", "ledger", "effects", "limits", "faults", "options")
    links = " ".join(f'<a href="/_sandbox/{page}">{page}</a>' for page in pages)
    return HTMLResponse(f"<title>Sandbox</title><h1>Sandbox</h1><p>{links}<table>{cells}</table>")


_PAGES: dict[str, dict[str, Endpoint]] = {
    "/": {"GET": get_overview},
    "/ledger": {"GET": get_ledger, "DELETE": clear_ledger},
    "/effects": {"GET": get_effects},
    "/limits": {"GET": get_limits, "PUT": put_limits, "DELETE": clear_limits},
    "/faults": {
        "GET": get_faults,
        "POST": add_faults,
        "PUT": put_faults,
        "DELETE": clear_faults,
    },
    "/options": {"GET": get_options, "PATCH": patch_options},
    "/keys": {"GET": get_keys, "PUT": put_keys},
    "/portal": {"PUT": put_portal},
    "/snapshot": {"GET": get_snapshot, "PUT": put_snapshot},
    "/reset": {"POST": reset},
    "/bulk": {"POST": add_many},
    "/visits/{key}/{act}": {"POST": records.act_on_visit},
    "/invoices/{key}/{act}": {"POST": records.act_on_invoice},
    "/{kind}": {"GET": records.list_records, "POST": records.add_record},
    "/{kind}/{key:path}": {
        "GET": records.get_record,
        "PATCH": records.patch_record,
        "PUT": records.put_record,
        "DELETE": records.delete_record,
    },
}


def build_control(parts: Parts) -> Starlette:
    """The control application."""
    routes = [
        Route(f"/_sandbox{path}", _answering(parts, endpoint), methods=[method])
        for path, methods in _PAGES.items()
        for method, endpoint in methods.items()
    ]
    return Starlette(routes=routes)
