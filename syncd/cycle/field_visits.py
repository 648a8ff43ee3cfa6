"""Planning jobs for visits that were raised in the field (`connections.create_jobs`).

A visit counts from the moment that this was first switched on, or from `go_live`, where that is
earlier; what was there before is asked about once. One that is hidden from the engineer's app is no
work for anybody, and counts when it is shown again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.cycle.awaited import awaited_questions
from syncd.cycle.connected import Connected
from syncd.cycle.field_history import earlier_visits
from syncd.cycle.reading import Reading
from syncd.cycle.views import Columns, visit_of
from syncd.errors import BadRecord
from syncd.model import (
    DirectoryKind,
    DirectoryRecord,
    InboxKind,
    Intent,
    IntentKind,
    IntentState,
    JobRecord,
    Link,
    Place,
    Question,
    VisitRecord,
)
from syncd.reconcile.raising import (
    CREATED,
    DONE_WITHOUT,
    HANDLED,
    NOT_OURS,
    NewJob,
    acknowledgement,
    chosen_property,
    job_intent,
    raise_key,
    refused_visit_question,
    refused_visit_topic,
    unmatched_question,
    unmatched_topic,
)
from syncd.store import cycles, outbox, raising
from syncd.store.copies import put_back_at
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.inbox import InboxItem
from syncd.store.observations import forget_visits, unlinked_visits, visits_by
from syncd.translate import content
from syncd.translate.external_ids import external_id
from syncd.translate.field_visits import (
    address_line,
    job_priority,
    job_title,
    near,
    places_of,
    reported_at,
    told_in,
)
from syncd.translate.issues import issue_for
from syncd.translate.raised import can_be_marked, raised_for, write_mark


@dataclass(frozen=True)
class Raising:
    """What the field's visits call for."""

    intents: tuple[Intent, ...] = ()
    questions: tuple[Question, ...] = ()


def plan_field_visits(
    session: Session,
    connected: Connected,
    reading: Reading,
    columns: Columns,
    live: Sequence[InboxItem],
    *,
    now: datetime,
) -> Raising:
    """The jobs to be made, and what a person is asked about visits that fit no property."""
    if not connected.connection.create_jobs.enabled:
        return Raising()
    _adopt_linked(session, connected, now=now)
    raising.recognise(session, connected.name, now=now)
    lost = awaited_questions(session, connected, reading, live, now=now)
    _forget_unshown(session, connected.name, reading)
    meant = _meant(session, connected, reading)
    ended = _ended(session, connected.name, meant)
    fresh = [each for each in meant if each.visit_key not in ended]
    earlier = earlier_visits(session, connected, reading, fresh, live)
    over = {each.visit_key: CREATED for each in meant if each.visit_key in ended}
    over |= {key: DONE_WITHOUT for key in over if ended[key]}
    over |= {key: DONE_WITHOUT for key in _left_keys(fresh, live)}
    over |= {e.visit_key: HANDLED for e in earlier.visits if earlier.is_handled}
    acknowledged = _acknowledgements(connected, meant, over)
    asked = (*lost, *earlier.questions)
    left = {each.visit_key for each in earlier.visits}
    visits = [each for each in fresh if each.visit_key not in left]
    if not visits:
        return Raising(acknowledged, asked)
    status_id = _status(connected, columns)
    if status_id is None:
        return Raising(questions=(_unknown_status(connected), *asked))
    desk = _Desk(session, connected, visits, live, status_id)
    planned = [desk.plan(each) for each in visits]
    return Raising(
        (*acknowledged, *(each for intents, _ in planned for each in intents)),
        (*asked, *(each for _, questions in planned for each in questions)),
    )


def is_named(job: JobRecord | None, visit: VisitRecord | None) -> bool:
    """Whether the job's description says that it was raised for this visit."""
    name = raised_for(job.description) if job is not None else None
    return name is not None and visit is not None and name in (visit.doc_no, visit.visit_key)


def as_raised(link: Link, job: JobRecord | None, visit: VisitRecord | None) -> Link:
    """A visit that its job was raised for is the office's own, also when it carries our tag."""
    return replace(link, is_ours=False) if is_named(job, visit) else link


