"""`python -m tests.browser DIR`: a picture of every page, to be looked at by a person.

Each at a desk and on a phone, in light and in dark, whole, of the house of the browser's stories.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.house import House, Served, built
from tests.browser.visitor import DESK, PHONE, Visitor, link_page

PAGES = {
    "overview": "/",
    "work": "/work",
    "work-with-evidence": link_page(2),
    "work-hostile": link_page(8),
    "inbox": "/inbox",
    "inbox-item": "/inbox/1",
    "inbox-amount": "/inbox/5",
    "inbox-together": "/inbox/together?like=2",
    "outbox": "/outbox",
    "cycles": "/cycles",
    "cycle": "/cycles/4",
    "configuration": "/configuration",
    "not-found": "/no-such-page",
}

INVOICES = {"invoices": "/invoices", "invoices-overdue": "/invoices?show=overdue"}
"""Of the house that waits for its money."""

SEE_ALL = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += window.innerHeight / 2) {
        window.scrollTo(0, y);
        await new Promise((done) => requestAnimationFrame(done));
    }
    window.scrollTo(0, 0);
    const images = [...document.images];
    await Promise.all(images.map((image) => image.decode().catch(() => null)));
}"""
"""Scrolls through the page, as pictures load when they come near, and waits for them."""


def main() -> int:
    """Write the pictures. AssertionError where the browser complained about a page."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the pictures go; made if need be")
    into: Path = parser.parse_args().directory
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium on this machine: apt-get install chromium")
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as one, built(Path(one)) as house:
        house.live_through_it()
        count = _look_around(chromium, house, into, PAGES)
    with tempfile.TemporaryDirectory() as other, built(Path(other)) as house:
        house.wait_for_its_money()
        count += _look_around(chromium, house, into, INVOICES)
    print(f"{count} pictures in {into}")
    return 0


def _look_around(chromium: str, house: House, into: Path, pages: Mapping[str, str]) -> int:
    """These pages on every screen; how many pictures that were."""
    count = 0
    with Served(house.settings) as served, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for screen, size in (("desk", DESK), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                with Visitor.with_screen(
                    browser, served.url, size=size, color_scheme=scheme
                ) as visitor:
                    count += _picture_all(visitor, into / f"{screen}-{scheme}", pages)
        browser.close()
    return count


def _picture_all(visitor: Visitor, into: Path, pages: Mapping[str, str]) -> int:
    """The form and these pages on one screen; how many that were."""
    into.mkdir(exist_ok=True)
    visitor.go("/")
    _picture(visitor.page, into / "sign-in.png")
    visitor.sign_in()
    for name, path in pages.items():
        visitor.go(path)
        _picture(visitor.page, into / f"{name}.png")
    return 1 + len(pages)


def _picture(page: Page, into: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate(SEE_ALL)
    page.screenshot(path=into, full_page=True)


if __name__ == "__main__":
    sys.exit(main())
