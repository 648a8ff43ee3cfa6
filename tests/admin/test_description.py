"""The OpenAPI description: it is true of every answer, and whatever is asked, nothing breaks.

schemathesis makes the requests from the description; its seed is fixed, so that a failure repeats.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from syncd.admin.application import create_admin
from syncd.store.database import Database
from tests.admin.endpoint import TOKEN, Endpoint, fill, in_a_thread, new_endpoint, settings_for

OPEN = ("/healthz", "/readyz")

PATHS = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/status",
    "/api/v1/links",
    "/api/v1/links/{link_id}",
    "/api/v1/invoices",
    "/api/v1/inbox",
    "/api/v1/inbox/{item_id}/resolve",
    "/api/v1/outbox",
    "/api/v1/outbox/{intent_id}/requeue",
    "/api/v1/outbox/{intent_id}/discard",
    "/api/v1/cycles",
    "/api/v1/connections/{name}/pause",
    "/api/v1/connections/{name}/resume",
    "/api/v1/connections/{name}/run",
}
"""What the interface names."""

TRUE = [not_a_server_error, response_schema_conformance, status_code_conformance]


@pytest.fixture
def served(database: Database, tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint in another thread, over either kind of store."""
    database.run_now(fill, datetime.now(UTC))
    url = database.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with in_a_thread(new_endpoint(settings_for(url, tmp_path), database)) as endpoint:
        yield endpoint


def description(endpoint: Endpoint) -> dict[str, Any]:
    """What a program with the token is told."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{endpoint.url}/api/v1/openapi.json", headers=headers, trust_env=False)
    document: dict[str, Any] = answer.raise_for_status().json()
    return document


def ask_anything(endpoint: Endpoint, headers: dict[str, str], examples: int) -> list[Any]:
    """Requests of every kind that the description allows, and some that it does not."""
    schema = schemathesis.openapi.from_dict(description(endpoint))
    answers: list[Any] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @hypothesis.seed(7)
        @hypothesis.settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            response = case.call(base_url=endpoint.url, headers=headers)
            case.validate_response(response, checks=TRUE)
            answers.append((case.operation.path, response.status_code))

        ask()
    return answers


def test_the_description_has_every_path_of_the_interface(sqlite_database: Database) -> None:
    """With the errors of each, all in the shape of the commands' errors."""
    app = create_admin(lambda: pytest.fail("nothing is asked"), sqlite_database)
    document = app.openapi()
    assert set(document["paths"]) == PATHS
    for path, methods in document["paths"].items():
        for method in methods.values():
            if path in OPEN:
                continue
            errors = {each for each in method["responses"] if each != "200"}
            assert {"401", "403", "429", "503"} <= errors
            for status in errors:
                shape = method["responses"][status]["content"]["application/json"]["schema"]
                assert shape == {"$ref": "#/components/schemas/Error"}
    moved = document["paths"]["/api/v1/outbox/{intent_id}/discard"]["post"]["responses"]
    assert {"404", "409", "422"} <= set(moved)


def test_the_description_needs_the_token(served: Endpoint) -> None:
    """Like everything that it describes."""
    answer = httpx.get(f"{served.url}/api/v1/openapi.json", trust_env=False)
    assert answer.status_code == 401


def test_with_the_token_no_request_breaks_anything(served: Endpoint) -> None:
    """No 5xx, and every answer is as the description says."""
    answers = ask_anything(served, {"Authorization": f"Bearer {TOKEN}"}, 15)
    assert {path for path, _ in answers} == PATHS
    assert {200, 404, 422} <= {status for _, status in answers}
    assert not {401, 403, 429} & {status for _, status in answers}


def test_without_the_token_no_request_is_answered(served: Endpoint) -> None:
    """Whatever is asked or guessed, nothing is let in; only health is for everyone."""
    answers = ask_anything(served, {}, 5)
    assert {path for path, _ in answers} == PATHS
    assert {status for path, status in answers if path not in OPEN} <= {401, 429}
    assert {status for path, status in answers if path in OPEN} == {200}
