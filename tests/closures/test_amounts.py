"""What a closed visit costs: read, asked for, approved, guarded, with and without VAT."""

from decimal import Decimal
from typing import Any

import pytest

from syncd.cycle.report import Outcome
from syncd.store.inbox import InboxItem
from tests.closures.story import DOOR, TAP, Story
from tests.cycle.office import Record, connection_of

REGISTERED = {"vat_number": "GB 123 4567 89"}


def invoicing(*, contractor: Record | None = None, **settings: Any) -> Any:
    """Settings with another `invoice` table."""

    def change(document: Record) -> None:
        connection_of(document)["invoice"] = settings
        connection_of(document)["contractor"] = contractor or REGISTERED

    return change


def billed(story: Story, title: str = TAP) -> list[tuple[Decimal, Decimal]]:
    """Gross and VAT of every invoice of the job."""
    found = story.invoices(title)
    return [(Decimal(str(e["Amount"])), Decimal(str(e["VATAmount"]))) for e in found]


def only(items: list[InboxItem], kind: str) -> InboxItem:
    """The one item that waits."""
    (item,) = items
    assert item.question.kind.value == kind
    return item


@pytest.mark.parametrize(
    ("entered", "gross"),
    [("1,234.50", "1234.50"), ("£80", "80"), ("80.5", "80.5"), (80, "80"), ("80.005", "80.01")],
)
async def test_an_amount_as_engineers_write_it(story: Story, entered: object, gross: str) -> None:
    """It is read, and rounded half up to the penny."""
    story.close(amount=entered)
    assert (await story.office.run()).outcome is Outcome.OK
    assert [amount for amount, _ in billed(story)] == [Decimal(gross)]


@pytest.mark.parametrize("entered", [None, "", "80,5", "eighty", "-5.00", -5])
async def test_an_amount_that_cannot_be_read_is_asked_for(story: Story, entered: object) -> None:
    """All but the invoice is delivered; the acknowledgement waits for the answer `enter`."""
    story.close(amount=entered)
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    assert (len(story.documents()), story.invoices()) == (2, [])
    assert story.job()["Status"] == "Completed"
    assert not story.visit()["confirmClose"]
    item = only(story.office.inbox(), "missing_amount")
    assert item.question.choices == ("enter", "no-charge")
    story.office.decide(item, "enter", "95.00")
    assert (await story.office.run()).outcome is Outcome.OK
    assert [amount for amount, _ in billed(story)] == [Decimal(95)]
    story.assert_delivered_once()
    await story.assert_quiet()


async def test_no_charge_is_complete(story: Story) -> None:
    """`no-charge`: no invoice, and the visit is acknowledged."""
    story.close(amount="eighty")
    await story.office.run()
    story.office.answer(only(story.office.inbox(), "missing_amount"), "no-charge")
    assert (await story.office.run()).outcome is Outcome.OK
    assert story.invoices() == []
    assert story.visit()["confirmClose"]
    await story.assert_quiet()


async def test_an_engineer_who_corrects_the_amount_answers_the_question(story: Story) -> None:
    """The question closes itself when the visit has a readable amount."""
    closed = story.close(amount="eighty")
    await story.office.run()
    only(story.office.inbox(), "missing_amount")
    lines = closed["lines"]
    for line in lines:
        for field in line["extraData"]:
            if field["name"] == "invoice_total":
                field["value"] = "80"
    story.office.edit_visit(closed, lines=lines)
    assert (await story.office.run()).outcome is Outcome.OK
    assert [amount for amount, _ in billed(story)] == [Decimal(80)]
    story.assert_delivered_once()
    await story.assert_quiet()


@pytest.mark.parametrize("zero", [0, "0.00", "£0"])
async def test_zero_is_no_invoice_and_complete(story: Story, zero: object) -> None:
    """Nothing is invoiced and nobody is asked."""
    story.close(amount=zero)
    assert (await story.office.run()).outcome is Outcome.OK
    assert (story.invoices(), story.office.inbox()) == ([], [])
    assert story.visit()["confirmClose"]
    await story.assert_quiet()


