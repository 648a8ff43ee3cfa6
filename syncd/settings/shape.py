"""What the tables expect at a place of the document: for cures, for repairs, for the reference."""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from json import dumps
from typing import Annotated, Any, get_args

from pydantic import SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from syncd.settings.faults import Location
from syncd.settings.table import Table
from syncd.settings.whole import Settings


def table_type(field: FieldInfo) -> type[Table] | None:
    """The table that a setting holds, alone, optional or in a list; None where it holds a value."""
    candidates = (field.annotation, *get_args(field.annotation))
    return next((each for each in candidates if _is_table(each)), None)


def setting_at(where: Location) -> tuple[Location, type[Table], FieldInfo | None]:
    """The setting that a place lies in: its own place, its table, and its field.

    The field is None where no setting has that name, or where the place is a table or an entry of a
    list of tables.
    """
    table: type[Table] = Settings
    for depth, part in enumerate(where):
        if isinstance(part, int):
            continue
        field = table.model_fields.get(part)
        inner = table_type(field) if field else None
        if inner is None:
            return where[: depth + 1], table, field
        table = inner
    return where, table, None


def all_tables() -> Iterator[tuple[str, type[Table]]]:
    """Every table with its path, such as ("connections.visit", VisitSettings), in their order."""

    def below(path: str, table: type[Table]) -> Iterator[tuple[str, type[Table]]]:
        for name, field in table.model_fields.items():
            if inner := table_type(field):
                inner_path = f"{path}.{name}" if path else name
                yield inner_path, inner
                yield from below(inner_path, inner)

    yield from below("", Settings)


def as_toml(value: object) -> str:
    """A value as the file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal | date | time):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(as_toml(each) for each in value)}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {as_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return dumps(str(value), ensure_ascii=False)


def default_value(field: FieldInfo) -> object:
    """A setting's default as the file would hold it; a secret's default is none, so it is shown."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if table_type(field):
        return value
    kind: Any = Annotated[(field.annotation, *field.metadata, None)]
    adapter: TypeAdapter[object] = TypeAdapter(kind)
    return adapter.dump_python(value, mode="json")


def example_value(field: FieldInfo) -> object:
    """What a setting may hold: its example where it has one, else its default."""
    return field.examples[0] if field.examples else default_value(field)


def _is_table(candidate: object) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, Table)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else dumps(key)
