"""What a custom field of AgentOS says about visits: "AOS-1234 open". Pure.

It stands where staff look and search. It is written when what it says changes, and read of jobs
whose visit nothing else tells: our own tag on the visit is what the two are known by.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from syncd.model import (
    Change,
    InboxKind,
    Intent,
    IntentKind,
    JobId,
    Json,
    LinkId,
    Question,
    VisitId,
    VisitRecord,
    VisitState,
)
from syncd.reconcile.intents import intent

MOST_SHOWN = 5
"""Visits that one field names."""

_LIVE = (VisitState.OPEN, VisitState.IN_PROGRESS, VisitState.SKIPPED)
_FIRST = (*_LIVE, VisitState.CLOSED)

_WORDS = {
    VisitState.OPEN: "open",
    VisitState.HIDDEN: "withdrawn",
    VisitState.IN_PROGRESS: "in progress",
    VisitState.SKIPPED: "skipped",
    VisitState.CLOSED: "closed",
    VisitState.CONFIRMED: "closed",
    VisitState.DELETED: "deleted",
    VisitState.NONE: "withdrawn",
}


_TOLD = re.compile(
    r"(?P<number>\S.*?) (?:open|withdrawn|in progress|skipped|closed(?: \d{4}-\d\d-\d\d)?)"
)
"""What a field says of a visit that is there."""

_MORE = re.compile(r"and \d+ more")


@dataclass(frozen=True)
class Standing:
    """Where the visit of a link stands, or will when what is planned for it is done.

    `after` are the keys of the intents that have to be done first.
    """

    link_id: LinkId
    job_id: JobId
    visit_id: VisitId | None
    property_id: str
    doc_no: str
    state: VisitState
    closed_at: datetime | None = None
    after: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether an engineer is still to do something."""
        return self.state in _LIVE

    @property
    def may_be_first(self) -> bool:
        """Whether it is worth a field that says nothing yet; what was over before is not."""
        return self.state in _FIRST


def expected(standing: Standing, intents: Sequence[Intent]) -> Standing:
    """Where the visit will stand after these intents."""
    for each in intents:
        state = _state_after(each)
        if state is not None:
            number = each.changes.get("docNo")
            return Standing(
                link_id=standing.link_id,
                job_id=standing.job_id,
                visit_id=each.visit_id,
                property_id=standing.property_id,
                doc_no=str(number.new) if number is not None else standing.doc_no,
                state=state,
                after=(each.key,),
            )
    return standing


def _state_after(planned: Intent) -> VisitState | None:
    if planned.kind is IntentKind.CREATE_VISIT:
        return VisitState.OPEN
    if planned.kind is IntentKind.WITHDRAW_VISIT:
        return VisitState.HIDDEN
    is_unhidden = planned.kind is IntentKind.UPDATE_VISIT and planned.payload.get("unhide")
    return VisitState.OPEN if is_unhidden else None


def standing_of(
    link_id: LinkId,
    job_id: JobId,
    property_id: str,
    *,
    doc_no: str,
    state: VisitState,
    visit: VisitRecord | None,
) -> Standing:
    """Where the visit of a link stands now; `doc_no` is the link's, for want of a visit."""
    return Standing(
        link_id=link_id,
        job_id=job_id,
        visit_id=visit.visit_id if visit is not None else None,
        property_id=property_id,
        doc_no=visit.doc_no if visit is not None and visit.doc_no else doc_no,
        state=state,
        closed_at=visit.closed_at if visit is not None else None,
    )


def told(standing: Standing, zone: tzinfo) -> str:
    """What the field says about one visit; the day of a closure is the agency's."""
    words = [standing.doc_no, _WORDS[standing.state]]
    is_closed = standing.state in (VisitState.CLOSED, VisitState.CONFIRMED)
    if is_closed and standing.closed_at is not None:
        words.append(f"{standing.closed_at.astimezone(zone):%Y-%m-%d}")
    return " ".join(filter(None, words))


def told_of_property(standings: Sequence[Standing], latest: Standing, zone: tzinfo) -> str:
    """What the field of a property says: its visits that are still to be done, by their numbers;
    where none is, the one that changed last."""
    live = sorted((each for each in standings if each.is_live), key=lambda each: each.doc_no)
    if not live:
        return told(latest, zone)
    named = [told(each, zone) for each in live[:MOST_SHOWN]]
    more = len(live) - len(named)
    return "; ".join([*named, *([f"and {more} more"] if more > 0 else [])])


def numbers_told(value: str) -> tuple[str, ...]:
    """The numbers of the visits that are there by what `told` or `told_of_property` made; none
    where somebody wrote anything else."""
    parts = [part for part in value.strip().split("; ") if not _MORE.fullmatch(part)]
    found = [_TOLD.fullmatch(part) for part in parts]
    return tuple(dict.fromkeys(each["number"] for each in found if each)) if all(found) else ()


@dataclass(frozen=True)
class Write:
    """A field that is to say something else: on which object, and what it said by our doing.

    `of` is "job" or "property", `field` the field's name, `after` the keys of the intents that have
    to be done before.
    """

    object_id: str
    of: str
    field: str
    field_id: str
    before: str | None
    value: str
    after: tuple[str, ...]


def mark_intent(
    connection: str,
    write: Write,
    *,
    link_id: LinkId,
    job_id: JobId,
    visit_id: VisitId | None,
) -> Intent:
    """The intent to write one field."""
    payload: dict[str, Json] = {
        "object_id": write.object_id,
        "of": write.of,
        "field": write.field,
        "field_id": write.field_id,
        "value": write.value,
        "after": list[Json](write.after),
        "why": {"custom_field": "what the visit is has changed"},
    }
    return intent(
        IntentKind.SET_CUSTOM_FIELD,
        connection,
        job_id=job_id,
        visit_id=visit_id,
        link_id=link_id,
        changes={"custom_field": Change(write.before, write.value)},
        payload=payload,
        meant={"object": write.object_id, "field": write.field_id, "value": write.value},
    )


def field_topic(key: str) -> str:
    """Under which topic a field that cannot be written is asked about."""
    return f"custom_field:{key}"


def field_question(key: str, why: str) -> Question:
    """One question about a field that cannot be written, however many visits wait for it."""
    return Question(
        InboxKind.REFUSED,
        field_topic(key),
        f"{why}, so no visit is shown there. Staff make the field in AgentOS; or correct the "
        "setting custom_field.name.",
        ("retry", "leave"),
    )
