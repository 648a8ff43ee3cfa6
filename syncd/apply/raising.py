"""Creating the job of a visit that was raised in the field, once and never twice.

Before it is sent the visit is looked at: one that was deleted a moment ago becomes no job.
V3 Maintenance, createmaintenancejob, knows doubles by their ExternalID. V4 Maintenance, Create a
maintenance job, has no key against them, so a job whose answer was lost is looked for among the
branch's jobs by its mark. It is sent again only where lists are known to show such marks, where
every row could be read, and after a request that is still under way must have ended; else a
person looks.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from syncd.agentos.issues import Issue
from syncd.agentos.legacy import AlreadyCreated
from syncd.agentos.wire import ALIASES
from syncd.apply import ending
from syncd.apply.hands import Hands, Results
from syncd.errors import OutcomeUnknown, VendorDenied, VendorError, VendorRefused
from syncd.model import GONE, IntentState, JobId, Json, Observation, Side, Turn, Urgency
from syncd.observe.jobs import OVERLAP, job_description, job_identity
from syncd.observe.records import look_at_job, look_at_visit
from syncd.observe.sweeps import ListPage, sweep_list
from syncd.store import leases
from syncd.store.cycles import fact, remember_fact
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.store.observations import observations_by_id, save_observations
from syncd.store.outbox import StoredIntent, seconds_since_sent
from syncd.store.raising import join_raised
from syncd.translate import content
from syncd.translate.raised import raised_for
from syncd.wire_json import Record

SHOWS_MARK = "lists_show_visit_marks"
"""Whether a list of jobs ever showed a mark: what one job's own record shows says nothing of it."""

FILES_LEFT_OUT = "files_left_out"
"""Whether it was said that V3 gets no files of visits."""

UNDER_WAY_SECONDS = 120.0
"""How long a request whose answer was lost may still be under way at the vendor."""

_PAGE = 1000

logger = logging.getLogger(__name__)


async def raise_job(hands: Hands, stored: StoredIntent, results: Results) -> None:
    """Perform one intent to create a job, and end it in the store."""
    try:
        if stored.state is IntentState.PENDING and not await _is_as_planned(hands, stored, results):
            return
        if stored.intent.payload["channel"] == "v3":
            await _send_by_legacy(hands, stored, results)
        elif stored.state is IntentState.SENDING:
            await _look_for(hands, stored, results)
        elif await _may_be_there(hands, stored):
            await _look_first(hands, stored, results)
        else:
            await _send(hands, stored, results)
    except VendorError as error:
        # Whatever was sent stays as it is: the next cycle looks for it.
        results.stop(error)


async def _is_as_planned(hands: Hands, stored: StoredIntent, results: Results) -> bool:
    """Whether the visit is still what the job was planned from: a job cannot be taken back.

    One that was deleted, hidden or changed meanwhile is remembered as it is, and planned anew.
    """
    visit_key = str(stored.intent.payload["visit_key"])
    client = hands.letsjobit.at(Urgency.CREATIONS)
    seen = await look_at_visit(client, visit_key, hands.reader)
    known = await hands.database.read(
        observations_by_id, hands.connection, Side.LETSJOBIT, [visit_key]
    )
    before = known.get(visit_key)
    if before is not None and seen.problem is None and _told(seen) == _told(before):
        return True
    results.overtaken += 1
    await hands.database.run(ending.overtake, hands.turn, stored, seen, now=hands.clock())
    return False


def _told(seen: Observation) -> Mapping[str, Json]:
    """What a list and a look both show of a visit; lines may stand in one of them alone."""
    left_out = ("has_lines", "files")
    return {name: value for name, value in (seen.content or {}).items() if name not in left_out}


async def _send(hands: Hands, stored: StoredIntent, results: Results) -> None:
    now, payload = hands.clock(), stored.intent.payload
    if not await hands.database.run(ending.start, hands.turn, [stored], now=now):
        return None
    stored = replace(stored, state=IntentState.SENDING, sending_at=now, result=None)
    at = payload["reported_at"]
    try:
        written = await hands.agentos.at(Urgency.CREATIONS).create_job(
            str(payload["branch_id"]),
            property_id=str(payload["property_id"]),
            title=str(payload["title"]),
            description=str(payload["description"]),
            status_id=str(payload["status_id"]),
            contractor_id=str(payload["contractor_id"]),
            priority=str(payload["priority"]) if payload["priority"] else None,
            reported_at=datetime.fromisoformat(str(at)) if at else None,
        )
    except OutcomeUnknown:
        return await _look_for(hands, stored, results)
    except VendorDenied as error:
        return await _put_back(hands, stored, results, error)
    except VendorRefused as error:
        return await hands.database.run(
            ending.bury,
            hands.turn,
            stored,
            code=error.code,
            reason=error.message,
            now=hands.clock(),
        )
    except VendorError as error:
        return await _put_back(hands, stored, results, error)
    answer: dict[str, Json] = {"oid": written.oid}
    await hands.database.run(ending.answered, hands.turn, stored, answer)
    await _look_for(hands, replace(stored, result=answer), results)


