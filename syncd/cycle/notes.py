"""Notes on jobs, where the job side is the contractor portal: the only one that takes them."""

import hashlib

from syncd.cycle.connected import Connected
from syncd.evidence.notes import closing_note, note_mark, skip_note
from syncd.letsjobit.wire import Visit
from syncd.model import Change, Intent, IntentKind, IntentState, Part, VisitRecord, VisitState
from syncd.reconcile.intents import intent
from syncd.reconcile.links import View
from syncd.store import outbox
from syncd.store.database import Session
from syncd.translate.tags import FIELD


def takes_notes(connected: Connected) -> bool:
    """Whether the job side has notes: V4 has none."""
    return connected.connection.agentos.channel == "portal"


def remarks_of(connected: Connected, visit: Visit, record: VisitRecord) -> str:
    """The note about a closed visit; "" where there is nothing to say or nowhere to say it."""
    if not takes_notes(connected):
        return ""
    invoice = connected.connection.invoice
    without = {FIELD, invoice.amount_field, invoice.hours_field}
    return closing_note(visit, record, without=without, zone=connected.zone)


def plan_skip_note(session: Session, connected: Connected, view: View) -> Intent | None:
    """The note that says why a visit was skipped, once for each time; None where it is said."""
    visit = view.visit
    if not takes_notes(connected) or visit is None or view.visit_state is not VisitState.SKIPPED:
        return None
    # Of what happened, not of how it is worded: other words are no other note.
    skip = f"{note_mark(visit.doc_no)} Skipped on {visit.date}: {visit.skip_reason}"
    key = f"{visit.visit_key}:skip:{hashlib.sha256(skip.encode()).hexdigest()[:8]}"
    stored = outbox.effects(session, connected.name, [key]).get(key)
    if stored is not None and stored.state is not IntentState.PENDING:
        return None
    text = skip_note(visit)
    return intent(
        IntentKind.ADD_NOTE,
        connected.name,
        job_id=view.link.job_id,
        visit_id=visit.visit_id,
        link_id=view.link.link_id,
        changes={"note": Change(None, text)},
        payload={"text": text, "visit_key": visit.visit_key, "part": Part.NOTE.value},
        effect_key=key,
    )
