"""Planning deliveries: what engineers left behind, and what of it is still to be delivered."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from syncd.apply.ending import was_shown_completed
from syncd.apply.papers import read_closure
from syncd.cycle.acknowledged import is_shown, look_before_asking, was_acknowledged
from syncd.cycle.charging import (
    NOTHING_TO_NUMBER,
    charge_rules,
    number_invoice,
    reckon,
    signature_problem,
)
from syncd.cycle.connected import Connected
from syncd.cycle.leading import lead_needs, lead_rules, notes_lead, standing_question
from syncd.cycle.notes import remarks_of, takes_notes
from syncd.cycle.outcomes import judged_keys
from syncd.cycle.paperwork import contractor_words
from syncd.cycle.photos import Albums
from syncd.cycle.reading import Reading
from syncd.cycle.views import Columns, forgotten_needs, job_of, visit_of
from syncd.model import (
    GONE,
    InboxKind,
    Intent,
    IntentState,
    JobId,
    JobRecord,
    JobState,
    Link,
    LinkId,
    Need,
    NeedKind,
    Part,
    Question,
    Side,
    VisitRecord,
    VisitState,
)
from syncd.reconcile.acknowledged import is_to_be_asked
from syncd.reconcile.albums import NO_PHOTOS, Album
from syncd.reconcile.deliveries import HISTORY_TOPIC, history_question, plan_delivery
from syncd.reconcile.drafts import Answer, Delivery, DeliveryPolicy, Topic, effect_key
from syncd.reconcile.invoicing import amount_topic, earlier_topic
from syncd.reconcile.links import deleted_topic
from syncd.reconcile.status import TABLE, Step, job_state
from syncd.store import closures, cycles, links, outbox, raising
from syncd.store.closures import StoredClosure
from syncd.store.copies import put_back_at
from syncd.store.database import Session
from syncd.store.inbox import InboxItem
from syncd.store.observations import (
    observations_by_id,
    unread_closed,
    unread_numbered,
    visits_of_job,
)


@dataclass(frozen=True)
class Deliveries:
    """What all closures of a connection call for."""

    intents: tuple[Intent, ...]
    questions: tuple[Question, ...]
    needs: frozenset[Need]


def plan_closures(
    session: Session,
    connected: Connected,
    reading: Reading,
    columns: Columns,
    live: Sequence[InboxItem],
    *,
    now: datetime,
) -> Deliveries:
    """Plan every closure that waits, the oldest first."""
    needs = _unread(session, connected, reading)
    _link_closures(session, connected.name)
    waiting = closures.waiting_closures(session, connected.name)
    policy = replace(_policy(connected, live), leads=lead_rules(session, connected))
    albums = Albums(session, connected, reading, waiting, live)
    desk = _Desk(session, connected, columns, policy, waiting, albums)
    asides = {each.visit_key: desk.asides(each, reading) for each in waiting}
    needs = needs.union(*asides.values()) - reading.looked
    waiting = [each for each in waiting if not asides[each.visit_key] & reading.failed]
    # Oldest first, also for the numbers that they are given.
    deliveries = list(filter(None, map(desk.delivery, sorted(waiting, key=desk.age))))
    asked = {(each.question.kind, each.question.topic) for each in live}
    needs |= frozenset(filter(None, (desk.doubted(each, asked) for each in deliveries)))
    needs |= lead_needs(policy, deliveries)
    needs -= reading.looked
    intents: list[Intent] = []
    questions: list[Question] = [*standing_question(policy), *albums.standing()]
    history: list[VisitRecord] = []
    for delivery in deliveries:
        plan = plan_delivery(delivery, policy)
        intents += plan.intents
        questions += plan.questions
        history += [delivery.visit] if plan.is_history else []
        if plan.is_over:
            desk.end(delivery, now=now)
    if history:
        questions.append(history_question(history))
    return Deliveries(tuple(intents), tuple(questions), needs - reading.failed)


def _unread(session: Session, connected: Connected, reading: Reading) -> frozenset[Need]:
    """Closed visits without our mark that carry the number of a link: look at them whole."""
    seen = reading.closures.seen if reading.closures is not None else ()
    keys = unread_closed(session, connected.name, seen)
    return frozenset(Need(NeedKind.VISIT, key) for key in keys)


def _link_closures(session: Session, name: str) -> None:
    loose = closures.unlinked_closures(session, name)
    by_tag = links.links_of_jobs(session, name, [tag for _, _, tag in loose if tag])
    by_number = closures.linked_by_number(session, name, [n for _, n, _ in loose if n])
    jobs = raising.jobs_of_visits(session, name, [key for key, _, _ in loose])
    by_key = links.links_of_jobs(session, name, jobs.values())
    for visit_key, number, tag in loose:
        link_id = by_tag.get(JobId(tag)) if tag else by_number.get(number or "")
        if visit_key in jobs:
            link_id = by_key[jobs[visit_key]]
        if link_id is not None:
            closures.link_closure(session, name, visit_key, link_id)


def _policy(connected: Connected, live: Sequence[InboxItem]) -> DeliveryPolicy:
    connection = connected.connection
    # The portal takes notes, and documents with an invoice alone.
    takes_documents = not takes_notes(connected)
    answers = {
        (each.question.kind, each.question.topic): Answer(each.choice, each.value)
        for each in live
        if each.choice is not None
    }
    return DeliveryPolicy(
        connection=connected.name,
        with_signature=connection.documents.signature and takes_documents,
        with_job_sheet=connection.documents.job_sheet and takes_documents,
        with_invoice=connection.invoice.enabled,
        approve_from=connection.invoice.approve,
        answers=answers,
        rejected=frozenset(judged_keys(live, "reject")) - judged_keys(live, "approve"),
    )


class _Desk:
    """Everything about the closures at hand, read from the store at once."""

    def __init__(
        self,
        session: Session,
        connected: Connected,
        columns: Columns,
        policy: DeliveryPolicy,
        waiting: Sequence[StoredClosure],
        albums: Albums,
    ) -> None:
        name = connected.name
        self._session, self._connected = session, connected
        self._columns, self._policy, self._albums = columns, policy, albums
        self._links = links.load_links(session, {c.link_id for c in waiting if c.link_id})
        jobs = [link.job_id for link in self._links.values()]
        keys = [each.visit_key for each in waiting]
        self._waiting = waiting
        self._jobs = observations_by_id(session, name, Side.AGENTOS, jobs)
        current = [link.visit_key for link in self._links.values() if link.visit_key]
        self._visits = observations_by_id(session, name, Side.LETSJOBIT, {*keys, *current})
        effects = [effect_key(key, part) for key in keys for part in Part]
        self._effects = outbox.effects(session, name, effects)
        row = cycles.connection_row(session, name)
        self._first_cycle_at = row.first_cycle_at if row is not None else None
        self._put_back_at = put_back_at(row.facts) if row is not None else None

    def age(self, closure: StoredClosure) -> tuple[bool, float, str]:
        """By what closures are put in order; one without a time comes last."""
        visit = visit_of(self._visits.get(closure.visit_key))
        closed_at = visit.closed_at if visit is not None else None
        at = closed_at.timestamp() if closed_at is not None else 0.0
        return closed_at is None, at, closure.visit_key

    def asides(self, closure: StoredClosure, reading: Reading) -> frozenset[Need]:
        """Other visits with the job's number that no list shows, or that were never read whole; the
        visit itself where no list shows it; and the job, where retention dropped it."""
        link = self._links.get(closure.link_id or LinkId(0))
        if link is None:
            return frozenset()
        name = self._connected.name
        keys = set(unread_numbered(self._session, name, link.doc_no))
        keys |= {
            each.visit_key
            for each in self._others(link, closure.visit_key)
            if not each.is_closed and reading.misses_visit(each.visit_key)
        }
        own = visit_of(self._visits.get(closure.visit_key))
        is_waiting = own is not None and own.is_closed and not own.is_confirmed
        if closure.was_found and is_waiting and reading.misses_closure(closure.visit_key):
            # Acknowledged by an earlier store, after the copy was made that this one began as.
            keys.add(closure.visit_key)
        dropped = forgotten_needs(self._jobs.get(link.job_id), None)
        dropped |= self._albums.needs(closure.visit_key, self._property_of(link))
        return dropped | {Need(NeedKind.VISIT, key) for key in keys}

    def doubted(self, delivery: Delivery, asked: Container[Topic]) -> Need | None:
        """The job of an invoice that an earlier store may have sent, where only lists were read.

        Some show a job's invoices only when it is asked for by itself: that is one look, before a
        person is asked.
        """
        job = job_of(self._jobs.get(delivery.link.job_id))
        if is_to_be_asked(delivery):
            return look_before_asking(delivery, job, asked)
        is_sent = delivery.effects.get(Part.INVOICE) not in (None, IntentState.PENDING)
        if delivery.why_unsure is None or is_sent or job is None or job.invoices is not None:
            return None
        is_due = delivery.charge is not None and delivery.charge.gross and not delivery.is_history
        is_asked = earlier_topic(delivery.visit.visit_key) in asked
        return Need(NeedKind.JOB, job.job_id) if is_due and not is_asked else None

    def delivery(self, closure: StoredClosure) -> Delivery | None:
        """All that one delivery depends on; None where it does not wait, or a record is parked."""
        link = self._links.get(closure.link_id or LinkId(0))
        visit = visit_of(self._visits.get(closure.visit_key))
        if link is None or visit is None:
            return None
        seen = self._jobs.get(link.job_id)
        job = job_of(seen)
        effects = self._effects_of(closure)
        is_parked = job is None and (seen is None or seen.problem != GONE)
        is_over = visit.is_confirmed and not effects and not was_acknowledged(closure)
        if is_parked or not visit.is_closed or is_over:
            return None
        return self._complete(closure, link, visit, job, effects)

    def _complete(
        self,
        closure: StoredClosure,
        link: Link,
        visit: VisitRecord,
        job: JobRecord | None,
        effects: Mapping[Part, IntentState],
    ) -> Delivery:
        connection, columns = self._connected.connection, self._columns
        others = self._others(link, closure.visit_key)
        contractor = self._contractor(job)
        is_ours = link.is_ours if visit.visit_key == link.visit_key else visit.tag is not None
        is_history = not is_ours and visit.tag is None and self._is_before_go_live(visit)
        _, vat_number = contractor_words(self._session, self._connected.connection, contractor)
        rules = charge_rules(connection, vat_number=vat_number)
        entered = entered_amount(self._policy, closure.visit_key)
        reckoning = reckon(read_closure(closure.content), rules, entered)
        numbering = NOTHING_TO_NUMBER
        if reckoning.charge is not None and reckoning.charge.gross:
            numbering = number_invoice(
                self._session, connection, closure, job, visit, others=others
            )
        may_be_sent = closure.was_found and (
            is_ours or self._is_before_this_store(visit) or self._is_before_put_back(visit)
        )
        state = job_state(
            job, columns.roles, contractors=columns.contractors, known=columns.status_types
        )
        return Delivery(
            link=link,
            job_state=state,
            job_status_id=job.status_id if job is not None else "",
            visit=visit,
            effects=effects,
            is_history=is_history,
            has_other_open=any(_is_expected(each, link, state) for each in others),
            has_other_to_come=self._is_asked_for_again(link)
            or bool(self._unconfirmed & {each.visit_key for each in others}),
            status_id=columns.roles.completed,
            has_signature=bool((closure.signature or "").strip()),
            signature_problem=signature_problem(closure.signature),
            charge=reckoning.charge,
            read_gross=reckoning.read_gross,
            entered_amount=entered,
            amount_problem=reckoning.problem,
            invoice_number=numbering.number,
            contractor_id=contractor,
            was_found=closure.was_found,
            why_unsure=numbering.why_unsure(reckoning.charge) if may_be_sent else None,
            note=remarks_of(self._connected, read_closure(closure.content), visit),
            has_lead=notes_lead(self._policy.leads, read_closure(closure.content)),
            may_be_sent=may_be_sent,
            album=self._album(closure.visit_key, link, is_history=is_history),
            is_acknowledged=visit.is_confirmed and was_acknowledged(closure),
            is_shown=is_shown(closure, job, numbering, with_papers=self._policy.with_papers),
        )

    def _album(self, visit_key: str, link: Link, *, is_history: bool) -> Album:
        """The photos of a visit; not of one about which a person is asked as a whole."""
        answer = self._policy.answers.get((InboxKind.HISTORY, HISTORY_TOPIC))
        if is_history and (answer is None or answer.choice != "deliver"):
            return NO_PHOTOS
        return self._albums.album(visit_key, self._property_of(link))

    def _property_of(self, link: Link) -> str:
        job = job_of(self._jobs.get(link.job_id))
        return job.property_id if job is not None else link.property_id

    @cached_property
    def _unconfirmed(self) -> frozenset[str]:
        """Closures of which the acknowledgement is still to come."""
        confirms = {e.visit_key: effect_key(e.visit_key, Part.CONFIRM) for e in self._waiting}
        done = {key for key, each in self._effects.items() if each.state is IntentState.DONE}
        return frozenset(key for key, confirm in confirms.items() if confirm not in done)

    def _is_asked_for_again(self, link: Link) -> bool:
        """Whether the link's visit was deleted, and may be made again as far as people said."""
        seen = self._visits.get(link.visit_key or "")
        answer = self._policy.answers.get(deleted_topic(link))
        is_left = answer is not None and answer.choice == "leave"
        return seen is not None and seen.problem == GONE and not is_left

    def end(self, delivery: Delivery, *, now: datetime) -> None:
        """It owes its job nothing any more. One that completed its job may get a next visit."""
        name, key = self._connected.name, delivery.visit.visit_key
        closures.deliver_closure(self._session, name, key, now=now)
        status = self._effects.get(effect_key(key, Part.STATUS))
        if was_shown_completed(status):
            links.note_completed(self._session, delivery.link.link_id, visit_key=key, now=now)

    def _effects_of(self, closure: StoredClosure) -> dict[Part, IntentState]:
        """The effects of this visit that exist; one that may be repeated counts as not sent."""
        found = {}
        for part in Part:
            stored = self._effects.get(effect_key(closure.visit_key, part))
            if stored is not None:
                is_open = stored.state is IntentState.SENDING
                is_harmless = is_open and outbox.is_repeatable(stored.intent.kind)
                found[part] = IntentState.PENDING if is_harmless else stored.state
        return found

    def _others(self, link: Link, visit_key: str) -> list[VisitRecord]:
        seen = visits_of_job(self._session, self._connected.name, link.job_id, link.doc_no)
        visits = (visit_of(each) for each in seen)
        return [each for each in visits if each is not None and each.visit_key != visit_key]

    def _is_before_go_live(self, visit: VisitRecord) -> bool:
        """A closure without a time counts as old: nobody can say that it is not."""
        go_live, zone = self._connected.connection.go_live, self._connected.zone
        if visit.closed_at is None:
            return True
        if go_live is not None:
            return visit.closed_at.astimezone(zone).date() < go_live
        return self._is_before_this_store(visit)

    def _is_before_this_store(self, visit: VisitRecord) -> bool:
        first = self._first_cycle_at
        return visit.closed_at is None or first is None or visit.closed_at <= first

    def _is_before_put_back(self, visit: VisitRecord) -> bool:
        at = self._put_back_at
        return at is not None and (visit.closed_at is None or visit.closed_at <= at)

    def _contractor(self, job: JobRecord | None) -> str:
        own = self._connected.connection.agentos.contractors
        return job.contractor_id if job is not None and job.contractor_id in own else own[0]


def _is_expected(visit: VisitRecord, link: Link, state: JobState) -> bool:
    """Whether somebody is still to close the visit: also one that is about to be shown again."""
    is_shown_again = (
        link.is_withdrawn
        and visit.visit_key == link.visit_key
        and TABLE[VisitState.HIDDEN, state] is Step.UNHIDE
    )
    return not visit.is_closed and (visit.is_in_app or is_shown_again)


def entered_amount(policy: DeliveryPolicy, visit_key: str) -> str | None:
    """The amount that a person entered for a visit, where none was readable or it was not right."""
    for (kind, topic), answer in policy.answers.items():
        is_amount = (kind, topic) == amount_topic(visit_key)
        is_approval = kind is InboxKind.APPROVE_INVOICE and topic.startswith(
            f"approve:{visit_key}:"
        )
        if answer.choice == "enter" and (is_amount or is_approval):
            return answer.value
    return None
