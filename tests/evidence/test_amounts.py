"""What a closed visit costs: what is read, what is asked for, and sums right to the penny."""

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import MissingAmount
from syncd.evidence.amounts import (
    Charge,
    entered_amounts,
    invoice_number,
    read_amount,
    visit_amounts,
)
from tests.evidence.made import entry, line, rules

PENCE = st.decimals(0, 99_999, places=2)
RATES = st.sampled_from([Decimal("0"), Decimal("0.05"), Decimal("0.20"), Decimal("0.175")])


@pytest.mark.parametrize(
    ("entered", "pounds"),
    [
        ("1,234.50", "1234.50"),
        ("£80", "80"),
        ("£ 80.00", "80"),
        (" 80.5 ", "80.5"),
        (80, "80"),
        (80.5, "80.5"),
        (Decimal("80.5"), "80.5"),
        (Decimal("1E+2"), "100"),
        ("0", "0"),
        (-0.0, "0"),
        ("007", "7"),
        ("12,345,6", None),
        ("123,456.789", "123456.789"),
    ],
)
def test_amounts_are_read_as_people_write_them(entered: object, pounds: str | None) -> None:
    """Pounds with and without sign, commas between thousands and a point, as text or number."""
    if pounds is None:
        with pytest.raises(ValueError, match="is not an amount"):
            read_amount(entered)
    else:
        assert read_amount(entered) == Decimal(pounds)


@pytest.mark.parametrize(
    ("entered", "what"),
    [
        ("80,5", "is not an amount"),
        ("1,23.00", "is not an amount"),
        ("0,500", "is not an amount"),
        ("eighty", "is not an amount"),
        ("80 pounds", "is not an amount"),
        ("1e3", "is not an amount"),
        ("NaN", "is not an amount"),
        ("Infinity", "is not an amount"),
        ("٨٠", "is not an amount"),
        ("80\n90", "is not an amount"),
        ("€80", "is not an amount"),
        ("-80", "is negative"),
        ("\u221280", "is negative"),
        ("£-80", "is negative"),
        (-81, "is negative"),
        (Decimal("-0.01"), "is negative"),
        (Decimal("NaN"), "is no number"),
        (float("inf"), "is no number"),
        (True, "is no number"),
        ([80], "is no number"),
        ("", "is empty"),
        ("  ", "is empty"),
        (None, "is empty"),
        ("1000000", "is 1,000,000 or more"),
        (Decimal("1E+999999"), "is 1,000,000 or more"),
    ],
)
def test_what_is_no_amount_is_asked_for(entered: object, what: str) -> None:
    """Anything that could be read in two ways, or is none, waits for a person; none is quoted."""
    with pytest.raises(MissingAmount, match=what) as missing:
        visit_amounts([line(entry(entered))], rules())
    assert missing.value.message.startswith("the field 'invoice_total' of action line 1 ")
    assert missing.value.code == "missing_amount"


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.decimals(), st.booleans()))
def test_any_entry_is_an_amount_or_missing(entered: object) -> None:
    """No entry raises anything else, and what is read is pounds from nothing to a million."""
    with suppress(MissingAmount):
        assert 0 <= visit_amounts([line(entry(entered))], rules()).gross <= 1_000_000


def test_the_field_is_summed_over_action_lines() -> None:
    """Lines that are no job, and jobs without the field, add nothing."""
    amounts = visit_amounts(
        [
            line(entry("80.10")),
            line(entry(20)),
            line(entry("999"), is_action=False),
            line(entry("7", name="other")),
        ],
        rules(),
    )
    assert amounts.gross == Decimal("100.10")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "the visit has no action line"),
        ([line(entry("80"), is_action=False)], "the visit has no action line"),
        ([line(entry("80", name="other"))], "no action line has the field 'invoice_total'"),
        (
            [line(entry("80")), line(entry(""))],
            "the field 'invoice_total' of action line 2 is empty",
        ),
        (
            [line(entry("80"), entry("80"))],
            "the field 'invoice_total' stands twice on action line 1",
        ),
    ],
)
def test_nothing_that_was_not_said_is_zero(lines, reason: str) -> None:
    """A job that asks for an amount and has none is never taken for one that costs nothing."""
    with pytest.raises(MissingAmount) as missing:
        visit_amounts(lines, rules())
    assert missing.value.message == reason


def test_zero_is_free_and_complete() -> None:
    """An engineer who enters 0 has said that there is nothing to invoice."""
    assert visit_amounts([line(entry("0.00"))], rules()).is_free
    assert not visit_amounts([line(entry("0.01"))], rules()).is_free


def test_call_out_and_hours_are_added() -> None:
    """The call-out once, and all hours at their rate, on top of what was entered."""
    lines = [
        line(entry("80"), entry("1.5", name="hours")),
        line(entry("0"), entry(Decimal("0.25"), name="hours")),
    ]
    amounts = visit_amounts(
        lines,
        rules(call_out=Decimal("30.00"), hours_field="hours", hourly_rate=Decimal("42.00")),
    )
    assert amounts.gross == Decimal("183.50")
    assert [charge.text for charge in amounts.charges][2:] == ["Call-out", "Labour, 1.75 h"]