async def test_invoices_can_be_turned_off(story: Story) -> None:
    """Without invoices the amount does not matter."""
    async with story.configured(invoicing(enabled=False)) as here:
        here.close(amount="eighty")
        assert (await here.office.run()).outcome is Outcome.OK
        assert here.invoices() == []
        assert here.visit()["confirmClose"]
        await here.assert_quiet()


@pytest.mark.parametrize(
    ("settings", "contractor", "gross", "vat"),
    [
        ({}, REGISTERED, "120.00", "20.00"),
        ({"amount_includes_vat": False}, REGISTERED, "144.00", "24.00"),
        ({"vat_rate": "0.05"}, REGISTERED, "120.00", "5.71"),
        ({"call_out": "30.00"}, REGISTERED, "150.00", "25.00"),
        (
            {"call_out": "30.00", "hours_field": "labour", "hourly_rate": "40.00"},
            REGISTERED,
            "210.00",
            "35.00",
        ),
        ({}, {"name": "Unregistered"}, "120.00", "0"),
    ],
    ids=["inside", "on top", "reduced", "call-out", "hours", "not registered"],
)
async def test_what_is_charged(
    story: Story, settings: Record, contractor: Record, gross: str, vat: str
) -> None:
    """VAT inside, on top or not at all; call-out and hours are added where they are set."""
    with story.office.box.world.lock:
        for each in story.office.box.world.agency.contractors.records():
            story.office.box.world.agency.contractors.put({**each, "VATNumber": None})
    change = invoicing(contractor=contractor, **settings)

    def with_hours(document: Record) -> None:
        change(document)
        labour = {"name": "labour", "type": "number", "caption": "Hours"}
        connection_of(document)["visit"] = {"fields": [labour]}

    async with story.again(with_hours) as here:
        here.office.delete("visits", here.visit())
        await here.office.run()
        here.close(values={"labour": "1.5"})
        assert (await here.office.run()).outcome is Outcome.OK
        assert billed(here) == [(Decimal(gross), Decimal(vat))]


# approve


@pytest.mark.parametrize(
    ("approve", "amount", "is_asked"),
    [
        ("never", "4000.00", False),
        ("always", "1.00", True),
        ("500.00", "499.99", False),
        ("500.00", "500.00", True),
        ("always", "0", False),
    ],
)
async def test_when_a_person_is_asked_first(
    story: Story, approve: str, amount: str, is_asked: bool
) -> None:
    """As `approve` says; nothing is never asked about."""
    async with story.configured(invoicing(approve=approve)) as here:
        here.close(amount=amount)
        await here.office.run()
        asked = [each.question.kind.value for each in here.office.inbox()]
        assert asked == (["approve_invoice"] if is_asked else [])
        assert here.visit()["confirmClose"] is not is_asked


@pytest.mark.parametrize(
    ("choice", "value", "gross"),
    [("approve", None, "120"), ("enter", "99.00", "99"), ("no-charge", None, None)],
)
async def test_what_a_person_says_to_an_invoice(
    story: Story, choice: str, value: str | None, gross: str | None
) -> None:
    """`approve` sends it, `enter` sends another amount, `no-charge` sends none."""
    async with story.configured(invoicing(approve="always")) as here:
        here.close()
        assert (await here.office.run()).outcome is Outcome.ATTENTION
        item = only(here.office.inbox(), "approve_invoice")
        assert "120.00" in item.question.summary
        here.office.decide(item, choice, value)
        assert (await here.office.run()).outcome is Outcome.OK
        assert [amount for amount, _ in billed(here)] == ([] if gross is None else [Decimal(gross)])
        assert here.visit()["confirmClose"]
        await here.assert_quiet()


async def test_an_approval_is_for_one_amount(story: Story) -> None:
    """When the visit says another amount by the time of the answer, a person is asked again."""
    async with story.configured(invoicing(approve="always")) as here:
        closed = here.close()
        await here.office.run()
        item = only(here.office.inbox(), "approve_invoice")
        here.office.answer(item, "approve")
        lines = closed["lines"]
        for line in lines:
            for field in line["extraData"]:
                if field["name"] == "invoice_total":
                    field["value"] = "1200.00"
        here.office.edit_visit(closed, lines=lines)
        assert (await here.office.run()).outcome is Outcome.ATTENTION
        assert here.invoices() == []
        again = only(here.office.inbox(), "approve_invoice")
        assert "1200.00" in again.question.summary


