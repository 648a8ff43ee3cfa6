"""Dropping what is personal of finished work, and history that is old enough. Hashes stay.

A link is finished when its visit is no engineer's business any more, both sides were as they are
now for long, and nothing about it waits: no intent, no question, no closure. Of such a link go the
content of its records, its base, what its closures and ended intents carry, its closed questions,
and from its journal every value that may be about a person. What stays makes sure that nothing is
done twice and nothing is read anew: fingerprints, keys of effects, numbers and hashes.

Each function is one small transaction and says how much it did; call it until it did nothing.
The caller has the lease of the connection, so that no cycle runs meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, or_, select, update

from syncd.model import IntentState, Json, Side, Turn
from syncd.store import leases
from syncd.store.database import Session
from syncd.store.inbox import close_item, live_items
from syncd.store.links import settled_token
from syncd.store.outbox import WAITING
from syncd.store.rows import chunks
from syncd.store.tables import (
    bases,
    closures,
    connections,
    cycles,
    directory,
    inbox,
    intents,
    journal,
    links,
    observations,
    sweeps,
)

PAGE = 200
"""Links in one transaction: with all that hangs on them, a few hundredths of a second."""

DROPPED = "dropped"
"""What the journal says in place of a value that retention dropped."""

HARMLESS = frozenset(
    """
    branch_id channel choice confirmClose contractor contractor_id custom_field date delete
    doc_no docNo docType document driverId duration entered external_id field field_id gross how
    id inMobileApp invoice lettings_from lettings_id mark name net number object_id occurrence
    of oid part photo postCode priority property_id received required_skills salt sha256 sha8
    size state status status_id unhide value vat visit_key was_found
    """.split()
)
"""Names of values that are about no person. What is not named here is dropped."""

_PERSONAL_KINDS = ("tenant", "tenancy", "preferences")


@dataclass(frozen=True)
class _Finished:
    link_id: int
    job_id: str
    visit_key: str | None
    doc_no: str


def known_connections(session: Session) -> list[str]:
    """Every connection that the store knows, whatever the configuration says today."""
    return list(session.execute(select(connections.c.name).order_by(connections.c.name)).scalars())


def forget_links(session: Session, turn: Turn, *, before: datetime, now: datetime) -> int:
    """Drop what is personal of finished links that did not change since `before`; how many."""
    leases.check(session, turn)
    name = turn.connection or ""
    found = _finished_links(session, name, before)
    if not found:
        return 0
    ids = [each.link_id for each in found]
    _forget_records(session, name, found)
    _close_questions(session, name, set(ids), now)
    session.execute(delete(inbox).where(inbox.c.link_id.in_(ids), inbox.c.closed_at.is_not(None)))
    session.execute(delete(bases).where(bases.c.link_id.in_(ids)))
    session.execute(
        update(closures).where(closures.c.link_id.in_(ids)).values(content=None, signature=None)
    )
    _forget_intents(session, ids)
    _forget_values(session, ids)
    forgotten = update(links).where(links.c.id.in_(ids))
    session.execute(forgotten.values(forgotten_at=now, documents=None, documents_at=None))
    return len(ids)


def _finished_links(session: Session, name: str, before: datetime) -> list[_Finished]:
    job, visit = observations.alias("job"), observations.alias("visit")
    query = (
        select(links.c.id, links.c.job_id, links.c.visit_key, links.c.doc_no, visit.c.content)
        .select_from(links)
        .outerjoin(job, _is_observed(job, Side.AGENTOS, links.c.job_id))
        .outerjoin(visit, _is_observed(visit, Side.LETSJOBIT, links.c.visit_key))
        .where(
            links.c.connection == name,
            links.c.updated_at < before,
            or_(links.c.is_open.is_(False), links.c.is_withdrawn),
            links.c.settled == settled_token(job.c.fingerprint, visit.c.fingerprint),
            or_(
                links.c.forgotten_at.is_(None),
                job.c.content.is_not(None),
                visit.c.content.is_not(None),
            ),
            or_(job.c.seen_at.is_(None), job.c.seen_at < before),
            or_(visit.c.seen_at.is_(None), visit.c.seen_at < before),
            *_nothing_waits(before),
        )
        .order_by(links.c.id)
    )
    rows = session.execute(query)
    found = [_Finished(*row[:4]) for row in rows if _is_nobodys_business(row[4])]
    return found[:PAGE]


def _nothing_waits(before: datetime) -> Sequence[ColumnElement[bool]]:
    waiting = [state.value for state in WAITING]
    is_late = or_(intents.c.state.in_(waiting), intents.c.finished_at >= before)
    is_asked = and_(inbox.c.closed_at.is_(None), inbox.c.choice.is_(None))
    is_undelivered = or_(closures.c.delivered_at.is_(None), closures.c.delivered_at >= before)
    return (
        ~exists().where(intents.c.link_id == links.c.id, is_late),
        ~exists().where(inbox.c.link_id == links.c.id, is_asked),
        ~exists().where(closures.c.link_id == links.c.id, is_undelivered),
    )


def _is_observed(alias: Any, side: Side, key: Any) -> ColumnElement[bool]:
    return and_(
        alias.c.connection == links.c.connection,
        alias.c.side == side.value,
        alias.c.record_id == key,
    )


def _is_nobodys_business(visit: Mapping[str, Any] | None) -> bool:
    """Whether no engineer may still see the visit: there is none, it is hidden, or all is done."""
    if visit is None:
        return True
    is_done = bool(visit.get("is_closed")) and bool(visit.get("is_confirmed"))
    return is_done or not (visit.get("is_closed") or visit.get("is_in_app"))


def _forget_records(session: Session, name: str, found: Sequence[_Finished]) -> None:
    """Content goes, the fingerprint stays: a record is read again when its vendor changes it."""
    jobs = [each.job_id for each in found]
    keys = [each.visit_key for each in found if each.visit_key is not None]
    numbers = [each.doc_no for each in found]
    is_of_another = exists().where(
        links.c.connection == name,
        links.c.visit_key == observations.c.record_id,
        links.c.id.not_in([each.link_id for each in found]),
    )
    is_untagged = and_(observations.c.tag.is_(None), observations.c.doc_no.in_(numbers))
    is_visit = and_(
        observations.c.side == Side.LETSJOBIT.value,
        or_(
            observations.c.record_id.in_(keys),
            and_(or_(observations.c.tag.in_(jobs), is_untagged), ~is_of_another),
        ),
    )
    is_job = and_(observations.c.side == Side.AGENTOS.value, observations.c.record_id.in_(jobs))
    session.execute(
        update(observations)
        .where(observations.c.connection == name, or_(is_job, is_visit))
        .values(content=None)
    )


def _close_questions(session: Session, name: str, link_ids: set[int], now: datetime) -> None:
    """Answers were in force while their cause lasted; the work is forgotten, and so are they."""
    for each in live_items(session, name):
        if each.question.link_id in link_ids:
            close_item(session, each, why="its work is finished, its data were dropped", now=now)


def _forget_intents(session: Session, link_ids: Sequence[int]) -> None:
    query = select(intents.c.id, intents.c.payload).where(intents.c.link_id.in_(link_ids))
    ended = (IntentState.DONE.value, IntentState.SUPERSEDED.value)
    for row in session.execute(query.where(intents.c.state.in_(ended))).all():
        _forget_payload(session, row)


def _forget_payload(session: Session, row: Any) -> None:
    kept = {"changes": {}, "payload": _harmless(row.payload.get("payload") or {})}
    session.execute(update(intents).where(intents.c.id == row.id).values(payload=kept, reason=None))


def _forget_values(session: Session, link_ids: Sequence[int]) -> None:
    """The journal goes on telling who did what when, and by which rule."""
    query = select(journal.c.id, journal.c.old, journal.c.new)
    _forget_values_of(session, query.where(journal.c.link_id.in_(link_ids)))


def _forget_values_of(session: Session, query: Select[Any]) -> None:
    has_values = or_(journal.c.old.is_not(None), journal.c.new.is_not(None))
    for row in session.execute(query.where(has_values)).all():
        old, new = _without_values(row.old), _without_values(row.new)
        if (old, new) != (row.old, row.new):
            session.execute(update(journal).where(journal.c.id == row.id).values(old=old, new=new))


def _harmless(values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if name in HARMLESS}


def _without_values(value: Json) -> Json:
    """The words of inbox kinds and choices stand alone; everything else has a name."""
    if not isinstance(value, dict):
        return value
    return {name: each if name in HARMLESS else DROPPED for name, each in value.items()}


def forget_closures(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop what delivered closures carry, also of links that go on; returns how many."""
    leases.check(session, turn)
    query = select(closures.c.visit_key).where(
        closures.c.connection == turn.connection,
        closures.c.delivered_at < before,
        or_(closures.c.content.is_not(None), closures.c.signature.is_not(None)),
    )
    keys = list(session.execute(query.limit(PAGE)).scalars())
    session.execute(
        update(closures)
        .where(closures.c.connection == turn.connection, closures.c.visit_key.in_(keys))
        .values(content=None, signature=None)
    )
    return len(keys)


