"""The outbox as a page: what a person has to look at comes first, and the rest is counted."""

from datetime import UTC, datetime

from syncd.model import Intent, IntentKind, IntentState
from syncd.store.cycles import ensure_connection
from syncd.store.database import Database, Session
from syncd.store.outbox import StoredIntent, add_intents, end_intents, waiting_page

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def fill(session: Session) -> None:
    """Six changes: the third is dead, the fifth in doubt, the sixth done."""
    ensure_connection(session, "northgate", short_name="n", company_id="c", now=NOW)
    planned = [
        Intent(IntentKind.UPDATE_VISIT, "northgate", None, None, None, {}, {}, f"key{number}")
        for number in range(1, 7)
    ]
    add_intents(session, planned, epoch=None, now=NOW)
    for number, state in (
        (3, IntentState.DEAD),
        (5, IntentState.IN_DOUBT),
        (6, IntentState.DONE),
    ):
        end_intents(session, [number], state, was=(IntentState.PENDING,), now=NOW)


def numbers(found: list[StoredIntent]) -> list[int]:
    """Which changes these are."""
    return [each.intent_id for each in found]


def test_what_does_not_move_by_itself_comes_first(database: Database) -> None:
    """Then the oldest; those beyond the page are counted."""
    database.run_now(fill)
    page, total = database.read_now(waiting_page, limit=3)
    assert (numbers(page), total) == ([3, 5, 1], 5)
    page, total = database.read_now(waiting_page, "southgate", limit=3)
    assert (page, total) == ([], 0)
