"""Pairing by what a custom field of AgentOS names (`connections.custom_field`).

For jobs that are to be, or are being, seen to, and of which neither this store nor any visit knows
one: it may have been made before the store was lost. Each is asked once, and the answer is kept.
"""

from collections.abc import Iterable, Mapping, Sequence

from syncd.cycle.drafting import Draft
from syncd.cycle.pairing import Paired, paired_with, pairing_topic, which_of_named
from syncd.cycle.views import Known, job_of, visit_of
from syncd.model import (
    DirectoryKind,
    DirectoryRecord,
    JobState,
    Link,
    LinkId,
    Need,
    NeedKind,
    Observation,
)
from syncd.observe.custom_fields import field_key
from syncd.reconcile.links import Policy
from syncd.reconcile.pairing import pair_named
from syncd.reconcile.status import job_state
from syncd.store.directory import load_directory, load_directory_of
from syncd.store.links import are_from_first_reading, is_claimed
from syncd.store.marks import marks_of
from syncd.store.observations import visits_by

_LIVE = (JobState.WANTED, JobState.UNDER_WAY)


def pair_by_field(
    draft: Draft, policy: Policy, unfound: Sequence[Link], known: Known
) -> dict[LinkId, Paired]:
    """What the fields say of these links without a visit: a visit, a question, or something to
    wait for. Links that are left out go on as if nobody had asked."""
    setting, name = draft.connected.connection.custom_field, draft.connected.name
    asked = _asked(draft, policy, unfound, known) if setting.name else {}
    if not asked:
        return {}
    field = field_key(setting.of, setting.name)
    kind = DirectoryKind.CUSTOM_FIELD
    probed = load_directory(draft.session, name, kind, [field]).get(field)
    if probed is None:
        return _until_probed(draft, asked)
    if not (probed.content or {}).get("id"):
        return {}
    said = load_directory(draft.session, name, DirectoryKind.FIELD_MARK, asked.values())
    said = {oid: each for oid, each in said.items() if (each.content or {}).get("field") == field}
    unread = {each: oid for each, oid in asked.items() if oid not in said}
    found = _until_read(draft, unread)
    for link, oid in asked.items():
        paired = _by_mark(draft, policy, link, said[oid]) if oid in said else None
        if paired is not None:
            found[link.link_id] = paired
    return found


def _asked(draft: Draft, policy: Policy, unfound: Sequence[Link], known: Known) -> dict[Link, str]:
    """The links to ask about, and on whose field. Where syncd itself wrote since, nothing is left
    to learn; a choice that waits for a person stands."""
    setting = draft.connected.connection.custom_field
    objects: dict[Link, str] = {}
    for link in unfound:
        job, columns = job_of(known.jobs.get(link.job_id)), draft.columns
        state = job_state(
            job, columns.roles, contractors=columns.contractors, known=columns.status_types
        )
        if job is not None and state in _LIVE:
            objects[link] = link.job_id if setting.of == "job" else job.property_id
    field = field_key(setting.of, setting.name)
    marks = marks_of(draft.session, draft.connected.name, field, objects.values())
    written = {oid for oid, mark in marks.items() if mark.written is not None}
    return {
        link: oid
        for link, oid in objects.items()
        if oid and (oid not in written or pairing_topic(link) in policy.open_topics)
    }


def _until_probed(draft: Draft, asked: Mapping[Link, str]) -> dict[LinkId, Paired]:
    """One look tells where the field is."""
    needs = (*draft.needs, *draft.reading.looked)
    looks = [each for each in needs if each.kind is NeedKind.CUSTOM_FIELD]
    need = looks[0] if looks else Need(NeedKind.CUSTOM_FIELD, next(iter(asked.values())))
    return _waiting(draft, dict.fromkeys(asked, need))


def _until_read(draft: Draft, unread: Mapping[Link, str]) -> dict[LinkId, Paired]:
    return _waiting(draft, {link: Need(NeedKind.FIELD_MARK, oid) for link, oid in unread.items()})


def _waiting(draft: Draft, needs: Mapping[Link, Need]) -> dict[LinkId, Paired]:
    """Where a look failed, jobs that this store saw appear go on: nobody made a visit for them
    before. Only those that it found at its beginning wait for the next cycle."""
    failed = [link.link_id for link, need in needs.items() if need in draft.reading.failed]
    older = are_from_first_reading(draft.session, draft.connected.name, failed) if failed else set()
    return {
        link.link_id: Paired(link, needs=frozenset({need}))
        for link, need in needs.items()
        if need not in draft.reading.failed or link.link_id in older
    }


def _by_mark(draft: Draft, policy: Policy, link: Link, record: DirectoryRecord) -> Paired | None:
    """What one field comes to; None where it names no visit that is free."""
    numbers = (record.content or {}).get("numbers")
    named = [str(each) for each in numbers] if isinstance(numbers, list) else []
    seen = {each.record_id: each for each in _free(draft, link, named)}
    if any(each.problem is not None for each in seen.values()):
        return Paired(link, is_held=True)
    unread = frozenset(Need(NeedKind.VISIT, key) for key, s in seen.items() if s.content is None)
    if unread:
        return Paired(link, needs=unread)
    visits = filter(None, (visit_of(each) for each in seen.values()))
    found = pair_named(
        (each for each in visits if each.tag is None),
        is_proof=_is_lone(draft, record),
        answer=policy.answers.get(pairing_topic(link)),
    )
    if found.is_ambiguous:
        setting = draft.connected.connection.custom_field
        question = which_of_named(link, found, f"{setting.name!r} of its {setting.of}")
        return Paired(link, question=question)
    if found.visit is None:
        return None
    return paired_with(link, found.visit, seen[found.visit.visit_key], is_ours=False)


def _is_lone(draft: Draft, record: DirectoryRecord) -> bool:
    """Whether this is the field of a job, names one visit, and no other job's names the same."""
    kind = DirectoryKind.FIELD_MARK
    name = draft.connected.name
    same = load_directory_of(draft.session, name, kind, [record.parent]) if record.parent else {}
    return set(same) == {record.oid}


def _free(draft: Draft, link: Link, numbers: Iterable[str]) -> list[Observation]:
    """The visits of these numbers that carry nobody's tag and are not another job's."""
    session, name = draft.session, draft.connected.name
    found = visits_by(session, name, "doc_no", numbers)
    return [
        seen
        for number, group in found.items()
        for seen in group
        if seen.tag is None
        and not is_claimed(session, name, link.job_id, visit_key=seen.record_id, doc_no=number)
    ]
