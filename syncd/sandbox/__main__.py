"""`python -m syncd.sandbox`: stand-ins for both vendors on one loopback port."""

import argparse
import sys
from pathlib import Path

from syncd.sandbox.serving import serve


def _limit(text: str) -> tuple[int, float]:
    """ "50/60": requests per seconds."""
    requests, _, seconds = text.partition("/")
    return int(requests), float(seconds)


def main(arguments: list[str] | None = None) -> int:
    """Parse, serve, and return the exit code: 0 after a signal, 2 when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m syncd.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8400, help="0: any free port")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--agentos-limit", type=_limit, default=(50, 60.0), metavar="50/60")
    parser.add_argument("--letsjobit-limit", type=_limit, default=(100, 10.0), metavar="100/10")
    parser.add_argument("--config-out", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="print one line for a program")
    given = parser.parse_args(arguments)
    try:
        serve(
            port=given.port,
            seed=given.seed,
            agentos_limit=given.agentos_limit,
            letsjobit_limit=given.letsjobit_limit,
            config_out=given.config_out,
            as_json=given.json,
        )
    except OSError as problem:
        print(f"port {given.port}: {problem.strerror}; choose another --port", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
