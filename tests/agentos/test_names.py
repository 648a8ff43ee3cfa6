"""Tests of the names that we write to AgentOS."""

from decimal import Decimal

import pytest

from syncd.agentos.names import CORRECTABLE, REQUIRED, WRITTEN, Names
from syncd.errors import ConfigError


def test_without_corrections_our_own_names_are_sent() -> None:
    """A body carries the names of the table, and nothing for values that are not there."""
    body = Names().body(
        "ContractorInvoiceSubmissionModel", {"Amount": Decimal("1.20"), "VATAmount": None}
    )
    assert body == {"Amount": Decimal("1.20")}


def test_a_correction_renames_one_field_of_one_model() -> None:
    """Only the named field of the named model changes."""
    names = Names.from_wire({"ContractorInvoiceSubmissionModel.Amount": "InvoiceAmount"})
    assert names.of("ContractorInvoiceSubmissionModel", "Amount") == "InvoiceAmount"
    assert names.of("ContractorInvoiceSubmissionModel", "VATAmount") == "VATAmount"
    assert names.of("ContractorInvoiceSubmissionModel", "Description") == "Description"


def test_an_optional_field_can_be_left_out() -> None:
    """An empty name means that the field is not sent."""
    names = Names.from_wire({"Document.Size": ""})
    assert names.body("Document", {"DocumentName": "a.pdf", "Size": 3}) == {"DocumentName": "a.pdf"}


def test_every_wrong_correction_is_named() -> None:
    """Unknown keys and needed fields left out are all reported, with what exists."""
    with pytest.raises(ConfigError) as caught:
        Names.from_wire({"Document.Nmae": "x", "Nothing.At": "y", "Document.Content": ""})
    problems = caught.value.problems
    assert [problem.path for problem in problems] == [
        'connections.agentos.wire."Document.Nmae"',
        'connections.agentos.wire."Nothing.At"',
        'connections.agentos.wire."Document.Content"',
    ]
    assert problems[0].cure == (
        "one of: Document.DocumentName, Document.MimeType, Document.Content, Document.Size"
    )
    assert "MaintenanceJobUpdateModel.noContractor" in problems[1].cure
    assert "cannot be left out" in problems[2].message


def test_no_other_name_can_be_asked_for() -> None:
    """A typo in our own code is found at once."""
    with pytest.raises(KeyError):
        Names().of("Document", "Nmae")


def test_the_flag_may_stand_in_the_body() -> None:
    """noContractor is a query parameter, or a field of the body where a correction says so."""
    assert Names().no_contractor == ("noContractor", False)
    moved = Names.from_wire({"MaintenanceJobUpdateModel.noContractor": "body:NoContractor"})
    assert moved.no_contractor == ("NoContractor", True)


def test_the_key_may_have_another_name() -> None:
    """The header of the key can be corrected like any name."""
    assert Names().api_key == "api_key"
    assert Names.from_wire({"Security.api_key": "ApiKey"}).api_key == "ApiKey"


def test_what_is_required_can_be_corrected() -> None:
    """Every required name is one that exists."""
    assert set(CORRECTABLE) >= REQUIRED
    assert len(set(CORRECTABLE)) == len(CORRECTABLE) == sum(map(len, WRITTEN.values())) + 2
