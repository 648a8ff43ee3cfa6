"""Guards over whole cycles: what is too much waits for one decision, everything else goes on."""

from syncd.cycle.report import Outcome
from syncd.model import IntentKind
from tests.cycle.office import OURS, Office, Record

TAP = "Leak under kitchen sink"


def few_new_visits(document: Record) -> None:
    """A limit of five new visits in one cycle."""
    document["guards"] = {"max_new_visits": 5}


def cancel(office: Office, count: int) -> list[Record]:
    """The agency cancels that many of our wanted jobs."""
    ours = [
        each
        for each in office.jobs().values()
        if each["ContractorID"] == OURS and each["Status"] in ("Reported", "Pending")
    ]
    for job in ours[:count]:
        office.edit_job(job, Status="Cancelled")
    return ours[:count]


def hidden(office: Office) -> int:
    """Visits of ours that the engineers do not see."""
    return sum(not each["inMobileApp"] for each in office.ours().values())


async def test_five_withdrawals_are_never_too_many(office: Office) -> None:
    """A small account is not asked about every cancellation."""
    await office.run()
    cancel(office, 5)
    assert (await office.run()).outcome is Outcome.OK
    assert hidden(office) == 5


async def test_too_many_withdrawals_wait_and_the_rest_goes_on(office: Office) -> None:
    """Six of eight visits: one item; an edit elsewhere is carried out; `approve` lets them go."""
    await office.run()
    cancelled = cancel(office, 6)
    others = [
        number
        for number in office.ours()
        if number not in {each["GlobalReference"] for each in cancelled}
    ]
    edited = next(each for each in office.jobs().values() if each["GlobalReference"] in others)
    office.edit_job(edited, Description="Something else.")
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.ATTENTION
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    (item,) = office.inbox()
    assert (item.question.kind, item.question.choices) == ("guard", ("approve", "reject"))
    assert office.outbox() == []
    office.answer(item, "approve")
    report = await office.run()
    assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.WITHDRAW_VISIT: 6})
    assert hidden(office) == 6
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox()) == ([], [])


async def test_an_approval_also_counts_for_fewer_and_does_not_count_for_others(
    office: Office,
) -> None:
    """One job is reinstated between the approval and the next cycle: the other five go. Later
    withdrawals are judged anew."""
    office.bulk(jobs=10)
    await office.run()
    first = cancel(office, 6)
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "approve")
    office.edit_job(first[0], Status="Reported")
    assert (await office.run()).outcome is Outcome.OK
    assert hidden(office) == 5
    await office.run()
    cancel(office, 6)
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert hidden(office) == 5


async def test_what_was_rejected_is_not_asked_again(office: Office) -> None:
    """The visits stay, and no item is open, for as long as the agency says the same."""
    await office.run()
    cancel(office, 6)
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "reject")
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.OK
    assert (office.effects(), office.inbox(), hidden(office)) == ([], [], 0)


async def test_visits_that_are_hidden_already_do_not_raise_the_limit(office: Office) -> None:
    """A fifth of the *open* visits: those of years of cancelled jobs are not among them."""
    office.bulk(jobs=32)
    await office.run()
    for _ in range(6):
        cancel(office, 5)
        await office.run()
    assert hidden(office) == 30
    cancel(office, 6)
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert hidden(office) == 30


async def test_too_many_new_visits_wait_for_a_person(office: Office) -> None:
    """Eight where five are allowed: none is made until somebody approves."""
    async with office.configured(few_new_visits) as careful:
        for _ in range(2):
            assert (await careful.run()).outcome is Outcome.ATTENTION
        assert careful.effects() == []
        (item,) = careful.inbox()
        careful.answer(item, "approve")
        report = await careful.run()
        assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.CREATE_VISIT: 8})


async def test_decisions_about_new_visits_outlast_the_day(office: Office) -> None:
    """The date of a new visit moves with the calendar, a rejection does not end at midnight, nor
    does an approval; the visit's date is that of the day on which it is made."""
    async with office.configured(few_new_visits) as careful:
        await careful.run()
        (item,) = careful.inbox()
        careful.answer(item, "reject")
        await careful.run()
        careful.clock.move(days=3)
        assert (await careful.run()).outcome is Outcome.OK
        assert (careful.effects(), careful.inbox()) == ([], [])


async def test_an_approval_before_midnight_counts_after_it(office: Office) -> None:
    """Approved in the evening, made the next morning, with that morning's date."""
    async with office.configured(few_new_visits) as careful:
        await careful.run()
        (item,) = careful.inbox()
        careful.answer(item, "approve")
        careful.clock.move(days=1)
        report = await careful.run()
        assert (report.outcome, report.applied) == (Outcome.OK, {IntentKind.CREATE_VISIT: 8})
        assert min(each["date"] for each in careful.ours().values()) == "2026-03-03"
