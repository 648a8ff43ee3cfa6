"""A target that takes nothing: people see it in `status`, and a reload loses no message."""

from datetime import timedelta
from typing import Any

from syncd.settings import Settings
from syncd.store.database import Database
from syncd.telling.health import deaf_words, status_document
from tests.notifying.test_notifier import Ears, Telling, age_readings, ears

__all__ = ["ears"]

FIRST = "notifications.targets[0] (json)"


def said(telling: Telling, settings: Settings) -> list[Any]:
    """The deaf targets as `status` has them."""
    office = telling.ears.office
    database: Database = office.app.database
    now = office.clock()
    found: Any = database.read_now(status_document, database, settings, now=now)
    return list(found["deaf_targets"])


async def test_status_names_a_target_that_takes_nothing(ears: Ears) -> None:
    """By its place and kind, since the first message that it did not take; a restart forgets it as
    little as it says it of an address that was put right; the first message it takes ends it."""
    await ears.office.run()
    ears.is_deaf = True
    async with ears.notifier() as telling:
        settings = telling.made._settings
        assert said(telling, settings) == []
        age_readings(ears.office, 60)
        await telling.tick()
        (target,) = said(telling, settings)
        assert target["target"] == FIRST
        since = target["since"]
        await telling.tick(hours=3)
        assert said(telling, settings) == [{"target": FIRST, "since": since}]
        words = deaf_words(target, ears.office.clock())
        assert words == f"{FIRST} has taken no notification for 3 h"
    async with ears.notifier() as telling:
        assert said(telling, settings)[0]["since"] == since
        ears.is_deaf = False
        ears.seconds += timedelta(hours=1).total_seconds()
        await telling.tick()
        await telling.tick()
        assert said(telling, settings) == []


async def test_a_reload_drops_no_message_that_nobody_took(ears: Ears) -> None:
    """The address is mistyped; with the right one in its place the message comes, once."""
    office = ears.office
    await office.run()
    ears.is_deaf = True
    async with ears.notifier() as telling:
        settings = telling.made._settings
        ears.titles()
        age_readings(office, 60)
        assert await telling.tick() == []
        right = type(settings.notifications).model_validate({"targets": ["json://right"]})
        telling.made.reload(settings.model_copy(update={"notifications": right}))
        telling.targets = telling.made._targets
        ears.is_deaf = False
        (title,) = await telling.tick()
        assert "late" in title
        assert await telling.tick() == []
        assert said(telling, telling.made._settings) == []
