"""The budgets' last hours: how many requests went out with each key in each minute.

Revision: 0005; follows 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "budget_minutes",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "minute", name="pk_budget_minutes"),
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("budget_minutes")
