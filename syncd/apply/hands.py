"""What applying works with, and what it came to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from syncd.agentos.documents import Documents
from syncd.agentos.maintenance import Maintenance
from syncd.errors import VendorError
from syncd.evidence.amounts import ChargeRules
from syncd.evidence.layout import Letterhead
from syncd.letsjobit.client import LetsJobIt
from syncd.model import IntentKind, Side, Turn, VisitRules
from syncd.observe.visits import VisitReader
from syncd.store.database import Database

Clock = Callable[[], datetime]
"""The time now, aware in UTC."""


@dataclass(frozen=True)
class Paperwork:
    """How documents and invoices are made and sent (`connections.documents`, `.contractor`)."""

    mime_type: str
    when_unknown: str
    grace_seconds: float
    letterhead: Letterhead
    charges: ChargeRules
    cjk_font: Path | None


@dataclass(frozen=True)
class Hands:
    """One connection's means of changing both vendors and of remembering it."""

    database: Database
    turn: Turn
    connection: str
    letsjobit: LetsJobIt
    reader: VisitReader
    rules: VisitRules
    doc_no_filter: str | None
    agentos: Maintenance
    documents: Documents
    paperwork: Paperwork
    clock: Clock


@dataclass
class Results:
    """What applying came to so far.

    `applied` counts effects that were read back, `overtaken` intents whose visit had changed since
    it was planned. Nothing more is asked of the vendors in `stopped`: they failed, or rest. With
    `is_cut_short` the time for applying was over first.
    """

    applied: Counter[IntentKind] = field(default_factory=Counter)
    overtaken: int = 0
    stopped: set[Side] = field(default_factory=set)
    errors: list[VendorError] = field(default_factory=list)
    is_cut_short: bool = False

    def stop(self, error: VendorError) -> None:
        """Ask this vendor for nothing more: what is left stays in the outbox."""
        self.stopped.add(error.side)
        self.errors.append(error)
