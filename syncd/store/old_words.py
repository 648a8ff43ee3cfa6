"""Dropping sentences that may name people: vendors' own words, and questions, once they are old.

A vendor's error may quote a tenant and an address. It stays where a person needs it, with the cycle
that failed, the change that was declined, the question about it, until `retention.personal_data`.
After that codes, kinds, choices, times and numbers tell what happened.

Each function is one small transaction and says how much it did; call it until it did nothing.
The caller has the lease of the connection.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Text, cast, or_, select, update

from syncd.model import DirectoryKind, IntentState, Json, Turn
from syncd.store import leases
from syncd.store.database import Session
from syncd.store.tables import cycles, directory, intents, journal, sweeps

PAGE = 1000

DROPPED = "dropped"
"""What stands in place of a sentence that retention dropped."""

_SENTENCES = (
    *("refused", "waived", "intent_requeued", "intent_discarded"),
    *("inbox_opened", "inbox_decided"),
)
"""Events of the journal whose reason is a vendor's sentence, or a question's."""

_OBSTACLES = (
    DirectoryKind.CUSTOM_FIELD,
    DirectoryKind.LETTINGS_PROPERTY,
    DirectoryKind.LEAD_SOURCES,
)
"""What is remembered of the agency together with the words that it declined it with."""


def forget_cycles_words(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop the messages of errors that cycles before `before` ended with; codes and cures stay."""
    leases.check(session, turn)
    written = cast(cycles.c.report, Text)
    query = select(cycles.c.id, cycles.c.report).where(
        cycles.c.connection == turn.connection,
        cycles.c.started_at < before,
        written.like('%"message": "%'),
        written.not_like(f'%"message": "{DROPPED}"%'),
    )
    rows = session.execute(query.limit(PAGE)).all()
    for row in rows:
        errors = [{**each, "message": DROPPED} for each in row.report.get("errors", ())]
        changed = update(cycles).where(cycles.c.id == row.id)
        session.execute(changed.values(report={**row.report, "errors": errors}))
    return len(rows)


def forget_sweeps_words(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop why sweeps before `before` were not complete."""
    leases.check(session, turn)
    is_one = (sweeps.c.connection == turn.connection, sweeps.c.started_at < before)
    has_words = (sweeps.c.error.is_not(None), sweeps.c.error != DROPPED)
    page = select(sweeps.c.id).where(*is_one, *has_words).limit(PAGE)
    return session.execute(
        update(sweeps).where(sweeps.c.id.in_(page)).values(error=DROPPED)
    ).rowcount


def forget_reasons(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop the reasons of intents that ended before `before`, also of work that goes on."""
    leases.check(session, turn)
    ended = (IntentState.DONE.value, IntentState.SUPERSEDED.value)
    page = select(intents.c.id).where(
        intents.c.connection == turn.connection,
        intents.c.state.in_(ended),
        intents.c.finished_at < before,
        intents.c.reason.is_not(None),
    )
    is_one = intents.c.id.in_(page.limit(PAGE))
    return session.execute(update(intents).where(is_one).values(reason=None)).rowcount


def forget_sentences(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop from the journal what vendors said and what was asked; who decided what stays."""
    leases.check(session, turn)
    page = select(journal.c.id).where(
        or_(journal.c.connection == turn.connection, journal.c.connection.is_(None)),
        journal.c.at < before,
        journal.c.event.in_(_SENTENCES),
        journal.c.why != DROPPED,
    )
    is_one = journal.c.id.in_(page.limit(PAGE))
    return session.execute(update(journal).where(is_one).values(why=DROPPED)).rowcount


def forget_obstacles(session: Session, turn: Turn, *, before: datetime) -> int:
    """Drop with which words the agency declined what syncd knows of it; that it did stays."""
    leases.check(session, turn)
    is_one = (
        directory.c.connection == turn.connection,
        directory.c.kind.in_([kind.value for kind in _OBSTACLES]),
        directory.c.fetched_at < before,
    )
    rows = session.execute(select(directory).where(*is_one)).all()
    found = [row for row in rows if row.content and _blanked(row.content) != row.content]
    for row in found:
        changed = update(directory).where(*is_one, directory.c.kind == row.kind)
        session.execute(
            changed.where(directory.c.oid == row.oid).values(content=_blanked(row.content))
        )
    return len(found)


def _blanked(content: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """Without what follows our own words: the obstacle may last, and a question may tell of it."""
    told = {n: v for n, v in (content or {}).items() if n in ("why", "problem")}
    cut = {n: _QUOTED.sub(r"\1", v) if isinstance(v, str) else v for n, v in told.items()}
    return {**(content or {}), **cut}


_QUOTED = re.compile(r"(was (?:answered with \S+|refused)): .*", re.DOTALL)
