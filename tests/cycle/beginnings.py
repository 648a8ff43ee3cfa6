"""Offices after their first run: each kind is run once, and then its world and store are copied."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

from syncd.cycle.report import CycleReport
from tests.cycle.office import Office, Record


class Beginnings:
    """What first runs left behind in the sandbox of these tests, by the kind of office."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, Record, CycleReport]] = {}

    @asynccontextmanager
    async def after_first_run(
        self, office: Office, kind: str, change: Any
    ) -> AsyncIterator[tuple[Office, CycleReport]]:
        """The office with other settings (`change`) and a store of its own, an hour after its first
        run; and that run's report. The sandbox must be as it began."""
        store = office.directory / f"{kind.replace(' ', '-')}.db"
        kept = self._kept.get(kind)
        if kept is not None:
            store.write_bytes(kept[0])
            with office.box.world.lock:
                office.box.world.restore(kept[1])
        url = f"sqlite:///{store}" if kept is not None else ""
        async with office.configured(change, store=url) as made:
            if kept is None:
                kept = self._kept[kind] = await _run(made)
            made.clock.move(hours=1)
            made.mark()
            yield made, kept[2]


async def _run(office: Office) -> tuple[bytes, Record, CycleReport]:
    report = await office.run()
    copy = office.directory / "beginning.db"
    store = office.app.database.name
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # not `syncd db backup`, whose copy knows that it is one
    with office.box.world.lock:
        return copy.read_bytes(), office.box.world.snapshot(), report
