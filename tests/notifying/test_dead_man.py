"""The address of the watcher outside is fetched while all is well, and fails silently."""

import logging

import pytest

from syncd.notifying.dead_man import EVERY_SECONDS, DeadMan
from tests.notifying.receivers import web_server


async def test_it_is_fetched_at_most_once_a_minute() -> None:
    """However often cycles end."""
    now = [0.0]
    with web_server() as (host, paths):
        watcher = DeadMan(f"http://{host}/ping/token", monotonic=lambda: now[0])
        assert watcher.is_due
        await watcher.fetch()
        assert not watcher.is_due
        now[0] = EVERY_SECONDS
        assert watcher.is_due
        assert paths.items == ["/ping/token"]


async def test_without_an_address_nothing_is_due() -> None:
    """The default is no watcher."""
    assert not DeadMan("").is_due


@pytest.mark.parametrize("status", [404, 500, None])
async def test_a_failure_is_only_logged(
    caplog: pytest.LogCaptureFixture, status: int | None
) -> None:
    """Without the address, which holds a token."""
    url = "http://127.0.0.1:9/canary-token"
    with web_server() as (host, paths), caplog.at_level(logging.DEBUG, "syncd"):
        if status is not None:
            paths.status = status
            url = f"http://{host}/canary-token"
        await DeadMan(url).fetch()
    assert "notifications.dead_man_url" in caplog.text
    assert "canary-token" not in "".join(
        each.getMessage() for each in caplog.records if each.name.startswith("syncd")
    )
