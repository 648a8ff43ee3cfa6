"""An office whose agency gives out no key: the contractor's login at the portal is all."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from syncd.sandbox import RunningSandbox
from tests.closures.conftest import drawn, quick_papers, served
from tests.closures.story import Story
from tests.cycle.beginnings import Beginnings
from tests.cycle.office import (
    Record,
    WallClock,
    box,
    connection_of,
    control_pages,
    impatient,
    office,
    opened,
    tmp_path,
    wall_clock,
)
from tests.payments.books import with_portal
from tests.payments.conftest import unlimited_portal

__all__ = [
    "box",
    "control_pages",
    "drawn",
    "impatient",
    "office",
    "quick_papers",
    "served",
    "tmp_path",
    "unlimited_portal",
    "wall_clock",
]


def by_portal(document: Record, *, box: RunningSandbox) -> None:
    """Have the portal be the job side, with its own words and without a key."""
    with_portal(document, url=box.url, session=box.world.portal_session)
    agentos = connection_of(document)["agentos"]
    for name in ("api_key", "contractors"):
        del agentos[name]
    words = {"visit_when": ["Open"], "completed": "Completed", "cancelled": ["Cancelled"]}
    agentos.update(channel="portal", statuses=words)


@pytest.fixture(scope="session")
def beginnings() -> Beginnings:
    """The first run, made once."""
    return Beginnings()


@pytest.fixture
async def story(
    box: RunningSandbox,
    control_pages: httpx.Client,
    wall_clock: WallClock,
    impatient: None,
    unlimited_portal: None,
    quick_papers: None,
    sqlite_url: str,
    tmp_path: Path,
    beginnings: Beginnings,
) -> AsyncIterator[Story]:
    """The office an hour after its first run."""
    change = partial(by_portal, box=box)
    async with (
        opened(box, control_pages, wall_clock, sqlite_url, tmp_path) as made,
        beginnings.after_first_run(made, "portal", change) as (office, first),
    ):
        assert first.errors == ()
        yield Story(office)
