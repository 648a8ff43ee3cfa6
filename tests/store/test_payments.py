"""Followed invoices in the store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from syncd.model import Intent, IntentKind, IntentState, JobId
from syncd.payments import PaymentState, PendingLine, StatementLine
from syncd.store import outbox
from syncd.store.database import Database, Session
from syncd.store.payments import followed_invoices, newly_submitted, save_invoices
from tests.store.test_database import add_connection

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATELY = NOW - timedelta(days=45)


def submitted(number: str, *, contractor: str = "co-1") -> Intent:
    """An intent to submit an invoice."""
    return Intent(
        kind=IntentKind.SUBMIT_INVOICE,
        connection="northgate",
        job_id=JobId("job-1"),
        visit_id=None,
        link_id=None,
        changes={},
        payload={"number": number, "gross": "120.00", "contractor_id": contractor},
        key=f"key-{number}",
        effect_key=f"effect-{number}",
    )


def end(session: Session, how: str, number: str) -> None:
    """The invoice's intent is done, and by what."""
    (stored,) = [e for e in outbox.waiting_intents(session) if e.intent.key == f"key-{number}"]
    outbox.note_result(session, stored.intent_id, {"how": how})
    ids, was = [stored.intent_id], (stored.state,)
    outbox.end_intents(session, ids, IntentState.DONE, was=was, now=NOW)


def test_only_submitted_invoices_of_the_contractor_are_followed(database: Database) -> None:
    """Not one that waits, was waived, or belongs to another login."""
    database.run_now(add_connection, "northgate")
    planned = [submitted(each) for each in ("MJ-1", "MJ-2", "MJ-3")]
    planned.append(submitted("MJ-4", contractor="co-2"))
    database.run_now(outbox.add_intents, planned, epoch=1, now=NOW)
    for number, how in (("MJ-1", "sent"), ("MJ-2", "waived"), ("MJ-4", "sent")):
        database.run_now(end, how, number)
    (found,) = database.read_now(newly_submitted, "northgate", "co-1")
    assert (found.number, found.gross, found.submitted_at) == ("MJ-1", Decimal("120.00"), NOW)


def test_what_was_saved_is_read_again_until_it_was_paid_long_ago(database: Database) -> None:
    """Entries and amounts come back as they were; a payment of long ago is not followed on."""
    database.run_now(add_connection, "northgate")
    database.run_now(outbox.add_intents, [submitted("MJ-1")], epoch=1, now=NOW)
    database.run_now(end, "sent", "MJ-1")
    (new,) = database.read_now(newly_submitted, "northgate", "co-1")
    paid = StatementLine("e1", "MJ-1", "job-1", Decimal("119.99"), "2026-03-20")
    pending = (PendingLine("p1", "MJ-1", "job-1", None, "Authorised"),)
    known = replace(new, state=PaymentState.OTHERWISE, paid={"e1": paid}, pending=pending)
    database.run_now(save_invoices, [known], now=NOW)
    assert database.read_now(newly_submitted, "northgate", "co-1") == []
    assert database.read_now(followed_invoices, "northgate", paid_since=LATELY) == [known]
    done = replace(known, state=PaymentState.PAID, pending=())
    database.run_now(save_invoices, [done], now=NOW)
    assert database.read_now(followed_invoices, "northgate", paid_since=LATELY) == [done]
    later = NOW + timedelta(days=1)
    assert database.read_now(followed_invoices, "northgate", paid_since=later) == []
