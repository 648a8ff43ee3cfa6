"""Column types that read and write the same on SQLite and Postgres. Knows no table."""

from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only where the column's type is literally INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")

# Not JSONB: it refuses "\u0000" and lone surrogates, both of which vendors may send, rounds 1.50 to
# 1.5 in its own way and sorts keys. We never search inside these values.
Json = JSON(none_as_null=True)

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in UTC on the way in and out. SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time (ValueError): it would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SafeText(TypeDecorator[str]):
    """Text that may come from a vendor: what a database cannot hold becomes U+FFFD.

    Postgres refuses NUL, both refuse lone surrogates; one such record must not stop a cycle.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace NUL and lone surrogates; everything else passes unaltered."""
        if value is None:
            return None
        if "\0" in value:
            value = value.replace("\0", _REPLACEMENT)
        if value.isascii():
            return value
        return "".join(_REPLACEMENT if "\ud800" <= sign <= "\udfff" else sign for sign in value)
