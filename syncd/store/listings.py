"""Lists for people, page by page: work, cycles, questions and what closed visits still wait for.

Only reads. Each function asks a fixed number of queries, however long its list is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, and_, cast, func, or_, select

from syncd.model import Link, LinkId, Side
from syncd.store.database import Session
from syncd.store.inbox import InboxItem, read_item
from syncd.store.links import find_link, load_links
from syncd.store.rows import chunks
from syncd.store.tables import closures, cycles, inbox, journal, links, observations, sweeps

_PAGE = 500
"""Records that are looked through at a time for words that may stand anywhere in them."""

_MOST_WORDS = 8

PLACES = ("site", "address", "city", "post_code")
"""Where a visit says where it is."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words or an id ("": everything), in one connection (None: all), and
    whether the visit is expected to be open (None: either)."""

    words: str = ""
    connection: str | None = None
    is_open: bool | None = None


def links_page(session: Session, wanted: Wanted, *, before: int | None, limit: int) -> list[Link]:
    """Links that fit, the newest first, those older than the link `before`."""
    words = wanted.words.strip()
    if not words:
        query = _links_query(wanted, before).limit(limit)
        return _loaded(session, [row[0] for row in session.execute(query)])
    exact = [each for each in find_link(session, wanted.connection, words) if _fits(each, wanted)]
    if exact and before is None:
        return exact[:limit]
    return _loaded(session, _matching(session, wanted, words, before, limit))


def _fits(link: Link, wanted: Wanted) -> bool:
    return wanted.is_open is None or wanted.is_open is (link.is_open and not link.is_withdrawn)


def _loaded(session: Session, ids: Iterable[int]) -> list[Link]:
    found = load_links(session, [LinkId(each) for each in ids])
    return sorted(found.values(), key=lambda each: each.link_id, reverse=True)


def _links_query(wanted: Wanted, before: int | None) -> Select[int]:
    query = select(links.c.id).order_by(links.c.id.desc())
    if wanted.connection is not None:
        query = query.where(links.c.connection == wanted.connection)
    if wanted.is_open is not None:
        is_open = and_(links.c.is_open, links.c.is_withdrawn.is_(False))
        query = query.where(is_open if wanted.is_open else ~is_open)
    return query if before is None else query.where(links.c.id < before)


def _matching(
    session: Session, wanted: Wanted, words: str, before: int | None, limit: int
) -> list[int]:
    found: list[int] = []
    for link_id, doc_no, visit in _candidates(session, wanted, words, before):
        if _is_meant(words, doc_no, visit):
            found.append(link_id)
        if len(found) == limit:
            break
    return found


def _candidates(
    session: Session, wanted: Wanted, words: str, before: int | None
) -> Iterator[tuple[int, str, Mapping[str, Any] | None]]:
    """Links whose number or visit has the words somewhere. The database cannot look inside a
    visit alike on both kinds of store, so what it finds is looked at again."""
    seen = observations
    is_seen = and_(
        seen.c.connection == links.c.connection,
        seen.c.side == Side.LETSJOBIT.value,
        seen.c.record_id == links.c.visit_key,
    )
    content = cast(seen.c.content, Text)
    written = [_pattern(json.dumps(each)[1:-1]) for each in _parted(words)]
    has_words = or_(
        links.c.doc_no.ilike(_pattern(words), escape="!"),
        and_(*(content.ilike(each, escape="!") for each in written)),
    )
    last = before
    while True:
        query = _links_query(wanted, last).outerjoin(seen, is_seen).where(has_words)
        rows = session.execute(query.add_columns(links.c.doc_no, seen.c.content).limit(_PAGE)).all()
        yield from ((row[0], row[1], row[2]) for row in rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def _pattern(words: str) -> str:
    plain = words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{plain}%"


def _is_meant(words: str, doc_no: str, visit: Mapping[str, Any] | None) -> bool:
    if words.casefold() in doc_no.casefold():
        return True
    where = " ".join(str(visit.get(name) or "") for name in PLACES) if visit is not None else ""
    return all(each.casefold() in where.casefold() for each in _parted(words))


def _parted(words: str) -> list[str]:
    """The words of an address one by one: people write its parts in any order."""
    return words.replace(",", " ").split()[:_MOST_WORDS] or [words]


def where_of(visit: Mapping[str, Any]) -> str:
    """Where a visit's kept content says that it is, in one line."""
    said = [str(visit.get(name) or "").strip() for name in PLACES]
    told = [each for each in dict.fromkeys(said) if each]
    return ", ".join(each for each in told if not any(each in o for o in told if o != each))


