"""The one home of apprise: sending messages to the targets of the configuration.

Each target has its own queue and back-off, and each try its own thread and deadline, so that a
target that hangs delays nothing and nobody else. What a target missed is sent to it in one message
once it takes them again; after a reload, too, where nobody else took it meanwhile. An address of a
target holds passwords: it reaches no log and no error.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from syncd.errors import ConfigError, Problem
from syncd.notifying.wording import Message
from syncd.settings import Settings
from syncd.store.deaf import target_name

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 30.0
"""After this a try counts as failed, and its thread is left behind."""

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 15.0, 900.0

MOST_WAITING = 50
"""Messages kept for a target that takes none; older ones are dropped, and the log says so."""

Send = Callable[[str, Message], bool]
"""Sends a message to the address of a target, in a thread; whether it was taken."""


def send_by_apprise(url: str, message: Message) -> bool:
    """Send one message. Loading apprise takes seconds, so it is loaded by the first one."""
    import apprise

    _hush_apprise()
    target = apprise.Apprise()
    if not target.add(url):
        return False
    taken = target.notify(
        title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT
    )
    return bool(taken)


def target_problems(settings: Settings) -> list[Problem]:
    """The targets that nobody can be told by: apprise does not know what to do with the address.

    Whether anybody hears is not tried. Loads apprise, where there are targets.
    """
    urls = [each.get_secret_value() for each in settings.notifications.targets]
    return [
        Problem(
            f"notifications.targets[{place}]",
            f'apprise cannot use this "{url.partition(":")[0]}" address',
            "correct its kind or its parts; apprise's own page of the kind has its form",
        )
        for place, url in enumerate(urls)
        if not _is_usable(url)
    ]


def refuse_bad_targets(settings: Settings) -> None:
    """ConfigError where there are such targets."""
    if problems := target_problems(settings):
        raise ConfigError(problems)


def _is_usable(url: str) -> bool:
    import apprise

    _hush_apprise()
    return apprise.Apprise.instantiate(url, suppress_exceptions=True) is not None


def _hush_apprise() -> None:
    """It would log addresses."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(eq=False)
class _Letter:
    """A message on its way; `is_taken` by one target at least."""

    message: Message
    is_taken: bool = False


@dataclass(eq=False)
class _Target:
    """One address; `name` is what people are shown of it."""

    url: str = field(repr=False)
    name: str
    waiting: list[_Letter] = field(default_factory=list)
    failures: int = 0
    has_taken: bool = False
    not_before: float = 0.0
    sending: asyncio.Task[None] | None = None


class Targets:
    """All targets of one configuration. Nothing here waits, but `finish`."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        send: Send = send_by_apprise,
        monotonic: Callable[[], float] = time.monotonic,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._targets = [_Target(url, target_name(place, url)) for place, url in enumerate(urls)]
        self._send, self._monotonic = send, monotonic
        self._deadline_seconds = deadline_seconds
        self.urls = tuple(urls)

    def followed_by(self, urls: Sequence[str]) -> Self:
        """The targets of another configuration: those that stay keep what waits for them and are
        tried again at once; of those that go, what nobody took is told to all others. These are
        not to be used any more."""
        after = type(self)(
            urls,
            send=self._send,
            monotonic=self._monotonic,
            deadline_seconds=self._deadline_seconds,
        )
        staying = {each.url: each for each in self._targets if each.url in after.urls}
        for place, made in enumerate(after._targets):
            if made.url in staying:
                after._targets[place] = staying.pop(made.url)
                after._targets[place].name = made.name
                after._targets[place].not_before = 0.0
        gone = [each for each in self._targets if each not in after._targets]
        untaken = dict.fromkeys(e for each in gone for e in each.waiting if not e.is_taken)
        for target in after._targets:
            target.waiting += [each for each in untaken if each not in target.waiting]
        return after

    @property
    def deaf(self) -> frozenset[str]:
        """The addresses that did not take the last message they were given."""
        return frozenset(each.url for each in self._targets if each.failures)

    @property
    def hearing(self) -> frozenset[str]:
        """The addresses that took the last message they were given."""
        return frozenset(e.url for e in self._targets if e.has_taken and not e.failures)

    @property
    def is_settled(self) -> bool:
        """Whether every message was taken by somebody."""
        return all(letter.is_taken for target in self._targets for letter in target.waiting)

    def post(self, message: Message) -> None:
        """Have every target told, at once where it can be."""
        letter = _Letter(message)
        for target in self._targets:
            target.waiting.append(letter)
            if len(target.waiting) > MOST_WAITING:
                target.waiting.pop(0)
                logger.warning("%s takes no messages; the oldest is dropped", target.name)
        self.pump()

    def pump(self) -> None:
        """Try every target that has something waiting and is not to be left alone for now."""
        for target in self._targets:
            is_idle = target.sending is None or target.sending.done()
            if target.waiting and is_idle and self._monotonic() >= target.not_before:
                target.sending = asyncio.create_task(self._deliver(target))

    async def finish(self, seconds: float) -> None:
        """Give what is being sent a moment; the rest stays untaken."""
        running = [t.sending for t in self._targets if t.sending is not None]
        if running:
            await asyncio.wait(running, timeout=seconds)

    async def _deliver(self, target: _Target) -> None:
        sent = list(target.waiting)
        if await self._try(target, _joined([letter.message for letter in sent])):
            target.failures, target.has_taken = 0, True
            target.waiting = [each for each in target.waiting if each not in sent]
            for letter in sent:
                letter.is_taken = True
            return
        target.failures += 1
        wait = min(FIRST_WAIT_SECONDS * 2 ** (target.failures - 1), LONGEST_WAIT_SECONDS)
        target.not_before = self._monotonic() + wait
        logger.warning("%s did not take a notification; trying again in %.0f s", target.name, wait)

    async def _try(self, target: _Target, message: Message) -> bool:
        """One try in a thread of its own, which nobody waits for longer than its deadline."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[bool] = loop.create_future()

        def tell(is_taken: bool) -> None:
            if not ended.done():
                ended.set_result(is_taken)

        def work() -> None:
            try:
                is_taken = self._send(target.url, message)
            except Exception as error:  # its words may hold the address
                logger.warning("%s: %s", target.name, type(error).__name__)
                is_taken = False
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, is_taken)

        threading.Thread(target=work, name="notify", daemon=True).start()
        done, _ = await asyncio.wait({ended}, timeout=self._deadline_seconds)
        return bool(done) and ended.result()


def _joined(messages: Sequence[Message]) -> Message:
    if len(messages) == 1:
        return messages[0]
    title = f"{messages[0].title}, and {len(messages) - 1} more messages"
    return Message(title, "\n\n".join(f"{each.title}\n{each.body}" for each in messages))
