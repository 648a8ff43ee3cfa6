"""The ASGI application: every path of the admin endpoint (interface: "Admin endpoint")."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from syncd import __version__
from syncd.admin import api, health, metrics, pages, signing
from syncd.admin.desk import Desk
from syncd.admin.refusals import answer_error, answer_http_error, answer_invalid
from syncd.admin.shield import Shield
from syncd.errors import SyncdError
from syncd.settings import Settings
from syncd.store.database import Database
from syncd.vendor_http import Tally


def utc_now() -> datetime:
    """The time now, aware in UTC."""
    return datetime.now(UTC)


def create_admin(
    settings: Callable[[], Settings],
    database: Database,
    *,
    reads: Database | None = None,
    tally: Tally | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The application over a store. `settings` gives those in force; decisions are written through
    `database`, and pages read through `reads` where it is given (`AdminServer` does), so that slow
    ones cannot use up the threads of the cycles. `tally` counts the requests to vendors.

    The pages (`syncd.admin.pages`) bring `router`, `sign_in_page(request, *, status, problem,
    next_path)` and `error_page(request, *, status, error)`.
    """
    app = FastAPI(
        title="syncd",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Shield, settings)],
        exception_handlers={
            SyncdError: answer_error,
            HTTPException: answer_http_error,
            RequestValidationError: answer_invalid,
        },
    )
    app.state.desk = Desk(settings, database, reads or database, clock)
    app.state.pages = pages
    app.state.probe = health.Probe()
    app.state.tally = tally or Tally()
    for part in (signing, health, metrics, api, pages):
        app.include_router(part.router)
    return app
