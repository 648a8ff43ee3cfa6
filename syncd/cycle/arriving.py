"""What was sent and not known to have arrived, where both vendors' records show it by now.

Before anything is planned: what follows from it (which status a job goes back to, what we hid
ourselves, what both sides agreed on last) must be known by then, and the journal tells it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from syncd.apply import ending
from syncd.apply.arrivals import arrived_on_job, has_visit_arrived, is_deletion
from syncd.apply.ending import ReadBack
from syncd.cycle.connected import Connected
from syncd.cycle.views import visit_of
from syncd.model import GONE, IntentKind, Link, LinkId, Observation, Side
from syncd.store import links, outbox
from syncd.store.database import Session
from syncd.store.observations import observations_by_id, visits_by
from syncd.store.outbox import StoredIntent


@dataclass(frozen=True)
class _Shown:
    """What the vendors show of the records that were written to."""

    links: Mapping[LinkId, Link]
    jobs: Mapping[str, Observation]
    visits: Mapping[str, Observation]
    new_visits: Mapping[str, Sequence[Observation]]

    def visit_of(self, stored: StoredIntent) -> Observation | None:
        """The visit that an intent is about; None where it was not seen."""
        intent = stored.intent
        if intent.kind is IntentKind.CREATE_VISIT:
            return next(iter(self.new_visits.get(str(intent.visit_id), ())), None)
        return self.visits.get(_visit_key(stored, self.links) or "")


def settle_arrivals(session: Session, connected: Connected, *, now: datetime) -> None:
    """End as done whatever was sent, may be repeated, and is there."""
    waiting = outbox.waiting_intents(session, connected.name)
    sent = [e for e in waiting if e.attempts and e.state in outbox.BEFORE_AN_ANSWER]
    sent = [each for each in sent if outbox.is_repeatable(each.intent.kind)]
    if not sent:
        return
    shown = _shown(session, connected.name, sent)
    for stored in sent:
        _settle(session, connected, stored, shown, now=now)


def _shown(session: Session, name: str, sent: Sequence[StoredIntent]) -> _Shown:
    known = links.load_links(session, {e.intent.link_id for e in sent if e.intent.link_id})
    jobs = {each.intent.job_id for each in sent if each.intent.job_id}
    keys = {_visit_key(each, known) for each in sent} - {None}
    made = [str(e.intent.visit_id) for e in sent if e.intent.kind is IntentKind.CREATE_VISIT]
    return _Shown(
        known,
        observations_by_id(session, name, Side.AGENTOS, jobs),
        observations_by_id(session, name, Side.LETSJOBIT, filter(None, keys)),
        visits_by(session, name, "erp_id", made),
    )


def _visit_key(stored: StoredIntent, known: Mapping[LinkId, Link]) -> str | None:
    """The visit that an intent changes, where its link still has it."""
    intent = stored.intent
    if "visit_key" in intent.payload:
        return str(intent.payload["visit_key"])
    link = known.get(intent.link_id or LinkId(0))
    return link.visit_key if link is not None and link.visit_id == intent.visit_id else None


def _settle(
    session: Session, connected: Connected, stored: StoredIntent, shown: _Shown, *, now: datetime
) -> None:
    intent, turn, rules = stored.intent, connected.turn, connected.rules
    if intent.kind is IntentKind.UPDATE_JOB:
        job = shown.jobs.get(intent.job_id or "")
        if job is not None and arrived_on_job(stored, job.content or {}):
            ending.deliver(session, turn, stored, {"how": "found"}, now=now)
        return
    seen = shown.visit_of(stored)
    visit = visit_of(seen)
    if seen is not None and seen.problem == GONE and is_deletion(intent):
        ending.confirm_deleted(session, turn, stored, now=now)
    elif seen is not None and visit is not None and has_visit_arrived(stored, visit, rules):
        done = [ReadBack(stored, seen, visit)]
        ending.confirm(session, turn, done, rules, now=now, how="found")
