"""The log tells of each effect at a vendor once: what became of it, and of which intent."""

import io
import json
from collections import Counter
from typing import Any

from syncd.logs import configure_logging
from syncd.model import IntentKind, IntentState
from syncd.store.endings import Ended
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
from tests.closures.story import TAP, Story

__all__ = [
    "beginning",
    "box",
    "control_pages",
    "drawn",
    "impatient",
    "quick_papers",
    "served",
    "story",
    "wall_clock",
]

DELIVERED = {
    IntentKind.UPDATE_JOB: 1,
    IntentKind.ATTACH_DOCUMENT: 2,
    IntentKind.SUBMIT_INVOICE: 1,
    IntentKind.CONFIRM_CLOSE: 1,
}


def logged(*, is_verbose: bool = False) -> io.StringIO:
    """From here on what is logged goes to this stream."""
    stream = io.StringIO()
    configure_logging(stream=stream, is_verbose=is_verbose)
    return stream


def effects(stream: io.StringIO) -> list[dict[str, Any]]:
    """The lines about effects."""
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [each for each in lines if "kind" in each]


async def test_each_effect_of_a_closure_is_one_line(story: Story) -> None:
    """Status, papers, invoice and acknowledgement: one line each, with its intent and its job."""
    await story.rest()
    stream = logged()
    story.close()
    await story.rest()
    told = effects(stream)
    assert Counter(each["kind"] for each in told) == DELIVERED
    assert {each["level"] for each in told} == {"info"}
    assert all(each["intent"] and each["cycle"] for each in told)
    assert len({each["intent"] for each in told}) == len(told)
    assert {each["connection"] for each in told} == {"northgate"}
    job_id = story.job()["OID"]
    assert all(f"job {job_id}" in each["message"] for each in told)
    assert any("signature" in each["message"] for each in told)


async def test_a_visit_that_is_made_is_a_line_and_one_that_is_changed_is_none(
    story: Story,
) -> None:
    """What is written all day is told with `--verbose` alone."""
    await story.rest()
    story.office.bulk(jobs=2)
    story.office.mark()
    stream = logged()
    await story.rest()
    made = Counter(each["kind"] for each in effects(stream))
    assert made[IntentKind.CREATE_VISIT] == 2
    story.office.edit_job(story.job(TAP), Description="A leak, and a loud one")
    stream = logged()
    await story.rest()
    assert effects(stream) == []
    story.office.edit_job(story.job(TAP), Description="A leak, and a quiet one")
    stream = logged(is_verbose=True)
    await story.rest()
    told = [each for each in effects(stream) if each["kind"] == IntentKind.UPDATE_VISIT]
    assert [each["level"] for each in told] == ["debug"]


def test_what_is_found_there_is_told_as_found() -> None:
    """What was there already is told apart from what was sent."""
    found, sent = (
        Ended(7, "north", IntentKind.UPDATE_JOB, IntentState.DONE, "J-1", None, None, None, how)
        for how in ("found", "sent")
    )
    assert found.sentence == "update_job, job J-1: done: it was there already"
    assert sent.sentence == "update_job, job J-1: done"


async def test_a_lost_answer_that_the_job_gives_is_no_warning(story: Story) -> None:
    """An invoice whose answer was lost and that the job shows is done, in one line."""
    await story.rest()
    story.close()
    office = story.office
    office.options(jobs_carry_invoices=True)
    office.fault("reset_after_effect", path="/invoice/submit", method="POST", times=1)
    stream = logged()
    await office.run()
    await story.rest()
    told = [e for e in effects(stream) if e["kind"] == IntentKind.SUBMIT_INVOICE]
    assert [each["level"] for each in told] == ["info"]
    assert len(story.invoices()) == 1


async def test_what_is_in_doubt_or_refused_is_a_warning_with_its_code(story: Story) -> None:
    """Whoever reads the log alone learns that a person is asked, and by which code, once."""
    await story.rest()
    story.close()
    office = story.office
    office.options(jobs_carry_invoices=False)
    office.fault("reset_after_effect", path="/invoice/submit", method="POST", times=1)
    office.fault("status", status=400, path="/attachdocument", method="POST", times=1)
    stream = logged()
    await office.run()
    await office.run()
    warned = [each for each in effects(stream) if each["level"] == "warning"]
    assert {(each["kind"], each["code"]) for each in warned} == {
        (IntentKind.SUBMIT_INVOICE, "in_doubt"),
        (IntentKind.ATTACH_DOCUMENT, "agentos_refused"),
    }
    assert len(warned) == 2
    assert all(each["intent"] for each in warned)


async def test_a_persons_word_is_told(story: Story) -> None:
    """What a person does without ends as waived, and says by whom it was decided."""
    await story.rest()
    story.close()
    office = story.office
    office.fault("status", status=400, path="/attachdocument", method="POST", times=1)
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "leave")
    stream = logged()
    await story.rest()
    (waived,) = [each for each in effects(stream) if each.get("code") == "waived"]
    assert waived["kind"] == IntentKind.ATTACH_DOCUMENT
    assert "a person" in waived["message"]
