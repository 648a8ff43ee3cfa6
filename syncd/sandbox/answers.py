"""Answers that come from the gate and not from a vendor's application, and the headers of both."""

import math
from dataclasses import dataclass, field

from syncd.sandbox.faults import Rule
from syncd.sandbox.limits import Admission, Limit
from syncd.sandbox.shelf import to_json

BLOCK_PAGE = (
    b"<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1>"
    b"</center><hr><center>load balancer</center></body></html>"
)


@dataclass(frozen=True)
class Answer:
    """A whole answer. `ends_early` breaks the connection in the middle of the body."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    ends_early: bool = False


def said(vendor: str, status: int, message: str) -> Answer:
    """An error in the vendor's shape."""
    if vendor == "letsjobit":
        return Answer(status, to_json({"meta": {"error": message}, "data": None}))
    return Answer(status, to_json({"Message": message}))


def blocked() -> Answer:
    """What the load balancer says to a caller who hammers."""
    return Answer(403, BLOCK_PAGE, kind="text/html")


def told_status(rule: Rule, vendor: str) -> Answer:
    """The answer of a `status` fault; a body that begins as HTML is sent as HTML."""
    headers = {} if rule.retry_after is None else {"Retry-After": rule.retry_after}
    if rule.body is None:
        body = said(vendor, rule.status, "The sandbox was told to answer this").body
        return Answer(rule.status, body, headers)
    kind = "text/html" if rule.body.lstrip().startswith("<") else "application/json"
    return Answer(rule.status, rule.body.encode(), headers, kind)


def rate_headers(admission: Admission, limit: Limit) -> dict[str, str]:
    """LetsJobIt API v2, Rate limiting: requests left in the window, and the seconds (whole ones,
    rounded up; with three decimals when a test scaled the window down) before it resets."""
    reset = admission.reset_seconds
    seconds = str(math.ceil(reset)) if limit.window_seconds >= 5 else f"{reset:.3f}"
    return {"X-RateLimit-Remaining": str(admission.remaining), "X-Rate-Limit-Reset": seconds}
