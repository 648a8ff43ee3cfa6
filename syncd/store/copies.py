"""Whether the store is a copy that was put back, and what it may not be sure of then.

Whoever works on a copy does not know what was done after it was made. It says so of itself: `home`
among a connection's facts is another than that of the database in which it stands. On Postgres that
is the number of a table, which `pg_restore` makes anew; on SQLite `backup` writes it into the copy.
"""

from datetime import datetime

from sqlalchemy import RowMapping, delete, select, text, update

from syncd.model import IntentState, Side
from syncd.store.database import Session
from syncd.store.journal import Entry, record
from syncd.store.tables import budgets, closures, connections, intents, lanes, observations

HOME, COPY, PUT_BACK = "home", "copy", "put_back_at"
WHY = "the store is a copy that was put back: what was done after it was made is looked for"


def home_of(session: Session) -> str:
    """What this database says of itself, and a copy of it that was put back does not."""
    if session.dialect.name != "postgresql":
        return "store"
    return str(session.execute(text("SELECT 'intents'::regclass::oid")).scalar_one())


def doubt_copy(session: Session, *, now: datetime) -> list[str]:
    """Have what was under way in a copy that was put back looked for before it is done; the names
    of the connections of which that is so. Nothing happens in a store that is no copy."""
    here = home_of(session)
    rows = session.execute(select(connections)).mappings()
    strangers = [row for row in rows if row["facts"].get(HOME) != here]
    # A store of an older syncd says nothing of itself; it does from now on.
    copied = [row for row in strangers if HOME in row["facts"]]
    for row in strangers:
        _settle(session, row, here, put_back_at=now if row in copied else None)
    for row in copied:
        _doubt(session, row["name"], now=now)
    if copied:
        # The requests of the last window are not in the copy: each key waits, as after a restart.
        session.execute(update(budgets).values(boot_id=COPY))
    return [row["name"] for row in copied]


def put_back_at(facts: dict[str, str]) -> datetime | None:
    """When the store was found to be a copy that was put back, by the facts of a connection."""
    at = facts.get(PUT_BACK)
    return datetime.fromisoformat(at) if at is not None else None


def _settle(session: Session, row: RowMapping, here: str, *, put_back_at: datetime | None) -> None:
    facts = {**row["facts"], HOME: here}
    if put_back_at is not None:
        facts[PUT_BACK] = put_back_at.isoformat()
    this = update(connections).where(connections.c.name == row["name"])
    session.execute(this.values(facts=facts))


def _doubt(session: Session, name: str, *, now: datetime) -> None:
    waiting = update(closures).where(closures.c.connection == name)
    session.execute(waiting.where(closures.c.delivered_at.is_(None)).values(was_found=True))
    # A visit counts as seen open only once it is read again.
    visits = update(observations).where(
        observations.c.connection == name,
        observations.c.side == Side.LETSJOBIT.value,
        observations.c.content.is_not(None),
    )
    session.execute(visits.values(fingerprint=COPY))
    # What waits is planned anew, of what both sides show now.
    pending = update(intents).where(
        intents.c.connection == name, intents.c.state == IntentState.PENDING.value
    )
    ended = {"state": IntentState.SUPERSEDED.value, "finished_at": now, "reason": WHY}
    session.execute(pending.values(**ended))
    # Every lane is read before anything is planned.
    session.execute(delete(lanes).where(lanes.c.connection == name))
    record(session, [Entry("put_back", WHY, connection=name)], now=now)
