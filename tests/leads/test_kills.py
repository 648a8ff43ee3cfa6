"""A kill in the story of a lead: exactly one lead comes of it, before the acknowledgement.

Some points of the story; `make prove` tries all of them, and so does this with SYNCD_TEST_ALL set.
"""

import pytest

from tests.kill.story import tried_points
from tests.leads.killed import LeadStory


@pytest.mark.timeout(400)
def test_a_kill_makes_one_lead() -> None:
    """Killed there, and where the point says so with the store lost, run again and truthfully
    answered: one lead, everything else of the closure once, and then nothing is left to do."""
    with LeadStory().told() as story:
        assert tried_points(story, 3) == []
