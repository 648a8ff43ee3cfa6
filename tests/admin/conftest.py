"""Fixtures of the admin endpoint."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio

from syncd.store.database import Database
from tests.admin.endpoint import Endpoint, fill, new_endpoint, settings_for


@pytest_asyncio.fixture
async def endpoint(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Endpoint]:
    """A running endpoint over a store with a little of everything; a token is set."""
    sqlite_database.run_now(fill, datetime.now(UTC))
    url = f"sqlite:///{sqlite_database.path}"
    made = new_endpoint(settings_for(url, tmp_path), sqlite_database)
    await made.server.start()
    yield made
    await made.server.stop()
