"""Delivering one closed visit: status, documents, invoice, and last of all the acknowledgement.

V4 Maintenance, Update job status, Document attachment, Submit contractor invoice; LetsJobIt API v2,
Update a specific visit. Before the first write the job is read afresh, and after the last one
again: what it shows then is what was delivered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncd import logs
from syncd.agentos.answers import Written
from syncd.apply import ending
from syncd.apply.arrivals import arrived_on_job, set_on_job
from syncd.apply.changes import change_visit
from syncd.apply.doubts import EMPTY_SAYS_YES, Fate, ask, find_out, is_contradicted, note_shown
from syncd.apply.ending import IS_EMPTY
from syncd.apply.hands import Hands, Results
from syncd.apply.leading import create_lead
from syncd.apply.listing import note_documents
from syncd.apply.papers import Papers, our_document, our_invoice, read_papers
from syncd.apply.photos import add_photos
from syncd.contractor_portal.job_side import PortalJobs
from syncd.errors import OutcomeUnknown, VendorDenied, VendorError, VendorRefused
from syncd.evidence.notes import same_note
from syncd.model import (
    GONE,
    Intent,
    IntentKind,
    IntentState,
    JobRecord,
    Json,
    Observation,
    Part,
    Side,
    Urgency,
)
from syncd.observe.records import HIDDEN, look_at_job
from syncd.store import outbox
from syncd.store.cycles import fact
from syncd.store.observations import observations_by_id
from syncd.store.outbox import StoredIntent
from syncd.translate import content


@dataclass
class _Sent:
    """What was sent and still has to be looked for, with what the vendor answered."""

    stored: StoredIntent
    result: dict[str, Json]
    is_unknown: bool = False


@dataclass
class _Delivery:
    hands: Hands
    results: Results
    job: JobRecord
    of_visit: Papers | None
    notes: Sequence[str] = ()
    sent: list[_Sent] = field(default_factory=list)

    @property
    def papers(self) -> Papers:
        """The papers of the closed visit; a status that is only reported has none."""
        if self.of_visit is None:
            raise ValueError("no papers belong to a reported status")
        return self.of_visit

    def may_be_there(self, stored: StoredIntent) -> bool:
        """Whether an earlier store may have attached it to a job that does not show documents.

        The first try is then to look for it, and nothing is sent.
        """
        is_found = bool(stored.intent.payload.get("was_found")) and stored.attempts == 1
        is_document = stored.intent.kind is IntentKind.ATTACH_DOCUMENT
        return is_found and is_document and self.job.documents is None


async def deliver_visit(hands: Hands, effects: Sequence[StoredIntent], results: Results) -> None:
    """Perform what is planned for one closed visit, in order, and end it in the store."""
    writes = [e for e in effects if e.intent.kind not in _APART]
    before = results.overtaken
    try:
        if writes and Side.AGENTOS not in results.stopped:
            await _write_all(hands, writes, results)
    except VendorError as error:
        results.stop(error)
    if writes and Side.AGENTOS in results.stopped:
        return
    if any(each.state is IntentState.SENDING for each in writes):
        # Left by a process that ended: the plan waited for what became of them, so plan again.
        results.overtaken += 1
    for stored in effects:
        # Where the job was not as planned, the next plan says whether there is a lead at all.
        is_lead = stored.intent.kind is IntentKind.CREATE_LEAD and results.overtaken == before
        if is_lead and Side.AGENTOS not in results.stopped:
            await create_lead(hands, stored, results)
    for stored in effects:
        is_confirming = stored.intent.kind is IntentKind.CONFIRM_CLOSE
        if is_confirming and Side.LETSJOBIT not in results.stopped:
            await _acknowledge(hands, stored, results)
    if any(each.intent.kind is IntentKind.ATTACH_DOCUMENT for each in writes):
        await note_documents(hands, writes[0].intent.job_id or "")


_APART = frozenset({IntentKind.CREATE_LEAD, IntentKind.CONFIRM_CLOSE})
"""What nothing that is read of the job shows."""


async def _write_all(hands: Hands, writes: Sequence[StoredIntent], results: Results) -> None:
    """Everything but the acknowledgement."""
    job = await _fresh_job(hands, writes, results)
    if job is None:
        return
    photos = [each for each in writes if each.intent.kind is IntentKind.ADD_PHOTO]
    writes = [each for each in writes if each not in photos]
    has_papers = any(each.intent.kind in _OF_PAPER for each in writes)
    papers = await read_papers(hands, writes[0].intent, job) if has_papers else None
    delivery = _Delivery(hands, results, job, papers)
    for stored in writes:
        with logs.about(intent=stored.intent_id):
            await _write(delivery, stored)
        if Side.AGENTOS in results.stopped:
            break
    if delivery.sent:
        await _verify(delivery)
    if photos and Side.AGENTOS not in results.stopped:
        await add_photos(hands, photos, results)


_OF_PAPER = frozenset({IntentKind.ATTACH_DOCUMENT, IntentKind.SUBMIT_INVOICE})


async def _fresh_job(
    hands: Hands, writes: Sequence[StoredIntent], results: Results
) -> JobRecord | None:
    """The job as it is now; None where it is not what the plan was made from, and not by us."""
    job_id = writes[0].intent.job_id or ""
    seen = await look_at_job(hands.agentos.at(Urgency.CLOSURES), job_id, hands.reader.zone)
    known = await hands.database.read(observations_by_id, hands.connection, Side.AGENTOS, [job_id])
    before = known[job_id].content or {}
    now = seen.content or {}
    changed = {e for e in ("status_id", "contractor_id") if before.get(e) != now.get(e)}
    if changed and changed <= {name for each in writes for name in arrived_on_job(each, now)}:
        await _remember(hands, seen)
        changed = set()
    if seen.problem is None and not changed:
        return content.read(JobRecord, now)
    unsent = [each for each in writes if each.state is IntentState.PENDING]
    if seen.problem == GONE or seen.fingerprint == HIDDEN:
        for stored in writes:
            answer = stored.result or {}
            if stored in unsent or outbox.is_repeatable(stored.intent.kind):
                continue
            if answer.get("oid") is not None:
                await _done(hands, stored, {**answer, "how": "answered"})
            else:
                await ask(hands, stored, was_sent=True, facts=answer)
        if seen.problem == GONE == known[job_id].problem:
            # A person wants it delivered all the same.
            for stored in unsent:
                await _bury(hands, stored, "agentos_not_found", "AgentOS has no such job any more")
            return None
    results.overtaken += 1
    await hands.database.run(
        ending.overtake_all, hands.turn, unsent, seen, hands.connection, now=hands.clock()
    )
    return None


async def _write(delivery: _Delivery, stored: StoredIntent) -> None:
    """One effect: adopted where it is there already, else sent."""
    hands, intent = delivery.hands, stored.intent
    is_sent = stored.state is IntentState.SENDING and not outbox.is_repeatable(intent.kind)
    try:
        there = await _found(delivery, intent)
    except VendorError as error:
        delivery.results.pass_over(error)
        if not is_sent:
            why, now = error.message, hands.clock()
            await hands.database.run(ending.try_later, hands.turn, [stored], why, now=now)
            return
        there = None
    if there is not None:
        await _done(hands, stored, {**there, "how": "sent" if is_sent else "found"})
        delivery.results.applied[intent.kind] += is_sent
        return
    if is_sent:
        known = stored.result
        delivery.sent.append(_Sent(stored, dict(known or {}), is_unknown=known is None))
        return
    letter = await _write_letter(delivery, intent)
    now = hands.clock()
    if not await hands.database.run(ending.start, hands.turn, [stored], now=now):
        return
    tries = stored.attempts + 1
    stored = replace(stored, state=IntentState.SENDING, sending_at=now, attempts=tries)
    if delivery.may_be_there(stored):
        delivery.sent.append(_Sent(stored, {}, is_unknown=True))
        return
    try:
        answered = {**letter.facts, **_said(await letter.send())}
    except OutcomeUnknown:
        delivery.sent.append(_Sent(stored, dict(letter.facts), is_unknown=True))
    except VendorDenied as error:
        await _put_back(delivery, stored, error)
    except VendorRefused as error:
        await _bury(hands, stored, error.code, error.message)
    except VendorError as error:
        await _put_back(delivery, stored, error)
    else:
        if not outbox.is_repeatable(intent.kind):
            # At once: where AgentOS shows nothing, its answer is all the proof there will be.
            await hands.database.run(ending.answered, hands.turn, stored, answered)
        delivery.sent.append(_Sent(stored, answered))


async def _found(delivery: _Delivery, intent: Intent) -> dict[str, Json] | None:
    """What shows that an effect is there: the job, or of a note the job's notes, which are read.

    VendorError where they cannot be.
    """
    if intent.kind is not IntentKind.ADD_NOTE:
        return _already_there(delivery, intent)
    delivery.notes = ()
    delivery.notes = await _notebook(delivery.hands).list_notes(delivery.job.job_id)
    text = str(intent.payload["text"])
    return {} if any(same_note(each, text) for each in delivery.notes) else None


def _notebook(hands: Hands) -> PortalJobs:
    """Where notes are made; none is planned where there is nothing of the kind."""
    if hands.portal is None:
        raise ValueError("this job side has no notes")
    return hands.portal.at(Urgency.CLOSURES)


def _already_there(delivery: _Delivery, intent: Intent) -> dict[str, Json] | None:
    job = delivery.job
    if intent.kind is IntentKind.UPDATE_JOB:
        is_there = all(getattr(job, name) == value for name, value in set_on_job(intent).items())
        return {} if is_there else None
    if intent.kind is IntentKind.SUBMIT_INVOICE:
        return our_invoice(job, str(intent.payload["number"]))
    return our_document(job.documents, delivery.papers, Part(str(intent.payload["part"])))


@dataclass(frozen=True)
class _Letter:
    """Something ready to be sent, and what there is to remember of it."""

    facts: Mapping[str, Json]
    send: Callable[[], Awaitable[Written]]


def _said(written: Written) -> dict[str, Json]:
    """What a success says about what was made."""
    is_empty = written.oid is None and written.message is None
    return {"oid": written.oid, **({IS_EMPTY: True} if is_empty else {})}


async def _write_letter(delivery: _Delivery, intent: Intent) -> _Letter:
    client = delivery.hands.agentos.at(Urgency.CLOSURES)
    job_id = delivery.job.job_id

    if intent.kind is IntentKind.UPDATE_JOB:

        async def patch() -> Written:
            wanted = set_on_job(intent)
            return await client.patch_job(
                job_id,
                status_id=wanted.get("status_id"),
                contractor_id=wanted.get("contractor_id"),
            )

        return _Letter({}, patch)
    if intent.kind is IntentKind.ADD_NOTE:

        async def tell() -> Written:
            await _notebook(delivery.hands).add_note(job_id, str(intent.payload["text"]))
            return Written(None, None)

        return _Letter({}, tell)
    if intent.kind is IntentKind.SUBMIT_INVOICE:
        invoice = await asyncio.to_thread(delivery.papers.invoice, intent)
        beside = await asyncio.to_thread(delivery.papers.beside_invoice)

        async def submit() -> Written:
            return await client.submit_invoice(
                contractor_id=invoice.contractor_id,
                job_id=job_id,
                amount=invoice.gross,
                documents=[invoice.document, *beside],
                vat_amount=invoice.vat,
                number=invoice.number,
                invoice_date=invoice.issued_at,
                description=invoice.description,
            )

        return _Letter(invoice.facts, submit)
    paper = await asyncio.to_thread(delivery.papers.document, Part(str(intent.payload["part"])))

    async def attach() -> Written:
        return await client.attach_document(job_id, paper.document)

    return _Letter(paper.facts, attach)


async def _verify(delivery: _Delivery) -> None:
    """Read the job again, and end everything that was sent by what it shows."""
    hands = delivery.hands
    job_id = delivery.job.job_id
    seen = await look_at_job(hands.agentos.at(Urgency.CLOSURES), job_id, hands.reader.zone)
    await _remember(hands, seen)
    if seen.problem == GONE or seen.content is None:
        return
    delivery.job = content.read(JobRecord, seen.content)
    await note_shown(hands, delivery.job, [each.stored for each in delivery.sent])
    for sent in delivery.sent:
        kind = sent.stored.intent.kind
        try:
            there = await _found(delivery, sent.stored.intent)
        except VendorError as error:
            delivery.results.pass_over(error)
            if Side.AGENTOS in delivery.results.stopped:
                continue
            there = None
        if there is not None:
            await _done(hands, sent.stored, {**sent.result, **there, "how": "sent"})
            delivery.results.applied[kind] += 1
        elif await _is_believed(delivery, sent):
            await _done(hands, sent.stored, {**sent.result, "how": "answered"})
            delivery.results.applied[kind] += 1
        else:
            await _doubt(delivery, sent)


async def _remember(hands: Hands, seen: Observation) -> None:
    await hands.database.run(ending.remember, hands.turn, seen, hands.connection, now=hands.clock())


async def _is_believed(delivery: _Delivery, sent: _Sent) -> bool:
    """The vendor said that it has it, and not every agency's AgentOS shows it.

    Money needs a word: an empty success is none, unless a person found that it is this agency's.
    """
    kind, hands = sent.stored.intent.kind, delivery.hands
    if sent.is_unknown or outbox.is_repeatable(kind):
        return False
    if sent.result.get("oid") is not None:
        return True
    if kind is IntentKind.SUBMIT_INVOICE and sent.result.get(IS_EMPTY):
        return await hands.database.read(fact, hands.connection, EMPTY_SAYS_YES) is True
    return not await is_contradicted(hands, kind, delivery.job)


async def _doubt(delivery: _Delivery, sent: _Sent) -> None:
    """What was sent and does not show: find out what can be found out, else ask a person."""
    hands, stored = delivery.hands, sent.stored
    how = "found" if delivery.may_be_there(stored) else "sent"
    fate = await find_out(hands, stored, delivery.job, delivery.of_visit, notes=delivery.notes)
    if fate.state is Fate.THERE:
        await _done(hands, stored, {**sent.result, **fate.result, "how": how})
        delivery.results.applied[stored.intent.kind] += how == "sent"
    elif fate.state is Fate.ABSENT:
        await hands.database.run(ending.put_back, hands.turn, [stored], "it did not arrive")
        delivery.results.overtaken += 1
    elif fate.state is Fate.UNKNOWN:
        await ask(hands, stored, was_sent=how == "sent", facts=sent.result)


async def _done(hands: Hands, stored: StoredIntent, result: dict[str, Json]) -> None:
    await hands.database.run(ending.deliver, hands.turn, stored, result, now=hands.clock())


async def _bury(hands: Hands, stored: StoredIntent, code: str, words: str) -> None:
    now = hands.clock()
    await hands.database.run(ending.bury, hands.turn, stored, code=code, reason=words, now=now)


async def _put_back(delivery: _Delivery, stored: StoredIntent, error: VendorError) -> None:
    delivery.results.stop(error)
    hands = delivery.hands
    await hands.database.run(ending.put_back, hands.turn, [stored], error.message)


async def _acknowledge(hands: Hands, stored: StoredIntent, results: Results) -> None:
    """Tell the engineer's app that the office has it, once everything else is done."""
    after = stored.intent.payload.get("after")
    keys = [str(each) for each in after] if isinstance(after, list) else []
    states = await hands.database.read(outbox.states_of, hands.connection, keys)
    standing = {states.get(key) for key in keys}
    if standing <= {IntentState.DONE}:
        await change_visit(hands, stored, str(stored.intent.payload["visit_key"]), results)
    elif standing & {IntentState.DEAD, IntentState.IN_DOUBT}:
        # It is planned again when a person has decided.
        await hands.database.run(ending.drop, hands.turn, stored, now=hands.clock())
