"""The part of a plan that concerns links: each job with its visit, decided one by one.

In the transaction of `planning`; a link whose decision needs a look is left for the next plan.
"""

from collections.abc import Sequence
from dataclasses import replace

from syncd.cycle.acknowledged import unread_acknowledged
from syncd.cycle.agency import load_agency, surroundings_of
from syncd.cycle.drafting import Draft
from syncd.cycle.field_marks import pair_by_field
from syncd.cycle.field_visits import as_raised, is_named
from syncd.cycle.marks import standing_after
from syncd.cycle.notes import plan_skip_note
from syncd.cycle.pairing import Candidates, Paired, pair_link, paired_with, pairing_topic
from syncd.cycle.parking import bad_record
from syncd.cycle.policy import unknown_status_of_job
from syncd.cycle.views import Known, build_view, forgotten_needs, job_of, load_known, visit_of
from syncd.errors import BadRecord
from syncd.model import (
    GONE,
    DirectoryKind,
    JobRecord,
    JobState,
    Link,
    LinkId,
    Need,
    NeedKind,
    Observation,
    Side,
    Surroundings,
    Tag,
    VisitState,
)
from syncd.reconcile.links import LinkPlan, Policy, View, is_report_over, plan_link
from syncd.reconcile.raising import is_raised, is_without_contractor, plan_contractor, plan_raised
from syncd.reconcile.status import job_state
from syncd.store import links
from syncd.store.directory import drop
from syncd.store.journal import Entry, record
from syncd.store.raising import was_taken
from syncd.translate.obs import add_tag
from syncd.translate.raised import external_id_of
from syncd.translate.words import priority_name

EMERGENCY = "Emergency"

_OPEN = frozenset({VisitState.OPEN, VisitState.HIDDEN, VisitState.IN_PROGRESS, VisitState.SKIPPED})
_HIDING = frozenset({JobState.COMPLETED, JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE})
_IN_STEP = frozenset({JobState.WANTED, JobState.UNDER_WAY, JobState.OTHER, JobState.COMPLETED})


def plan_links(draft: Draft, policy: Policy, ids: Sequence[LinkId]) -> None:
    """Plan these links: pair those without a visit, keep their columns true, and decide each."""
    known = load_known(draft.session, draft.connected.name, ids)
    known = _unread(draft, _remembered(draft, _without_others(draft, known)))
    known = _pair(draft, policy, known)
    jobs = {link.job_id: job_of(known.jobs.get(link.job_id)) for link in known.links.values()}
    agency = load_agency(
        draft.session,
        draft.connected.name,
        [job for job in jobs.values() if job is not None],
        with_preferences=draft.connected.connection.visit.preferences,
    )
    for link in known.links.values():
        bare = build_view(link, known, None, draft.columns, draft.connected.rules)
        job, around = jobs[link.job_id], None
        if job is not None and _needs_content(bare):
            found = surroundings_of(job, agency)
            if not isinstance(found, Surroundings):
                draft.need(found)
                continue
            around = found
        view = build_view(link, known, around, draft.columns, draft.connected.rules)
        _refresh(draft, view, known)
        if _is_planned(view, known):
            _plan_one(draft, policy, view, known)
    links.settle(draft.session, draft.settled)
    draft.settled.clear()


def _without_others(draft: Draft, known: Known) -> Known:
    """Leave out jobs of a connection beside this one: what becomes of their visits is its say."""
    beside = draft.connected.contractors_beside
    if not beside:
        return known
    jobs = {link.job_id: job_of(known.jobs.get(link.job_id)) for link in known.links.values()}
    others = {job_id for job_id, job in jobs.items() if job and job.contractor_id in beside}
    for link in known.links.values():
        if link.job_id in others and link.is_open:
            links.update_link(draft.session, link.link_id, now=draft.now, is_open=False)
    kept = {number: link for number, link in known.links.items() if link.job_id not in others}
    return replace(known, links=kept)


