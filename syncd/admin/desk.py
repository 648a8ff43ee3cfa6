"""What every endpoint works with: settings, store, clock, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from secrets import token_urlsafe
from typing import Annotated, Concatenate, ParamSpec, TypeVar

import anyio.from_thread
from fastapi import Depends, Request

from syncd.admin.sessions import Attempts, Sessions
from syncd.settings import Settings
from syncd.store.database import Database, Session

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Desk:
    """One admin endpoint's means. `settings` gives those in force: a reload changes them."""

    settings: Callable[[], Settings]
    database: Database  # the daemon's: decisions queue fairly with the cycles' transactions
    reads: Database  # own few threads: slow pages cannot use up the cycles'
    clock: Callable[[], datetime]
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    csrf_when_open: str = field(default_factory=lambda: token_urlsafe(32))

    def read(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a store function in a read transaction. Call it from a plain `def` endpoint, never
        from an `async def`; it waits."""
        return anyio.from_thread.run(partial(self.reads.read, function, *args, **kwargs))

    def run(
        self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `read`, as one write transaction."""
        return anyio.from_thread.run(partial(self.database.run, function, *args, **kwargs))


def desk_of(request: Request) -> Desk:
    """The desk of the endpoint that answers this request."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]
"""A parameter of an endpoint that gets the desk."""
