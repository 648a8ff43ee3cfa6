"""Fixtures of the stories about leads."""

from collections.abc import AsyncIterator

import pytest

from tests.closures.conftest import (
    beginning,
    box,
    control_pages,
    drawn,
    impatient,
    quick_papers,
    served,
    story,
    wall_clock,
)
from tests.closures.story import Story
from tests.cycle.office import office
from tests.leads.noted import give_fields, switch_on
from tests.payments.conftest import unlimited_portal

__all__ = [
    "beginning",
    "box",
    "control_pages",
    "drawn",
    "impatient",
    "office",
    "quick_papers",
    "served",
    "story",
    "unlimited_portal",
    "wall_clock",
]


@pytest.fixture
async def leads(story: Story) -> AsyncIterator[Story]:
    """An office that makes leads, and whose visits have a field for them."""
    give_fields(story)
    async with story.configured(switch_on) as made:
        await made.office.run()
        made.office.mark()
        yield made
