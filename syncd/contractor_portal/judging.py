"""What the portal's answers mean: the tRPC envelope first, the HTTP status after it. Pure.

A tRPC error carries its own code, in both versions and behind both transformers; the HTTP status is
only its shadow, and for a batch not even that. An answer without an envelope comes from something
in front of the portal: its 404 is no missing record, and its page is no portal. An error without a
code of tRPC, or with a status of 500 and above, does not say that a write did not happen; nor does
an answer without an envelope, whatever its status.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from syncd.errors import (
    VendorDenied,
    VendorError,
    VendorNotFound,
    VendorRefused,
    VendorUnavailable,
)
from syncd.vendor_answers import Answer, Call, Judge, Received, retry_after
from syncd.wire_json import Record, Wire, parse_json

SIGN_IN_HINT = (
    "the portal session has ended: sign in to the portal again and write the new session to the "
    "file that contractor_portal.session names; it is read before each cycle"
)
MISSING_PROCEDURE_HINT = (
    "this portal is another version than syncd knows: check contractor_portal.base_url, then ask "
    "the portal's operator"
)
_LATER = frozenset(
    {
        "INTERNAL_SERVER_ERROR",
        "NOT_IMPLEMENTED",
        "BAD_GATEWAY",
        "SERVICE_UNAVAILABLE",
        "GATEWAY_TIMEOUT",
        "TIMEOUT",
        "CLIENT_CLOSED_REQUEST",
    }
)
_DECLINED = frozenset(
    {
        "PARSE_ERROR",
        "BAD_REQUEST",
        "UNAUTHORIZED",
        "PAYMENT_REQUIRED",
        "FORBIDDEN",
        "NOT_FOUND",
        "METHOD_NOT_SUPPORTED",
        "CONFLICT",
        "PRECONDITION_FAILED",
        "PAYLOAD_TOO_LARGE",
        "UNSUPPORTED_MEDIA_TYPE",
        "UNPROCESSABLE_CONTENT",
        "PRECONDITION_REQUIRED",
        "TOO_MANY_REQUESTS",
    }
)
"""Codes of tRPC that say that nothing happened."""

_BY_STATUS = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 429: "TOO_MANY_REQUESTS"}
"""What a status says by itself of a read, where no code does."""


@dataclass(frozen=True)
class PortalJudge(Judge):
    """Turns what the portal sent into an answer or an error; knows the session to hide it."""

    def answer(self, call: Call, received: Received, *, now: datetime) -> Answer:
        """The whole envelope of a success, or a batch's list; raises for everything else."""
        envelope = _parsed(received.content)
        if isinstance(envelope, list):
            return Answer(received.status, envelope)
        kinds = dict if isinstance(envelope, dict) and "result" in envelope else dict | str
        if isinstance(envelope, dict) and isinstance(envelope.get("error"), kinds):
            wait = retry_after(received.headers, status=received.status, now=now)
            raise self.error(call, envelope, received=received.status, wait=wait)
        is_success = 200 <= received.status < 300
        if is_success and isinstance(envelope, dict) and "result" in envelope:
            return Answer(received.status, envelope)
        is_unproven = not call.is_read and 400 <= received.status < 500
        if is_success or is_unproven or received.status in (404, 405, 415, 431):
            words = f"it is no tRPC answer ({received.status})"
            raise self.unreadable(call, words, status=received.status)
        return super().answer(call, received, now=now)

    def error(
        self,
        call: Call,
        envelope: Record,
        *,
        received: int | None = None,
        wait: float | None = None,
    ) -> VendorError:
        """The error of an envelope, also of one element of a batch, which has no status received
        by itself."""
        told = _told(envelope)
        code, status = _code(told, received)
        if not code and call.is_read:
            code = _BY_STATUS.get(status or 0, "")
        words = self.said(call, _words(told.get("message")))
        error = self._of_code(call, code, status, received=received, wait=wait, words=words)
        is_ours = not code or code in _DECLINED | _LATER
        return error.quoting(words if is_ours else f"{self.said(call, code)}: {words}")

    def _of_code(
        self,
        call: Call,
        code: str,
        status: int | None,
        *,
        received: int | None,
        wait: float | None,
        words: str,
    ) -> VendorError:
        """The error without the portal's own words; one of its codes that we do not know is such a
        word, too."""
        is_known = code in _DECLINED | _LATER
        title = code if is_known else "an error" if status is None else f"an error ({status})"
        message = f"{self._title(call)} was answered with {title}"
        is_broken = max(status or 0, received or 0) >= 500
        if is_broken and not (call.is_read and is_known):
            return self._gone_wrong(call, message, status, wait)
        if code == "UNAUTHORIZED":
            return self._error(VendorDenied, "session_ended", call, message, SIGN_IN_HINT, status)
        if code == "FORBIDDEN":
            hint = "ask the portal's operator what this login may do"
            return self._error(VendorDenied, "forbidden", call, message, hint, status)
        if code == "NOT_FOUND" and _is_about_procedure(words):
            hint = MISSING_PROCEDURE_HINT
            return self._error(VendorRefused, "missing_procedure", call, message, hint, status)
        if code == "NOT_FOUND":
            return self._error(VendorNotFound, "not_found", call, message, status=status)
        if code == "TOO_MANY_REQUESTS":
            hint = "nothing to do: syncd waits"
            return self._error(VendorUnavailable, "rate_limited", call, message, hint, 429, wait)
        if code in _LATER or (not is_known and not call.is_read):
            return self._gone_wrong(call, message, status, wait)
        if not is_known:
            return self.unreadable(call, title, status=status)
        hint = "what was sent must be corrected; the same will be refused again"
        return self._error(VendorRefused, "refused", call, message, hint, status)

    def _title(self, call: Call) -> str:
        return f"the contractor portal's {call.operation}"


def _parsed(content: bytes | None) -> Wire:
    try:
        return parse_json(content or b"")
    except ValueError:
        return None


def _told(envelope: Record) -> Record:
    """What stands in `error`, or in `error.json` behind superjson."""
    error = envelope.get("error")
    if isinstance(error, str):
        return {"message": error}
    inner = error.get("json") if isinstance(error, dict) else None
    if isinstance(inner, dict):
        return inner
    return error if isinstance(error, dict) else {}


def _code(told: Record, received: int | None) -> tuple[str, int | None]:
    """The code, "" where there is none, and the status that was told, else the one received."""
    details = told.get("data")
    details = details if isinstance(details, dict) else {}
    code, status = details.get("code"), details.get("httpStatus")
    status = status if isinstance(status, int) else received
    return code if isinstance(code, str) else "", status


def _words(message: Wire) -> str:
    """The message; a validator's list of issues, which travels as a JSON text, as a sentence."""
    if not isinstance(message, str):
        return ""
    try:
        issues = json.loads(message)
    except ValueError:
        return message
    if not isinstance(issues, list):
        return message
    return "; ".join(_issue(each) for each in issues if isinstance(each, Mapping))


def _issue(issue: Mapping[str, object]) -> str:
    path = issue.get("path")
    where = ".".join(map(str, path)) if isinstance(path, list) else ""
    return f"{where}: {issue.get('message', 'invalid')}" if where else str(issue.get("message"))


def _is_about_procedure(words: str) -> bool:
    """v11: `No procedure found on path "x"`; v10: `No "query"-procedure on path "x"`."""
    lowered = words.lower()
    return lowered.startswith("no ") and "procedure" in lowered and "on path" in lowered
