"""Fixtures of the stories of visits that become jobs."""

from collections.abc import AsyncIterator

import pytest

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
