"""Progress of a cycle on a terminal: how many changes are left, as the store says it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from syncd.cli.screen import aside
from syncd.errors import SyncdError
from syncd.store.cycles import connection_row
from syncd.store.database import Database
from syncd.store.outbox import count_waiting

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY_SECONDS = 0.5


@asynccontextmanager
async def progress(database: Database, names: Sequence[str]) -> AsyncIterator[None]:
    """A bar per connection that is not paused, on standard error while the block runs.

    Nothing off a terminal.
    """
    rows = {name: await database.read(connection_row, name) for name in names}
    working = [name for name, row in rows.items() if row is None or row.paused_at is None]
    if not working or not sys.stderr.isatty():
        yield
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[left]}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=aside(), transient=True) as bars:
        tasks = {name: bars.add_task(name, total=None, left="reading") for name in working}
        watching = asyncio.create_task(_watch(database, bars, tasks))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])


async def _watch(database: Database, bars: "Progress", tasks: dict[str, "TaskID"]) -> None:
    most = dict.fromkeys(tasks, 0)
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        for name, task in tasks.items():
            try:
                left = (await database.read(count_waiting, name))["pending"]
            except SyncdError:
                return
            most[name] = max(most[name], left)
            if most[name]:
                done = most[name] - left
                bars.update(task, total=most[name], completed=done, left=f"{left} changes left")
