"""`/healthz` and `/readyz`: whether the process lives, and whether what it knows is fresh.

Open to anyone: watchdogs and load balancers have no token. They say which lanes are stale or fail,
and nothing that is anybody's.
"""

import asyncio
import time
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from syncd.admin.desk import Desk, desk_of
from syncd.admin.models import Alive, FailingLane, Readiness
from syncd.errors import SyncdError
from syncd.freshness import stale_lanes, stalls_of, working
from syncd.store.database import Session
from syncd.store.due import all_failures
from syncd.telling.cures import cure_of

PATIENCE_SECONDS = 2.0
"""A store that takes longer to say how fresh it is counts as unreadable."""

router = APIRouter(tags=["health"])


KEEP_SECONDS = 1.0
"""How long an answer is given again: a big cycle in the same process makes looking slow."""


@dataclass(frozen=True)
class Lanes:
    """Those that are not well: late, or failed when they were read last. What a vendor fails to do
    beside its lanes is among them by its operation's name."""

    stale: tuple[str, ...]
    failing: tuple[FailingLane, ...]


class Probe:
    """Looks at the store for everyone who asks, once at a time: a store that hangs must not be
    asked again and again, and its answer is the same for all."""

    def __init__(self) -> None:
        self._looking: asyncio.Task[Lanes] | None = None
        self._seen: tuple[float, Lanes] | None = None

    async def lanes(self, desk: Desk) -> Lanes:
        """Those that are not well; SyncdError where the store cannot be read in time."""
        if self._seen is not None and time.monotonic() - self._seen[0] < KEEP_SECONDS:
            return self._seen[1]
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(_look(desk))
        looking = self._looking
        done, _ = await asyncio.wait([looking], timeout=PATIENCE_SECONDS)
        if not done:
            raise SyncdError(
                "store_slow",
                f"the store did not answer within {PATIENCE_SECONDS:g} s",
                "see what else uses the database, and whether its disk is well",
            )
        self._seen = (time.monotonic(), looking.result())
        return self._seen[1]


async def _look(desk: Desk) -> Lanes:
    return await desk.reads.read(_lanes, desk)


def _lanes(session: Session, desk: Desk) -> Lanes:
    desk.database.need_there()
    settings = desk.settings()
    stale = stale_lanes(session, settings, now=desk.clock())
    names = {each.name for each in working(session, settings)}
    failing = [
        FailingLane(lane=f"{name}/{lane}", code=code, cure=cure_of(code))
        for name, lane, code in all_failures(session)
        if name in names
    ]
    stalls = stalls_of(session, sorted(names), settings.schedule, now=desk.clock())
    failing += [
        FailingLane(
            lane=f"{each.connection}/{each.operation}", code=each.code, cure=cure_of(each.code)
        )
        for each in stalls
    ]
    late = [f"{each.connection}/{each.lane}" for each in stale]
    late += [f"{each.connection}/{each.operation}" for each in stalls if each.is_late]
    return Lanes(tuple(late), tuple(failing))


@router.get("/healthz")
async def healthz() -> Alive:
    """The process lives."""
    return Alive()


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Lanes are stale, or the store is"}},
)
async def readyz(request: Request) -> JSONResponse:
    """Every lane of every connection that is switched on and not paused was read completely within
    two of its intervals, and no operation beside them fails for longer. What fails is named at
    once, and late only then."""
    probe: Probe = request.app.state.probe
    try:
        lanes = await probe.lanes(desk_of(request))  # as a dependency it would cost a thread's turn
    except SyncdError as error:
        said = {"code": error.code, "message": "the store cannot be read", "hint": error.hint}
        nothing: dict[str, object] = {"is_ready": False, "stale": [], "failing": []}
        return JSONResponse({**nothing, "error": said}, 503)
    found = {
        "is_ready": not lanes.stale,
        "stale": lanes.stale,
        "failing": [each.model_dump() for each in lanes.failing],
        "error": None,
    }
    return JSONResponse(found, 503 if lanes.stale else 200)
