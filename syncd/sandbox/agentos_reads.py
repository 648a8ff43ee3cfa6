"""AgentOS V4 Maintenance, everything that is read: lists by `/{offset}/{count}` answer
`{Count, Data}` with Count over all pages (AgentOS API, getting started), single records answer the
bare record. Beside them the V4 Documents list of a job's documents.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from syncd.sandbox.shelf import Record, Shelf, to_json
from syncd.sandbox.wire import Refusal, json_answer, text_answer, world_of
from syncd.sandbox.world import Agency, World

LARGEST_PAGE = 1000


def page_asked(request: Request) -> tuple[int, int]:
    """Offset and count of a list path; Refusal(400) outside 0.. and 1..1000."""
    numbers = []
    for name, least, most in (("offset", 0, 2**31 - 1), ("count", 1, LARGEST_PAGE)):
        text = request.path_params[name]
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise Refusal(400, f"{name} must be a number from {least} to {most}")
        numbers.append(int(text))
    return numbers[0], numbers[1]


def _page(request: Request, shelf: Shelf, keys: list[str]) -> Response:
    offset, count = page_asked(request)
    data = shelf.join(keys[offset : offset + count])
    return text_answer(b'{"Count":%d,"Data":%s}' % (len(keys), data))


def branch_asked(request: Request, agency: Agency) -> str:
    """The branch in the path; Refusal(404) when there is none."""
    branch: str = request.path_params["branchID"]
    if branch not in agency.branches:
        raise Refusal(404, "No branch has this ID")
    return branch


Endpoint = Callable[[Request], Response]


def list_all(kind: str) -> Endpoint:
    """A list of every record of a kind."""

    def endpoint(request: Request) -> Response:
        shelf = world_of(request).agency.shelves()[kind]
        return _page(request, shelf, list(shelf))

    return endpoint


def list_of_branch(kind: str) -> Endpoint:
    """A list of a branch's records of a kind, archived ones included."""

    def endpoint(request: Request) -> Response:
        agency = world_of(request).agency
        branch = branch_asked(request, agency)
        shelf = agency.shelves()[kind]
        keys = shelf.select(("branch", branch), lambda record: record["BranchOID"] == branch)
        return _page(request, shelf, keys)

    return endpoint


def one(kind: str, parameter: str) -> Endpoint:
    """One record by the id in the path."""

    def endpoint(request: Request) -> Response:
        shelf = world_of(request).agency.shelves()[kind]
        key = request.path_params[parameter]
        if key not in shelf:
            raise Refusal(404, "The object was not found")
        return text_answer(shelf.text(key))

    return endpoint


def get_property(request: Request) -> Response:
    """GET /properties/{propertyID}: archived ones are in lists, but 404 here."""
    world = world_of(request)
    found = world.agency.properties.get(request.path_params["propertyID"])
    if found is None or (found.get("IsArchived") and world.options.archived_answers_404):
        raise Refusal(404, "The object was not found")
    return json_answer(found)


def shown_job(world: World, job: Record) -> Record:
    """A job as the options want it answered."""
    carried = {
        "Documents": world.options.jobs_carry_documents,
        "Invoices": world.options.jobs_carry_invoices,
    }
    return {name: value for name, value in job.items() if carried.get(name, True)}


def list_jobs(request: Request) -> Response:
    """GET /jobs/{branchID}/{offset}/{count}"""
    world = world_of(request)
    options, jobs = world.options, world.agency.jobs
    branch = branch_asked(request, world.agency)
    keys = jobs.select(("branch", branch), lambda record: record["BranchOID"] == branch)
    if options.jobs_carry_documents and options.jobs_carry_invoices:
        return _page(request, jobs, keys)
    offset, count = page_asked(request)
    data = [shown_job(world, jobs.need(key)) for key in keys[offset : offset + count]]
    return text_answer(b'{"Count":%d,"Data":%s}' % (len(keys), to_json(data)))


def get_job(request: Request) -> Response:
    """GET /jobs/{jobID}"""
    world = world_of(request)
    job = world.agency.jobs.get(request.path_params["jobID"])
    if job is None:
        raise Refusal(404, "The job was not found")
    return json_answer(shown_job(world, job))


def list_preferences(request: Request) -> Response:
    """GET /preferences/{propertyID}/{offset}/{count}: ordered by name."""
    agency = world_of(request).agency
    owner = request.path_params["propertyID"]
    if owner not in agency.properties:
        raise Refusal(404, "No property has this ID")
    shelf = agency.preferences
    keys = shelf.select(("property", owner), lambda record: record["PropertyID"] == owner)
    return _page(request, shelf, sorted(keys, key=lambda key: str(shelf.need(key)["Name"])))


def kind_of_object(agency: Agency, key: str) -> str:
    """What an OID is: job, property, tenancy or landlord; Refusal(404) when nothing."""
    kinds = {
        "job": agency.jobs,
        "property": agency.properties,
        "tenancy": agency.tenancies,
        "landlord": agency.landlords,
    }
    for kind, shelf in kinds.items():
        if key in shelf:
            return kind
    raise Refusal(404, "No object has this ID")


def value_key(owner: str, field: str) -> str:
    """Where the value of an object's custom field is kept."""
    return f"{owner}/{field}"


def list_custom_fields(request: Request) -> Response:
    """GET /company/object/{objectID}/customfield"""
    agency = world_of(request).agency
    owner = request.path_params["objectID"]
    kind = kind_of_object(agency, owner)
    shown = []
    for field in agency.custom_fields.records():
        if field["Of"] == kind:
            kept = agency.custom_values.get(value_key(owner, field["ID"])) or {"Value": None}
            names = ("ID", "TabName", "GroupName", "FieldName")
            shown.append({**{name: field[name] for name in names}, "Value": kept["Value"]})
    return json_answer({"CustomFields": shown})


def field_asked(request: Request, agency: Agency) -> tuple[str, str]:
    """Object and field of a custom field path; Refusal(404) when either is unknown."""
    owner, field = request.path_params["objectID"], request.path_params["fieldID"]
    kind = kind_of_object(agency, owner)
    found = agency.custom_fields.get(field)
    if found is None or found["Of"] != kind:
        raise Refusal(404, "The object has no custom field with this ID")
    return owner, field


def get_custom_value(request: Request) -> Response:
    """GET /company/objects/{objectID}/{fieldID}/value: the bare value."""
    agency = world_of(request).agency
    kept = agency.custom_values.get(value_key(*field_asked(request, agency)))
    return json_answer(kept["Value"] if kept else None)


def list_job_documents(request: Request) -> Response:
    """V4 Documents, GET /documents/maintenance/{jobID}: the job's documents that have been there
    for the set delay. The vendor's page shows no body; an array of the documents is assumed."""
    world = world_of(request)
    job = request.path_params["jobID"]
    if job not in world.agency.jobs:
        raise Refusal(404, "The job was not found")
    shelf = world.agency.documents
    now = world.now().timestamp()
    keys = shelf.select(("job", job), lambda record: record["JobID"] == job)
    names = ("OID", "DocumentName", "MimeType", "Size", "CreatedAt")
    found = [shelf.need(key) for key in keys]
    delay = world.options.documents_delay_seconds
    shown = [{name: kept[name] for name in names} for kept in found if kept["Epoch"] + delay <= now]
    if world.options.job_documents_as == "array":
        return json_answer(shown)
    return json_answer({"Count": len(shown), "Data": shown})
