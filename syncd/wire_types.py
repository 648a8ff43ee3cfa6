"""The scalar types of the vendors' records, read tolerantly: both vendors contradict themselves.

Pure. A value that cannot mean what its field says is a ValueError, so that one record is set aside;
no error shows the value.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

TRUTH = {"1": True, "true": True, "0": False, "false": False, "": None}

NO_DATE_YEAR = 1
"""The year of the .NET empty date, 0001-01-01T00:00:00."""

READING = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)
"""How every record is read: unknown fields are kept, and no value is shown."""


def _flag(value: object) -> object:
    """true, 1, "1", "true" and their opposites; "" says nothing."""
    if value is None or isinstance(value, bool):
        return value
    known = str(value).strip().lower() if isinstance(value, str | int | Decimal) else "?"
    if known not in TRUTH:
        raise ValueError("neither true nor false")
    return TRUTH[known]


def _number(value: object) -> object:
    """A number, also as text; "" says nothing."""
    if isinstance(value, bool):
        raise ValueError("true or false where a number belongs")
    if not isinstance(value, str):
        return value
    try:
        return Decimal(value.strip()) if value.strip() else None
    except InvalidOperation:
        raise ValueError("not a number") from None


def _name(value: object) -> object:
    """Text; an object stands for its name."""
    if isinstance(value, Mapping):
        return next((value[name] for name in ("Name", "CompanyName") if value.get(name)), None)
    return _text(value)


def _text(value: object) -> object:
    """Text, also where a number was sent."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value


def _identity(value: object) -> object:
    """An identity as text; a nested object stands for its own; "" is none."""
    if isinstance(value, Mapping):
        value = value.get("OID") or value.get("ID")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value or None


def _moment(value: object) -> object:
    """A time as the vendor wrote it, naive without an offset; .NET's empty date is none."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("not a date")
    moment = datetime.fromisoformat(value.strip())
    return None if moment.year == NO_DATE_YEAR else moment


def empty_list(value: object) -> object:
    """A list that was sent as null has nothing in it."""
    return () if value is None else value


Flag = Annotated[bool | None, BeforeValidator(_flag)]
Whole = Annotated[int | None, BeforeValidator(_number)]
Number = Annotated[Decimal | None, BeforeValidator(_number)]
Text = Annotated[str | None, BeforeValidator(_text)]
Named = Annotated[str | None, BeforeValidator(_name)]
Texts = Annotated[tuple[str, ...], BeforeValidator(empty_list)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Identity = Annotated[str | None, BeforeValidator(_identity)]
Oid = Annotated[str, BeforeValidator(_identity), Field(min_length=1)]
