"""Invoices and the portal's budget for programs: what `/api/v1/invoices` and others say."""

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from syncd.cycle.connected import budget_keys
from syncd.model import InboxKind, JobId, LinkId, Question, Side, Turn
from syncd.payments import FollowedInvoice, PaymentState, PendingLine
from syncd.settings import Settings, load_settings
from syncd.store import budgets, inbox
from syncd.store.database import Database, Session
from syncd.store.payments import save_invoices
from syncd.store.slots import Terms
from tests.admin.endpoint import CONFIG, NAME, Endpoint, fill, new_endpoint

PORTAL = """
[connections.contractor_portal]
base_url = "https://portal.example/api/trpc"
contractor_id = "co-0009-4739"
session = "portal=s3ssion"
"""


def settings_with_portal(url: str, directory: Path) -> Settings:
    """The settings of the other tests, with a portal beside."""
    path = directory / "syncd.toml"
    path.write_text(CONFIG.replace("URL", url) + PORTAL)
    return load_settings(path, {})


def invoiced(session: Session, now: datetime) -> None:
    """Two invoices of the one link's job: one pending for too long, one new."""
    common = {"connection": NAME, "job_id": JobId("JOB-1"), "visit_id": None}
    old = FollowedInvoice(
        intent_id=1,
        link_id=LinkId(1),
        number="MJ-1",
        gross=Decimal("120.00"),
        submitted_at=now - timedelta(days=50),
        state=PaymentState.PENDING,
        pending=(PendingLine("p1", "MJ-1", "JOB-1", Decimal("119.99"), "Authorised"),),
        **common,
    )
    new = FollowedInvoice(
        intent_id=3,
        link_id=None,
        number="MJ-2",
        gross=Decimal("10.00"),
        submitted_at=now,
        **common,
    )
    save_invoices(session, [old, new], now=now)
    question = Question(InboxKind.PAYMENT, "payment:1:late", "is late", ("seen",))
    inbox.ensure_open(session, NAME, question, now=now)


@pytest.fixture
async def office(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Endpoint]:
    """A running endpoint of an office with a portal."""
    now = datetime.now(UTC)
    sqlite_database.run_now(fill, now)
    sqlite_database.run_now(invoiced, now)
    settings = settings_with_portal(f"sqlite:///{sqlite_database.path}", tmp_path)
    made = new_endpoint(settings, sqlite_database)
    await made.server.start()
    yield made
    await made.server.stop()


async def test_the_invoices_are_listed_with_their_sums(office: Endpoint) -> None:
    """The newest first, with job, portal's amount, lateness and question; page by page."""
    async with office.program() as program:
        document = (await program.get("/api/v1/invoices")).raise_for_status().json()
        first = (await program.get("/api/v1/invoices", params={"limit": 1})).json()
        late = (await program.get("/api/v1/invoices", params={"is_overdue": True})).json()
        none = (await program.get("/api/v1/invoices", params={"state": "paid"})).json()
        no_state = await program.get("/api/v1/invoices", params={"state": "perhaps"})
        elsewhere = await program.get("/api/v1/invoices", params={"connection": "elsewhere"})
    new, old = document["invoices"]
    assert (new["number"], new["portal_amount"], new["question"]) == ("MJ-2", None, None)
    assert new["since"] == new["submitted_at"]
    assert (old["doc_no"], old["link"], old["portal_amount"]) == ("MJ-1", 1, "119.99")
    assert (old["is_overdue"], old["question"], old["state"]) == (True, 3, "pending")
    assert document["totals"]["overdue"] == {"count": 1, "gross": "120.00", "received": "0.00"}
    assert document["totals"]["paid"]["count"] == 0
    assert (first["next"], document["next"]) == (3, None)
    assert [each["id"] for each in late["invoices"]] == [1]
    assert none["invoices"] == []
    assert (no_state.status_code, elsewhere.status_code) == (422, 404)


async def test_the_portal_has_a_budget_of_its_own(office: Endpoint) -> None:
    """Unknown until it is used; then `status` and the metrics have it beside those of the sides."""
    connection = office.settings.connections[0]
    key = budget_keys(connection)["contractor_portal"]
    terms, beside = Terms(limit=30, window=60_000, hold=10_000), Turn(None, None, math.inf)
    async with office.program() as program:
        before = (await program.get("/api/v1/status")).json()["connections"][0]["budgets"]
        assert before == {"agentos": None, "letsjobit": None, "contractor_portal": None}
        await office.database.run(budgets.exchange, key, terms, side=Side.AGENTOS, turn=beside)
        after = (await program.get("/api/v1/status")).json()["connections"][0]["budgets"]
        metrics = (await program.get("/metrics")).text
    assert (after["contractor_portal"]["limit"], after["agentos"]) == (30, None)
    labels = f'connection="{NAME}",side="contractor_portal"'
    assert f"syncd_budget_limit{{{labels}}} 30.0" in metrics


def test_a_portal_in_place_of_agentos_has_no_second_budget(tmp_path: Path) -> None:
    """Its budget is the job side's."""
    settings = settings_with_portal("sqlite:///x.db", tmp_path)
    connection = settings.connections[0]
    assert set(budget_keys(connection)) == {"agentos", "letsjobit", "contractor_portal"}
    agentos = connection.agentos.model_copy(update={"channel": "portal"})
    alone = connection.model_copy(update={"agentos": agentos})
    assert set(budget_keys(alone)) == {"agentos", "letsjobit"}
