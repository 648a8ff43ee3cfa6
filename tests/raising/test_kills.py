"""A kill in the story of a visit from the field: exactly one job comes of it.

Some points of the story; `make prove` tries all of them, and so does this with SYNCD_TEST_ALL set.
"""

import pytest

from tests.kill.story import tried_points
from tests.raising.killed import FieldStory


@pytest.mark.timeout(400)
@pytest.mark.parametrize("channel", ["v4", "v3"])
def test_a_kill_makes_one_job(channel: str) -> None:
    """Killed there, and where the point says so with the store lost, run again and truthfully
    answered: one job, linked, with our tag on the visit; and then nothing is left to do."""
    with FieldStory(channel).told() as story:
        assert tried_points(story, 2) == []
