"""An office whose contractor has a login at the agency's portal, too."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

import syncd.app
import syncd.apply.papers
from tests.closures.conftest import (
    beginning,
    drawn,
    quick_papers,
    served,
    story,
)
from tests.closures.story import Story
from tests.cycle.office import box, control_pages, impatient, tmp_path, wall_clock
from tests.payments.books import Books, with_portal

__all__ = [
    "beginning",
    "box",
    "control_pages",
    "drawn",
    "impatient",
    "quick_papers",
    "served",
    "story",
    "tmp_path",
    "wall_clock",
]


@pytest.fixture
def unlimited_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal's budget never waits."""
    monkeypatch.setattr(syncd.app, "PORTAL_REQUESTS", 100_000)
    monkeypatch.setattr(syncd.app, "PORTAL_SECONDS", 0.1)


@pytest.fixture
def one_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every invoice has the same PDF, drawn once: here their papers are not looked at."""
    drawn: list[bytes] = []
    real = syncd.apply.papers.invoice_pdf

    def draw(sheet: Any, **how: Any) -> bytes:
        if not drawn:
            drawn.append(real(sheet, **how))
        return drawn[0]

    monkeypatch.setattr(syncd.apply.papers, "invoice_pdf", draw)


@pytest.fixture
async def books(story: Story, unlimited_portal: None) -> AsyncIterator[Books]:
    """The office's books."""
    session = story.office.box.world.portal_session
    change = partial(with_portal, url=story.office.box.url, session=session)
    async with story.configured(change) as changed:
        yield Books(changed)
