"""The sandbox's state: what both vendors know, and how they are set to behave.

One `World` holds a LetsJobIt account (visits) and an AgentOS agency. Everything that reads or
changes it holds `world.lock`; the vendors' rules live in their own modules.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from syncd.sandbox.shelf import Record, Shelf

LONDON = ZoneInfo("Europe/London")
VISIT_INDEX = (
    "id",
    "date",
    "driverId",
    "docNo",
    "closed",
    "confirmClose",
    "inProgress",
    "priority",
    "skipped",
)
TIERS = ("maintenance", "documents", "propertymanagement")


_CHOICES = {
    "visit_id_in_path": ("_id", "id", "both"),
    "one_visit_as": ("list", "object"),
    "flags_as": ("boolean", "number", "text"),
    "written_answer": ("object", "string", "message"),
    "mime_form": ("extension", "media-type", "either"),
    "job_documents_as": ("page", "array"),
    "portal_transformer": ("none", "superjson"),
}


@dataclass(frozen=True)
class Options:
    """Where the vendors' pages leave a choice, which one this sandbox takes."""

    strict_fields: bool = True
    """Fields that no vendor page names are refused in writes."""
    visit_id_in_path: str = "_id"
    """What `/visits/{ID}` takes: "_id", "id" (the ERP id) or "both"."""
    flags_as: str = "boolean"
    """How visits' flags are answered: "boolean" (the sample), "number" (the tables) or "text"."""
    visit_lines: bool = True
    """Visits are answered with `lines`; the vendor's sample has none."""
    extra_data_values: bool = True
    """`extraData` is answered with `value`; the vendor's table of answers does not name it."""
    one_visit_as: str = "list"
    """`data` of GET /visits/{ID}: "list" (the same structure as all visits) or "object"."""
    visits_per_post: int = 500
    written_answer: str = "object"
    """What an AgentOS write answers: "object" with the OID, bare "string", or "message"."""
    jobs_carry_documents: bool = True
    jobs_carry_invoices: bool = True
    mime_form: str = "extension"
    """What `MimeType` must be: "extension" (.pdf), "media-type" (application/pdf) or "either"."""
    documents_delay_seconds: float = 0.0
    """How long a document takes to show in the V4 Documents tier."""
    job_documents_as: str = "page"
    """What the V4 Documents tier answers: "page" ({Count, Data}) or a bare "array"."""
    portal_transformer: str = "none"
    """How the contractor portal packs its answers: "none" or "superjson"."""
    portal_hides_errors: bool = False
    """The contractor portal answers null and empty lists, as it does while AgentOS fails it."""
    archived_answers_404: bool = True
    """GET of one archived property answers 404, although lists include it."""

    def shows_visits_as_kept(self) -> bool:
        """Whether a visit's kept text is its answer."""
        return self.visit_lines and self.extra_data_values and self.flags_as == "boolean"

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}")


@dataclass(frozen=True)
class Account:
    """The LetsJobIt account."""

    key: str
    company_id: str
    company_name: str
    drivers: dict[str, str]
    """Names of the engineers by driver id."""


