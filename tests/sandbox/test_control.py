"""The control pages."""

from typing import Any

import httpx
import pytest

from syncd.sandbox import RunningSandbox
from tests.sandbox.conftest import Clock, a_visit, add


def test_the_front_page_tells_how_to_begin(box: RunningSandbox, control: httpx.Client) -> None:
    """Keys and paths as JSON for a program, as a page for a browser."""
    found = control.get("/").json()
    page = control.get("/", headers={"Accept": "text/html"})
    assert found["agentos"]["api_key"] == box.agentos_key
    assert found["letsjobit"]["api_key"] == box.letsjobit_key
    assert found["counts"]["properties"] == 20
    assert box.agentos_key in page.text


def test_control_requests_are_in_no_ledger(box: RunningSandbox, control: httpx.Client) -> None:
    """Looking does not count."""
    for page in ("", "visits", "ledger", "limits"):
        assert control.get(f"/{page}").status_code == 200
    assert box.ledger.entries == []


@pytest.mark.parametrize(
    "kind",
    [
        *("visits", "jobs", "properties", "tenancies", "branches", "statuses", "contractors"),
        *("landlords", "tenants", "staff", "preferences", "custom_fields"),
    ],
)
def test_every_kind_can_be_read_and_changed(control: httpx.Client, kind: str) -> None:
    """A record can be found, changed, replaced and forgotten."""
    records = control.get(f"/{kind}").json()["records"]
    key = records[0].get("_id") or records[0].get("OID") or records[0].get("ID")
    changed = control.patch(f"/{kind}/{key}", json={"Name": "Other"}).json()
    assert changed["Name"] == "Other"
    assert control.put(f"/{kind}/{key}", json=records[0]).status_code == 200
    assert control.get(f"/{kind}/{key}").json() == records[0]
    assert control.delete(f"/{kind}/{key}").status_code == 200
    assert control.get(f"/{kind}/{key}").status_code == 404
    assert len(control.get(f"/{kind}").json()["records"]) == len(records) - 1


