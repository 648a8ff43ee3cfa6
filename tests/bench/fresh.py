"""One piece of work in a process of its own: what it returns, and that process's peak memory."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def measure(work: str, **arguments: object) -> dict[str, Any]:
    """Run `module:function` in a fresh process. It returns a dict with `seconds`, timed by itself,
    so that imports are not; `peak_mb` is added."""
    command = [sys.executable, "-m", "tests.bench.fresh", work, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def peak_mb() -> float:
    """This process's peak of resident memory, in MB of 1024 KB. Not getrusage: that one begins with
    the peak of the process that started us."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def main(work: str, arguments: str) -> None:
    """Do the work and print what came out as one line of JSON."""
    module, function = work.split(":")
    measured = getattr(import_module(module), function)(**json.loads(arguments))
    print(json.dumps({**measured, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
