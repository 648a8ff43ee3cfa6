"""The shapes of what programs are told and may say, for `/api/v1/openapi.json`.

The documents are those of `syncd.telling`; a test compares the two.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LARGEST = 2**53
"""No number of a row or of a cycle is larger."""


class Shape(BaseModel):
    """A document with these names at least: a later version may say more."""

    model_config = ConfigDict(extra="allow")


class ErrorDetail(Shape):
    """A code for programs, a sentence for people, and the cure."""

    code: str
    message: str
    hint: str


class Error(Shape):
    """Why a request was declined."""

    error: ErrorDetail


class Alive(Shape):
    """The process lives."""

    status: Literal["ok"] = "ok"


class FailingLane(Shape):
    """A lane that failed when it was read last, as "connection/lane", or an operation that fails
    beside the lanes, as "connection/operation"; and what a person has to do before it goes on;
    null: it goes on by itself."""

    lane: str
    code: str
    cure: str | None


class Readiness(Shape):
    """Whether everything is fresh; the stale lanes as "connection/lane", and operations that fail
    for as long as "connection/operation"."""

    is_ready: bool
    stale: list[str]
    failing: list[FailingLane]
    error: ErrorDetail | None


class Paused(Shape):
    """Since when, and by whom."""

    since: str
    by: str | None


class LastCycle(Shape):
    """The latest cycle that has ended; `finished_at` is UTC."""

    number: int
    started_at: str
    finished_at: str
    outcome: str
    errors: list[ErrorDetail]


class LaneHealth(Shape):
    """When a lane was last read completely; `problem`: the error code that keeps it late or
    stopped, `cure`: what a person does about it; `makes`: it makes jobs through V3, reads none."""

    last_complete: str | None
    age_seconds: int | None
    interval_seconds: int
    is_late: bool
    problem: str | None
    cure: str | None
    makes: bool


class BudgetHealth(Shape):
    """The requests that a key has left."""

    limit: int
    window_seconds: float
    free: int
    next_free_in_seconds: float
    frozen_for_seconds: float
    reason: str | None


class VisitCounts(Shape):
    """Links with a visit, and those whose visit is open."""

    linked: int
    open: int


class OutboxCounts(Shape):
    """Changes that have not ended; those that are being sent count as pending."""

    pending: int
    in_doubt: int
    dead: int


class StalledWork(Shape):
    """What a vendor fails to do beside the lanes, since when, and by which error code."""

    operation: str
    what: str
    since: str
    is_late: bool
    problem: str


class ConnectionHealth(Shape):
    """How one connection fares."""

    name: str
    enabled: bool
    paused: Paused | None
    held_by: str | None
    last_cycle: LastCycle | None
    lanes: dict[str, LaneHealth]
    stalled: list[StalledWork]
    budgets: dict[str, BudgetHealth | None]
    visits: VisitCounts
    outbox: OutboxCounts
    inbox: int


class Running(Shape):
    """The syncd that works with the store; `heard_seconds_ago` is null on SQLite."""

    process: int
    host: str
    command: str
    since: str
    heard_seconds_ago: int | None


class DeafTarget(Shape):
    """A target of notifications that takes none, by its place and kind, and since when."""

    target: str
    since: str


class Status(Shape):
    """The health of every connection, and which syncd works on them."""

    at: str
    running: Running | None = None
    deaf_targets: list[DeafTarget] = []
    connections: list[ConnectionHealth]


class LinkGlance(Shape):
    """One job and its visit, in short."""

    id: int
    connection: str
    doc_no: str
    job_id: str
    visit_id: int | None
    visit_key: str | None
    occurrence: int
    is_ours: bool
    is_open: bool


class Links(Shape):
    """A page of links, the newest first; `before` of the next page is `next`, null at the end."""

    links: list[LinkGlance]
    next: int | None


class Item(Shape):
    """One question of the inbox, with what each choice will do."""

    id: int
    connection: str
    kind: str
    job: str | None
    visit: int | None
    summary: str
    choices: list[str]
    opened_at: str
    details: dict[str, Any]
    meanings: dict[str, str]


class Inbox(Shape):
    """A page of the questions that wait, oldest first."""

    items: list[Item]
    next: int | None


class Change(Shape):
    """One change: where it stands, and what it changes."""

    id: int
    connection: str
    kind: str
    state: str
    job: str | None
    visit: int | None
    attempts: int
    code: str | None
    reason: str | None
    created_at: str
    not_before: str | None
    changes: dict[str, Any]


class Outbox(Shape):
    """A page of the changes that have not ended, oldest first."""

    intents: list[Change]
    next: int | None


class StatementEntry(Shape):
    """Money that moved for an invoice; a negative amount was taken back."""

    entry: str
    day: str
    amount: str


class PendingEntry(Shape):
    """An entry of the pending statement."""

    entry: str
    amount: str | None
    status: str


class Payment(Shape):
    """What became of one invoice at the contractor portal; amounts are gross pounds."""

    number: str
    gross: str
    submitted_at: str
    state: Literal["submitted", "pending", "paid", "otherwise"]
    received: str
    paid: list[StatementEntry]
    pending: list[PendingEntry]


class FollowedInvoice(Payment):
    """The same in the list of all; `question`: the item of the inbox that waits about it."""

    id: int
    connection: str
    link: int | None
    doc_no: str
    job_id: str
    since: str
    is_overdue: bool
    portal_amount: str | None
    question: int | None


class InvoiceTotal(Shape):
    """How many invoices, what they ask for, and what was paid for them."""

    count: int
    gross: str
    received: str


class Invoices(Shape):
    """A page of followed invoices, the newest first; totals by state, and of what is overdue."""

    invoices: list[FollowedInvoice]
    totals: dict[str, InvoiceTotal]
    next: int | None


class Link(Shape):
    """Everything about one link: both sides, changes, deliveries, questions, history."""

    connection: str
    doc_no: str
    job_id: str
    visit_id: int | None
    visit_key: str | None
    is_ours: bool
    occurrence: int
    job: dict[str, Any] | None
    visit: dict[str, Any] | None
    fields: dict[str, dict[str, Any]]
    intents: list[Change]
    deliveries: list[dict[str, Any]]
    payments: list[Payment]
    questions: list[Item]
    history: list[dict[str, Any]]


class Cycle(Shape):
    """One cycle; `report` as in `run-once --json`, null while it runs."""

    number: int
    connection: str
    started_at: str
    finished_at: str | None
    outcome: str | None
    report: dict[str, Any] | None


class Cycles(Shape):
    """A page of cycles, the newest first."""

    cycles: list[Cycle]
    next: int | None


class Choice(Shape):
    """The answer to a question; `value` where the choice needs one."""

    model_config = ConfigDict(extra="forbid")

    choose: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    value: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class Resolved(Shape):
    """What was decided, and about which item."""

    item: Item
    choice: str
    value: str | None


class Decided(Shape):
    """What was decided about a change, in the state that it had before."""

    intent: Change
    decision: str


class PausedConnection(Shape):
    """A connection, and since when it is paused; null when it runs."""

    connection: str
    paused: Paused | None


class Woken(Shape):
    """A connection whose lanes are all due now; one that is paused runs when it is resumed."""

    connection: str
    is_due: Annotated[bool, Field(description="false while it is paused")]
