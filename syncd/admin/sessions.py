"""Who is signed in, and how often somebody tried. In this process's memory: a restart signs out.

Used only on the event loop, so nothing needs a lock. Knows no request.
"""

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

IDLE_SECONDS = 12 * 3600.0
"""A session that nobody used for so long is over."""

MOST_SESSIONS = 1000

WINDOW_SECONDS = 60.0
MOST_PER_ADDRESS = 10
MOST_IN_ALL = 100
"""Failures of signing in within a minute; after them nothing is even compared."""


def same(given: str, expected: str) -> bool:
    """Whether two secrets are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(_digest(given), _digest(expected))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True)
class SignedIn:
    """One session: who it is for the journal, and the token that every form of it carries."""

    who: str
    csrf: str
    token_digest: bytes
    used_at: float


class Sessions:
    """The sessions of this process, by the digest of what is in their cookies."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._open: dict[bytes, SignedIn] = {}

    def start(self, who: str, *, token: str) -> str:
        """Begin a session for somebody who knew `token`; returns what its cookie holds."""
        self._forget_old()
        cookie = secrets.token_urlsafe(32)
        csrf = secrets.token_urlsafe(32)
        self._open[_digest(cookie)] = SignedIn(who, csrf, _digest(token), self._seconds())
        return cookie

    def find(self, cookie: str, *, token: str) -> SignedIn | None:
        """The session of a cookie, kept alive by being used; None where it is over, or where the
        token in force is another by now."""
        key = _digest(cookie)
        found = self._open.get(key)
        if found is None or self._seconds() - found.used_at > IDLE_SECONDS:
            return None
        if not hmac.compare_digest(found.token_digest, _digest(token)):
            return None
        used = SignedIn(found.who, found.csrf, found.token_digest, self._seconds())
        self._open.pop(key)
        self._open[key] = used
        return used

    def end(self, cookie: str) -> None:
        """Sign out."""
        self._open.pop(_digest(cookie), None)

    def _forget_old(self) -> None:
        """They stand in order of use, so the oldest come first."""
        limit = self._seconds() - IDLE_SECONDS
        for key, each in list(self._open.items()):
            if each.used_at >= limit and len(self._open) < MOST_SESSIONS:
                break
            del self._open[key]


class Attempts:
    """Wrong tokens of the last minute, in all and by address.

    A program that shows the same outdated token again and again guesses only once: it must not
    lock out the others of its machine.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._failed: deque[tuple[float, str, bytes]] = deque()

    def wait_seconds(self, address: str) -> int:
        """How long nobody at this address may try; 0: now."""
        now = self._forget_old()
        mine = [at for at, whose, _ in self._failed if whose == address]
        waits = [0.0]
        if len(mine) >= MOST_PER_ADDRESS:
            waits.append(mine[-MOST_PER_ADDRESS] + WINDOW_SECONDS - now)
        if len(self._failed) >= MOST_IN_ALL:
            waits.append(self._failed[-MOST_IN_ALL][0] + WINDOW_SECONDS - now)
        return int(max(waits)) + 1 if max(waits) > 0 else 0

    def failed(self, address: str, token: str) -> None:
        """Remember a wrong token that a program showed."""
        digest = _digest(token)
        self._forget_old()
        if not any(whose == address and digest == shown for _, whose, shown in self._failed):
            self._failed.append((self._seconds(), address, digest))

    def failed_form(self, address: str) -> None:
        """Remember a wrong token that somebody typed; each time counts."""
        self._forget_old()
        self._failed.append((self._seconds(), address, secrets.token_bytes(16)))

    def _forget_old(self) -> float:
        now = self._seconds()
        while self._failed and self._failed[0][0] + WINDOW_SECONDS <= now:
            self._failed.popleft()
        return now