async def _send_by_legacy(hands: Hands, stored: StoredIntent, results: Results) -> None:
    """V3 refuses a second one with the same ExternalID, and that proves that the first arrived.

    So it is sent again for as long as nobody knows; what may have happened is left as it is.
    """
    payload = stored.intent.payload
    marked = await hands.database.run(ending.start, hands.turn, [stored], now=hands.clock())
    if stored.state is IntentState.PENDING and not marked:
        return None
    issue = content.read(Issue, payload["issue"])
    result: dict[str, Json] = {"external_id": issue.external_id, "how": "sent"}
    try:
        written = await hands.legacy.create_job(str(payload["branch_id"]), issue)
        result["oid"] = written.oid
    except AlreadyCreated:
        result["how"] = "found"
    except OutcomeUnknown as error:
        return results.stop(error)
    except VendorDenied as error:
        return await _put_back(hands, stored, results, error)
    except VendorRefused as error:
        return await hands.database.run(
            ending.bury,
            hands.turn,
            stored,
            code=error.code,
            reason=error.message,
            now=hands.clock(),
        )
    except VendorError as error:
        return await _put_back(hands, stored, results, error)
    await hands.database.run(ending.deliver, hands.turn, stored, result, now=hands.clock())
    if result["how"] == "sent" or stored.attempts:
        results.applied[stored.intent.kind] += 1
    # The pass that follows looks for the job, or acknowledges its visit.
    results.overtaken += 1
    has_files = "documents" in stored.intent.changes
    if has_files and not issue.documents:
        said = await hands.database.run(_say_left_out, hands.turn, stored, now=hands.clock())
        if said is not None:
            logger.warning("%s: %s", hands.connection, said)


def _say_left_out(
    session: Session, turn: Turn, stored: StoredIntent, *, now: datetime
) -> str | None:
    """Write down, once for a connection, that files stay behind; what to say, where it is new."""
    leases.check(session, turn)
    intent = stored.intent
    if fact(session, intent.connection, FILES_LEFT_OUT) is not None:
        return None
    remember_fact(session, intent.connection, FILES_LEFT_OUT, True)
    why = (
        f"visit {intent.payload['mark']} has files, and V3 takes them only as public addresses: "
        "none are sent while create_jobs.document_base_url is empty. This is said once"
    )
    entry = Entry("files_left_out", why, connection=intent.connection, visit_id=intent.visit_id)
    record(session, [entry], now=now)
    return why


async def _may_be_there(hands: Hands, stored: StoredIntent) -> bool:
    """Whether an earlier store may have sent it, and the plan could not have seen that."""
    may_be = bool(stored.intent.payload["may_be_there"]) and stored.attempts == 0
    return may_be and not await _marks_show(hands)


async def _look_first(hands: Hands, stored: StoredIntent, results: Results) -> None:
    """Send only after a look: an earlier store may have sent it, and where jobs show nothing of
    what is written on them nobody can tell."""
    found = await _listed(hands, stored)
    if found.job_id is None and found.shows_text and found.is_whole:
        return await _send(hands, stored, results)
    if found.job_id is not None:
        return await _adopt(hands, stored, found.job_id, results, how="found")
    # A try that sent nothing; what a person says of it is not asked again.
    if await hands.database.run(ending.start, hands.turn, [stored], now=hands.clock()):
        await _ask(hands, stored, was_sent=False)


