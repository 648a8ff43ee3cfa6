"""How a connection decides: its settings, the agency's status words, and people's answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from syncd.cycle.connected import Connected, folded
from syncd.cycle.views import Columns
from syncd.model import (
    Change,
    DirectoryRecord,
    Field,
    InboxKind,
    JobId,
    JobState,
    Json,
    Question,
    StatusRoles,
    VisitId,
)
from syncd.reconcile.links import NewVisit, Policy, View
from syncd.reconcile.status import status_id_of
from syncd.settings import ConnectionSettings
from syncd.store.inbox import InboxItem
from syncd.translate.new_visits import new_visit
from syncd.translate.visit_changes import explain_changes, visit_changes


@dataclass(frozen=True)
class Identity:
    """The id of the next visit of a job; the salt is above 0 where ids collided."""

    visit_id: VisitId
    occurrence: int
    salt: int


def make_policy(
    connected: Connected,
    live: Iterable[InboxItem],
    identities: Mapping[JobId, Identity],
    *,
    roles: StatusRoles,
    today: date,
    shows_lines: bool,
) -> Policy:
    """The policy of one plan. `identities` holds the next visit of every job that may get one."""
    topics = {(each.question.kind, each.question.topic): each.choice for each in live}
    return Policy(
        connection=connected.name,
        owners={name: connected.connection.fields.owner_of(name) for name in Field},
        withdraw=connected.connection.visit.withdraw,
        answers={topic: choice for topic, choice in topics.items() if choice is not None},
        open_topics=frozenset(topics),
        roles=roles,
        new_visit=_maker(connected, identities, today, shows_lines),
        visit_changes=_changer(connected),
    )


def _maker(
    connected: Connected, identities: Mapping[JobId, Identity], today: date, shows_lines: bool
) -> Callable[[View], NewVisit]:
    def make(view: View) -> NewVisit:
        identity = identities[view.link.job_id]
        body = new_visit(
            view.known_job,
            view.job_order,
            connected.rules,
            visit_id=identity.visit_id,
            today=today,
            tag_in_obs=not shows_lines,
        )
        return NewVisit(identity.visit_id, identity.occurrence, identity.salt, body)

    return make


def _changer(connected: Connected) -> Callable[[View, Mapping[Field, Json]], Mapping[str, Change]]:
    def change(view: View, changed: Mapping[Field, Json]) -> Mapping[str, Change]:
        visit = view.known_visit
        body = visit_changes(changed, visit, rules=connected.rules, order=view.job_order)
        return explain_changes(body, visit)

    return change


def status_columns(
    connection: ConnectionSettings, status_types: Mapping[str, DirectoryRecord]
) -> tuple[Columns, tuple[Question, ...]]:
    """What each of the agency's status types means here, and a question per name it does not have.

    A setting names a status type by its name in any case, or by its OID. V3 shows no statuses.
    The contractor portal has words and no list of them, and can only complete a job: what it says
    otherwise is left as it is.
    """
    if connection.agentos.channel == "portal":
        return _portal_columns(connection), ()
    if connection.agentos.channel == "v3":
        return Columns(StatusRoles(), frozenset(), frozenset()), ()
    names = {
        str((record.content or {}).get("name") or "").strip().casefold(): oid
        for oid, record in status_types.items()
    }
    statuses = connection.agentos.statuses
    wanted = {
        "visit_when": statuses.visit_when,
        "in_progress": (statuses.in_progress,),
        "awaiting_access": (statuses.awaiting_access,),
        "completed": (statuses.completed,),
        "cancelled": statuses.cancelled,
    }
    found: dict[str, list[str]] = {}
    questions = []
    for role, words in wanted.items():
        for word in filter(None, words):
            oid = word if word in status_types else names.get(word.strip().casefold())
            if oid is None:
                questions.append(_unknown_status(role, word))
            else:
                found.setdefault(role, []).append(oid)
    roles = StatusRoles(
        visit_when=frozenset(found.get("visit_when", ())),
        in_progress=_only(found, "in_progress"),
        awaiting_access=_only(found, "awaiting_access"),
        completed=_only(found, "completed"),
        cancelled=frozenset(found.get("cancelled", ())),
        names=names,
    )
    contractors = frozenset(connection.agentos.contractors)
    return Columns(roles, contractors, frozenset(status_types)), tuple(questions)


def _portal_columns(connection: ConnectionSettings) -> Columns:
    statuses = connection.agentos.statuses
    completed = statuses.completed.strip().casefold()
    roles = StatusRoles(
        visit_when=folded(statuses.visit_when),
        completed=completed,
        cancelled=folded(statuses.cancelled),
    )
    known = roles.visit_when | roles.cancelled | {completed}
    return Columns(roles, frozenset(connection.agentos.contractors), known, has_list=False)


def _only(found: Mapping[str, list[str]], role: str) -> str | None:
    return next(iter(found.get(role, ())), None)


def _unknown_status(role: str, word: str) -> Question:
    return Question(
        InboxKind.UNKNOWN_STATUS,
        f"{role}:{word}",
        f"The agency has no status type {word!r}, which the setting statuses.{role} names; "
        "`syncd check --online` lists those it has.",
        ("retry", "leave"),
    )


def unknown_status_of_job(view: View, columns: Columns) -> Question | None:
    """Ask about a status that the agency's own list does not have, once per status."""
    job = view.job
    if job is None or view.job_state is not JobState.OTHER or not columns.has_list:
        return None
    if status_id_of(job, columns.roles, columns.status_types) is not None:
        return None
    return Question(
        InboxKind.UNKNOWN_STATUS,
        f"job:{job.status_id}",
        f"Jobs have the status {job.status_name or job.status_id!r}, which is not in the agency's "
        "list of status types; they are left as they are.",
        ("retry", "leave"),
    )
