"""What a visit needs to know beside its job, put together from the records of the agency. Pure."""

from collections.abc import Iterable, Sequence

from syncd.model import Branch, JobRecord, Person, Place, Preference, Surroundings, Tenancy

_CURRENT = frozenset({"current", "active", "live", "periodic", "started", "signed"})
_NOT_NOW = frozenset(
    {"ended", "past", "previous", "former", "finished", "vacated", "terminated", "expired"}
    | {"proposed", "pending", "application", "applied", "future", "cancelled", "withdrawn"}
    | {"archived", "closed", "draft", "deleted"}
)


def current_tenancy(
    tenancies: Iterable[Tenancy], *, latest: Tenancy | None = None, tenant_id: str = ""
) -> Tenancy | None:
    """The tenancy of a property that counts now; None for an empty property.

    Archived, ended and proposed ones never do. Of several (rooms let one by one) that of the job's
    tenant, then one whose state is known to be current, then the first by OID. Where the list has
    none, the one that the property carries with it.
    """
    listed = [each for each in tenancies if _may_be_current(each)]
    carried = [latest] if latest is not None and _may_be_current(latest) else []
    return min(listed or carried, key=lambda each: _rank(each, tenant_id), default=None)


def surroundings(
    job: JobRecord,
    *,
    branch: Branch | None,
    place: Place | None,
    tenancy: Tenancy | None,
    tenant: Person | None = None,
    preferences: Sequence[Preference] = (),
) -> Surroundings:
    """The surroundings of a job; `tenant` is the job's own where it was looked up beside."""
    linked = tenancy.tenants if tenancy is not None else ()
    known = [each for each in (tenant, *linked) if each is not None]
    tenants = {each.person_id or f"nobody {number}": each for number, each in enumerate(known)}
    # What the vendor's consent rules blank in one answer may stand in the other.
    tenants |= {each.person_id: each for each in reversed(known) if each.person_id and each.phones}
    own = sorted(tenants.values(), key=lambda each: each.person_id != job.tenant_id)
    return Surroundings(
        branch=branch,
        place=place,
        tenants=tuple(own),
        contacts=tenancy.contacts if tenancy is not None else (),
        access=tenancy.access if tenancy is not None else "",
        preferences=tuple(preferences),
    )


def _may_be_current(tenancy: Tenancy) -> bool:
    return not tenancy.is_archived and tenancy.state.strip().casefold() not in _NOT_NOW


def _rank(tenancy: Tenancy, tenant_id: str) -> tuple[bool, bool, str]:
    has_tenant = bool(tenant_id) and any(each.person_id == tenant_id for each in tenancy.tenants)
    is_current = tenancy.state.strip().casefold() in _CURRENT
    return (not has_tenant, not is_current, tenancy.tenancy_id)
