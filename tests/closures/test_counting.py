"""What a cycle says that it wrote is what was sent, wherever it is read back."""

from collections import Counter

import pytest

from syncd.model import IntentKind
from syncd.store import journal, links
from syncd.store.database import Session
from tests.closures.story import Person, Story
from tests.closures.test_ambiguity import AGENCIES, WRITES
from tests.closures.test_lost_store import stop_after

SHOWN = ["all shown", "documents shown", "tier alone"]


async def written_by(story: Story) -> Counter[IntentKind]:
    """What four cycles say that they wrote, with somebody who answers between them."""
    person = Person.of(story)
    written: Counter[IntentKind] = Counter()
    for _ in range(4):
        written.update((await story.office.run()).applied)
        story.office.clock.move(minutes=3)
        person.answer(story.office)
    return +written


@pytest.mark.parametrize("write", ["signature", "job-sheet"])
@pytest.mark.parametrize("agency", SHOWN)
async def test_a_document_whose_answer_was_lost_counts_as_written(
    story: Story, agency: str, write: str
) -> None:
    """It was sent, and not there already: by the job itself or by V4 Documents, both count."""
    AGENCIES[agency].arrange(story)
    story.close()
    story.office.fault("reset_after_effect", **WRITES[write])
    written = await written_by(story)
    assert written[IntentKind.ATTACH_DOCUMENT] == len(story.documents()) == 2
    told = story.office.app.database.read_now(_reasons, story.job()["OID"])
    assert "it was there already" not in told[IntentKind.ATTACH_DOCUMENT]


@pytest.mark.parametrize("agency", SHOWN)
async def test_what_could_not_be_read_back_counts_in_the_run_that_finds_it(
    story: Story, agency: str
) -> None:
    """The run that sent it did not count it, for the job could not be read afterwards."""
    AGENCIES[agency].arrange(story)
    story.close()
    story.office.fault("reset_after_effect", **WRITES["signature"])
    look = {"method": "GET", "path": r"/jobs/[^/?]+(\?|$)"}
    story.office.fault("status", status=500, after=1, times=None, **look)
    first = Counter((await story.office.run()).applied)
    assert first[IntentKind.ATTACH_DOCUMENT] == 0
    story.office.heal()
    written = await written_by(story)
    assert written[IntentKind.ATTACH_DOCUMENT] == len(story.documents()) == 2
    told = story.office.app.database.read_now(_reasons, story.job()["OID"])
    assert "it was there already" not in told[IntentKind.ATTACH_DOCUMENT]


@pytest.mark.parametrize("agency", SHOWN)
async def test_what_a_lost_store_had_sent_does_not_count_as_written(
    story: Story, agency: str
) -> None:
    """Wherever it is found: this run sent nothing but the acknowledgement, and says so."""
    found = AGENCIES[agency]
    found.arrange(story)
    async with story.configured(found.settings) as before:
        before.close()
        await stop_after(before, "invoice")
    async with story.again(found.settings) as here:
        here.office.mark()
        written = await written_by(here)
        assert [each.kind for each in here.office.effects()] == ["close_confirmed"]
        assert written == {IntentKind.CONFIRM_CLOSE: 1}
        job_id = here.job()["OID"]
        told = here.office.app.database.read_now(_reasons, job_id)
        assert set(told[IntentKind.ATTACH_DOCUMENT]) == {"it was there already"}


def _reasons(session: Session, job_id: str) -> dict[str, list[str]]:
    """Why the journal says that each effect of a job is done."""
    (link,) = links.find_link(session, None, job_id)
    reasons: dict[str, list[str]] = {}
    for entry in journal.history(session, link.link_id):
        reasons.setdefault(str(entry["event"]), []).append(str(entry["why"]))
    return reasons
