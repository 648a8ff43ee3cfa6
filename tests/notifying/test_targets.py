"""Messages reach real receivers; a target that fails delays nobody and is tried again."""

import asyncio
import logging
import threading

import pytest

from syncd.notifying import targets
from syncd.notifying.targets import Targets
from syncd.notifying.wording import Message
from tests.notifying.receivers import mail_server, text_of, web_server

NEWS = Message("syncd: a thing", "Northgate: a thing.\n- the first & <b>\nDo this.")


class Hands:
    """A target in memory that takes what it is told to; also the clock."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.broken: set[str] = set()
        self.now = 0.0

    def send(self, url: str, message: Message) -> bool:
        """As apprise would."""
        if url in self.broken:
            raise OSError(f"cannot reach {url}")
        self.taken.append((url, message))
        return True

    def targets(self, *urls: str, deadline: float = 30.0) -> Targets:
        """Targets of these addresses."""
        return Targets(urls, send=self.send, monotonic=lambda: self.now, deadline_seconds=deadline)


async def test_a_mail_and_a_web_hook_arrive() -> None:
    """The same message as a mail and as a document, by the real library."""
    with mail_server() as (mail, mails), web_server() as (host, documents):
        told = Targets([mail, f"json://{host}/hook"])
        told.post(NEWS)
        await told.finish(30)
        (arrived,) = mails.items
        assert arrived["Subject"] == NEWS.title
        assert "a thing" in text_of(arrived)
        html = arrived.get_body(preferencelist=("html",))
        assert html is None or "<b>" not in html.get_content()
        (document,) = documents.items
        assert document["title"] == NEWS.title
        assert "- the first & <b>" in document["message"]
        assert told.is_settled


async def test_a_target_that_fails_is_tried_again_later() -> None:
    """Ever later, and what it missed comes in one message."""
    hands = Hands()
    told = hands.targets("mailto://a", "json://b")
    hands.broken = {"mailto://a"}
    told.post(NEWS)
    await told.finish(5)
    assert [url for url, _ in hands.taken] == ["json://b"]
    assert told.is_settled
    told.post(Message("syncd: another", "words"))
    await told.finish(5)
    hands.broken = set()
    told.pump()
    await told.finish(5)
    assert [url for url, _ in hands.taken] == ["json://b", "json://b"]
    hands.now = targets.FIRST_WAIT_SECONDS
    told.pump()
    await told.finish(5)
    url, message = hands.taken[-1]
    assert url == "mailto://a"
    assert message.title == "syncd: a thing, and 1 more messages"
    assert "syncd: another\nwords" in message.body


async def test_while_nobody_took_it_it_is_not_settled() -> None:
    """One target is enough; none is not."""
    hands = Hands()
    told = hands.targets("mailto://a")
    hands.broken = {"mailto://a"}
    told.post(NEWS)
    await told.finish(5)
    assert not told.is_settled


async def test_a_target_that_hangs_has_a_deadline() -> None:
    """Its thread is left behind, other targets are told meanwhile, and posting waits for nobody."""
    release = threading.Event()
    taken: list[str] = []

    def send(url: str, message: Message) -> bool:
        if url == "hangs://x":
            release.wait(30)
        taken.append(url)
        return True

    told = Targets(["hangs://x", "json://b"], send=send, deadline_seconds=0.2)
    began = asyncio.get_running_loop().time()
    told.post(NEWS)
    assert asyncio.get_running_loop().time() - began < 0.1
    await told.finish(5)
    assert taken == ["json://b"]
    release.set()


async def test_the_log_names_no_address(caplog: pytest.LogCaptureFixture) -> None:
    """A target that does not work is named by its place and kind: its address is a secret."""
    secret = "json://user:canary-word@127.0.0.1:9/canary-token"
    with caplog.at_level(logging.DEBUG):
        told = Targets([secret, "nonsense://canary-token"])
        told.post(NEWS)
        await told.finish(30)
    assert "notifications.targets[0] (json)" in caplog.text
    assert "notifications.targets[1] (nonsense)" in caplog.text
    assert "canary" not in caplog.text


async def test_a_dead_target_fills_no_memory() -> None:
    """The oldest of too many waiting messages are dropped."""
    hands = Hands()
    hands.broken = {"mailto://a"}
    told = hands.targets("mailto://a")
    for number in range(targets.MOST_WAITING * 3):
        told.post(Message(str(number), ""))
    await told.finish(5)
    hands.broken, hands.now = set(), 1e6
    told.pump()
    await told.finish(5)
    (_, message), *_ = hands.taken
    assert f"and {targets.MOST_WAITING - 1} more" in message.title
