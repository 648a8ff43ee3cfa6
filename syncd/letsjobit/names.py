"""Every name that we write to LetsJobIt, with its type: one place, so that a typo cannot leave.

Pure. Source: LetsJobIt API v2, "Add visits" (visit, time windows, lines, extraData), and its sample
body for the fields that the tables leave out (confirmClose, inProgress, closed, skipped).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from syncd.wire_json import Record, Wire


class Kind(Enum):
    """What a value must be; the value says it in a person's words."""

    TEXT = "text"
    NUMBER = "a number"
    FLAG = "true or false"
    BOOLEAN = "true or false, not 0 or 1"
    SCALAR = "text or a number"
    TEXTS = "a list of texts"
    WINDOWS = "a list of time windows"
    LINES = "a list of lines"
    EXTRAS = "a list of field definitions"


@dataclass(frozen=True)
class Name:
    """One field that we may write."""

    kind: Kind
    is_required: bool = False


def _names(kind: Kind, names: str) -> dict[str, Name]:
    """`a b!`: a is optional, b is required."""
    return {name.rstrip("!"): Name(kind, name.endswith("!")) for name in names.split()}


VISIT_FIELDS: Mapping[str, Name] = {
    **_names(
        Kind.TEXT,
        "driverId! name date! docType docNo! customer! site address! postCode city! obs"
        " contactPerson contactPhone signeeName signeeEmail territory country companyId!",
    ),
    **_names(Kind.NUMBER, "id! serviceOrder lat lng priority duration"),
    **_names(Kind.SCALAR, "siteId skippedReasonId"),
    **_names(
        Kind.FLAG,
        "emailMandatory showItemsOnOrderSection hideEquipmentDetails hideDeliveryItemsSection"
        " useStartPauseStopStyleButtonsInJobs inMobileApp NPSMandatory precedencePriorityVisit"
        " closeVisitOnLastJobClose confirmClose inProgress closed skipped",
    ),
    **_names(Kind.TEXTS, "subContractorIds required_skills allowed_vehicles"),
    "time_windows": Name(Kind.WINDOWS),
    "lines": Name(Kind.LINES),
}

WINDOW_FIELDS: Mapping[str, Name] = _names(Kind.NUMBER, "earliest latest")

LINE_FIELDS: Mapping[str, Name] = {
    **_names(Kind.BOOLEAN, "actionItem! allowRebrand hasBatch hasReturn"),
    **_names(Kind.TEXT, "brand description! jobType location model serialNr"),
    **_names(Kind.NUMBER, "brandId id itemId modelId qty serialNrId"),
    "extraData": Name(Kind.EXTRAS),
}

EXTRA_FIELDS: Mapping[str, Name] = {
    **_names(
        Kind.TEXT,
        "type! caption! name! description required readonly options_values options_default pattern",
    ),
    **_names(Kind.NUMBER, "min max step"),
    "value": Name(Kind.SCALAR),
}


def wire_visit(visit: Mapping[str, object], *, is_complete: bool) -> Record:
    """The visit as it is sent: flags as 0 or 1, everything else unchanged.

    `is_complete`: a whole visit (POST), so required fields must be there; else only changes (PUT).
    ValueError names every mistake: unknown name, wrong type, missing or empty required field.
    """
    mistakes = mistakes_in(visit, is_complete=is_complete)
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return {name: _sent(VISIT_FIELDS[name].kind, value) for name, value in visit.items()}


def mistakes_in(visit: Mapping[str, object], *, is_complete: bool) -> tuple[str, ...]:
    """Every mistake in a visit that we want to write; values are never quoted."""
    return tuple(_mistakes("", visit, VISIT_FIELDS, is_complete))


def _mistakes(
    path: str, fields: Mapping[str, object], known: Mapping[str, Name], is_complete: bool
) -> Iterable[str]:
    for name, value in fields.items():
        if name not in known:
            yield f"{path}{name} is not a field of LetsJobIt"
        elif value is None:
            if known[name].is_required:
                yield f"{path}{name} is missing"
        else:
            yield from _value_mistakes(f"{path}{name}", value, known[name].kind)
        if known.get(name, Name(Kind.TEXT)).is_required and value == "":
            yield f"{path}{name} is empty"
    if is_complete:
        missing = (name for name, rule in known.items() if rule.is_required and name not in fields)
        yield from (f"{path}{name} is missing" for name in missing)


def _value_mistakes(path: str, value: object, kind: Kind) -> Iterable[str]:
    if kind in NESTED:
        if not _is_list_of(value, lambda inner: isinstance(inner, Mapping)):
            yield f"{path} must be {kind.value}"
            return
        assert isinstance(value, Sequence)  # noqa: S101  (just proven; for the type checker)
        for position, inner in enumerate(value):
            yield from _mistakes(f"{path}.{position}.", inner, NESTED[kind], True)
    elif not CHECKS[kind](value):
        yield f"{path} must be {kind.value}"


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool) or (_is_number(value) and value in (0, 1))


def _is_list_of(value: object, is_one: Callable[[object], bool]) -> bool:
    return isinstance(value, list | tuple) and all(map(is_one, value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


NESTED: Mapping[Kind, Mapping[str, Name]] = {
    Kind.WINDOWS: WINDOW_FIELDS,
    Kind.LINES: LINE_FIELDS,
    Kind.EXTRAS: EXTRA_FIELDS,
}
CHECKS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.TEXT: _is_text,
    Kind.NUMBER: _is_number,
    Kind.FLAG: _is_flag,
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
    Kind.SCALAR: lambda value: _is_text(value) or _is_number(value),
    Kind.TEXTS: lambda value: _is_list_of(value, _is_text),
}


def _sent(kind: Kind, value: object) -> Wire:
    if isinstance(value, bool):
        return int(value) if kind is Kind.FLAG else value
    if isinstance(value, str | int | float | Decimal) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(name): _sent(Kind.SCALAR, inner) for name, inner in value.items()}
    assert isinstance(value, Sequence)  # noqa: S101  (`mistakes_in` let nothing else pass)
    return [_sent(Kind.SCALAR, inner) for inner in value]
