"""Keeping what closed visits carry, as soon as they are seen closed."""

from collections.abc import Container
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
        if each.closure is not None
    ]
    closures.save_closures(session, connected.name, found, now=now)


def visits_seen_open(session: Session, connected: Connected, reading: Reading) -> set[str]:
    """Of the visits that are closed now, those that this store has seen open.

    To be asked before the reading is saved.
    """
    keys = [each.record_id for each in reading.spool if each.closure is not None]
    before = observations_by_id(session, connected.name, Side.LETSJOBIT, keys)
    visits = {key: visit_of(seen) for key, seen in before.items()}
    return {
        key
        for key, visit in visits.items()
        # In a copy that was put back it counts only once it was read again.
        if visit is not None and not visit.is_closed and before[key].fingerprint != COPY
    }


def _sha8(seen: Observation) -> str:
    text = (seen.closure or {}).get("visit") or "{}"
    return content_sha8(closure_content(read_closure(text), without={FIELD}))
