"""The paths for programs: what they show, what they decide, and how they decline."""

from typing import Any

import httpx
import pytest

from syncd.store import cycles, inbox
from syncd.store.database import Session
from syncd.store.inbox import live_items
from syncd.store.tables import journal, lanes
from tests.admin.endpoint import NAME, Endpoint, links_of


def journal_of(session: Session) -> list[tuple[str, str]]:
    """Who did what, oldest first."""
    rows = session.execute(journal.select().order_by(journal.c.id))
    return [(row.who, row.event) for row in rows]


async def ask(endpoint: Endpoint, method: str, path: str, **options: Any) -> httpx.Response:
    """One request with the token."""
    async with endpoint.program() as program:
        return await program.request(method, path, **options)


async def test_status_is_the_document_of_the_command(endpoint: Endpoint) -> None:
    """`/api/v1/status` says what `syncd status --json` says."""
    document = (await ask(endpoint, "GET", "/api/v1/status")).raise_for_status().json()
    assert document["running"] is None  # no process holds this store
    (connection,) = document["connections"]
    assert connection["name"] == NAME
    assert connection["outbox"] == {"pending": 0, "in_doubt": 1, "dead": 2}
    assert connection["inbox"] == 2
    assert set(connection["lanes"]) == {"closures", "jobs", "visits", "directory"}
    assert connection["last_cycle"]["outcome"] == "incomplete"


@pytest.mark.parametrize("words", ["MJ-1", "JOB-1", "7", "key-7", "mj-", ""])
async def test_links_are_found_by_any_of_their_names(endpoint: Endpoint, words: str) -> None:
    """A job number, an OID, an id, an `_id`, a part of the number, or nothing at all."""
    document = (await ask(endpoint, "GET", "/api/v1/links", params={"q": words})).json()
    assert [each["doc_no"] for each in document["links"]] == ["MJ-1"]
    assert document["next"] is None


async def test_a_link_that_is_not_there_is_not_found(endpoint: Endpoint) -> None:
    """Nothing matches: an empty page; no such number: 404 in the shape of every error."""
    none = (await ask(endpoint, "GET", "/api/v1/links", params={"q": "MJ-2"})).json()
    assert none == {"links": [], "next": None}
    answer = await ask(endpoint, "GET", "/api/v1/links/99")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_link"


async def test_a_link_is_the_document_of_show(endpoint: Endpoint) -> None:
    """`/api/v1/links/{id}` has both sides, changes, deliveries, questions and history."""
    number = await endpoint.database.read(links_of, "MJ-1")
    document = (await ask(endpoint, "GET", f"/api/v1/links/{number}")).raise_for_status().json()
    assert document["doc_no"] == "MJ-1"
    names = {"job", "visit", "fields", "intents", "deliveries", "questions", "history"}
    assert names <= set(document)


async def test_lists_come_page_by_page(endpoint: Endpoint) -> None:
    """A page says where the next one begins, and the last one that there is none."""
    first = (await ask(endpoint, "GET", "/api/v1/outbox", params={"limit": 2})).json()
    rest = (await ask(endpoint, "GET", "/api/v1/outbox", params={"after": first["next"]})).json()
    assert [each["id"] for each in first["intents"] + rest["intents"]] == [1, 2, 3]
    assert rest["next"] is None
    one = (await ask(endpoint, "GET", "/api/v1/inbox", params={"limit": 1})).json()
    assert one["next"] == one["items"][0]["id"]


async def test_cycles_are_those_of_one_connection(endpoint: Endpoint) -> None:
    """The newest first; a connection that the configuration does not have is not found."""
    document = (await ask(endpoint, "GET", "/api/v1/cycles", params={"connection": NAME})).json()
    assert [each["outcome"] for each in document["cycles"]] == ["incomplete"]
    answer = await ask(endpoint, "GET", "/api/v1/cycles", params={"connection": "elsewhere"})
    assert answer.status_code == 404


