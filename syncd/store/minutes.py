"""How many requests went out with each key in each minute, for people to look at.

`store.budgets` counts here what it gives out, in the transaction that gives it out, and takes off
what came back unsent: so the numbers are those of every process on this store, whatever it is for.
Minutes are the wall clock's, counted from the epoch; nothing may be decided by them.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import bindparam, delete, or_, select, text, update

from syncd.store.clock import Now, wall_minute
from syncd.store.database import Session
from syncd.store.tables import budget_minutes

KEPT_MINUTES = 120
"""Twice what is shown: a clock that is put back a little still shows a whole hour."""


def count(
    session: Session, key: str, now: Now, given: int, unsent_ages_ms: Iterable[int] = ()
) -> None:
    """Count permits that were given out now, and no longer those that came back unsent.

    Of each of the latter it is told how long ago it was given out. Whoever calls this has the
    key's row locked.
    """
    changes = Counter({wall_minute(session, now): given} if given else {})
    for age in unsent_ages_ms:
        changes[wall_minute(session, now, ago_ms=age)] -= 1
    for minute, number in changes.items():
        if number:
            statement = _ADD if number > 0 else _TAKE_OFF
            session.execute(statement, {"key": key, "at": minute, "number": abs(number)})


def forget(session: Session, key: str, now: Now) -> None:
    """Drop what is old of a key, and minutes that are still to come.

    The latter are of a clock that was put back; what happens in them now is counted anew.
    """
    minute = wall_minute(session, now)
    session.execute(_FORGET, {"key": key, "oldest": minute - KEPT_MINUTES, "now": minute})


def requests_by_minute(
    session: Session, keys: Iterable[str], *, first: int
) -> dict[str, dict[int, int]]:
    """Requests of each of these keys from the minute `first` on, by minute; none where none."""
    rows = session.execute(
        select(budget_minutes).where(
            budget_minutes.c.key_id.in_(list(keys)), budget_minutes.c.minute >= first
        )
    )
    found: dict[str, dict[int, int]] = {}
    for key, minute, requests in rows:
        found.setdefault(key, {})[minute] = requests
    return found


# Run for every request that is sent; building them takes longer than running them.
_ADD = text(
    "INSERT INTO budget_minutes (key_id, minute, requests) VALUES (:key, :at, :number)"
    " ON CONFLICT (key_id, minute) DO UPDATE"
    " SET requests = budget_minutes.requests + excluded.requests"
)
_TAKE_OFF = (
    update(budget_minutes)
    .where(
        budget_minutes.c.key_id == bindparam("key"),
        budget_minutes.c.minute == bindparam("at"),
        # After a jump of the clock it may be another minute than that of the permit.
        budget_minutes.c.requests >= bindparam("number"),
    )
    .values(requests=budget_minutes.c.requests - bindparam("number"))
)
_FORGET = delete(budget_minutes).where(
    budget_minutes.c.key_id == bindparam("key"),
    or_(budget_minutes.c.minute < bindparam("oldest"), budget_minutes.c.minute > bindparam("now")),
)
