"""Remembering a visit that was looked at beside the sweeps, with what it carries if it is closed.

A sweep reads no visit again that is known as it is: what a look before a write found closed would
never be delivered, were its signature and its lines not kept by that look.
"""

from datetime import datetime

from syncd.apply.papers import read_closure
from syncd.evidence.lines import closure_content
from syncd.evidence.names import content_sha8
from syncd.model import Observation, Side
from syncd.store import closures
from syncd.store.closures import FoundClosure
from syncd.store.copies import COPY
from syncd.store.database import Session
from syncd.store.observations import observations_by_id, save_observations
from syncd.translate.tags import FIELD


def remember_visit(session: Session, name: str, seen: Observation, *, now: datetime) -> None:
    """Keep a visit as it was seen, and its closure where it waits for acknowledgement."""
    said = seen.content or {}
    if seen.closure is not None and not said.get("is_confirmed"):
        text = seen.closure.get("visit") or "{}"
        sha8 = content_sha8(closure_content(read_closure(text), without={FIELD}))
        found = FoundClosure(seen, sha8, was_found=not _was_open(session, name, seen.record_id))
        closures.save_closures(session, name, [found], now=now)
    save_observations(session, name, [seen], now=now)


def _was_open(session: Session, name: str, visit_key: str) -> bool:
    """Whether this store has seen it open, so that nobody can have delivered it yet. In a copy that
    was put back it counts only once it was read again."""
    before = observations_by_id(session, name, Side.LETSJOBIT, [visit_key]).get(visit_key)
    said = before.content if before is not None and before.fingerprint != COPY else None
    return said is not None and not said.get("is_closed")
