"""The way into the sandbox: every vendor request passes here, in this order: written into the
ledger, counted against its key's limit, checked for its key, hit by a fault if one is set,
answered.

Control requests (`/_sandbox/…`) pass straight through and are in no ledger.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers, QueryParams
from starlette.types import Message, Receive, Scope, Send

from syncd.sandbox.answers import Answer, blocked, rate_headers, said, told_status
from syncd.sandbox.connections import Connections, is_gone_within
from syncd.sandbox.faults import Faults, Rule, spoiled
from syncd.sandbox.ledger import Entry, Ledger, fingerprint
from syncd.sandbox.limits import Admission, Limit, Limits, Outcome
from syncd.sandbox.portal import session_of
from syncd.sandbox.shifts import shift
from syncd.sandbox.world import TIERS, World

_FOREVER_SECONDS = 3600.0
_UNCOUNTED = Admission(Outcome.ADMITTED, 0, 0.0)


@dataclass(frozen=True)
class Arrival:
    """One vendor request as it came in; `sent_key` is the key itself, `key` its fingerprint.

    `number` and `admission` are known once it is in the ledger and counted; `effects` collects the
    numbers of the changes that it makes.
    """

    at: float
    vendor: str
    sent_key: str | None
    query: str
    scope: Scope
    body: bytes = b""
    number: int = 0
    admission: Admission = _UNCOUNTED
    effects: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        return fingerprint(self.sent_key)

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def client(self) -> tuple[str, int]:
        """The address of the other end."""
        host, port = self.scope["client"] or ("", 0)
        return host, port

    @property
    def target(self) -> str:
        """What fault rules look at: the path and the query without the key."""
        return f"{self.path}?{self.query}" if self.query else self.path


class _Broken(Exception):
    """The connection is to be reset."""


def default_limits() -> dict[str, Limit]:
    """The vendors' published limits; none is known of the contractor portal."""
    return {
        "agentos": Limit(50, 60.0, hammering_requests=3),
        "letsjobit": Limit(100, 10.0),
        "portal": Limit(0, 60.0),
    }


def vendor_of(path: str) -> str | None:
    """Whose path this is; None: the sandbox's own."""
    if path.startswith("/_sandbox"):
        return None
    if path.startswith("/api/trpc"):
        return "portal"
    return "letsjobit" if path.startswith("/api/") else "agentos"


def _key_and_query(vendor: str, scope: Scope) -> tuple[str | None, str]:
    """The key that came with a request, and the query without it."""
    query = QueryParams(scope["query_string"])
    headers = Headers(scope=scope)
    if vendor == "portal":
        return session_of(headers), str(query)
    name = "API_KEY" if vendor == "letsjobit" else "api_key"
    if vendor == "letsjobit":
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        sent = bearer.strip() if scheme.lower() == "bearer" else None
    else:
        sent = headers.get("api_key")
    rest = "&".join(f"{part}={value}" for part, value in query.multi_items() if part != name)
    return sent or query.get(name), rest


def _accepts_json(scope: Scope) -> bool:
    """Whether the Accept header (none: anything) allows JSON."""
    accepted = Headers(scope=scope).get("accept") or "*/*"
    kinds = [kind.split(";")[0].strip().lower() for kind in accepted.split(",")]
    return any(kind in ("*/*", "application/*", "application/json") for kind in kinds)


