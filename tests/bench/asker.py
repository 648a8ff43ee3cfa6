"""Somebody who asks `/readyz` again and again, in a process of its own: `-m tests.bench.asker URL`.

Prints a JSON list of [instant of asking by time.monotonic, seconds] when stdin is closed.
"""

import json
import select
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from time import monotonic
from urllib.parse import urlsplit

REST_SECONDS = 0.3
"""Between two requests: syncd gives an answer again for a second, so every fourth is a new one."""


def _ask(host: str) -> tuple[float, float]:
    """On a connection of its own, as a watchdog does."""
    begin = monotonic()
    connection = HTTPConnection(host, timeout=60)
    connection.request("GET", "/readyz")
    with connection.getresponse() as answer:
        answer.read()
        status = answer.status
    connection.close()
    if status not in (200, 503):
        raise RuntimeError(f"readyz answered {status}")
    return begin, monotonic() - begin


def _asked(host: str) -> Iterator[tuple[float, float]]:
    while not select.select([sys.stdin], [], [], REST_SECONDS)[0]:
        yield _ask(host)


if __name__ == "__main__":
    print(json.dumps(list(_asked(urlsplit(sys.argv[1]).netloc))))
