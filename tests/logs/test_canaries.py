"""A key, a phone and a signature are looked for wherever syncd leaves anything: nowhere found."""

import base64
import io
import json
from collections.abc import AsyncIterator
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from syncd import retention
from syncd.admin.application import create_admin
from syncd.cli import run
from syncd.logs import configure_logging, secrets_of
from syncd.notifying.notifier import Notifier
from syncd.notifying.targets import Targets
from syncd.notifying.wording import Message
from syncd.settings import Settings, settings_from_document
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
from tests.closures.story import DOOR, TAP, Story, picture
from tests.notifying.service import toml_of
from tests.payments.books import with_portal
from tests.payments.conftest import unlimited_portal

__all__ = [
    "beginning",
    "box",
    "control_pages",
    "drawn",
    "impatient",
    "quick_papers",
    "served",
    "story",
    "unlimited_portal",
    "wall_clock",
]

PHONE = "07700 900951"
NAME, ADDRESS = "Ailsa Farquhar", "3 Gaitgill Wynd"
SIGNATURE = base64.b64encode(picture(77)).decode()
TOKEN = "canary-admin-token-7c1f"
PASSWORD = "canary-mail-password-55aa"
NAMES = {"name": "northgate"}
MOST_NUMBERS = 12
"""Records that a page is asked for: more than there are of any kind in this story."""


@pytest.fixture
async def beside_portal(story: Story, unlimited_portal: None) -> AsyncIterator[Story]:
    """The office, whose contractor also has a login at the agency's portal."""
    box = story.office.box
    change = partial(with_portal, url=box.url, session=box.world.portal_session)
    async with story.configured(change) as changed:
        yield changed


def settings_of(story: Story) -> Settings:
    """The office's settings with a token, and a target that has a password."""
    return settings_from_document(_document(story), {}, directory=story.office.directory)


def _document(story: Story) -> dict[str, Any]:
    document = deepcopy(dict(story.office.document))
    document["store"] = {"url": f"sqlite:///{story.office.app.database.path}"}
    document["admin"] = {"listen": "127.0.0.1:8321", "token": TOKEN}
    document["notifications"] = {"targets": [f"mailto://someone:{PASSWORD}@mail.example"]}
    return document


def canaries(story: Story) -> dict[str, str]:
    """What must not be found, by what it is."""
    return {
        "the key of AgentOS": story.office.box.agentos_key,
        "the key of LetsJobIt": story.office.box.letsjobit_key,
        "the session of the portal": story.office.box.world.portal_session,
        "the admin token": TOKEN,
        "a password": PASSWORD,
        "a phone": PHONE,
        "a signature": SIGNATURE,
        "a name in a vendor's words": NAME,
        "an address in a vendor's words": ADDRESS,
    }


def found_in(text: str, wanted: dict[str, str]) -> list[str]:
    """Which of them stand in a text, plainly or as JSON or HTML writes them."""
    return [what for what, canary in wanted.items() if canary in text]


async def live(story: Story) -> None:
    """A day with everything in it: two closures, refusals that quote what was sent, a bug's end."""
    office = story.office
    for title in (TAP, DOOR):
        office.edit_job(story.job(title), Description=f"Ring {PHONE} first")
    body = _quoting(office.box.letsjobit_key)
    office.fault("status", vendor="letsjobit", method="PUT", status=422, body=body)
    await office.run()
    office.heal()
    for item in office.inbox():
        office.answer(item, "retry")
    await story.rest()
    story.close(TAP, signature=SIGNATURE)
    story.close(DOOR, signature=SIGNATURE)
    body = _quoting(office.box.agentos_key)
    office.fault("status", vendor="agentos", method="POST", status=400, body=body)
    await office.run()
    office.fault("status", vendor="agentos", status=401, body=body, times=None)
    await office.run()
    office.heal()
    for item in office.inbox():
        if "retry" in item.question.choices:
            office.answer(item, "retry")
    await story.rest()
    body = _quoting(office.box.world.portal_session)
    office.fault("status", vendor="portal", status=401, body=body, times=None)
    office.clock.move(days=1)
    await office.run()
    assert [each for each in office.sent("portal") if each.status == 401]
    office.heal()
    await office.run()


def _quoting(key: str) -> str:
    """An answer that repeats what it was sent."""
    who = f"Tenant Mrs {NAME} of {ADDRESS} AB51 3QR"
    return json.dumps({"message": f"{who}, key {key}: {PHONE} {SIGNATURE} is not wanted"})