class Agency:
    """One AgentOS agency: its records by kind, and its keys with the tiers that they open."""

    def __init__(self, short_name: str) -> None:
        self.short_name = short_name
        self.keys: dict[str, frozenset[str]] = {}
        self.branches = Shelf("OID", has_etag=True)
        self.properties = Shelf("OID", index=("BranchOID",), has_etag=True)
        self.status_types = Shelf("OID")
        self.jobs = Shelf("OID", index=("BranchOID", "PropertyID"), has_etag=True)
        self.contractors = Shelf("OID", index=("BranchOID",))
        self.landlords = Shelf("OID")
        self.tenants = Shelf("OID")
        self.staff = Shelf("OID")
        self.tenancies = Shelf("OID", index=("BranchOID", "PropertyID"))
        self.preferences = Shelf("OID", index=("PropertyID", "Name"))
        self.custom_fields = Shelf("ID", index=("Of",))
        self.custom_values = Shelf("Key")
        self.documents = Shelf("OID", index=("JobID",))
        self.invoices = Shelf("OID", index=("JobID",))
        self.external_ids = Shelf("ExternalID")
        self.notes = Shelf("OID")
        self.payments = Shelf("OID")
        self.lead_sources = Shelf("OID")
        self.leads = Shelf("OID")
        self.instructions = Shelf("OID")
        self.media_types = Shelf("OID")
        self.portal_media = Shelf("OID")
        self.photos = Shelf("OID")
        self.floor_plans = Shelf("OID")

    def shelves(self) -> dict[str, Shelf]:
        """Every kind of record by its name."""
        return {name: part for name, part in vars(self).items() if isinstance(part, Shelf)}


@dataclass
class World:
    """Everything there is. `now` gives the wall clock (aware), `clock` monotonic seconds."""

    seed: int
    account: Account
    agency: Agency
    options: Options = field(default_factory=Options)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    visits: Shelf = field(default_factory=lambda: Shelf("_id", index=VISIT_INDEX))
    visit_keys: dict[int, str] = field(default_factory=dict)
    """`_id` of a visit by its ERP id."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    made: int = 0
    portal_session: str = ""
    """The Cookie header or bearer token that opens the contractor portal."""

    def new_number(self) -> int:
        """A number never given before."""
        self.made += 1
        return self.made

    def local_time(self) -> datetime:
        """The wall clock in London, naive: neither vendor sends an offset."""
        return self.now().astimezone(LONDON).replace(tzinfo=None, microsecond=0)

    def put_visit(self, visit: Record, *, first: bool = False) -> None:
        """Keep a visit and its ERP id."""
        before = self.visits.get(visit["_id"])
        if before is not None and before["id"] != visit["id"]:
            self.visit_keys.pop(before["id"], None)
        self.visits.put(visit, first=first)
        self.visit_keys[visit["id"]] = visit["_id"]

    def remove_visit(self, key: str) -> None:
        """Forget a visit; KeyError when there is none."""
        self.visit_keys.pop(self.visits.need(key)["id"], None)
        self.visits.remove(key)

    def snapshot(self) -> Record:
        """The whole state as JSON, for `restore`."""
        shelves = {name: shelf.records() for name, shelf in self.agency.shelves().items()}
        return {
            "made": self.made,
            "options": asdict(self.options),
            "visits": self.visits.records(),
            "agency": shelves,
            "portal_session": self.portal_session,
            "keys": {key: sorted(tiers) for key, tiers in self.agency.keys.items()},
        }

    def restore(self, snapshot: Record) -> None:
        """Go back to a snapshot; KeyError or TypeError when it is none."""
        self.options = Options(**snapshot["options"])
        self.made = snapshot["made"]
        self.portal_session = snapshot["portal_session"]
        self.visits.clear()
        self.visit_keys.clear()
        for visit in snapshot["visits"]:
            self.put_visit(visit)
        for name, shelf in self.agency.shelves().items():
            shelf.clear()
            for record in snapshot["agency"][name]:
                shelf.put(record)
        self.agency.keys = {key: frozenset(tiers) for key, tiers in snapshot["keys"].items()}


_LETTERS = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz"


def draw(seed: int, *names: Any) -> bytes:
    """32 bytes that depend on nothing but the arguments: the sandbox's only chance."""
    return hashlib.sha256(repr((seed, names)).encode()).digest()


def oid(seed: int, kind: str, number: int) -> str:
    """An AgentOS object id."""
    text = draw(seed, "oid", kind, number).hex().upper()
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}"


def short_id(seed: int, kind: str, number: int) -> str:
    """A LetsJobIt internal id: 17 letters and digits."""
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in draw(seed, kind, number)[:17])
