"""The job sheet: a PDF of what was done on a visit, for the agency and the landlord. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path

from syncd.errors import BadEvidence
from syncd.evidence.layout import GREY, Fact, Letterhead
from syncd.evidence.lines import CustomField, VisitLine
from syncd.evidence.paper import Paper
from syncd.evidence.pictures import Picture
from syncd.evidence.signature import decode_signature

_BEST_RATING = 5
_SHORTEST_PICTURE = 200
_MOST_PICTURES = 24


@dataclass(frozen=True)
class JobSheet:
    """Everything that stands on a job sheet; empty texts and None are left out.

    `job_number` is the agency's, `visit_number` LetsJobIt's docNo. `closed_at` is aware UTC and
    printed in `zone`, the agency's. `rating` is 1 to 5; 0 says that none was given.
    `signature_problem` says why a signature that is there cannot be shown.
    """

    contractor: Letterhead
    agency: str
    job_number: str
    job_title: str
    visit_number: str
    closed_at: datetime
    zone: tzinfo
    branch: str = ""
    description: str = ""
    address: tuple[str, ...] = ()
    visit_date: date | None = None
    engineer: str = ""
    lines: tuple[VisitLine, ...] = ()
    remarks: str = ""
    skip_reason: str = ""
    signatory: str = ""
    rating: int | None = None
    signature: Picture | None = None
    signature_problem: str = ""


def job_sheet_pdf(sheet: JobSheet, *, cjk_font: Path | None = None) -> bytes:
    """The job sheet as a PDF; the same sheet and font give the same bytes.

    `cjk_font` is a font file of the system for Chinese, Japanese and Korean, None where there is
    none. Nothing in the sheet stops it: what no font shows is replaced, long text flows over pages.
    """
    paper = Paper(
        sheet.contractor,
        title="Job sheet",
        number=sheet.visit_number,
        made_at=sheet.closed_at,
        cjk_font=cjk_font,
    )
    paper.facts(_heading_facts(sheet))
    if sheet.description.strip():
        paper.section("Reported")
        paper.paragraph(sheet.description)
    _write_lines(paper, sheet.lines)
    if sheet.remarks.strip():
        paper.section("Remarks")
        paper.paragraph(sheet.remarks)
    _write_sign_off(paper, sheet)
    return paper.as_bytes()


def local_time(moment: datetime, zone: tzinfo) -> str:
    """A moment on the agency's clocks, with the name of their zone: 24 March 2026, 15:45 GMT."""
    local = moment.astimezone(zone)
    return f"{local_day(local)}, {local:%H:%M} {local.tzname() or ''}".rstrip()


def local_day(day: date) -> str:
    """A day in words that no country reads the other way round."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def _heading_facts(sheet: JobSheet) -> list[Fact]:
    agency = "\n".join(filter(None, (sheet.agency, sheet.branch)))
    planned = local_day(sheet.visit_date) if sheet.visit_date else ""
    return [
        Fact("Property", "\n".join(sheet.address)),
        Fact("Agency", agency),
        Fact("Job", sheet.job_title),
        Fact("Job number", sheet.job_number),
        Fact("Engineer", sheet.engineer),
        Fact("Visit", sheet.visit_number),
        Fact("Planned for", planned),
        Fact("Closed", local_time(sheet.closed_at, sheet.zone)),
        Fact("Not carried out because", sheet.skip_reason),
    ]


def _write_lines(paper: Paper, lines: Sequence[VisitLine]) -> None:
    if not lines:
        return
    paper.section("Work and materials", needs=24)
    pictures_left = _MOST_PICTURES
    for line in lines:
        paper.subsection(line.description or "No description")
        paper.facts(_line_facts(line), columns=3)
        for field in _fields(line):
            picture = _picture_of(field)
            if picture is not None and pictures_left:
                pictures_left -= 1
                paper.paragraph(field.caption, colour=GREY)
                paper.picture(picture, width=90, height=65, is_framed=False)
        paper.gap(1.5)


def _line_facts(line: VisitLine) -> list[Fact]:
    return [
        Fact("Location", line.location),
        Fact("Brand", line.brand),
        Fact("Model", line.model),
        Fact("Serial number", line.serial_number),
        Fact("Quantity", line.quantity),
        *(Fact(field.caption, _value(field)) for field in _fields(line)),
    ]


def _fields(line: VisitLine) -> Iterator[CustomField]:
    """What was entered; several pictures in one field each on their own."""
    for field in line.fields:
        values = field.value if isinstance(field.value, list) else [field.value]
        apart = [replace(field, value=value) for value in values]
        yield from apart if any(map(_is_picture, apart)) else [field]


def _value(field: CustomField) -> str:
    """What was entered, but for pictures, which are shown and not spelt."""
    if not _is_picture(field):
        return field.text
    return "" if _picture_of(field) is not None else "a picture that cannot be shown"


def _is_picture(field: CustomField) -> bool:
    """Whether what was entered is a picture, in base64 as the signature is."""
    text = field.text
    starts = ("/9j/", "iVBORw0KGgo", "UklGR", "R0lGOD")
    is_bare = len(text) >= _SHORTEST_PICTURE and text.startswith(starts)
    return is_bare or text[:11].lower() == "data:image/"


def _picture_of(field: CustomField) -> Picture | None:
    try:
        return decode_signature(field.text) if _is_picture(field) else None
    except BadEvidence:
        return None


def _write_sign_off(paper: Paper, sheet: JobSheet) -> None:
    paper.section("Sign-off", needs=46 if sheet.signature is not None else 12)
    paper.facts(
        [
            Fact("Signed by", sheet.signatory),
            Fact("Rating", _rating(sheet.rating)),
        ]
    )
    problem = sheet.signature_problem.strip()
    if sheet.signature is not None:
        if not paper.picture(sheet.signature, width=80, height=30, is_framed=True):
            problem = problem or "its kind of picture does not print"
    elif not problem:
        paper.paragraph("This visit was closed without a signature.", colour=GREY)
    if problem:
        paper.paragraph(f"The signature cannot be shown: {problem}.", colour=GREY)


def _rating(rating: int | None) -> str:
    if rating is None or not 1 <= rating <= _BEST_RATING:
        return ""
    return f"{'★' * rating}{'☆' * (_BEST_RATING - rating)}  {rating} of {_BEST_RATING}"
