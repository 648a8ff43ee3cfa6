"""Tests of the names that we write to LetsJobIt."""

import re
from decimal import Decimal

import pytest

from syncd.letsjobit.names import VISIT_FIELDS, mistakes_in, wire_visit
from tests.vendor.samples import sample_new_visit

NEEDED = {
    "driverId": "d",
    "date": "2026-11-23",
    "id": 10816703,
    "docNo": "H-1",
    "customer": "Brook House",
    "address": "1 Mill Lane",
    "city": "Leeds",
    "companyId": "c",
}
LINE = {"actionItem": True, "description": "Leak"}


def test_the_required_fields_are_the_documented_ones() -> None:
    """A whole visit needs exactly what the vendor requires, and all of it is named at once."""
    required = {name for name, rule in VISIT_FIELDS.items() if rule.is_required}
    assert required == set(NEEDED)
    assert mistakes_in(NEEDED, is_complete=True) == ()
    assert len(mistakes_in({}, is_complete=True)) == len(NEEDED)


def test_every_field_of_the_documented_new_visit_is_known() -> None:
    """The vendor's own sample of a new visit holds no name that we could not write."""
    assert set(sample_new_visit()) <= set(VISIT_FIELDS)


def test_flags_leave_as_zero_and_one() -> None:
    """A flag is sent as a number, also inside no line: there booleans stay booleans."""
    sent = wire_visit(
        {**NEEDED, "inMobileApp": True, "closed": False, "NPSMandatory": 1, "lines": [LINE]},
        is_complete=True,
    )
    assert (sent["inMobileApp"], sent["closed"], sent["NPSMandatory"]) == (1, 0, 1)
    assert not isinstance(sent["inMobileApp"], bool)
    assert sent["lines"] == [LINE]
    assert sent["lines"][0]["actionItem"] is True


def test_everything_else_leaves_as_it_is() -> None:
    """Texts, numbers, windows and field definitions are not touched."""
    field = {"name": "invoice_total", "type": "number", "caption": "£", "step": Decimal("0.01")}
    visit = {
        **NEEDED,
        "obs": "a\r\nb",
        "lat": Decimal("57.000000"),
        "siteId": "30101308",
        "required_skills": ("Plumber",),
        "time_windows": [{"earliest": 30600, "latest": 64800}],
        "lines": [{**LINE, "extraData": [field]}],
        "contactPhone": None,
    }
    sent = wire_visit(visit, is_complete=True)
    assert sent == {**visit, "required_skills": ["Plumber"]}


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"drvierId": "x"}, "drvierId is not a field of LetsJobIt"),
        ({"date": 20261123}, "date must be text"),
        ({"priority": "3"}, "priority must be a number"),
        ({"priority": True}, "priority must be a number"),
        ({"lat": Decimal("NaN")}, "lat must be a number"),
        ({"closed": "1"}, "closed must be true or false"),
        ({"closed": 2}, "closed must be true or false"),
        ({"siteId": []}, "siteId must be text or a number"),
        ({"required_skills": "Plumber"}, "required_skills must be a list of texts"),
        ({"required_skills": [1]}, "required_skills must be a list of texts"),
        ({"lines": {}}, "lines must be a list of lines"),
        (
            {"lines": [LINE | {"actionItem": 1}]},
            "lines.0.actionItem must be true or false, not 0 or 1",
        ),
        ({"lines": [{"actionItem": True}]}, "lines.0.description is missing"),
        (
            {"lines": [LINE, LINE | {"extraData": [{"name": "x", "type": "text"}]}]},
            "lines.1.extraData.0.caption is missing",
        ),
        ({"time_windows": [{"earliest": "9"}]}, "time_windows.0.earliest must be a number"),
        ({"city": ""}, "city is empty"),
        ({"city": None}, "city is missing"),
    ],
    ids=repr,
)
def test_a_mistake_cannot_leave(changes: dict[str, object], mistake: str) -> None:
    """A typo, a wrong type or an emptied required field is named by its path, never by its value,
    in a whole visit and in changes alike."""
    assert mistakes_in({**NEEDED, **changes}, is_complete=True) == (mistake,)
    with pytest.raises(ValueError, match=re.escape(mistake)):
        wire_visit(changes, is_complete=False)


def test_a_null_takes_back_what_is_optional() -> None:
    """An optional field may be emptied with null or an empty text."""
    assert wire_visit({"obs": None, "site": ""}, is_complete=False) == {"obs": None, "site": ""}
