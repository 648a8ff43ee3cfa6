"""Tests of what a job says about a piece of work."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from syncd.model import DriverRule, Field, Preference, Surroundings
from syncd.translate.canonical import text
from syncd.translate.works_orders import (
    driver,
    due_day,
    job_text,
    preferences_text,
    required_skills,
    works_order_from_job,
)
from tests.translate.made import JOB, PLACE, RULES, SURROUNDINGS, hostile_text, job_with, rules_with


def test_a_whole_works_order() -> None:
    """Every field is said in the shape of the visit."""
    assert works_order_from_job(JOB, SURROUNDINGS, RULES).values == {
        Field.DESCRIPTION: {"text": "Kitchen tap drips\nThe cold one.\n\nSince Monday."},
        Field.ACCESS: {
            "access": "Key at the office.",
            "preferences": "Boiler: Under contract\nKeys",
        },
        Field.ADDRESS: {
            "customer": "Northgate Lettings",
            "site": "Flat 2, 14 Elm Road",
            "siteId": "P-114",
            "address": "Flat 2, 14 Elm Road, Old Town",
            "city": "Aberdeen",
            "postCode": "AB51 3QR",
        },
        Field.CONTACT: {"contactPerson": "Ms Ada Lovelace", "contactPhone": "07700 900001"},
        Field.PRIORITY: {"priority": 2},
        Field.CATEGORY: {"required_skills": ["Installer", "Plumber"]},
        Field.DATE: {"date": "2026-06-09"},
        Field.DRIVER: {"driverId": "north"},
    }


def test_a_job_has_no_opinion_on_what_nobody_knows() -> None:
    """Address, contact, category and date are absent while nothing is known about them."""
    job = job_with(category="Roofing", due=None, reported_at=None)
    values = works_order_from_job(job, Surroundings(), RULES).values
    assert set(values) == {Field.DESCRIPTION, Field.ACCESS, Field.PRIORITY, Field.DRIVER}


def test_the_access_of_the_tenancy_stands_in() -> None:
    """A job without access arrangements has those of the tenancy."""
    values = works_order_from_job(job_with(access=""), SURROUNDINGS, RULES).values
    assert values[Field.ACCESS] == {
        "access": "Ring twice.",
        "preferences": "Boiler: Under contract\nKeys",
    }


@given(hostile_text)
def test_the_text_of_a_job_is_unaltered(description: str) -> None:
    """Title and description are carried whole, but for our own last line."""
    told = job_text(job_with(description=text(description)))
    assert told == text(f"Kitchen tap drips\n{text(description)}")


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("Gate\n[visit 10816703]", "Kitchen tap drips\nGate"),
        ("[visit H-1]", "Kitchen tap drips"),
        ("[visit H-1]\nGate", "Kitchen tap drips\n[visit H-1]\nGate"),
        ("see [visit H-1]", "Kitchen tap drips\nsee [visit H-1]"),
    ],
)
def test_our_mark_on_a_job_is_not_shown_back(description: str, told: str) -> None:
    """The line by which we mark jobs that we raised stays out of obs; text like it does not."""
    assert job_text(job_with(description=description)) == told


def test_preferences_keep_their_order_and_lines() -> None:
    """Preferences follow the vendor's order, with every line of their notes."""
    told = preferences_text(
        (Preference("Boiler", "a\n\nb"), Preference("", "c"), Preference("", ""))
    )
    assert told == "Boiler: a\n\nb\nc"


@pytest.mark.parametrize(
    ("priority", "day"),
    [("Emergency", date(2026, 6, 2)), ("High", date(2026, 6, 3)), ("?", date(2026, 6, 9))],
)
def test_without_a_due_date_the_priority_decides(priority: str, day: date) -> None:
    """The allowed days are counted from the day of report in the agency's zone."""
    job = job_with(
        due=None, priority=priority, reported_at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    )
    assert due_day(job, RULES) == day


@pytest.mark.parametrize(
    ("rules", "engineer"),
    [
        ((), "FEn9BJz93svSNPx7p"),
        ((DriverRule("category", "PLUMBING", "x"),), "x"),
        ((DriverRule("category", "electrical", "x"),), "FEn9BJz93svSNPx7p"),
        ((DriverRule("postcode", "AB5", "x"), DriverRule("postcode", "ab51", "y")), "y"),
        ((DriverRule("branch", "br-1", "x"), DriverRule("postcode", "AB51", "y")), "x"),
        ((DriverRule("branch", "BR-1", "x"),), "FEn9BJz93svSNPx7p"),
        ((DriverRule("moon", "br-1", "x"),), "FEn9BJz93svSNPx7p"),
    ],
    ids=repr,
)
def test_the_first_rule_that_fits_picks_the_engineer(
    rules: tuple[DriverRule, ...], engineer: str
) -> None:
    """Categories fit in any case, post codes by district, branches by OID; else the default."""
    assert driver(JOB, PLACE, rules_with(drivers=rules)) == engineer


def test_nothing_fits_what_is_not_known() -> None:
    """A job without a category or a place is not caught by a rule for one."""
    rules = rules_with(
        drivers=(DriverRule("category", " ", "x"), DriverRule("postcode", "AB", "y"))
    )
    assert driver(job_with(category=""), None, rules) == RULES.default_driver


def test_skills_are_found_in_any_case() -> None:
    """The job's category finds its skills whatever the case; others have no opinion."""
    assert required_skills(" PLUMBING", RULES) == ["Installer", "Plumber"]
    assert required_skills("Roofing", RULES) is None
    assert required_skills("", RULES) is None
