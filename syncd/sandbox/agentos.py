"""AgentOS's routes: V4 Maintenance and Property Management, the list of V4 Documents, V3's one.

Read from the vendor's page "How do I use the V4 Maintenance API" alone. The page spells one path
`statusTypes` and `statustypes`, so routing ignores case; ids do not. Routes stand in an order in
which the words of the page win over ids.
"""

import re
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syncd.sandbox import agentos_pm as management
from syncd.sandbox import agentos_reads as reads
from syncd.sandbox import agentos_v3 as legacy
from syncd.sandbox import agentos_writes as writes
from syncd.sandbox.ledger import Ledger
from syncd.sandbox.wire import Refusal, json_answer, reason_of, world_of
from syncd.sandbox.world import World

VENDOR = "agentos"
MAINTENANCE = "/v4/maintenance/{shortName}"
DOCUMENTS = "/v4/documents/{shortName}"
MANAGEMENT = "/v4/propertymanagement/{shortName}"
_PAGE = "/{offset}/{count}"


def _refused(request: Request, problem: Exception) -> Response:
    """The house's error body, `{"Message": …}`."""
    status, message = reason_of(problem)
    return json_answer({"Message": message}, status=status)


def _locked(endpoint: reads.Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """A reading endpoint under the world's lock."""

    async def run(request: Request) -> Response:
        with world_of(request).lock:
            return endpoint(request)

    return run


class _AnyCaseRoute(Route):
    """A route whose words may be written in any case."""

    def __init__(
        self, path: str, endpoint: Callable[[Request], Awaitable[Response]], method: str
    ) -> None:
        super().__init__(path, endpoint, methods=[method])
        self.path_regex = re.compile(self.path_regex.pattern, re.IGNORECASE)


def _get(path: str, endpoint: reads.Endpoint, *, under: str = MAINTENANCE) -> Route:
    return _AnyCaseRoute(under + path, _locked(endpoint), "GET")


def _write(
    method: str,
    path: str,
    endpoint: Callable[[Request], Awaitable[Response]],
    *,
    under: str = MAINTENANCE,
) -> Route:
    return _AnyCaseRoute(under + path, endpoint, method)


def _management_routes() -> list[Route]:
    custom_field = "/company/objects/{objectID}/{fieldID}/customfield"
    return [
        *(_get(path, endpoint, under=MANAGEMENT) for path, endpoint in management.READS),
        *(_write(*each, under=MANAGEMENT) for each in management.WRITES),
        _write("POST", custom_field, writes.set_custom_value, under=MANAGEMENT),
    ]


def _routes() -> list[Route]:
    of_branch, one, everything = reads.list_of_branch, reads.one, reads.list_all
    return [
        _get("/company/branches" + _PAGE, everything("branches")),
        _get("/company/object/{objectID}/customfield", reads.list_custom_fields),
        _get("/company/objects/{objectID}/{fieldID}/value", reads.get_custom_value),
        _write(
            "POST",
            "/company/objects/{objectID}/{fieldID}/customfield",
            writes.set_custom_value,
        ),
        _get("/properties/{branchID}" + _PAGE, of_branch("properties")),
        _get("/properties/{propertyID}", reads.get_property),
        _get("/jobs/statusTypes" + _PAGE, everything("status_types")),
        _get("/jobs/statustypes/{statusID}", one("status_types", "statusID")),
        _get("/jobs/{branchID}" + _PAGE, reads.list_jobs),
        _write("POST", "/jobs/{branchID}/job", writes.create_job),
        _write("POST", "/jobs/{jobID}/attachdocument", writes.attach_document),
        _get("/jobs/{jobID}", reads.get_job),
        _write("PATCH", "/jobs/{jobID}", writes.update_job),
        _get("/contacts/contractors/{branchID}" + _PAGE, of_branch("contractors")),
        _get("/contacts/contractors/{contractorID}", one("contractors", "contractorID")),
        _get("/contacts/landlords/{landlordID}", one("landlords", "landlordID")),
        _get("/contacts/tenants/{tenantID}", one("tenants", "tenantID")),
        _get("/contacts/staff/{staffMemberID}", one("staff", "staffMemberID")),
        _get("/{branchID}/tenancies/tenancyState" + _PAGE, of_branch("tenancies")),
        _get("/preferences/{propertyID}" + _PAGE, reads.list_preferences),
        _get("/preferences/{preferenceID}", one("preferences", "preferenceID")),
        _write("POST", "/invoice/submit", writes.submit_invoice),
        _get("/documents/maintenance/{jobID}", reads.list_job_documents, under=DOCUMENTS),
        _AnyCaseRoute(legacy.PATH, legacy.create_maintenance_job, "POST"),
        *_management_routes(),
    ]


def build_agentos(world: World, ledger: Ledger) -> Starlette:
    """The vendor's application; limits, keys and faults are the gate's business."""
    app = Starlette(
        routes=_routes(), exception_handlers={Refusal: _refused, HTTPException: _refused}
    )
    app.router.redirect_slashes = False
    app.state.world, app.state.ledger, app.state.vendor = world, ledger, VENDOR
    return app
