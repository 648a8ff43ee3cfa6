"""Faults that tests switch on, over real connections."""

import json
from typing import Any

import httpx
import pytest

from syncd.sandbox import RunningSandbox, build_app, seeded_world
from syncd.sandbox.faults import rule_from
from tests.sandbox.conftest import a_visit


@pytest.fixture
def break_it(control: httpx.Client) -> Any:
    """Switches a fault on."""

    def switch_on(kind: str, **given: Any) -> None:
        control.post("/faults", json={"kind": kind, **given}).raise_for_status()

    return switch_on


def was_made(box: RunningSandbox) -> bool:
    """Whether the visit of the tests arrived."""
    with box.world.lock:
        return 1 in box.world.visit_keys


def test_a_reset_before_the_effect_leaves_nothing(
    box: RunningSandbox, letsjobit: httpx.Client, break_it: Any
) -> None:
    """The connection is reset by the other side, and nothing was done."""
    break_it("reset_before_effect", method="POST")
    with pytest.raises(httpx.ReadError) as caught:
        letsjobit.post("/visits", json=[a_visit(1)])
    assert "reset" in repr(caught.value).lower()
    assert not was_made(box)
    assert (box.ledger.entries[-1].status, box.ledger.entries[-1].effects) == (0, ())


def test_a_reset_after_the_effect_leaves_the_effect(
    box: RunningSandbox, letsjobit: httpx.Client, break_it: Any
) -> None:
    """The client sees the same reset, but the visit is there, and the ledger knows."""
    break_it("reset_after_effect", method="POST")
    with pytest.raises(httpx.ReadError) as caught:
        letsjobit.post("/visits", json=[a_visit(1)])
    assert "reset" in repr(caught.value).lower()
    assert was_made(box)
    entry = box.ledger.entries[-1]
    assert (entry.status, entry.fault, entry.effects) == (0, "reset_after_effect", (0,))


def test_an_answer_can_be_cut_inside_its_body(
    box: RunningSandbox, letsjobit: httpx.Client, break_it: Any
) -> None:
    """The headers promise more than comes before the connection is closed."""
    break_it("cut")
    with pytest.raises(httpx.RemoteProtocolError):
        letsjobit.get("/visits")
    assert letsjobit.get("/visits").status_code == 200


def test_a_timeout_never_answers(
    box: RunningSandbox, letsjobit: httpx.Client, break_it: Any
) -> None:
    """The client gives up; the effect has happened, unless the rule says before."""
    break_it("timeout", method="POST")
    with pytest.raises(httpx.ReadTimeout):
        letsjobit.post("/visits", json=[a_visit(1)], timeout=0.2)
    assert was_made(box)
    break_it("timeout", method="DELETE", after_effect=False)
    key = box.world.visit_keys[1]
    with pytest.raises(httpx.ReadTimeout):
        letsjobit.delete(f"/visits/{key}", timeout=0.2)
    assert was_made(box)


def test_a_slow_answer_comes_in_the_end(letsjobit: httpx.Client, break_it: Any) -> None:
    """It takes at least as long as the rule says."""
    for after_effect in (True, False):
        break_it("slow", seconds=0.05, after_effect=after_effect)
        answer = letsjobit.get("/visits")
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() >= 0.05


def test_a_status_comes_before_the_effect_or_after(
    box: RunningSandbox, letsjobit: httpx.Client, break_it: Any
) -> None:
    """Any status with Retry-After; before the effect by default, after it on demand."""
    break_it("status", method="POST", status=503, retry_after="7")
    first = letsjobit.post("/visits", json=[a_visit(1)])
    assert (first.status_code, first.headers["Retry-After"]) == (503, "7")
    assert not was_made(box)
    break_it("status", method="POST", status=500, after_effect=True, body="<html>Oops</html>")
    second = letsjobit.post("/visits", json=[a_visit(1)])
    assert (second.status_code, second.text) == (500, "<html>Oops</html>")
    assert second.headers["Content-Type"] == "text/html"
    assert was_made(box)


def test_a_429_of_a_fault_counts_as_told(agentos: httpx.Client, break_it: Any) -> None:
    """Who goes on after it hammers, as after a real one."""
    break_it("status", vendor="agentos", status=429)
    statuses = [agentos.get("/company/branches/0/1").status_code for _ in range(4)]
    assert statuses == [429, 200, 200, 403]


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("html", b"<html>"), ("garbage", b"\x80"), ("empty", b""), ("truncated", b'{"meta"')],
)
def test_an_answer_can_be_no_json(
    letsjobit: httpx.Client, break_it: Any, kind: str, begins: bytes
) -> None:
    """HTML, bytes of no encoding, nothing, or half of it: all with status 200."""
    break_it(kind)
    answer = letsjobit.get("/visits")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    with pytest.raises(ValueError, match=r".*"):
        json.loads(answer.content)


def test_an_answer_can_have_the_wrong_shape(
    agentos: httpx.Client, letsjobit: httpx.Client, break_it: Any
) -> None:
    """Where a list was there is an object, in either vendor's envelope."""
    break_it("shape", times=2)
    assert isinstance(letsjobit.get("/visits").json()["data"], dict)
    assert isinstance(agentos.get("/company/branches/0/1").json()["Data"], dict)


