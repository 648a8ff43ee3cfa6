"""A sandbox in its own process with an account of many visits, and stores that work against it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from syncd.sandbox import SandboxSubprocess

LIMIT = (1000, 1.0)
"""A limit that no loop here reaches, in a window in which about as many requests count as in ten
seconds of LetsJobIt's own: the books of a budget are as long as in earnest, but nobody waits."""

SIGNATURE_LETTERS = 2048


@dataclass(frozen=True)
class Account:
    """A sandbox: where it is, LetsJobIt's key, and the folder that holds its syncd.toml."""

    url: str
    letsjobit_key: str
    folder: Path

    def fill(self, *, visits: int, state: str) -> None:
        """The seed's world again, with visits of other customers up to this number in all."""
        self._control("/reset", {})
        there = len(self._records("visits"))
        self._control(
            "/bulk",
            {
                "visits": visits - there,
                "signature_size": SIGNATURE_LETTERS,
                "states": [state],
            },
        )

    def new_store(self, name: str) -> Path:
        """A folder with a configuration and no store yet."""
        made = self.folder / name
        made.mkdir()
        shutil.copy(self.folder / "syncd.toml", made)
        return made

    def requests(self, vendor: str) -> int:
        """How many requests the vendor has seen since the ledger was cleared."""
        entries = self._ledger()["entries"]
        return sum(entry["vendor"] == vendor for entry in entries)
