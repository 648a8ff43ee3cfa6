"""Sessions at contractor portals, which people renew in their files while syncd runs.

A lane whose session has ended waits as long as any that is refused; a new file ends the wait. The
file is not read here: each cycle does that.
"""

import asyncio
from pathlib import Path

from syncd.app import App
from syncd.settings import ConnectionSettings, file_of
from syncd.store import due

LOOK_SECONDS = 2.0

_Look = tuple[int, int, int]
"""What changes with a file: its number, its size, and when it was written."""


class Renewals:
    """The files of all sessions, as they were when they were looked at last."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seen: dict[str, _Look | None] = {}

    async def look(self) -> None:
        """Have lanes that wait for a session run now, where its file is another than before."""
        for connection in self._app.settings.connections:
            path = _session_file(connection)
            if path is None:
                continue
            look = await asyncio.to_thread(_look_at, path)
            before = self._seen.setdefault(connection.name, look)
            if look is not None and look != before:
                await self._app.database.run(due.wake_signed_out, connection.name)
            self._seen[connection.name] = look


def _session_file(connection: ConnectionSettings) -> Path | None:
    portal = connection.contractor_portal
    return file_of(portal.session) if portal is not None and connection.enabled else None


def _look_at(path: Path) -> _Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
