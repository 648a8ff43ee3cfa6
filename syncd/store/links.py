"""Links and their bases: which visit and which job are the same work, and what both last said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, or_, select, update

from syncd.model import GONE, Base, Field, Intent, JobId, Link, LinkId, Side, VisitId
from syncd.store.database import Session
from syncd.store.rows import chunks, upsert
from syncd.store.tables import bases, connections, links, observations

BASE_VERSION = 1
"""The version of the canonical form that bases are written in."""

_PAGE = 2000


@dataclass(frozen=True)
class LinkGlance:
    """The little of a link that tells whether it needs planning."""

    link_id: LinkId
    job_id: JobId
    visit_key: str | None
    is_open: bool
    job_missed: int
    is_job_gone: bool
    is_settled: bool


def add_link(
    session: Session, name: str, job_id: JobId, *, doc_no: str, now: datetime, **values: Any
) -> LinkId:
    """Write a new link; `values` are further columns. The job must not have one yet."""
    row = {"connection": name, "job_id": job_id, "doc_no": doc_no, **values}
    statement = links.insert().values(created_at=now, updated_at=now, **row)
    return LinkId(session.execute(statement.returning(links.c.id)).scalar_one())


def update_link(session: Session, link_id: LinkId, *, now: datetime, **values: Any) -> None:
    """Change columns of one link."""
    session.execute(update(links).where(links.c.id == link_id).values(updated_at=now, **values))


def glance_at_links(
    session: Session, name: str, *, with_settled: bool = True
) -> Iterator[LinkGlance]:
    """Every link of a connection, or those that are not settled, little of each, in pages: memory
    does not grow with them."""
    job, visit = observations.alias("job"), observations.alias("visit")
    token = settled_token(job.c.fingerprint, visit.c.fingerprint)
    query = (
        select(
            links.c.id,
            links.c.job_id,
            links.c.visit_key,
            links.c.is_open,
            links.c.job_missed,
            func.coalesce(job.c.fingerprint == GONE, False),
            func.coalesce(links.c.settled == token, False),
        )
        .select_from(links)
        .outerjoin(job, _observed(job, Side.AGENTOS, links.c.job_id))
        .outerjoin(visit, _observed(visit, Side.LETSJOBIT, links.c.visit_key))
        # As an expression, lest SQLite finds the connection's links by its index and sorts all of
        # them for every page instead of walking on by id.
        .where(links.c.connection.concat("") == name)
        .order_by(links.c.id)
        .limit(_PAGE)
    )
    if not with_settled:
        query = query.where(links.c.settled.is_distinct_from(token))
    last = 0
    while rows := session.execute(query.where(links.c.id > last)).all():
        for row in rows:
            flags = (bool(row[3]), row[4], bool(row[5]), bool(row[6]))
            yield LinkGlance(LinkId(row[0]), JobId(row[1]), row[2], *flags)
        last = rows[-1][0]


def settled_token(job: Any, visit: Any) -> Any:
    """What a link's `settled` says when nothing was left to do about these two fingerprints."""
    if isinstance(job, str) or job is None:
        return f"{job or ''}|{visit or ''}"
    return func.coalesce(job, "").concat("|").concat(func.coalesce(visit, ""))


def _observed(alias: Any, side: Side, key: Any) -> Any:
    return and_(
        alias.c.connection == links.c.connection,
        alias.c.side == side.value,
        alias.c.record_id == key,
    )


def load_links(session: Session, ids: Iterable[LinkId]) -> dict[LinkId, Link]:
    """Whole links by their ids."""
    found: dict[LinkId, Link] = {}
    for chunk in chunks(ids):
        query = select(links).where(links.c.id.in_(chunk)).order_by(links.c.id)
        found.update({LinkId(row.id): _link(row) for row in session.execute(query)})
    return found


