"""What the store remembers, table by table. Only types that both databases have; no queries.

`migrations/` builds the same tables step by step; a test compares the two on both databases.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from syncd.store.columns import Json, RowId, SafeText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row per [[connections]] of the configuration, and what was learned about it.
connections = Table(
    "connections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("short_name", Text, nullable=False),
    Column("company_id", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("first_cycle_at", UtcDateTime),
    Column("last_cycle_at", UtcDateTime),
    Column("visits_swept_at", UtcDateTime),  # the first complete sweep of all visits
    Column("paused_at", UtcDateTime),
    Column("paused_by", Text),
    Column("rules_hash", Text),
    Column("facts", Json, nullable=False, default=dict),  # see `store.copies`
)

# This job and this visit are the same work.
links = Table(
    "links",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connection", Text, ForeignKey("connections.name"), nullable=False),
    Column("job_id", SafeText, nullable=False),
    Column("visit_id", BigInteger),  # the ERP id, ours to choose where `is_ours`
    Column("visit_key", SafeText),  # LetsJobIt's own `_id`
    Column("doc_no", SafeText, nullable=False),
    Column("occurrence", Integer, nullable=False, default=1),
    Column("salt", Integer, nullable=False, default=0),
    Column("is_ours", Boolean, nullable=False),  # syncd made the visit
    Column("is_withdrawn", Boolean, nullable=False, default=False),
    Column("is_open", Boolean, nullable=False, default=False),  # the visit is expected in sweeps
    Column("branch_id", SafeText, nullable=False),
    Column("property_id", SafeText),
    Column("reported_from", SafeText),  # the job's status before we reported awaiting access
    # Whether the job was seen completed after its visit was acknowledged.
    Column("was_completed", Boolean, nullable=False, default=False, server_default=false()),
    Column("settled", Text),  # fingerprint of the inputs at which nothing was left to do
    Column("job_missed", Integer, nullable=False, default=0),  # complete sweeps without the job
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("emergency_at", UtcDateTime),  # since when its job is an Emergency that waits
    Column("forgotten_at", UtcDateTime),  # when retention dropped what is personal of it
    Column("documents", Json),  # the job's, as the V4 Documents tier listed them last
    Column("documents_at", UtcDateTime),
    UniqueConstraint("connection", "visit_id"),
    UniqueConstraint("connection", "job_id"),
    Index(None, "connection", "property_id"),
    Index(None, "connection", "doc_no"),
)

# What a side said last about one of its records; null content: a record that is not ours.
observations = Table(
    "observations",
    metadata,
    Column("connection", Text, ForeignKey("connections.name"), primary_key=True),
    Column("side", Text, primary_key=True),
    Column("record_id", SafeText, primary_key=True),
    Column("fingerprint", Text, nullable=False),  # of the raw record
    Column("erp_id", SafeText),  # of a visit, as text
    Column("doc_no", SafeText),
    Column("tag", SafeText),  # the job OID that our tag on the visit names
    Column("content", Json),
    Column("problem", SafeText),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "connection", "side", "doc_no"),
    Index(None, "connection", "side", "tag"),
    Index(None, "connection", "side", "erp_id"),
)

# What engineers left behind in closed visits, until everything of it is delivered.
closures = Table(
    "closures",
    metadata,
    Column("connection", Text, ForeignKey("connections.name"), primary_key=True),
    Column("visit_key", SafeText, primary_key=True),
    Column("link_id", RowId, ForeignKey("links.id")),
    Column("content", SafeText),  # the raw visit as JSON; null once retention dropped it
    Column("signature", SafeText),  # the vendor's text; null: none, or dropped
    Column("content_hash", Text, nullable=False),
    Column("was_found", Boolean, nullable=False),  # closed already when its link was found
    Column("invoice_number", SafeText),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    Index(None, "link_id"),
    Index(None, "invoice_number"),
)

# Submitted invoices on their way to their money, as the contractor portal shows them.
invoices = Table(
    "invoices",
    metadata,
    Column("intent_id", RowId, primary_key=True, autoincrement=False),  # that submitted it
    Column("connection", Text, ForeignKey("connections.name"), nullable=False),
    Column("link_id", RowId),
    Column("job_id", SafeText, nullable=False),
    Column("visit_id", BigInteger),
    Column("number", SafeText, nullable=False),
    Column("gross", Text, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("paid", Json, nullable=False),  # entries of the statement
    Column("pending", Json, nullable=False),  # entries of the pending statement
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "connection", "state"),
    Index(None, "link_id"),
)

# What a custom field of AgentOS is to say about visits, by the job or property that has the field.
marks = Table(
    "marks",
    metadata,
    Column("connection", Text, ForeignKey("connections.name"), primary_key=True),
    Column("object_id", SafeText, primary_key=True),
    Column("field", SafeText, primary_key=True),  # "job" or "property", and the field's name
    Column("link_id", RowId, nullable=False),  # whose visit changed last
    Column("job_id", SafeText, nullable=False),
    Column("visit_id", BigInteger),
    Column("wanted", SafeText, nullable=False),
    Column("written", SafeText),  # what AgentOS took last; null: nothing yet
    Column("changed_at", UtcDateTime, nullable=False),
)

# What both sides of a link were when they last agreed.
bases = Table(
    "bases",
    metadata,
    Column("link_id", RowId, ForeignKey("links.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),  # of the canonical form
    Column("job", Json, nullable=False),
    Column("visit", Json, nullable=False),
    Column("taken", Json, nullable=False),  # fields that the dispatcher took over
    Column("moved_at", UtcDateTime, nullable=False),
)

# Cached reference records: branches, status types, contractors, properties, tenancies and so on.
directory = Table(
    "directory",
    metadata,
    Column("connection", Text, ForeignKey("connections.name"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("oid", SafeText, primary_key=True),
    Column("parent", SafeText),
    Column("content", Json),  # null: the vendor has no such record
    Column("fingerprint", Text, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Index(None, "connection", "kind", "parent"),
)

_UNFINISHED = text("state IN ('pending', 'sending', 'in_doubt', 'dead')")

_NOT_SUPERSEDED = text("state <> 'superseded'")

# The outbox: decisions to make one change at a vendor, stored before they are tried.
intents = Table(
    "intents",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connection", Text, ForeignKey("connections.name"), nullable=False),
    Column("link_id", RowId, ForeignKey("links.id")),
    Column("intent_key", Text, nullable=False),
    Column("effect_key", Text),  # of what must never happen twice
    Column("kind", Text, nullable=False),
    Column("job_id", SafeText),
    Column("visit_id", BigInteger),
    Column("payload", Json, nullable=False),
    Column("result", Json),  # what the vendor answered or showed: OID, name, size, hash
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", UtcDateTime),
    Column("sending_at", UtcDateTime),
    Column("sent_ms", BigInteger),  # the same by `boot_clock_ms` of the start `sent_boot`
    Column("sent_boot", Text),
    Column("epoch", BigInteger),  # of the lease under which it was last tried
    Column("reason", SafeText),
    Column("code", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Index(
        "uq_intents_connection_intent_key_unfinished",
        "connection",
        "intent_key",
        unique=True,
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    ),
    Index(
        "uq_intents_connection_effect_key",
        "connection",
        "effect_key",
        unique=True,
        sqlite_where=_NOT_SUPERSEDED,
        postgresql_where=_NOT_SUPERSEDED,
    ),
    Index(None, "connection", "state"),
    Index(None, "link_id"),
)

_OPEN = text("closed_at IS NULL")

# What waits for a person; `topic` is what it is about and is unique while the item is open.
inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connection", Text, ForeignKey("connections.name"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("topic", SafeText, nullable=False),
    Column("link_id", RowId, ForeignKey("links.id")),
    Column("job_id", SafeText),
    Column("visit_id", BigInteger),
    Column("summary", SafeText, nullable=False),
    Column("choices", Json, nullable=False),
    Column("details", Json, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("choice", Text),
    Column("value", SafeText),
    Column("decided_at", UtcDateTime),
    Column("decided_by", SafeText),
    Column("closed_at", UtcDateTime),
    Column("closed_why", SafeText),
    Index(
        "uq_inbox_connection_kind_topic_open",
        "connection",
        "kind",
        "topic",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    Index(None, "link_id"),
)

# Append-only history. No foreign keys: it outlives what it tells about.
journal = Table(
    "journal",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("connection", Text),
    Column("link_id", RowId),
    Column("cycle_id", RowId),
    Column("who", SafeText, nullable=False),
    Column("event", Text, nullable=False),
    Column("job_id", SafeText),
    Column("visit_id", BigInteger),
    Column("field", Text),
    Column("old", Json),
    Column("new", Json),
    Column("why", SafeText, nullable=False),
    Index(None, "link_id"),
    Index(None, "connection", "at"),
)

cycles = Table(
    "cycles",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connection", Text, ForeignKey("connections.name"), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("outcome", Text),
    Column("report", Json),
    Index(None, "connection", "started_at"),
)

# Complete and incomplete readings of one lane.
sweeps = Table(
    "sweeps",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("connection", Text, ForeignKey("connections.name"), nullable=False),
    Column("cycle_id", RowId, ForeignKey("cycles.id")),
    Column("lane", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("is_complete", Boolean, nullable=False, default=False),
    Column("records", Integer, nullable=False, default=0),
    Column("requests", Integer, nullable=False, default=0),
    Column("error", SafeText),
    # When it finished by `store.clock`, of the start `boot_id`; null: before 0003.
    Column("finished_ms", BigInteger),
    Column("boot_id", Text),
    Index(None, "connection", "lane", "finished_at"),
    Index(None, "connection", "lane", "is_complete", "id"),
)

# When each lane of a connection is due and how it fares. No foreign key: a lane may be woken before
# the connection's first cycle. Times are milliseconds of `store.clock`, of the start `boot_id`.
lanes = Table(
    "lanes",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("boot_id", Text, nullable=False),
    Column("next_due_ms", BigInteger, nullable=False),
    Column("due_since_ms", BigInteger),  # set while it is put off: since when it should have run
    Column("wake_seq", BigInteger, nullable=False),  # counts wishes to run now
    Column("failures", Integer, nullable=False),  # in a row
    Column("code", Text),  # of the failure that lasts; null: it works
)

# What people were told and still lasts, by kind and connection ("": not of one connection).
notices = Table(
    "notices",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("topics", Json, nullable=False),  # what of this kind they know of
    Column("told_at", UtcDateTime, nullable=False),
    Column("repeats", Integer, nullable=False),  # how often it was said again
    Column("recent", Json, nullable=False),  # the instants of the last hour's messages
)

# Work of the service that is done once in a while, whoever does it.
chores = Table(
    "chores",
    metadata,
    Column("name", Text, primary_key=True),
    Column("done_at", UtcDateTime, nullable=False),
)

# Who works on a connection. Times here and in the budgets are milliseconds of `store.clock`.
leases = Table(
    "leases",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("owner", Text),  # one process; null: free
    Column("holder", SafeText, nullable=False),  # for people: pid, host, command
    Column("epoch", BigInteger, nullable=False),  # grows with each take
    Column("expires_at_ms", BigInteger, nullable=False),
)

# One row per API key (its keyed hash), locked while slots of the key are granted or settled.
budgets = Table(
    "budgets",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("side", Text, nullable=False),
    Column("request_limit", Integer, nullable=False),
    Column("window_ms", BigInteger, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("as_of_ms", BigInteger, nullable=False),  # the clock at the last change
    Column("grants", BigInteger, nullable=False),  # counts permits; numbers the slots
    Column("frozen_until_ms", BigInteger, nullable=False),
    Column("frozen_why", Text),
    Column("refusals", Integer, nullable=False),  # 429 in a row; above 0 one probe goes first
    Column("refused_at_ms", BigInteger),
    Column("blocks", Integer, nullable=False),  # 403 after 429, in a row
    Column("probe", BigInteger),  # the slot of the probe that is out
)

# A slot of a key that is busy; there is no row for a free one.
budget_slots = Table(
    "budget_slots",
    metadata,
    Column("key_id", Text, ForeignKey("budgets.key_id"), primary_key=True),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("busy_until_ms", BigInteger, nullable=False),
    Column("held_until_ms", BigInteger),  # the answer must be known by then; null: it is
)

# Requests with a key in each minute of the wall clock, for two hours. No foreign key: it would cost
# every request a look, and nothing depends on these rows.
budget_minutes = Table(
    "budget_minutes",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),  # since the epoch
    Column("requests", Integer, nullable=False),
)