async def pages(settings: Settings, story: Story) -> AsyncIterator[tuple[str, str]]:
    """Every address of the admin endpoint that can be read, with what it answers."""
    app = create_admin(lambda: settings, story.office.app.database, clock=story.office.clock)
    way = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(
        transport=way, base_url="http://127.0.0.1:8321", headers=headers
    ) as client:
        for path in sorted(_paths(app.routes)):
            answer = await client.get(path)
            assert answer.status_code != 500, path
            yield path, answer.text


def _paths(routes: Any) -> set[str]:
    found: set[str] = set()
    for route in routes:
        if not isinstance(route, APIRoute):
            found |= _paths(getattr(route, "routes", ()) or _included(route))
        elif "GET" in (route.methods or ()) and "static" not in route.path:
            found |= {_filled(route.path, number) for number in range(1, MOST_NUMBERS)}
    return found


def _included(route: Any) -> Any:
    """Routes of a router that was included whole."""
    router = getattr(route, "original_router", None)
    return getattr(router, "routes", ())


def _filled(path: str, number: int) -> str:
    pieces = path.split("/")
    values = [NAMES.get(p[1:-1], str(number)) if p.startswith("{") else p for p in pieces]
    return "/".join(values)


async def test_nothing_that_syncd_leaves_holds_a_canary(
    beside_portal: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    """Logs, messages to people, pages, metrics, answers of commands, the store after retention."""
    story = beside_portal
    office, wanted = story.office, canaries(story)
    settings = settings_of(story)
    stream = io.StringIO()
    configure_logging(secrets_of(settings), is_verbose=True, stream=stream)
    messages: list[Message] = []

    def send(url: str, message: Message) -> bool:
        messages.append(message)
        return True

    notifier = Notifier(
        settings, office.app.database, clock=office.clock, targets=Targets(["x://y"], send=send)
    )
    await notifier.tick()
    await live(story)
    await notifier.tick()
    secrets = {what: each for what, each in wanted.items() if what not in _PERSONAL}
    seen = 0
    async for path, text in pages(settings, story):
        assert found_in(text, secrets) == [], path
        seen += 1
    assert seen > 20
    office.clock.move(days=200)
    await notifier.tick()
    await notifier.close()
    dropped = await retention.tend(
        office.app.database, settings.retention, owner=office.app.owner, clock=office.clock
    )
    assert dropped > 0
    async for path, text in pages(settings, story):
        assert found_in(text, wanted) == [], path
    assert "telling people" in stream.getvalue()
    assert found_in(stream.getvalue(), wanted) == []
    said = "\n".join(f"{each.title}\n{each.body}" for each in messages)
    assert "Emergency" in said
    assert found_in(said, wanted) == []
    assert found_in(_files(office.app.database.path), wanted) == []
    assert found_in(_answers(story, capsys), wanted) == []


_VENDORS_WORDS = ("a name in a vendor's words", "an address in a vendor's words")
_PERSONAL = ("a phone", "a signature", *_VENDORS_WORDS)


def _files(path: Path | None) -> str:
    """Every byte of the store and what SQLite keeps beside it."""
    assert path is not None
    files = sorted(path.parent.glob(f"{path.name}*"))
    assert files
    return "".join(each.read_bytes().decode("latin-1") for each in files)


def _answers(story: Story, capsys: pytest.CaptureFixture[str]) -> str:
    """What commands answer about all of it, in words and as JSON."""
    config = story.office.directory / "syncd.toml"
    config.write_text(toml_of(_document(story)))
    capsys.readouterr()
    number = str(story.job(TAP)["GlobalReference"])
    for words in (["status"], ["inbox"], ["outbox"], ["show", number], ["why", number], ["check"]):
        for more in ([], ["--json"], ["--verbose"]):
            assert run([*words, *more, "--config", str(config)]) in (0, 3), words
    printed = capsys.readouterr()
    assert number in printed.out
    return printed.out + printed.err


def test_cassettes_hold_no_canary_and_no_header() -> None:
    """What was recorded of vendors has no key in an address, and no header that could be one."""
    folder = Path(__file__).parents[1] / "cassettes"
    recorded = [each.read_text() for each in sorted(folder.glob("*.yaml"))]
    assert recorded
    for text in recorded:
        assert PHONE not in text
        assert SIGNATURE not in text
        for word in ("authorization:", "x-apikey", "api_key=", "bearer ", "set-cookie:"):
            assert word not in text.lower()
