"""Records of the vocabulary as JSON for the store, and back. Pure.

`written(record)` and `read(kind, content)` undo each other for every frozen dataclass made of text,
numbers, days, instants, tuples and other such dataclasses. What cannot be read raises BadRecord, so
that a content written by another version is observed anew and never trusted.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from syncd.errors import BadRecord
from syncd.model import Json

Record = TypeVar("Record")

# The one place where types are only known as values, hence Any.
_Reader = Callable[[Any], Any]
_NAMES_OF_PLAIN = {str: "text", int: "a whole number", bool: "true or false"}


def written(record: object) -> dict[str, Json]:
    """The record as a JSON object under its own field names; instants in UTC, amounts as text."""
    if not is_dataclass(record) or isinstance(record, type):
        raise TypeError(f"{type(record).__name__} is no record")
    return {name: _json(getattr(record, name)) for name in _names(type(record))}


def read(kind: type[Record], content: object) -> Record:
    """The record that `written` made this content of; BadRecord where it is another shape."""
    try:
        found: Record = _reader(kind)(content)
        return found
    except (TypeError, ValueError, InvalidOperation) as error:
        raise BadRecord(f"the stored {kind.__name__} cannot be read: {error}") from None


def _json(value: object) -> Json:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return written(value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@cache
def _record_reader(kind: type) -> _Reader:
    hints = get_type_hints(kind)
    readers = [(each.name, _reader(hints[each.name]), _default(each)) for each in fields(kind)]

    def read_record(content: Any) -> Any:
        if not isinstance(content, Mapping):
            raise TypeError("it is no JSON object")
        found = {}
        for name, reader, default in readers:
            if name in content:
                found[name] = reader(content[name])
            elif default is MISSING:
                raise TypeError(f"{name} is missing")
        return kind(**found)

    return read_record


def _default(field: Any) -> Any:
    return field.default if field.default is not MISSING else field.default_factory


def _reader(hint: Any) -> _Reader:
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(hint) if each is not type(None))
        reader = _reader(inner)
        return lambda value: None if value is None else reader(value)
    if get_origin(hint) is tuple:
        return _tuple_reader(_reader(get_args(hint)[0]))
    if get_origin(hint) is Literal:
        return _word_reader(get_args(hint))
    if is_dataclass(hint) and isinstance(hint, type):
        return _record_reader(hint)
    if hint is Decimal:
        return _amount
    return _moment if hint is datetime else _day if hint is date else _plain_reader(hint)


def _tuple_reader(reader: _Reader) -> _Reader:
    def read_tuple(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise TypeError("a list is missing")
        return tuple(map(reader, value))

    return read_tuple


def _word_reader(words: tuple[Any, ...]) -> _Reader:
    def read_word(value: Any) -> Any:
        if value not in words:
            raise ValueError("a word is none of those it may be")
        return value

    return read_word


def _plain_reader(kind: type) -> _Reader:
    def read_plain(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"a value is not {_NAMES_OF_PLAIN.get(kind, kind.__name__)}")
        return value

    return read_plain


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise TypeError("a time is no text")
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a time has no offset")
    return found.astimezone(UTC)


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        raise TypeError("a day is no text")
    return date.fromisoformat(value)


def _amount(value: Any) -> Any:
    if not isinstance(value, str):
        raise TypeError("an amount is no text")
    return Decimal(value)
