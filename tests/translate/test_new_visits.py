"""Tests of works orders as new visits, and of the way back."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.errors import BadRecord
from syncd.letsjobit.names import mistakes_in
from syncd.letsjobit.wire import Visit
from syncd.model import (
    JobRecord,
    Surroundings,
    VisitId,
    VisitRules,
    WorksOrder,
)
from syncd.translate.canonical import line, text
from syncd.translate.new_visits import LONGEST_LINE, amount_field, new_visit
from syncd.translate.visits import visit_record, works_order_from_visit
from syncd.translate.works_orders import works_order_from_job
from tests.translate.made import (
    JOB,
    LONDON,
    RULES,
    SURROUNDINGS,
    TAG,
    answered,
    any_text,
    branch,
    hostile_text,
    job_with,
    person,
    place,
    rules_with,
)

TODAY = date(2026, 6, 2)


def made(
    job: JobRecord = JOB,
    around: Surroundings = SURROUNDINGS,
    rules: VisitRules = RULES,
    **options: Any,
) -> dict[str, Any]:
    """The visit made for a job."""
    order = works_order_from_job(job, around, rules)
    return new_visit(job, order, rules, visit_id=VisitId(77), today=TODAY, **options)


def seen(body: dict[str, Any], rules: VisitRules = RULES) -> WorksOrder:
    """What the visit says when it is read back."""
    return works_order_from_visit(visit_record(Visit.model_validate(answered(body)), LONDON), rules)


def test_a_whole_visit() -> None:
    """A new visit carries everything that LetsJobIt requires and all that is configured."""
    assert made() == {
        "id": 77,
        "docNo": "10452",
        "docType": "MAINTENANCE",
        "companyId": "LPeaJNaLQT6RqcFdt",
        "driverId": "north",
        "date": "2026-06-09",
        "customer": "Northgate Lettings",
        "site": "Flat 2, 14 Elm Road",
        "siteId": "P-114",
        "address": "Flat 2, 14 Elm Road, Old Town",
        "city": "Aberdeen",
        "postCode": "AB51 3QR",
        "country": "GB",
        "contactPerson": "Ms Ada Lovelace",
        "contactPhone": "07700 900001",
        "obs": "\n".join(
            [
                "--- Job 10452 ---",
                "Kitchen tap drips",
                "The cold one.",
                "",
                "Since Monday.",
                "--- Access ---",
                "Key at the office.",
                "--- Preferences ---",
                "Boiler: Under contract",
                "Keys",
                "--- End of job 10452 ---",
                "syncd:northgate:mj-0009-4739",
            ]
        ),
        "priority": 2,
        "required_skills": ["Installer", "Plumber"],
        "duration": 2700,
        "inMobileApp": 1,
        "NPSMandatory": 1,
        "territory": "AB",
        "lines": [
            {
                "actionItem": True,
                "id": 1,
                "qty": 1,
                "description": "Kitchen tap drips",
                "jobType": "Plumbing",
                "extraData": [
                    {
                        "type": "text",
                        "name": "syncd",
                        "caption": "AgentOS job",
                        "description": "syncd:northgate:mj-0009-4739",
                        "value": "syncd:northgate:mj-0009-4739",
                        "readonly": "readonly",
                    },
                    {
                        "name": "labour",
                        "type": "number",
                        "caption": "Hours",
                        "step": 0.25,
                        "min": 0,
                    },
                    {
                        "name": "invoice_total",
                        "type": "number",
                        "caption": "Amount",
                        "step": 0.01,
                        "min": 0,
                    },
                ],
            }
        ],
    }


def test_the_tag_may_stay_out_of_obs() -> None:
    """Where answers are known to show lines, obs ends with the block; the tag is found still."""
    body = made(tag_in_obs=False)
    assert body["obs"].endswith("--- End of job 10452 ---")
    assert visit_record(Visit.model_validate(answered(body)), LONDON).tag == TAG


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ({"due": date(2026, 6, 1)}, "2026-06-02"),
        ({"due": date(2026, 6, 3)}, "2026-06-03"),
        ({"due": None, "reported_at": None, "priority": "Medium"}, "2026-06-05"),
        ({"due": None, "reported_at": None, "priority": "Emergency"}, "2026-06-02"),
        ({"due": None, "priority": "Emergency"}, "2026-06-02"),
    ],
    ids=repr,
)
def test_a_new_visit_is_never_in_the_past(values: dict[str, Any], day: str) -> None:
    """The date is the due day, else what the priority allows from today, never before today."""
    assert made(job_with(**values))["date"] == day


def test_the_action_line_always_says_something() -> None:
    """The line is the title on one row of bearable length, else the next best that is known."""
    row = made(job_with(title="x" * 500))["lines"][0]
    assert len(row["description"]) == LONGEST_LINE
    assert made(job_with(title=""))["lines"][0]["description"] == "The cold one."
    bare = made(job_with(title="", description="", category=""))["lines"][0]
    assert bare["description"] == "Job 10452"
    assert "jobType" not in bare


def test_configured_fields_cannot_replace_our_own() -> None:
    """A configured field with the tag's name is left out, and extra never replaces what we say."""
    rules = rules_with(fields=({"name": "syncd"},), extra={"docNo": "x", "country": "IE"})
    body = made(rules=rules)
    assert [each["name"] for each in body["lines"][0]["extraData"]] == ["syncd"]
    assert (body["docNo"], body["country"]) == ("10452", "IE")


def test_the_amount_field_takes_pounds_and_pence() -> None:
    """The engineer enters the amount as a number, not below nothing, in steps of a penny."""
    field = amount_field("invoice_total")
    assert (field["type"], field["step"], field["min"]) == ("number", 0.01, 0)
    body = made(rules=rules_with(fields=(field,)))
    assert body["lines"][0]["extraData"][1] == field
    assert mistakes_in(body, is_complete=True) == ()


def test_a_job_whose_property_is_unknown_gets_no_visit_yet() -> None:
    """Without an address the visit cannot be made; the job is parked with that reason."""
    with pytest.raises(BadRecord, match="the property of the job is not known"):
        made(around=Surroundings())


jobs = st.builds(
    job_with,
    reference=any_text.map(line).map(lambda made_up: made_up or "mj"),
    title=any_text.map(line),
    description=hostile_text.map(text),
    priority=any_text.map(line),
    category=any_text.map(line) | st.just("Plumbing"),
    access=hostile_text.map(text),
    due=st.none() | st.dates(date(2026, 6, 2), date(2027, 1, 1)),
)
surrounded = st.builds(
    Surroundings,
    branch=st.none() | branch,
    place=place,
    tenants=st.lists(person, max_size=2).map(tuple),
    contacts=st.lists(person, max_size=1).map(tuple),
    access=hostile_text,
)


@given(jobs, surrounded, st.sampled_from(["{reference}", "AOS-{reference}"]), st.booleans())
def test_a_visit_says_what_its_job_says(
    job: JobRecord, around: Surroundings, template: str, tag_in_obs: bool
) -> None:
    """Whatever a job says comes back, field by field, from the visit that is made for it."""
    rules = rules_with(doc_no=template)
    body = made(job, around, rules, tag_in_obs=tag_in_obs)
    asked = works_order_from_job(job, around, rules).values
    told = seen(body, rules).values
    assert {name: told[name] for name in asked} == dict(asked)
    assert mistakes_in(body, is_complete=True) == ()


@given(jobs, surrounded)
def test_making_a_visit_is_deterministic(job: JobRecord, around: Surroundings) -> None:
    """The same job makes the same visit."""
    assert made(job, around) == made(job, around)
