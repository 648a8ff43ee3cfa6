"""The status machine: what a visit and its job, each in its state, call for.

Status is never merged like a field and never toggled. `TABLE` is the whole machine.
"""

from collections.abc import Mapping, Set
from enum import StrEnum

from syncd.model import JobRecord, JobState, Link, StatusRoles, VisitRecord, VisitState


class Step(StrEnum):
    """What one cell of the state table calls for."""

    NOTHING = "nothing"
    CREATE = "create"
    KEEP = "keep in step"
    HIDE = "hide"
    HIDE_AND_ASK = "hide, and ask unless our invoice is there"
    UNHIDE = "unhide the same visit"
    REPORT_IN_PROGRESS = "report in progress"
    REPORT_AWAITING_ACCESS = "report awaiting access"
    ASK = "ask; the visit is left alone"
    DELIVER = "deliver"
    DELIVER_WITHOUT_STATUS = "deliver, without a status"
    ASK_TO_DELIVER = "ask whether to deliver"
    NEXT_VISIT = "nothing, or the next visit"
    ASK_DELETED = "ask about the deleted visit"


_WORDS = {
    VisitState.NONE: "create nothing nothing nothing nothing",
    VisitState.OPEN: "keep keep keep hide_and_ask hide",
    VisitState.HIDDEN: "unhide unhide nothing nothing nothing",
    VisitState.IN_PROGRESS: "report_in_progress keep keep ask ask",
    VisitState.SKIPPED: "report_awaiting_access report_awaiting_access keep hide hide",
    VisitState.CLOSED: "deliver deliver deliver deliver_without_status ask_to_deliver",
    VisitState.CONFIRMED: "next_visit nothing nothing nothing nothing",
    VisitState.DELETED: "ask_deleted ask_deleted ask_deleted nothing nothing",
}
"""Rows by visit; columns wanted, under way, other, completed, and cancelled/not ours/gone."""

_COLUMNS = (
    (JobState.WANTED,),
    (JobState.UNDER_WAY,),
    (JobState.OTHER,),
    (JobState.COMPLETED,),
    (JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE),
)


def _table() -> Mapping[tuple[VisitState, JobState], Step]:
    return {
        (row, state): Step[word.upper()]
        for row, words in _WORDS.items()
        for column, word in zip(_COLUMNS, words.split(), strict=True)
        for state in column
    }


TABLE = _table()


def status_id_of(job: JobRecord, roles: StatusRoles, known: Set[str]) -> str | None:
    """The OID of the job's status type; None when the agency's list knows neither OID nor name."""
    if job.status_id in known:
        return job.status_id
    return roles.names.get(job.status_name.strip().casefold())


def job_state(
    job: JobRecord | None, roles: StatusRoles, *, contractors: Set[str], known: Set[str]
) -> JobState:
    """What the job means to us. None is a job that is proven gone."""
    if job is None:
        return JobState.GONE
    status = status_id_of(job, roles, known)
    if status is not None and status in roles.cancelled:
        return JobState.CANCELLED
    if job.contractor_id not in contractors:
        return JobState.NOT_OURS
    if status is None:
        return JobState.OTHER
    if status == roles.completed:
        return JobState.COMPLETED
    if status in roles.visit_when:
        return JobState.WANTED
    if status in (roles.in_progress, roles.awaiting_access):
        return JobState.UNDER_WAY
    return JobState.OTHER


def visit_state(link: Link, visit: VisitRecord | None, *, is_deleted: bool) -> VisitState:
    """Where the link's visit stands. A closed visit is closed whatever else it says."""
    if link.visit_key is None:
        return VisitState.NONE
    if visit is None:
        return VisitState.DELETED if is_deleted else VisitState.NONE
    if visit.is_closed:
        return VisitState.CONFIRMED if visit.is_confirmed else VisitState.CLOSED
    if visit.is_in_progress:
        return VisitState.IN_PROGRESS
    if link.is_withdrawn and not visit.is_in_app:
        return VisitState.HIDDEN
    if visit.is_skipped:
        return VisitState.SKIPPED
    return VisitState.OPEN
