"""An account of many visits: a sandbox in its own process, and stores that work against it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from syncd.sandbox import SandboxSubprocess
from tests.bench.fresh import measure

LIMIT = (1000, 1.0)
"""A limit that nobody here reaches, over a window in which about as many requests count as do in
earnest (100): the budget's books are as long as they are with LetsJobIt, but nobody waits."""

SIGNATURE_LETTERS = 2048

LEAST_AGENTOS_REQUESTS = {"first": 10, "again": 2}
"""Of the seed's agency: branches, status types, the contractor, and of each of 2 branches
properties, tenancies and jobs, and one tenant that no list shows; afterwards the jobs of
2 branches."""


@dataclass(frozen=True)
class Account:
    """A running sandbox, and the folder that holds a syncd.toml for it."""

    url: str
    letsjobit_key: str
    folder: Path

    def fill(self, name: str, *, visits: int, state: str) -> None:
        """The seed's world, synced once, and other customers' visits up to this number in all."""
        self._ask("POST", "/reset", {})
        measure("tests.bench.cycle:cycle", folder=self.new_store(f"{name}-before"))
        missing = visits - len(self._ask("GET", "/visits")["records"])
        asked = {"visits": missing, "signature_size": SIGNATURE_LETTERS, "states": [state]}
        self._ask("POST", "/bulk", asked)

    def new_store(self, name: str) -> str:
        """A folder with the configuration and no store yet."""
        made = self.folder / name
        made.mkdir()
        shutil.copy(self.folder / "syncd.toml", made)
        return str(made)

    def requests(self) -> dict[str, int]:
        """How many requests each vendor had since this was asked last."""
        entries = self._ask("GET", "/ledger")["entries"]
        self._ask("DELETE", "/ledger")
        vendors = [entry["vendor"] for entry in entries]
        return {vendor: vendors.count(vendor) for vendor in ("agentos", "letsjobit")}

    def _ask(self, method: str, page: str, sent: object = None) -> Any:
        answer = httpx.request(method, f"{self.url}/_sandbox{page}", json=sent, timeout=120)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def running_account() -> Iterator[Account]:
    """A sandbox with the seed's world, until the block ends."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        config = folder / "syncd.toml"
        with SandboxSubprocess(
            agentos_limit=LIMIT, letsjobit_limit=LIMIT, config_out=config
        ) as box:
            yield Account(box.url, box.letsjobit_key, folder)
