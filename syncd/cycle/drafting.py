"""A plan while it grows: what it works with, and what was decided so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.policy import Identity
from syncd.cycle.reading import Reading
from syncd.cycle.views import Columns
from syncd.model import Intent, JobId, LinkId, Need, Question
from syncd.reconcile.marks import Standing
from syncd.store.database import Session
from syncd.store.inbox import InboxItem


@dataclass
class Draft:
    """A plan while it grows, link by link."""

    session: Session
    connected: Connected
    reading: Reading
    now: datetime
    live: Sequence[InboxItem]
    columns: Columns
    identities: dict[JobId, Identity] = field(default_factory=dict)
    raised: frozenset[LinkId] = frozenset()
    doubtful: frozenset[str] = frozenset()
    needs: set[Need] = field(default_factory=set)
    intents: list[Intent] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    settled: dict[LinkId, str] = field(default_factory=dict)
    standings: dict[LinkId, Standing] = field(default_factory=dict)

    def need(self, needs: frozenset[Need]) -> None:
        """Ask for what must be looked at, unless looking has failed in this cycle."""
        self.needs |= needs - self.reading.failed
