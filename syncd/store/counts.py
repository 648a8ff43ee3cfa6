"""Counts for metrics: what waits, by kind and state. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from syncd.model import InboxKind, IntentState, Lane
from syncd.store.database import Session
from syncd.store.outbox import WAITING
from syncd.store.tables import inbox, intents, lanes


@dataclass(frozen=True)
class Asked:
    """How many questions of a kind wait, and since when the oldest does."""

    count: int
    oldest: datetime


@dataclass(frozen=True)
class Failing:
    """How often in a row a lane failed, and the code of the last failure."""

    failures: int
    code: str


def failing_lanes(session: Session, name: str) -> Mapping[Lane, Failing]:
    """The lanes of a connection that fail; one that works is absent."""
    query = select(lanes).where(lanes.c.connection == name, lanes.c.failures > 0)
    return {
        Lane(row.lane): Failing(row.failures, row.code or "unknown")
        for row in session.execute(query.order_by(lanes.c.lane))
    }


def intents_by_state(session: Session, name: str) -> Mapping[IntentState, int]:
    """How many changes of a connection are in each state in which they have not ended."""
    query = (
        select(intents.c.state, func.count())
        .where(intents.c.connection == name)
        .where(intents.c.state.in_([state.value for state in WAITING]))
        .group_by(intents.c.state)
    )
    found = {row[0]: int(row[1]) for row in session.execute(query)}
    return {state: found.get(state.value, 0) for state in WAITING}


def questions_by_kind(session: Session, name: str) -> Mapping[InboxKind, Asked]:
    """The questions that wait; a kind of which none does is absent."""
    query = (
        select(inbox.c.kind, func.count(), func.min(inbox.c.opened_at))
        .where(inbox.c.connection == name, inbox.c.closed_at.is_(None), inbox.c.choice.is_(None))
        .group_by(inbox.c.kind)
    )
    return {InboxKind(row[0]): Asked(int(row[1]), row[2]) for row in session.execute(query)}
