"""The store is lost: leads cannot be listed, so what is not proven to be new is asked about."""

import pytest

from syncd.cycle.report import Outcome
from tests.closures.story import Story
from tests.leads.noted import is_acknowledged, made, note, sent, switch_on
from tests.leads.test_ambiguity import answer_truthfully

HOW = {"rebuild": True, "run-once": False}


async def stopped_before(story: Story, path: str, method: str) -> None:
    """One run that comes no further than this request. LetsJobIt refuses the key: after a 429 it
    would be waited for in real time."""
    status = 401 if method == "PUT" else 429
    story.office.fault("status", path=path, method=method, status=status, times=None)
    await story.office.run()
    story.office.heal()


@pytest.mark.parametrize("is_rebuilt", HOW.values(), ids=HOW.keys())
@pytest.mark.parametrize("is_made", [True, False], ids=["made", "not made"])
async def test_a_closure_that_waits_is_asked_about(
    leads: Story, is_made: bool, is_rebuilt: bool
) -> None:
    """An earlier store may have made its lead. A truthful person answers, and there is one."""
    note(leads)
    if is_made:
        await stopped_before(leads, "/visits/", "PUT")
    else:
        await stopped_before(leads, "/leads/create", "POST")
    assert len(made(leads)) == is_made
    leads.office.clock.move(minutes=10)
    async with leads.again(switch_on) as here:
        here.office.mark()
        if is_rebuilt:
            await here.office.rebuild()
        await here.office.run()
        assert (sent(here), is_acknowledged(here)) == ([], False)
        (item,) = here.office.inbox()
        assert "may have been sent before the store was lost" in item.question.summary
        assert answer_truthfully(here) == 1
        await here.rest()
        assert (len(made(here)), is_acknowledged(here)) == (1, True)
        await here.assert_quiet()


async def test_a_closure_that_was_acknowledged_is_done(leads: Story) -> None:
    """Its lead was made or waived before: nothing is asked, and nothing is sent."""
    note(leads)
    await leads.rest()
    leads.office.clock.move(minutes=10)
    async with leads.again(switch_on) as here:
        here.office.mark()
        await here.office.rebuild()
        assert (await here.office.run()).outcome is Outcome.OK
        assert (sent(here), here.office.inbox()) == ([], [])


async def test_what_is_closed_after_the_loss_is_new(leads: Story) -> None:
    """The fresh store saw the visit open, so nobody can have made its lead."""
    async with leads.again(switch_on) as here:
        await here.office.run()
        here.office.clock.move(minutes=10)
        note(here)
        await here.rest()
        assert len(made(here)) == 1
