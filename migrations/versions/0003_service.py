"""The service: which lane of a connection is due, and how it fares; who was told what; retention.

Revision: 0003; follows 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "lanes",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("next_due_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("wake_seq", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("connection", "lane", name="pk_lanes"),
    )
    op.create_table(
        "notices",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "connection", name="pk_notices"),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
    )
    op.add_column("sweeps", sa.Column("finished_ms", sa.BigInteger(), nullable=True))
    op.add_column("sweeps", sa.Column("boot_id", sa.Text(), nullable=True))
    op.create_index(
        "ix_sweeps_connection_lane_is_complete_id",
        "sweeps",
        ["connection", "lane", "is_complete", "id"],
    )
    with op.batch_alter_table("links") as table:
        table.add_column(sa.Column("emergency_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("ix_sweeps_connection_lane_is_complete_id", "sweeps")
    with op.batch_alter_table("sweeps") as table:
        table.drop_column("boot_id")
        table.drop_column("finished_ms")
    with op.batch_alter_table("links") as table:
        table.drop_column("forgotten_at")
        table.drop_column("emergency_at")
    op.drop_table("chores")
    op.drop_table("notices")
    op.drop_table("lanes")
