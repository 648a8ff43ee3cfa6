"""Observations: what each vendor's records looked like when they were last seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from syncd.model import GONE, Observation, Side
from syncd.store.database import Session
from syncd.store.rows import chunks, upsert
from syncd.store.tables import links, observations

_COLUMNS = (
    observations.c.side,
    observations.c.record_id,
    observations.c.fingerprint,
    observations.c.content,
    observations.c.problem,
    observations.c.erp_id,
    observations.c.doc_no,
    observations.c.tag,
)

# Asked for every page of every sweep: building it takes as long as running it.
_KNOWN = select(
    observations.c.record_id,
    observations.c.fingerprint,
    observations.c.content.is_not(None) | observations.c.problem.is_not(None),
).where(
    observations.c.connection == bindparam("connection"),
    observations.c.side == bindparam("side"),
    observations.c.record_id.in_(bindparam("ids", expanding=True)),
)


def known_fingerprints(
    session: Session, name: str, side: Side, ids: Sequence[str]
) -> dict[str, tuple[str, bool]]:
    """For those of `ids` that are known: the fingerprint, and whether the content is kept."""
    known: dict[str, tuple[str, bool]] = {}
    for chunk in chunks(ids):
        of = {"connection": name, "side": side.value, "ids": chunk}
        for record_id, fingerprint, is_kept in session.execute(_KNOWN, of).all():
            known[record_id] = fingerprint, bool(is_kept)
    return known


def save_observations(
    session: Session, name: str, seen: Iterable[Observation], *, now: datetime
) -> int:
    """Write what is new or different; returns how many were given."""
    count = 0
    for chunk in chunks(seen):
        # One statement may not touch a row twice; what was seen last is true.
        latest = {(each.side, each.record_id): each for each in chunk}
        rows = [_row(name, each, now) for each in latest.values()]
        upsert(
            session,
            observations,
            rows,
            keys=("connection", "side", "record_id"),
            compare=("fingerprint", "problem"),
            fill=("content",),  # a look at a record of which no more than its keys was kept
        )
        count += len(chunk)
    return count


def observations_by_id(
    session: Session, name: str, side: Side, ids: Iterable[str]
) -> dict[str, Observation]:
    """The observations with these ids of the vendor."""
    found: dict[str, Observation] = {}
    for chunk in chunks(ids):
        query = select(*_COLUMNS).where(_of(name, side), observations.c.record_id.in_(chunk))
        found.update({row.record_id: _observation(row) for row in session.execute(query)})
    return found


def visits_by(
    session: Session, name: str, column: str, values: Iterable[str]
) -> dict[str, list[Observation]]:
    """Visits by their `tag`, `erp_id`, `doc_no` or `record_id`, also bad ones, those that are gone
    left out."""
    found: dict[str, list[Observation]] = {}
    wanted = observations.c[column]
    for chunk in chunks(values):
        query = (
            select(*_COLUMNS)
            .where(_of(name, Side.LETSJOBIT), wanted.in_(chunk))
            .where(observations.c.problem.is_distinct_from(GONE))
            .order_by(observations.c.record_id)
        )
        for row in session.execute(query):
            found.setdefault(row._mapping[column], []).append(_observation(row))
    return found


def unlinked_jobs(session: Session, name: str) -> list[Observation]:
    """Jobs that are kept and have no link yet."""
    query = _unlinked(name, Side.AGENTOS, observations.c.record_id)
    rows = session.execute(query.where(observations.c.content.is_not(None)))
    return [_observation(row) for row in rows]


def unlinked_tags(session: Session, name: str) -> list[Observation]:
    """Visits that carry our tag for a job that has no link yet; of several, one."""
    query = _unlinked(name, Side.LETSJOBIT, observations.c.tag)
    rows = session.execute(
        query.where(observations.c.tag.is_not(None), observations.c.problem.is_(None))
    )
    return list({row.tag: _observation(row) for row in rows}.values())


def _unlinked(name: str, side: Side, job_id: ColumnElement[Any]) -> Select[Any]:
    """Records of a side whose column says a job's OID that no link has."""
    is_its = and_(links.c.connection == observations.c.connection, links.c.job_id == job_id)
    query = select(*_COLUMNS).outerjoin(links, is_its)
    return query.where(_of(name, side), links.c.id.is_(None)).order_by(observations.c.record_id)


