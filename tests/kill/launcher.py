"""The real `syncd` command, which ends by SIGKILL (or pauses) at one exact point.

    SYNCD_TEST_STOP_AT="commit deliver 2" python -m tests.kill.launcher run-once --config …

Points are counted per name: `send 3` is before the third request leaves, `answer 3` after its
whole answer has come, `send to submitInvoice 1` before the first one to an address that ends so,
`answer of submitInvoice 1` after it, `commit deliver 2` before the second transaction that ran the
store function `deliver` commits. Nothing of syncd is replaced; its two ways out are watched.
"""

import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from syncd import app, budget, cli, vendor_http
from syncd.store import engines, leases
from syncd.store.database import Database

STOP_AT = "SYNCD_TEST_STOP_AT"
"""The point; none: the command runs to its end."""
STOP_BY = "SYNCD_TEST_STOP_BY"
"""The name of the signal; KILL unless set."""
POINTS = "SYNCD_TEST_POINTS"
"""A file into which every point is written as it is reached."""
LEASE_MS = "SYNCD_TEST_LEASE_MS"
"""How long a lease lasts, so that waiting for its end is short; permits last shorter as well."""
PLENTY_OF_PORTAL = "SYNCD_TEST_PLENTY_OF_PORTAL"
"""Set: the contractor portal's budget, which no setting has, never waits."""


class Points:
    """The points that a process has reached."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._stop_at = environ.get(STOP_AT, "")
        self._signal = signal.Signals[f"SIG{environ.get(STOP_BY, 'KILL')}"]
        self._counts: Counter[str] = Counter()
        path = environ.get(POINTS)
        self._written = Path(path).open("a", buffering=1) if path else None

    def reach(self, name: str) -> None:
        """Count the point, and stop where it is the one."""
        self._counts[name] += 1
        point = f"{name} {self._counts[name]}"
        if self._written is not None:
            self._written.write(f"{point}\n")
        if point == self._stop_at:
            # To this very thread: another one would take the signal later than the point.
            signal.pthread_kill(threading.get_ident(), self._signal)


def watch(points: Points) -> None:
    """Have every request, every answer and every commit of this process reach its point."""
    send, read = httpx.AsyncClient.send, vendor_http._whole

    async def sending(client: httpx.AsyncClient, *args: Any, **kwargs: Any) -> httpx.Response:
        points.reach("send")
        points.reach(f"send to {_last_word(args[0])}")
        return await send(client, *args, **kwargs)

    async def reading(response: httpx.Response, most_bytes: int) -> bytes | None:
        content = await read(response, most_bytes)
        points.reach("answer")
        points.reach(f"answer of {_last_word(response.request)}")
        return content

    def watched(run: Callable[..., Any]) -> Any:
        def running(
            database: Database, function: Callable[..., Any], *args: Any, **kwargs: Any
        ) -> Any:
            def before_commit(session: Any, *given: Any, **named: Any) -> Any:
                result = function(session, *given, **named)
                named_function = getattr(function, "func", function)  # of a partial
                points.reach(f"commit {named_function.__name__}")
                return result

            return run(database, before_commit, *args, **kwargs)

        return running

    httpx.AsyncClient.send = sending  # type: ignore[method-assign,assignment]
    vendor_http._whole = reading
    Database.run_now = watched(Database.run_now)  # type: ignore[method-assign]
    Database.run_fleeting = watched(Database.run_fleeting)  # type: ignore[method-assign]


def _last_word(request: httpx.Request) -> str:
    return re.split(r"[/.]", request.url.path)[-1]


def launch(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command of syncd under watch; its exit code."""
    watch(Points(environ))
    if LEASE_MS in environ:
        _shorten_leases(int(environ[LEASE_MS]))
    if PLENTY_OF_PORTAL in environ:
        app.PORTAL_REQUESTS, app.PORTAL_SECONDS = 100_000, 0.1
    return cli.run(arguments)


def _shorten_leases(lease_ms: int) -> None:
    """Leases, their renewal, the life of a permit and of a transaction that stands still, all by
    the same factor."""
    factor = lease_ms / leases.TTL_MS
    engines._STANDSTILL_SECONDS *= factor
    leases.TTL_MS = lease_ms
    leases.RENEWAL_SECONDS *= factor
    budget._SPEND_WITHIN_MS = round(budget._SPEND_WITHIN_MS * factor)


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:], os.environ))
