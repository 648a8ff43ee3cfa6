"""The vocabulary of syncd: frozen values that every stage speaks, with no behaviour but their own.

Nothing here reads a clock, a file, a database or the network, and nothing here knows a vendor's
field names: those live in `syncd.agentos.wire` and `syncd.letsjobit.wire`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, NewType, Union

JobId = NewType("JobId", str)
"""An AgentOS OID of a maintenance job: opaque text."""

VisitId = NewType("VisitId", int)
"""The ERP `id` of a LetsJobIt visit: a positive integer below 2**52 where syncd made it."""

LinkId = NewType("LinkId", int)
"""The row number of a link in the store."""

Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]  # noqa: UP007 - recursive
"""Whatever JSON can say."""


@dataclass(frozen=True)
class Tag:
    """The compact mark of ours on a visit: whose job it is for."""

    short_name: str
    job_id: JobId


@dataclass(frozen=True)
class JobDocument:
    """A document that a job lists."""

    document_id: str
    name: str
    size: int | None


@dataclass(frozen=True)
class JobInvoice:
    """A contractor's invoice that a job lists."""

    invoice_id: str
    number: str
    amount: Decimal | None
    status: str


@dataclass(frozen=True)
class Branch:
    """A branch of the agency."""

    branch_id: str
    name: str
    company_name: str
    phone: str


@dataclass(frozen=True)
class Place:
    """A property: where the work is. Address lines are as the agency typed them."""

    property_id: str
    reference: str
    flat: str
    number: str
    street: str
    district: str
    town: str
    county: str
    post_code: str
    landlord_id: str


@dataclass(frozen=True)
class Person:
    """A tenant, landlord or other contact; a company may stand in `surname`."""

    person_id: str
    title: str
    forename: str
    surname: str
    phones: tuple[str, ...]


@dataclass(frozen=True)
class Preference:
    """A maintenance preference of a property."""

    name: str
    notes: str


@dataclass(frozen=True)
class Tenancy:
    """A tenancy of a property; `contacts` are those named for access beside the tenants.

    `state` is the agency's own word, "" where none is known.
    """

    tenancy_id: str
    property_id: str
    state: str
    is_archived: bool
    tenants: tuple[Person, ...]
    contacts: tuple[Person, ...]
    access: str


@dataclass(frozen=True)
class DriverRule:
    """A rule that picks the engineer: `when` is branch, postcode or category."""

    when: str
    value: str
    driver_id: str


class Side(StrEnum):
    """The two vendors that are kept in agreement."""

    AGENTOS = "agentos"
    LETSJOBIT = "letsjobit"


class Lane(StrEnum):
    """The kinds of regular reading, each with its own interval (`schedule`)."""

    CLOSURES = "closures"
    JOBS = "jobs"
    VISITS = "visits"
    DIRECTORY = "directory"
    STATEMENTS = "statements"

    @property
    def side(self) -> Side:
        """Which vendor it asks."""
        is_of_visits = self in (Lane.CLOSURES, Lane.VISITS)
        return Side.LETSJOBIT if is_of_visits else Side.AGENTOS


class Urgency(IntEnum):
    """Who gets the next permit of a key; lower goes first."""

    CLOSURES = 0
    CREATIONS = 1
    UPDATES = 2
    POLLS = 3
    SWEEPS = 4


@dataclass(frozen=True)
class Turn:
    """The right of this process to work on one connection, until a deadline.

    `connection` and `epoch` are None for a command that works beside a daemon: no lease is checked.
    `deadline` is an instant of `time.monotonic()`; `math.inf` where there is none. A wait of more
    than `longest_wait_seconds` for one request counts as if the deadline had come.
    """

    connection: str | None
    epoch: int | None
    deadline: float
    longest_wait_seconds: float = math.inf


class Field(StrEnum):
    """What a works order says, each with one owner (setting `connections.fields`)."""

    DESCRIPTION = "description"
    ADDRESS = "address"
    CONTACT = "contact"
    ACCESS = "access"
    PRIORITY = "priority"
    CATEGORY = "category"
    DATE = "date"
    DRIVER = "driver"