def _remembered(draft: Draft, known: Known) -> Known:
    """Leave out links whose records retention dropped. Where one side has said something new since,
    the other is looked at first; where neither has, nothing is left to do."""
    kept: dict[LinkId, Link] = {}
    for link_id, link in known.links.items():
        job, visit = known.jobs.get(link.job_id), known.visits.get(link.visit_key or "")
        forgotten = forgotten_needs(job, visit)
        if not forgotten:
            kept[link_id] = link
        elif any(seen is not None and seen.content is not None for seen in (job, visit)):
            draft.need(forgotten)
        else:
            draft.settled[link_id] = _token(job, visit)
    return replace(known, links=kept)


def _unread(draft: Draft, known: Known) -> Known:
    """Leave out links whose visit was acknowledged unread, until it was looked at."""
    name, of = draft.connected.name, (known.links, known.visits)
    needs = unread_acknowledged(draft.session, name, of, draft.reading)
    draft.need(frozenset(needs.values()) - draft.reading.failed)
    return replace(known, links={n: link for n, link in known.links.items() if n not in needs})


def _needs_content(view: View) -> bool:
    """Whether what the visit should say matters."""
    if view.job_state not in _IN_STEP:
        return False
    return (
        view.visit_state in _OPEN
        or (
            view.job_state is JobState.WANTED
            and view.visit_state in (VisitState.NONE, VisitState.DELETED)
        )
        or view.visit_state is VisitState.DELETED
        or (view.visit_state is VisitState.CONFIRMED and view.link.was_completed)
    )


def _is_planned(view: View, known: Known) -> bool:
    """Not while a record is parked, or a job that only our tag names was not seen yet."""
    job, visit = known.jobs.get(view.link.job_id), known.visits.get(view.link.visit_key or "")
    if view.job is None and (job is None or job.problem != GONE):
        return False
    return view.link.visit_key is None or (visit is not None and visit.problem in (None, GONE))


def _pair(draft: Draft, policy: Policy, known: Known) -> Known:
    """Look for the visits of links that have none; those that wait for something are left out."""
    unpaired = [link for link in known.links.values() if link.visit_key is None]
    candidates = Candidates(draft.session, draft.connected, unpaired)
    kept, visits = {}, dict(known.visits)
    for number, link in known.links.items():
        if link.visit_key is None:
            continue
        another = _another(draft, candidates, link, known)
        if another is None:
            continue
        kept[number] = another.link
        if another.visit is not None:
            visits[another.visit.record_id] = another.visit
    found = _looked_for(draft, policy, candidates, unpaired)
    without = [each.link for each in found.values() if each.visit is None]
    by_field = pair_by_field(draft, policy, without, known)
    for number, each in by_field.items():
        del found[number]
        if _is_settled(draft, each):
            found[number] = each
    for number, each in found.items():
        kept[number] = each.link
        if each.visit is not None:
            visits[each.visit.record_id] = each.visit
            kept[number] = _as_found(draft, each, known)
            _record_pair(draft, kept[number], is_by_field=number in by_field)
        elif _may_be_raised(draft, job_of(known.jobs.get(each.link.job_id))):
            del kept[number]
        else:
            draft.identities[each.link.job_id] = candidates.next_identity(each.link)
    links_in_order = {number: kept[number] for number in known.links if number in kept}
    # What both sides said of an earlier visit is not what they said of this one.
    bases = {
        number: base
        for number, base in known.bases.items()
        if number in kept and kept[number].visit_key == known.links[number].visit_key
    }
    return replace(known, links=links_in_order, visits=visits, bases=bases)


def _another(draft: Draft, candidates: Candidates, link: Link, known: Known) -> Paired | None:
    """A link with a visit, with the next one where that is there already; else that one's identity
    is made up, where there may be one. None while it waits for a look."""
    if not _may_get_another(known.visits.get(link.visit_key or "")):
        return Paired(link)
    later = candidates.later(link)
    if later is None:
        draft.identities[link.job_id] = candidates.next_identity(link)
        return Paired(link)
    occurrence, seen = later
    visit = visit_of(seen)
    if visit is None:
        if seen.problem is None:
            draft.need(frozenset({Need(NeedKind.VISIT, seen.record_id)}))
        return None
    moved = replace(link, occurrence=occurrence, is_withdrawn=False)
    found = paired_with(moved, visit, seen, is_ours=True)
    links.update_link(
        draft.session, link.link_id, now=draft.now, occurrence=occurrence, was_completed=False
    )
    links.drop_base(draft.session, link.link_id)
    paired = replace(found, link=_as_found(draft, found, known))
    _record_pair(draft, paired.link, is_by_field=False)
    return paired


