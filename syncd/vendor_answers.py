"""What a vendor's answer, or its absence, means. Pure: no network, no clock, no httpx.

| what happened                                  | read (GET)             | write                  |
|------------------------------------------------|------------------------|------------------------|
| no connection (refused, timed out, pool)       | VendorUnavailable      | VendorUnavailable      |
| sent; timed out, reset, no whole status line   | VendorUnavailable      | OutcomeUnknown         |
| 429: never processed                           | VendorUnavailable      | VendorUnavailable      |
| 401, 403                                       | VendorDenied           | VendorDenied           |
| 404                                            | VendorNotFound         | VendorNotFound         |
| any other 4xx but 408                          | VendorRefused          | VendorRefused          |
| 408, 5xx                                       | VendorUnavailable      | OutcomeUnknown         |
| 3xx; 2xx that is cut, empty, HTML or not JSON  | VendorGarbled          | OutcomeUnknown         |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from syncd.errors import (
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
    VendorUnavailable,
)
from syncd.model import Side, Urgency
from syncd.vendor_words import looks_like_html, private_texts, scrubbed, vendor_words
from syncd.wire_json import Wire, parse_json

VENDOR_NAMES = {Side.AGENTOS: "AgentOS", Side.LETSJOBIT: "LetsJobIt"}

UNAUTHORIZED_HINTS = {
    Side.AGENTOS: (
        "check the api_key of connections.agentos, and ask the agency whether this tier is enabled "
        "for it: AgentOS answers 401 to both"
    ),
    Side.LETSJOBIT: "check the api_key of connections.letsjobit, and api_key_in",
}
FORBIDDEN_HINTS = {
    Side.AGENTOS: (
        "soon after a 429, or where the key worked before, this is a block for calling too often: "
        "wait; otherwise check short_name and what the key may see"
    ),
    Side.LETSJOBIT: "check what this key may do in LetsJobIt",
}
NOT_FOUND_HINTS = {
    Side.AGENTOS: "there is no such address: check base_url and short_name of connections.agentos",
    Side.LETSJOBIT: "there is no such address: check base_url of connections.letsjobit",
}
"""Of lists, which are there for every account; one record that is not found is no mistake."""

E = TypeVar("E", bound=VendorError)


@dataclass(frozen=True)
class Call:
    """One call as a client asks for it.

    `operation` names it in errors and metrics; `path` is already percent-encoded. `is_repeatable`:
    sending it twice does no more than once (a GET always is). `is_body_needed`: a success without a
    body is no success. `json` may hold Decimals; None means no body.
    """

    operation: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: object = field(default=None, repr=False)
    is_repeatable: bool = False
    is_body_needed: bool = True
    urgency: Urgency = Urgency.POLLS

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    @property
    def may_be_repeated(self) -> bool:
        return self.is_read or self.is_repeatable


@dataclass(frozen=True)
class Answer:
    """A success: its status and its parsed body (None where there was none)."""

    status: int
    body: Wire = field(repr=False)


@dataclass(frozen=True)
class Received:
    """A status line and what followed: `headers` in lower case, `content` None if it broke off."""

    status: int
    headers: Mapping[str, str]
    content: bytes | None = field(repr=False)


@dataclass(frozen=True)
class Judge:
    """Turns what one vendor sent into an answer or an error; knows the key in order to hide it."""

    side: Side
    secret: str = field(repr=False)

    def answer(self, call: Call, received: Received, *, now: datetime) -> Answer:
        """The answer in a success; raises what the table says for everything else."""
        status, content = received.status, received.content
        if not 200 <= status < 300:
            wait = retry_after(received.headers, status=status, now=now)
            raise self._declined(call, received, wait)
        if content is None:
            raise self.unreadable(call, "it broke off, or did not end", status=status)
        if not content.strip():
            if call.is_body_needed:
                raise self.unreadable(call, "it is empty", status=status)
            return Answer(status, None)
        try:
            return Answer(status, parse_json(content))
        except ValueError:
            why = "it is a web page" if looks_like_html(content) else "it is not whole JSON"
            raise self.unreadable(call, why, status=status) from None

    def never_sent(self, call: Call, why: str) -> VendorUnavailable:
        """No connection was made, so nothing happened."""
        message = f"{self._title(call)} was not sent: no connection; {self.said(call, why)}"
        hint = "check the network and base_url; the next run tries again"
        return self._error(VendorUnavailable, "unavailable", call, message, hint)

    def lost(self, call: Call, why: str) -> VendorError:
        """It was sent, and no status came back."""
        error = self._gone_wrong(call, f"{self._title(call)} was sent and not answered")
        return error.quoting(self.said(call, why))

    def unreadable(self, call: Call, why: str, *, status: int | None = None) -> VendorError:
        """A success that makes no sense: garbled for a read, unknown for a write. `why` is in our
        own words."""
        message = f"{self._title(call)} gave an answer that makes no sense: {why}"
        hint = "if it stays so, check base_url and ask the vendor"
        if call.is_read:
            return self._error(VendorGarbled, "garbled", call, message, hint, status)
        return self._error(OutcomeUnknown, "outcome_unknown", call, message, hint, status)

    def refused(self, call: Call, words: str, *, status: int | None = None) -> VendorRefused:
        """Declined inside a success, or not sent because it would be declined."""
        message = f"{self._title(call)} was refused"
        error = self._error(VendorRefused, "refused", call, message, status=status)
        return error.quoting(self.said(call, words))

    def not_found(self, call: Call, *, status: int | None = None) -> VendorNotFound:
        """Asked about something that is not there."""
        message = f"{self._title(call)} found nothing"
        return self._error(VendorNotFound, "not_found", call, message, status=status)

    def said(self, call: Call, words: str) -> str:
        """A sentence in the vendor's answer to a call, fit to be shown."""
        return scrubbed(words, [self.secret], private_texts(call.json))

    def _declined(self, call: Call, received: Received, wait: float | None) -> VendorError:
        content = received.content or b""
        words = vendor_words(content, [self.secret], private_texts(call.json))
        error = self._of_status(call, received.status, wait)
        is_elsewhere = received.status < 400
        return error if is_elsewhere else error.quoting(words)

    def _of_status(self, call: Call, status: int, wait: float | None) -> VendorError:
        message = f"{self._title(call)} was answered with {status}"
        if status == 401:
            hint = UNAUTHORIZED_HINTS[self.side]
            return self._error(VendorDenied, "unauthorized", call, message, hint, status)
        if status == 403:
            hint = FORBIDDEN_HINTS[self.side]
            return self._error(VendorDenied, "forbidden", call, message, hint, status, wait)
        if status == 404:
            hint = NOT_FOUND_HINTS[self.side] if call.operation.startswith("list_") else ""
            return self._error(VendorNotFound, "not_found", call, message, hint, status)
        if status == 429:
            hint = "nothing to do: syncd waits for the key's whole window"
            return self._error(VendorUnavailable, "rate_limited", call, message, hint, status, wait)
        if status == 408 or status >= 500:
            return self._gone_wrong(call, message, status, wait)
        if status < 400:
            return self.unreadable(call, f"it points elsewhere ({status})", status=status)
        hint = "what was sent must be corrected; the same will be refused again"
        return self._error(VendorRefused, "refused", call, message, hint, status)

    def _gone_wrong(
        self, call: Call, message: str, status: int | None = None, wait: float | None = None
    ) -> VendorError:
        if call.is_read:
            hint = "nothing is lost: the next run tries again"
            return self._error(VendorUnavailable, "unavailable", call, message, hint, status, wait)
        hint = "it may have happened: syncd looks before it sends again"
        return self._error(OutcomeUnknown, "outcome_unknown", call, message, hint, status, wait)

    def _error(
        self,
        kind: type[E],
        code: str,
        call: Call,
        message: str,
        hint: str = "",
        status: int | None = None,
        wait: float | None = None,
    ) -> E:
        return kind(
            f"{self.side}_{code}",
            message,
            hint,
            side=self.side,
            operation=call.operation,
            status=status,
            retry_after=wait,
        )

    def _title(self, call: Call) -> str:
        return f"{VENDOR_NAMES[self.side]} {call.operation}"