class Owner(StrEnum):
    """Whose word holds when both sides say something different about a field."""

    AGENTOS = "agentos"
    LETSJOBIT = "letsjobit"
    ASK = "ask"


class JobState(StrEnum):
    """What a job's status, contractor and existence mean to us (columns of the state table)."""

    WANTED = "wanted"
    UNDER_WAY = "under way"
    OTHER = "other"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NOT_OURS = "not ours"
    GONE = "gone"


class VisitState(StrEnum):
    """Where a visit stands (rows of the state table)."""

    NONE = "none"
    OPEN = "open"
    HIDDEN = "hidden by us"
    IN_PROGRESS = "in progress"
    SKIPPED = "skipped"
    CLOSED = "closed, not confirmed"
    CONFIRMED = "closed and confirmed"
    DELETED = "deleted in LetsJobIt"


@dataclass(frozen=True)
class JobRecord:
    """An AgentOS maintenance job as observed, in neutral terms and canonical values.

    `reference` is the visible number, else the OID. Times are aware UTC; `due` is a day in the
    agency's zone. `documents` and `invoices` are None where the vendor's answer has no such list.
    """

    job_id: JobId
    reference: str
    title: str
    description: str
    status_id: str
    status_name: str
    priority: str
    category: str
    branch_id: str
    property_id: str
    contractor_id: str
    tenant_id: str
    landlord_id: str
    access: str
    reported_at: datetime | None
    due: date | None
    closed_at: datetime | None
    documents: tuple[JobDocument, ...] | None
    invoices: tuple[JobInvoice, ...] | None


@dataclass(frozen=True)
class VisitRecord:
    """A LetsJobIt visit as observed, without its signature; text as the vendor holds it.

    `visit_id` is negative, made of the visit's `_id`, where people made it without an ERP id.

    `tag` is what our tag on the visit names, whether it stands on a line or in `obs`; None where
    the visit carries none. `visit_id` is None where a visit was made in LetsJobIt itself.
    `has_lines` says whether the answer shows lines at all. `is_field` says that it may have been
    raised in the field: it is of the kind that becomes a job (`connections.create_jobs.only`).
    `files` are values of custom fields that are names of pictures or PDFs.
    """

    visit_id: VisitId
    visit_key: str
    doc_no: str
    company_id: str
    date: str
    driver_id: str
    customer: str
    site: str
    site_id: str
    address: str
    city: str
    post_code: str
    contact_person: str
    contact_phone: str
    obs: str
    priority: int | None
    skills: tuple[str, ...]
    is_in_app: bool
    is_in_progress: bool
    is_closed: bool
    is_confirmed: bool
    is_skipped: bool
    skip_reason: str
    closed_at: datetime | None
    has_lines: bool
    tag: Tag | None
    created_at: datetime | None = None
    files: tuple[str, ...] = ()
    is_field: bool = False


@dataclass(frozen=True)
class Observation:
    """What a sweep or a look at one record saw.

    `record_id` is the vendor's own key: the OID of a job, the `_id` of a visit. `content` is
    canonical JSON, None for records that are not ours; `problem` says why a record cannot be used,
    or `GONE` when the vendor answered that it does not exist. `erp_id`, `doc_no` and `tag` (the OID
    that our tag names) are a visit's. `closure` is what is to be delivered of a closed visit that
    waits for acknowledgement: the raw `visit` as JSON text, and its `signature` apart.
    """

    side: Side
    record_id: str
    fingerprint: str
    content: Mapping[str, Json] | None = None
    problem: str | None = None
    erp_id: str | None = None
    doc_no: str | None = None
    tag: str | None = None
    closure: Mapping[str, str | None] | None = None

    def as_row(self) -> list[Json]:
        """The values in the order of the fields, as JSON."""
        content = dict(self.content) if self.content is not None else None
        return [
            self.side.value,
            self.record_id,
            self.fingerprint,
            content,
            self.problem,
            self.erp_id,
            self.doc_no,
            self.tag,
            dict(self.closure) if self.closure is not None else None,
        ]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Observation:
        """The reverse of `as_row`."""
        return cls(Side(row[0]), *row[1:])


