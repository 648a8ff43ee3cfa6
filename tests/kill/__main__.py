"""`python -m tests.kill`, which `make prove` runs: the long proofs, printed as tables."""

import argparse
import sys

from rich.console import Console

from tests.kill.prove import prove_kills


def main() -> int:
    """Run the proofs; exit code 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--most", type=int, help="so many kills, evenly spread; default: all")
    asked = parser.parse_args()
    return 0 if prove_kills(Console(width=110), most=asked.most) else 1


if __name__ == "__main__":
    sys.exit(main())
