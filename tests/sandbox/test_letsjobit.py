"""LetsJobIt API v2 as its page tells it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from syncd.sandbox import RunningSandbox
from tests.sandbox.conftest import a_visit, add

VENDOR = Path(__file__).parent.parent / "vendor"


def asked(letsjobit: httpx.Client, **filters: Any) -> list[str]:
    """docNo of the visits that a filter finds."""
    answer = letsjobit.get("/visits", params=filters).json()
    return [visit["docNo"] for visit in answer["data"]]


def test_the_samples_body_is_accepted(box: RunningSandbox, letsjobit: httpx.Client) -> None:
    """The visit of the vendor's "Add visits" sample goes in as it stands."""
    sample = json.loads((VENDOR / "letsjobit_add.json").read_text())
    sample[0]["id"] = 555
    answer = letsjobit.post("/visits", json=sample)
    meta = {"recordsUpdated": 0, "recordsInserted": 1, "errors": []}
    assert answer.json() == {"meta": meta, "data": None}


def test_a_visit_is_answered_as_the_sample_shows(letsjobit: httpx.Client) -> None:
    """Every field of the sample answer is there with the sample's type, `lines` beside them."""
    sample = json.loads((VENDOR / "letsjobit_visits.json").read_text())["data"][0]
    visit = letsjobit.get("/visits").json()["data"][0]
    assert set(visit) - set(sample) == {"lines"}
    kinds = {name: type(value) for name, value in visit.items()}
    wanted = {name: type(value) for name, value in sample.items()}
    assert {name for name in wanted if kinds[name] is not wanted[name]} <= {"subContractorIds"}


def test_flags_become_true_and_false(letsjobit: httpx.Client) -> None:
    """Flags are sent as numbers, texts or booleans, and answered as the sample answers them."""
    for number, value in enumerate((1, "1", True), start=1):
        key = add(letsjobit, a_visit(number, inMobileApp=value, emailMandatory=0))
        visit = letsjobit.get(f"/visits/{key}").json()["data"][0]
        assert (visit["inMobileApp"], visit["emailMandatory"]) == (True, False)


def test_lists_are_paged_by_a_hundred_in_order_of_making(
    box: RunningSandbox, letsjobit: httpx.Client, control: httpx.Client
) -> None:
    """Following `nextStart` until nothing remains gives every visit once, oldest first."""
    control.post("/bulk", json={"visits": 245, "signature_size": 0})
    start, found, metas = 0, [], []
    while True:
        answer = letsjobit.get("/visits", params={"pagination": start}).json()
        found += [visit["_id"] for visit in answer["data"]]
        metas.append(answer["meta"])
        start = answer["meta"]["nextStart"]
        if not answer["meta"]["remainingRecords"]:
            break
    assert found == list(box.world.visits)
    assert metas[0] == {
        "totalRecords": 250,
        "returnedRecords": 100,
        "remainingRecords": 150,
        "nextStart": 100,
    }
    assert [meta["returnedRecords"] for meta in metas] == [100, 100, 50]


def test_a_page_beyond_the_end_is_empty(letsjobit: httpx.Client) -> None:
    """Starting after the last visit is no mistake."""
    answer = letsjobit.get("/visits", params={"pagination": 500}).json()
    assert answer["data"] == []
    assert answer["meta"]["remainingRecords"] == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"closed": 1}, ["H-017623", "H-017640", "H-017702"]),
        ({"closed": 1, "confirmClose": 0}, ["H-017702"]),
        ({"skipped": 1}, ["H-017719"]),
        ({"inProgress": 1}, []),
        ({"docNo": "h-0177"}, ["H-017702", "H-017711", "H-017719"]),
        ({"docNo": "H-0177", "closed": 0}, ["H-017711", "H-017719"]),
        ({"id": 10816703}, ["H-017623"]),
        ({"date": "2026-03-04"}, ["H-017711"]),
        ({"driverId": "q2WkT8dRz5mYh3sXc"}, ["H-017640", "H-017719"]),
        ({"priority": 5, "closed": 0}, ["H-017711", "H-017719"]),
        ({"priority": 1}, []),
    ],
)
def test_filters_find_what_they_say(
    letsjobit: httpx.Client, filters: dict[str, Any], found: list[str]
) -> None:
    """Every documented filter is equal, but docNo, which contains; several hold together."""
    assert asked(letsjobit, **filters) == found


