"""The described shapes are those of the documents, name by name."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from syncd.admin import models
from tests.admin.endpoint import NAME, Endpoint, links_of


def undescribed(shape: Any) -> Iterator[str]:
    """Names in a document that its shape does not have."""
    if isinstance(shape, BaseModel):
        for name in shape.model_extra or {}:
            yield f"{type(shape).__name__}.{name}"
        for name in type(shape).model_fields:
            yield from undescribed(getattr(shape, name))
    elif isinstance(shape, dict | list):
        for each in shape.values() if isinstance(shape, dict) else shape:
            yield from undescribed(each)


@pytest.mark.parametrize(
    ("method", "path", "shape"),
    [
        ("GET", "/healthz", models.Alive),
        ("GET", "/readyz", models.Readiness),
        ("GET", "/api/v1/status", models.Status),
        ("GET", "/api/v1/links", models.Links),
        ("GET", "/api/v1/links/LINK", models.Link),
        ("GET", "/api/v1/invoices", models.Invoices),
        ("GET", "/api/v1/inbox", models.Inbox),
        ("GET", "/api/v1/outbox", models.Outbox),
        ("GET", "/api/v1/cycles", models.Cycles),
        ("POST", "/api/v1/outbox/1/requeue", models.Decided),
        ("POST", f"/api/v1/connections/{NAME}/pause", models.PausedConnection),
        ("POST", f"/api/v1/connections/{NAME}/run", models.Woken),
        ("POST", "/api/v1/outbox/99/requeue", models.Error),
    ],
)
async def test_a_document_has_the_names_of_its_shape(
    endpoint: Endpoint, method: str, path: str, shape: type[BaseModel]
) -> None:
    """None is missing, and none is there that nobody described."""
    number = await endpoint.database.read(links_of, "MJ-1")
    async with endpoint.program() as program:
        answer = await program.request(method, path.replace("LINK", str(number)))
    assert list(undescribed(shape.model_validate(answer.json()))) == []


async def test_an_answer_has_the_names_of_its_shape(endpoint: Endpoint) -> None:
    """Also what a decision about a question tells."""
    async with endpoint.program() as program:
        (item, *_) = (await program.get("/api/v1/inbox")).json()["items"]
        body = {"choose": item["choices"][-1]}
        answer = await program.post(f"/api/v1/inbox/{item['id']}/resolve", json=body)
    assert list(undescribed(models.Resolved.model_validate(answer.json()))) == []


def test_only_the_daemon_pays_for_the_server() -> None:
    """Neither `syncd --help` nor what `run-once` needs imports FastAPI: it takes a second."""
    code = (
        "import sys\nfrom syncd.cli import run\nrun(['--help'])\nimport syncd.app\n"
        "import syncd.cli.running, syncd.cli.inbox, syncd.cli.status\n"
        "print([n for n in ('fastapi', 'uvicorn', 'prometheus_client') if n in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip().endswith("[]")