def links_of_jobs(session: Session, name: str, job_ids: Iterable[str]) -> dict[JobId, LinkId]:
    """Which of these jobs have a link."""
    found: dict[JobId, LinkId] = {}
    for chunk in chunks(job_ids):
        query = select(links.c.job_id, links.c.id).where(
            links.c.connection == name, links.c.job_id.in_(chunk)
        )
        found.update({JobId(row[0]): LinkId(row[1]) for row in session.execute(query)})
    return found


def linked_visit_keys(session: Session, name: str, keys: Iterable[str]) -> set[str]:
    """Which of these visits (by `_id`) belong to a link of the connection."""
    found: set[str] = set()
    for chunk in chunks(keys):
        query = select(links.c.visit_key).where(
            links.c.connection == name, links.c.visit_key.in_(chunk)
        )
        found.update(row[0] for row in session.execute(query))
    return found


def open_visit_keys(session: Session, name: str, keys: Iterable[str]) -> set[str]:
    """Of these visits, those that are a link's and were open when a plan saw them last."""
    found: set[str] = set()
    for chunk in chunks(keys):
        query = select(links.c.visit_key).where(
            links.c.connection == name, links.c.is_open, links.c.visit_key.in_(chunk)
        )
        found.update(session.execute(query).scalars())
    return found


def is_claimed(session: Session, name: str, job_id: JobId, *, visit_key: str, doc_no: str) -> bool:
    """Whether a visit belongs to the link of another job, or one without a visit has its number."""
    is_numbered = and_(links.c.doc_no == doc_no, links.c.visit_key.is_(None))
    is_its = or_(links.c.visit_key == visit_key, is_numbered)
    query = select(links.c.id).where(links.c.connection == name, links.c.job_id != job_id, is_its)
    return session.execute(query.limit(1)).first() is not None


def are_from_first_reading(session: Session, name: str, ids: Iterable[LinkId]) -> set[LinkId]:
    """Those of these links that the first complete reading made, or that were made before it."""
    since = select(connections.c.visits_swept_at).where(connections.c.name == name)
    swept_at = session.execute(since).scalar_one()
    found: set[LinkId] = set()
    for chunk in chunks(ids):
        query = select(links.c.id).where(links.c.id.in_(chunk))
        if swept_at is not None:
            query = query.where(links.c.created_at <= swept_at)
        found.update(LinkId(row[0]) for row in session.execute(query))
    return found


def find_link(session: Session, name: str | None, wanted: str) -> list[Link]:
    """Links by job OID, job number or docNo, visit id or `_id`, over all connections if None; if
    none fits, by the number that people gave a visit since."""
    same = [links.c.job_id == wanted, links.c.doc_no == wanted, links.c.visit_key == wanted]
    if wanted.isdecimal() and len(wanted) < len(str(2**63)):
        same.append(links.c.visit_id == int(wanted))
    return _links_where(session, name, or_(*same)) or _links_where(
        session,
        name,
        links.c.visit_key == observations.c.record_id,
        links.c.connection == observations.c.connection,
        observations.c.side == Side.LETSJOBIT.value,
        observations.c.doc_no == wanted,
    )


def _links_where(
    session: Session, name: str | None, *conditions: ColumnElement[bool]
) -> list[Link]:
    query = select(links).where(*conditions).order_by(links.c.id)
    if name is not None:
        query = query.where(links.c.connection == name)
    return [_link(row) for row in session.execute(query)]


def sample_link(session: Session, name: str) -> tuple[str, str]:
    """The job and the visit of some link with an open visit; there must be one."""
    query = select(links.c.job_id, links.c.visit_key).where(
        links.c.connection == name, links.c.is_open, links.c.is_withdrawn.is_(False)
    )
    row = session.execute(query.order_by(links.c.id).limit(1)).one()
    return row[0], row[1]


def count_open_links(session: Session, name: str) -> int:
    """Links whose visit is open; those that we hid are not."""
    is_shown = and_(links.c.is_open, links.c.is_withdrawn.is_(False))
    query = select(func.count()).where(links.c.connection == name, is_shown)
    return int(session.execute(query).scalar_one())


