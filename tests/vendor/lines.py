"""The line to a vendor as tests need it: a fake key, a budget without limit, no waiting."""

import math
from dataclasses import dataclass, field

import httpx

from syncd.budget import Verdict
from syncd.model import Side, Turn, Urgency
from syncd.vendor_answers import Judge
from syncd.vendor_http import Auth, Patience, VendorHttp

AGENTOS_KEY = "fake-agentos-key-5f2c"
LETSJOBIT_KEY = "fake-letsjobit-key-81ab"
FAKE_KEYS = (AGENTOS_KEY, LETSJOBIT_KEY)


@dataclass(frozen=True)
class OpenPermit:
    """The right to send one request, fresh or waited with for too long."""

    is_fresh: bool = True


@dataclass
class OpenBudget:
    """A budget that has a permit for everybody and remembers what it was told.

    `grants` are what the first calls get instead: a stale permit, or an exception.
    """

    urgencies: list[Urgency] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    grants: list[OpenPermit | Exception] = field(default_factory=list)

    async def acquire(self, turn: Turn, urgency: Urgency) -> OpenPermit:
        grant = self.grants.pop(0) if self.grants else OpenPermit()
        if isinstance(grant, Exception):
            raise grant
        self.urgencies.append(urgency)
        return grant

    async def settle(self, permit: OpenPermit, verdict: Verdict) -> None:
        self.verdicts.append(verdict)


def turn(*, deadline: float = math.inf) -> Turn:
    """A turn that checks no lease."""
    return Turn(connection=None, epoch=None, deadline=deadline)


def line(
    client: httpx.AsyncClient,
    url: str,
    *,
    side: Side = Side.AGENTOS,
    auth: Auth | None = None,
    budget: OpenBudget | None = None,
    deadline: float = math.inf,
    patience: Patience | None = None,
    waits: list[float] | None = None,
    judge: Judge | None = None,
) -> VendorHttp:
    """A VendorHttp to `url` that notes its waits instead of waiting."""

    async def wait(seconds: float) -> None:
        if waits is not None:
            waits.append(seconds)

    return VendorHttp(
        side=side,
        http=client,
        base_url=url,
        auth=auth or Auth("header", "api_key", AGENTOS_KEY),
        budget=budget or OpenBudget(),
        turn=turn(deadline=deadline),
        patience=patience,
        sleep=wait,
        judge=judge,
    )