def unlinked_visits(session: Session, name: str) -> list[Observation]:
    """Visits that are kept, carry no tag and belong to no link."""
    is_linked = and_(
        links.c.connection == observations.c.connection,
        links.c.visit_key == observations.c.record_id,
    )
    query = (
        select(*_COLUMNS)
        .outerjoin(links, is_linked)
        .where(_of(name, Side.LETSJOBIT), observations.c.content.is_not(None), links.c.id.is_(None))
        .where(observations.c.tag.is_(None), observations.c.problem.is_(None))
        .order_by(observations.c.record_id)
    )
    return [_observation(row) for row in session.execute(query)]


def unread_closed(session: Session, name: str, seen: Iterable[str]) -> list[str]:
    """Of these visits, those that are not kept but carry the number of a link."""
    found: list[str] = []
    for chunk in chunks(seen):
        query = (
            select(observations.c.record_id)
            .join(
                links,
                and_(
                    links.c.connection == observations.c.connection,
                    links.c.doc_no == observations.c.doc_no,
                ),
            )
            .where(_of(name, Side.LETSJOBIT), observations.c.record_id.in_(chunk))
            .where(observations.c.content.is_(None), observations.c.problem.is_(None))
        )
        found.extend(row[0] for row in session.execute(query))
    return found


def unread_numbered(session: Session, name: str, doc_no: str) -> list[str]:
    """Visits with this number of which no more than their keys is kept."""
    query = select(observations.c.record_id).where(
        _of(name, Side.LETSJOBIT),
        observations.c.doc_no == doc_no,
        observations.c.content.is_(None),
        observations.c.problem.is_(None),
    )
    return list(session.execute(query).scalars())


def visits_of_job(session: Session, name: str, job_id: str, doc_no: str) -> list[Observation]:
    """Every visit that is kept and carries our tag for the job, or its number without any tag."""
    untagged = and_(observations.c.tag.is_(None), observations.c.doc_no == doc_no)
    query = select(*_COLUMNS).where(
        _of(name, Side.LETSJOBIT),
        observations.c.content.is_not(None),
        or_(observations.c.tag == job_id, untagged),
    )
    return [_observation(row) for row in session.execute(query)]


def problems(session: Session, name: str) -> list[Observation]:
    """Records that cannot be used, without those that are gone."""
    query = select(*_COLUMNS).where(
        observations.c.connection == name,
        observations.c.problem.is_not(None),
        observations.c.problem != "gone",
    )
    return [_observation(row) for row in session.execute(query)]


def forget_fingerprint(session: Session, name: str, side: Side, record_id: str) -> None:
    """Have a record looked at again although it did not change."""
    changed = observations.update().where(_of(name, side), observations.c.record_id == record_id)
    session.execute(changed.values(fingerprint=""))


def forget_visits(session: Session, name: str, keys: Iterable[str]) -> None:
    """Keep no more of these visits than of others of the account; one shown again is new."""
    for chunk in chunks(keys):
        session.execute(
            observations.update()
            .where(_of(name, Side.LETSJOBIT), observations.c.record_id.in_(chunk))
            .values(content=None, fingerprint="")
        )


def forget_unlinked_visits(session: Session, name: str) -> None:
    """Have visits without a link looked at again: what of them is of interest has changed."""
    linked = select(links.c.visit_key).where(
        links.c.connection == name, links.c.visit_key.is_not(None)
    )
    changed = observations.update().where(
        _of(name, Side.LETSJOBIT), observations.c.record_id.not_in(linked)
    )
    session.execute(changed.values(fingerprint=""))


def _of(name: str, side: Side) -> ColumnElement[bool]:
    return and_(observations.c.connection == name, observations.c.side == side.value)


def _row(name: str, seen: Observation, now: datetime) -> Mapping[str, Any]:
    return {
        "connection": name,
        "side": seen.side.value,
        "record_id": seen.record_id,
        "fingerprint": seen.fingerprint,
        "content": seen.content,
        "problem": seen.problem,
        "erp_id": seen.erp_id,
        "doc_no": seen.doc_no,
        "tag": seen.tag,
        "seen_at": now,
    }


def _observation(row: Any) -> Observation:
    return Observation(
        Side(row.side),
        row.record_id,
        row.fingerprint,
        row.content,
        row.problem,
        row.erp_id,
        row.doc_no,
        row.tag,
    )
