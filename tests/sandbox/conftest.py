"""One running sandbox for all tests here, put back to its beginning before each, with a clock that
only moves when a test says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from syncd.sandbox import RunningSandbox, seeded_world
from syncd.sandbox.gate import default_limits

TODAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Monotonic seconds that stand still."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


@pytest.fixture(scope="session")
def clock() -> Clock:
    """The clock that limits and ledger count by."""
    return Clock()


@pytest.fixture(scope="session")
def served(clock: Clock) -> Iterator[RunningSandbox]:
    """The sandbox that serves all tests."""
    with RunningSandbox(seeded_world(7, now=lambda: TODAY), clock=clock) as box:
        yield box


@pytest.fixture(scope="session")
def clients(served: RunningSandbox) -> Iterator[dict[str, httpx.Client]]:
    """Clients of the three sides; made once, because making one takes longer than a test."""
    keys = {"Authorization": f"Bearer {served.letsjobit_key}"}
    maintenance = f"{served.url}/v4/maintenance/{served.world.agency.short_name}"
    with (
        httpx.Client(base_url=f"{served.url}/api/v2", headers=keys) as letsjobit,
        httpx.Client(base_url=maintenance, headers={"api_key": served.agentos_key}) as agentos,
        httpx.Client(base_url=f"{served.url}/_sandbox", timeout=60) as control,
    ):
        yield {"letsjobit": letsjobit, "agentos": agentos, "control": control}


@pytest.fixture
def box(served: RunningSandbox, clients: dict[str, httpx.Client]) -> RunningSandbox:
    """The sandbox as it began."""
    clients["control"].post("/reset").raise_for_status()
    for vendor, limit in default_limits().items():
        served.limits.change(vendor, limit)
    return served


@pytest.fixture
def letsjobit(box: RunningSandbox, clients: dict[str, httpx.Client]) -> httpx.Client:
    """A client with the LetsJobIt key."""
    return clients["letsjobit"]


@pytest.fixture
def agentos(box: RunningSandbox, clients: dict[str, httpx.Client]) -> httpx.Client:
    """A client with the AgentOS key, at the maintenance tier."""
    return clients["agentos"]


@pytest.fixture
def control(box: RunningSandbox, clients: dict[str, httpx.Client]) -> httpx.Client:
    """A client of the control pages."""
    return clients["control"]


@pytest.fixture
def branch(box: RunningSandbox) -> str:
    """The first branch."""
    return next(iter(box.world.agency.branches))


@pytest.fixture
def job(box: RunningSandbox) -> dict[str, Any]:
    """The first job: ours, Reported, an emergency."""
    return box.world.agency.jobs.records()[0]


def a_visit(number: Any = 1, **changed: Any) -> dict[str, Any]:
    """A visit with no more than the required fields."""
    return {
        "driverId": "FEn9BJz93svSNPx7p",
        "date": "2026-03-02",
        "id": number,
        "docNo": f"MJ-{number}",
        "customer": "Northgate Lettings",
        "address": "999 West High Street",
        "city": "INVERURIE",
        "companyId": "LPeaJNaLQT6RqcFdt",
        **changed,
    }


def add(letsjobit: httpx.Client, visit: dict[str, Any]) -> str:
    """Add a visit; its `_id`."""
    answer = letsjobit.post("/visits", json=[visit]).json()
    assert answer["meta"]["errors"] == []
    found = letsjobit.get("/visits", params={"id": visit["id"]}).json()["data"]
    return str(found[0]["_id"])