def test_the_internal_id_is_a_filter(box: RunningSandbox, letsjobit: httpx.Client) -> None:
    """`_id` finds one visit."""
    key = list(box.world.visits)[3]
    assert asked(letsjobit, _id=key) == ["H-017711"]


@pytest.mark.parametrize(
    "filters", [{"closed": "true"}, {"pagination": "-1"}, {"pagination": "x"}, {"modified": "1"}]
)
def test_a_filter_that_the_page_does_not_know_is_refused(
    letsjobit: httpx.Client, filters: dict[str, str]
) -> None:
    """A wrong filter must not silently answer everything."""
    answer = letsjobit.get("/visits", params=filters)
    assert answer.status_code == 400
    assert isinstance(answer.json()["meta"]["error"], str)


def test_visits_are_inserted_or_updated_by_id(box: RunningSandbox, letsjobit: httpx.Client) -> None:
    """The same id is the same visit; what an update does not send stays."""
    key = add(letsjobit, a_visit(1, obs="one\r\ntwo", postCode="AB51 3QR"))
    answer = letsjobit.post("/visits", json=[a_visit(1, city="Aberdeen"), a_visit(2)]).json()
    visit = letsjobit.get(f"/visits/{key}").json()["data"][0]
    assert answer["meta"] == {"recordsUpdated": 1, "recordsInserted": 1, "errors": []}
    assert (visit["city"], visit["obs"], visit["postCode"]) == (
        "Aberdeen",
        "one\r\ntwo",
        "AB51 3QR",
    )
    assert [effect.kind for effect in box.ledger.effects] == [
        "visit_created",
        "visit_updated",
        "visit_created",
    ]
    assert box.ledger.effects[1].details["changed"] == {"city": ["INVERURIE", "Aberdeen"]}


def test_one_bad_visit_does_not_stop_the_others(letsjobit: httpx.Client) -> None:
    """The answer names the bad one by id and index; the good ones are stored."""
    bad = a_visit(2)
    del bad["customer"]
    answer = letsjobit.post("/visits", json=[a_visit(1), bad, a_visit(3)])
    meta = answer.json()["meta"]
    assert answer.status_code == 200
    assert (meta["recordsInserted"], meta["errors"]) == (
        2,
        [{"error": 400, "message": "visit 2 at index 1: customer is required"}],
    )


def test_an_array_may_not_be_too_long(letsjobit: httpx.Client) -> None:
    """More visits than the sandbox allows in one POST are refused as a whole."""
    answer = letsjobit.post("/visits", json=[a_visit(number) for number in range(1, 502)])
    assert answer.status_code == 400
    assert letsjobit.get("/visits").json()["meta"]["totalRecords"] == 5


@pytest.mark.parametrize("body", [{}, [], "visit", a_visit()])
def test_a_post_needs_an_array(letsjobit: httpx.Client, body: Any) -> None:
    """Only an array with visits is a body of POST."""
    assert letsjobit.post("/visits", json=body).status_code == 400


def test_a_write_needs_the_json_content_type(letsjobit: httpx.Client) -> None:
    """A JSON text that does not say so is refused, and so is a text that is none."""
    plain = letsjobit.post("/visits", content="[]", headers={"Content-Type": "text/plain"})
    broken = letsjobit.post("/visits", content="[{", headers={"Content-Type": "application/json"})
    assert (plain.status_code, broken.status_code) == (400, 400)


def test_a_reader_must_accept_json(letsjobit: httpx.Client) -> None:
    """A format that is not JSON is not acceptable."""
    assert letsjobit.get("/visits", headers={"Accept": "text/xml"}).status_code == 406


