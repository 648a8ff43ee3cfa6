"""What the engineer left on a closed visit: its lines with their entered values. Pure.

Source: LetsJobIt API v2, Get All Visits, tables of `lines` and `extraData`. Answers there list no
`value`; it is where the app puts what was entered.
"""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from syncd.letsjobit.wire import Line, Visit
from syncd.model import Json

_LONGEST_EXPONENT = 30


@dataclass(frozen=True)
class CustomField:
    """A custom field of a line (`extraData`): its name, its caption for people, what was entered.

    `value` is as the vendor sent it: text, a number, True or False, None, a list or an object.
    """

    name: str
    caption: str
    value: object

    @property
    def text(self) -> str:
        """What was entered, for people; empty where nothing was."""
        return value_text(self.value)


@dataclass(frozen=True)
class VisitLine:
    """One line of a visit; an action line is a job to do. Absent texts are empty."""

    is_action: bool
    description: str
    location: str
    brand: str
    model: str
    serial_number: str
    quantity: str
    fields: tuple[CustomField, ...]


def visit_lines(visit: Visit, *, without: Collection[str]) -> tuple[VisitLine, ...]:
    """The lines of a visit, but for the custom fields named in `without`: our tag is not theirs."""
    return tuple(_line(each, without) for each in visit.lines or ())


def closure_content(visit: Visit, *, without: Collection[str]) -> Mapping[str, Json]:
    """What makes this closure this closure, in one spelling: what its documents' sha8 is made of.

    What the engineer and the signatory left. Not the acknowledgement, nor what an office may still
    correct (address, job, remarks): they would make a second document of the same closure.
    """
    signature = "".join((visit.signature or "").split())
    return {
        "visit": visit.internal_id or value_text(visit.erp_id),
        "doc_no": _canonical(visit.doc_no),
        "closed_at": _canonical(visit.closed_at),
        "signatory": _canonical(visit.signee_name),
        "rating": value_text(visit.signee_rating),
        "signature": hashlib.sha256(signature.encode("utf-8", "surrogatepass")).hexdigest(),
        "lines": [_line_content(each) for each in visit_lines(visit, without=without)],
    }


def value_text(value: object) -> str:
    """A value of a custom field in words: numbers plain, yes and no, lists with commas."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return _number_text(Decimal(str(value)))
        case str():
            return value.strip()
        case Mapping():
            return "; ".join(f"{name}: {value_text(each)}" for name, each in value.items())
        case list() | tuple():
            return ", ".join(filter(None, map(value_text, value)))
    return str(value)


def _line(line: Line, without: Collection[str]) -> VisitLine:
    sent = line.as_sent()
    return VisitLine(
        is_action=line.is_action is True,
        description=value_text(line.description),
        location=value_text(line.location),
        brand=value_text(sent.get("brand")),
        model=value_text(sent.get("model")),
        serial_number=value_text(sent.get("serialNr")),
        quantity=value_text(line.qty),
        fields=tuple(
            CustomField(field.name or "", field.caption or field.name or "", field.value)
            for field in line.extra_fields
            if field.name not in without
        ),
    )


def _line_content(line: VisitLine) -> Json:
    return {
        "is_action": line.is_action,
        "description": _canonical(line.description),
        "location": _canonical(line.location),
        "brand": _canonical(line.brand),
        "model": _canonical(line.model),
        "serial_number": _canonical(line.serial_number),
        "quantity": line.quantity,
        "fields": [[field.name, _canonical(field.text)] for field in line.fields if field.text],
    }


def _canonical(text: str | None) -> str:
    """NFC, LF line ends, no blanks around."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines).strip()


def _number_text(number: Decimal) -> str:
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_EXPONENT:
        return str(number)
    return format(number.normalize(), "f") if number else "0"
