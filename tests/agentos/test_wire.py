"""Tests of AgentOS's records as they are read, under every name that the vendor may use."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from syncd.agentos.wire import (
    ALIASES,
    Branch,
    Contractor,
    CustomField,
    Job,
    Person,
    Preference,
    Property,
    StatusType,
    TenancyState,
)

MODELS = {
    "Branch": Branch,
    "Contractor": Contractor,
    "CustomField": CustomField,
    "Job": Job,
    "Person": Person,
    "Preference": Preference,
    "Property": Property,
    "StatusType": StatusType,
    "TenancyState": TenancyState,
}
TEXTS = [
    (model, field, alias)
    for model, aliases in ALIASES.items()
    if model in MODELS
    for field, names in aliases.items()
    if MODELS[model].model_fields[field].annotation == str | None
    for alias in names
]


@pytest.mark.parametrize(("model", "field", "alias"), TEXTS)
def test_every_alias_is_read(model: str, field: str, alias: str) -> None:
    """A text arrives under each of its names."""
    record = MODELS[model].model_validate({"OID": "oid-1", "ID": "oid-1", alias: "oid-1"})
    assert getattr(record, field) == "oid-1"


def test_the_tables_and_the_models_agree() -> None:
    """Each model reads exactly the fields of its table of aliases."""
    for name, model in MODELS.items():
        assert set(model.model_fields) == set(ALIASES[name])


@pytest.mark.parametrize("alias", ["ReportedAt", "Reported", "ReportedDate", "CreatedAt"])
def test_times_are_read_as_they_are_written(alias: str) -> None:
    """A time without an offset stays naive, one with an offset is aware; .NET's fractions too."""
    job = Job.model_validate({"OID": "j", alias: "2026-11-20T09:30:00"})
    assert job.reported_at == datetime(2026, 11, 20, 9, 30)
    job = Job.model_validate({"OID": "j", alias: "2026-11-20T09:30:00.1234567Z"})
    assert job.reported_at == datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "empty", [None, "", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z"], ids=repr
)
def test_an_empty_date_is_none(empty: str | None) -> None:
    """.NET writes "no date" as the first instant of its calendar."""
    assert Job.model_validate({"OID": "j", "ClosedDate": empty}).closed_date is None


def test_the_first_name_that_says_anything_wins() -> None:
    """A null under one name does not hide the value under another."""
    raw = {"OID": "j", "StatusID": None, "StatusOID": "", "StatusTypeID": "s-1", "Title": None}
    job = Job.model_validate(raw | {"IssueTitle": "Boiler"})
    assert (job.status_id, job.title) == ("s-1", "Boiler")


def test_an_object_in_place_of_its_identity_is_read() -> None:
    """Where a record nests what it refers to, its OID and its name are taken."""
    job = Job.model_validate(
        {
            "ID": 7,
            "Status": {"OID": "s-1", "Name": "Pending"},
            "Property": {"OID": "p-1"},
            "MainLandlord": {"ID": "l-1"},
            "Contractor": {"OID": "co-1", "CompanyName": "Brook Ltd"},
            "JobNumber": 1042,
        }
    )
    assert (job.oid, job.status_id, job.status_name) == ("7", "s-1", "Pending")
    assert (job.property_id, job.landlord_id) == ("p-1", "l-1")
    assert (job.contractor_id, job.contractor_name, job.reference) == ("co-1", "Brook Ltd", "1042")


def test_a_status_may_come_by_name_alone() -> None:
    """Where only a name is sent, it serves as both: settings name statuses by either."""
    job = Job.model_validate({"OID": "j", "Status": "Pending"})
    assert (job.status_id, job.status_name) == ("Pending", "Pending")


