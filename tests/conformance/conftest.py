"""The same clients on two vendors: cassettes of the vendors' own bodies, and the sandbox."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import vcr

from syncd.agentos.maintenance import Maintenance, agentos_auth
from syncd.letsjobit.client import LetsJobIt, letsjobit_auth
from syncd.model import Side
from syncd.sandbox import Limit, RunningSandbox, limits_from, seeded_world
from syncd.vendor_http import new_http_client
from tests.conformance.calls import (
    AGENTOS_URL,
    LETSJOBIT_URL,
    SAMPLE_VISIT_OWNER,
    SHORT_NAME,
)
from tests.vendor.lines import AGENTOS_KEY, LETSJOBIT_KEY, line

CASSETTES = Path(__file__).parent.parent / "cassettes"
GENEROUS: dict[str, Limit] = limits_from((1000, 60.0), (1000, 10.0))


@dataclass(frozen=True)
class Vendors:
    """Where the vendors are, what keys they take, and the names that only they know."""

    letsjobit_url: str
    agentos_url: str
    letsjobit_key: str
    agentos_key: str
    short_name: str
    company_id: str
    driver_id: str
    staff_id: str


@dataclass(frozen=True)
class Clients:
    """A client of each vendor, both on one set of vendors."""

    letsjobit: LetsJobIt
    agentos: Maintenance
    vendors: Vendors


RECORDED = Vendors(
    letsjobit_url=LETSJOBIT_URL,
    agentos_url=AGENTOS_URL,
    letsjobit_key=LETSJOBIT_KEY,
    agentos_key=AGENTOS_KEY,
    short_name=SHORT_NAME,
    staff_id="sf-0011-0001",
    **SAMPLE_VISIT_OWNER,
)


def player() -> vcr.VCR:
    """Cassettes that answer what they know and refuse everything else."""
    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=vcr.mode.NONE,
        match_on=("method", "scheme", "host", "port", "path", "query", "body"),
        filter_headers=["authorization", "api_key"],
        filter_query_parameters=["API_KEY", "api_key"],
    )


def of_sandbox(box: RunningSandbox) -> Vendors:
    """The vendors that a running sandbox plays."""
    account, agency = box.world.account, box.world.agency
    with box.world.lock:
        staff = agency.staff.records()[0]
    return Vendors(
        letsjobit_url=f"{box.url}/api/v2",
        agentos_url=box.url,
        letsjobit_key=box.letsjobit_key,
        agentos_key=box.agentos_key,
        short_name=agency.short_name,
        company_id=account.company_id,
        driver_id=next(iter(account.drivers)),
        staff_id=str(staff["OID"]),
    )


@pytest.fixture(params=["cassettes", "sandbox"])
async def vendors(request: pytest.FixtureRequest) -> AsyncIterator[Vendors]:
    """Both vendors, first as recorded bodies, then as the sandbox."""
    async with AsyncExitStack() as stack:
        if request.param == "sandbox":
            box = stack.enter_context(RunningSandbox(seeded_world(7), limits=GENEROUS))
            yield of_sandbox(box)
            return
        stack.enter_context(player().use_cassette("vendors.yaml", allow_playback_repeats=True))
        yield RECORDED


@pytest.fixture
async def clients(vendors: Vendors) -> AsyncIterator[Clients]:
    """A client of each vendor, with the key that it knows."""
    async with new_http_client() as http:
        yield clients_of(http, vendors)


def clients_of(http: httpx.AsyncClient, vendors: Vendors) -> Clients:
    """Clients of these vendors over one HTTP client."""
    letsjobit = line(
        http,
        vendors.letsjobit_url,
        side=Side.LETSJOBIT,
        auth=letsjobit_auth(vendors.letsjobit_key),
    )
    agentos = line(http, vendors.agentos_url, auth=agentos_auth(vendors.agentos_key))
    return Clients(
        LetsJobIt(letsjobit), Maintenance(agentos, short_name=vendors.short_name), vendors
    )
