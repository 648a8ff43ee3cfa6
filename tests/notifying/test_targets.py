"""Messages reach real receivers; a target that fails delays nobody and is tried again."""

import asyncio
import logging
import threading

import pytest

from syncd.errors import ConfigError
from syncd.notifying import targets
from syncd.notifying.targets import Targets
from syncd.notifying.wording import Message
from tests.notifying.receivers import mail_server, text_of, web_server
from tests.settings.made import document, load

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


async def test_what_nobody_took_goes_to_the_targets_of_the_new_file() -> None:
    """A target that goes leaves it to those that come and those that stay; what one of them took
    is not said again, and one that stays keeps what waits for it and is tried at once."""
    hands = Hands()
    hands.broken = {"mailto://a", "json://b"}
    told = hands.targets("mailto://a", "json://b")
    told.post(NEWS)
    await told.finish(5)
    hands.broken = {"mailto://a"}
    after = told.followed_by(["json://b", "json://c"])
    after.pump()
    await after.finish(5)
    assert hands.taken == [("json://b", NEWS), ("json://c", NEWS)]
    assert after.is_settled
    last = after.followed_by(["json://d"])
    last.pump()
    await last.finish(5)
    assert len(hands.taken) == 2


async def test_a_deaf_target_is_known() -> None:
    """From the first message that it did not take until one that it took; of one that was given
    none, nothing is known."""
    hands = Hands()
    hands.broken = {"mailto://a"}
    told = hands.targets("mailto://a", "json://b")
    assert (told.deaf, told.hearing) == (frozenset(), frozenset())
    told.post(NEWS)
    await told.finish(5)
    assert (told.deaf, told.hearing) == ({"mailto://a"}, {"json://b"})
    hands.broken, hands.now = set(), targets.FIRST_WAIT_SECONDS
    told.pump()
    await told.finish(5)
    assert (told.deaf, told.hearing) == (frozenset(), {"mailto://a", "json://b"})


def test_an_address_that_apprise_cannot_use_is_named_without_its_secrets() -> None:
    """By its place and kind: a kind that nobody knows, or parts that are missing."""
    named = ["json://127.0.0.1:9/hook", "slak://canary/b/c", "msteams://canary"]
    settings = load(document(notifications={"targets": named}))
    with pytest.raises(ConfigError) as caught:
        targets.refuse_bad_targets(settings)
    assert [each.path for each in caught.value.problems] == [
        "notifications.targets[1]",
        "notifications.targets[2]",
    ]
    assert 'this "slak" address' in str(caught.value)
    assert "canary" not in str(caught.value)