async def _look_for(hands: Hands, stored: StoredIntent, results: Results) -> None:
    """Find a job that was sent: by the answer's OID, else by its mark in the branch's list."""
    oid = (stored.result or {}).get("oid")
    if oid:
        return await _adopt(hands, stored, JobId(str(oid)), results, how="sent")
    found = await _listed(hands, stored)
    if found.job_id is not None:
        return await _adopt(hands, stored, found.job_id, results, how="found")
    if stored.result is not None or not (found.shows_mark or await _marks_show(hands)):
        return await _ask(hands, stored, was_sent=True)
    if await hands.database.run(seconds_since_sent, stored.intent_id) >= UNDER_WAY_SECONDS:
        if not found.is_whole:
            return await _ask(hands, stored, was_sent=True)
        reason = "it did not arrive"
        await hands.database.run(ending.put_back, hands.turn, [stored], reason)
        results.overtaken += 1


class _Found:
    """What a branch's list shows: the job with the mark, any mark of ours, any description.

    `is_whole`: no row was unreadable, or may be the job with its mark cut off, so that what was not
    found is not there.
    """

    def __init__(self) -> None:
        self.job_id: JobId | None = None
        self.shows_mark = False
        self.shows_text = False
        self.is_whole = True


async def _listed(hands: Hands, stored: StoredIntent) -> _Found:
    """Read the branch's jobs whole, and look for the mark; what stopped that is raised."""
    payload, found = stored.intent.payload, _Found()
    client, branch = hands.agentos.at(Urgency.CREATIONS), str(payload["branch_id"])

    async def fetch(start: int) -> ListPage:
        page = await client.list_jobs(branch, offset=start, count=_PAGE)
        return ListPage(page.records, page.unreadable, page.total)

    async def take(fresh: Mapping[str, Record]) -> None:
        for job_id, raw in fresh.items():
            told = job_description(raw)
            name = raised_for(told)
            is_odd = not told and not _is_undescribed(raw)
            is_cut = name is None and _is_beginning(told, str(payload["description"]))
            found.is_whole = found.is_whole and not (is_odd or is_cut)
            found.shows_text = found.shows_text or bool(told)
            found.shows_mark = found.shows_mark or name is not None
            if name == payload["mark"]:
                found.job_id = min(JobId(job_id), found.job_id or JobId(job_id))

    done = await sweep_list(fetch, job_identity, take, side=Side.AGENTOS, overlap=OVERLAP)
    if done.error is not None:
        raise done.error
    found.is_whole = found.is_whole and done.unreadable == 0
    if found.shows_mark:
        await hands.database.run(remember_fact, hands.connection, SHOWS_MARK, True)
    return found


def _is_undescribed(raw: Record) -> bool:
    """Whether a job without a readable description truly has none."""
    return not any(raw.get(name) for name in ALIASES["Job"]["description"])


def _is_beginning(told: str, sent: str) -> bool:
    """Whether a description may be what was sent, cut off; lists may do so with long ones."""
    words, whole = " ".join(told.rstrip(".… \n").split()), " ".join(sent.split())
    return bool(words) and whole.startswith(words)


async def _adopt(
    hands: Hands, stored: StoredIntent, job_id: JobId, results: Results, *, how: str
) -> None:
    """Read the job back, and link it with its visit."""
    client = hands.agentos.at(Urgency.CREATIONS)
    seen = await look_at_job(client, job_id, hands.reader.zone)
    if seen.problem == GONE:
        return await _ask(hands, stored, was_sent=True)
    now = hands.clock()
    await hands.database.run(_join, hands.turn, stored, seen, how=how, now=now)
    results.applied[stored.intent.kind] += 1
    # The visit gets its tag by the pass that follows.
    results.overtaken += 1


def _join(
    session: Session,
    turn: Turn,
    stored: StoredIntent,
    seen: Observation,
    *,
    how: str,
    now: datetime,
) -> None:
    leases.check(session, turn)
    save_observations(session, stored.intent.connection, [seen], now=now)
    result: dict[str, Json] = {"oid": seen.record_id, "how": how}
    why = "sent, and read back" if how == "sent" else "it was there already"
    join_raised(session, stored, JobId(seen.record_id), result, why=why, now=now)


async def _marks_show(hands: Hands) -> bool:
    return await hands.database.read(fact, hands.connection, SHOWS_MARK) is True


async def _ask(hands: Hands, stored: StoredIntent, *, was_sent: bool) -> None:
    facts: dict[str, Json] = {"mark": stored.intent.payload["mark"]}
    await hands.database.run(
        ending.doubt, hands.turn, stored, was_sent=was_sent, facts=facts, now=hands.clock()
    )


async def _put_back(
    hands: Hands, stored: StoredIntent, results: Results, error: VendorError
) -> None:
    results.stop(error)
    await hands.database.run(ending.put_back, hands.turn, [stored], error.message)
