"""The agency's reference records around some jobs, as the store has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncd.model import (
    Branch,
    DirectoryKind,
    DirectoryRecord,
    JobRecord,
    Need,
    NeedKind,
    Person,
    Place,
    Preference,
    Surroundings,
    Tenancy,
)
from syncd.store.database import Session
from syncd.store.directory import load_directory, load_directory_of
from syncd.translate import content
from syncd.translate.surroundings import current_tenancy, surroundings

Records = Mapping[str, DirectoryRecord]


@dataclass(frozen=True)
class Agency:
    """Branches by OID, and of the jobs at hand the properties, tenancies, tenants, preferences.

    A record without content is known to be missing; one that is not here has not been looked at.
    """

    branches: Records
    properties: Records
    tenancies: Mapping[str, Sequence[Tenancy]]
    tenants: Records
    preferences: Records
    with_preferences: bool


def load_agency(
    session: Session, name: str, jobs: Sequence[JobRecord], *, with_preferences: bool
) -> Agency:
    """Read what stands around these jobs."""
    properties = {job.property_id for job in jobs}
    tenants = {job.tenant_id for job in jobs if job.tenant_id}
    tenancies: dict[str, list[Tenancy]] = {}
    for row in load_directory_of(session, name, DirectoryKind.TENANCY, properties).values():
        tenancies.setdefault(row.parent, []).append(content.read(Tenancy, row.content))
    return Agency(
        load_directory(session, name, DirectoryKind.BRANCH),
        load_directory(session, name, DirectoryKind.PROPERTY, properties),
        tenancies,
        load_directory(session, name, DirectoryKind.TENANT, tenants),
        load_directory(session, name, DirectoryKind.PREFERENCES, properties),
        with_preferences,
    )


def surroundings_of(job: JobRecord, agency: Agency) -> Surroundings | frozenset[Need]:
    """What stands around a job, or what has to be looked at to know it."""
    home = agency.properties.get(job.property_id)
    parts = home.content if home is not None and home.content is not None else {}
    latest = parts.get("latest")
    tenancy = current_tenancy(
        agency.tenancies.get(job.property_id, ()),
        latest=content.read(Tenancy, latest) if latest is not None else None,
        tenant_id=job.tenant_id,
    )
    beside = _tenant_beside(job, tenancy)
    needs = _needs(job, agency, beside)
    if needs:
        return needs
    branch = agency.branches.get(job.branch_id)
    tenant = agency.tenants[beside].content if beside else None
    known = agency.preferences.get(job.property_id) if agency.with_preferences else None
    notes = known.content if known is not None else None
    return surroundings(
        job,
        branch=content.read(Branch, branch.content) if branch is not None else None,
        place=content.read(Place, parts["place"]) if parts else None,
        tenancy=tenancy,
        tenant=content.read(Person, tenant) if tenant is not None else None,
        preferences=_preferences(notes),
    )


def _tenant_beside(job: JobRecord, tenancy: Tenancy | None) -> str:
    """The job's tenant where no tenancy links that person, else nothing."""
    linked = {each.person_id for each in tenancy.tenants} if tenancy is not None else set()
    return "" if job.tenant_id in linked else job.tenant_id


def _needs(job: JobRecord, agency: Agency, tenant_beside: str) -> frozenset[Need]:
    wanted = [(NeedKind.PROPERTY, job.property_id, agency.properties)] if job.property_id else []
    if tenant_beside:
        wanted.append((NeedKind.TENANT, tenant_beside, agency.tenants))
    if agency.with_preferences and job.property_id:
        wanted.append((NeedKind.PREFERENCES, job.property_id, agency.preferences))
    return frozenset(Need(kind, oid) for kind, oid, known in wanted if oid not in known)


def _preferences(notes: Mapping[str, object] | None) -> list[Preference]:
    listed = notes.get("preferences") if notes is not None else None
    return [content.read(Preference, each) for each in listed] if isinstance(listed, list) else []
