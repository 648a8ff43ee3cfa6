"""A visit that was raised in the field, as the job that it becomes. Pure.

Which property is meant is never guessed: `siteId` names it by its reference or OID, else post code,
house number and unit are exactly a property's (`matching`); where several or none fit, a person
says which.
"""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from syncd.model import Place, VisitRecord
from syncd.translate.canonical import as_moment, day, line, text
from syncd.translate.identity import reference_of
from syncd.translate.matching import is_at, numbers_at, numbers_of
from syncd.translate.obs import split
from syncd.translate.post_codes import is_whole
from syncd.translate.tags import read_tag

LONGEST_TITLE = 80
"""Characters of a job's title: one line of a list."""


def places_of(visit: VisitRecord, places: Iterable[Place]) -> tuple[Place, ...]:
    """The properties that the visit may be at; exactly one is a match.

    The first rule that fits any property decides.
    """
    known = tuple(places)
    site = line(visit.site_id).casefold()
    by_site = tuple(
        each
        for each in known
        if site and site in (line(each.reference).casefold(), each.property_id.casefold())
    )
    if by_site:
        return by_site
    if not is_whole(visit.post_code):
        return ()
    return tuple(each for each in _of_post_code(visit, known) if is_at(each, visit))


def near(visit: VisitRecord, places: Iterable[Place]) -> tuple[Place, ...]:
    """The properties of the visit's post code, for a person to choose among; those with a number
    that the visit names come first."""
    named = numbers_of(visit)
    found = _of_post_code(visit, places)
    return tuple(sorted(found, key=lambda each: named.isdisjoint(numbers_at(each))))


def address_line(place: Place) -> str:
    """A property's address on one line, for people."""
    number = " ".join(filter(None, (place.number, place.street)))
    return ", ".join(filter(None, (place.flat, number, place.town, place.post_code)))


def told_in(visit: VisitRecord, *, doc_no: str) -> str:
    """What people wrote in `obs`, without what is ours; `doc_no` is the template of ours."""
    found = split(visit.obs, reference_of(doc_no, visit.doc_no))
    rows = f"{found.before}{found.after}".split("\n")
    return text("\n".join(row for row in rows if read_tag(row) is None))


def job_title(told: str, *, name: str) -> str:
    """The first line of what was told, cut to fit; else the visit by its name."""
    first = next(filter(None, map(line, told.split("\n"))), "")
    if not first:
        return f"Visit {name}"
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1].rstrip()}…"


def job_priority(priority: int | None) -> str | None:
    """AgentOS's word for a visit's priority of 1 (highest) to 10; None where it has none."""
    if priority is None:
        return None
    steps = ((1, "Emergency"), (3, "High"), (6, "Medium"))
    return next((word for most, word in steps if priority <= most), "Low")


def reported_at(visit: VisitRecord, zone: ZoneInfo) -> datetime | None:
    """When the fault was reported: when the visit was made, else the beginning of its day."""
    if visit.created_at is not None:
        return visit.created_at
    found = day(visit.date, zone)
    return as_moment(datetime.combine(found, time()), zone) if found is not None else None


def _of_post_code(visit: VisitRecord, places: Iterable[Place]) -> tuple[Place, ...]:
    code = _compact(visit.post_code)
    return tuple(each for each in places if code and _compact(each.post_code) == code)


def _compact(post_code: str) -> str:
    return "".join(post_code.upper().split())
