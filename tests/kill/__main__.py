"""`python -m tests.kill`, which `make prove` runs: the long proofs, printed as tables."""

import argparse
import sys

from rich.console import Console

from tests.kill.day import prove_days
from tests.kill.prove import prove_kills
from tests.kill.stories import prove_stories


def main() -> int:
    """Run the proofs; exit code 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--most", type=int, help="so many kills, evenly spread; default: all")
    parser.add_argument("--only", choices=("kills", "days", "stories"), help="only these")
    asked = parser.parse_args()
    screen = Console(width=120)
    held = []
    if asked.only in (None, "kills"):
        held.append(prove_kills(screen, most=asked.most))
    if asked.only in (None, "stories"):
        held.append(prove_stories(screen))
    if asked.only in (None, "days"):
        held.append(prove_days(screen))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
