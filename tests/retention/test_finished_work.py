"""What is personal leaves the store after its time, and nothing happens twice because of it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from syncd import retention
from syncd.cycle.report import Outcome
from syncd.settings import RetentionSettings
from syncd.store.database import Session
from tests.closures.story import DOOR, TAP, Story, picture
from tests.closures.test_state_table import put_job
from tests.cycle.office import Office

PHONE = "07700 900951"
KEPT = RetentionSettings(personal_data=timedelta(days=180), journal=timedelta(days=1095))


async def tend(office: Office) -> int:
    """A day of retention."""
    app = office.app
    return await retention.tend(app.database, KEPT, owner=app.owner, clock=office.clock)


def said(office: Office, table: str) -> str:
    """All that a table says."""
    return repr(office.rows(table))


def files(office: Office) -> bytes:
    """Every byte of the store's files."""
    path = office.app.database.path
    assert path is not None
    return b"".join(each.read_bytes() for each in Path(path).parent.glob(f"{path.name}*"))


async def delivered(story: Story, *titles: str) -> None:
    """Visits are closed and everything of them is delivered."""
    for title in titles:
        story.office.edit_job(story.job(title), Description=f"Ring {PHONE} first")
    await story.rest()
    for title in titles:
        story.close(title)
    await story.rest()
    await story.office.run()


def signature_of(story: Story, title: str) -> bytes:
    """The signature as LetsJobIt holds it."""
    return str(story.visit(title)["signature"]).encode()


async def test_what_is_personal_of_finished_work_is_gone_from_the_file(story: Story) -> None:
    """After its time the phone and the signature are in no byte of the database or its log."""
    await delivered(story, TAP)
    office = story.office
    contact = story.visit(TAP)["contactPhone"]
    signature = signature_of(story, TAP)
    for canary in (PHONE.encode(), signature, str(contact).encode()):
        assert canary in files(office)
    office.clock.move(days=200)
    assert await tend(office) > 0
    for canary in (PHONE.encode(), signature):
        assert canary not in files(office)
    link = office.link_of(story.job(TAP))
    assert str(contact) not in json.dumps(_values_of(office, int(link.link_id)))


def _values_of(office: Office, link_id: int) -> list[object]:
    def read(session: Session) -> Sequence[object]:
        found = []
        for table in ("journal", "intents", "closures", "inbox", "bases"):
            query = text(f"SELECT * FROM {table} WHERE link_id = :link")  # noqa: S608
            found += [list(row) for row in session.execute(query, {"link": link_id})]
        return found

    return json.loads(json.dumps(list(office.app.database.read_now(read)), default=str))


async def test_a_cycle_after_retention_writes_nothing(story: Story) -> None:
    """Nothing is created, changed or delivered again because its data were dropped."""
    await delivered(story, TAP, DOOR)
    office = story.office
    office.clock.move(days=200)
    await tend(office)
    office.mark()
    for _ in range(3):
        assert (await office.run()).outcome is Outcome.OK
        office.clock.move(hours=13)
    assert office.effects() == []
    assert len(story.documents(TAP)) == 2
    assert len(story.invoices(TAP)) == 1


async def test_changed_settings_after_retention_write_nothing(story: Story) -> None:
    """Planning every link anew leaves alone what was dropped, and asks no vendor about it."""
    await delivered(story, TAP)
    office = story.office
    office.clock.move(days=200)
    await tend(office)
    await office.run()
    async with office.configured(_other_status) as other:
        other.mark()
        await other.run()
        first = len(other.sent("letsjobit")) + len(other.sent("agentos"))
        assert [e for e in other.effects() if e.kind != "visit_updated"] == []
        other.mark()
        await other.run()
        assert other.effects() == []
        assert len(other.sent("letsjobit")) + len(other.sent("agentos")) <= first


def _other_status(document: dict[str, object]) -> None:
    connections: list[dict[str, dict[str, object]]] = document["connections"]  # type: ignore[assignment]
    connections[0]["visit"] = {"duration": "50m"}


async def test_open_work_keeps_its_data(story: Story) -> None:
    """However old, a visit that is open keeps everything, and stays in step."""
    office = story.office
    office.edit_job(story.job(DOOR), AccessInformation="Key safe 1234")
    await story.rest()
    office.clock.move(days=400)
    await tend(office)
    link = office.link_of(story.job(DOOR))
    assert office.base_of(story.job(DOOR)).visit
    assert link.is_open
    office.mark()
    await office.run()
    assert office.effects() == []


async def test_an_undelivered_closure_keeps_its_data(story: Story) -> None:
    """What waits for a person is kept however long that takes, and delivered in the end."""
    story.close(TAP, amount="no idea")
    office = story.office
    await office.run()
    assert [each.question.kind for each in office.inbox()] == ["missing_amount"]
    office.clock.move(days=400)
    await tend(office)
    assert signature_of(story, TAP).decode() in said(office, "closures")
    office.decide(office.inbox()[0], "enter", "80.00")
    await story.rest()
    assert len(story.invoices(TAP)) == 1
    assert any(picture() == story.content(each) for each in story.documents(TAP))


async def test_a_job_that_is_wanted_again_is_read_again(story: Story) -> None:
    """A finished job that the agency opens again gets its next visit, complete as ever."""
    await delivered(story, TAP)
    office = story.office
    await office.run()
    office.clock.move(days=200)
    await tend(office)
    await office.run()
    office.edit_job(story.job(TAP), Description="Again a leak")
    await put_job(story, "wanted")
    office.mark()
    await story.rest()
    assert [each.kind for each in office.effects("visit_created")] == ["visit_created"]
    made = [v for v in _all_visits(story) if not v.get("closed") and "Again a leak" in v["obs"]]
    assert len(made) == 1
    assert made[0]["contactPhone"]


def _all_visits(story: Story) -> list[dict[str, object]]:
    with story.office.box.world.lock:
        return [dict(each) for each in story.office.box.world.visits.records()]


@pytest.mark.parametrize("is_forgotten", [False, True], ids=["kept", "dropped"])
async def test_another_visit_of_forgotten_work_is_delivered(
    story: Story, is_forgotten: bool
) -> None:
    """A later visit of a job is delivered, with the next invoice number, also where the job's and
    the first visit's data were dropped."""
    await delivered(story, TAP)
    office = story.office
    office.clock.move(days=200)
    if is_forgotten:
        await tend(office)
    again = story.add_visit(story.job(TAP))
    await office.run()
    story.close(again)
    await story.rest()
    numbers = sorted(each["InvoiceNumber"] for each in story.invoices(TAP))
    assert len(numbers) == 2
    assert numbers[1] == f"{numbers[0]}-2"


async def test_retention_is_done_once_a_day(story: Story) -> None:
    """Within a day of the last time nothing is looked at."""
    await delivered(story, TAP)
    office = story.office
    await tend(office)
    office.clock.move(days=200)
    assert await tend(office) > 0
    office.clock.move(hours=23)
    assert await tend(office) == 0


async def test_old_history_is_dropped_and_freshness_stays(story: Story) -> None:
    """Journal, cycles and sweeps go after their time; those that tell how fresh lanes are stay."""
    await delivered(story, TAP)
    office = story.office
    before = {table: len(office.rows(table)) for table in ("journal", "cycles", "sweeps")}
    office.clock.move(days=1100)
    await tend(office)
    after = {table: len(office.rows(table)) for table in before}
    assert after["journal"] == 0
    assert 0 < after["sweeps"] <= before["sweeps"]
    assert 0 < after["cycles"] <= before["cycles"]
    office.mark()
    await office.run()
    assert [each.kind for each in office.effects()] == []
