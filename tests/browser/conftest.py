"""Fixtures of the browser's stories: one house that was lived in, and one browser for all."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import House, Served, built
from tests.browser.visitor import PATIENCE_MS, Visitor

STORE = "syncd-sandbox.db"


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's chromium is; without it the stories are skipped, but never in CI."""
    found = shutil.which("chromium")
    if found is None:
        reason = "no chromium on this machine: apt-get install chromium"
        (pytest.fail if "CI" in os.environ else pytest.skip)(reason)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all stories of a module. Not of a session: while playwright is there, its
    event loop runs in this thread, and no asynchronous test could."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Any, bytes]]:
    """A house with its history: the sandbox's state and the store, to go back to."""
    directory = tmp_path_factory.mktemp("house")
    with built(directory) as house:
        house.live_through_it()
        yield house, house.ask("GET", "snapshot"), (directory / STORE).read_bytes()


@pytest.fixture
def house(lived_in: tuple[House, Any, bytes], tmp_path: Path) -> House:
    """The house as it was, with a store of its own."""
    original, world, store = lived_in
    original.ask("PUT", "snapshot", world)
    original.ask("DELETE", "faults")
    config = tmp_path / "syncd.toml"
    config.write_text(original.config.read_text())
    (tmp_path / STORE).write_bytes(store)
    return House(original.box, original.control, config)


@pytest.fixture
def served(house: House) -> Iterator[Served]:
    """The admin endpoint over the house's store."""
    with Served(house.settings) as endpoint:
        yield endpoint


@pytest.fixture
def visitor(browser: Browser, served: Served) -> Iterator[Visitor]:
    """Somebody with a desk's screen; afterwards the browser must have nothing to complain about."""
    with Visitor.with_screen(browser, served.url) as person:
        yield person
