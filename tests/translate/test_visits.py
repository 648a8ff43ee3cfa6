"""Tests of LetsJobIt's visits as records and as works orders."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import BadRecord
from syncd.letsjobit.wire import Visit
from syncd.model import Field, VisitRecord
from syncd.translate.obs import Sections, replace
from syncd.translate.tags import tag_field, write_tag
from syncd.translate.visits import visit_record, works_order_from_visit
from tests.translate.made import LONDON, RULES, TAG, any_text, hostile_text

# The sample of LetsJobIt API v2, Get All Visits, without what syncd does not read.
SAMPLE: dict[str, Any] = {
    "_id": "yKQhJZ9B7PTT85kWc",
    "driverId": "FEn9BJz93svSNPx7p",
    "name": "Liam",
    "date": "2020-03-31",
    "totalJobs": 1,
    "id": 10816703,
    "docType": "CALL OUT",
    "docNo": "H-017623",
    "customer": "The Green Sleeve",
    "siteId": "30101308",
    "site": "The Green Sleeve",
    "address": "999 West High Street",
    "postCode": "AB51 3QR",
    "city": "INVERURIE",
    "obs": "Contact: The Green Sleeve \r\n AQUARIUS TONE7/3 2001\r\nAccess 9am - 5.30pm\r\n",
    "contactPerson": "John",
    "contactPhone": "07700 900006",
    "priority": "3",
    "inMobileApp": True,
    "companyId": "LPeaJNaLQT6RqcFdt",
    "required_skills": ["Plumber", "Hot water technician", "Installer"],
    "confirmClose": True,
    "inProgress": False,
    "closed": "1",
    "skipped": 0,
    "signature": "/9j/4AAQSkZJRgABAQEAAAAAA",
    "closeDate": "2020-03-24 15:45",
    "skippedReasonId": "",
}


def read(path_id: str = "_id", **values: Any) -> VisitRecord:
    """The visit that the vendor's sample with these values makes."""
    return visit_record(Visit.model_validate({**SAMPLE, **values}), LONDON, path_id=path_id)


def test_the_vendors_sample_visit() -> None:
    """The documented sample is read, whatever type it gives a number or a truth value."""
    visit = read()
    assert (visit.visit_id, visit.visit_key) == (10816703, "yKQhJZ9B7PTT85kWc")
    assert (visit.priority, visit.site_id) == (3, "30101308")
    assert (visit.is_in_app, visit.is_in_progress) == (True, False)
    assert (visit.is_closed, visit.is_confirmed, visit.is_skipped) == (True, True, False)
    assert visit.closed_at == datetime(2020, 3, 24, 15, 45, tzinfo=UTC)
    assert (visit.has_lines, visit.tag) == (False, None)
    assert visit.skills == ("Plumber", "Hot water technician", "Installer")
    assert not hasattr(visit, "signature")


def test_the_path_may_take_the_erp_id() -> None:
    """Where the account's paths take the ERP id, that is the visit's key."""
    assert read(path_id="id").visit_key == "10816703"
    assert read(path_id="id", id=None).visit_key == "yKQhJZ9B7PTT85kWc"
    assert read(_id=None).visit_key == "10816703"


def test_a_visit_that_people_made_has_a_stand_in_for_its_id() -> None:
    """A visit without a usable ERP id is read all the same, under a negative id of its own."""
    made = [read(id=value, _id=key) for key in ("a", "b") for value in (None, 0, -5, 2**60)]
    assert {visit.visit_id < 0 for visit in made} == {True}
    assert len({visit.visit_id for visit in made}) == 2


def test_a_visit_without_any_identity_is_a_bad_record() -> None:
    """Neither _id nor id: nobody could ever change it."""
    with pytest.raises(BadRecord, match="neither _id nor id"):
        read(_id=None, id=None)


def test_what_the_vendor_does_not_say() -> None:
    """A visit that says nothing of its state is open and in the app."""
    visit = visit_record(Visit.model_validate({"_id": "a"}), LONDON)
    assert visit.is_in_app
    states = (visit.is_closed, visit.is_in_progress, visit.is_skipped, visit.is_confirmed)
    assert states == (False, False, False, False)
    assert (visit.date, visit.priority, visit.doc_no) == ("", None, "")


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [("2020-03-31T00:00:00", "2020-03-31"), (" 2020-03-31 ", "2020-03-31"), ("soon", "soon")],
)
def test_the_day_of_a_visit(sent: str, read_as: str) -> None:
    """A day with a time is that day; what is no day stays visible."""
    assert read(date=sent).date == read_as


def test_the_tag_is_read_from_the_line_first() -> None:
    """The line's field counts before obs, its value before its description."""
    other = replace("", Sections("", "", ""), reference="1", tag=None) + "\nsyncd:northgate:mj-2"
    field = dict(tag_field(TAG))
    for extra in (field, {**field, "value": None}, {**field, "description": ""}):
        row = {"actionItem": True, "description": "x", "extraData": [{"name": "a"}, extra]}
        visit = read(lines=[row], obs=other)
        assert (visit.tag, visit.has_lines) == (TAG, True)


def test_the_tag_is_read_from_obs_where_lines_are_missing() -> None:
    """Accounts whose answers show no lines have the tag in obs."""
    obs = replace("", Sections("x", "", ""), reference="H-017623", tag=TAG)
    assert read(obs=obs).tag == TAG
    assert read(obs=f"Note\n{write_tag(TAG)}").tag == TAG
    assert read(lines=None).tag is None


def test_obs_without_our_block_never_equals_what_a_job_says() -> None:
    """Without a block the whole of obs is the description, marked as not ours; access is empty."""
    values = works_order_from_visit(read(), RULES).values
    assert values[Field.DESCRIPTION] == {
        "text": "Contact: The Green Sleeve\n AQUARIUS TONE7/3 2001\nAccess 9am - 5.30pm",
        "isOurs": False,
    }
    assert values[Field.ACCESS] == {"access": "", "preferences": ""}
    assert values[Field.CATEGORY] == {
        "required_skills": ["Hot water technician", "Installer", "Plumber"]
    }
    assert values[Field.PRIORITY] == {"priority": 3}
    assert set(values) == set(Field)


texts = {
    name: hostile_text | st.none()
    for name in ("obs", "docNo", "customer", "date", "closeDate", "skippedReasonId", "city")
}


@given(st.fixed_dictionaries({}, optional=texts))
def test_any_text_in_a_visit_is_read(values: dict[str, Any]) -> None:
    """No text in a visit stops it from being read and understood."""
    order = works_order_from_visit(read(**values), RULES)
    assert set(order.values) == set(Field)


@given(st.dictionaries(st.sampled_from(sorted(SAMPLE)), any_text | st.none() | st.just([])))
def test_anything_in_a_visit_is_read_or_refused(values: dict[str, Any]) -> None:
    """Whatever stands in a visit, it is read or refused as one record."""
    try:
        visit = read(**values)
    except (BadRecord, ValueError):
        return
    assert visit.visit_key
