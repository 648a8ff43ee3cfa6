"""Writing what a custom field of AgentOS says about visits: one request for each change.

V4 Maintenance, Custom fields. The value is absolute, so a write whose answer was lost is repeated
without harm; nothing is read back. It is nobody's hurry: everything else gets its permits first.
"""

from collections.abc import Sequence
from datetime import datetime

from syncd import logs
from syncd.apply import ending
from syncd.apply.hands import Hands, Results
from syncd.errors import VendorDenied, VendorError, VendorNotFound, VendorRefused
from syncd.model import DirectoryRecord, Intent, IntentState, JobId, LinkId, Turn, Urgency
from syncd.observe.custom_fields import field_key, field_record, missing
from syncd.store import leases, marks, outbox
from syncd.store.database import Session
from syncd.store.directory import save_directory
from syncd.store.journal import Entry, record
from syncd.store.marks import Mark
from syncd.store.outbox import BEFORE_AN_ANSWER, StoredIntent


class MarkWriter:
    """The fields that one cycle writes.

    One object that declines is asked about by itself, and the others go on; where a second one
    declines before any other took its value, it is the field that is declined.
    """

    def __init__(self, hands: Hands, results: Results) -> None:
        self._hands, self._results = hands, results
        self._was_taken = False
        self._declined: list[tuple[StoredIntent, str, str]] = []

    async def write(self, stored: StoredIntent) -> bool:
        """Perform one intent to write a field, and end it in the store; False where no other field
        is to be tried before the next plan."""
        hands, after = self._hands, stored.intent.payload.get("after")
        keys = [str(each) for each in after] if isinstance(after, list) else []
        states = await hands.database.read(outbox.states_of, hands.connection, keys)
        if any(states.get(key) is not IntentState.DONE for key in keys):
            await hands.database.run(ending.drop, hands.turn, stored, now=hands.clock())
            return True
        if not await hands.database.run(ending.start, hands.turn, [stored], now=hands.clock()):
            return True
        with logs.about(intent=stored.intent_id):
            return await self._write(stored)

    async def close(self) -> None:
        """Nothing more is written: a person is asked about each object that declined."""
        hands, now = self._hands, self._hands.clock()
        for stored, code, why in self._declined:
            with logs.about(intent=stored.intent_id):
                await hands.database.run(
                    ending.bury, hands.turn, stored, code=code, reason=why, now=now
                )
        self._declined = []

    async def _write(self, stored: StoredIntent) -> bool:
        payload, hands = stored.intent.payload, self._hands
        client = hands.agentos.at(Urgency.SWEEPS)
        object_id, field_id = str(payload["object_id"]), str(payload["field_id"])
        try:
            await client.set_custom_field(object_id, field_id, payload["value"])
        except VendorNotFound as error:
            return await self._find_out(stored, error)
        except VendorDenied as error:
            return await self._put_back(stored, error)
        except VendorRefused as error:
            return await self._decline(stored, error)
        except VendorError as error:
            return await self._put_back(stored, error)
        await hands.database.run(_done, hands.turn, stored, now=hands.clock())
        self._was_taken = True
        self._results.applied[stored.intent.kind] += 1
        return True

    async def _find_out(self, stored: StoredIntent, error: VendorNotFound) -> bool:
        """AgentOS says that there is nothing: look whether it is the job or property, or the field,
        or neither."""
        payload, hands = stored.intent.payload, self._hands
        try:
            client = hands.agentos.at(Urgency.SWEEPS)
            fields = await client.list_custom_fields(str(payload["object_id"]))
        except VendorNotFound:
            await hands.database.run(_forget, hands.turn, stored, now=hands.clock())
            return True
        except VendorError as failed:
            return await self._put_back(stored, failed)
        if any(each.get("ID") == payload["field_id"] for each in fields):
            return await self._decline(stored, error)
        await self._give_up(stored, missing(str(payload["field"]), str(payload["of"])))
        return False

    async def _decline(self, stored: StoredIntent, error: VendorRefused) -> bool:
        self._declined.append((stored, error.code, error.message))
        if self._was_taken or len(self._declined) == 1:
            return True
        why = f"AgentOS does not take what syncd writes to the custom field: {error.message}"
        await self._give_up(stored, why)
        return False

    async def _give_up(self, stored: StoredIntent, why: str) -> None:
        """It concerns every visit alike: the plan that follows asks once, and plans no more."""
        payload, hands = stored.intent.payload, self._hands
        found = field_record(str(payload["of"]), str(payload["field"]), field_id="", why=why)
        tried = [stored, *(each for each, _, _ in self._declined if each is not stored)]
        await hands.database.run(_remember, hands.turn, tried, found, now=hands.clock())
        self._declined = []
        self._results.overtaken += 1

    async def _put_back(self, stored: StoredIntent, error: VendorError) -> bool:
        self._results.stop(error)
        hands = self._hands
        await hands.database.run(ending.put_back, hands.turn, [stored], error.message)
        return False


def _remember(
    session: Session,
    turn: Turn,
    tried: Sequence[StoredIntent],
    found: DirectoryRecord,
    *,
    now: datetime,
) -> None:
    ending.put_back(session, turn, tried, "the custom field cannot be written")
    save_directory(session, tried[0].intent.connection, [found], now=now)


def _done(session: Session, turn: Turn, stored: StoredIntent, *, now: datetime) -> None:
    leases.check(session, turn)
    intent = stored.intent
    marks.note_written(session, intent.connection, _mark(intent), now=now)
    ids = [stored.intent_id]
    outbox.end_intents(session, ids, IntentState.DONE, was=BEFORE_AN_ANSWER, now=now)
    _tell(session, intent, intent.kind.value, "what the visit is has changed", now=now)


def leave_mark(session: Session, stored: StoredIntent, *, now: datetime) -> None:
    """A person does without what an object declined: it counts as written, until its visit
    changes."""
    intent, why = stored.intent, f"waived by a person; {stored.reason}"
    ids, was = [stored.intent_id], (IntentState.DEAD,)
    if outbox.end_intents(session, ids, IntentState.SUPERSEDED, was=was, now=now, reason=why):
        marks.note_written(session, intent.connection, _mark(intent), now=now)
        _tell(session, intent, "waived", why, now=now)


def _mark(intent: Intent) -> Mark:
    return Mark(
        str(intent.payload["object_id"]),
        field_key(str(intent.payload["of"]), str(intent.payload["field"])),
        intent.link_id or LinkId(0),
        intent.job_id or JobId(""),
        intent.visit_id,
        str(intent.payload["value"]),
    )


def _tell(session: Session, intent: Intent, event: str, why: str, *, now: datetime) -> None:
    change = intent.changes["custom_field"]
    entry = Entry(
        event,
        why,
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
