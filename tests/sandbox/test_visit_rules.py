"""Types of a visit's fields."""

from typing import Any

import pytest

from syncd.sandbox.visit_rules import REQUIRED, visit_problems, with_plain_flags
from tests.sandbox.conftest import a_visit


def problems(visit: dict[str, Any], *, is_strict: bool = True) -> list[str]:
    """Everything wrong with a whole visit of the seeded company."""
    return visit_problems(visit, company_id="LPeaJNaLQT6RqcFdt", is_whole=True, is_strict=is_strict)


@pytest.mark.parametrize("name", REQUIRED)
def test_required_fields_are_required(name: str) -> None:
    """Each of the eight required fields is missed when it is missing, empty or null."""
    without = a_visit()
    del without[name]
    assert problems(without) == [f"{name} is required"]
    for nothing in ("", None):
        assert problems(a_visit() | {name: nothing})


@pytest.mark.parametrize("number", [0, -1, 2**53, 1.5, "1", True, None])
def test_the_id_is_a_whole_number_that_javascript_can_hold(number: Any) -> None:
    """From 1 to 2**53 - 1, and a number."""
    assert problems(a_visit(number))
    assert problems(a_visit(2**53 - 1)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"priority": 1},
        {"priority": "10"},
        {"siteId": "30101308"},
        {"siteId": 30101308},
        {"lat": 57, "lng": -2.5},
        {"subContractorIds": None},
        {"subContractorIds": ["A", "B"]},
        {"time_windows": [{"earliest": 30600, "latest": 64800}]},
        {"required_skills": ["Plumber"], "allowed_vehicles": []},
        {"NPSMandatory": "1", "confirmClose": True, "closed": 0},
        {"duration": 2700, "country": "GB", "territory": "AB"},
    ],
)
def test_documented_values_pass(changed: dict[str, Any]) -> None:
    """Both readings pass where the page contradicts itself."""
    assert problems(a_visit(**changed)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"priority": 0},
        {"priority": "11"},
        {"priority": 2.5},
        {"priority": True},
        {"siteId": None},
        {"lat": "57"},
        {"subContractorIds": "A"},
        {"time_windows": [{"earliest": 64800, "latest": 30600}]},
        {"time_windows": [{"earliest": 1}]},
        {"required_skills": "Plumber"},
        {"NPSMandatory": 2},
        {"country": "GBR"},
        {"contactPhone": 1999999999},
        {"date": "2026-3-2"},
        {"date": "2026-03-02T00:00:00"},
        {"_id": "x"},
        {"modifieddAt": "2026-03-02 10:00:00"},
        {"lines": {}},
        {"lines": [{"actionItem": 1, "description": "x"}]},
        {"lines": [{"actionItem": True, "description": "x", "colour": "red"}]},
    ],
)
def test_other_values_do_not(changed: dict[str, Any]) -> None:
    """A wrong type, an impossible value or a field that only the app sets is a problem."""
    assert len(problems(a_visit(**changed))) == 1


def test_two_fields_of_one_line_may_not_share_a_name() -> None:
    """Values are kept by the field's name, so it must be unique in its line."""
    field = {"type": "text", "caption": "A", "name": "a"}
    line = {"actionItem": True, "description": "x", "extraData": [field, field]}
    assert problems(a_visit(lines=[line])) == ["lines [0].extraData has two fields of one name"]


def test_undocumented_fields_pass_where_a_test_is_lenient() -> None:
    """Strictness about names is an option."""
    assert problems(a_visit(colour="red")) == ["colour is not a documented field"]
    assert problems(a_visit(colour="red"), is_strict=False) == []


def test_flags_are_made_plain() -> None:
    """Every accepted spelling of a flag is kept as true or false."""
    for value, plain in ((1, True), ("1", True), (True, True), (0, False), ("0", False)):
        assert with_plain_flags({"closed": value, "obs": "1"}) == {"closed": plain, "obs": "1"}
