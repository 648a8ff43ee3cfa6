"""Fixtures of the stories of visits that become jobs."""

from collections.abc import AsyncIterator

import pytest

from syncd.cycle.report import Outcome
from tests.cycle.beginnings import Beginnings
from tests.cycle.office import (
    Office,
    Record,
    box,
    connection_of,
    control_pages,
    either_office,
    impatient,
    office,
    served,
    tmp_path,
    wall_clock,
)
from tests.raising.legacy import alone, beside_v4

__all__ = [
    "box",
    "control_pages",
    "either_office",
    "impatient",
    "office",
    "served",
    "tmp_path",
    "wall_clock",
]


def switch_on(document: Record) -> None:
    """Visits with this kind of document become jobs."""
    created = {"enabled": True, "status": "Reported", "only": {"docType": "NEW FAULT"}}
    connection_of(document)["create_jobs"] = created


@pytest.fixture(scope="session")
def beginnings() -> Beginnings:
    """First runs, each made once."""
    return Beginnings()


@pytest.fixture
async def field(office: Office, beginnings: Beginnings) -> AsyncIterator[Office]:
    """An office that has everything in step, and makes jobs of its engineers' new faults."""
    async with beginnings.after_first_run(office, "V4", switch_on) as (made, _):
        yield made


@pytest.fixture
async def beside(office: Office, beginnings: Beginnings) -> AsyncIterator[Office]:
    """An office in step whose new faults go to V3."""
    async with beginnings.after_first_run(office, "V3 beside V4", beside_v4) as (made, _):
        yield made


@pytest.fixture
async def legacy(office: Office, beginnings: Beginnings) -> AsyncIterator[Office]:
    """An office at an agency with V3 alone."""
    async with beginnings.after_first_run(office, "V3 alone", alone) as (made, first):
        assert first.outcome is Outcome.OK
        yield made


@pytest.fixture(params=["V3 beside V4", "V3 alone"], ids=["beside V4", "V3 alone"])
async def either(
    request: pytest.FixtureRequest, office: Office, beginnings: Beginnings
) -> AsyncIterator[Office]:
    """Both, one after the other."""
    change = beside_v4 if request.param == "V3 beside V4" else alone
    async with beginnings.after_first_run(office, request.param, change) as (made, _):
        yield made
