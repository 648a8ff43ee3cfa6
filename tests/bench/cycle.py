"""One cycle of syncd by the path of `syncd run-once`, on a store that is open already."""

import asyncio
from pathlib import Path
from time import perf_counter, process_time

import anyio.lowlevel

from syncd.app import open_app, run_once
from syncd.cycle.recording import report_document
from syncd.settings import load_settings


def cycle(folder: str) -> dict[str, object]:
    """Run one cycle; RuntimeError when it was not ok, or wrote to a vendor that was settled."""
    return asyncio.run(_cycle(Path(folder)))


async def _cycle(folder: Path) -> dict[str, object]:
    settings = load_settings(folder / "syncd.toml", {})
    async with open_app(settings) as app:
        await anyio.lowlevel.checkpoint()  # imports what the first request would; that is not timed
        begin, cpu_begin = perf_counter(), process_time()
        done = await run_once(app, name=None, deadline_seconds=None)
        seconds, cpu_seconds = perf_counter() - begin, process_time() - cpu_begin
    report = report_document(done.connections[0])
    if report["outcome"] != "ok":
        raise RuntimeError(f"the cycle that was measured went wrong: {report}")
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "report": report}