def retry_after(headers: Mapping[str, str], *, status: int, now: datetime) -> float | None:
    """Seconds that the vendor asks for; None where it asks for nothing that can be read.

    Retry-After, in seconds or as an HTTP date. LetsJobIt sends X-Rate-Limit-Reset with every
    answer: that counts, where it is longer, only when nothing is left (429, or none remaining).
    """
    waits = [_seconds_until(headers.get("retry-after", ""), now=now)]
    if status == 429 or remaining_requests(headers) == 0:
        waits.append(reset_seconds(headers))
    return max((wait for wait in waits if wait is not None), default=None)


def clock_skew_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """How far ahead of the vendor's clock this machine's is, by the answer's Date; negative where
    it is behind, None where the answer has no Date that can be read."""
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
    return (now - moment).total_seconds()


def reset_seconds(headers: Mapping[str, str]) -> float | None:
    """X-Rate-Limit-Reset of LetsJobIt: seconds before its limit resets."""
    return _number(headers.get("x-rate-limit-reset", ""))


def remaining_requests(headers: Mapping[str, str]) -> int | None:
    """X-RateLimit-Remaining of LetsJobIt: requests left in its window."""
    left = _number(headers.get("x-ratelimit-remaining", ""))
    return None if left is None else int(left)


def _seconds_until(text: str, *, now: datetime) -> float | None:
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
    return max(0.0, (moment - now).total_seconds())


def _number(text: str) -> float | None:
    """A number that is not negative and no longer than a day; anything else says nothing."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 86_400 else None
