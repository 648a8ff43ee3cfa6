"""The shapes of AgentOS's answers: a page of a list, and what it says to a write.

Pure. A body in no known shape is a ValueError that says why, without any of its content.
"""

from dataclasses import dataclass, field

from syncd.wire_json import Record, Wire

LONGEST_OID = 200


@dataclass(frozen=True)
class Page:
    """One page of a list; `unreadable` counts elements that are no objects, `total` is over all
    pages."""

    records: tuple[Record, ...] = field(repr=False)
    unreadable: int
    total: int


@dataclass(frozen=True)
class Written:
    """What AgentOS said to a write: the OID of what was made, or a message, or neither."""

    oid: str | None
    message: str | None


def page_in(body: Wire) -> Page:
    """`{Count, Data}`; null for an empty list is .NET's way, believable when `Count` is 0."""
    if not isinstance(body, dict):
        raise ValueError("it is no object")
    total, elements = _whole(body.get("Count")), body.get("Data")
    if total is None:
        raise ValueError("it has no `Count`")
    if elements is None and total == 0:
        elements = []
    if not isinstance(elements, list):
        raise ValueError("`Data` is no list")
    records = tuple(element for element in elements if isinstance(element, dict))
    return Page(records=records, unreadable=len(elements) - len(records), total=total)


def records_in(body: Wire) -> tuple[Record, ...]:
    """A page, or a bare list where the vendor's page does not say which; ValueError for neither."""
    if isinstance(body, list):
        return tuple(each for each in body if isinstance(each, dict))
    return page_in(body).records


def written_in(body: Wire) -> Written:
    """An OID as a bare text or number, an object with one, a message, or nothing."""
    if body is None or body == "":
        return Written(None, None)
    if isinstance(body, dict):
        oid = next((body[name] for name in ("OID", "ID") if body.get(name)), None)
        message = body.get("Message")
        return Written(_oid(oid), message if isinstance(message, str) and message else None)
    if isinstance(body, str) and any(letter.isspace() for letter in body):
        return Written(None, body)
    if isinstance(body, str | int) and not isinstance(body, bool):
        return Written(_oid(body), None)
    raise ValueError("neither an OID nor a message")


def _oid(value: Wire) -> str | None:
    return str(value) if isinstance(value, str | int) and len(str(value)) <= LONGEST_OID else None


def _whole(value: Wire) -> int | None:
    """A count that is not negative, also as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None