def forget_others(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop what is kept of visits without a link, which were or were to become jobs, and of what
    was done about them, where nothing changed since `before`; returns how many.

    One that a list still shows is read anew, for it is what LetsJobIt shows today.
    """
    leases.check(session, turn)
    name = turn.connection or ""
    return (
        _forget_unlinked_visits(session, name, before)
        + _forget_unlinked_closures(session, name, before)
        + _forget_unlinked_intents(session, name, before)
    )


def _forget_unlinked_visits(session: Session, name: str, before: datetime) -> int:
    of_link = exists().where(
        links.c.connection == name,
        or_(
            links.c.visit_key == observations.c.record_id,
            links.c.doc_no == observations.c.doc_no,
        ),
    )
    query = select(observations.c.record_id).where(
        observations.c.connection == name,
        observations.c.side == Side.LETSJOBIT.value,
        observations.c.tag.is_(None),
        observations.c.content.is_not(None),
        observations.c.seen_at < before,
        ~of_link,
    )
    keys = list(session.execute(query.limit(PAGE)).scalars())
    is_one = and_(
        observations.c.connection == name,
        observations.c.side == Side.LETSJOBIT.value,
        observations.c.record_id.in_(keys),
    )
    session.execute(update(observations).where(is_one).values(content=None))
    return len(keys)


def _forget_unlinked_closures(session: Session, name: str, before: datetime) -> int:
    is_kept = exists().where(
        observations.c.connection == name,
        observations.c.side == Side.LETSJOBIT.value,
        observations.c.record_id == closures.c.visit_key,
        observations.c.content.is_not(None),
    )
    query = select(closures.c.visit_key).where(
        closures.c.connection == name,
        closures.c.link_id.is_(None),
        closures.c.seen_at < before,
        ~is_kept,
    )
    keys = list(session.execute(query.limit(PAGE)).scalars())
    session.execute(
        delete(closures).where(closures.c.connection == name, closures.c.visit_key.in_(keys))
    )
    return len(keys)


def _forget_unlinked_intents(session: Session, name: str, before: datetime) -> int:
    """Also what the journal says of them: it knows no link of theirs."""
    query = select(intents.c.id, intents.c.payload).where(
        intents.c.connection == name, intents.c.link_id.is_(None), intents.c.finished_at < before
    )
    rows = [row for row in session.execute(query.order_by(intents.c.id)) if row.payload["changes"]]
    for row in rows[:PAGE]:
        _forget_payload(session, row)
    of_nothing = select(journal.c.id, journal.c.old, journal.c.new).where(
        journal.c.connection == name, journal.c.link_id.is_(None), journal.c.at < before
    )
    _forget_values_of(session, of_nothing)
    return len(rows[:PAGE])


def forget_answered(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop closed questions: the journal has what was asked and decided. Returns how many."""
    leases.check(session, turn)
    is_old = and_(inbox.c.connection == turn.connection, inbox.c.closed_at < before)
    return _delete_page(session, inbox, select(inbox.c.id).where(is_old))


def forget_people(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop cached tenants and tenancies of an agency that nobody has read since `before`.

    While it is read they are what the agency shows today, and go with its next complete list.
    """
    leases.check(session, turn)
    name = turn.connection
    is_lane = and_(sweeps.c.connection == name, sweeps.c.lane == "directory")
    latest = session.execute(
        select(func.max(sweeps.c.finished_at)).where(is_lane, sweeps.c.is_complete)
    ).scalar_one()
    if latest is not None and latest >= before:
        return 0
    is_personal = and_(directory.c.connection == name, directory.c.kind.in_(_PERSONAL_KINDS))
    dropped = session.execute(delete(directory).where(is_personal, directory.c.fetched_at < before))
    if dropped.rowcount:
        # Without this the reference records would count as known when the agency is read again.
        session.execute(update(sweeps).where(is_lane).values(is_complete=False))
    return dropped.rowcount


def drop_history(session: Session, turn: Turn, *, before: datetime) -> int:
    """Delete journal entries older than `before`; returns how many."""
    leases.check(session, turn)
    is_old = and_(
        or_(journal.c.connection == turn.connection, journal.c.connection.is_(None)),
        journal.c.at < before,
    )
    return _delete_page(session, journal, select(journal.c.id).where(is_old))


def drop_cycles(session: Session, turn: Turn, *, before: datetime, quiet_before: datetime) -> int:
    """Delete the records of cycles older than `before`, and of quiet ones older than
    `quiet_before`, with their sweeps; returns how many.

    Each lane's last complete sweep and the last cycles stay: freshness is told by them.
    """
    leases.check(session, turn)
    name = turn.connection
    kept_sweeps = select(func.max(sweeps.c.id)).where(sweeps.c.connection == name)
    kept_sweeps = kept_sweeps.where(sweeps.c.is_complete).group_by(sweeps.c.lane)
    kept = set(
        session.execute(select(sweeps.c.cycle_id).where(sweeps.c.id.in_(kept_sweeps))).scalars()
    )
    kept |= set(_last_cycles(session, name))
    query = select(cycles.c.id, cycles.c.started_at, cycles.c.outcome, cycles.c.report)
    query = query.where(cycles.c.connection == name, cycles.c.started_at < quiet_before)
    rows = session.execute(query.order_by(cycles.c.id))
    old = (r.id for r in rows if r.id not in kept and (r.started_at < before or _is_quiet(r)))
    ids = next(chunks(old), [])
    session.execute(delete(sweeps).where(sweeps.c.cycle_id.in_(ids)))
    session.execute(delete(cycles).where(cycles.c.id.in_(ids)))
    return len(ids)


def _last_cycles(session: Session, name: str | None) -> Iterable[int]:
    query = select(cycles.c.id).where(cycles.c.connection == name)
    return session.execute(query.order_by(cycles.c.id.desc()).limit(PAGE)).scalars()


def _is_quiet(row: Any) -> bool:
    """It ended well and changed nothing."""
    applied = (row.report or {}).get("applied") or {}
    return row.outcome == "ok" and not any(applied.values())


def _delete_page(session: Session, table: Table, ids: Select[tuple[int]]) -> int:
    page = list(session.execute(ids.limit(PAGE * 5)).scalars())
    for chunk in chunks(page):
        session.execute(delete(table).where(table.c.id.in_(chunk)))
    return len(page)
