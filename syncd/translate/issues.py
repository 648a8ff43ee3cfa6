"""A visit that was raised in the field, as an issue of AgentOS V3 Maintenance. Pure.

V3 links to nothing: the address is that of the visit's property where one is known, else as it was
typed; the tenant is whom the visit names. It knows no Emergency, so that is sent as High and said
in the notes. So is what was typed, where it says more than what is sent.
"""

import re
from datetime import datetime
from urllib.parse import quote

from syncd.agentos.issues import Issue, IssuePriority, PublicDocument, Tenant, TypedAddress
from syncd.errors import BadRecord
from syncd.model import Place, VisitRecord
from syncd.translate.addresses import street_line
from syncd.translate.canonical import line
from syncd.translate.field_visits import job_priority
from syncd.translate.files import media_type
from syncd.translate.phones import phones_in
from syncd.translate.raised import write_mark

EMERGENCY = "This is an emergency."
"""What the notes say of a visit with priority 1."""

_PRIORITIES: dict[str, IssuePriority] = {
    "Emergency": "High",
    "High": "High",
    "Medium": "Medium",
    "Low": "Low",
}


def issue_for(
    visit: VisitRecord,
    told: str,
    *,
    external_id: str,
    mark: str,
    title: str,
    reported_at: datetime | None,
    document_base_url: str,
    place: Place | None = None,
) -> Issue:
    """The issue; BadRecord says what V3 would refuse, before anything is sent.

    `told` is what people wrote, `place` the visit's property where one is known. Without a
    `document_base_url` no document is sent.
    """
    if reported_at is None:
        raise BadRecord("the visit has no date, and V3 takes none without one")
    word = job_priority(visit.priority) or "Low"
    address, phones = _address(visit, place), phones_in(visit.contact_phone)
    notes = (
        told,
        EMERGENCY if word == "Emergency" else "",
        f"Address on the visit: {_typed(visit)}" if _says_more(_typed(visit), address) else "",
        f"Phone on the visit: {line(visit.contact_phone)}" if phones.says_more else "",
        write_mark(mark, external_id),
    )
    return Issue(
        external_id=external_id,
        reported_at=reported_at,
        title=title,
        notes="\n".join(filter(None, notes)),
        tenant=Tenant(
            phone=phones.first,
            second_phone=phones.second,
            surname=line(visit.contact_person),
        ),
        address=address,
        priority=_PRIORITIES[word],
        documents=documents(visit.files, document_base_url),
    )


def _address(visit: VisitRecord, place: Place | None) -> TypedAddress:
    """The property's own address, else the one on the visit; a town alone is no address."""
    if place is not None and street_line(place):
        known = street_line(place), line(place.district), line(place.town)
        return TypedAddress(tuple(filter(None, known)), post_code=line(place.post_code))
    if not _typed(visit):
        raise BadRecord("the visit has no address")
    typed = _typed(visit), line(visit.city)
    return TypedAddress(tuple(filter(None, typed)), post_code=line(visit.post_code))


def _typed(visit: VisitRecord) -> str:
    return line(visit.address) or line(visit.site)


def _says_more(typed: str, address: TypedAddress) -> bool:
    """Whether a word was typed that the address does not have."""
    sent = _words(" ".join((*address.lines, address.post_code)))
    return not _words(typed) <= sent


def _words(typed: str) -> set[str]:
    return set(re.findall(r"\w+", typed.casefold()))


def documents(files: tuple[str, ...], base_url: str) -> tuple[PublicDocument, ...]:
    """Where AgentOS can fetch these files; none without a public address."""
    if not base_url:
        return ()
    return tuple(
        PublicDocument(media_type(each), f"{base_url.rstrip('/')}/{quote(each)}") for each in files
    )
