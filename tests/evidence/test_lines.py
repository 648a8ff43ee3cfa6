"""What the engineer left, read from a visit as LetsJobIt answers it."""

from decimal import Decimal

import pytest

from syncd.evidence.lines import closure_content, value_text, visit_lines
from syncd.evidence.names import content_sha8
from syncd.letsjobit.wire import Visit

TAG = {"name": "syncd", "caption": "AgentOS job", "value": "syncd:northgate:job-1"}
RAW = {
    "_id": "yKQhJZ9B7PTT85kWc",
    "id": 10816703,
    "docNo": "H-017623",
    "name": "Liam",
    "closeDate": "2026-03-24 15:45",
    "closed": True,
    "confirmClose": False,
    "modifieddAt": "2026-03-24 15:45:38",
    "signeeName": "Jo Sample",
    "signeeRating": "5",
    "signature": "/9j/4AAQ",
    "lines": [
        {
            "actionItem": "1",
            "description": "Boiler loses pressure",
            "brand": "Vaillant",
            "model": "ecoTEC",
            "serialNr": "21-09",
            "qty": Decimal("1.0"),
            "location": "Kitchen",
            "extraData": [
                TAG,
                {"name": "invoice_total", "caption": "Invoice total", "value": Decimal("80.50")},
                {"name": "notes", "value": " topped up\r\n"},
                {"name": "empty", "value": ""},
                {"name": "absent"},
            ],
        },
        {"actionItem": False, "description": "Valve", "qty": "2", "extraData": None},
    ],
}


def visit(**changes: object) -> Visit:
    """A closed visit as LetsJobIt answers it."""
    return Visit.model_validate({**RAW, **changes})


def sha8(**changes: object) -> str:
    """The hash of a closure."""
    return content_sha8(closure_content(visit(**changes), without={"syncd"}))


def test_lines_are_read_with_their_equipment() -> None:
    """Brand, model, serial number, quantity and place of each line, job or material."""
    first, second = visit_lines(visit(), without={"syncd"})
    assert (first.is_action, first.description, first.location) == (
        True,
        "Boiler loses pressure",
        "Kitchen",
    )
    assert (first.brand, first.model, first.serial_number, first.quantity) == (
        "Vaillant",
        "ecoTEC",
        "21-09",
        "1",
    )
    assert (second.is_action, second.brand, second.quantity, second.fields) == (False, "", "2", ())


def test_custom_fields_are_read_but_for_our_tag() -> None:
    """Every custom field with its caption, else its name; the mark of ours is not theirs."""
    first, _ = visit_lines(visit(), without={"syncd"})
    assert [(field.caption, field.text) for field in first.fields] == [
        ("Invoice total", "80.5"),
        ("notes", "topped up"),
        ("empty", ""),
        ("absent", ""),
    ]


@pytest.mark.parametrize("lines", [None, []])
def test_a_visit_may_have_no_lines(lines: object) -> None:
    """An account whose answers show no lines has none here."""
    assert visit_lines(visit(lines=lines), without=()) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.10"), "0.1"),
        (2.5, "2.5"),
        (Decimal("1E+400"), "1E+400"),
        (" text ", "text"),
        (["a", None, 2], "a, 2"),
        ({"a": 1, "b": ["c"]}, "a: 1; b: c"),
    ],
    ids=str,
)
def test_values_are_put_in_words(value: object, text: str) -> None:
    """Whatever stands in a custom field has one spelling for people."""
    assert value_text(value) == text


@pytest.mark.parametrize(
    "change",
    [
        {"confirmClose": True},
        {"modifieddAt": "2026-03-25 09:00:00"},
        {"inMobileApp": 0},
        {"obs": "Key at the office"},
        {"address": "99 Example Street"},
        {"name": "Liam Example"},
        {"signeeRating": 5},
        {"signature": "/9j/\n4AAQ"},
        {"docNo": "H-017623 "},
    ],
    ids=str,
)
def test_a_closure_is_the_same_after_what_is_no_part_of_it(change: dict[str, object]) -> None:
    """Acknowledging, correcting an address or another spelling makes no second document."""
    assert sha8(**change) == sha8()


@pytest.mark.parametrize(
    "change",
    [
        {"closeDate": "2026-03-25 15:45"},
        {"signature": "/9j/4AAR"},
        {"signeeName": "Sam Sample"},
        {"signeeRating": 4},
        {"_id": "another"},
        {"lines": [{**RAW["lines"][0], "serialNr": "21-10"}]},
        {"lines": [{**RAW["lines"][0], "extraData": [{"name": "invoice_total", "value": 81}]}]},
    ],
    ids=lambda change: str(change)[-60:],
)
def test_another_closure_is_another(change: dict[str, object]) -> None:
    """What the engineer or the signatory left makes a closure what it is."""
    assert sha8(**change) != sha8()


def test_a_closure_is_known_after_years() -> None:
    """The hash of a closure is part of names in AgentOS: it never changes with a release."""
    assert sha8() == "a24597eb"