def _looked_for(
    draft: Draft, policy: Policy, candidates: Candidates, unpaired: Sequence[Link]
) -> dict[LinkId, Paired]:
    """These links, each with the visit that visits themselves tell, if any."""
    short_name = draft.connected.connection.agentos.short_name
    found: dict[LinkId, Paired] = {}
    for link in unpaired:
        answer = policy.answers.get(pairing_topic(link))
        each = pair_link(link, candidates, answer, short_name=short_name)
        if _is_settled(draft, each):
            found[link.link_id] = each
    return found


def _is_settled(draft: Draft, found: Paired) -> bool:
    """Whether the look for a link's visit is over; else what it waits for is noted."""
    draft.need(found.needs)
    if found.question is not None:
        draft.questions.append(found.question)
    return not (found.needs or found.question is not None or found.is_held)


def _may_be_raised(draft: Draft, job: JobRecord | None) -> bool:
    """Whether this may be the job of a visit that is in doubt: then it gets no visit of its own."""
    return job is not None and job.property_id in draft.doubtful


def _as_found(draft: Draft, found: Paired, known: Known) -> Link:
    """The link with the visit that was found. What is ours, and hidden as its job calls for, was
    hidden by us: it is shown again when the job is wanted again."""
    visit, seen = visit_of(found.visit), known.jobs.get(found.link.job_id)
    link = as_raised(found.link, job_of(seen), visit)
    if visit is None or visit.is_in_app or seen is None or not link.is_ours:
        return link
    columns = draft.columns
    state = job_state(
        job_of(seen), columns.roles, contractors=columns.contractors, known=columns.status_types
    )
    return replace(link, is_withdrawn=state in _HIDING)


def _may_get_another(seen: Observation | None) -> bool:
    """A visit that was deleted, or is closed and acknowledged, may be followed by the next."""
    visit = visit_of(seen)
    is_gone = seen is not None and seen.problem == GONE
    return is_gone or (visit is not None and visit.is_closed and visit.is_confirmed)


def _record_pair(draft: Draft, link: Link, *, is_by_field: bool) -> None:
    links.update_link(
        draft.session,
        link.link_id,
        now=draft.now,
        visit_id=link.visit_id,
        visit_key=link.visit_key,
        is_ours=link.is_ours,
        is_withdrawn=link.is_withdrawn,
    )
    why = "the visit carries our mark" if link.is_ours else "the visit carries the job's number"
    _note(draft, link, "paired", "a custom field names the visit" if is_by_field else why)


def _note(draft: Draft, link: Link, event: str, why: str) -> None:
    entry = Entry(
        event,
        why,
        connection=link.connection,
        link_id=link.link_id,
        job_id=link.job_id,
        visit_id=link.visit_id,
    )
    record(draft.session, [entry], now=draft.now)


def _refresh(draft: Draft, view: View, known: Known) -> None:
    """Keep the link's own columns true. A visit that is parked is expected as before."""
    link, job = view.link, view.job
    seen = known.visits.get(link.visit_key or "")
    is_parked = seen is not None and seen.problem not in (None, GONE)
    changed: dict[str, object] = {}
    if link.is_open != (view.visit_state in _OPEN) and not is_parked:
        changed["is_open"] = not link.is_open
    if job is not None and job.property_id != link.property_id:
        changed["property_id"] = job.property_id
    if job is not None and job.branch_id != link.branch_id:
        changed["branch_id"] = job.branch_id
    is_emergency = _is_emergency(view)
    if is_emergency != (link.emergency_at is not None):
        changed["emergency_at"] = draft.now if is_emergency else None
    if is_report_over(view, draft.columns.roles):
        changed["reported_from"] = None
    is_acknowledged = view.visit_state is VisitState.CONFIRMED
    if is_acknowledged and view.job_state is JobState.COMPLETED and not link.was_completed:
        changed["was_completed"] = True
    if changed:
        links.update_link(draft.session, link.link_id, now=draft.now, **changed)


