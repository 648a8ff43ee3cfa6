"""Tests of records as content of the store."""

import json
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import BadRecord
from syncd.model import (
    Branch,
    JobRecord,
    Person,
    Place,
    Preference,
    Surroundings,
    Tenancy,
    VisitRecord,
)
from syncd.translate import content
from tests.translate.made import JOB, any_text

KINDS = [JobRecord, VisitRecord, Branch, Place, Person, Tenancy, Preference, Surroundings]
BUILT = {
    str: any_text,
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=2),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def record_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any record of this kind, or any value of a type that a record's field may have."""
    kind = getattr(kind, "__supertype__", kind)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of([record_of(each) for each in get_args(kind)])
    if get_origin(kind) is tuple:
        return st.lists(record_of(get_args(kind)[0]), max_size=2).map(tuple)
    if is_dataclass(kind):
        parts = {name: record_of(hint) for name, hint in get_type_hints(kind).items()}
        return st.builds(kind, **parts)
    return BUILT[kind] if kind in BUILT else st.from_type(kind)


@given(st.one_of([record_of(kind) for kind in KINDS]))
def test_every_record_comes_back_from_json(record: Any) -> None:
    """What is written, sent through JSON and read is the same record."""
    stored = json.loads(json.dumps(content.written(record)))
    assert content.read(type(record), stored) == record


def test_content_is_plain() -> None:
    """Content stands under the record's own names, with days, instants and amounts as text."""
    stored = content.written(JOB)
    assert stored["reference"] == "10452"
    assert stored["reported_at"] == "2026-06-01T23:30:00+00:00"
    assert stored["due"] == "2026-06-09"
    assert stored["documents"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"title": 7},
        {"title": None},
        {"due": "tomorrow"},
        {"due": 20260609},
        {"reported_at": "2026-06-01T23:30:00"},
        {"documents": "none"},
        {"documents": [7]},
        {"invoices": [{"invoice_id": "", "number": "", "amount": "x", "status": ""}]},
    ],
    ids=repr,
)
def test_content_of_another_shape_is_a_bad_record(change: dict[str, object]) -> None:
    """A content that cannot be read is said to be bad, and never half read."""
    with pytest.raises(BadRecord, match="the stored JobRecord cannot be read"):
        content.read(JobRecord, content.written(JOB) | change)


def test_a_missing_or_foreign_content_is_a_bad_record() -> None:
    """Neither a list nor an object without a field that has no default is a record."""
    for stored in ([], None, {}, "text"):
        with pytest.raises(BadRecord):
            content.read(JobRecord, stored)
    assert content.read(Surroundings, {}) == Surroundings()
    assert content.read(Preference, {"name": "a", "notes": "b", "later": 1}).notes == "b"


def test_only_records_are_written() -> None:
    """Writing anything but a record is a mistake of the program."""
    with pytest.raises(TypeError):
        content.written(date(2026, 6, 1))
