"""Somebody who asks `/readyz` again and again, in a process of its own, of one or several syncds:
`-m tests.bench.asker URL…`.

Prints a line when every one has answered; and when stdin is closed a JSON list of [instant of
asking by time.monotonic, seconds of each answer in the order of the addresses].
"""

import json
import select
import sys
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from time import monotonic
from urllib.parse import urlsplit

REST_SECONDS = 0.3
"""Between two rounds: syncd gives an answer again for a second, so every fourth is a new one."""


def _ask(host: str) -> float:
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
    return monotonic() - begin


def _asked(hosts: Sequence[str]) -> Iterator[tuple[float, list[float]]]:
    while not select.select([sys.stdin], [], [], REST_SECONDS)[0]:
        yield monotonic(), [_ask(host) for host in hosts]


def main(hosts: Sequence[str]) -> None:
    """Ask all of them until stdin is closed."""
    print([_ask(host) for host in hosts], flush=True)
    print(json.dumps(list(_asked(hosts))))


if __name__ == "__main__":
    main([urlsplit(url).netloc for url in sys.argv[1:]])
