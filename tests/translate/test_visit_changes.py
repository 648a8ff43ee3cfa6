"""Tests of changes to a visit that exists."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.letsjobit.names import mistakes_in
from syncd.letsjobit.wire import Visit
from syncd.model import Change, Field, JobRecord, Surroundings, VisitRecord
from syncd.translate.canonical import text
from syncd.translate.visit_changes import explain_changes, visit_changes
from syncd.translate.visits import visit_record, works_order_from_visit
from syncd.translate.works_orders import works_order_from_job
from tests.translate.made import (
    BOB,
    JOB,
    LONDON,
    RULES,
    SURROUNDINGS,
    answered,
    hostile_text,
    job_with,
)
from tests.translate.test_new_visits import jobs, made, surrounded

BODY = made()


def visit_of(body: dict[str, Any]) -> VisitRecord:
    """The visit as it is read back after a write of this body."""
    return visit_record(Visit.model_validate(answered(body)), LONDON)


VISIT = visit_of(BODY)


def test_only_what_differs_is_written() -> None:
    """A PUT carries the changed visit fields of a changed field, and no others."""
    order = works_order_from_job(JOB, replace(SURROUNDINGS, tenants=(BOB,)), RULES)
    contact = {Field.CONTACT: order.values[Field.CONTACT]}
    assert visit_changes(contact, VISIT, rules=RULES) == {
        "contactPerson": "Bob Builder",
        "contactPhone": "07700 900002",
    }
    assert visit_changes({Field.PRIORITY: {"priority": 1}}, VISIT, rules=RULES) == {"priority": 1}
    assert visit_changes(works_order_from_visit(VISIT, RULES).values, VISIT, rules=RULES) == {}


def test_a_new_description_keeps_access_tag_and_the_notes_of_others() -> None:
    """Inside obs only the changed section changes; others' words and our tag stay."""
    visit = replace(VISIT, obs=f"Dog in garden\n{VISIT.obs}\nParking at the back")
    told = {Field.DESCRIPTION: {"text": "Bath tap drips"}}
    body = visit_changes(told, visit, rules=RULES)
    assert set(body) == {"obs"}
    rows = str(body["obs"]).split("\n")
    assert rows[:3] == ["Dog in garden", "--- Job 10452 ---", "Bath tap drips"]
    assert rows[3:5] == ["--- Access ---", "Key at the office."]
    assert rows[-2:] == ["syncd:northgate:mj-0009-4739", "Parking at the back"]


def test_a_lost_block_is_written_whole() -> None:
    """Where someone cleared obs, restoring one section restores the others from the job."""
    order = works_order_from_job(JOB, SURROUNDINGS, RULES)
    visit = replace(VISIT, obs="Parking at the back")
    told = {Field.DESCRIPTION: order.values[Field.DESCRIPTION]}
    body = visit_changes(told, visit, rules=RULES, order=order)
    after = works_order_from_visit(replace(visit, obs=str(body["obs"])), RULES)
    assert after.values[Field.ACCESS] == order.values[Field.ACCESS]
    assert str(body["obs"]).startswith("Parking at the back\n\n--- Job 10452 ---\n")


@given(jobs, surrounded, jobs, surrounded, st.sets(st.sampled_from(Field)))
def test_after_the_changes_the_visit_says_them(
    first: JobRecord,
    around_first: Surroundings,
    second: JobRecord,
    around_second: Surroundings,
    names: set[Field],
) -> None:
    """Any set of fields can be brought to any other job's values; the others stay as they were."""
    body = made(first, around_first)
    asked = works_order_from_job(second, around_second, RULES).values
    changed = {name: asked[name] for name in names if name in asked}
    before = works_order_from_visit(visit_of(body), RULES).values
    changes = visit_changes(changed, visit_of(body), rules=RULES)
    assert mistakes_in(changes, is_complete=False) == ()
    after = works_order_from_visit(visit_of({**body, **changes}), RULES).values
    assert after == {**before, **changed}


@given(jobs, hostile_text)
def test_unchanged_fields_need_no_write(job: JobRecord, note: str) -> None:
    """Writing what the visit says already is no change, whatever others wrote in obs."""
    visit = visit_of(made(job))
    noted = replace(visit, obs=f"{text(note)}\n{visit.obs}")
    values = works_order_from_visit(noted, RULES).values
    assert visit_changes(values, noted, rules=RULES).keys() <= {"obs"}
    assert visit_changes(works_order_from_visit(visit, RULES).values, visit, rules=RULES) == {}


def test_changes_are_explained_by_visit_field() -> None:
    """A person sees each visit field before and after; everything is new in a new visit."""
    body = {"priority": 1, "inMobileApp": 0, "confirmClose": 1}
    assert explain_changes(body, VISIT) == {
        "priority": Change(2, 1),
        "inMobileApp": Change(1, 0),
        "confirmClose": Change(0, 1),
    }
    assert explain_changes(BODY, None)["docNo"] == Change(None, "10452")
    assert job_with().reference == "10452"
