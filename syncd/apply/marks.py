"""Writing what a custom field of AgentOS says about visits: one request for each change.

V4 Maintenance, Custom fields. The value is absolute, so a write whose answer was lost is repeated
without harm; nothing is read back. It is nobody's hurry: everything else gets its permits first.
"""

from datetime import datetime

from syncd import logs
from syncd.apply import ending
from syncd.apply.hands import Hands, Results
from syncd.errors import VendorDenied, VendorError, VendorNotFound, VendorRefused
from syncd.model import DirectoryRecord, IntentState, JobId, LinkId, Turn, Urgency
from syncd.observe.custom_fields import field_key, field_record, missing
from syncd.store import leases, marks, outbox
from syncd.store.database import Session
from syncd.store.directory import save_directory
from syncd.store.journal import Entry, record
from syncd.store.marks import Mark
from syncd.store.outbox import BEFORE_AN_ANSWER, StoredIntent


async def write_mark(hands: Hands, stored: StoredIntent, results: Results) -> bool:
    """Perform one intent to write a field, and end it in the store; False where no other field is
    to be tried before the next plan."""
    after = stored.intent.payload.get("after")
    keys = [str(each) for each in after] if isinstance(after, list) else []
    states = await hands.database.read(outbox.states_of, hands.connection, keys)
    if any(states.get(key) is not IntentState.DONE for key in keys):
        await hands.database.run(ending.drop, hands.turn, stored, now=hands.clock())
        return True
    if not await hands.database.run(ending.start, hands.turn, [stored], now=hands.clock()):
        return True
    with logs.about(intent=stored.intent_id):
        return await _write(hands, stored, results)


async def _write(hands: Hands, stored: StoredIntent, results: Results) -> bool:
    payload, client = stored.intent.payload, hands.agentos.at(Urgency.SWEEPS)
    object_id, field_id = str(payload["object_id"]), str(payload["field_id"])
    try:
        await client.set_custom_field(object_id, field_id, payload["value"])
    except VendorNotFound:
        return await _find_out(hands, stored, results)
    except VendorDenied as error:
        return await _put_back(hands, stored, results, error)
    except VendorRefused as error:
        why = f"AgentOS does not take what syncd writes to the custom field: {error.message}"
        await _give_up(hands, stored, why, results)
        return False
    except VendorError as error:
        return await _put_back(hands, stored, results, error)
    await hands.database.run(_done, hands.turn, stored, now=hands.clock())
    results.applied[stored.intent.kind] += 1
    return True


async def _find_out(hands: Hands, stored: StoredIntent, results: Results) -> bool:
    """AgentOS says that there is nothing: look whether it is the job or property, or the field."""
    payload = stored.intent.payload
    try:
        client = hands.agentos.at(Urgency.SWEEPS)
        fields = await client.list_custom_fields(str(payload["object_id"]))
    except VendorNotFound:
        await hands.database.run(_forget, hands.turn, stored, now=hands.clock())
        return True
    except VendorError as error:
        return await _put_back(hands, stored, results, error)
    why = missing(str(payload["field"]), str(payload["of"]))
    if any(each.get("ID") == payload["field_id"] for each in fields):
        why = f"AgentOS shows the custom field {payload['field']!r}, and does not take a value"
    await _give_up(hands, stored, why, results)
    return False


async def _give_up(hands: Hands, stored: StoredIntent, why: str, results: Results) -> None:
    """It concerns every visit alike: the plan that follows asks once, and plans no more of it."""
    payload = stored.intent.payload
    found = field_record(str(payload["of"]), str(payload["field"]), field_id="", why=why)
    await hands.database.run(_remember, hands.turn, stored, found, now=hands.clock())
    results.overtaken += 1


def _remember(
    session: Session, turn: Turn, stored: StoredIntent, found: DirectoryRecord, *, now: datetime
) -> None:
    ending.put_back(session, turn, [stored], "the custom field cannot be written")
    save_directory(session, stored.intent.connection, [found], now=now)


def _done(session: Session, turn: Turn, stored: StoredIntent, *, now: datetime) -> None:
    leases.check(session, turn)
    intent = stored.intent
    done = Mark(
        str(intent.payload["object_id"]),
        field_key(str(intent.payload["of"]), str(intent.payload["field"])),
        intent.link_id or LinkId(0),
        intent.job_id or JobId(""),
        intent.visit_id,
        str(intent.payload["value"]),
    )
    marks.note_written(session, intent.connection, done, now=now)
    ids = [stored.intent_id]
    outbox.end_intents(session, ids, IntentState.DONE, was=BEFORE_AN_ANSWER, now=now)
    change = intent.changes["custom_field"]
    entry = Entry(
        intent.kind.value,
        "what the visit is has changed",
        connection=intent.connection,
        link_id=intent.link_id,
        job_id=intent.job_id,
        visit_id=intent.visit_id,
        old={"custom_field": change.old},
        new={"custom_field": change.new},
    )
    record(session, [entry], now=now)


def _forget(session: Session, turn: Turn, stored: StoredIntent, *, now: datetime) -> None:
    leases.check(session, turn)
    payload = stored.intent.payload
    field = field_key(str(payload["of"]), str(payload["field"]))
    marks.drop_mark(session, stored.intent.connection, field, str(payload["object_id"]))
    reason = "AgentOS has no such job or property any more"
    ids, was = [stored.intent_id], BEFORE_AN_ANSWER
    outbox.end_intents(session, ids, IntentState.SUPERSEDED, was=was, now=now, reason=reason)


async def _put_back(
    hands: Hands, stored: StoredIntent, results: Results, error: VendorError
) -> bool:
    results.stop(error)
    await hands.database.run(ending.put_back, hands.turn, [stored], error.message)
    return False
