"""Tests of the guards: what is held, what goes on, and what people's words are good for."""

from collections.abc import Sequence, Set
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Change, GuardReport, InboxKind, Intent, IntentKind, JobId, Json
from syncd.reconcile.guards import Guarded, Limits, check_guards, guard_question, judged_by
from syncd.reconcile.intents import intent

LIMITS = Limits(0.2, 3, Decimal("100.00"))
KINDS = (
    IntentKind.WITHDRAW_VISIT,
    IntentKind.CREATE_VISIT,
    IntentKind.SUBMIT_INVOICE,
    IntentKind.UPDATE_VISIT,
    IntentKind.CONFIRM_CLOSE,
)


def made(
    kind: IntentKind, number: int, *, gross: str = "60.00", after: Sequence[str] = ()
) -> Intent:
    """An intent about the job of this number; an invoice is one effect whatever its amount."""
    payload: dict[str, Json] = {"after": list(after)}
    if kind is IntentKind.SUBMIT_INVOICE:
        payload["gross"] = gross
    return intent(
        kind,
        "northgate",
        job_id=JobId(f"job-{number}"),
        visit_id=None,
        link_id=None,
        changes={"x": Change(None, gross)},
        payload=payload,
        effect_key=f"v{number}:invoice" if kind is IntentKind.SUBMIT_INVOICE else None,
    )


def several(kind: IntentKind, count: int) -> list[Intent]:
    """That many intents of one kind."""
    return [made(kind, number) for number in range(count)]


def check(
    intents: Sequence[Intent],
    *,
    limits: Limits = LIMITS,
    open_visits: int = 0,
    approved: Set[str] = frozenset(),
    rejected: Set[str] = frozenset(),
) -> Guarded:
    """The guards on these intents."""
    return check_guards(
        intents, limits, linked_open_visits=open_visits, approved=approved, rejected=rejected
    )


def keys(intents: Sequence[Intent]) -> set[str]:
    """What people judge them by."""
    return {judged_by(each) for each in intents}


@pytest.mark.parametrize(
    ("share", "open_visits", "most"),
    [
        (0.2, 0, 5),
        (0.2, 25, 5),
        (0.2, 29, 5),
        (0.2, 30, 6),
        (0.29, 100, 29),
        (0.57, 100, 57),
        (0.07, 100, 7),
        (0.0, 1000, 5),
        (1.0, 40, 40),
    ],
)
def test_a_share_of_the_open_visits_may_be_withdrawn(
    share: float, open_visits: int, most: int
) -> None:
    """Rounded down, never fewer than five, and exact where binary fractions are not."""
    limits = Limits(share, 3, Decimal(0))
    just = several(IntentKind.WITHDRAW_VISIT, most)
    assert check(just, limits=limits, open_visits=open_visits) == Guarded(tuple(just), ())
    more = several(IntentKind.WITHDRAW_VISIT, most + 1)
    held = check(more, limits=limits, open_visits=open_visits)
    assert held.allowed == ()
    (report,) = held.reports
    assert (report.guard, report.limit, report.found) == (
        "max_withdrawals",
        str(most),
        str(most + 1),
    )
    assert set(report.keys) == keys(more)
    assert report.jobs == tuple(each.job_id for each in more if each.job_id)


def test_so_many_new_visits_may_be_made() -> None:
    """As many as configured, and not one more."""
    assert check(several(IntentKind.CREATE_VISIT, 3)).reports == ()
    assert check(several(IntentKind.CREATE_VISIT, 4)).reports[0].guard == "max_new_visits"


def test_invoices_count_their_pounds() -> None:
    """The gross amounts of one cycle, to the penny."""
    just = [made(IntentKind.SUBMIT_INVOICE, 1, gross="99.99")]
    just.append(made(IntentKind.SUBMIT_INVOICE, 2, gross="0.01"))
    assert check(just).reports == ()
    (report,) = check([*just, made(IntentKind.SUBMIT_INVOICE, 3, gross="0.01")]).reports
    assert (report.guard, report.limit, report.found) == ("max_invoice_total", "100.00", "100.01")


def test_what_is_held_holds_nothing_else() -> None:
    """Other kinds go on, and so does what waits for none of the held ones."""
    invoice = made(IntentKind.SUBMIT_INVOICE, 1, gross="500.00")
    status = made(IntentKind.UPDATE_JOB, 1)
    confirmed = made(IntentKind.CONFIRM_CLOSE, 1, after=(status.key, invoice.key))
    other = made(IntentKind.CONFIRM_CLOSE, 2, after=(status.key,))
    withdrawn = several(IntentKind.WITHDRAW_VISIT, 2)
    found = check([status, invoice, confirmed, other, *withdrawn])
    assert found.allowed == (status, other, *withdrawn)


