"""Invented records and hypothesis strategies for the tests of translate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from syncd.model import (
    Branch,
    DriverRule,
    JobId,
    JobRecord,
    Json,
    Person,
    Place,
    Preference,
    Surroundings,
    Tag,
    VisitRules,
)

LONDON = ZoneInfo("Europe/London")

JOB = JobRecord(
    job_id=JobId("mj-0009-4739"),
    reference="10452",
    title="Kitchen tap drips",
    description="The cold one.\n\nSince Monday.",
    status_id="st-1",
    status_name="Reported",
    priority="High",
    category="Plumbing",
    branch_id="br-1",
    property_id="pr-1",
    contractor_id="co-0009-4739",
    tenant_id="te-1",
    landlord_id="la-1",
    access="Key at the office.",
    reported_at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC),
    due=date(2026, 6, 9),
    closed_at=None,
    documents=None,
    invoices=None,
)

BRANCH = Branch("br-1", "Northgate", "Northgate Lettings", "01632 960000")

PLACE = Place(
    property_id="pr-1",
    reference="P-114",
    flat="Flat 2",
    number="14",
    street="Elm Road",
    district="Old Town",
    town="Aberdeen",
    county="Aberdeenshire",
    post_code="AB51 3QR",
    landlord_id="la-1",
)

ADA = Person("te-1", "Ms", "Ada", "Lovelace", ("07700 900001",))
BOB = Person("te-2", "", "Bob", "Builder", ("07700 900002",))

SURROUNDINGS = Surroundings(
    branch=BRANCH,
    place=PLACE,
    tenants=(ADA, BOB),
    access="Ring twice.",
    preferences=(Preference("Boiler", "Under contract"), Preference("Keys", "")),
)

RULES = VisitRules(
    connection="northgate",
    short_name="northgate",
    company_id="LPeaJNaLQT6RqcFdt",
    default_driver="FEn9BJz93svSNPx7p",
    doc_no="{reference}",
    doc_type="MAINTENANCE",
    duration_seconds=2700,
    due_days={"Emergency": 0, "High": 1, "Medium": 3, "Low": 7},
    skills={"plumbing": ("Plumber", "Installer")},
    drivers=(
        DriverRule("category", "electrical", "sparks"),
        DriverRule("postcode", "AB51", "north"),
        DriverRule("branch", "br-1", "branch"),
    ),
    fields=(
        {"name": "labour", "type": "number", "caption": "Hours", "step": "0.25", "min": 0},
        {"name": "invoice_total", "type": "number", "caption": "Amount", "step": 0.01, "min": 0},
    ),
    extra={"NPSMandatory": 1, "territory": "AB"},
    timezone="Europe/London",
)

TAG = Tag("northgate", JOB.job_id)

any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)
"""Text of every kind: controls, emoji, right to left, combining marks, halves of surrogates."""

hostile_line = st.one_of(
    any_text,
    st.builds(
        "{0} {1} {0}".format,
        st.integers(1, 9).map(lambda count: "-" * count),
        st.sampled_from(
            ["Job 10452", "Job 7", "End of job 10452", "End of job 7", "Access", "Preferences"]
        ),
    ),
    st.sampled_from(["syncd:northgate:mj-1", "", " ", "\t", "---", "مرحبا", "🔧\u2028", "\x00"]),
)
hostile_text = st.lists(hostile_line, max_size=8).flatmap(
    lambda rows: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(rows))
)
"""Several lines, some of which look like our own markers."""

person = st.builds(
    Person, any_text, any_text, any_text, any_text, st.lists(any_text, max_size=3).map(tuple)
)
place = st.builds(Place, any_text.map("pr{}".format), *[any_text] * 9)
branch = st.builds(Branch, *[any_text] * 4)


def job_with(**values: object) -> JobRecord:
    """The sample job with other values."""
    return replace(JOB, **values)  # type: ignore[arg-type]


def rules_with(**values: object) -> VisitRules:
    """The sample rules with other values."""
    return replace(RULES, **values)  # type: ignore[arg-type]


def answered(body: Mapping[str, Json], key: str = "yKQhJZ9B7PTT85kWc") -> dict[str, Json]:
    """A visit as LetsJobIt lists it after an upsert of this body."""
    state: dict[str, Json] = {"confirmClose": False, "inProgress": False, "closed": False}
    return {"_id": key, **state, "skipped": False, "skippedReasonId": "", **body}