def _adopt_linked(session: Session, connected: Connected, *, now: datetime) -> None:
    """End what was sent for visits that have a job by now: it was found by its mark."""
    waiting = outbox.waiting_intents(session, connected.name, kind=IntentKind.CREATE_JOB)
    open_ = {str(e.intent.payload["visit_key"]): e for e in waiting}
    jobs = raising.jobs_of_visits(session, connected.name, open_)
    for visit_key, job_id in jobs.items():
        stored = open_[visit_key]
        if stored.state is not IntentState.PENDING:
            why = "the job was found by the visit's number in its description"
            result = {"oid": job_id, "how": "found"}
            raising.join_raised(session, stored, job_id, result, why=why, now=now)


def _forget_unshown(session: Session, name: str, reading: Reading) -> None:
    """What no list shows any more was deleted, or acknowledged by somebody. It is not kept: a
    cycle of some lanes goes by what is."""
    found = [visit_of(each) for each in unlinked_visits(session, name)]
    gone = [
        each
        for each in found
        if each is not None and each.is_field and reading.misses_visit(each.visit_key)
    ]
    taken = raising.used_numbers(session, name, {each.doc_no for each in gone if each.doc_no})
    forget_visits(session, name, [e.visit_key for e in gone if e.doc_no not in taken])


def _acknowledgements(
    connected: Connected, visits: Sequence[VisitRecord], over: Mapping[str, str]
) -> tuple[Intent, ...]:
    """Where nothing else can go back: tell the engineer's app that the office has it.

    `over` are those of which no more is to come, by `_id`, and why.
    """
    if connected.connection.agentos.channel != "v3":
        return ()
    return tuple(
        acknowledgement(connected.name, each, why=over[each.visit_key])
        for each in visits
        if each.is_closed and each.visit_key in over
    )


def _left_keys(visits: Sequence[VisitRecord], live: Sequence[InboxItem]) -> set[str]:
    """Visits that AgentOS would not take, and whose job a person does without."""
    left = {(e.question.kind, e.question.topic) for e in live if e.choice == "leave"}
    return {each.visit_key for each in visits if refused_visit_topic(each) in left}


def _meant(session: Session, connected: Connected, reading: Reading) -> list[VisitRecord]:
    """Visits without a link that are to become jobs, or did through V3."""
    name = connected.name
    found = [visit_of(each) for each in unlinked_visits(session, name)]
    visits = [
        each
        for each in found
        if each is not None
        and each.is_field
        and not reading.misses_visit(each.visit_key)
        and not (each.is_closed and each.is_confirmed)
        and (each.is_in_app or each.is_closed)
        and each.company_id in ("", connected.rules.company_id)
    ]
    taken = raising.used_numbers(session, name, {each.doc_no for each in visits if each.doc_no})
    return [each for each in visits if each.doc_no not in taken]


def _ended(session: Session, name: str, visits: Sequence[VisitRecord]) -> dict[str, bool]:
    """Those whose job was made, or that a person does without (then True), by `_id`."""
    keys = {raise_key(each.visit_key): each.visit_key for each in visits}
    effects = outbox.effects(session, name, keys)
    done = {key: each for key, each in effects.items() if each.state is IntentState.DONE}
    return {keys[key]: each.code == outbox.WAIVED for key, each in done.items()}


def _status(connected: Connected, columns: Columns) -> str | None:
    """The status of new jobs as an OID; "" where they have none to choose."""
    created = connected.connection.create_jobs
    if created.channel != "v4":
        return ""
    if created.status in columns.status_types:
        return created.status
    return columns.roles.names.get(created.status.strip().casefold())


def _unknown_status(connected: Connected) -> Question:
    word = connected.connection.create_jobs.status
    return Question(
        InboxKind.UNKNOWN_STATUS,
        f"create_jobs.status:{word}",
        f"The agency has no status type {word!r}, which the setting create_jobs.status names; no "
        "job is made of a visit until then. `syncd check --online` lists those it has.",
        ("retry", "leave"),
    )


