"""The lane `statements`: every submitted invoice is followed to its money on the portal.

Beside the sweeps of both sides and independent of them: a portal that fails stops nothing else, and
what it shows is kept in a transaction of its own. An invoice in doubt that it lists is adopted
before anything is planned. It only reads.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.apply import ending
from syncd.apply.hands import Clock
from syncd.cycle.connected import Connected
from syncd.errors import VendorError, VendorUnavailable
from syncd.model import InboxKind, IntentKind, IntentState, Lane, Side, Urgency
from syncd.observe.statements import observe_statement
from syncd.payments import FollowedInvoice, PaymentState, Statement
from syncd.reconcile.payments import followed, has_forgotten, payment_questions, shows
from syncd.store import cycles, inbox, leases, outbox, payments
from syncd.store.cycles import SweepRecord
from syncd.store.database import Database, Session
from syncd.store.journal import Entry, record
from syncd.store.outbox import StoredIntent

LANE = Lane.STATEMENTS

MARGIN = timedelta(days=1)
"""How much earlier than its submission a payment is looked for: portals write days, not times."""


@dataclass(frozen=True)
class Ledger:
    """What waits for a word of the portal: invoices on their way, and those in doubt.

    Of one that was sent, and is not read back yet, nobody knows either.
    """

    invoices: tuple[FollowedInvoice, ...]
    new: frozenset[int]
    doubtful: tuple[StoredIntent, ...]

    @property
    def since(self) -> datetime | None:
        """From when on payments matter; None where nobody knows when an invoice was sent."""
        times = [each.submitted_at for each in self.invoices]
        for stored in self.doubtful:
            if stored.code == ending.SENT_BEFORE or stored.sending_at is None:
                return None
            times.append(stored.sending_at)
        return min(times) - MARGIN if times else None


_DOUBTFUL = frozenset({IntentState.SENDING, IntentState.IN_DOUBT})

SOON = timedelta(minutes=10)
"""How soon they are read again while an invoice is in doubt."""


async def sweep_statements(
    connected: Connected, database: Database, cycle_id: int, clock: Clock, *, is_full: bool = True
) -> dict[Lane, VendorError | None]:
    """Read the statements, follow every invoice, adopt what was in doubt; how the lane ended.

    It is empty where nothing was read: a cycle that is not full reads them only for an invoice in
    doubt. LeaseLost when another process took the connection over.
    """
    portal, started = connected.portal, clock()
    if portal is None or not portal.follows_payments:
        return {}
    ledger = await database.read(_ledger, connected, now=started)
    if not is_full and not await database.read(_is_urgent, connected, ledger, now=started):
        return {}
    try:
        await portal.probe.check(portal.client)
        urgency = Urgency.CLOSURES if ledger.doubtful else Urgency.SWEEPS
        statement = await observe_statement(
            portal.client.at(urgency), since=_since(ledger, started)
        )
        if has_forgotten(statement, ledger.invoices):
            raise _doubtful()
    except VendorError as error:
        failed = SweepRecord(LANE, started, False, 0, error.message)
        await database.run(_fail, connected, cycle_id, failed, now=clock())
        return {LANE: error}
    await database.run(_follow, connected, cycle_id, statement, started=started, now=clock())
    return {LANE: None}


def _is_urgent(session: Session, connected: Connected, ledger: Ledger, *, now: datetime) -> bool:
    """Whether somebody waits to be told, and they were not read a moment ago."""
    if not ledger.doubtful:
        return False
    read_at = cycles.last_attempt(session, connected.name, LANE)
    return read_at is None or now - read_at >= min(connected.settings.schedule.statements, SOON)


def _since(ledger: Ledger, now: datetime) -> datetime | None:
    """Where nothing is followed a short period shows that the portal answers."""
    return ledger.since if ledger.invoices or ledger.doubtful else now - MARGIN


def _ledger(session: Session, connected: Connected, *, now: datetime) -> Ledger:
    name = connected.name
    contractor = connected.portal.contractor_id if connected.portal is not None else ""
    lately = now - connected.connection.invoice.overdue_after
    new = payments.newly_submitted(session, name, contractor)
    known = payments.followed_invoices(session, name, paid_since=lately)
    doubtful = [
        each
        for each in outbox.waiting_intents(session, name, kind=IntentKind.SUBMIT_INVOICE)
        if each.state in _DOUBTFUL and each.intent.payload["contractor_id"] == contractor
    ]
    ids = frozenset(each.intent_id for each in new)
    return Ledger((*known, *new), ids, tuple(doubtful))


def _fail(
    session: Session, connected: Connected, cycle_id: int, failed: SweepRecord, *, now: datetime
) -> None:
    leases.check(session, connected.turn)
    cycles.record_sweep(session, connected.name, cycle_id, failed, now=now)


def _follow(
    session: Session,
    connected: Connected,
    cycle_id: int,
    statement: Statement,
    *,
    started: datetime,
    now: datetime,
) -> None:
    """Everything that a statement teaches, in one transaction."""
    leases.check(session, connected.turn)
    name = connected.name
    for stored in _ledger(session, connected, now=started).doubtful:
        _adopt_listed(session, connected, stored, statement, now=now)
    ledger = _ledger(session, connected, now=started)
    found = [(each, followed(each, statement)) for each in ledger.invoices]
    changed = [
        after for before, after in found if after != before or before.intent_id in ledger.new
    ]
    payments.save_invoices(session, changed, now=now)
    told = [_told(before, after) for before, after in found if after.state is not before.state]
    record(session, told, now=now)
    asked = payment_questions(
        [after for _, after in found],
        overdue_after=connected.connection.invoice.overdue_after,
        now=now,
    )
    inbox.settle_questions(session, name, asked, kinds=frozenset({InboxKind.PAYMENT}), now=now)
    records = len(statement.paid) + len(statement.pending)
    done = SweepRecord(LANE, started, True, records)
    cycles.record_sweep(session, name, cycle_id, done, now=now)


def _adopt_listed(
    session: Session,
    connected: Connected,
    stored: StoredIntent,
    statement: Statement,
    *,
    now: datetime,
) -> None:
    """An invoice in doubt that the portal lists did arrive: number and job prove it."""
    intent = stored.intent
    number = str(intent.payload["number"])
    if shows(statement, number=number, job_id=intent.job_id or ""):
        result = {**(stored.result or {}), "number": number, "how": "statement"}
        ending.deliver(session, connected.turn, stored, result, now=now)


WHY = {
    PaymentState.SUBMITTED: "the contractor portal does not list it any more",
    PaymentState.PENDING: "on the pending statement of the contractor portal",
    PaymentState.PAID: "paid, as the statement of the contractor portal shows",
    PaymentState.OTHERWISE: "paid, and not what was invoiced",
}
"""What the journal says of an invoice that moved."""


def _told(before: FollowedInvoice, after: FollowedInvoice) -> Entry:
    return Entry(
        "payment",
        WHY[after.state],
        connection=after.connection,
        link_id=after.link_id,
        job_id=after.job_id,
        visit_id=after.visit_id,
        old={"state": before.state.value, "received": str(before.received)},
        new={
            "state": after.state.value,
            "received": str(after.received),
            "number": after.number,
            "gross": str(after.gross),
        },
    )


def _doubtful() -> VendorError:
    return VendorUnavailable(
        f"{Side.AGENTOS}_doubtful",
        "the contractor portal shows a statement without any entry, and showed payments before",
        "nothing was done with that answer; the next cycle reads it again",
        side=Side.AGENTOS,
        operation="contractor.statements",
    )
