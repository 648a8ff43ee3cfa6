"""The one body of AgentOS V3 Maintenance, and the vendor's rules for it. Pure.

Source: "How does the legacy V3 Maintenance API work?" and the vendor's OpenAPI document of the
call group (MaintenanceIssueModel). The two disagree on Emergency: the article lists it, the
model's enumeration does not, so it is never sent.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from syncd.wire_json import Record

IssuePriority = Literal["Low", "Medium", "High"]

LONGEST_EXTERNAL_ID = 9
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_EARLIEST_YEAR = 1900


@dataclass(frozen=True)
class PublicDocument:
    """A document that AgentOS fetches itself: the address has to be public."""

    media_type: str
    url: str


@dataclass(frozen=True)
class Tenant:
    """Who is to be called; phones as dialled, without blanks."""

    phone: str = field(repr=False)
    second_phone: str = field(default="", repr=False)
    title: str = ""
    forename: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class TypedAddress:
    """Where the work is, as typed by hand: V3 links to no property. At most four lines."""

    lines: tuple[str, ...]
    post_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class Issue:
    """A fault to be reported. `reported_at` is aware."""

    external_id: str
    reported_at: datetime
    title: str
    notes: str
    tenant: Tenant
    address: TypedAddress
    fault: str = ""
    priority: IssuePriority = "Low"
    needs_tenant: bool = False
    documents: tuple[PublicDocument, ...] = ()


def refusals(issue: Issue) -> tuple[str, ...]:
    """What the vendor would refuse, in the vendor's words (article, Validation errors)."""
    found = []
    if not 0 < len(issue.external_id) <= LONGEST_EXTERNAL_ID:
        found.append("ExternalID must be non-empty, under 10 characters, and unique")
    if issue.reported_at.year < _EARLIEST_YEAR:
        found.append("ReportedAt must not be a default DateTime value")
    if not issue.title.strip():
        found.append("IssueTitle must be non-empty")
    if not _PHONE.fullmatch(issue.tenant.phone):
        found.append("Primary phone must pass format validation")
    if issue.tenant.second_phone and not _PHONE.fullmatch(issue.tenant.second_phone):
        found.append("Secondary phone must pass format validation")
    if any(not each.url.startswith("https://") for each in issue.documents):
        found.append("Document URLs must be publicly accessible")
    return tuple(found)


def issue_body(issue: Issue) -> Record:
    """The body as the vendor's model names it; what is empty does not appear."""
    tenant, address = issue.tenant, issue.address
    lines = {f"PropertyAddress{n}": text for n, text in enumerate(address.lines[:4], start=1)}
    body: Record = {
        "ExternalID": issue.external_id,
        "ReportedAt": issue.reported_at.isoformat(),
        "IssueTitle": issue.title,
        "IssueFault": issue.fault,
        "IssueNotes": issue.notes,
        "IssuePriority": issue.priority,
        **lines,
        "PropertyPostcode": address.post_code,
        "PropertyCountry": address.country,
        "TenantTitle": tenant.title,
        "TenantForename": tenant.forename,
        "TenantSurname": tenant.surname,
        "TenantEMailAddress": tenant.email,
        "TenantPhonePrimary": tenant.phone,
        "TenantPhoneSecondary": tenant.second_phone,
        "TenantPresenceRequested": issue.needs_tenant,
        "Documents": [{"MimeType": each.media_type, "URL": each.url} for each in issue.documents],
    }
    return {name: value for name, value in body.items() if value not in ("", [])}