def test_what_was_approved_passes_and_is_not_counted() -> None:
    """And any part of it; what is new beside it is judged alone."""
    old, new = several(IntentKind.CREATE_VISIT, 9), [made(IntentKind.CREATE_VISIT, 99)]
    approved = keys(old)
    assert check(old, approved=approved).allowed == tuple(old)
    assert check(old[3:], approved=approved).allowed == tuple(old[3:])
    assert check([*old, *new], approved=approved).reports == ()


def test_what_was_rejected_is_held_and_not_asked_again() -> None:
    """It stays away as long as it is wanted; one more alone passes."""
    old, new = several(IntentKind.CREATE_VISIT, 9), made(IntentKind.CREATE_VISIT, 99)
    assert check([*old, new], rejected=keys(old)) == Guarded((new,), ())


def test_an_approved_invoice_with_another_amount_is_asked_about_anew() -> None:
    """A person approved the pounds: the same invoice over more of them is another question."""
    approved = made(IntentKind.SUBMIT_INVOICE, 1, gross="500.00")
    grown = made(IntentKind.SUBMIT_INVOICE, 1, gross="50000.00")
    assert approved.key == grown.key
    (report,) = check([approved]).reports
    assert check([approved], approved=set(report.keys)).allowed == (approved,)
    found = check([grown], approved=set(report.keys))
    assert found.allowed == ()
    assert guard_question(found.reports[0]).topic != guard_question(report).topic
    rejected = check([grown], rejected=set(report.keys))
    assert rejected.reports == found.reports


def test_approved_once_is_approved() -> None:
    """Where the same intent was rejected in an earlier question, the approval lets it go."""
    all_of_them = several(IntentKind.CREATE_VISIT, 9)
    found = check(all_of_them, approved=keys(all_of_them), rejected=keys(all_of_them))
    assert found.allowed == tuple(all_of_them)


_intents = st.lists(
    st.builds(made, st.sampled_from(KINDS), st.integers(0, 30)), unique_by=lambda i: i.key
)


@given(_intents, st.integers(0, 60), st.data())
def test_held_and_allowed_are_everything(
    intents: list[Intent], open_visits: int, data: st.DataObject
) -> None:
    """Nothing is lost, doubled or moved; what is missing was asked for, was rejected or follows;
    and what is allowed is never more than the limits."""
    every = st.frozensets(st.sampled_from(sorted(keys(intents)))) if intents else st.just(None)
    approved = data.draw(every) or frozenset()
    rejected = data.draw(every) or frozenset()
    found = check(intents, open_visits=open_visits, approved=approved, rejected=rejected)
    assert [each for each in intents if each in found.allowed] == list(found.allowed)
    asked = {key for report in found.reports for key in report.keys}
    assert keys(intents) - keys(found.allowed) <= asked | rejected
    assert not asked & (approved | rejected)
    assert keys(found.allowed) & asked == set()
    unasked = [each for each in found.allowed if judged_by(each) not in approved]
    count = {kind: sum(each.kind is kind for each in unasked) for kind in KINDS}
    assert count[IntentKind.WITHDRAW_VISIT] <= max(5, open_visits // 5)
    assert count[IntentKind.CREATE_VISIT] <= 3
    assert count[IntentKind.SUBMIT_INVOICE] * 60 <= 100


@given(_intents, st.integers(0, 60))
def test_approving_what_is_asked_lets_it_go(intents: list[Intent], open_visits: int) -> None:
    """One word per guard: afterwards nothing is held."""
    asked = {key for each in check(intents, open_visits=open_visits).reports for key in each.keys}
    found = check(intents, open_visits=open_visits, approved=asked)
    assert found == Guarded(tuple(intents), ())


@pytest.mark.parametrize("guard", ["max_withdrawals", "max_new_visits", "max_invoice_total"])
def test_the_question_names_exactly_these_intents(guard: str) -> None:
    """Another set is another question; the numbers and the setting stand in the summary."""
    report = GuardReport(guard, "5", "12", ("k1", "k2"), (JobId("job-1"),))
    question = guard_question(report)
    assert (question.kind, question.choices) == (InboxKind.GUARD, ("approve", "reject"))
    assert question.details == {"keys": ["k1", "k2"], "guard": guard, "jobs": ["job-1"]}
    assert "12" in question.summary
    assert question.summary.endswith(f"; allowed by guards.{guard}: 5.")
    assert question.topic.startswith(f"{guard}:")
    same = guard_question(GuardReport(guard, "6", "13", ("k1", "k2")))
    other = guard_question(GuardReport(guard, "5", "12", ("k1", "k3")))
    assert same.topic == question.topic != other.topic
