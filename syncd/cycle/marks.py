"""Planning what a custom field of AgentOS says about visits (`connections.custom_field`).

What is to stand where is kept as soon as a visit changes, and planned until AgentOS has taken it:
also when the field is made later, or a plan is overtaken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.cycle.views import visit_of
from syncd.model import (
    GONE,
    DirectoryKind,
    InboxKind,
    Intent,
    IntentState,
    JobState,
    LinkId,
    Need,
    NeedKind,
    Question,
    Side,
)
from syncd.observe.custom_fields import field_key
from syncd.reconcile.links import View
from syncd.reconcile.marks import (
    Standing,
    Write,
    expected,
    field_question,
    field_topic,
    mark_intent,
    standing_of,
    told,
    told_of_property,
)
from syncd.reconcile.status import visit_state
from syncd.store import links, outbox
from syncd.store import marks as store
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.inbox import InboxItem
from syncd.store.marks import Mark
from syncd.store.observations import observations_by_id


@dataclass(frozen=True)
class Marking:
    """What custom fields call for."""

    intents: tuple[Intent, ...] = ()
    questions: tuple[Question, ...] = ()
    needs: frozenset[Need] = frozenset()


def standing_after(view: View, intents: Sequence[Intent], connected: Connected) -> Standing | None:
    """Where the visit of a link will stand; None where its job is no more, or nobody is told."""
    is_told = bool(connected.connection.custom_field.name)
    if not is_told or view.job_state is JobState.GONE or view.job is None:
        return None
    now = standing_of(
        view.link.link_id,
        view.link.job_id,
        view.job.property_id,
        doc_no=view.link.doc_no,
        state=view.visit_state,
        visit=view.visit,
    )
    return expected(now, intents)


def plan_marks(
    session: Session,
    connected: Connected,
    reading: Reading,
    standings: Mapping[LinkId, Standing],
    live: Sequence[InboxItem],
    *,
    now: datetime,
) -> Marking:
    """Keep what is to stand in the field of each job or property, and plan what does not stand
    there. `standings` are of the links that were planned, by their number."""
    if not connected.connection.custom_field.name:
        return Marking()
    wanted = list(_wanted(session, connected, standings.values()))
    # What has to be done first may never be: only what stands now is kept.
    certain = [mark for mark, after in wanted if not after]
    store.save_marks(session, connected.name, certain, now=now)
    due = _due(session, connected, wanted)
    field = _Field(session, connected, reading, live)
    if not due:
        return Marking(questions=field.standing())
    if field.is_unknown:
        seen = (mark for mark, _ in due if mark.link_id in standings)
        return Marking(needs=frozenset({field.need(next(seen, due[0][0]))}))
    if not field.field_id:
        return Marking(questions=field.questions())
    return Marking(tuple(_intent(connected, field.field_id, *each) for each in due))


Due = tuple[Mark, tuple[str, ...]]
"""What is to stand somewhere, and the keys of the intents that have to be done before."""


def _due(session: Session, connected: Connected, wanted: Sequence[Due]) -> list[Due]:
    """What does not stand there yet, and waits for nothing that waits for a person."""
    name, field = connected.name, _field_of(connected)
    later = {mark.object_id: (mark, after) for mark, after in wanted if after}
    known = store.marks_of(session, name, field, later)
    stuck = outbox.states_of(session, name, {key for _, after in later.values() for key in after})
    due = [(each, ()) for each in store.unwritten_marks(session, name, field)]
    found: list[Due] = [each for each in due if each[0].object_id not in later]
    for mark, after in later.values():
        before = known.get(mark.object_id)
        written = before.written if before is not None else None
        if written != mark.wanted and not any(stuck.get(key) in _STUCK for key in after):
            found.append((replace(mark, written=written), after))
    return found


_STUCK = (IntentState.DEAD, IntentState.IN_DOUBT)


def _intent(connected: Connected, field_id: str, mark: Mark, after: tuple[str, ...]) -> Intent:
    setting = connected.connection.custom_field
    write = Write(
        mark.object_id, setting.of, setting.name, field_id, mark.written, mark.wanted, after
    )
    return mark_intent(
        connected.name,
        write,
        link_id=mark.link_id,
        job_id=mark.job_id,
        visit_id=mark.visit_id,
    )


def _wanted(session: Session, connected: Connected, standings: Iterable[Standing]) -> Iterator[Due]:
    changed = list(standings)
    zone = connected.zone
    if connected.connection.custom_field.of == "property":
        yield from _wanted_of_properties(session, connected, changed)
        return
    field = _field_of(connected)
    known = store.marks_of(session, connected.name, field, [each.job_id for each in changed])
    for each in changed:
        if each.may_be_first or each.job_id in known:
            yield _mark(each.job_id, field, each, told(each, zone)), each.after


def _wanted_of_properties(
    session: Session, connected: Connected, changed: Sequence[Standing]
) -> Iterator[Due]:
    """One field names all visits of its property that are still to be done."""
    ours: dict[str, list[Standing]] = {}
    for each in changed:
        if each.property_id:
            ours.setdefault(each.property_id, []).append(each)
    field = _field_of(connected)
    known = store.marks_of(session, connected.name, field, ours)
    beside = _beside(session, connected.name, ours)
    for property_id, found in ours.items():
        worth = [each for each in found if each.may_be_first]
        if not worth and property_id not in known:
            continue
        latest = (worth or found)[-1]
        everyone = [*found, *beside.get(property_id, ())]
        value = told_of_property(everyone, latest, connected.zone)
        after = tuple(key for each in found for key in each.after)
        yield _mark(property_id, field, latest, value), after


def _field_of(connected: Connected) -> str:
    setting = connected.connection.custom_field
    return field_key(setting.of, setting.name)


def _mark(object_id: str, field: str, of: Standing, value: str) -> Mark:
    return Mark(object_id, field, of.link_id, of.job_id, of.visit_id, value)


def _beside(
    session: Session, name: str, by_property: Mapping[str, Sequence[Standing]]
) -> Mapping[str, list[Standing]]:
    """Where the other visits at these properties stand, as they were seen last."""
    planned = {each.link_id for ours in by_property.values() for each in ours}
    at = store.links_at(session, name, by_property)
    ids = [each for found in at.values() for each in found if each not in planned]
    others = links.load_links(session, ids)
    keys = [each.visit_key for each in others.values() if each.visit_key]
    seen = observations_by_id(session, name, Side.LETSJOBIT, keys)
    found: dict[str, list[Standing]] = {}
    for link in others.values():
        shown = seen.get(link.visit_key or "")
        is_deleted = shown is not None and shown.problem == GONE
        visit = visit_of(shown)
        state = visit_state(link, visit, is_deleted=is_deleted)
        standing = standing_of(
            link.link_id,
            link.job_id,
            link.property_id,
            doc_no=link.doc_no,
            state=state,
            visit=visit,
        )
        found.setdefault(link.property_id, []).append(standing)
    return found


class _Field:
    """The custom field of the settings, as AgentOS showed it, and what people said about it.

    One that was missing is looked for again with every reading of the directory.
    """

    def __init__(
        self,
        session: Session,
        connected: Connected,
        reading: Reading,
        live: Sequence[InboxItem],
    ) -> None:
        self._key, self._reading = _field_of(connected), reading
        kind = DirectoryKind.CUSTOM_FIELD
        record = load_directory(session, connected.name, kind, [self._key]).get(self._key)
        content = record.content if record is not None and record.content is not None else {}
        self._is_known = record is not None
        self.field_id = str(content.get("id") or "")
        self._why = str(content.get("why") or "")
        topic = InboxKind.REFUSED, field_topic(self._key)
        choices = (e.choice for e in live if (e.question.kind, e.question.topic) == topic)
        self._choice = next(choices, None)

    @property
    def is_unknown(self) -> bool:
        """Whether it is to be looked for, now."""
        is_due = self._reading.is_directory_new or self._choice == "retry"
        is_missing = not self.field_id and is_due
        return not self._was_looked_for and (not self._is_known or is_missing)

    @property
    def _was_looked_for(self) -> bool:
        return any(each.kind is NeedKind.CUSTOM_FIELD for each in self._reading.looked)

    def need(self, mark: Mark) -> Need:
        """A look at an object that must have the field."""
        return Need(NeedKind.CUSTOM_FIELD, mark.object_id)

    def questions(self) -> tuple[Question, ...]:
        """What keeps visits from being shown. Where nobody could look, nothing is asked."""
        is_tried = self._choice == "retry"
        return () if is_tried or not self._why else (field_question(self._key, self._why),)

    def standing(self) -> tuple[Question, ...]:
        """What a person decided to do without, which holds also while nothing waits."""
        return self.questions() if self._choice == "leave" else ()