def test_a_put_changes_only_what_it_sends(box: RunningSandbox, letsjobit: httpx.Client) -> None:
    """The sample's PUT changes date, driver and obs, and answers how many records it updated."""
    key = add(letsjobit, a_visit(1))
    before = letsjobit.get(f"/visits/{key}").json()["data"][0]
    sent = {"date": "2026-12-20", "driverId": "12345", "obs": "No parking available"}
    answer = letsjobit.put(f"/visits/{key}", json=sent)
    after = letsjobit.get(f"/visits/{key}").json()["data"][0]
    assert answer.json() == {"meta": {"updatedRecords": 1}, "data": None}
    assert {name for name in after if after[name] != before[name]} == {*sent, "name"}
    assert box.ledger.effects[-1].details["state"] == "hidden"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"id": 99},
        {"date": "20 December"},
        {"date": "2026-02-30"},
        {"priority": 11},
        {"closed": "yes"},
        {"colour": "red"},
        {"signature": "abc"},
        {"companyId": "another"},
        {"obs": None},
        {"lines": [{"description": "Repair"}]},
        {"lines": [{"actionItem": True, "description": "Repair", "extraData": [{"name": "a"}]}]},
    ],
)
def test_a_put_that_is_wrong_changes_nothing(letsjobit: httpx.Client, body: Any) -> None:
    """Empty bodies, other ids, wrong types and undocumented fields are refused."""
    key = add(letsjobit, a_visit(1))
    before = letsjobit.get(f"/visits/{key}").json()
    assert letsjobit.put(f"/visits/{key}", json=body).status_code == 400
    assert letsjobit.get(f"/visits/{key}").json() == before


def test_a_deleted_visit_is_gone(box: RunningSandbox, letsjobit: httpx.Client) -> None:
    """DELETE answers how many records it deleted; then the visit is 404 everywhere, and its id is
    free."""
    key = add(letsjobit, a_visit(1))
    answer = letsjobit.delete(f"/visits/{key}")
    assert answer.json() == {"meta": {"deletedRecords": 1}, "data": None}
    assert box.ledger.effects[-1].kind == "visit_deleted"
    for method in ("GET", "DELETE"):
        assert letsjobit.request(method, f"/visits/{key}").status_code == 404
    assert letsjobit.put(f"/visits/{key}", json={"obs": "x"}).status_code == 404
    assert add(letsjobit, a_visit(1)) != key


def test_the_path_takes_what_the_option_says(
    letsjobit: httpx.Client, control: httpx.Client
) -> None:
    """`_id` by default; the ERP id, or both, where a test says so."""
    key = add(letsjobit, a_visit(1))
    statuses = []
    for takes in ("_id", "id", "both"):
        control.patch("/options", json={"visit_id_in_path": takes})
        statuses.append([letsjobit.get(f"/visits/{path}").status_code for path in (key, "1")])
    assert statuses == [[200, 404], [404, 200], [200, 200]]


def test_withdrawal_and_confirmation_are_told_apart(
    box: RunningSandbox, letsjobit: httpx.Client
) -> None:
    """The ledger names hiding, showing and confirming, and an update that changes nothing."""
    key = add(letsjobit, a_visit(1, inMobileApp=1))
    for body in ({"inMobileApp": 0}, {"inMobileApp": 1}, {"confirmClose": 1}, {"obs": ""}):
        letsjobit.put(f"/visits/{key}", json=body)
    kinds = [effect.kind for effect in box.ledger.effects[1:]]
    assert kinds == ["visit_hidden", "visit_shown", "close_confirmed", "visit_unchanged"]


def test_lost_values_are_noticed(
    box: RunningSandbox, letsjobit: httpx.Client, control: httpx.Client
) -> None:
    """Lines written over what the engineer entered are accepted, and the ledger says what went."""
    field = {"type": "number", "caption": "Total", "name": "invoice_total", "step": 0.01}
    line = {"actionItem": True, "description": "Repair", "extraData": [field]}
    key = add(letsjobit, a_visit(1, lines=[line]))
    control.post(f"/visits/{key}/start")
    control.post(f"/visits/{key}/close", json={"values": {"invoice_total": "120.00"}})
    letsjobit.put(f"/visits/{key}", json={"lines": [line]})
    assert box.ledger.effects[-1].details["values_lost"] == ["0.invoice_total"]
    assert box.ledger.effects[-1].details["state"] == "closed"