def count_links(session: Session, name: str) -> int:
    """Links with a visit."""
    query = select(func.count()).where(links.c.connection == name, links.c.visit_key.is_not(None))
    return int(session.execute(query).scalar_one())


def unsettle(
    session: Session,
    name: str,
    *,
    job_id: str | None = None,
    property_ids: Iterable[str] | None = None,
) -> None:
    """Have links planned again although neither side changed: all, one, or those of properties."""
    statement = update(links).where(links.c.connection == name).values(settled=None)
    if job_id is not None:
        session.execute(statement.where(links.c.job_id == job_id))
    elif property_ids is None:
        session.execute(statement)
    else:
        for chunk in chunks(property_ids):
            session.execute(statement.where(links.c.property_id.in_(chunk)))


def settle(session: Session, tokens: Mapping[LinkId, str]) -> None:
    """Remember at which state of both sides nothing was left to do."""
    changed = update(links).where(
        links.c.id == bindparam("link_id"), links.c.settled.is_distinct_from(bindparam("token"))
    )
    changed = changed.values(settled=bindparam("token"))
    for chunk in chunks(tokens.items()):
        session.execute(changed, [{"link_id": link_id, "token": token} for link_id, token in chunk])


def load_bases(session: Session, ids: Iterable[LinkId]) -> dict[LinkId, Base]:
    """The bases of links; a link without one is absent."""
    found: dict[LinkId, Base] = {}
    for chunk in chunks(ids):
        query = select(bases).where(bases.c.link_id.in_(chunk))
        found.update({LinkId(row.link_id): _base(row) for row in session.execute(query)})
    return found


def move_base(session: Session, link_id: LinkId, base: Base, *, now: datetime) -> None:
    """Write what both sides said when they agreed."""
    row = {
        "link_id": link_id,
        "version": BASE_VERSION,
        "job": {str(name): value for name, value in base.job.items()},
        "visit": {str(name): value for name, value in base.visit.items()},
        "taken": sorted(str(name) for name in base.taken),
        "moved_at": now,
    }
    upsert(session, bases, [row], keys=("link_id",), compare=())


def _base(row: Row[Any]) -> Base:
    return Base(
        {Field(name): value for name, value in row.job.items()},
        {Field(name): value for name, value in row.visit.items()},
        frozenset(Field(name) for name in row.taken),
    )


def _link(row: Row[Any]) -> Link:
    return Link(
        link_id=LinkId(row.id),
        connection=row.connection,
        job_id=JobId(row.job_id),
        visit_id=VisitId(row.visit_id) if row.visit_id is not None else None,
        visit_key=row.visit_key,
        doc_no=row.doc_no,
        occurrence=row.occurrence,
        salt=row.salt,
        is_ours=row.is_ours,
        is_withdrawn=row.is_withdrawn,
        is_open=row.is_open,
        reported_from=row.reported_from,
        was_completed=row.was_completed,
        branch_id=row.branch_id or "",
        property_id=row.property_id or "",
        settled=row.settled,
        job_missed=row.job_missed,
        emergency_at=row.emergency_at,
    )


def drop_base(session: Session, link_id: LinkId) -> None:
    """Forget what both sides agreed on: the visit that it was about is no more."""
    session.execute(delete(bases).where(bases.c.link_id == link_id))


def note_report(session: Session, intent: Intent, *, now: datetime) -> None:
    """Remember from which status a skipped visit was reported, to go back to when it is not."""
    if intent.link_id is not None and "reports_from" in intent.payload:
        update_link(session, intent.link_id, now=now, reported_from=intent.payload["reports_from"])


def note_completed(session: Session, link_id: LinkId, *, visit_key: str, now: datetime) -> None:
    """Remember that the job was completed after the delivery of its visit, unless that is another
    by now."""
    own = update(links).where(links.c.id == link_id, links.c.visit_key == visit_key)
    session.execute(own.values(was_completed=True, updated_at=now))