def _is_emergency(view: View) -> bool:
    """Whether an Emergency waits for an engineer, or one is at it."""
    is_ours = view.job_state in (JobState.WANTED, JobState.UNDER_WAY)
    return is_ours and priority_name(view.known_job.priority) == EMERGENCY


def _plan_one(draft: Draft, policy: Policy, view: View, known: Known) -> None:
    link = view.link
    try:
        plan = _planned(draft, policy, view)
    except BadRecord as error:
        _park(draft, policy, view, error.message)
        return
    draft.intents += plan.intents
    draft.questions += plan.questions
    standing = standing_after(view, plan.intents, draft.connected)
    if standing is not None:
        draft.standings[link.link_id] = standing
    unknown = unknown_status_of_job(view, draft.columns)
    if unknown is not None:
        draft.questions.append(unknown)
    if plan.base is not None:
        links.move_base(draft.session, link.link_id, plan.base, now=draft.now)
        _note_adoptions(draft, view, plan)
    note = plan_skip_note(draft.session, draft.connected, view)
    draft.intents += [note] if note is not None else []
    if plan.is_quiet and unknown is None and note is None:
        job, visit = known.jobs.get(link.job_id), known.visits.get(link.visit_key or "")
        draft.settled[link.link_id] = _token(job, visit)


def _token(job: Observation | None, visit: Observation | None) -> str:
    fingerprints = (seen.fingerprint if seen is not None else None for seen in (job, visit))
    return str(links.settled_token(*fingerprints))


def _planned(draft: Draft, policy: Policy, view: View) -> LinkPlan:
    raised_as = external_id_of(view.job.description) if view.job is not None else None
    if raised_as is not None and _is_to_be_taken(draft, view, raised_as):
        return plan_contractor(view, policy, draft.connected.connection.agentos.contractors[0])
    if is_raised(view, draft.raised, is_named=is_named(view.job, view.visit)):
        tag = Tag(draft.connected.rules.short_name, view.link.job_id)
        return plan_raised(view, policy, add_tag(view.known_visit.obs, tag))
    return plan_link(view, policy)


def _is_to_be_taken(draft: Draft, view: View, raised_as: str) -> bool:
    """Whether the job is to be given to our contractor: once, whoever takes it away later."""
    if view.job is None or view.job.contractor_id:
        return False
    columns = draft.columns
    if_ours = job_state(
        replace(view.job, contractor_id=draft.connected.connection.agentos.contractors[0]),
        columns.roles,
        contractors=columns.contractors,
        known=columns.status_types,
    )
    is_nobodys = is_without_contractor(view, raised_as, if_ours=if_ours)
    return is_nobodys and not was_taken(draft.session, view.link.link_id)


def _park(draft: Draft, policy: Policy, view: View, reason: str) -> None:
    """Ask about a job that no visit can be made of; on `retry` its property is asked for again."""
    question = bad_record(Side.AGENTOS, view.link.job_id, reason)
    if policy.answers.get((question.kind, question.topic)) != "retry":
        draft.questions.append(question)
    elif view.job is not None:
        name = draft.connected.name
        drop(draft.session, name, DirectoryKind.PROPERTY, view.job.property_id)


def _note_adoptions(draft: Draft, view: View, plan: LinkPlan) -> None:
    """Write down which values were taken as they are, and by which rule."""
    before = view.base.visit if view.base is not None else {}
    after = plan.base.visit if plan.base is not None else {}
    entries = [
        Entry(
            "adopted",
            plan.reasons[name],
            connection=view.link.connection,
            link_id=view.link.link_id,
            job_id=view.link.job_id,
            visit_id=view.link.visit_id,
            field=name.value,
            old=before.get(name),
            new=value,
        )
        for name, value in after.items()
        if name in plan.reasons and before.get(name) != value
    ]
    record(draft.session, entries, now=draft.now)