class _Desk:
    """What raising several jobs looks at, read from the store at once."""

    def __init__(
        self,
        session: Session,
        connected: Connected,
        visits: Sequence[VisitRecord],
        live: Sequence[InboxItem],
        status_id: str,
    ) -> None:
        name = connected.name
        self._connected, self._status_id = connected, status_id
        self._records = load_directory(session, name, DirectoryKind.PROPERTY)
        self._places = _places(self._records)
        numbers = {each.doc_no for each in visits if each.doc_no}
        seen = visits_by(session, name, "doc_no", numbers)
        self._uses = Counter({number: len(each) for number, each in seen.items()})
        self._answers = {
            (each.question.kind, each.question.topic): each.choice
            for each in live
            if each.choice is not None
        }
        branches = connected.connection.agentos.branches or tuple(
            load_directory(session, name, DirectoryKind.BRANCH)
        )
        is_legacy = connected.connection.create_jobs.channel == "v3"
        # V3 links to no property: a person is asked for one only where it tells the branch.
        self._branch = branches[0] if is_legacy and len(branches) == 1 else None
        row = cycles.connection_row(session, name)
        known = (row.first_cycle_at, put_back_at(row.facts)) if row is not None else ()
        self._known_since = max(filter(None, known), default=None)

    def plan(self, visit: VisitRecord) -> tuple[tuple[Intent, ...], tuple[Question, ...]]:
        """The job of one visit, or the question at which property it is."""
        places = self._places.values()
        fitting = places_of(visit, places)
        candidates = fitting or near(visit, places)
        question = unmatched_question(
            visit,
            {each.property_id: address_line(each) for each in candidates},
            is_fitting=bool(fitting),
        )
        answer = self._answers.get(unmatched_topic(visit.visit_key))
        if answer == NOT_OURS:
            return (), (question,)
        if self._branch is not None:
            place = fitting[0] if len(fitting) == 1 else None
            return self._raise(visit, self._branch, place)
        found = chosen_property(answer, [each.property_id for each in fitting], self._places.keys())
        if found is None:
            return (), (question,)
        intents, asked = self._raise(visit, self._records[found].parent, self._places[found])
        return intents, (*asked, question) if answer is not None else asked

    def _raise(
        self, visit: VisitRecord, branch_id: str, place: Place | None
    ) -> tuple[tuple[Intent, ...], tuple[Question, ...]]:
        try:
            job = self._job(visit, branch_id, place)
        except BadRecord as error:
            return (), (refused_visit_question(visit, error.message),)
        return (job_intent(self._connected.name, visit, job),), ()

    def _job(self, visit: VisitRecord, branch_id: str, place: Place | None) -> NewJob:
        connection = self._connected.connection
        mark, at = self._mark(visit), reported_at(visit, self._connected.zone)
        told = told_in(visit, doc_no=connection.visit.doc_no)
        title = job_title(told, name=mark)
        first = self._known_since
        job = NewJob(
            channel=connection.create_jobs.channel,
            mark=mark,
            branch_id=branch_id,
            title=title,
            description="\n".join(filter(None, (told, write_mark(mark)))),
            priority=job_priority(visit.priority),
            reported_at=at,
            where=address_line(place) if place is not None else visit.address or visit.site,
            may_be_there=first is None or (at is not None and at <= first),
        )
        if job.channel == "v3":
            return self._legacy(visit, job, told, place)
        return replace(
            job,
            property_id=place.property_id if place is not None else "",
            status_id=self._status_id,
            contractor_id=connection.agentos.contractors[0],
        )

    def _legacy(self, visit: VisitRecord, job: NewJob, told: str, place: Place | None) -> NewJob:
        """The job as V3 takes it; BadRecord where it would not."""
        connection = self._connected.connection
        base_url = connection.create_jobs.document_base_url
        issue = issue_for(
            visit,
            told,
            external_id=external_id(connection.agentos.short_name, visit.visit_key),
            mark=job.mark,
            title=job.title,
            reported_at=job.reported_at,
            document_base_url=base_url,
            place=place,
        )
        sent = ", ".join(each.url for each in issue.documents)
        files = sent or "none: create_jobs.document_base_url is empty" if visit.files else ""
        return replace(
            job,
            external_id=issue.external_id,
            description=issue.notes,
            issue=content.written(issue),
            documents=files,
        )

    def _mark(self, visit: VisitRecord) -> str:
        """The visit's number where it is the only one with it, else LetsJobIt's own key."""
        is_alone = self._uses[visit.doc_no] <= 1
        return visit.doc_no if is_alone and can_be_marked(visit.doc_no) else visit.visit_key


def _places(records: Mapping[str, DirectoryRecord]) -> dict[str, Place]:
    """The agency's properties by OID."""
    return {
        oid: content.read(Place, record.content["place"])
        for oid, record in records.items()
        if record.content is not None
    }
