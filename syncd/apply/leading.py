"""Creating the lead that an engineer noted on a closed visit, once and never twice.

V4 Property Management, Create a new lead. The vendor has no key against doubles and lists no
leads: its answer is all the proof there is. A lead whose answer was lost, or that an earlier store
may have created, is asked about, and sent again only when a person says so.
"""

from dataclasses import replace

from syncd import logs
from syncd.agentos.property_management import Lead
from syncd.apply import ending
from syncd.apply.hands import Hands, Results
from syncd.apply.papers import read_closure
from syncd.errors import OutcomeUnknown, VendorDenied, VendorError, VendorRefused
from syncd.evidence.leads import lead_notes, noted_lead
from syncd.model import DirectoryKind, Intent, IntentState, Json, LinkId, Turn, Urgency
from syncd.observe.lead_sources import ALL, NOT_ENABLED
from syncd.store.closures import closures_of_link
from syncd.store.database import Session
from syncd.store.directory import drop
from syncd.store.outbox import StoredIntent
from syncd.translate.reaching import reached_by


async def create_lead(hands: Hands, stored: StoredIntent, results: Results) -> None:
    """Perform one intent to create a lead, and end it in the store."""
    with logs.about(intent=stored.intent_id):
        if stored.state is IntentState.SENDING:
            return await _ask(hands, stored)
        lead = await hands.database.read(_lead, stored.intent)
        now = hands.clock()
        if not await hands.database.run(ending.start, hands.turn, [stored], now=now):
            return None
        tries = stored.attempts + 1
        sending = replace(stored, state=IntentState.SENDING, sending_at=now, attempts=tries)
        if _may_be_there(sending):
            return await _ask(hands, sending)
        await _send(hands, sending, lead, results)


async def _send(hands: Hands, stored: StoredIntent, lead: Lead, results: Results) -> None:
    try:
        written = await hands.management.at(Urgency.CLOSURES).create_lead(lead)
    except OutcomeUnknown:
        return await _ask(hands, stored)
    except VendorRefused as error:
        # What is not enabled stays so until somebody acts; a key that is blocked works again.
        if isinstance(error, VendorDenied) and error.status not in NOT_ENABLED:
            return await _put_back(hands, stored, results, error)
        await hands.database.run(_bury, hands.turn, stored, error, hands)
        return None
    except VendorError as error:
        return await _put_back(hands, stored, results, error)
    result: dict[str, Json] = {"oid": written.oid, "how": "answered"}
    await hands.database.run(ending.deliver, hands.turn, stored, result, now=hands.clock())
    results.applied[stored.intent.kind] += 1


def _lead(session: Session, intent: Intent) -> Lead:
    """What is sent, made of the closed visit as it is kept: no intent holds a word of it."""
    payload = intent.payload
    kept = {c.visit_key: c for c in closures_of_link(session, intent.link_id or LinkId(0))}
    visit = read_closure(kept[str(payload["visit_key"])].content)
    noted = noted_lead(visit, str(payload["field"]))
    reached = reached_by(noted)
    return Lead(
        lead_type=str(payload["lead_type"]),
        source_id=str(payload["source_id"]),
        branch_id=str(payload["branch_id"]),
        property_id=str(payload["property_id"]),
        email=reached.email,
        phone=reached.phone,
        notes=lead_notes(noted, doc_no=visit.doc_no or ""),
    )


def _may_be_there(stored: StoredIntent) -> bool:
    """Whether an earlier store may have created it: then the first try sends nothing."""
    return bool(stored.intent.payload.get("was_found")) and stored.attempts == 1


async def _ask(hands: Hands, stored: StoredIntent) -> None:
    was_sent = not _may_be_there(stored)
    await hands.database.run(
        ending.doubt, hands.turn, stored, was_sent=was_sent, facts={}, now=hands.clock()
    )


def _bury(
    session: Session, turn: Turn, stored: StoredIntent, error: VendorRefused, hands: Hands
) -> None:
    """It was declined; whatever was wrong, the sources are read again before the next try."""
    ending.bury(session, turn, stored, code=error.code, reason=error.message, now=hands.clock())
    drop(session, stored.intent.connection, DirectoryKind.LEAD_SOURCES, ALL)


async def _put_back(
    hands: Hands, stored: StoredIntent, results: Results, error: VendorError
) -> None:
    results.stop(error)
    await hands.database.run(ending.put_back, hands.turn, [stored], error.message)
