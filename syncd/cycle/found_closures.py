"""Keeping what closed visits carry, as soon as they are seen closed.

Visits that somebody acknowledged are kept where this store has seen them open: nothing of them was
delivered, and a person is asked. What else was acknowledged is over.
"""

from collections.abc import Container, Sequence
from datetime import datetime

from syncd.apply.papers import read_closure
from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.cycle.views import visit_of
from syncd.evidence.lines import closure_content
from syncd.evidence.names import content_sha8
from syncd.model import Observation, Side
from syncd.store import closures
from syncd.store.closures import FoundClosure
from syncd.store.copies import COPY
from syncd.store.database import Session
from syncd.store.links import linked_visit_keys, open_visit_keys
from syncd.store.observations import observations_by_id
from syncd.translate.tags import FIELD


def save_closures(
    session: Session,
    connected: Connected,
    reading: Reading,
    seen_open: Container[str],
    *,
    now: datetime,
) -> None:
    """Keep what closed visits carry, so that nothing is lost when they change or disappear.

    A visit that is not among those `seen_open` was closed already when it was found, so that an
    earlier store may have delivered it.
    """
    found = [
        FoundClosure(each, _sha8(each), each.record_id not in seen_open)
        for each in reading.spool
        if each.closure is not None and (not is_acknowledged(each) or each.record_id in seen_open)
    ]
    done = [each.seen for each in found if is_acknowledged(each.seen)]
    strange = _strange(session, connected.name, done)
    kept = [each for each in found if each.seen.record_id not in strange]
    closures.save_closures(session, connected.name, kept, now=now)


def _strange(session: Session, name: str, acknowledged: Sequence[Observation]) -> set[str]:
    """Those of them that belong to no job of ours, whatever may be linked to them later."""
    keys = {each.record_id for each in acknowledged}
    linked = linked_visit_keys(session, name, keys)
    numbers = closures.linked_by_number(session, name, {e.doc_no for e in acknowledged if e.doc_no})
    ours = {e.record_id for e in acknowledged if e.tag is not None or e.doc_no in numbers}
    return keys - linked - ours


def visits_seen_open(session: Session, connected: Connected, reading: Reading) -> set[str]:
    """Of the visits that are closed now, those that this store has seen open.

    To be asked before the reading is saved. A link's visit counts until a plan has found it closed:
    looking before a write may have saved that already.
    """
    keys = [each.record_id for each in reading.spool if each.closure is not None]
    before = observations_by_id(session, connected.name, Side.LETSJOBIT, keys)
    visits = {key: visit_of(seen) for key, seen in before.items()}
    found = {key for key, visit in visits.items() if visit is not None and not visit.is_closed}
    # In a copy that was put back a visit counts only once it was read again.
    doubted = {key for key, seen in before.items() if seen.fingerprint == COPY}
    return (found | open_visit_keys(session, connected.name, keys)) - doubted


def is_acknowledged(seen: Observation) -> bool:
    """Whether a visit is closed and acknowledged."""
    said = seen.content or {}
    return bool(said.get("is_closed") and said.get("is_confirmed"))


def _sha8(seen: Observation) -> str:
    text = (seen.closure or {}).get("visit") or "{}"
    return content_sha8(closure_content(read_closure(text), without={FIELD}))
