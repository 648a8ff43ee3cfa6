"""The one way out: wait for the key's budget, send, classify what happened, parse.

Every request of syncd to a vendor goes through here, with one permit each. Nothing else imports
httpx or tenacity. It knows no vendor's paths or fields, follows no redirect, and lets no key and no
body reach an error or a log. What an answer means is said in `vendor_answers`.

Only reads and repeatable writes are tried again, a few times; a 429 by waiting for the budget,
which freezes the key. When one try of a repeatable write may have happened, no later failure to
repeat it hides that: it ends as OutcomeUnknown.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from syncd import __version__
from syncd.budget import KeyBudget, Permit, Verdict
from syncd.errors import (
    ConfigError,
    OutcomeUnknown,
    Problem,
    VendorDenied,
    VendorError,
    VendorRefused,
    VendorUnavailable,
)
from syncd.model import Side, Turn
from syncd.vendor_answers import (
    Answer,
    Call,
    Judge,
    Received,
    clock_skew_seconds,
    remaining_requests,
    reset_seconds,
    retry_after,
)
from syncd.wire_json import encode_json

__all__ = ["Answer", "Auth", "Call", "Patience", "Tally", "VendorHttp", "new_http_client"]

logger = logging.getLogger(__name__)

HttpClient = httpx.AsyncClient
"""The HTTP client that a process shares; named here so that httpx stays at home."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

NOT_SENT = Verdict(answered=False, was_sent=False)


class _StalePermit(Exception):
    """The permit ran out while the connection was made: another process may have the lease."""


@dataclass(frozen=True)
class Auth:
    """Where a key goes in each request, and the key itself, which is never shown."""

    place: Literal["header", "query"]
    name: str
    secret: str = field(repr=False)
    scheme: str = ""
    may_have_blanks: bool = False
    """Of a whole Cookie header, not of a key."""

    def __post_init__(self) -> None:
        first = " " if self.may_have_blanks else "!"
        if not self.secret.strip() or not all(first <= each <= "~" for each in self.secret):
            cure = "copy it again, without spaces, line breaks or quotation marks"
            raise ConfigError([Problem("api_key", "holds characters that no key can have", cure)])

    @property
    def value(self) -> str:
        """What stands in the header or the query: the key, after its scheme where it has one."""
        return f"{self.scheme} {self.secret}" if self.scheme else self.secret


@dataclass(frozen=True)
class Patience:
    """How often one call is tried, how long syncd waits in between, and how long a try may take.

    A try must end before the budget gives its slot up for lost (`hold_seconds`). Of an answer no
    more is read than `most_bytes`, unpacked: one without an end must not fill the memory.
    """

    tries: int = 3
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 30.0
    longest_try_seconds: float = 100.0
    most_bytes: int = 256 * 2**20