async def test_a_missing_amount_that_was_entered_may_still_need_approval(story: Story) -> None:
    """Two questions, one after the other; the amount is not asked for twice."""
    async with story.configured(invoicing(approve="100.00")) as here:
        here.close(amount="eighty")
        await here.office.run()
        here.office.decide(only(here.office.inbox(), "missing_amount"), "enter", "500.00")
        await here.office.run()
        here.office.answer(only(here.office.inbox(), "approve_invoice"), "approve")
        assert (await here.office.run()).outcome is Outcome.OK
        assert [amount for amount, _ in billed(here)] == [Decimal(500)]
        await here.assert_quiet()


@pytest.mark.parametrize("value", [None, "eighty", "-1"])
async def test_an_answer_that_is_no_amount_stops_nothing(story: Story, value: str | None) -> None:
    """A value that no command would have let through leaves this visit waiting, nothing else."""
    story.close(amount="eighty")
    story.close(DOOR)
    await story.office.run()
    story.office.decide(only(story.office.inbox(), "missing_amount"), "enter", value)
    await story.office.run()
    story.assert_delivered_once(DOOR)
    assert story.invoices() == []


# guard


async def test_too_much_money_in_one_cycle_waits_for_a_person(story: Story) -> None:
    """`max_invoice_total` holds the invoices and their acknowledgements; evidence goes on, and
    after `approve` everything is delivered."""
    story.close(amount="3000.00")
    story.close(DOOR, amount="2500.00")
    assert (await story.office.run()).outcome is Outcome.ATTENTION
    item = only(story.office.inbox(), "guard")
    assert (len(story.documents()), len(story.documents(DOOR))) == (2, 2)
    assert (story.invoices(), story.invoices(DOOR)) == ([], [])
    assert not story.visit()["confirmClose"]
    story.office.answer(item, "approve")
    assert (await story.office.run()).outcome is Outcome.OK
    for title in (TAP, DOOR):
        story.assert_delivered_once(title)
    await story.assert_quiet()


@pytest.mark.parametrize(
    ("choice", "value", "amounts"),
    [("approve", None, [6000]), ("enter", "600.00", [600]), ("no-charge", None, [])],
)
async def test_money_that_was_rejected_is_asked_about_visit_by_visit(
    story: Story, choice: str, value: str | None, amounts: list[int]
) -> None:
    """After `reject` nothing is invoiced until somebody says of this very invoice what becomes of
    it; no visit waits without a question, and no guard asks again about what a person released."""
    story.close(amount="6000.00")
    await story.office.run()
    story.office.answer(only(story.office.inbox(), "guard"), "reject")
    for _ in range(3):
        assert (await story.office.run()).outcome is Outcome.ATTENTION
        item = only(story.office.inbox(), "approve_invoice")
    assert "rejected" in item.question.summary
    assert story.invoices() == []
    assert not story.visit()["confirmClose"]
    story.office.decide(item, choice, value)
    assert (await story.office.run()).outcome is Outcome.OK
    assert [each["Amount"] for each in story.invoices()] == amounts
    assert story.visit()["confirmClose"]
    await story.assert_quiet()


async def test_a_released_invoice_whose_answer_is_lost_stays_released(story: Story) -> None:
    """A person's word on a rejected invoice still holds when it has to be sent a second time."""
    story.close(amount="6000.00")
    await story.office.run()
    story.office.answer(only(story.office.inbox(), "guard"), "reject")
    await story.office.run()
    story.office.answer(only(story.office.inbox(), "approve_invoice"), "approve")
    story.office.fault("timeout", after_effect=False, path="/invoice/submit")
    await story.office.run()
    story.office.answer(only(story.office.inbox(), "in_doubt"), "send-again")
    await story.office.run()
    await story.office.run()
    story.assert_delivered_once()
    await story.assert_quiet()
