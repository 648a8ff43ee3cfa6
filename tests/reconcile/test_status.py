"""Tests of the state machine: the whole table, and how each side's state is told."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from syncd.model import JobState, StatusRoles, VisitState
from syncd.reconcile.status import TABLE, Step, job_state, status_id_of, visit_state
from tests.reconcile.made import JOB, LINK, OUR_CONTRACTOR, ROLES, STATUS_TYPES, VISIT

# Typed from the table of the design ("Merging", status): visit, wanted, under way, other,
# completed; the last column is cancelled, not ours and gone alike.
DESIGN = """
none        | create          | -             | -            | -                | -
open        | keep            | keep          | keep         | hide and ask     | hide
hidden      | unhide          | unhide        | -            | -                | -
in progress | patch progress  | keep          | keep         | ask              | ask
skipped     | patch access    | patch access  | keep         | hide             | hide
closed      | deliver         | deliver       | deliver      | deliver no patch | ask to deliver
confirmed   | next visit      | -             | -            | -                | -
deleted     | ask deleted     | ask deleted   | ask deleted  | -                | -
"""
ROWS = {
    "none": VisitState.NONE,
    "open": VisitState.OPEN,
    "hidden": VisitState.HIDDEN,
    "in progress": VisitState.IN_PROGRESS,
    "skipped": VisitState.SKIPPED,
    "closed": VisitState.CLOSED,
    "confirmed": VisitState.CONFIRMED,
    "deleted": VisitState.DELETED,
}
STEPS = {
    "-": Step.NOTHING,
    "create": Step.CREATE,
    "keep": Step.KEEP,
    "hide": Step.HIDE,
    "hide and ask": Step.HIDE_AND_ASK,
    "unhide": Step.UNHIDE,
    "patch progress": Step.REPORT_IN_PROGRESS,
    "patch access": Step.REPORT_AWAITING_ACCESS,
    "ask": Step.ASK,
    "deliver": Step.DELIVER,
    "deliver no patch": Step.DELIVER_WITHOUT_STATUS,
    "ask to deliver": Step.ASK_TO_DELIVER,
    "next visit": Step.NEXT_VISIT,
    "ask deleted": Step.ASK_DELETED,
}
LOST = (JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE)
COLUMNS = (
    (JobState.WANTED,),
    (JobState.UNDER_WAY,),
    (JobState.OTHER,),
    (JobState.COMPLETED,),
    LOST,
)
EXPECTED = {
    (ROWS[cells[0]], state): STEPS[cell]
    for cells in ([cell.strip() for cell in line.split("|")] for line in DESIGN.split("\n") if line)
    for column, cell in zip(COLUMNS, cells[1:], strict=True)
    for state in column
}


@pytest.mark.parametrize(("row", "column"), list(product(VisitState, JobState)))
def test_every_cell_is_as_designed(row: VisitState, column: JobState) -> None:
    """All 8 by 7 cells say what the design says."""
    assert TABLE[row, column] is EXPECTED[row, column]


def test_the_table_has_no_other_cells() -> None:
    """56 cells: eight states of a visit, seven of a job."""
    assert TABLE.keys() == EXPECTED.keys()
    assert len(TABLE) == 56


def state(
    roles: StatusRoles = ROLES, *, contractor: str = OUR_CONTRACTOR, status: str, name: str = ""
) -> JobState:
    """The state of a job with this status and contractor."""
    job = replace(JOB, status_id=status, status_name=name, contractor_id=contractor)
    return job_state(job, roles, contractors={OUR_CONTRACTOR, "co-2"}, known=STATUS_TYPES)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("st-reported", JobState.WANTED),
        ("st-pending", JobState.WANTED),
        ("st-progress", JobState.UNDER_WAY),
        ("st-access", JobState.UNDER_WAY),
        ("st-quoted", JobState.OTHER),
        ("st-completed", JobState.COMPLETED),
        ("st-cancelled", JobState.CANCELLED),
        ("st-rejected", JobState.CANCELLED),
        ("st-of-another-agency", JobState.OTHER),
        ("", JobState.OTHER),
    ],
)
def test_each_status_has_its_column(status: str, expected: JobState) -> None:
    """Named statuses have their columns; what is not named, or not known, is other."""
    assert state(status=status) is expected


@pytest.mark.parametrize("contractor", ["", "co-other"])
def test_a_job_of_somebody_else_is_not_ours(contractor: str) -> None:
    """Whatever its status, also one that nobody knows; only cancelled says more."""
    for status in (*(STATUS_TYPES - ROLES.cancelled), "st-unknown"):
        assert state(status=status, contractor=contractor) is JobState.NOT_OURS
    assert state(status="st-cancelled", contractor=contractor) is JobState.CANCELLED


def test_every_one_of_our_contractors_counts() -> None:
    """A job of the second contractor of a connection is ours, too."""
    assert state(status="st-reported", contractor="co-2") is JobState.WANTED


def test_a_job_that_is_proven_gone() -> None:
    """No job is gone, whatever the roles."""
    assert job_state(None, ROLES, contractors=set(), known=set()) is JobState.GONE
    assert job_state(None, StatusRoles(), contractors=set(), known=set()) is JobState.GONE


def test_precedence_of_a_status_with_several_roles() -> None:
    """Cancelled, then completed, then wanted, then under way."""
    for taken, expected in (
        (("cancelled", "completed", "visit_when", "in_progress"), JobState.CANCELLED),
        (("completed", "visit_when", "in_progress"), JobState.COMPLETED),
        (("visit_when", "in_progress", "awaiting_access"), JobState.WANTED),
        (("in_progress", "awaiting_access"), JobState.UNDER_WAY),
        ((), JobState.OTHER),
    ):
        roles = StatusRoles(
            visit_when=frozenset({"st-quoted"} if "visit_when" in taken else ()),
            in_progress="st-quoted" if "in_progress" in taken else None,
            awaiting_access="st-quoted" if "awaiting_access" in taken else None,
            completed="st-quoted" if "completed" in taken else None,
            cancelled=frozenset({"st-quoted"} if "cancelled" in taken else ()),
        )
        assert state(roles, status="st-quoted") is expected


@pytest.mark.parametrize("name", ["In Progress", "IN PROGRESS", " in progress "])
def test_a_status_that_is_shown_by_its_name(name: str) -> None:
    """Where the job shows no OID of the list, its name counts in any case."""
    assert state(status="", name=name) is JobState.UNDER_WAY
    assert state(status=name, name=name) is JobState.UNDER_WAY


def test_an_oid_of_the_list_wins_over_the_name() -> None:
    """The OID is the vendor's identity; its name may be anything."""
    job = replace(JOB, status_id="st-quoted", status_name="In progress")
    assert status_id_of(job, ROLES, STATUS_TYPES) == "st-quoted"
    assert state(status="st-quoted", name="In progress") is JobState.OTHER


