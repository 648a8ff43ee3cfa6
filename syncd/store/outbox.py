"""The outbox: intents that have not ended, each stored before it is tried."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, and_, func, select, update

from syncd.errors import SyncdError
from syncd.model import Change, Intent, IntentKind, IntentState, JobId, Json, LinkId, VisitId
from syncd.store.clock import boot_clock_ms, boot_id
from syncd.store.database import Session, afterwards
from syncd.store.endings import Ended
from syncd.store.rows import chunks
from syncd.store.tables import intents

REPEATABLE = frozenset(IntentKind) - {
    IntentKind.ATTACH_DOCUMENT,
    IntentKind.SUBMIT_INVOICE,
    IntentKind.CREATE_JOB,
    IntentKind.ADD_NOTE,
    IntentKind.CREATE_LEAD,
    IntentKind.ADD_PHOTO,
}
"""Kinds that may be done twice without harm; the others are never sent again unseen."""

WAITING = (IntentState.PENDING, IntentState.SENDING, IntentState.IN_DOUBT, IntentState.DEAD)
"""The states of an intent that has not ended."""

BEFORE_AN_ANSWER = (IntentState.PENDING, IntentState.SENDING)
"""Where an intent stands until it is known what becomes of it."""


@dataclass(frozen=True)
class StoredIntent:
    """An intent with its row number, where it stands, and what was tried."""

    intent_id: int
    intent: Intent
    state: IntentState
    attempts: int
    not_before: datetime | None
    code: str | None
    reason: str | None
    created_at: datetime
    sending_at: datetime | None = None
    result: Mapping[str, Json] | None = None


def add_intents(
    session: Session, planned: Sequence[Intent], *, epoch: int | None, now: datetime
) -> None:
    """Store decisions; none may equal one that is still waiting."""
    for chunk in chunks(planned):
        session.execute(intents.insert(), [_row(each, epoch, now) for each in chunk])


def _payload(planned: Intent) -> Mapping[str, Any]:
    changes = {name: [change.old, change.new] for name, change in planned.changes.items()}
    return {"changes": changes, "payload": dict(planned.payload)}


def _row(planned: Intent, epoch: int | None, now: datetime) -> Mapping[str, Any]:
    return {
        "connection": planned.connection,
        "link_id": planned.link_id,
        "intent_key": planned.key,
        "effect_key": planned.effect_key,
        "kind": planned.kind.value,
        "job_id": planned.job_id,
        "visit_id": planned.visit_id,
        "payload": _payload(planned),
        "state": IntentState.PENDING.value,
        "attempts": 0,
        "epoch": epoch,
        "created_at": now,
    }


def waiting_intents(
    session: Session, name: str | None = None, *, kind: IntentKind | None = None
) -> list[StoredIntent]:
    """Intents that have not ended, oldest first."""
    query = select(intents).where(intents.c.state.in_([state.value for state in WAITING]))
    if name is not None:
        query = query.where(intents.c.connection == name)
    if kind is not None:
        query = query.where(intents.c.kind == kind.value)
    return [_stored(row) for row in session.execute(query.order_by(intents.c.id))]


def waiting_page(
    session: Session, name: str | None = None, *, limit: int
) -> tuple[list[StoredIntent], int]:
    """Intents that have not ended, at most `limit` of them, and how many there are. Those that do
    not move by themselves come first, then the oldest."""
    states = [state.value for state in WAITING]
    stuck = intents.c.state.in_([IntentState.IN_DOUBT.value, IntentState.DEAD.value])
    query = select(intents).where(intents.c.state.in_(states))
    total = select(func.count()).where(intents.c.state.in_(states))
    if name is not None:
        query = query.where(intents.c.connection == name)
        total = total.where(intents.c.connection == name)
    rows = session.execute(query.order_by(stuck.desc(), intents.c.id).limit(limit))
    return [_stored(row) for row in rows], int(session.execute(total).scalar_one())


def mark_sending(
    session: Session, ids: Sequence[int], *, epoch: int | None, now: datetime
) -> frozenset[int]:
    """Say, before the bytes leave, that they may have left; of which intents that is so.

    The others must not be sent: a person discarded them a moment ago.
    """
    marked: set[int] = set()
    for chunk in chunks(ids):
        changed = (
            _those(chunk, (IntentState.PENDING,))
            .values(
                state=IntentState.SENDING.value,
                sending_at=now,
                sent_ms=boot_clock_ms(),
                sent_boot=boot_id(),
                result=None,
                epoch=epoch,
                attempts=intents.c.attempts + 1,
            )
            .returning(intents.c.id)
        )
        marked.update(session.execute(changed).scalars())
    return frozenset(marked)


def seconds_since_sent(session: Session, intent_id: int) -> float:
    """How long ago an intent was sent, by a clock that nobody puts forward or back.

    Where it says nothing (sent by another machine, or before this one was started), the time
    counts from the first question on: what may still be under way is not sent again early.
    """
    query = select(intents.c.sent_ms, intents.c.sent_boot).where(intents.c.id == intent_id)
    sent_ms, sent_boot = session.execute(query).one()
    now_ms, boot = boot_clock_ms(), boot_id()
    if sent_ms is not None and sent_boot == boot and sent_ms <= now_ms:
        return float(now_ms - sent_ms) / 1000
    first = update(intents).where(intents.c.id == intent_id)
    session.execute(first.values(sent_ms=now_ms, sent_boot=boot))
    return 0.0


def _those(ids: Sequence[int], was: Collection[IntentState]) -> Update:
    """A change of those of these intents that still stand where they are thought to stand.

    On Postgres a person may decide about an intent beside a running cycle, and neither undoes what
    the other has done.
    """
    return update(intents).where(
        intents.c.id.in_(ids), intents.c.state.in_([state.value for state in was])
    )


def end_intents(
    session: Session,
    ids: Iterable[int],
    state: IntentState,
    *,
    was: Collection[IntentState],
    now: datetime,
    code: str | None = None,
    reason: str | None = None,
    how: str = "",
) -> int:
    """Move intents to a state that ends them, or to dead or in doubt, saying why.

    Only those that stand in one of the states `was`; how many those are. Each is logged once it is
    committed, with `how` an effect was proven.
    """
    finished = now if state in (IntentState.DONE, IntentState.SUPERSEDED) else None
    values = {"state": state.value, "code": code, "reason": reason, "finished_at": finished}
    rows: list[Row[Any]] = []
    for chunk in chunks(ids):
        rows += session.execute(_those(chunk, was).values(values).returning(*_TOLD))
    for row in rows:
        kind, part = IntentKind(row.kind), row.payload["payload"].get("part")
        told = (row.job_id, row.visit_id, part, code, how)
        afterwards(session, Ended(row.id, row.connection, kind, state, *told).tell)
    return len(rows)


_TOLD = [intents.c[n] for n in ("id", "connection", "kind", "job_id", "visit_id", "payload")]


def put_back(
    session: Session,
    ids: Iterable[int],
    *,
    was: Collection[IntentState],
    not_before: datetime | None,
    reason: str | None,
) -> int:
    """Back to pending: nothing happened, or repeating is harmless.

    Only those that stand in one of the states `was`; how many those are.
    """
    values = {"state": IntentState.PENDING.value, "not_before": not_before, "reason": reason}
    return sum(session.execute(_those(chunk, was).values(values)).rowcount for chunk in chunks(ids))


WAIVED = "waived"
"""The code of what a vendor declined and a person does without: it counts as done."""

STOPPED = "stopped"
"""The code of what was sent when syncd was stopped, and could not be looked for any more."""


def park_sending(session: Session, name: str) -> None:
    """Say of what was sent how it stands, before the process ends: what may be repeated is pending,
    the rest is in doubt until the next cycle looks for it."""
    sending = and_(intents.c.connection == name, intents.c.state == IntentState.SENDING.value)
    kinds = [kind.value for kind in REPEATABLE]
    pending = update(intents).where(sending, intents.c.kind.in_(kinds))
    session.execute(pending.values(state=IntentState.PENDING.value, reason="syncd was stopped"))
    reason = "syncd was stopped before it could look for it; it does so when it starts"
    doubtful = update(intents).where(sending).values(state=IntentState.IN_DOUBT.value)
    session.execute(doubtful.values(code=STOPPED, reason=reason))


def unpark(session: Session, name: str) -> None:
    """Have what was in doubt for no other reason than that syncd was stopped looked for again."""
    parked = update(intents).where(
        intents.c.connection == name,
        intents.c.state == IntentState.IN_DOUBT.value,
        intents.c.code == STOPPED,
    )
    session.execute(parked.values(state=IntentState.SENDING.value, code=None, reason=None))


def rewrite(session: Session, intent_id: int, planned: Intent) -> None:
    """Make a waiting intent say what the same effect, planned again, says now."""
    changed = update(intents).where(intents.c.id == intent_id)
    session.execute(changed.values(payload=_payload(planned)))


def count_waiting(session: Session, name: str) -> Mapping[str, int]:
    """How many intents are pending (or being sent), in doubt, and dead."""
    query = (
        select(intents.c.state, func.count())
        .where(intents.c.connection == name)
        .group_by(intents.c.state)
    )
    counts = {row[0]: int(row[1]) for row in session.execute(query)}
    return {
        "pending": counts.get("pending", 0) + counts.get("sending", 0),
        "in_doubt": counts.get("in_doubt", 0),
        "dead": counts.get("dead", 0),
    }


def find_intent(session: Session, intent_id: int) -> StoredIntent:
    """One intent by its row number, to decide about; SyncdError when there is none that waits.

    It stays as it is until the transaction ends.
    """
    query = select(intents).where(intents.c.id == intent_id).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None or IntentState(row.state) not in WAITING:
        raise SyncdError(
            "unknown_intent",
            f"no waiting intent has the id {intent_id}",
            "`syncd outbox` lists those that wait",
        )
    return _stored(row)


def intents_of_link(session: Session, link_id: int) -> list[StoredIntent]:
    """Every intent of one link, oldest first."""
    query = select(intents).where(intents.c.link_id == link_id).order_by(intents.c.id)
    return [_stored(row) for row in session.execute(query)]


def _stored(row: Row[Any]) -> StoredIntent:
    body = row.payload
    changes = {name: Change(*pair) for name, pair in body["changes"].items()}
    planned = Intent(
        kind=IntentKind(row.kind),
        connection=row.connection,
        job_id=JobId(row.job_id) if row.job_id is not None else None,
        visit_id=VisitId(row.visit_id) if row.visit_id is not None else None,
        link_id=LinkId(row.link_id) if row.link_id is not None else None,
        changes=changes,
        payload=body["payload"],
        key=row.intent_key,
        effect_key=row.effect_key,
    )
    return StoredIntent(
        row.id,
        planned,
        IntentState(row.state),
        row.attempts,
        row.not_before,
        row.code,
        row.reason,
        row.created_at,
        row.sending_at,
        row.result,
    )


def invoiced_links(session: Session, link_ids: Iterable[LinkId]) -> set[LinkId]:
    """Those of these links of which an invoice has arrived, whether AgentOS shows it or not."""
    found: set[LinkId] = set()
    for chunk in chunks(link_ids):
        query = select(intents.c.link_id).where(
            intents.c.link_id.in_(chunk),
            intents.c.kind == IntentKind.SUBMIT_INVOICE.value,
            intents.c.state == IntentState.DONE.value,
            intents.c.code.is_(None),  # not waived
        )
        found.update(LinkId(row[0]) for row in session.execute(query))
    return found


def is_repeatable(kind: IntentKind) -> bool:
    """Whether doing it twice does no harm."""
    return kind in REPEATABLE


def effects(session: Session, name: str, keys: Iterable[str]) -> dict[str, StoredIntent]:
    """The effects with these keys that exist, whatever became of them."""
    found: dict[str, StoredIntent] = {}
    for chunk in chunks(keys):
        query = select(intents).where(
            intents.c.connection == name,
            intents.c.effect_key.in_(chunk),
            intents.c.state != IntentState.SUPERSEDED.value,
        )
        found.update({row.effect_key: _stored(row) for row in session.execute(query)})
    return found


def note_result(session: Session, intent_id: int, result: Mapping[str, Json]) -> None:
    """Remember what the vendor answered, or showed when it was read back."""
    session.execute(update(intents).where(intents.c.id == intent_id).values(result=dict(result)))


def states_of(session: Session, name: str, keys: Iterable[str]) -> dict[str, IntentState]:
    """Where the latest intents with these keys stand; those that nobody stored are absent."""
    found: dict[str, IntentState] = {}
    for chunk in chunks(keys):
        query = (
            select(intents.c.intent_key, intents.c.state)
            .where(intents.c.connection == name, intents.c.intent_key.in_(chunk))
            .order_by(intents.c.id)
        )
        found.update({row[0]: IntentState(row[1]) for row in session.execute(query)})
    return found
