"""The channels: invoices that are followed to their money, and what visits say in custom fields.

Revision: 0004; follows 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "invoices",
        sa.Column("intent_id", row_id, autoincrement=False, nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("link_id", row_id, nullable=True),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("gross", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paid", sa.JSON(), nullable=False),
        sa.Column("pending", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_invoices_connection_connections"
        ),
        sa.PrimaryKeyConstraint("intent_id", name="pk_invoices"),
    )
    op.create_index("ix_invoices_connection_state", "invoices", ["connection", "state"])
    op.create_index("ix_invoices_link_id", "invoices", ["link_id"])
    op.create_table(
        "marks",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("link_id", row_id, nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_marks_connection_connections"
        ),
        sa.PrimaryKeyConstraint("connection", "object_id", "field", name="pk_marks"),
    )
    op.add_column("links", sa.Column("documents", sa.JSON(), nullable=True))
    op.add_column("links", sa.Column("documents_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("links") as table:
        table.drop_column("documents_at")
        table.drop_column("documents")
    op.drop_table("marks")
    op.drop_index("ix_invoices_link_id", table_name="invoices")
    op.drop_index("ix_invoices_connection_state", table_name="invoices")
    op.drop_table("invoices")
