"""What a closed visit costs: the entered amounts, what is added to them, and the VAT. Pure.

As `[connections.invoice]` says. Pounds are `Decimal`, and nothing that was not said is taken for
zero: a line that asks for an amount and has none is `MissingAmount`, and a person decides.

Rounding. Everything charged is added up exactly, then rounded once, half up to the penny. With VAT
inside, that is the gross; the VAT in it, gross × rate / (1 + rate), is rounded half up and the net
is the rest. With VAT on top it is the net, the VAT on it is rounded half up and the gross is their
sum. So net + VAT = gross to the penny, always. The charges of an invoice are shown net and add up
to its net: each is the difference of two running totals, both rounded half up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from syncd.errors import MissingAmount
from syncd.evidence.lines import VisitLine, value_text

PENNY = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal(1_000_000)
"""Pounds or hours from which on an entry is a slip of the finger."""

_WRITTEN = re.compile(r"(?:£\s*)?((?:[1-9]\d{0,2}(?:,\d{3})+|\d{1,12})(?:\.\d{1,12})?)", re.ASCII)
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class ChargeRules:
    """How a visit is charged (`connections.invoice`); pounds, and a rate between 0 and 1.

    `is_vat_registered` False means that no VAT is charged, whatever `vat_rate` says.
    """

    amount_field: str
    amount_includes_vat: bool
    vat_rate: Decimal
    is_vat_registered: bool
    call_out: Decimal = ZERO
    hours_field: str = ""
    hourly_rate: Decimal = ZERO


@dataclass(frozen=True)
class Charge:
    """One row of an invoice: what for, and pounds without VAT."""

    text: str
    net: Decimal


@dataclass(frozen=True)
class Amounts:
    """What an invoice asks for, in pounds; `vat_rate` is None where no VAT is charged.

    `net + vat == gross`, and the charges add up to `net`.
    """

    charges: tuple[Charge, ...]
    net: Decimal
    vat_rate: Decimal | None
    vat: Decimal
    gross: Decimal

    @property
    def is_free(self) -> bool:
        """Whether there is nothing to invoice, which is complete and no gap."""
        return self.gross == 0


def visit_amounts(lines: Sequence[VisitLine], rules: ChargeRules) -> Amounts:
    """What the action lines of a visit cost together.

    The amount field summed over the action lines that have it; then the call-out, then the hours
    field, summed alike, times the hourly rate, where these are set. MissingAmount where a line has
    the field and no readable amount in it, or no line has it.
    """
    costs = _entries(lines, rules.amount_field)
    if rules.call_out:
        costs.append(("Call-out", rules.call_out))
    if rules.hours_field:
        hours = sum((each for _, each in _entries(lines, rules.hours_field)), Decimal(0))
        costs.append((f"Labour, {value_text(hours)} h", _EXACT.multiply(hours, rules.hourly_rate)))
    return _amounts(costs, rules)


def entered_amounts(total: Decimal, rules: ChargeRules, *, text: str) -> Amounts:
    """What an invoice over a total that a person decided asks for, as one charge.

    The total is all that is charged: nothing is added to it. VAT is inside or on top as the rules
    say of amounts that engineers enter.
    """
    return _amounts([(text, total)], rules)


def read_amount(value: object) -> Decimal:
    """Pounds or hours as entered: 80, 80.5, "£80", "1,234.50"; a ValueError says what is wrong."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("is empty")
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("is no number")
    if isinstance(value, str):
        return _read_text(value.strip())
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError("is no number")
    return _within(number)


def invoice_number(
    template: str, *, doc_no: str, connection: str, year: int, ordinal: int = 1
) -> str:
    """The number of a job's first invoice, or of a later one, which gets "-2", "-3" and so on.

    The template has the bare placeholders {doc_no}, {connection} and {year}.
    """
    if ordinal < 1:
        raise ValueError("a job's first invoice has the ordinal 1")
    plain = template.format(doc_no=doc_no, connection=connection, year=year)
    number = " ".join(plain.split())
    return number if ordinal == 1 else f"{number}-{ordinal}"


def _entries(lines: Sequence[VisitLine], name: str) -> list[tuple[str, Decimal]]:
    """What each action line that has the field says in it, with the line's description."""
    actions = [line for line in lines if line.is_action]
    if not actions:
        raise MissingAmount("the visit has no action line")
    found: list[tuple[str, Decimal]] = []
    for number, line in enumerate(actions, start=1):
        values = [field.value for field in line.fields if field.name == name]
        if len(values) > 1:
            raise MissingAmount(f"the field {name!r} stands twice on action line {number}")
        for value in values:
            try:
                found.append((line.description or f"Work {number}", read_amount(value)))
            except ValueError as error:
                reason = f"the field {name!r} of action line {number} {error}"
                raise MissingAmount(reason) from None
    if not found:
        raise MissingAmount(f"no action line has the field {name!r}")
    return found


def _read_text(text: str) -> Decimal:
    if text.startswith(("-", "\u2212", "£-", "(")):
        raise ValueError("is negative")
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError("is not an amount such as 80, 80.50 or 1,234.50")
    return _within(Decimal(match[1].replace(",", "")))


def _within(number: Decimal) -> Decimal:
    if number < 0:
        raise ValueError("is negative")
    if number >= LARGEST:
        raise ValueError(f"is {LARGEST:,} or more")
    return abs(number)


def _amounts(costs: Sequence[tuple[str, Decimal]], rules: ChargeRules) -> Amounts:
    rate = rules.vat_rate if rules.is_vat_registered else None
    with localcontext(_EXACT):
        total = sum((cost for _, cost in costs), ZERO)
        rounded = _pence(total)
        if rate is None:
            net, vat = rounded, ZERO
        elif rules.amount_includes_vat:
            vat = _pence(rounded * rate / (1 + rate))
            net = rounded - vat
        else:
            net, vat = rounded, _pence(rounded * rate)
        return Amounts(_charges(costs, total, net), net, rate, vat, net + vat)


def _charges(
    costs: Sequence[tuple[str, Decimal]], total: Decimal, net: Decimal
) -> tuple[Charge, ...]:
    """The costs without VAT, so that they add up to the net exactly."""
    charges: list[Charge] = []
    running, shown = ZERO, ZERO
    for text, cost in costs:
        running += cost
        reached = _pence(net * running / total) if total else ZERO
        charges.append(Charge(text, reached - shown))
        shown = reached
    return tuple(charges)


def _pence(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)
