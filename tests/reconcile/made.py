"""Invented links, jobs, visits and policies for the tests of reconcile."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from syncd.model import (
    Base,
    Change,
    Field,
    InboxKind,
    JobId,
    JobRecord,
    JobState,
    Json,
    Link,
    LinkId,
    Owner,
    StatusRoles,
    Tag,
    VisitId,
    VisitRecord,
    VisitState,
    WorksOrder,
)
from syncd.reconcile.links import NewVisit, Policy, View

OUR_CONTRACTOR = "co-0009-4739"

ROLES = StatusRoles(
    visit_when=frozenset({"st-reported", "st-pending"}),
    in_progress="st-progress",
    awaiting_access="st-access",
    completed="st-completed",
    cancelled=frozenset({"st-cancelled", "st-rejected"}),
    names={
        "reported": "st-reported",
        "in progress": "st-progress",
        "quoted": "st-quoted",
        "cancelled": "st-cancelled",
        "completed": "st-completed",
    },
)

STATUS_TYPES = frozenset(
    {
        "st-reported",
        "st-pending",
        "st-progress",
        "st-access",
        "st-completed",
        "st-cancelled",
        "st-rejected",
        "st-quoted",
    }
)

JOB = JobRecord(
    job_id=JobId("mj-0009-4739"),
    reference="10452",
    title="Kitchen tap drips",
    description="The cold one.",
    status_id="st-reported",
    status_name="Reported",
    priority="High",
    category="Plumbing",
    branch_id="br-1",
    property_id="pr-1",
    contractor_id=OUR_CONTRACTOR,
    tenant_id="te-1",
    landlord_id="la-1",
    access="",
    reported_at=None,
    due=None,
    closed_at=None,
    documents=None,
    invoices=None,
)

VISIT = VisitRecord(
    visit_id=VisitId(4503599627370),
    visit_key="yKQhJZ9B7PTT85kWc",
    doc_no="10452",
    company_id="LPeaJNaLQT6RqcFdt",
    date="2026-06-09",
    driver_id="FEn9BJz93svSNPx7p",
    customer="Northgate Lettings",
    site="14 Elm Road",
    site_id="pr-1",
    address="14 Elm Road",
    city="Aberdeen",
    post_code="AB51 3QR",
    contact_person="Ada Lovelace",
    contact_phone="07700 900001",
    obs="",
    priority=2,
    skills=(),
    is_in_app=True,
    is_in_progress=False,
    is_closed=False,
    is_confirmed=False,
    is_skipped=False,
    skip_reason="",
    closed_at=None,
    has_lines=True,
    tag=Tag("northgate", JobId("mj-0009-4739")),
)

LINK = Link(
    link_id=LinkId(7),
    connection="northgate",
    job_id=JOB.job_id,
    visit_id=VISIT.visit_id,
    visit_key=VISIT.visit_key,
    doc_no="10452",
    occurrence=1,
    salt=0,
    is_ours=True,
    is_withdrawn=False,
    is_open=True,
    reported_from=None,
    was_completed=False,
    branch_id="br-1",
    property_id="pr-1",
    settled=None,
    job_missed=0,
)

SAID: Mapping[Field, Json] = {
    Field.DESCRIPTION: {"text": "The cold one."},
    Field.PRIORITY: {"priority": 2},
    Field.DATE: {"date": "2026-06-09"},
    Field.DRIVER: {"driverId": "FEn9BJz93svSNPx7p"},
}
"""What both sides say of the work while nobody changed anything."""

AGREED = Base(SAID, SAID)

OWNERS = {name: Owner.AGENTOS for name in Field} | {
    Field.DATE: Owner.LETSJOBIT,
    Field.DRIVER: Owner.LETSJOBIT,
}

NEXT_ID = VisitId(4503599627999)

_VISITS: Mapping[VisitState, Mapping[str, bool]] = {
    VisitState.OPEN: {},
    VisitState.HIDDEN: {"is_in_app": False},
    VisitState.IN_PROGRESS: {"is_in_progress": True},
    VisitState.SKIPPED: {"is_skipped": True},
    VisitState.CLOSED: {"is_closed": True},
    VisitState.CONFIRMED: {"is_closed": True, "is_confirmed": True},
}

STATUS_OF = {
    JobState.WANTED: "st-reported",
    JobState.UNDER_WAY: "st-progress",
    JobState.OTHER: "st-quoted",
    JobState.COMPLETED: "st-completed",
    JobState.CANCELLED: "st-cancelled",
    JobState.NOT_OURS: "st-reported",
}


def view(
    visit_state: VisitState,
    job_state: JobState,
    *,
    link: Mapping[str, Any] | None = None,
    visit: Mapping[str, Any] | None = None,
    status: str | None = None,
    job_says: Mapping[Field, Json] | None = None,
    visit_says: Mapping[Field, Json] | None = None,
    base: Base | None = AGREED,
    has_our_invoice: bool = False,
) -> View:
    """A link in one cell of the state table, both sides in step unless something is said."""
    seen = None
    if visit_state in _VISITS:
        seen = replace(VISIT, **{**_VISITS[visit_state], **(visit or {})})
    at = {"is_withdrawn": visit_state is VisitState.HIDDEN, **(link or {})}
    if visit_state is VisitState.NONE:
        at |= {"visit_id": None, "visit_key": None}
    job = None
    if job_state is not JobState.GONE:
        job = replace(JOB, status_id=status or STATUS_OF[job_state])
    return View(
        link=replace(LINK, **at),
        job=job,
        job_state=job_state,
        job_order=WorksOrder({**SAID, **(job_says or {})}),
        visit=seen,
        visit_state=visit_state,
        visit_order=WorksOrder({**SAID, **(visit_says or {})}),
        base=base,
        has_our_invoice=has_our_invoice,
    )


def policy(
    *,
    answers: Mapping[tuple[InboxKind, str], str] | None = None,
    open_topics: frozenset[tuple[InboxKind, str]] = frozenset(),
    withdraw: str = "hide",
    roles: StatusRoles = ROLES,
    owners: Mapping[Field, Owner] = OWNERS,
) -> Policy:
    """A policy whose translation spells each field of a visit as one change."""
    return Policy(
        connection="northgate",
        owners=owners,
        withdraw=withdraw,
        answers=answers or {},
        open_topics=open_topics | (answers or {}).keys(),
        roles=roles,
        new_visit=lambda _: NewVisit(NEXT_ID, 2, 0, {"id": int(NEXT_ID), "date": "2026-06-10"}),
        visit_changes=_spelled,
    )


def _spelled(of: View, changed: Mapping[Field, Json]) -> Mapping[str, Change]:
    before = of.visit_order.values
    return {name.value: Change(before.get(name), value) for name, value in changed.items()}