async def _whole_body(receive: Receive) -> bytes | None:
    """The body; None when the client hung up before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


class Gate:
    """The ASGI application of a sandbox."""

    def __init__(
        self,
        world: World,
        vendors: dict[str, Starlette],
        control: Starlette,
        *,
        ledger: Ledger,
        limits: Limits,
        faults: Faults,
        connections: Connections,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self.vendors = vendors
        self.control = control
        self.ledger = ledger
        self.limits = limits
        self.faults = faults
        self.connections = connections
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        vendor = vendor_of(scope["path"])
        if vendor is None:
            await self.control(scope, receive, send)
            return
        at = self.clock()
        key, query = _key_and_query(vendor, scope)
        arrival = self._entered(Arrival(at, vendor, key, query, scope))
        body = await _whole_body(receive)
        if body is None:
            self.ledger.close(arrival.number, status=0)
            return
        await self._settle(replace(arrival, body=body), receive, send)

    def _entered(self, arrival: Arrival) -> Arrival:
        """The request in the ledger and counted, both at the instant of arrival."""
        with self.world.lock:
            admission = self.limits.of(arrival.vendor, arrival.key).admit(arrival.at)
            entry = Entry(
                number=0,
                at=arrival.at,
                vendor=arrival.vendor,
                key=arrival.key,
                method=arrival.method,
                route=self._route(arrival),
                path=arrival.path,
                query=arrival.query,
                outcome=admission.outcome,
            )
            return replace(arrival, number=self.ledger.open(entry), admission=admission)

    def _route(self, arrival: Arrival) -> str:
        """The path's template; "none" for a path that the vendor does not have."""
        for route in self.vendors[arrival.vendor].routes:
            methods = getattr(route, "methods", None) or ()
            pattern = getattr(route, "path_regex", None)
            if arrival.method in methods and pattern and pattern.match(arrival.path):
                return str(getattr(route, "path", ""))
        return "none"

    async def _settle(self, arrival: Arrival, receive: Receive, send: Send) -> None:
        """Find the answer, complete the ledger, and send it."""
        rule: Rule | None = None
        answer = self._refusal(arrival)
        try:
            if answer is None:
                with self.world.lock:
                    rule = self.faults.take(arrival.vendor, arrival.method, arrival.target)
                answer = await self._answer(arrival, rule, receive)
        except _Broken:
            answer = None
        self._complete(arrival, answer, rule)
        if answer is None:
            await self.connections.reset(arrival.client, receive)
        else:
            await self._send(answer, arrival, receive, send)

    def _complete(self, arrival: Arrival, answer: Answer | None, rule: Rule | None) -> None:
        """Write the answer into the ledger. A 429 that a fault gave counts as told."""
        status = 0 if answer is None or answer.ends_early else answer.status
        if status == 429 and rule is not None:
            self.limits.of(arrival.vendor, arrival.key).refuse(arrival.at)
        self.ledger.close(
            arrival.number,
            status=status,
            seconds=round(self.clock() - arrival.at, 6),
            fault=rule.kind if rule else None,
            effects=tuple(arrival.effects),
        )

    def _refusal(self, arrival: Arrival) -> Answer | None:
        """What a request gets that is over the limit or has the wrong key."""
        if arrival.admission.outcome is Outcome.BLOCKED:
            return blocked()
        if arrival.admission.outcome is Outcome.OVER:
            return said(arrival.vendor, 429, "Too Many Requests")
        if not self._may_enter(arrival):
            return said(arrival.vendor, 401, "Unauthorized")
        if arrival.vendor == "letsjobit" and not _accepts_json(arrival.scope):
            return said(arrival.vendor, 406, "Not Acceptable")
        return None

    def _may_enter(self, arrival: Arrival) -> bool:
        """Whether the key is right; for AgentOS also for this agency and this tier."""
        if arrival.vendor == "portal":
            return True  # the portal says it in its own envelope
        if arrival.vendor == "letsjobit":
            return arrival.sent_key == self.world.account.key
        tiers = self.world.agency.keys.get(arrival.sent_key or "")
        words = arrival.path.lower().split("/")
        if tiers is None or len(words) < 4 or words[3] != self.world.agency.short_name.lower():
            return False
        return words[2] not in TIERS or words[2] in tiers

    async def _answer(self, arrival: Arrival, rule: Rule | None, receive: Receive) -> Answer:
        """The answer to an admitted request, its fault included."""
        if rule is None:
            return await self._carried_out(arrival)
        if not rule.comes_after_effect():
            if rule.kind == "slow":
                await asyncio.sleep(rule.seconds)
                return await self._carried_out(arrival)
            return await self._faulty(rule, arrival, Answer(200, b"{}"), receive)
        answer = await self._carried_out(arrival)
        return await self._faulty(rule, arrival, answer, receive)

    async def _faulty(
        self, rule: Rule, arrival: Arrival, answer: Answer, receive: Receive
    ) -> Answer:
        """An answer after its fault; raises _Broken when there is to be none."""
        if rule.kind in ("reset_before_effect", "reset_after_effect"):
            raise _Broken
        if rule.kind in ("slow", "timeout"):
            seconds = rule.seconds if rule.kind == "slow" else _FOREVER_SECONDS
            if await is_gone_within(seconds, receive) or rule.kind == "timeout":
                raise _Broken
            return answer
        if rule.kind == "status":
            return told_status(rule, arrival.vendor)
        if rule.kind == "cut":
            return Answer(answer.status, answer.body, answer.headers, ends_early=True)
        if rule.kind == "shift":
            with self.world.lock:
                shift(self.world, arrival.vendor, rule, answer.body)
            return answer
        body, kind = spoiled(rule, answer.body)
        return Answer(answer.status, body, answer.headers, kind)

    async def _carried_out(self, arrival: Arrival) -> Answer:
        """What the vendor's application answers."""
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": arrival.body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        scope: dict[str, Any] = {**arrival.scope, "arrival": arrival}
        await self.vendors[arrival.vendor](scope, receive, send)
        headers = Headers(raw=messages[0]["headers"])
        allow = {"Allow": headers["allow"]} if "allow" in headers else {}
        body = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer(messages[0]["status"], body, allow)

    async def _send(self, answer: Answer, arrival: Arrival, receive: Receive, send: Send) -> None:
        headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
        if arrival.vendor == "letsjobit":
            headers |= rate_headers(arrival.admission, self.limits.by_vendor["letsjobit"])
        raw = [(n.encode(), v.encode()) for n, v in {**headers, **answer.headers}.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        if answer.ends_early:
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await self.connections.close(arrival.client, receive)
            return
        body = b"" if arrival.method == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
