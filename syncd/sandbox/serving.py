"""A sandbox in the foreground, for a person (`syncd sandbox`, `python -m syncd.sandbox`)."""

import contextlib
import json
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from syncd.sandbox.control import overview
from syncd.sandbox.gate import default_limits
from syncd.sandbox.limits import Limit
from syncd.sandbox.seed import seeded_world
from syncd.sandbox.server import RunningSandbox


def limits_from(agentos: tuple[int, float], letsjobit: tuple[int, float]) -> dict[str, Limit]:
    """The vendors' limits with other numbers of requests and seconds."""
    published = default_limits()
    wanted = {"agentos": agentos, "letsjobit": letsjobit}
    return {
        vendor: replace(published[vendor], requests=requests, window_seconds=seconds)
        for vendor, (requests, seconds) in wanted.items()
    }


def _table(sandbox: RunningSandbox, config_out: Path | None) -> str:
    """Addresses and keys, to read."""
    limits = sandbox.limits.by_vendor
    rows = [
        ("AgentOS V4 Maintenance", f"{sandbox.url}/v4/maintenance/{_short_name(sandbox)}"),
        ("  key (header api_key)", sandbox.agentos_key),
        ("  limit", f"{limits['agentos'].requests} in {limits['agentos'].window_seconds:g} s"),
        ("LetsJobIt v2", f"{sandbox.url}/api/v2"),
        ("  key (bearer)", sandbox.letsjobit_key),
        ("  company", sandbox.world.account.company_id),
        ("  limit", f"{limits['letsjobit'].requests} in {limits['letsjobit'].window_seconds:g} s"),
        ("Contractor portal", f"{sandbox.url}/api/trpc"),
        ("  session (cookie)", sandbox.world.portal_session),
        ("State and faults", f"{sandbox.url}/_sandbox/"),
    ]
    rows += [("Configuration", str(config_out))] if config_out else []
    return "\n".join(f"{name:<24}{value}" for name, value in rows)


def _short_name(sandbox: RunningSandbox) -> str:
    return sandbox.world.agency.short_name


@contextlib.contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; the handlers from before are back afterwards."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in signals]
    try:
        yield stop
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def serve(
    *,
    port: int = 8400,
    seed: int = 7,
    agentos_limit: tuple[int, float] = (50, 60.0),
    letsjobit_limit: tuple[int, float] = (100, 10.0),
    config_out: Path | None = None,
    as_json: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT; to be called in the main thread. Limits are (requests,
    seconds); 0 requests means none. Prints addresses and keys once it answers (`as_json`: one line
    for a program) and writes a configuration to `config_out`. OSError when the port is taken."""
    limits = limits_from(agentos_limit, letsjobit_limit)
    world = seeded_world(seed)
    with _stop_signals() as stop, RunningSandbox(world, port=port, limits=limits) as sandbox:
        if config_out is not None:
            config_out.write_text(sandbox.config_text(), encoding="utf-8")
        if as_json:
            text = json.dumps({"url": sandbox.url, **overview(sandbox.world)})
        else:
            text = _table(sandbox, config_out) + "\nStop with Ctrl-C."
        print(text, flush=True)
        stop.wait()