GONE = "gone"
"""The problem of a record that the vendor says does not exist, and its fingerprint."""


@dataclass(frozen=True)
class Surroundings:
    """What a visit needs to know beside the job itself; None or empty where nothing is known.

    `contacts` are the people that the tenancy names for access beside its tenants.
    """

    branch: Branch | None = None
    place: Place | None = None
    tenants: tuple[Person, ...] = ()
    contacts: tuple[Person, ...] = ()
    access: str = ""
    preferences: tuple[Preference, ...] = ()


@dataclass(frozen=True)
class VisitRules:
    """The settings that shape a visit (`connections.visit`, `.letsjobit`, `.invoice`)."""

    connection: str
    short_name: str
    company_id: str
    default_driver: str
    doc_no: str
    doc_type: str
    duration_seconds: int
    due_days: Mapping[str, int]
    skills: Mapping[str, tuple[str, ...]]
    drivers: tuple[DriverRule, ...]
    fields: tuple[Mapping[str, Json], ...]
    extra: Mapping[str, Json]
    timezone: str


@dataclass(frozen=True)
class WorksOrder:
    """What one side says about a piece of work: for each field, a canonical JSON value.

    The shape of each value is the visit's, because that is where the work is done:
    `description` {"text"}, `access` {"access", "preferences"}, `address` {"customer", "site",
    "siteId", "address", "city", "postCode"}, `contact` {"contactPerson", "contactPhone"},
    `priority` {"priority"}, `category` {"required_skills"}, `date` {"date"}, `driver` {"driverId"}.
    A field about which this side has no opinion is absent. Equal values mean the same.
    """

    values: Mapping[Field, Json]


@dataclass(frozen=True)
class Base:
    """What both sides said when they last agreed, and which fields the dispatcher took over."""

    job: Mapping[Field, Json] = field(default_factory=dict)
    visit: Mapping[Field, Json] = field(default_factory=dict)
    taken: frozenset[Field] = frozenset()


@dataclass(frozen=True)
class Link:
    """This visit and this job are the same work; `visit_id` is None until a visit is known.

    `reported_from` is the status that the job had before we reported that the visit was skipped;
    `was_completed` is whether the job was seen completed after its visit was acknowledged.
    `emergency_at` is since when its job is an Emergency that waits or is under way.
    """

    link_id: LinkId
    connection: str
    job_id: JobId
    visit_id: VisitId | None
    visit_key: str | None
    doc_no: str
    occurrence: int
    salt: int
    is_ours: bool
    is_withdrawn: bool
    is_open: bool
    reported_from: str | None
    was_completed: bool
    branch_id: str
    property_id: str
    settled: str | None
    job_missed: int
    emergency_at: datetime | None = None


class IntentKind(StrEnum):
    """The effects that syncd can have on a vendor."""

    CREATE_VISIT = "create_visit"
    UPDATE_VISIT = "update_visit"
    WITHDRAW_VISIT = "withdraw_visit"
    CREATE_JOB = "create_job"
    UPDATE_JOB = "update_job"
    ATTACH_DOCUMENT = "attach_document"
    SUBMIT_INVOICE = "submit_invoice"
    ADD_NOTE = "add_note"
    ADD_PHOTO = "add_photo"
    SET_CUSTOM_FIELD = "set_custom_field"
    CREATE_LEAD = "create_lead"
    CONFIRM_CLOSE = "confirm_close"


class Part(StrEnum):
    """What is delivered of a closed visit, in this order."""

    STATUS = "status"
    SIGNATURE = "signature"
    JOB_SHEET = "job-sheet"
    INVOICE = "invoice"
    NOTE = "note"
    PHOTO = "photo"
    LEAD = "lead"
    CONFIRM = "confirm"


class IntentState(StrEnum):
    """Where an intent stands; see the life of an intent in the decisions."""

    PENDING = "pending"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    DEAD = "dead"
    DONE = "done"
    SUPERSEDED = "superseded"


