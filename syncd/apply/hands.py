"""What applying works with, and what it came to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from syncd.agentos.documents import Documents
from syncd.agentos.legacy import Legacy
from syncd.agentos.maintenance import Maintenance
from syncd.agentos.property_management import PropertyManagement
from syncd.contractor_portal.job_side import PortalJobs
from syncd.errors import VendorDenied, VendorError, VendorGarbled, VendorRefused
from syncd.evidence.amounts import ChargeRules
from syncd.evidence.layout import Letterhead
from syncd.letsjobit.client import LetsJobIt
from syncd.model import IntentKind, Part, Side, Turn, VisitRules
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
    go_with_invoice: tuple[Part, ...] = ()
    """Papers of the visit that travel with its invoice, where nothing can be attached to a job."""
    unprinted: frozenset[str] = frozenset()
    """Custom fields that stand on no job sheet: what is noted there is for the agency alone."""


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
    legacy: Legacy
    management: PropertyManagement
    paperwork: Paperwork
    clock: Clock
    portal: PortalJobs | None = None
    """The job side where it is the contractor portal: V4 has no notes."""


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

    def pass_over(self, error: VendorError) -> None:
        """Go on without one record, where the answer was about that record alone; else stop."""
        is_key = isinstance(error, VendorDenied)
        if isinstance(error, VendorGarbled | VendorRefused) and not is_key:
            self.errors.append(error)
        else:
            self.stop(error)
