"""What a person discards in the last moment before it is sent is not sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from syncd.apply import ending
from syncd.cycle.report import Outcome
from syncd.model import IntentState
from syncd.store import outbox
from tests.cycle.office import Office

TAP = "Leak under kitchen sink"


@contextmanager
def discarding() -> Iterator[list[str]]:
    """A person who discards every change just before it is marked as sent; their kinds."""
    discarded: list[str] = []
    really = ending.start

    def start(session: Any, turn: Any, batch: Any, *, now: Any) -> Any:
        ids, ended = [each.intent_id for each in batch], IntentState.SUPERSEDED
        outbox.end_intents(session, ids, ended, was=(IntentState.PENDING,), now=now)
        discarded.extend(each.intent.kind.value for each in batch)
        return really(session, turn, batch, now=now)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ending, "start", start)
        yield discarded


async def test_new_visits_that_were_discarded_are_not_made(office: Office) -> None:
    """The whole batch is gone, and nothing is read back."""
    with discarding() as discarded:
        assert (await office.run()).outcome is Outcome.OK
    assert set(discarded) == {"create_visit"}
    assert (office.effects(), office.outbox()) == ([], [])


@pytest.mark.parametrize("change", ["update_visit", "withdraw_visit", "update_job"])
async def test_a_change_that_was_discarded_is_not_made(office: Office, change: str) -> None:
    """Of a visit or of a job's status; when it is still wanted the next cycle makes it."""
    await office.run()
    job = office.job_titled(TAP)
    if change == "update_visit":
        office.edit_job(job, Description="Other words.")
    elif change == "withdraw_visit":
        office.edit_job(job, Status="Cancelled")
    else:
        office.act(office.visit_of(job), "start")
    office.mark()
    with discarding() as discarded:
        assert (await office.run()).outcome is Outcome.OK
    assert discarded == [change]
    assert (office.effects(), office.outbox()) == ([], [])
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects()) == 1
