"""When an intent was sent, by a clock that nobody puts.

Revision: 0006; follows 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("intents", sa.Column("sent_ms", sa.BigInteger(), nullable=True))
    op.add_column("intents", sa.Column("sent_boot", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("intents") as table:
        table.drop_column("sent_boot")
        table.drop_column("sent_ms")