def test_a_job_is_added_with_little(
    control: httpx.Client, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """Property, description and status are enough; any other field can be given."""
    names = ("PropertyID", "StatusID", "ContractorID")
    sent = {name: job[name] for name in names} | {"Description": "Gutter", "Priority": "Whatever"}
    key = control.post("/jobs", json=sent).json()["key"]
    found = agentos.get(f"/jobs/{key}").json()
    assert (found["Title"], found["Priority"]) == ("Gutter", "Whatever")


def test_a_jobs_status_can_be_changed_by_name(
    control: httpx.Client, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """The id follows the name, the name the id, the closing date both; a status that the agency
    does not have is kept as it is given."""
    path = f"/jobs/{job['OID']}"
    control.patch(path, json={"Status": "Cancelled"})
    cancelled = agentos.get(path).json()
    control.patch(path, json={"StatusID": job["StatusID"]})
    reported = agentos.get(path).json()
    control.patch(path, json={"StatusID": "gone", "Status": "Gone"})
    assert cancelled["StatusID"] != job["StatusID"]
    assert cancelled["ClosedDate"]
    assert (reported["Status"], reported["ClosedDate"]) == ("Reported", None)
    assert agentos.get(path).json()["Status"] == "Gone"


def test_a_dispatchers_change_shows_in_modifieddat_unless_told(
    control: httpx.Client, letsjobit: httpx.Client
) -> None:
    """A change in the office bumps the time; `bump=0` hides it, as some edits do."""
    key = add(letsjobit, a_visit(1))
    control.patch(f"/visits/{key}?bump=0", json={"modifieddAt": "2020-01-01 00:00:00"})
    control.patch("/visits/1?bump=0", json={"date": "2026-03-09"})
    silent = letsjobit.get(f"/visits/{key}").json()["data"][0]
    control.patch("/visits/1", json={"driverId": "q2WkT8dRz5mYh3sXc"})
    loud = letsjobit.get(f"/visits/{key}").json()["data"][0]
    assert (silent["date"], silent["modifieddAt"]) == ("2026-03-09", "2020-01-01 00:00:00")
    assert (loud["modifyUser"], loud["modifieddAt"]) == ("office", "2026-03-02 08:30:00")


def test_a_flag_may_be_changed_in_any_spelling(
    control: httpx.Client, letsjobit: httpx.Client
) -> None:
    """A visit that a test closes with 1 is found by the filter `closed`."""
    key = add(letsjobit, a_visit(1))
    control.patch(f"/visits/{key}", json={"closed": 1, "inProgress": "0"})
    found = letsjobit.get("/visits?closed=1&confirmClose=0&inProgress=0").json()["data"]
    assert key in [visit["_id"] for visit in found]


def test_the_engineer_starts_skips_and_closes(
    control: httpx.Client, letsjobit: httpx.Client
) -> None:
    """Each step shows where the page says: flags, reason, signature, date, entered values."""
    field = {"type": "number", "caption": "Total", "name": "invoice_total"}
    line = {"actionItem": True, "description": "Repair", "extraData": [field]}
    key = add(letsjobit, a_visit(1, lines=[line], inMobileApp=1))

    def flags() -> list[bool]:
        visit = letsjobit.get(f"/visits/{key}").json()["data"][0]
        return [visit[name] for name in ("inProgress", "skipped", "closed", "confirmClose")]

    control.post(f"/visits/{key}/skip", json={"reason": "4"})
    assert flags() == [False, True, False, False]
    control.post(f"/visits/{key}/start")
    assert flags() == [True, False, False, False]
    given = {"signeeName": "Moira", "signature": "/9j/", "values": {"invoice_total": "120.00"}}
    control.post(f"/visits/{key}/close", json=given)
    assert flags() == [False, False, True, False]
    visit = letsjobit.get("/visits?closed=1&confirmClose=0").json()["data"][-1]
    assert visit["lines"][0]["extraData"][0]["value"] == "120.00"
    assert (visit["signeeName"], visit["signature"], visit["closeDate"]) == (
        "Moira",
        "/9j/",
        "2026-03-02 08:30",
    )


def test_ledger_and_effects_can_be_read_in_parts(
    control: httpx.Client, letsjobit: httpx.Client
) -> None:
    """`since` goes on from `next`; effects can be asked by kind and carry what was sent."""
    add(letsjobit, a_visit(1))
    middle = control.get("/ledger").json()["next"]
    letsjobit.put("/visits/none", json={"obs": "x"})
    later = control.get("/ledger", params={"since": middle}).json()["entries"]
    made = control.get("/effects", params={"kind": "visit_created"}).json()["effects"]
    assert [(entry["method"], entry["status"]) for entry in later] == [("PUT", 404)]
    assert made[0]["body"] == a_visit(1)
    assert control.get("/effects", params={"kind": "job_created"}).json()["effects"] == []
    control.delete("/ledger")
    assert control.get("/ledger").json() == {"next": 0, "entries": []}


def test_limits_can_be_changed_and_emptied(
    control: httpx.Client, letsjobit: httpx.Client, clock: Clock
) -> None:
    """A new limit starts afresh; what was used can be forgotten."""
    control.put("/limits", json={"letsjobit": {"requests": 2, "window_seconds": 0.5}})
    statuses = [letsjobit.get("/visits").status_code for _ in range(3)]
    reset = letsjobit.get("/visits").headers["X-Rate-Limit-Reset"]
    control.delete("/limits")
    assert statuses == [200, 200, 429]
    assert reset == "0.500"
    assert letsjobit.get("/visits").status_code == 200
    assert control.get("/limits").json()["limits"]["letsjobit"]["requests"] == 2


def test_a_snapshot_brings_the_whole_state_back(
    control: httpx.Client, letsjobit: httpx.Client, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """Visits, jobs and options are as they were; ids given after it are given again."""
    before = control.get("/snapshot").json()
    first = add(letsjobit, a_visit(1))
    agentos.patch(f"/jobs/{job['OID']}", json={"Description": "Other"})
    control.patch("/options", json={"strict_fields": False})
    assert control.put("/snapshot", json=before).status_code == 200
    assert control.get("/snapshot").json() == before
    assert add(letsjobit, a_visit(1)) == first


def test_many_are_made_at_once(
    box: RunningSandbox, control: httpx.Client, letsjobit: httpx.Client, agentos: httpx.Client
) -> None:
    """Jobs go over all branches; visits have a signature of the size asked for and the states asked
    for in turn."""
    sent = {"jobs": 250, "visits": 30, "states": ["open", "closed", "confirmed"]}
    assert control.post("/bulk", json=sent).json() == {"visits": 35, "jobs": 262}
    counts = [
        agentos.get(f"/jobs/{branch}/0/1").json()["Count"] for branch in box.world.agency.branches
    ]
    waiting = letsjobit.get("/visits?closed=1&confirmClose=0").json()
    assert sum(counts) == 262
    assert min(counts) > 50
    assert waiting["meta"]["totalRecords"] == 11
    assert 2000 < len(waiting["data"][-1]["signature"]) <= 2048
    assert len({visit["signature"] for visit in waiting["data"]}) == 11


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/jobs/nothing", None, 404),
        ("GET", "/visits/123", None, 404),
        ("POST", "/visits/nothing/close", {}, 404),
        ("PATCH", "/options", {"colour": "red"}, 400),
        ("PATCH", "/options", {"mime_form": "red"}, 400),
        ("POST", "/faults", {"kind": "explosion"}, 400),
        ("PUT", "/limits", {"letsjobit": {"colour": 1}}, 400),
        ("PUT", "/limits", {"nobody": {}}, 404),
        ("PUT", "/snapshot", {}, 404),
    ],
)
def test_a_mistake_is_told(
    control: httpx.Client, method: str, path: str, body: Any, status: int
) -> None:
    """A test that asks for something impossible hears it."""
    answer = control.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]
