"""Jobs that syncd raised for visits from the field: joining the two in the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from syncd.model import IntentKind, IntentState, JobId, Json, LinkId, VisitId
from syncd.store import closures, links, outbox
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.store.outbox import StoredIntent
from syncd.store.rows import chunks
from syncd.store.tables import intents
from syncd.store.tables import links as link_rows

_OPEN = (IntentState.SENDING, IntentState.IN_DOUBT)


@dataclass(frozen=True)
class AwaitedJob:
    """A job that V3 took and that no list has shown yet; `since` is how long it is looked for."""

    intent_id: int
    visit_id: VisitId | None
    visit_key: str
    mark: str
    external_id: str
    since: datetime


def join_raised(
    session: Session,
    stored: StoredIntent,
    job_id: JobId,
    result: Mapping[str, Json],
    *,
    why: str,
    now: datetime,
) -> LinkId:
    """The job of a visit is there: link the two, and end the intent. The link's number."""
    intent, payload = stored.intent, stored.intent.payload
    visit_key, name = str(payload["visit_key"]), intent.connection
    link_id = links.links_of_jobs(session, name, [job_id]).get(job_id)
    joined: dict[str, object] = {
        "visit_id": intent.visit_id,
        "visit_key": visit_key,
        "doc_no": payload["doc_no"] or payload["mark"],
        "is_ours": False,
        "is_open": True,
    }
    if link_id is None:
        where = {name: payload[name] for name in ("branch_id", "property_id")}
        number = str(joined.pop("doc_no"))
        link_id = links.add_link(session, name, job_id, doc_no=number, now=now, **joined, **where)
    elif links.load_links(session, [link_id])[link_id].visit_key is None:
        links.update_link(session, link_id, now=now, settled=None, **joined)
    closures.link_closure(session, name, visit_key, link_id)
    outbox.note_result(session, stored.intent_id, {**(stored.result or {}), **result})
    session.execute(
        update(intents)
        .where(intents.c.id == stored.intent_id)
        .values(link_id=link_id, job_id=job_id)
    )
    ids, was, how = [stored.intent_id], (stored.state,), str(result.get("how") or "")
    outbox.end_intents(session, ids, IntentState.DONE, was=was, now=now, how=how)
    entry = Entry(
        intent.kind.value,
        why,
        connection=name,
        link_id=link_id,
        job_id=job_id,
        visit_id=intent.visit_id,
        new={**{field: change.new for field, change in intent.changes.items()}, **result},
    )
    record(session, [entry], now=now)
    return link_id


def jobs_of_visits(session: Session, name: str, keys: Iterable[str]) -> dict[str, JobId]:
    """The jobs of these visits (by `_id`), of those that have one."""
    found: dict[str, JobId] = {}
    for chunk in chunks(keys):
        query = select(link_rows.c.visit_key, link_rows.c.job_id).where(
            link_rows.c.connection == name, link_rows.c.visit_key.in_(chunk)
        )
        found.update({row[0]: JobId(row[1]) for row in session.execute(query)})
    return found


def used_numbers(session: Session, name: str, numbers: Iterable[str]) -> set[str]:
    """Which of these document numbers a link has."""
    found: set[str] = set()
    for chunk in chunks(numbers):
        query = select(link_rows.c.doc_no).where(
            link_rows.c.connection == name, link_rows.c.doc_no.in_(chunk)
        )
        found.update(row[0] for row in session.execute(query))
    return found


def raised_links(session: Session, name: str) -> frozenset[LinkId]:
    """Links of jobs that syncd raised."""
    query = select(intents.c.link_id).where(
        intents.c.connection == name,
        intents.c.kind == IntentKind.CREATE_JOB.value,
        intents.c.link_id.is_not(None),
    )
    return frozenset(LinkId(row[0]) for row in session.execute(query))


def was_taken(session: Session, link_id: LinkId) -> bool:
    """Whether the job of this link was given to our contractor by us."""
    return any(
        each.state is IntentState.DONE
        and each.intent.kind is IntentKind.UPDATE_JOB
        and "contractor_id" in each.intent.payload
        for each in outbox.intents_of_link(session, link_id)
    )


def doubtful_properties(session: Session, name: str) -> frozenset[str]:
    """Properties for which a job was sent of which nobody knows whether it arrived."""
    waiting = outbox.waiting_intents(session, name, kind=IntentKind.CREATE_JOB)
    return frozenset(
        str(each.intent.payload["property_id"])
        for each in waiting
        if each.state in _OPEN and each.intent.payload["property_id"]
    )


def awaited_ids(session: Session, name: str) -> frozenset[str]:
    """ExternalIDs of jobs that V3 took and that no list has shown yet."""
    return frozenset(each.external_id for each in awaited_jobs(session, name))


def look_on(session: Session, awaited: AwaitedJob, *, now: datetime) -> None:
    """Look for a job as if V3 had taken it only now."""
    again: dict[str, Json] = {"external_id": awaited.external_id, "looked_from": now.isoformat()}
    outbox.note_result(session, awaited.intent_id, again)


def recognise(session: Session, name: str, *, now: datetime) -> None:
    """Note of jobs that V3 took, and that belong to their visits by now, which they are."""
    awaited = {each.visit_key: each.intent_id for each in awaited_jobs(session, name)}
    jobs = jobs_of_visits(session, name, awaited)
    found = links.links_of_jobs(session, name, jobs.values())
    for visit_key, job_id in jobs.items():
        link_id = found[job_id]
        session.execute(
            update(intents)
            .where(intents.c.id == awaited[visit_key])
            .values(link_id=link_id, job_id=job_id)
        )
        why = "the job that V3 took was found by its ExternalID"
        entry = Entry("recognised", why, connection=name, link_id=link_id, job_id=job_id)
        record(session, [entry], now=now)


def awaited_jobs(session: Session, name: str) -> list[AwaitedJob]:
    """What was sent to V3, arrived, and has no link."""
    query = select(
        intents.c.id,
        intents.c.visit_id,
        intents.c.payload,
        intents.c.result,
        intents.c.finished_at,
    ).where(
        intents.c.connection == name,
        intents.c.kind == IntentKind.CREATE_JOB.value,
        intents.c.state == IntentState.DONE.value,
        intents.c.link_id.is_(None),
        intents.c.code.is_(None),  # not waived
    )
    rows = [(row, row.payload["payload"]) for row in session.execute(query.order_by(intents.c.id))]
    return [
        AwaitedJob(
            row.id,
            VisitId(row.visit_id) if row.visit_id is not None else None,
            str(said["visit_key"]),
            str(said["mark"]),
            str(said["external_id"]),
            _looked_from(row.result, row.finished_at),
        )
        for row, said in rows
        if said["external_id"]
    ]


def _looked_from(result: Mapping[str, Json] | None, finished_at: datetime) -> datetime:
    again = (result or {}).get("looked_from")
    return datetime.fromisoformat(again) if isinstance(again, str) else finished_at
