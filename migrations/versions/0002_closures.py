"""Closures: what engineers left behind, and effects that must never happen twice.

Revision: 0002; follows 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
not_superseded = sa.text("state <> 'superseded'")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "closures",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("visit_key", sa.Text(), nullable=False),
        sa.Column("link_id", row_id, nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("was_found", sa.Boolean(), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection"], ["connections.name"], name="fk_closures_connection_connections"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_closures_link_id_links"),
        sa.PrimaryKeyConstraint("connection", "visit_key", name="pk_closures"),
    )
    op.create_index("ix_closures_link_id", "closures", ["link_id"])
    op.create_index("ix_closures_invoice_number", "closures", ["invoice_number"])
    with op.batch_alter_table("links") as table:
        table.add_column(sa.Column("reported_from", sa.Text(), nullable=True))
        table.add_column(
            sa.Column("was_completed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("intents") as table:
        table.add_column(sa.Column("effect_key", sa.Text(), nullable=True))
        table.add_column(sa.Column("result", sa.JSON(), nullable=True))
    op.create_index(
        "uq_intents_connection_effect_key",
        "intents",
        ["connection", "effect_key"],
        unique=True,
        sqlite_where=not_superseded,
        postgresql_where=not_superseded,
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("uq_intents_connection_effect_key", table_name="intents")
    with op.batch_alter_table("intents") as table:
        table.drop_column("result")
        table.drop_column("effect_key")
    with op.batch_alter_table("links") as table:
        table.drop_column("was_completed")
        table.drop_column("reported_from")
    op.drop_index("ix_closures_invoice_number", table_name="closures")
    op.drop_index("ix_closures_link_id", table_name="closures")
    op.drop_table("closures")
