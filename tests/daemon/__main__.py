"""`python -m tests.daemon`, which `make prove` runs: a quarter of an hour with the daemon."""

import argparse
import sys

from rich.console import Console

from tests.daemon.prove import prove_daemon


def main() -> int:
    """Live through it; exit code 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.daemon", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0, help="default: 15")
    parser.add_argument("--seed", type=int, default=1, help="of what happens; default: 1")
    asked = parser.parse_args()
    held = prove_daemon(Console(width=120), minutes=asked.minutes, seed=asked.seed)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