class Tally:
    """Requests that this process sent, by vendor and status, for whoever watches it."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Side, str]] = Counter()

    def note(self, side: Side, verdict: Verdict) -> None:
        """Count a request that was sent; `lost`: no answer to it is known."""
        if verdict.was_sent:
            self._counts[side, str(verdict.status) if verdict.answered else "lost"] += 1

    def counts(self) -> Mapping[tuple[Side, str], int]:
        """All of them, as they are now."""
        return dict(self._counts)


def new_http_client(
    *, connect_seconds: float = 10.0, read_seconds: float = 60.0
) -> httpx.AsyncClient:
    """The HTTP client of a process, to be closed by the caller.

    The environment is trusted for a proxy and for certificates (an office network may need both; a
    key travels inside TLS all the same), but loopback is never sent through a proxy. Idle
    connections are dropped early: a write on one that the vendor just closed would be an outcome
    unknown.
    """
    # httpx logs whole addresses at INFO, and with api_key_in = "query" the key is part of them.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        timeout=httpx.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds),
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=5.0),
        headers={"User-Agent": f"syncd/{__version__}", "Accept": "application/json"},
        follow_redirects=False,
        trust_env=True,
        mounts={f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")},
    )


class VendorHttp:
    """Calls to one vendor with one key during one turn; counts what it sends."""

    def __init__(
        self,
        *,
        side: Side,
        http: httpx.AsyncClient,
        base_url: str,
        auth: Auth,
        budget: KeyBudget,
        turn: Turn,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        tally: Tally | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.requests_sent = 0
        self.answered: set[str] = set()  # operations that went well
        self.clock_skew_seconds: float | None = None  # as the latest answer showed it
        self.judge = judge or Judge(side, auth.secret)
        self._side = side
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._auth = auth
        self._budget = budget
        self._turn = turn
        self._patience = patience or Patience()
        self._sleep = sleep
        self._tally = tally or Tally()

    async def request(self, call: Call) -> Answer:
        """Send a call and give its answer, or raise what `vendor_answers` says.

        LeaseLost, and VendorUnavailable with code `deadline`, come from the budget as they are.
        """
        if not call.may_be_repeated:
            return await self._try_once(call)
        doubts: list[OutcomeUnknown] = []
        retrying = AsyncRetrying(
            retry=retry_if_exception(_is_worth_another_try),
            wait=self._wait_seconds,
            stop=self._is_enough,
            before_sleep=lambda state: _note(state, doubts),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return await retrying(self._try_once, call)
        except (VendorUnavailable, VendorDenied):
            if doubts:
                raise doubts[-1] from None
            raise

    async def _try_once(self, call: Call) -> Answer:
        permit = await self._permit(call)
        verdict = Verdict(answered=False)
        self.requests_sent += 1
        try:
            received = await self._exchange(call, permit)
            verdict = _verdict(received)
            self.clock_skew_seconds = clock_skew_seconds(received.headers, now=datetime.now(UTC))
        except (*NEVER_SENT, _StalePermit) as failure:
            verdict = NOT_SENT
            self.requests_sent -= 1
            raise self.judge.never_sent(call, _why(failure)) from None
        except (httpx.HTTPError, TimeoutError) as failure:
            raise self.judge.lost(call, _why(failure)) from None
        finally:
            self._tally.note(self._side, verdict)
            await self._budget.settle(permit, verdict)
        answer = self.judge.answer(call, received, now=datetime.now(UTC))
        self.answered.add(call.operation)
        return answer

    async def _permit(self, call: Call) -> Permit:
        """A permit that is still good now: not one that slept through a suspended machine."""
        permit = await self._budget.acquire(self._turn, call.urgency)
        while not permit.is_fresh:
            await self._budget.settle(permit, NOT_SENT)
            permit = await self._budget.acquire(self._turn, call.urgency)
        return permit

    async def _exchange(self, call: Call, permit: Permit) -> Received:
        """One request and its whole answer; a body that breaks off still leaves its status."""
        request = self._request(call)
        request.extensions["trace"] = partial(_refuse_stale, permit)
        async with asyncio.timeout(self._patience.longest_try_seconds):
            response = await self._http.send(request, stream=True)
            try:
                content = await _whole(response, self._patience.most_bytes)
            except (httpx.TransportError, httpx.DecodingError):
                content = None
            finally:
                await response.aclose()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Received(response.status_code, headers, content)

    def _request(self, call: Call) -> httpx.Request:
        params = dict(call.params)
        headers: dict[str, str] = {}
        (params if self._auth.place == "query" else headers)[self._auth.name] = self._auth.value
        content = None
        if call.json is not None:
            content = encode_json(call.json)
            headers["Content-Type"] = "application/json"
        url = f"{self._base_url}{call.path}"
        return self._http.build_request(
            call.method, url, params=params or None, headers=headers, content=content
        )

    def _wait_seconds(self, state: RetryCallState) -> float:
        failure = _failure(state)
        if failure.status == 429:
            return 0.0
        backoff = wait_exponential_jitter(
            multiplier=self._patience.first_wait_seconds,
            jitter=self._patience.first_wait_seconds,
            max=self._patience.longest_wait_seconds,
        )
        return max(backoff(state), failure.retry_after or 0.0)

    def _is_enough(self, state: RetryCallState) -> bool:
        wait = state.upcoming_sleep
        # After a 429 the key rests for a whole window, then comes one probe: a caller who goes on
        # after a second 429 is blocked, and the next cycle is early enough.
        tries = 2 if _failure(state).status == 429 else self._patience.tries
        return (
            state.attempt_number >= tries
            or wait > self._patience.longest_wait_seconds
            or time.monotonic() + wait >= self._turn.deadline
        )


async def _whole(response: httpx.Response, most_bytes: int) -> bytes | None:
    """The body of an answer; None where it goes on for longer than any that makes sense."""
    pieces: list[bytes] = []
    left = most_bytes
    async for piece in response.aiter_bytes():
        left -= len(piece)
        if left < 0:
            return None
        pieces.append(piece)
    return b"".join(pieces)


async def _refuse_stale(permit: Permit, event: str, _details: Mapping[str, object]) -> None:
    """Called by httpx: the last look at the permit is just before the first byte leaves."""
    if event.endswith("send_request_headers.started") and not permit.is_fresh:
        raise _StalePermit("paused for too long before sending")


def _is_worth_another_try(failure: BaseException) -> bool:
    """Whether the failure is the vendor's and may pass; the budget's own `deadline` is final."""
    return (
        isinstance(failure, VendorError)
        and not isinstance(failure, VendorRefused)
        and failure.code != "deadline"
    )


def _why(failure: Exception) -> str:
    """The kind of a failure, with the system's words (no address resolved, a certificate)."""
    name = type(failure).__name__
    return f"{name}: {failure}" if str(failure) else name


def _failure(state: RetryCallState) -> VendorError:
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, VendorError)  # noqa: S101  (only these are tried again)
    return failure


def _note(state: RetryCallState, doubts: list[OutcomeUnknown]) -> None:
    failure = _failure(state)
    wait = state.upcoming_sleep
    # After a 429 it is the key's budget that waits.
    when = "when the key allows it" if failure.status == 429 else f"in {wait:.1f} s"
    logger.info("%s; trying again %s", failure.ours, when, extra={"code": failure.code})
    if isinstance(failure, OutcomeUnknown):
        doubts.append(failure)


def _verdict(received: Received) -> Verdict:
    headers = received.headers
    return Verdict(
        answered=True,
        status=received.status,
        remaining=remaining_requests(headers),
        reset_seconds=reset_seconds(headers),
        retry_after=retry_after(headers, status=received.status, now=datetime.now(UTC)),
    )
