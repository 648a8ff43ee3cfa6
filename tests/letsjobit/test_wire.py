"""Tests of LetsJobIt's records as they are read."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from syncd.letsjobit.wire import ExtraField, Line, Visit
from tests.vendor.samples import sample_new_visit, sample_visit


def test_the_vendors_sample_comes_back_unchanged() -> None:
    """The documented visit goes through the model and back, to the last digit and type."""
    for raw in (sample_visit(), sample_new_visit()):
        visit = Visit.model_validate(raw)
        back = visit.as_sent()
        assert back == raw
        assert set(visit.model_dump(by_alias=True, exclude_unset=True)) == set(raw)
        assert {name: type(value) for name, value in back.items()} == {
            name: type(value) for name, value in raw.items()
        }


def test_every_documented_field_is_known_by_name() -> None:
    """No field of the documented visits ends among the unknown, except two about the app."""
    unknown = Visit.model_validate(sample_visit()).model_extra
    assert unknown is not None
    assert set(unknown) == {
        "geocoding",
        "showDiscountAndBonusOnItemsOnOrder",
        "createdUser",
        "hasChangesToSync",
        "servicing",
        "appClientVersion",
    }


def test_the_sample_is_understood() -> None:
    """Numbers sent as text, the misspelt name and the two meanings of closed are read."""
    visit = Visit.model_validate(sample_visit())
    assert (visit.internal_id, visit.erp_id, visit.site_id) == (
        "yKQhJZ9B7PTT85kWc",
        10816703,
        "30101308",
    )
    assert (visit.priority, visit.signee_rating) == (3, Decimal(5))
    assert (visit.is_closed, visit.is_confirmed, visit.is_skipped) == (True, True, False)
    assert visit.modified_at == "2020-03-24 15:45:38"
    assert visit.closed_at == "2020-03-24 15:45"
    assert visit.required_skills == ("Plumber", "Hot water technician", "Installer")
    assert visit.time_windows[0].earliest == 30600
    assert visit.lines is None


@pytest.mark.parametrize("sent", [True, 1, "1", "true", "True", Decimal(1)], ids=repr)
def test_what_means_yes_is_read_as_true(sent: object) -> None:
    """The vendor says yes in four ways."""
    assert Visit.model_validate({"inMobileApp": sent}).is_in_mobile_app is True


@pytest.mark.parametrize("sent", [False, 0, "0", "false"], ids=repr)
def test_what_means_no_is_read_as_false(sent: object) -> None:
    """The vendor says no in four ways, none of which may be taken for a yes."""
    assert Visit.model_validate({"inMobileApp": sent}).is_in_mobile_app is False


@pytest.mark.parametrize("sent", [None, ""], ids=repr)
def test_nothing_said_is_neither(sent: object) -> None:
    """An absent, null or empty flag says nothing."""
    assert Visit.model_validate({"inMobileApp": sent}).is_in_mobile_app is None
    assert Visit.model_validate({}).is_in_mobile_app is None


@pytest.mark.parametrize(
    "raw",
    [
        {"closed": "maybe"},
        {"closed": 2},
        {"closed": []},
        {"priority": "high"},
        {"priority": True},
        {"priority": "2.5"},
        {"id": {}},
        {"customer": ["a"]},
        {"customer": True},
        {"lines": "none"},
        {"lines": [None]},
        {"required_skills": [1]},
    ],
)
def test_a_value_that_cannot_mean_its_field_sets_the_record_aside(raw: dict[str, object]) -> None:
    """A wrong type is one record's validation error, which does not show the value."""
    with pytest.raises(ValidationError) as caught:
        Visit.model_validate(raw)
    assert "input_value" not in str(caught.value)


def test_lines_carry_what_the_engineer_entered() -> None:
    """The value of a custom field is kept as it was sent, whatever its type."""
    raw = {
        "actionItem": "1",
        "description": "Leak",
        "extraData": [
            {"name": "invoice_total", "type": "number", "value": "120.00", "step": 0.01},
            {"name": "hours", "type": "number", "value": Decimal("1.5"), "unknown": [1]},
        ],
    }
    visit = Visit.model_validate({"lines": [raw]})
    assert visit.lines is not None
    line: Line = visit.lines[0]
    assert line.is_action is True
    entered: tuple[ExtraField, ...] = line.extra_fields
    assert [field.value for field in entered] == ["120.00", Decimal("1.5")]
    assert visit.as_sent() == {"lines": [raw]}


def test_null_lists_are_empty() -> None:
    """The vendor returns null where there is no sub-contractor; that is an empty list."""
    visit = Visit.model_validate({"subContractorIds": None, "time_windows": None, "lines": None})
    assert (visit.sub_contractor_ids, visit.time_windows, visit.lines) == ((), (), None)
    assert visit.as_sent() == {"subContractorIds": None, "time_windows": None, "lines": None}


def test_a_visit_shows_nothing_personal() -> None:
    """The representation of a visit has no signature, no name and no phone."""
    visit = Visit.model_validate(sample_visit())
    assert visit.signature is not None
    assert repr(visit) == "Visit()"
    assert str(visit) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(0, 9, places=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["id", "closed", "priority", "obs", "lines", "siteId", "lat", "x y"])


@given(st.dictionaries(NAMES, JSON))
def test_whatever_is_read_can_be_given_back(raw: dict[str, object]) -> None:
    """Any record is either set aside or given back exactly as it came."""
    try:
        visit = Visit.model_validate(raw)
    except ValidationError:
        return
    assert visit.as_sent() == raw
