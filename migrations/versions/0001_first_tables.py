"""The first tables.

Revision: 0001; follows none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the column's type is literally INTEGER.
row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
unfinished = sa.text("state IN ('pending', 'sending', 'in_doubt', 'dead')")
open_items = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "budgets",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("request_limit", sa.Integer(), nullable=False),
        sa.Column("window_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=False),
        sa.Column("grants", sa.BigInteger(), nullable=False),
        sa.Column("frozen_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("frozen_why", sa.Text(), nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("refused_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("blocks", sa.Integer(), nullable=False),
        sa.Column("probe", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name="pk_budgets"),
    )
    op.create_table(
        "connections",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("company_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_cycle_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_cycle_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visits_swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("rules_hash", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_connections"),
    )
    op.create_table(
        "journal",
        sa.Column("id", row_id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connection", sa.Text(), nullable=True),
        sa.Column("link_id", row_id, nullable=True),
        sa.Column("cycle_id", row_id, nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_connection_at", "journal", ["connection", "at"])
    op.create_index("ix_journal_link_id", "journal", ["link_id"])

    op.create_table(
        "leases",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", name="pk_leases"),
    )
    op.create_table(
        "budget_slots",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("busy_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("held_until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"], ["budgets.key_id"], name="fk_budget_slots_key_id_budgets"
        ),
        sa.PrimaryKeyConstraint("key_id", "slot", name="pk_budget_slots"),
    )
    op.create_table(
        "cycles",
        sa.Column("id", row_id, nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_cycles_connection_connections"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cycles"),
    )
    op.create_index("ix_cycles_connection_started_at", "cycles", ["connection", "started_at"])

    op.create_table(
        "directory",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("oid", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_directory_connection_connections"
        ),
        sa.PrimaryKeyConstraint("connection", "kind", "oid", name="pk_directory"),
    )
    op.create_index(
        "ix_directory_connection_kind_parent", "directory", ["connection", "kind", "parent"]
    )

    op.create_table(
        "links",
        sa.Column("id", row_id, nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("visit_key", sa.Text(), nullable=True),
        sa.Column("doc_no", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("salt", sa.Integer(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("branch_id", sa.Text(), nullable=False),
        sa.Column("property_id", sa.Text(), nullable=True),
        sa.Column("settled", sa.Text(), nullable=True),
        sa.Column("job_missed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_links_connection_connections"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("connection", "job_id", name="uq_links_connection_job_id"),
        sa.UniqueConstraint("connection", "visit_id", name="uq_links_connection_visit_id"),
    )
    op.create_index("ix_links_connection_doc_no", "links", ["connection", "doc_no"])
    op.create_index("ix_links_connection_property_id", "links", ["connection", "property_id"])

    op.create_table(
        "observations",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("erp_id", sa.Text(), nullable=True),
        sa.Column("doc_no", sa.Text(), nullable=True),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_observations_connection_connections"
        ),
        sa.PrimaryKeyConstraint("connection", "side", "record_id", name="pk_observations"),
    )
    op.create_index(
        "ix_observations_connection_side_doc_no", "observations", ["connection", "side", "doc_no"]
    )
    op.create_index(
        "ix_observations_connection_side_erp_id", "observations", ["connection", "side", "erp_id"]
    )
    op.create_index(
        "ix_observations_connection_side_tag", "observations", ["connection", "side", "tag"]
    )

    op.create_table(
        "bases",
        sa.Column("link_id", row_id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("job", sa.JSON(), nullable=False),
        sa.Column("visit", sa.JSON(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["links.id"], name="fk_bases_link_id_links", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", name="pk_bases"),
    )
    op.create_table(
        "inbox",
        sa.Column("id", row_id, nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("link_id", row_id, nullable=True),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_inbox_connection_connections"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_inbox_link_id_links"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_link_id", "inbox", ["link_id"])
    op.create_index(
        "uq_inbox_connection_kind_topic_open",
        "inbox",
        ["connection", "kind", "topic"],
        unique=True,
        sqlite_where=open_items,
        postgresql_where=open_items,
    )

    op.create_table(
        "intents",
        sa.Column("id", row_id, nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("link_id", row_id, nullable=True),
        sa.Column("intent_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_intents_connection_connections"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_intents_link_id_links"),
        sa.PrimaryKeyConstraint("id", name="pk_intents"),
    )
    op.create_index("ix_intents_connection_state", "intents", ["connection", "state"])
    op.create_index("ix_intents_link_id", "intents", ["link_id"])
    op.create_index(
        "uq_intents_connection_intent_key_unfinished",
        "intents",
        ["connection", "intent_key"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )

    op.create_table(
        "sweeps",
        sa.Column("id", row_id, nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("cycle_id", row_id, nullable=True),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_sweeps_connection_connections"
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name="fk_sweeps_cycle_id_cycles"),
        sa.PrimaryKeyConstraint("id", name="pk_sweeps"),
    )
    op.create_index(
        "ix_sweeps_connection_lane_finished_at", "sweeps", ["connection", "lane", "finished_at"]
    )


def downgrade() -> None:
    """Take it back."""
    for table in (
        "sweeps",
        "intents",
        "inbox",
        "bases",
        "observations",
        "links",
        "directory",
        "cycles",
        "budget_slots",
        "leases",
        "journal",
        "connections",
        "budgets",
    ):
        op.drop_table(table)