def test_lines_are_answered_with_their_fields(
    letsjobit: httpx.Client, control: httpx.Client
) -> None:
    """Lines come back with extraData and value; options take either away; jobs are counted."""
    field = {"type": "text", "caption": "Ref", "name": "ref", "value": "x", "readonly": "readonly"}
    line = {"actionItem": True, "description": "Repair", "extraData": [field]}
    key = add(letsjobit, a_visit(1, lines=[line]))
    visit = letsjobit.get(f"/visits/{key}").json()["data"][0]
    assert visit["lines"] == [{"qty": 1, **line}]
    assert visit["totalJobs"] == 1
    control.patch("/options", json={"extra_data_values": False})
    found = letsjobit.get("/visits", params={"id": 1}).json()["data"][0]
    assert "value" not in found["lines"][0]["extraData"][0]
    control.patch("/options", json={"visit_lines": False})
    assert "lines" not in letsjobit.get("/visits").json()["data"][0]


@pytest.mark.parametrize(
    ("words", "wanted"), [("boolean", [True, False]), ("number", [1, 0]), ("text", ["1", "0"])]
)
def test_flags_are_answered_in_any_of_the_three_ways(
    letsjobit: httpx.Client, control: httpx.Client, words: str, wanted: list[Any]
) -> None:
    """The sample has true and false, the tables say 1 and 0; an option chooses."""
    control.patch("/options", json={"flags_as": words})
    visit = letsjobit.get("/visits", params={"closed": 1}).json()["data"][0]
    assert [visit["closed"], visit["skipped"]] == wanted
    assert [type(visit["closed"])] == [type(wanted[0])]


def test_one_visit_may_be_an_object(letsjobit: httpx.Client, control: httpx.Client) -> None:
    """The page can be read as a list of one or as the object; an option chooses."""
    key = add(letsjobit, a_visit(1))
    control.patch("/options", json={"one_visit_as": "object"})
    assert letsjobit.get(f"/visits/{key}").json()["data"]["_id"] == key


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, {}, 401),
        ({"Authorization": "Bearer wrong"}, {}, 401),
        ({"Authorization": "Basic {key}"}, {}, 401),
        ({"Authorization": "Bearer {key}"}, {}, 200),
        ({}, {"API_KEY": "{key}"}, 200),
        ({}, {"api_key": "{key}"}, 401),
    ],
)
def test_the_key_comes_as_bearer_or_in_the_query(
    box: RunningSandbox, headers: dict[str, str], query: dict[str, str], status: int
) -> None:
    """Both documented places are read, and no other."""
    key = box.letsjobit_key
    answer = httpx.get(
        f"{box.url}/api/v2/visits",
        headers={name: value.format(key=key) for name, value in headers.items()},
        params={name: value.format(key=key) for name, value in query.items()},
    )
    assert answer.status_code == status


def test_a_wrong_method_is_405(letsjobit: httpx.Client) -> None:
    """POST to one visit, which an example of the page shows, is not allowed."""
    answer = letsjobit.post("/visits/1", json=[a_visit()])
    assert answer.status_code == 405
    assert answer.json()["data"] is None


def test_texts_come_back_unaltered(letsjobit: httpx.Client) -> None:
    """Emoji, right-to-left text, HTML, control characters, lone surrogates and 200 KB survive."""
    texts = ["🪣 <b>x</b>&amp;", "מפתח أهلا", "a\x00b\x0bc\r\n\td", "\ud800", "é" * 200_000]
    for number, text in enumerate(texts, start=1):
        body = json.dumps([a_visit(number, obs=text)])
        sent = letsjobit.post("/visits", content=body, headers={"Content-Type": "application/json"})
        assert sent.json()["meta"]["errors"] == []
        found = letsjobit.get("/visits", params={"id": number}).json()["data"][0]
        assert found["obs"] == text