class InboxKind(StrEnum):
    """Questions that wait for a person."""

    CONFLICT = "conflict"
    IN_DOUBT = "in_doubt"
    MISSING_AMOUNT = "missing_amount"
    APPROVE_INVOICE = "approve_invoice"
    GUARD = "guard"
    HISTORY = "history"
    UNMATCHED_VISIT = "unmatched_visit"
    VISIT_DELETED = "visit_deleted"
    UNKNOWN_STATUS = "unknown_status"
    REFUSED = "refused"
    BAD_RECORD = "bad_record"
    BAD_EVIDENCE = "bad_evidence"
    PAYMENT = "payment"


@dataclass(frozen=True)
class StatusRoles:
    """Which of the agency's status types play which part, as OIDs; None or empty: not named."""

    visit_when: frozenset[str] = frozenset()
    in_progress: str | None = None
    awaiting_access: str | None = None
    completed: str | None = None
    cancelled: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    """Status type OID by its name in lower case, for jobs that show only the name."""


@dataclass(frozen=True)
class Change:
    """One visible difference that an intent makes, for people."""

    old: Json
    new: Json


@dataclass(frozen=True)
class Intent:
    """A decision to make one change, stored before it is tried: inert, printable, countable.

    `changes` is for people; `payload` is what performing needs. `key` names the effect: the same
    effect planned again has the same key. `effect_key` is set where it must never happen twice.
    """

    kind: IntentKind
    connection: str
    job_id: JobId | None
    visit_id: VisitId | None
    link_id: LinkId | None
    changes: Mapping[str, Change]
    payload: Mapping[str, Json]
    key: str
    effect_key: str | None = None


NEEDS = "it-arrived needs"
"""The detail of a question that says what the value of `it-arrived` must hold."""


@dataclass(frozen=True)
class Question:
    """Something only a person can decide; `topic` is unique per connection and kind.

    Of one that `lasts` the answer `retry` holds while the cause does, like any other answer.
    """

    kind: InboxKind
    topic: str
    summary: str
    choices: tuple[str, ...]
    link_id: LinkId | None = None
    job_id: JobId | None = None
    visit_id: VisitId | None = None
    details: Mapping[str, Json] = field(default_factory=dict)
    lasts: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class GuardReport:
    """A guard that holds intents back: what was allowed, what was found, and of which jobs.

    `kind` is what the intents do.
    """

    guard: str
    limit: str
    found: str
    keys: tuple[str, ...]
    jobs: tuple[JobId, ...] = ()
    kind: IntentKind | None = None


class DirectoryKind(StrEnum):
    """What the directory caches; `preferences` are those of one property together.

    `lettings_property` is what a property's custom field says of it, `custom_field` the field in
    which visits are shown, by `job` or `property` and its name, `field_mark` the visits that the
    field of one object names, `lead_sources` all of the agency.
    """

    BRANCH = "branch"
    STATUS_TYPE = "status_type"
    CONTRACTOR = "contractor"
    PROPERTY = "property"
    TENANCY = "tenancy"
    TENANT = "tenant"
    PREFERENCES = "preferences"
    LETTINGS_PROPERTY = "lettings_property"
    CUSTOM_FIELD = "custom_field"
    FIELD_MARK = "field_mark"
    LEAD_SOURCES = "lead_sources"


@dataclass(frozen=True)
class DirectoryRecord:
    """One cached reference record; `parent` is its branch, the property of a tenancy, or the number
    of the one visit that a job's field names.

    `content` is None when the vendor answered that it has no such record: that is remembered, too.
    """

    kind: DirectoryKind
    oid: str
    parent: str
    content: Mapping[str, Json] | None
    fingerprint: str


class NeedKind(StrEnum):
    """What a plan may have to know before it can be made."""

    PROPERTY = "property"
    TENANT = "tenant"
    PREFERENCES = "preferences"
    LETTINGS_PROPERTY = "lettings_property"
    CUSTOM_FIELD = "custom_field"
    FIELD_MARK = "field_mark"
    LEAD_SOURCES = "lead_sources"
    JOB = "job"
    VISIT = "visit"


@dataclass(frozen=True)
class Need:
    """One record that must be looked at; a visit is named by what `/visits/{ID}` takes."""

    kind: NeedKind
    oid: str
