"""What every page has around it: who looks, the counts in the heading, and what was just done.

A page is drawn in a thread, like the endpoint that draws it; only the form to sign in and the pages
about errors are drawn without asking the store, for they must also work when it does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from syncd import __version__
from syncd.admin.access import Person, Reader, csrf_token
from syncd.admin.desk import AtDesk, Desk
from syncd.admin.pages.looks import draw
from syncd.admin.pages.wording import counted
from syncd.admin.refusals import Refused
from syncd.errors import SyncdError
from syncd.settings import ConnectionSettings, Settings
from syncd.store import listings
from syncd.store.database import Session
from syncd.store.invoices import has_invoices

NAVIGATION = (
    ("/", "Overview"),
    ("/work", "Work"),
    ("/inbox", "Inbox"),
    ("/invoices", "Invoices"),
    ("/outbox", "Outbox"),
    ("/cycles", "Cycles"),
    ("/configuration", "Configuration"),
)

SAID: Mapping[str, tuple[str, str]] = {
    "paused": ("good", "Paused. A cycle that is under way comes to its end; nothing is lost."),
    "resumed": ("good", "Resumed. The next cycle takes everything up."),
    "woken": ("good", "Asked for: the next cycle begins as soon as nothing else is under way."),
    "decided": ("good", "Decided. The next cycle acts on it."),
    "requeued": ("good", "Put back. The next cycle tries it again."),
    "discarded": ("good", "Discarded. If it is still wanted, the next cycle plans it anew."),
}
"""What a page says after a decision, by the word that the address carries."""


@dataclass(frozen=True)
class Screen:
    """One request for a page: where its facts come from, and who looks."""

    desk: Desk
    person: Person
    csrf: str
    done: str
    number: int

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.desk.settings()

    @property
    def several(self) -> bool:
        """Whether a name of a connection tells anything."""
        return len(self.settings.connections) > 1

    def zone(self, connection: str | None = None) -> ZoneInfo:
        """The agency's zone; of pages about several, the first connection's."""
        return zone_of(self.settings, connection)

    def connection(self, name: str) -> ConnectionSettings:
        """A connection of the configuration; 404 where there is none of that name."""
        found = self.settings.connection(name)
        if found is None:
            message = f"the configuration has no connection {name!r}"
            raise Refused(404, "unknown_connection", message, "it may have been taken out of it")
        return found

    def page(
        self, template: str, *, status: int = 200, zone: ZoneInfo | None = None, **values: Any
    ) -> HTMLResponse:
        """The page with everything around it."""
        asked_in_all, is_followed = self.desk.read(_around)
        around = {
            **_bare(self.desk.clock(), zone or self.zone()),
            "csrf": self.csrf,
            "navigation": navigation(self.settings, is_followed=is_followed),
            "can_sign_out": self.person.way == "session",
            "asked_in_all": asked_in_all,
            "said": self._said(),
        }
        return HTMLResponse(draw(template, {**around, **values}), status)

    def _said(self) -> Mapping[str, str] | None:
        if self.done == "together" and self.number:
            words = counted(self.number, "question is", "questions are")
            return {"tone": "good", "text": f"{words} decided. The next cycle acts on it."}
        if self.done not in SAID:
            return None
        tone, text = SAID[self.done]
        return {"tone": tone, "text": text}


def _around(session: Session) -> tuple[int, bool]:
    return listings.count_asked(session), has_invoices(session)


def navigation(settings: Settings, *, is_followed: bool = False) -> list[tuple[str, str]]:
    """The pages that there are; invoices only where payments are followed, or ever were."""
    portals = [each.contractor_portal for each in settings.connections]
    is_followed = is_followed or any(each and each.follow_payments for each in portals)
    return [(path, name) for path, name in NAVIGATION if path != "/invoices" or is_followed]


def zone_of(settings: Settings, connection: str | None = None) -> ZoneInfo:
    """The zone of a connection, else of the first one."""
    found = settings.connection(connection) if connection is not None else None
    return (found or settings.connections[0]).agentos.timezone


async def _screen(
    desk: AtDesk,
    person: Reader,
    csrf: Annotated[str, Depends(csrf_token)],
    done: Annotated[str, Query(max_length=20)] = "",
    n: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Screen:
    return Screen(desk, person, csrf, done, n)


AtScreen = Annotated[Screen, Depends(_screen)]
"""A parameter of a page: what it is drawn with, where somebody may look."""


def back_to(path: str) -> RedirectResponse:
    """After a decision: the page that shows what became of it."""
    return RedirectResponse(path, 303)


def sign_in_page(
    request: Request, *, status: int, problem: SyncdError | None, next_path: str
) -> HTMLResponse:
    """The form to sign in; asks nothing of the store."""
    words = ""
    if problem is not None:
        words = f"{_sentence(problem.message)} {_sentence(problem.hint)}"
    if status == 401:
        words = "That is not the token. It stands in the configuration, as token of [admin]."
    values = {"problem": words, "next": next_path, "name": ""}
    return HTMLResponse(draw("sign-in.html", {**_alone(request), **values}), status)


TITLES: Mapping[int, str] = {
    400: "That cannot be understood",
    403: "That is not allowed",
    404: "There is no such page",
    405: "That is not how this page works",
    409: "That cannot be done now",
    422: "Something is missing, or does not fit",
    429: "Too many attempts",
    500: "A bug in syncd",
    503: "The store cannot be used",
}


def error_page(request: Request, *, status: int, error: SyncdError) -> HTMLResponse:
    """An error as a page; asks nothing of the store."""
    title, text, hint = TITLES.get(status, "That did not work"), error.message, error.hint
    if error.code == "not_found":
        text, hint = "it may have been moved, or the address has a slip of the pen", ""
    elif error.code == "invalid_request":
        text, hint = "the address, or the form, says something that does not fit", "go back"
    elif status == 404:
        title = "Nothing is known about that"
    values = {
        "status": status,
        "title": title,
        "text": _sentence(text),
        "hint": _sentence(hint),
        "way_out": "/",
        "way_out_words": "To the overview",
    }
    return HTMLResponse(draw("wrong.html", {**_alone(request), **values}), status)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _alone(request: Request) -> dict[str, Any]:
    """What is around a page that asks nothing of the store."""
    desk: Desk = request.app.state.desk
    return {
        **_bare(desk.clock(), zone_of(desk.settings())),
        "csrf": "",
        "navigation": navigation(desk.settings()),
        "can_sign_out": False,
        "asked_in_all": 0,
        "said": None,
    }


def _bare(now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {"at": now.astimezone(UTC), "zone": zone, "version": __version__}
