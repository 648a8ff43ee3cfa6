"""The outbox on both databases: a person's decision and a running cycle never undo each other."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from syncd.errors import SyncdError
from syncd.model import IntentKind, IntentState
from syncd.reconcile.intents import intent
from syncd.store import cycles, outbox
from syncd.store.database import Database, Session

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PENDING, SENDING = IntentState.PENDING, IntentState.SENDING


def add_one(session: Session) -> int:
    """One intent that waits; its number."""
    cycles.ensure_connection(session, "northgate", short_name="n", company_id="c", now=NOW)
    made = intent(
        IntentKind.UPDATE_VISIT,
        "northgate",
        job_id=None,
        visit_id=None,
        link_id=None,
        changes={},
        payload={},
    )
    outbox.add_intents(session, [made], epoch=1, now=NOW)
    return outbox.waiting_intents(session)[0].intent_id


def discard(session: Session, intent_id: int) -> None:
    """A person drops what is not sent yet, as `outbox discard` does."""
    stored = outbox.find_intent(session, intent_id)
    ids, was = [intent_id], (stored.state,)
    outbox.end_intents(session, ids, IntentState.SUPERSEDED, was=was, now=NOW)


def mark(session: Session, intent_id: int) -> frozenset[int]:
    """A cycle is about to send it."""
    return outbox.mark_sending(session, [intent_id], epoch=1, now=NOW)


def plan_again(session: Session, intent_id: int) -> int:
    """A plan that read it as pending leaves it so."""
    return outbox.put_back(session, [intent_id], was=(PENDING,), not_before=None, reason=None)


def plan_anew(session: Session, intent_id: int) -> int:
    """A plan that read it as pending wants something else."""
    ids, ended = [intent_id], IntentState.SUPERSEDED
    return outbox.end_intents(session, ids, ended, was=(PENDING,), now=NOW)


def state_of(database: Database) -> list[IntentState]:
    """Where what waits stands."""
    return [each.state for each in database.read_now(outbox.waiting_intents)]


def test_what_a_person_discarded_is_not_sent(database: Database) -> None:
    """A cycle that read it a moment before is told that it may not go."""
    intent_id = database.run_now(add_one)
    database.run_now(discard, intent_id)
    assert database.run_now(mark, intent_id) == frozenset()
    assert database.run_now(plan_again, intent_id) == 0
    assert state_of(database) == []


def test_what_is_being_sent_is_not_taken_back(database: Database) -> None:
    """A plan that was made from an older reading neither repeats nor drops it."""
    intent_id = database.run_now(add_one)
    assert database.run_now(mark, intent_id) == {intent_id}
    assert database.run_now(plan_again, intent_id) == 0
    assert database.run_now(plan_anew, intent_id) == 0
    assert state_of(database) == [SENDING]


def test_what_has_ended_cannot_be_decided_about(database: Database) -> None:
    """It waits no more, so there is nothing to discard."""
    intent_id = database.run_now(add_one)
    database.run_now(plan_anew, intent_id)
    with pytest.raises(SyncdError, match="no waiting intent"):
        database.run_now(discard, intent_id)


@pytest.mark.parametrize("step", [mark, plan_again], ids=["sends", "plans"])
def test_a_decision_inside_a_running_plan_wins(
    postgres_url: str, step: Callable[[Session, int], object]
) -> None:
    """On Postgres a person discards what an open transaction has read already: that transaction
    finds it gone, and does not bring it back."""
    daemon, person = Database(postgres_url), Database(postgres_url)
    intent_id = daemon.run_now(add_one)

    def plan(session: Session) -> object:
        (read,) = outbox.waiting_intents(session)
        assert read.state is PENDING
        person.run_now(discard, intent_id)
        return step(session, intent_id)

    assert not daemon.run_now(plan)
    assert state_of(daemon) == []
    daemon.close()
    person.close()


def test_a_decision_waits_for_what_is_about_to_be_sent(database: Database) -> None:
    """While one transaction marks it as being sent, another's decision waits, and then sees that
    it is being sent."""
    intent_id = database.run_now(add_one)
    seen: list[IntentState] = []

    def look(session: Session) -> None:
        seen.append(outbox.find_intent(session, intent_id).state)

    person = threading.Thread(target=lambda: database.run_now(look))

    def send(session: Session) -> None:
        mark(session, intent_id)
        person.start()

    database.run_now(send)
    person.join()
    assert seen == [SENDING]


def test_how_long_ago_it_was_sent_goes_by_no_wall_clock(database: Database) -> None:
    """Whatever time of day is written with it; the next try counts anew."""
    intent_id = database.run_now(add_one)
    database.run_now(outbox.mark_sending, [intent_id], epoch=1, now=NOW - timedelta(days=400))
    assert 0 <= database.run_now(outbox.seconds_since_sent, intent_id) < 60
    database.run_now(say, "sent_ms = sent_ms - 90000")
    assert 90 <= database.run_now(outbox.seconds_since_sent, intent_id) < 150
    database.run_now(outbox.put_back, [intent_id], was=(SENDING,), not_before=None, reason=None)
    database.run_now(mark, intent_id)
    assert 0 <= database.run_now(outbox.seconds_since_sent, intent_id) < 60


@pytest.mark.parametrize(
    "unknown", ["sent_ms = NULL", "sent_boot = 'another machine'", "sent_ms = sent_ms + 9000000"]
)
def test_where_nobody_knows_it_counts_from_the_first_question(
    database: Database, unknown: str
) -> None:
    """Sent by an older syncd or another machine, or before this one was started."""
    intent_id = database.run_now(add_one)
    database.run_now(mark, intent_id)
    database.run_now(say, unknown)
    assert database.run_now(outbox.seconds_since_sent, intent_id) == 0
    database.run_now(say, "sent_ms = sent_ms - 90000")
    assert 90 <= database.run_now(outbox.seconds_since_sent, intent_id) < 150


def say(session: Session, what: str) -> None:
    """Change what the rows of intents say."""
    session.execute(text(f"UPDATE intents SET {what}"))  # noqa: S608
