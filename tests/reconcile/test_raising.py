"""Jobs for visits from the field, as values."""

from dataclasses import replace

from syncd.model import NEEDS, Field, InboxKind, IntentKind, JobState, Owner, VisitState
from syncd.reconcile.intents import agentos_requests, doubt_question, refused_question
from syncd.reconcile.raising import (
    MOST_CANDIDATES,
    NewJob,
    acknowledgement,
    chosen_property,
    job_intent,
    raised_base,
    refused_visit_question,
    unmatched_question,
)
from tests.reconcile.made import VISIT, view

JOB = NewJob(
    channel="v4",
    mark="NF-17",
    branch_id="br-1",
    title="Gutter hangs",
    description="Gutter hangs\n[visit NF-17]",
    priority="High",
    reported_at=None,
    where="14 Elm Road",
    may_be_there=False,
)


def test_a_visit_has_one_job_whatever_is_known_of_it() -> None:
    """The key is the visit's alone, so that words may change while it waits."""
    one = job_intent("northgate", VISIT, JOB)
    other = job_intent("northgate", VISIT, replace(JOB, title="x", branch_id="br-2"))
    assert (one.kind, one.key, one.effect_key) == (
        IntentKind.CREATE_JOB,
        other.key,
        f"raise:{VISIT.visit_key}",
    )


def test_the_requests_of_a_job_are_counted() -> None:
    """V4 is read back; V3 shows nothing to read."""
    through_v3 = job_intent("northgate", VISIT, replace(JOB, channel="v3"))
    assert agentos_requests([job_intent("northgate", VISIT, JOB)]) == 2
    assert agentos_requests([through_v3]) == 1


def test_questions_about_a_new_job_name_its_visit() -> None:
    """There is no job to name; what arrived needs its OID."""
    planned = job_intent("northgate", VISIT, JOB)
    assert "for visit NF-17" in refused_question(planned, "no").summary
    doubt = doubt_question(planned, None)
    assert "for visit NF-17" in doubt.summary
    assert NEEDS in doubt.details


def test_a_person_is_offered_some_properties_and_a_way_out() -> None:
    """Never a list without end."""
    many = {f"p-{number}": "somewhere" for number in range(100)}
    question = unmatched_question(VISIT, many, is_fitting=False)
    assert len(question.choices) == MOST_CANDIDATES + 1
    assert question.choices[-1] == "not-ours"
    assert question.kind is InboxKind.UNMATCHED_VISIT
    assert "fits no property" in question.summary
    assert "several" in unmatched_question(VISIT, many, is_fitting=True).summary


def test_a_person_sees_what_was_typed_as_the_place() -> None:
    """Address and site, once each."""
    visit = replace(VISIT, address="Flat 2", site="9 Elm Road", post_code="LS1 4DY")
    assert (
        "(Flat 2, 9 Elm Road, LS1 4DY)" in unmatched_question(visit, {}, is_fitting=False).summary
    )
    same = replace(visit, site="Flat 2")
    assert "(Flat 2, LS1 4DY)" in unmatched_question(same, {}, is_fitting=False).summary


def test_a_property_is_chosen_by_a_person_or_by_being_the_only_one() -> None:
    """A choice that is not there any more is none."""
    known = {"p-1", "p-2"}
    assert chosen_property(None, ["p-1"], known) == "p-1"
    assert chosen_property(None, ["p-1", "p-2"], known) is None
    assert chosen_property("p-2", ["p-1"], known) == "p-2"
    assert chosen_property("p-9", ["p-1"], known) is None


def test_a_visit_that_v3_would_refuse_is_named_with_the_reason() -> None:
    """One item per visit."""
    question = refused_visit_question(VISIT, "the phone is too short")
    assert question.kind is InboxKind.REFUSED
    assert "the phone is too short" in question.summary


def test_an_acknowledgement_stands_for_itself() -> None:
    """It waits for nothing else."""
    made = acknowledgement("northgate", VISIT)
    assert (made.kind, made.payload["after"]) == (IntentKind.CONFIRM_CLOSE, [])
    assert made.changes["confirmClose"].new == 1


def test_a_refused_acknowledgement_names_its_visit() -> None:
    """By its mark; what an earlier version stored lacks that, and is named by its id."""
    made = acknowledgement("northgate", VISIT)
    assert f"for visit {VISIT.doc_no} was" in refused_question(made, "no").summary
    old = {name: value for name, value in made.payload.items() if name != "mark"}
    asked = refused_question(replace(made, payload=old), "no")
    assert f"for visit {VISIT.visit_id} was" in asked.summary


def test_what_both_sides_say_when_they_meet_is_their_base() -> None:
    """And what LetsJobIt owns was chosen there."""
    seen = view(VisitState.OPEN, JobState.WANTED)
    owners = {name: Owner.AGENTOS for name in Field} | {Field.DATE: Owner.LETSJOBIT}
    base = raised_base(seen, owners)
    assert base.job == seen.job_order.values
    assert base.visit == seen.visit_order.values
    assert base.taken <= {Field.DATE}
