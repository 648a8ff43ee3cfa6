"""Saving what was read, and having planned anew what it may change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.model import DirectoryKind, DirectoryRecord, Json, StatusRoles
from syncd.store import cycles, links
from syncd.store.database import Session
from syncd.store.directory import drop, forget, load_directory, save_directory
from syncd.store.observations import forget_unlinked_visits, save_observations
from syncd.translate import canonical

_LISTED = (
    DirectoryKind.BRANCH,
    DirectoryKind.STATUS_TYPE,
    DirectoryKind.PROPERTY,
    DirectoryKind.TENANCY,
)
_SINGLE = (DirectoryKind.TENANT, DirectoryKind.PREFERENCES)
_ON_DEMAND = (DirectoryKind.LEAD_SOURCES, DirectoryKind.LETTINGS_PROPERTY)


def save_reading(
    session: Session, connected: Connected, reading: Reading, *, now: datetime
) -> None:
    """Write what was seen of both sides and of the agency's reference records."""
    cycles.ensure_connection(
        session,
        connected.name,
        short_name=connected.connection.agentos.short_name,
        company_id=connected.connection.letsjobit.company_id,
        now=now,
    )
    save_observations(session, connected.name, reading.spool, now=now)
    if reading.is_directory_new:
        _refresh_directory(session, connected, reading.directory)
    save_directory(session, connected.name, reading.directory, now=now)


def _refresh_directory(
    session: Session, connected: Connected, records: Sequence[DirectoryRecord]
) -> None:
    """Drop what the lists do not show any more, and unsettle the links around what changed."""
    name = connected.name
    properties: set[str] = set()
    has_all_changed = connected.connection.visit.preferences
    for kind in _LISTED:
        before = load_directory(session, name, kind)
        after = {each.oid: each for each in records if each.kind is kind}
        for oid in before.keys() - after.keys():
            drop(session, name, kind, oid)
        changed = list(_differing(before, after))
        if kind is DirectoryKind.BRANCH:
            has_all_changed = has_all_changed or bool(before and changed)
        elif kind is not DirectoryKind.STATUS_TYPE:
            is_tenancy = kind is DirectoryKind.TENANCY
            properties |= {each.parent if is_tenancy else each.oid for each in changed}
    links.unsettle(session, name, property_ids=properties)
    # Whom that concerns is not known: the few that need one are looked up again.
    has_single = any(load_directory(session, name, kind) for kind in _SINGLE)
    forget(session, name, (*_SINGLE, *_ON_DEMAND))
    if has_all_changed or has_single:
        links.unsettle(session, name)


def _differing(
    before: Mapping[str, DirectoryRecord], after: Mapping[str, DirectoryRecord]
) -> Iterator[DirectoryRecord]:
    """Records that are not as they were, each as it was and as it is, where it was and is."""
    for oid in before.keys() | after.keys():
        pair = before.get(oid), after.get(oid)
        said = {(each.fingerprint, each.parent) for each in pair if each is not None}
        if None in pair or len(said) > 1:
            yield from (each for each in pair if each is not None)


def remember_rules(session: Session, connected: Connected, roles: StatusRoles) -> None:
    """Plan every link anew when the settings, or what the agency's status words mean, changed."""
    rules: dict[str, Json] = {
        "settings": connected.connection.model_dump(mode="json"),
        "visit_when": list[Json](sorted(roles.visit_when)),
        "in_progress": roles.in_progress,
        "awaiting_access": roles.awaiting_access,
        "completed": roles.completed,
        "cancelled": list[Json](sorted(roles.cancelled)),
        "names": dict(roles.names),
        "version": canonical.VERSION,
    }
    digest = canonical.fingerprint(rules)
    row = cycles.connection_row(session, connected.name)
    if row is not None and row.rules_hash != digest:
        links.unsettle(session, connected.name)
        if connected.connection.create_jobs.enabled:
            forget_unlinked_visits(session, connected.name)
        cycles.update_connection(session, connected.name, rules_hash=digest)
