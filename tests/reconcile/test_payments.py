"""What a statement says about an invoice, and what of it is asked about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from syncd.model import JobId
from syncd.payments import (
    FollowedInvoice,
    PaymentState,
    PendingLine,
    Statement,
    StatementLine,
)
from syncd.reconcile.payments import followed, has_forgotten, payment_questions, shows

SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
GROSS = Decimal("120.00")
INVOICE = FollowedInvoice(
    intent_id=7,
    connection="northgate",
    link_id=None,
    job_id=JobId("job-1"),
    visit_id=None,
    number="MJ-1",
    gross=GROSS,
    submitted_at=SENT,
)


def paid(*amounts: str, number: str = "MJ-1", job: str = "job-1") -> tuple[StatementLine, ...]:
    """Entries of a statement, one per amount."""
    return tuple(
        StatementLine(f"e{place}", number, job, Decimal(amount), "2026-03-20")
        for place, amount in enumerate(amounts)
    )


def pending(*amounts: str | None, job: str = "job-1") -> tuple[PendingLine, ...]:
    """Entries of the pending statement, one per amount."""
    return tuple(
        PendingLine(f"p{place}", "MJ-1", job, None if a is None else Decimal(a), "Authorised")
        for place, a in enumerate(amounts)
    )


def statement(
    lines: tuple[StatementLine, ...] = (), waiting: tuple[PendingLine, ...] = ()
) -> Statement:
    """What the portal says."""
    return Statement(lines, waiting, len(lines))


def asked(invoice: FollowedInvoice, *, days: int = 1) -> str:
    """What is asked about an invoice some days after it was sent; "" for nothing."""
    now = SENT + timedelta(days=days)
    questions = payment_questions([invoice], overdue_after=timedelta(days=45), now=now)
    assert len(questions) <= 1
    return questions[0].summary if questions else ""


def test_states_follow_what_the_portal_lists() -> None:
    """Nothing, pending, paid, and paid otherwise."""
    assert followed(INVOICE, statement()).state is PaymentState.SUBMITTED
    assert followed(INVOICE, statement((), pending("120.00"))).state is PaymentState.PENDING
    assert followed(INVOICE, statement(paid("120.00"))).state is PaymentState.PAID
    assert followed(INVOICE, statement(paid("120.01"))).state is PaymentState.OTHERWISE


def test_an_entry_belongs_to_number_and_job() -> None:
    """Another job's entry is not ours; one without a job is, by its number in any case."""
    for job, state in (("job-2", PaymentState.SUBMITTED), ("", PaymentState.PAID)):
        said = statement(paid("120.00", number=" mj-1 ", job=job))
        assert followed(INVOICE, said).state is state


def test_a_doubt_is_resolved_by_number_and_job_alone() -> None:
    """An entry that does not name the job proves nothing about a doubt."""
    assert shows(statement((), pending("1.00")), number="MJ-1", job_id="job-1")
    assert shows(statement(paid("120.00")), number="mj-1", job_id="job-1")
    assert not shows(statement(paid("120.00", job="")), number="MJ-1", job_id="job-1")
    assert not shows(statement(paid("120.00", number="MJ-2")), number="MJ-1", job_id="job-1")


def test_money_in_two_parts_is_asked_about_only_while_a_part_is_nowhere() -> None:
    """Paid and pending together are what was invoiced."""
    half = followed(INVOICE, statement(paid("60.00"), pending("60.00")))
    assert asked(half) == ""
    assert "60.00 less" in asked(followed(INVOICE, statement(paid("60.00"))))
    assert asked(followed(INVOICE, statement(paid("60.00", "60.00")))) == ""


def test_money_that_was_taken_back_is_asked_about() -> None:
    """A debit after the credit leaves nothing."""
    assert "120.00 less" in asked(followed(INVOICE, statement(paid("120.00", "-120.00"))))


def test_double_lists_are_asked_about_before_money_moves() -> None:
    """Twice on the pending statement, or once more after it was paid."""
    assert "stands 2 times" in asked(followed(INVOICE, statement((), pending("120.00", "120.00"))))
    again = followed(INVOICE, statement(paid("120.00"), pending("120.00")))
    assert "once more" in asked(again)


def test_an_amount_that_differs_while_pending_is_asked_about() -> None:
    """The agency corrected it; an amount that is not given differs from nothing."""
    assert "at 100.00 in place of 120.00" in asked(
        followed(INVOICE, statement((), pending("100.00")))
    )
    assert asked(followed(INVOICE, statement((), pending(None)))) == ""


def test_missing_and_late_are_asked_about_after_the_time_is_over() -> None:
    """Not a day before."""
    waiting = followed(INVOICE, statement((), pending("120.00")))
    for invoice, words in ((INVOICE, "is on no statement"), (waiting, "still on the pending")):
        assert asked(invoice, days=44) == ""
        assert words in asked(invoice, days=45)


def test_an_empty_statement_forgets_nothing() -> None:
    """It is doubted where payments were shown before, and takes none of them back."""
    known = followed(INVOICE, statement(paid("120.00")))
    assert has_forgotten(statement(), [INVOICE, known])
    assert not has_forgotten(statement(), [INVOICE])
    assert followed(known, statement()).state is PaymentState.PAID


@given(st.lists(st.lists(st.decimals("-200", "200", places=2), max_size=4), max_size=5))
def test_following_is_the_same_in_any_order_and_however_often(amounts: list[list[Decimal]]) -> None:
    """Statements that overlap or come again change nothing; the state is that of all entries."""
    lines = [paid(*(str(each) for each in part)) for part in amounts]
    numbered = [
        tuple(replace(e, entry_id=f"{place}-{e.entry_id}") for e in part)
        for place, part in enumerate(lines)
    ]
    forward = backward = INVOICE
    for part in numbered:
        forward = followed(followed(forward, statement(part)), statement(part))
    for part in reversed(numbered):
        backward = followed(backward, statement(part))
    assert forward.paid == backward.paid
    assert forward.received == sum((each for part in amounts for each in part), Decimal(0))
    assert (forward.state is PaymentState.PAID) == (forward.received == GROSS)
