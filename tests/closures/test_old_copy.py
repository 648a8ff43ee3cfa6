"""An old copy of the store is put back: what was delivered after it was made is not done again.

The copy was made before the visit was closed, or when its delivery was planned and nothing sent.
After each write of the story the copy takes the place of the store.
"""

import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from syncd.cycle.report import Outcome
from syncd.store.backup import backup
from tests.closures.story import SENT, Person, Story
from tests.closures.test_ambiguity import AGENCIES, Agency
from tests.closures.test_lost_store import STEPS, stop_after
from tests.cycle.office import connection_of

MADE = ("open", "planned")


def cases() -> list[object]:
    """Every step for some agencies; with SYNCD_TEST_ALL for all."""
    usual = {"all shown", "documents shown", "nothing, ask"}
    return [
        pytest.param(made, step, AGENCIES[name], id=f"{made}-{step}-{name}")
        for made, step, name in product(MADE, STEPS, AGENCIES)
        if name in usual or "SYNCD_TEST_ALL" in os.environ
    ]


async def settle(here: Story) -> Sequence[str]:
    """Work until all is well, a truthful person answering; what was asked."""
    person = Person.of(here)
    for _ in range(4):
        report = await here.office.run()
        here.office.clock.move(minutes=3)
        if not person.answer(here.office) and report.outcome is Outcome.OK:
            return [each.question.summary for each in person.answered]
    raise AssertionError(f"no rest: {report} {here.office.inbox()} {here.office.outbox()}")


@pytest.mark.parametrize(("made", "step", "agency"), cases())
async def test_a_copy_put_back_after_a_step_of_a_delivery(
    story: Story, made: str, step: str, agency: Agency, tmp_path: Path
) -> None:
    """What is missing is delivered, what shows is not repeated, and a person is asked about what
    nobody can see; an acknowledged visit is left alone."""
    agency.arrange(story)
    copy = tmp_path / "copy.db"
    async with story.configured(agency.settings) as before:
        if made == "open":
            backup(before.office.app.database, copy)
        before.close()
        if made == "planned":
            await stop_after(before, "closure")
            backup(before.office.app.database, copy)
            before.office.clock.move(minutes=10)
        await stop_after(before, step)
    written = sum(len(story.office.effects(kind)) for kind in SENT)
    # Of what failed once the documents come before the status.
    assert written == STEPS.index(step) or made == "planned"
    story.office.clock.move(minutes=10)
    async with story.office.configured(agency.settings, store=f"sqlite:///{copy}") as office:
        here = Story(office)
        office.mark()
        asked = await settle(here)
        if agency.when_unknown == "ask":
            here.assert_delivered_once()
        else:
            assert len(here.invoices()) == 1
        if agency.documents and agency.invoices:
            assert asked == []
        if step == "confirm":
            assert (here.sent(), asked) == ([], [])
        await here.assert_quiet()


async def test_what_is_closed_after_a_copy_was_put_back_is_nobodys_question(
    story: Story, tmp_path: Path
) -> None:
    """Once a visit was seen open again, its closure is delivered as on every other day."""
    AGENCIES["nothing, ask"].arrange(story)
    copy = tmp_path / "copy.db"
    backup(story.office.app.database, copy)
    async with story.office.configured(store=f"sqlite:///{copy}") as office:
        here = Story(office)
        await here.assert_quiet()
        here.close()
        assert await settle(here) == []
        here.assert_delivered_once()


async def test_a_visit_that_the_office_made_is_doubted_too(story: Story, tmp_path: Path) -> None:
    """A visit that was found by its number, delivered but for the acknowledgement after the copy
    was made, is not invoiced a second time unasked."""
    AGENCIES["nothing, ask"].arrange(story)
    copy = tmp_path / "copy.db"
    theirs = story.visit()
    story.office.edit_visit(theirs, obs="as the office made it")
    async with story.office.configured(go_live_long_ago, store="") as office:
        before = Story(office)
        await before.office.run()
        backup(before.office.app.database, copy)
        before.office.clock.move(hours=1)
        before.close()
        await stop_after(before, "invoice")
    assert len(story.invoices()) == 1
    async with story.office.configured(go_live_long_ago, store=f"sqlite:///{copy}") as office:
        assert len(await settle(Story(office))) > 0
    assert len(story.invoices()) == 1


def go_live_long_ago(document: dict[str, object]) -> None:
    """No closure counts as history."""
    connection_of(document)["go_live"] = "2020-01-01"
