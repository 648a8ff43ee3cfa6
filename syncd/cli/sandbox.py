"""`sandbox`: stand-ins for both vendors on this machine.

`--json` prints one document when it answers: its `url`, keys and paths; then it serves until it is
stopped.
"""

import os
from pathlib import Path

from syncd.cli.asked import Asked
from syncd.cli.exits import DONE
from syncd.errors import SyncdError
from syncd.sandbox import serve


def sandbox(
    asked: Asked, *, port: int, seed: int, limits: tuple[str, str], config_out: Path | None
) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    agentos, letsjobit = limits
    if not 0 <= port <= 65_535:
        raise SyncdError("usage", f"--port {port} is no port", "0 to 65535")
    if config_out is not None and not config_out.absolute().parent.is_dir():
        parent = config_out.absolute().parent
        raise SyncdError("usage", f"--config-out: there is no directory {parent}", "create it")
    try:
        serve(
            port=port,
            seed=seed,
            agentos_limit=_limit("--agentos-limit", agentos),
            letsjobit_limit=_limit("--letsjobit-limit", letsjobit),
            config_out=config_out,
            as_json=asked.as_json,
        )
    except OSError as problem:
        words = os.strerror(problem.errno).lower() if problem.errno else "it cannot be used"
        raise SyncdError(
            "sandbox_cannot_start", f"port {port}: {words}", "choose another --port, or 0"
        ) from None
    return DONE


def _limit(option: str, text: str) -> tuple[int, float]:
    """ "50/60": requests per seconds."""
    requests, _, seconds = text.partition("/")
    try:
        limit = int(requests), float(seconds)
    except ValueError:
        limit = -1, 0.0
    if limit[0] < 0 or not 0 < limit[1] < 1e6:
        raise SyncdError("usage", f"{option} {text!r} is no limit", "write 50/60; 0/60 is none")
    return limit