def test_lists_of_a_job_say_whether_they_exist() -> None:
    """An absent or null list of documents or invoices proves nothing; an empty one does."""
    nothing = Job.model_validate({"OID": "j", "Documents": None})
    assert (nothing.documents, nothing.invoices) == (None, None)
    assert (nothing.linked_tenants, nothing.notes) == ((), ())
    job = Job.model_validate(
        {
            "OID": "j",
            "Documents": [{"OID": "d", "DocumentName": "VISIT-1.pdf", "Size": 3}],
            "Invoices": [{"ID": "i", "InvoiceNumber": "H-1", "InvoiceAmount": Decimal("120.50")}],
            "MaintenanceNotes": [{"OID": "j", "NoteContents": "call first"}],
        }
    )
    assert job.documents is not None
    assert job.invoices is not None
    assert (job.documents[0].name, job.documents[0].size) == ("VISIT-1.pdf", 3)
    assert (job.invoices[0].number, job.invoices[0].amount) == ("H-1", Decimal("120.50"))
    assert job.notes[0].text == "call first"


def test_a_property_knows_its_people() -> None:
    """The latest tenancy with its tenants, and the landlord, are read where they are nested."""
    record = Property.model_validate(
        {
            "OID": "p",
            "ManagedMaintenance": True,
            "AddressNumber": 12,
            "LatestTenancy": {
                "OID": "t",
                "AccessArrangements": "key safe",
                "AccessMobile1": "07700 900123",
                "LinkedTenants": [{"OID": "x", "Surname": "Okafor", "PhoneNumber": "07700900124"}],
            },
            "MainLandlord": {"OID": "l", "Surname": "Brook"},
        }
    )
    assert (record.number, record.landlord_id) == ("12", "l")
    assert record.latest_tenancy is not None
    assert record.latest_tenancy.access == "key safe"
    assert record.latest_tenancy.linked_tenants[0].mobile_phone == "07700900124"
    assert record.main_landlord is not None
    assert record.main_landlord.surname == "Brook"


def test_what_is_not_known_is_kept() -> None:
    """A field without an alias stays on the record."""
    job = Job.model_validate({"OID": "j", "WarrantyUntil": "2027"})
    assert job.model_extra == {"WarrantyUntil": "2027"}


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"OID": None},
        {"OID": ""},
        {"OID": True},
        {"OID": ["a"]},
        {"OID": "j", "Title": {"a": ["b"]}, "ClosedDate": "soon"},
        {"OID": "j", "ClosedDate": 20261120},
        {"OID": "j", "Title": True},
        {"OID": "j", "Documents": "none"},
        {"OID": "j", "Documents": [None]},
        {"OID": "j", "Invoices": [{"Amount": "much"}]},
        {"OID": "j", "Invoices": [{"Amount": False}]},
        [],
        None,
    ],
    ids=repr,
)
def test_a_record_that_makes_no_sense_is_set_aside(raw: object) -> None:
    """A wrong type or a missing OID is one record's validation error, which shows no value."""
    with pytest.raises(ValidationError) as caught:
        Job.model_validate(raw)
    assert "input_value" not in str(caught.value)


def test_a_custom_field_holds_any_value() -> None:
    """The value of a custom field may be any JSON, also none."""
    for value in (None, "x", Decimal("1.5"), ["a"], {"b": 1}):
        assert CustomField.model_validate({"ID": "f", "Value": value}).value == value


def test_a_record_shows_nothing_personal() -> None:
    """The representation of a person is its OID."""
    person = Person.model_validate({"OID": "x", "Surname": "Okafor", "Phone": "07700 900123"})
    assert repr(person) == "Person(oid='x')"
    assert "Okafor" not in str(person)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(0, 9, places=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(sorted({a for names in ALIASES["Job"].values() for a in names} | {"Extra"}))


@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_anything_is_read_or_set_aside(raw: dict[str, object]) -> None:
    """Whatever a vendor sends in place of a job ends as a job or as a validation error."""
    try:
        job = Job.model_validate({"OID": "j", **raw})
    except ValidationError:
        return
    assert job.oid
