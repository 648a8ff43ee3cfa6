"""Somebody who looks at the pages: a browser's page that notices whatever goes wrong in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, Response

from tests.browser.house import TOKEN

DESK = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}
PATIENCE_MS = 30_000
"""For what has to appear in a page, on a busy machine."""

EXPECTED = "Failed to load resource: the server responded with a status of"
"""What a browser itself notes of a page that is meant to be an error."""


def link_page(number: int) -> str:
    """Where the page of one link is."""
    return f"/work/{number}"


@dataclass
class Visitor:
    """A page of the browser with all that it complained about and asked for."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def with_screen(
        cls, browser: Browser, url: str, *, size: dict[str, int] | None = None, **context: Any
    ) -> "Iterator[Visitor]":
        """A fresh browser profile; afterwards nothing was complained about, and nothing but the
        endpoint was asked."""
        opened = browser.new_context(viewport=size or DESK, **context)
        opened.set_default_timeout(PATIENCE_MS)
        person = cls(opened.new_page(), url)
        person._listen()
        yield person
        opened.close()
        assert person.complaints == []

    def _listen(self) -> None:
        page, note = self.page, self.complaints.append
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "console",
            lambda said: (
                note(f"console: {said.text}")
                if said.type in ("error", "warning") and not said.text.startswith(EXPECTED)
                else None
            ),
        )
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith(self.url) else note(f"left the origin: {asked.url}")
            ),
        )

    def go(self, path: str) -> Response:
        """Open a page of the endpoint."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer

    def sign_in(self, name: str = "Ann", token: str = TOKEN) -> None:
        """Through the form, whatever page was wanted."""
        self.go("/")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Token").fill(token)
        self.page.get_by_role("button", name="Sign in").click()

    def text(self) -> str:
        """What the page says, once it is there whole."""
        self.page.wait_for_load_state()
        return self.page.locator("main").inner_text()

    def heading(self) -> str:
        """What the page is called, once it is there whole."""
        self.page.wait_for_load_state()
        return self.page.locator("h1").inner_text()

    def decide(self, answer: str) -> None:
        """Press the button of an answer."""
        self.page.get_by_role("button", name=answer, exact=True).click()
