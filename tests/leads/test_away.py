"""Channels that only some work needs: their outage is told once, and once when it is over."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from syncd.cycle.report import Outcome
from syncd.model import Lane
from tests.closures.story import DOOR, TAP, Story
from tests.cycle.office import Record, connection_of
from tests.leads.noted import ENOUGH, give_fields, open_tiers, switch_on
from tests.marks.stage import encoded, picture
from tests.notifying.test_notifier import Ears, age_readings
from tests.notifying.test_stalled import STILL, WELL, age_stalls, health
from tests.payments.books import with_portal
from tests.portal_side.test_sessions import Login


@dataclass(frozen=True)
class Channel:
    """Some work beside jobs and visits: how it is switched on, what asks for it, where it goes."""

    change: Callable[[Record], None]
    entered: dict[str, Any]
    path: str
    what: str


def _photos(document: Record) -> None:
    connection = connection_of(document)
    connection["visit"] = {"fields": [{"name": "front", "type": "text", "caption": "Front"}]}
    connection["media"] = {"photo_fields": ["front"]}


def _custom_field(document: Record) -> None:
    connection_of(document)["custom_field"] = {"name": "External state"}


PHOTO = {"front": encoded(picture(1))}
CHANNELS = {
    "leads": Channel(switch_on, {"lead": "ring 07700 900951"}, "/leads/", "leads"),
    "photos": Channel(_photos, PHOTO, "/photos", "photos"),
    "field": Channel(_custom_field, {}, "/customfield", "the custom field"),
}


@pytest.fixture(params=CHANNELS)
def channel(request: pytest.FixtureRequest) -> Channel:
    """Each of them."""
    return CHANNELS[request.param]


@pytest.fixture
async def at_work(story: Story, channel: Channel) -> AsyncIterator[Story]:
    """An office in step that has this channel, on a day without an Emergency."""
    for name in channel.entered:
        give_fields(story, name)
    open_tiers(story, ENOUGH)
    for job in story.office.jobs().values():
        if job["Priority"] == "Emergency":
            story.office.edit_job(job, Priority="High")
    async with story.configured(channel.change) as made:
        await Login(made.office).turn()
        await Login(made.office).turn()
        yield made


async def test_a_channel_that_is_away_is_told_once_and_its_end(
    at_work: Story, channel: Channel
) -> None:
    """Every lane is read in time meanwhile; people hear of the work that waits."""
    office, login, ears = at_work.office, Login(at_work.office), Ears(at_work.office)
    async with ears.notifier(digest="") as telling:
        ears.titles()
        office.fault("status", vendor="agentos", path=channel.path, status=503, times=None)
        at_work.close(TAP, values=channel.entered)
        heard = []
        for lanes in ((), (Lane.CLOSURES,), (Lane.JOBS,)):
            report = await login.turn(*lanes)
            heard += await telling.tick(minutes=1)
        assert (heard, report.outcome) == ([], Outcome.INCOMPLETE)
        age_stalls(office, minutes=10)
        for lanes in ((Lane.JOBS,), (Lane.CLOSURES,), ()):
            await login.turn(*lanes)
            heard += await telling.tick(minutes=1)
        assert heard == [STILL]
        assert f"- {channel.what}, for " in ears.all[-1].body
        assert not any(each["is_late"] for each in health(office)["lanes"].values())
        office.heal()
        await login.turn()
        await login.turn()
        assert await telling.tick() == [WELL]
        assert health(office)["stalled"] == []


async def test_a_portal_beside_v4_that_is_away_is_told_once_and_its_end(
    story: Story, unlimited_portal: None
) -> None:
    """Its statements are a lane, late after two of its intervals; everything else goes on."""
    box = story.office.box

    def change(document: Record) -> None:
        with_portal(document, url=box.url, session=box.world.portal_session)

    async with story.configured(change) as made:
        office, login, ears = made.office, Login(made.office), Ears(made.office)
        await login.turn()
        async with ears.notifier(digest="") as telling:
            ears.titles()
            office.fault("status", vendor="portal", status=503, times=None)
            made.close(DOOR)
            await login.turn()
            await login.turn()
            assert len(made.invoices(DOOR)) == 1
            age_readings(office, minutes=2 * 24 * 60 + 1, lane="statements")
            heard = []
            for _ in range(3):
                await login.turn()
                heard += await telling.tick(minutes=1)
            assert heard == ["northgate: a reading is late"]
            assert "payments on the contractor portal" in ears.all[-1].body
            office.heal()
            await login.turn()
            assert await telling.tick() == ["northgate: everything is read in time again"]
