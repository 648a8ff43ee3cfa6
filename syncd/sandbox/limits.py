"""How many requests a key may send, as the vendors tell it, and what it gets when it sends more.

LetsJobIt API v2, Rate limiting: 100 requests per 10 s and key; headers with the requests left and
the seconds until the limit resets on every answer; 429 over it. AgentOS, throttle limits: 50
requests in any rolling 60 s per key, a slot comes back exactly 60 s after its own use; 429 over it;
callers who go on regardless get 403 from the load balancer and the key is blocked for a time.

Decision: a refused request uses no slot (a slot comes back after its own *use*, and a refusal is no
use), unless `counts_refused`; it always counts as hammering, and the judge (`syncd.sandbox.judge`)
counts every arrival. Windows are half open: what arrived at t is free again at exactly t + window.
No clock in here: every instant is an argument, in seconds of any monotonic clock.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

_NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class Limit:
    """`requests` per rolling `window_seconds`; `requests` 0 means no limit."""

    requests: int
    window_seconds: float
    counts_refused: bool = False
    hammering_requests: int | None = None
    """So many requests within one window after a 429 block the key; None: never."""
    block_windows: float = 5.0
    """How long a block lasts, in windows."""


class Outcome(StrEnum):
    ADMITTED = "admitted"
    OVER = "over"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Admission:
    """What one arrival got: `remaining` requests are left now, the oldest slot returns in
    `reset_seconds`."""

    outcome: Outcome
    remaining: int
    reset_seconds: float


class KeyLimit:
    """The slots of one key at one vendor."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._used: deque[float] = deque()
        self._refused_at: float | None = None
        self._continued = 0
        self._blocked_until: float | None = None

    def admit(self, at: float) -> Admission:
        """Count the request that arrives at `at` and decide about it."""
        self._free(at)
        if self._is_blocked(at):
            return self._admission(Outcome.BLOCKED, at)
        if self.limit.requests and len(self._used) >= self.limit.requests:
            if self.limit.counts_refused:
                self._used.append(at)
            self.refuse(at)
            return self._admission(Outcome.OVER, at)
        self._used.append(at)
        return self._admission(Outcome.ADMITTED, at)

    def refuse(self, at: float) -> None:
        """Remember that the caller was told 429 at `at` (also when a fault said so)."""
        self._refused_at = at

    def _free(self, at: float) -> None:
        while self._used and at - self._used[0] >= self.limit.window_seconds:
            self._used.popleft()

    def _is_blocked(self, at: float) -> bool:
        if self._blocked_until is not None:
            if at < self._blocked_until:
                return True
            self._blocked_until = self._refused_at = None
            self._continued = 0
        return self._hammers(at)

    def _hammers(self, at: float) -> bool:
        """Whether this arrival is one too many after a 429; blocks the key if so."""
        limit = self.limit
        if self._refused_at is None or at - self._refused_at >= limit.window_seconds:
            self._refused_at, self._continued = None, 0
            return False
        self._continued += 1
        if limit.hammering_requests is None or self._continued < limit.hammering_requests:
            return False
        self._blocked_until = at + limit.block_windows * limit.window_seconds
        return True

    def _admission(self, outcome: Outcome, at: float) -> Admission:
        window = self.limit.window_seconds
        reset = max(0.0, self._used[0] + window - at) if self._used else 0.0
        most = self.limit.requests or _NO_LIMIT
        return Admission(outcome, max(0, most - len(self._used)), reset)


class Limits:
    """The limits of both vendors and the state of every key seen."""

    def __init__(self, by_vendor: dict[str, Limit]) -> None:
        self.by_vendor = {"portal": Limit(0, 60.0), **by_vendor}
        self._keys: dict[tuple[str, str], KeyLimit] = {}

    def of(self, vendor: str, key: str) -> KeyLimit:
        """The slots of one key (any name that stands for it)."""
        found = self._keys.get((vendor, key))
        if found is None:
            found = self._keys[vendor, key] = KeyLimit(self.by_vendor[vendor])
        return found

    def change(self, vendor: str, limit: Limit) -> None:
        """A new limit for a vendor; its keys start afresh."""
        self.by_vendor = {**self.by_vendor, vendor: limit}
        self._keys = {name: state for name, state in self._keys.items() if name[0] != vendor}

    def reset(self) -> None:
        """Forget what every key has used."""
        self._keys.clear()
