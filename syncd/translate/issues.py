"""A visit that was raised in the field, as an issue of AgentOS V3 Maintenance. Pure.

V3 links to nothing: the address is typed, the tenant is whom the visit names. It knows no
Emergency, so that is sent as High and said in the notes.
"""

from datetime import datetime
from urllib.parse import quote

from syncd.agentos.issues import Issue, IssuePriority, PublicDocument, Tenant, TypedAddress
from syncd.errors import BadRecord
from syncd.model import VisitRecord
from syncd.translate.canonical import line
from syncd.translate.field_visits import job_priority
from syncd.translate.files import media_type
from syncd.translate.phones import normalised_phone
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
) -> Issue:
    """The issue; BadRecord says what V3 would refuse, before anything is sent.

    `told` is what people wrote. Without a `document_base_url` no document is sent.
    """
    if reported_at is None:
        raise BadRecord("the visit has no date, and V3 takes none without one")
    word = job_priority(visit.priority) or "Low"
    notes = (told, EMERGENCY if word == "Emergency" else "", write_mark(mark, external_id))
    typed = filter(None, map(line, (visit.address or visit.site, visit.city)))
    return Issue(
        external_id=external_id,
        reported_at=reported_at,
        title=title,
        notes="\n".join(filter(None, notes)),
        tenant=Tenant(
            phone=normalised_phone(visit.contact_phone), surname=line(visit.contact_person)
        ),
        address=TypedAddress(tuple(typed), post_code=line(visit.post_code)),
        priority=_PRIORITIES[word],
        documents=documents(visit.files, document_base_url),
    )


def documents(files: tuple[str, ...], base_url: str) -> tuple[PublicDocument, ...]:
    """Where AgentOS can fetch these files; none without a public address."""
    if not base_url:
        return ()
    return tuple(
        PublicDocument(media_type(each), f"{base_url.rstrip('/')}/{quote(each)}") for each in files
    )
