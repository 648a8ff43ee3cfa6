"""A lead whose answer is lost: one lead, and a person is asked, for no list shows leads.

Some faults stand for all; with SYNCD_TEST_ALL set, all of them are tried.
"""

import os
from typing import Any

import pytest

from syncd.apply.hands import Results
from syncd.cycle import running
from syncd.cycle.report import Outcome
from syncd.model import InboxKind
from tests.closures.story import Story
from tests.closures.test_ambiguity import FAULTS
from tests.leads.noted import is_acknowledged, made, note, sent

USUAL = ("timeout before", "timeout after", "status500 before", "html after", "reset after")
TRIED = FAULTS if "SYNCD_TEST_ALL" in os.environ else USUAL

CREATE = {"method": "POST", "path": "/leads/create"}


def answer_truthfully(story: Story) -> int:
    """Look among the leads for the visit's number, and say so; how many questions there were."""
    items = story.office.inbox("in_doubt")
    for item in items:
        assert "Look among the leads in AgentOS" in item.question.summary
        story.office.answer(item, "it-arrived" if made(story) else "send-again")
    return len(items)


@pytest.mark.parametrize("fault", TRIED)
async def test_a_lost_answer_is_asked_about_and_never_repeated(leads: Story, fault: str) -> None:
    """Whatever happened to it: everything else is delivered, a person looks, and there is one."""
    note(leads)
    leads.office.fault(**CREATE, **FAULTS[fault])
    await leads.office.run()
    assert not is_acknowledged(leads)
    assert len(leads.invoices()) == 1
    before = len(sent(leads))
    await leads.office.run()
    assert len(sent(leads)) == before
    assert answer_truthfully(leads) == 1
    await leads.rest()
    assert len(made(leads)) == 1
    leads.assert_delivered_once()
    await leads.assert_quiet()


async def test_a_person_may_be_wrong_twice(leads: Story) -> None:
    """What is sent again and lost again is asked about again."""
    note(leads)
    leads.office.fault("timeout", **CREATE, times=2, after_effect=False)
    for _ in range(2):
        await leads.office.run()
        assert answer_truthfully(leads) == 1
    await leads.rest()
    assert len(made(leads)) == 1


async def test_an_empty_success_is_a_success(leads: Story) -> None:
    """AgentOS may say nothing about what it made: a lead is no money."""
    note(leads)
    leads.office.fault("empty", **CREATE)
    assert (await leads.office.run()).outcome is Outcome.OK
    assert (len(made(leads)), is_acknowledged(leads)) == (1, True)


@pytest.mark.parametrize("status", [403, 429])
async def test_what_was_never_done_is_done_later(leads: Story, status: int) -> None:
    """A vendor that lets the key do no more did nothing: the next run sends it, unasked."""
    note(leads)
    leads.office.fault("status", **CREATE, status=status, times=20)
    assert (await leads.office.run()).outcome is Outcome.INCOMPLETE
    assert (leads.office.inbox(), is_acknowledged(leads)) == ([], False)
    leads.office.heal()
    await leads.rest()
    assert len(made(leads)) == 1
    await leads.assert_quiet()


async def test_one_that_was_not_sent_any_more_is_sent_by_the_next_run(leads: Story) -> None:
    """The vendor is down before anything of the closure is sent."""
    note(leads)
    leads.office.fault("status", vendor="agentos", method="PATCH", status=503, times=20)
    await leads.office.run()
    assert made(leads) == []
    leads.office.heal()
    await leads.rest()
    assert len(made(leads)) == 1


async def test_a_job_that_changed_meanwhile_is_planned_anew_first(
    leads: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given to somebody else between plan and delivery, its lead waits for a person's word."""
    note(leads)
    real = running.apply_outbox

    async def a_moment_later(*args: Any, **how: Any) -> Results:
        leads.office.edit_job(leads.job(), ContractorID="co-0009-4740")
        return await real(*args, **how)

    monkeypatch.setattr(running, "apply_outbox", a_moment_later)
    await leads.office.run()
    assert (made(leads), is_acknowledged(leads)) == ([], False)
    assert [each.question.kind for each in leads.office.inbox()] == [InboxKind.CONFLICT]
