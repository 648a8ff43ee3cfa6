"""Changed records of a cycle, kept in an unlinked temporary file.

A first sweep may change every record of an account. The file keeps the memory that a cycle needs
from growing with the account; it has no name, so nothing is left behind whatever happens.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator

from syncd.model import Observation, Side

_IN_MEMORY_BYTES = 4 * 1024 * 1024

_AHEAD_BYTES = 64 * 1024
"""Read at once, then worked through. Each read lets go of the interpreter for an instant, too short
for others to get in; reading line by line would keep every other thread out for as long as it takes
(measured: up to 200 ms; so 3 ms)."""


class Spool:
    """An append-only sequence of observations that can be read any number of times."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(
            max_size=_IN_MEMORY_BYTES, mode="w+", encoding="utf-8", errors="surrogatepass"
        )
        self._length = 0
        self.known: Counter[Side] = Counter()
        self.changed: Counter[Side] = Counter()
        self.shows_lines = False
        self.open_visits = 0
        # Known without reading all again: on the event loop that would hold everybody up.
        self.tags: set[str] = set()
        self.closed_numbers: set[str] = set()

    def note(self, side: Side, *, is_known: bool, is_changed: bool) -> None:
        """Count a record that was known before, and whether it changed since."""
        if is_known:
            self.known[side] += 1
            self.changed[side] += is_changed

    def __len__(self) -> int:
        return self._length

    def add(self, observation: Observation) -> None:
        """Append one observation. `tags` are the OIDs that our tags name, `closed_numbers` the
        docNos of visits that brought their closure."""
        self._file.seek(0, 2)
        row = observation.as_row()
        self._file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        self._file.write("\n")
        self._length += 1
        if observation.tag:
            self.tags.add(observation.tag)
        if observation.closure is not None and observation.doc_no:
            self.closed_numbers.add(observation.doc_no)

    def __iter__(self) -> Iterator[Observation]:
        self._file.seek(0)
        while lines := self._file.readlines(_AHEAD_BYTES):
            for line in lines:
                yield Observation.from_row(json.loads(line))

    def close(self) -> None:
        """Give the space back."""
        self._file.close()
