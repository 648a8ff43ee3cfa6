"""A visit that is closed while syncd is about to change it: its closure is delivered as any."""

import pytest

from syncd.apply import changes
from syncd.apply.hands import Hands
from syncd.apply.reading_back import Seen
from tests.closures.story import Story

look_now = changes.look_now


@pytest.mark.parametrize("look", [1, 2], ids=["before the write", "after the write"])
async def test_a_closure_that_a_look_finds_is_delivered(
    story: Story, monkeypatch: pytest.MonkeyPatch, look: int
) -> None:
    """No sweep reads it again, as it is known already; it is delivered once, and nobody is asked
    whether an earlier store did it, for this one has seen it open."""
    looks: list[str] = []

    async def closed_before(hands: Hands, visit_key: str) -> Seen:
        looks.append(visit_key)
        if len(looks) == look:
            story.close()
        return await look_now(hands, visit_key)

    monkeypatch.setattr(changes, "look_now", closed_before)
    story.office.edit_job(story.job(), Description="The tap leaks more.")
    await story.office.run()
    assert len(looks) >= look
    await story.rest()
    story.assert_delivered_once()
    await story.assert_quiet()
