"""Run by Alembic for `syncd.store.schema`, which hands over the open transaction to work in."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from syncd.store.columns import SafeText, UtcDateTime
from syncd.store.tables import metadata


def plain_type(kind: str, column_type: object, _context: AutogenContext) -> str | Literal[False]:
    """Name the database's own type in new migrations, which have to outlive our classes."""
    if kind == "type" and isinstance(column_type, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(column_type, SafeText):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by building a new one.
    render_as_batch=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