def test_hours_that_cannot_be_read_are_asked_for() -> None:
    """Work that is charged by the hour is not given away because the hours are missing."""
    by_hours = rules(hours_field="hours", hourly_rate=Decimal("42.00"))
    with pytest.raises(MissingAmount, match="'hours' of action line 1 is empty"):
        visit_amounts([line(entry("80"), entry("", name="hours"))], by_hours)


@pytest.mark.parametrize(
    ("entered", "changes", "expected"),
    [
        ("120", {}, ("100.00", "20.00", "120.00")),
        ("100", {"amount_includes_vat": False}, ("100.00", "20.00", "120.00")),
        ("120", {"is_vat_registered": False}, ("120.00", "0.00", "120.00")),
        (
            "120",
            {"is_vat_registered": False, "amount_includes_vat": False},
            ("120.00", "0.00", "120.00"),
        ),
        ("80.505", {}, ("67.09", "13.42", "80.51")),
        ("80.504", {}, ("67.08", "13.42", "80.50")),
        ("0.13", {"amount_includes_vat": False}, ("0.13", "0.03", "0.16")),
        ("99.99", {"vat_rate": Decimal("0.175")}, ("85.10", "14.89", "99.99")),
        ("99.99", {"vat_rate": Decimal(0)}, ("99.99", "0.00", "99.99")),
    ],
)
def test_vat_is_inside_or_on_top(entered, changes, expected) -> None:
    """VAT is taken out of the amount or added to it, half up; unregistered there is none."""
    amounts = visit_amounts([line(entry(entered))], rules(**changes))
    assert (amounts.net, amounts.vat, amounts.gross) == tuple(map(Decimal, expected))
    assert (amounts.vat_rate is None) is (not changes.get("is_vat_registered", True))


@given(st.lists(PENCE, min_size=1, max_size=6), RATES, st.booleans(), st.booleans(), PENCE)
def test_everything_adds_up_to_the_penny(entered, rate, is_inside, is_registered, call_out) -> None:
    """net + VAT = gross, the charges add up to the net, and each is whole pennies."""
    how = rules(
        vat_rate=rate,
        amount_includes_vat=is_inside,
        is_vat_registered=is_registered,
        call_out=call_out,
    )
    amounts = visit_amounts([line(entry(each)) for each in entered], how)
    total = sum(entered) + call_out
    assert amounts.net + amounts.vat == amounts.gross
    assert sum(charge.net for charge in amounts.charges) == amounts.net
    assert (amounts.gross if is_inside or not is_registered else amounts.net) == total
    shown = [amounts.net, amounts.vat, amounts.gross, *(c.net for c in amounts.charges)]
    assert all(each.as_tuple().exponent == -2 and each >= 0 for each in shown)


@given(st.decimals(0, 9999, places=3), st.decimals(0, 99, places=3))
def test_everything_is_rounded_once(entered: Decimal, hours: Decimal) -> None:
    """The exact sum is rounded half up, not the parts of it."""
    how = rules(hours_field="hours", hourly_rate=Decimal("33.33"))
    amounts = visit_amounts([line(entry(entered), entry(hours, name="hours"))], how)
    exact = entered + hours * Decimal("33.33")
    assert amounts.gross == exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_a_persons_total_is_all_that_is_charged() -> None:
    """What a person enters is the whole amount: no call-out comes on top of it."""
    amounts = entered_amounts(Decimal("60"), rules(call_out=Decimal("30.00")), text="Agreed")
    assert amounts.gross == 60
    assert amounts.charges == (Charge("Agreed", Decimal("50.00")),)


@pytest.mark.parametrize(
    ("template", "ordinal", "number"),
    [
        ("{doc_no}", 1, "H-017623"),
        ("{doc_no}", 2, "H-017623-2"),
        ("{year}/{connection}/{doc_no}", 3, "2026/northgate/H-017623-3"),
    ],
)
def test_invoice_numbers_follow_the_template(template: str, ordinal: int, number: str) -> None:
    """A job's second and later invoices get their ordinal, whatever the template."""
    asked = {"doc_no": "H-017623", "connection": "northgate", "year": 2026}
    assert invoice_number(template, ordinal=ordinal, **asked) == number


def test_an_invoice_number_is_one_line() -> None:
    """A docNo with braces or line ends gives neither a placeholder nor a second line."""
    number = invoice_number("{doc_no}", doc_no="{year}\n 7", connection="northgate", year=2026)
    assert number == "{year} 7"


def test_there_is_no_invoice_before_the_first() -> None:
    """An ordinal below one is a mistake of the caller."""
    with pytest.raises(ValueError, match="ordinal"):
        invoice_number("{doc_no}", doc_no="1", connection="northgate", year=2026, ordinal=0)