def test_a_status_that_is_unknown_by_oid_and_name() -> None:
    """It has no OID; without an optional role it is not taken for one either."""
    job = replace(JOB, status_id="st-x", status_name="Somewhere else")
    assert status_id_of(job, ROLES, STATUS_TYPES) is None
    bare = StatusRoles(visit_when=frozenset({"st-reported"}))
    assert state(bare, status="st-x", name="Somewhere else") is JobState.OTHER


FLAGS = ("is_closed", "is_confirmed", "is_in_progress", "is_skipped", "is_in_app")


@pytest.mark.parametrize("is_withdrawn", [False, True])
@pytest.mark.parametrize("flags", list(product((False, True), repeat=5)))
def test_what_a_visit_says_in_every_combination(
    flags: tuple[bool, ...], is_withdrawn: bool
) -> None:
    """Closed wins over everything, then in progress, then hidden by us, then skipped."""
    told: dict[str, Any] = dict(zip(FLAGS, flags, strict=True))
    found = visit_state(
        replace(LINK, is_withdrawn=is_withdrawn), replace(VISIT, **told), is_deleted=False
    )
    first = next(
        state
        for is_so, state in (
            (told["is_closed"] and told["is_confirmed"], VisitState.CONFIRMED),
            (told["is_closed"], VisitState.CLOSED),
            (told["is_in_progress"], VisitState.IN_PROGRESS),
            (is_withdrawn and not told["is_in_app"], VisitState.HIDDEN),
            (told["is_skipped"], VisitState.SKIPPED),
            (True, VisitState.OPEN),
        )
        if is_so
    )
    assert found is first


def test_a_link_without_a_visit() -> None:
    """None was made, none is known yet, or the vendor says that it is deleted."""
    unmade = replace(LINK, visit_id=None, visit_key=None)
    assert visit_state(unmade, None, is_deleted=False) is VisitState.NONE
    assert visit_state(unmade, None, is_deleted=True) is VisitState.NONE
    assert visit_state(LINK, None, is_deleted=False) is VisitState.NONE
    assert visit_state(LINK, None, is_deleted=True) is VisitState.DELETED