async def test_an_answer_is_recorded_as_the_command_records_it(endpoint: Endpoint) -> None:
    """The item holds the choice, and the journal says who chose."""
    items = (await ask(endpoint, "GET", "/api/v1/inbox")).json()["items"]
    number = next(each["id"] for each in items if each["kind"] == "missing_amount")
    path = f"/api/v1/inbox/{number}/resolve"
    answer = await ask(endpoint, "POST", path, json={"choose": "enter", "value": "120"})
    assert answer.json() | {"item": None} == {"item": None, "choice": "enter", "value": "120.00"}
    (decided,) = [e for e in await endpoint.database.read(live_items) if e.choice]
    assert (decided.choice, decided.value) == ("enter", "120.00")
    assert (await endpoint.database.read(journal_of))[-1] == ("admin", "inbox_decided")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"choose": "enter"}, 422, "missing_value"),
        ({"choose": "enter", "value": "a lot"}, 422, "unknown_value"),
        ({"choose": "no-charge", "value": "1"}, 422, "unknown_value"),
        ({"choose": "agentos"}, 422, "unknown_choice"),
        ({"choice": "enter"}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
        (None, 422, "invalid_request"),
    ],
)
async def test_an_answer_that_does_not_fit_is_declined(
    endpoint: Endpoint, body: Any, status: int, code: str
) -> None:
    """Nothing is recorded, and the error says what is wrong."""
    items = (await ask(endpoint, "GET", "/api/v1/inbox")).json()["items"]
    number = next(each["id"] for each in items if each["kind"] == "missing_amount")
    answer = await ask(endpoint, "POST", f"/api/v1/inbox/{number}/resolve", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert set(answer.json()["error"]) == {"code", "message", "hint"}
    assert "--" not in answer.text
    assert len(await endpoint.database.read(inbox.open_items)) == 2


async def test_an_amount_that_does_not_fit_names_the_field(endpoint: Endpoint) -> None:
    """In the words of the request's body, not of a command."""
    items = (await ask(endpoint, "GET", "/api/v1/inbox")).json()["items"]
    number = next(each["id"] for each in items if each["kind"] == "missing_amount")
    path = f"/api/v1/inbox/{number}/resolve"
    answer = await ask(endpoint, "POST", path, json={"choose": "enter", "value": "1.234"})
    error = answer.json()["error"]
    assert error["message"] == "`value` is no amount of money: it has parts of a penny"
    assert error["hint"] == 'send "value": "120.00"'


async def test_a_question_that_nobody_asks_is_not_found(endpoint: Endpoint) -> None:
    """A number that is not waiting is 404."""
    answer = await ask(endpoint, "POST", "/api/v1/inbox/99/resolve", json={"choose": "leave"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_item")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("1/requeue", 200, None),
        ("1/discard", 200, None),
        ("2/requeue", 409, "intent_in_doubt"),
        ("2/discard", 409, "intent_in_doubt"),
        ("3/requeue", 200, None),
        ("3/discard", 409, "intent_of_closure"),
        ("4/requeue", 404, "unknown_intent"),
    ],
)
async def test_changes_move_only_where_a_command_would_move_them(
    endpoint: Endpoint, path: str, status: int, code: str | None
) -> None:
    """What is in doubt stays, and nothing that a closed visit needs is dropped."""
    answer = await ask(endpoint, "POST", f"/api/v1/outbox/{path}")
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code") == code


async def test_pausing_and_resuming_say_who(endpoint: Endpoint) -> None:
    """The connection stands still until somebody resumes it; the journal has both."""
    path = f"/api/v1/connections/{NAME}"
    paused = (await ask(endpoint, "POST", f"{path}/pause")).json()
    assert paused["paused"]["by"] == "admin"
    row = await endpoint.database.read(cycles.connection_row, NAME)
    assert row is not None
    assert row.paused_by == "admin"
    assert (await ask(endpoint, "POST", f"{path}/run")).json() == {
        "connection": NAME,
        "is_due": False,
    }
    assert (await ask(endpoint, "POST", f"{path}/resume")).json()["paused"] is None
    told = await endpoint.database.read(journal_of)
    assert told[-3:] == [("admin", "paused"), ("admin", "woken"), ("admin", "resumed")]


async def test_running_now_makes_every_lane_due(endpoint: Endpoint) -> None:
    """`run` wakes the connection."""
    answer = await ask(endpoint, "POST", f"/api/v1/connections/{NAME}/run")
    assert answer.json() == {"connection": NAME, "is_due": True}
    rows = await endpoint.database.read(lambda session: session.execute(lanes.select()).all())
    assert [row.wake_seq for row in rows] == [1]


@pytest.mark.parametrize("decision", ["pause", "resume", "run"])
async def test_an_unknown_connection_is_not_found(endpoint: Endpoint, decision: str) -> None:
    """The names that there are stand in the hint."""
    answer = await ask(endpoint, "POST", f"/api/v1/connections/elsewhere/{decision}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_connection"
    assert NAME in answer.json()["error"]["hint"]
