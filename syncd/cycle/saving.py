"""Saving what was read, and having planned anew what it may change."""

from collections.abc import Iterable
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.model import DirectoryKind, DirectoryRecord, Json, StatusRoles
from syncd.store import cycles, links
from syncd.store.database import Session
from syncd.store.directory import drop, forget, load_directory, save_directory
from syncd.store.observations import save_observations
from syncd.translate import canonical

_LISTED = (
    DirectoryKind.BRANCH,
    DirectoryKind.STATUS_TYPE,
    DirectoryKind.PROPERTY,
    DirectoryKind.TENANCY,
)
_SINGLE = (DirectoryKind.TENANT, DirectoryKind.PREFERENCES)


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
    session: Session, connected: Connected, records: Iterable[DirectoryRecord]
) -> None:
    """Drop what the lists do not show any more, and unsettle the links around what changed."""
    name = connected.name
    fresh = {(each.kind, each.oid): each for each in records}
    changed: set[str] = set()
    for kind in _LISTED:
        for oid, before in load_directory(session, name, kind).items():
            now = fresh.get((kind, oid))
            if now is None:
                drop(session, name, kind, oid)
            if now is None or now.fingerprint != before.fingerprint:
                changed.add(before.parent if kind is DirectoryKind.TENANCY else oid)
    known = load_directory(session, name, DirectoryKind.TENANCY)
    added = {each.parent for each in fresh.values() if each.kind is DirectoryKind.TENANCY}
    changed |= added - {each.parent for each in known.values()}
    links.unsettle(session, name, property_ids=changed)
    forget(session, name, _SINGLE)
    if connected.connection.visit.preferences:
        links.unsettle(session, name)


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
        cycles.update_connection(session, connected.name, rules_hash=digest)
