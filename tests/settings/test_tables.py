"""Tests of what settings hold once they are accepted."""

import subprocess
import sys
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from syncd.model import Field, Owner
from tests.settings.made import connection, document, load, load_one


def test_values_have_the_types_that_the_program_needs() -> None:
    """Lengths of time, shares, money, days and zones are no texts any more."""
    settings = load(document(connection(go_live="2026-11-22", agentos__timezone="Europe/Dublin")))
    assert settings.schedule.closures == timedelta(seconds=60)
    assert settings.guards.max_withdrawals == Decimal("0.2")
    assert settings.guards.max_invoice_total == Decimal("5000.00")
    assert settings.notifications.digest == time(7, 30)
    (one,) = settings.connections
    assert one.go_live == date(2026, 11, 22)
    assert one.agentos.timezone.key == "Europe/Dublin"
    assert (one.agentos.rate_limit.requests, one.agentos.rate_limit.seconds) == (50, 60.0)
    assert (one.letsjobit.rate_limit.requests, one.letsjobit.rate_limit.seconds) == (100, 10.0)


def test_nothing_changes_settings() -> None:
    """Settings are frozen."""
    settings = load(document())
    with pytest.raises(ValidationError):
        settings.schedule = settings.schedule


@pytest.mark.parametrize(
    ("written", "amount"),
    [("never", None), ("always", Decimal(0)), ("500.00", Decimal(500)), (500, Decimal(500))],
)
def test_from_when_on_a_person_is_asked(written: object, amount: Decimal | None) -> None:
    """Never is no amount, always is from nothing on, otherwise from the amount on."""
    assert load_one(invoice__approve=written).invoice.approve == amount


def test_days_of_other_priorities_keep_their_default() -> None:
    """Writing the days of one priority leaves those of the others."""
    days = load_one(visit__due_days={"Low": 14}).visit.due_days
    assert days == {"Emergency": 0, "High": 1, "Medium": 3, "Low": 14}


def test_extra_fields_are_as_they_are_sent() -> None:
    """Exact decimals are numbers, true and false are 1 and 0, as LetsJobIt takes them."""
    extra = load_one(
        visit__extra={
            "lat": Decimal("57.1"),
            "NPSMandatory": True,
            "time_windows": [{"earliest": 1}],
        }
    ).visit.extra
    assert extra == {"lat": 57.1, "NPSMandatory": 1, "time_windows": [{"earliest": 1}]}
    assert [type(value) for value in extra.values()] == [float, int, list]


def test_rules_for_engineers() -> None:
    """A rule tells its one condition and its engineer."""
    (rule,) = load_one(
        visit__drivers=[{"when": {"postcode": "AB51"}, "driver": "engineer-1"}]
    ).visit.drivers
    assert rule.condition == ("postcode", "AB51")
    assert rule.driver == "engineer-1"


def test_every_field_of_a_works_order_has_an_owner() -> None:
    """The owner of each field can be asked for."""
    fields = load_one(fields__driver="ask").fields
    assert {field: fields.owner_of(field) for field in Field} == {
        **dict.fromkeys(Field, Owner.AGENTOS),
        Field.DATE: Owner.LETSJOBIT,
        Field.DRIVER: Owner.ASK,
    }


def test_importing_builds_nothing() -> None:
    """The tables are built when settings are loaded, so that commands without any start at once."""
    code = "from syncd.settings import Settings; print(Settings.__pydantic_complete__)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