@pytest.mark.parametrize(
    ("change", "value", "wanted"),
    [
        ("drop", None, "absent"),
        ("null", None, None),
        ("wrong-type", None, {"unexpected": True}),
        ("wrong-type", 7, 7),
        ("extra", None, "unexpected"),
    ],
)
def test_one_field_of_one_record_can_be_wrong(
    agentos: httpx.Client, branch: str, break_it: Any, change: str, value: Any, wanted: Any
) -> None:
    """Only the record that is named is hit, in a list and alone."""
    good = agentos.get(f"/jobs/{branch}/0/9").json()["Data"]
    key = good[1]["OID"]
    break_it("field", field="Title", change=change, value=value, record=key, times=2)
    listed = agentos.get(f"/jobs/{branch}/0/9").json()["Data"]
    alone = agentos.get(f"/jobs/{key}").json()
    assert [place for place, job in enumerate(listed) if job != good[place]] == [1]
    assert [found.get("Title", "absent") for found in (listed[1], alone)] == [wanted, wanted]


def test_a_record_can_come_twice(agentos: httpx.Client, branch: str, break_it: Any) -> None:
    """A duplicate OID inside one page."""
    break_it("duplicate")
    keys = [job["OID"] for job in agentos.get(f"/jobs/{branch}/0/9").json()["Data"]]
    assert keys[0] == keys[-1]


@pytest.mark.parametrize("total", [None, 3, 10_000])
def test_the_total_can_be_wrong(
    agentos: httpx.Client, letsjobit: httpx.Client, break_it: Any, total: int | None
) -> None:
    """Count and totalRecords say what the rule says, or null."""
    break_it("total", value=total, times=2)
    assert agentos.get("/jobs/statusTypes/0/9").json()["Count"] == total
    assert letsjobit.get("/visits").json()["meta"]["totalRecords"] == total


@pytest.mark.parametrize(
    ("change", "second"),
    [("insert", [4, 5]), ("delete", [6, 7]), ("rotate", [6, 7])],
)
def test_rows_shift_between_two_pages(
    agentos: httpx.Client, branch: str, break_it: Any, change: str, second: list[int]
) -> None:
    """A row that comes, goes or moves to the end after the first page moves the second one."""
    keys = [job["OID"] for job in agentos.get(f"/jobs/{branch}/0/8").json()["Data"]]
    break_it("shift", change=change)
    first = agentos.get(f"/jobs/{branch}/0/5").json()["Data"]
    found = agentos.get(f"/jobs/{branch}/5/2").json()["Data"]
    assert [job["OID"] for job in first] == keys[:5]
    assert [job["OID"] for job in found] == [keys[place] for place in second]
    last = agentos.get(f"/jobs/{branch}/0/9").json()["Data"][-1]["OID"]
    assert last == (keys[0] if change == "rotate" else keys[-1])


@pytest.mark.parametrize("change", ["insert", "delete", "rotate"])
def test_visits_shift_too(
    box: RunningSandbox, letsjobit: httpx.Client, break_it: Any, change: str
) -> None:
    """Visits move as jobs do, and stay findable by their ids."""
    before = list(box.world.visits)
    break_it("shift", change=change, record=before[1])
    letsjobit.get("/visits")
    after = list(box.world.visits)
    wanted = {
        "insert": [after[0], *before],
        "delete": [before[0], *before[2:]],
        "rotate": [before[0], *before[2:], before[1]],
    }
    assert after == wanted[change]
    assert sorted(box.world.visit_keys.values()) == sorted(after)


def test_a_rule_waits_and_ends(letsjobit: httpx.Client, control: httpx.Client) -> None:
    """After two good answers, two bad ones, then good ones again; the rule counts its hits."""
    rule = {"kind": "status", "status": 500, "path": "closed=1", "after": 2, "times": 2}
    control.post("/faults", json=[rule])
    statuses = [letsjobit.get("/visits?closed=1").status_code for _ in range(6)]
    assert statuses == [200, 200, 500, 500, 200, 200]
    assert letsjobit.get("/visits").status_code == 200
    assert control.get("/faults").json()["rules"][0]["hits"] == 6


def test_a_rule_without_end_holds_until_it_is_removed(
    letsjobit: httpx.Client, control: httpx.Client
) -> None:
    """`times` null."""
    control.put("/faults", json=[{"kind": "empty", "times": None}])
    assert [letsjobit.get("/visits").content for _ in range(3)] == [b""] * 3
    control.delete("/faults")
    assert letsjobit.get("/visits").status_code == 200


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "explosion"},
        {"kind": "status", "path": "("},
        {"kind": "field"},
        {"kind": "field", "field": "Title", "change": "paint"},
        {"kind": "shift", "change": "null"},
        {"kind": "status", "colour": 1},
        {},
    ],
)
def test_a_rule_that_is_wrong_is_refused(rule: dict[str, Any]) -> None:
    """A test that misspells a fault must hear of it."""
    with pytest.raises(ValueError, match=r".+"):
        rule_from(rule)


async def test_without_a_server_a_reset_is_an_error() -> None:
    """Through httpx.ASGITransport there is no connection to break: the caller gets the error."""
    app = build_app(seeded_world())
    app.faults.rules.append(rule_from({"kind": "reset_before_effect"}))
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {app.world.account.key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://box.test") as client:
        with pytest.raises(ConnectionResetError):
            await client.get("/api/v2/visits", headers=headers)
        assert (await client.get("/api/v2/visits", headers=headers)).status_code == 200