def links_asked_about(session: Session, ids: Iterable[LinkId]) -> set[int]:
    """Which of these links a question waits about."""
    found: set[int] = set()
    for chunk in chunks(ids):
        query = select(inbox.c.link_id).where(inbox.c.link_id.in_(chunk), _IS_ASKED)
        found.update(session.execute(query).scalars())
    return found


def links_by_job(session: Session, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Link]:
    """The links of jobs, by connection and OID."""
    wanted = set(pairs)
    found: dict[tuple[str, str], Link] = {}
    for chunk in chunks(sorted({job for _, job in wanted})):
        query = select(links.c.id).where(links.c.job_id.in_(chunk))
        for link in _loaded(session, session.execute(query).scalars()):
            if (link.connection, link.job_id) in wanted:
                found[link.connection, link.job_id] = link
    return found


_IS_ASKED = and_(inbox.c.closed_at.is_(None), inbox.c.choice.is_(None))


@dataclass(frozen=True)
class Answered:
    """An item of the inbox with who answered when, and why it closed, where it did."""

    item: InboxItem
    decided_at: datetime | None
    decided_by: str | None
    closed_at: datetime | None
    closed_why: str | None


def item_page(session: Session, item_id: int) -> Answered | None:
    """One item, open, answered or closed; None where there never was one."""
    row = session.execute(select(inbox).where(inbox.c.id == item_id)).one_or_none()
    return None if row is None else _answered(row)


def answered_items(session: Session, *, limit: int) -> list[Answered]:
    """Items that are decided and in force, the latest decision first."""
    query = select(inbox).where(inbox.c.closed_at.is_(None), inbox.c.choice.is_not(None))
    rows = session.execute(query.order_by(inbox.c.decided_at.desc(), inbox.c.id).limit(limit))
    return [_answered(row) for row in rows]


def count_asked(session: Session) -> int:
    """How many questions wait, over all connections."""
    return int(session.execute(select(func.count()).where(_IS_ASKED)).scalar_one())


def asked_ids(session: Session) -> list[int]:
    """The numbers of the questions that wait, oldest first."""
    return list(session.execute(select(inbox.c.id).where(_IS_ASKED).order_by(inbox.c.id)).scalars())


def _answered(row: Row[Any]) -> Answered:
    return Answered(read_item(row), row.decided_at, row.decided_by, row.closed_at, row.closed_why)


@dataclass(frozen=True)
class Undelivered:
    """Closed visits that wait for acknowledgement: how many, and when the oldest was first seen."""

    count: int
    oldest: datetime | None


def undelivered(session: Session, name: str) -> Undelivered:
    """What closed visits of a connection wait for; those that belong to no job are not ours."""
    query = select(func.count(), func.min(closures.c.seen_at)).where(
        closures.c.connection == name,
        closures.c.delivered_at.is_(None),
        closures.c.link_id.is_not(None),
    )
    row = session.execute(query).one()
    return Undelivered(int(row[0]), row[1])


def cycles_page(
    session: Session, *, connection: str | None, before: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Cycles, the newest first, those older than the cycle `before`."""
    query = select(cycles).order_by(cycles.c.id.desc()).limit(limit)
    if connection is not None:
        query = query.where(cycles.c.connection == connection)
    if before is not None:
        query = query.where(cycles.c.id < before)
    return session.execute(query).all()


def cycle_row(session: Session, number: int) -> Row[Any] | None:
    """One cycle."""
    return session.execute(select(cycles).where(cycles.c.id == number)).one_or_none()


def sweeps_of(session: Session, number: int) -> Sequence[Row[Any]]:
    """What one cycle read."""
    query = select(sweeps).where(sweeps.c.cycle_id == number)
    return session.execute(query.order_by(sweeps.c.id)).all()


def journal_between(
    session: Session, connection: str, first: datetime, last: datetime, *, limit: int
) -> Sequence[Row[Any]]:
    """What the journal of a connection tells of a time, oldest first."""
    query = (
        select(journal)
        .where(journal.c.connection == connection, journal.c.at >= first, journal.c.at <= last)
        .order_by(journal.c.id)
        .limit(limit)
    )
    return session.execute(query).all()
