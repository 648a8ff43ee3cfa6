"""Tests of planning one link: what each cell of the state table comes to, and people's words."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from syncd.model import (
    Base,
    Change,
    Field,
    InboxKind,
    Intent,
    IntentKind,
    JobState,
    Json,
    Owner,
    StatusRoles,
    VisitState,
)
from syncd.reconcile.links import (
    WHILE_IN_PROGRESS,
    LinkPlan,
    is_report_over,
    plan_link,
    state_question,
)
from tests.reconcile.made import (
    AGREED,
    LINK,
    NEXT_ID,
    OWNERS,
    ROLES,
    SAID,
    policy,
    view,
)

LOST = (JobState.CANCELLED, JobState.NOT_OURS, JobState.GONE)
FIELDS_TOPIC = (InboxKind.CONFLICT, f"fields:{LINK.job_id}")
DELETED_TOPIC = (InboxKind.VISIT_DELETED, f"deleted:{LINK.visit_id}")
OTHER_WORDS: Mapping[Field, Json] = {Field.DESCRIPTION: {"text": "Other words."}}
OTHER_DATE: Mapping[Field, Json] = {Field.DATE: {"date": "2026-07-01"}}


def state_topic(job_state: JobState) -> tuple[InboxKind, str]:
    """Under which topic the two states are asked about."""
    return InboxKind.CONFLICT, f"state:{LINK.job_id}:{job_state}"


def only(plan: LinkPlan) -> Intent:
    """The one intent of a plan."""
    (intent,) = plan.intents
    return intent


def told(plan: LinkPlan) -> tuple[list[str], list[str]]:
    """What a plan does and asks, by kind."""
    return [each.kind.value for each in plan.intents], [each.kind.value for each in plan.questions]


# Both sides in step, the visit ours, nothing answered; per cell what is done and asked. Columns:
# wanted, under way, other, completed, and cancelled, not ours and gone alike.
DO, NOTHING = IntentKind, ((), ())
UPDATE, REPORT = ((DO.UPDATE_VISIT,), ()), ((DO.UPDATE_JOB,), ())
HIDE, ASK = ((DO.WITHDRAW_VISIT,), ()), ((), (InboxKind.CONFLICT,))
CREATE, DELETED = ((DO.CREATE_VISIT,), ()), ((), (InboxKind.VISIT_DELETED,))
BOTH = ((DO.WITHDRAW_VISIT,), (InboxKind.CONFLICT,))
CELLS = {
    VisitState.NONE: (CREATE, NOTHING, NOTHING, NOTHING, NOTHING),
    VisitState.OPEN: (NOTHING, NOTHING, NOTHING, BOTH, HIDE),
    VisitState.HIDDEN: (UPDATE, UPDATE, NOTHING, NOTHING, NOTHING),
    VisitState.IN_PROGRESS: (REPORT, NOTHING, NOTHING, ASK, ASK),
    VisitState.SKIPPED: (REPORT, REPORT, NOTHING, HIDE, HIDE),
    VisitState.CLOSED: (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    VisitState.CONFIRMED: (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    VisitState.DELETED: (DELETED, DELETED, DELETED, NOTHING, NOTHING),
}


@pytest.mark.parametrize(("row", "column"), list(product(VisitState, JobState)))
def test_what_every_cell_comes_to(row: VisitState, column: JobState) -> None:
    """Of a link in step, in each of the 56 cells; and nothing is remembered that was so already."""
    number = 4 if column in LOST else list(JobState).index(column)
    does, asks = CELLS[row][number]
    plan = plan_link(view(row, column), policy())
    assert told(plan) == (list(does), list(asks))
    assert plan.base is None
    assert plan.is_quiet is (not does and not asks)


# Creating


def test_a_wanted_job_becomes_a_visit() -> None:
    """The whole body is written, under the identity of the job's next visit."""
    made = only(plan_link(view(VisitState.NONE, JobState.WANTED, base=None), policy()))
    assert (made.kind, made.visit_id, made.job_id) == (
        IntentKind.CREATE_VISIT,
        NEXT_ID,
        LINK.job_id,
    )
    assert made.payload["body"] == {"id": NEXT_ID, "date": "2026-06-10"}
    assert (made.payload["occurrence"], made.payload["salt"]) == (2, 0)
    assert made.payload["job"] == {name.value: value for name, value in SAID.items()}
    assert made.changes["date"] == Change(None, "2026-06-10")


def test_a_creation_that_waits_is_the_same_on_the_next_day() -> None:
    """Its date is moved on while it waits, and what a guard was asked about is that creation."""
    seen = view(VisitState.NONE, JobState.WANTED)
    today = policy()
    tomorrow = replace(
        today,
        new_visit=lambda of: replace(
            today.new_visit(of), body={**today.new_visit(of).body, "date": "2026-06-11"}
        ),
    )
    assert only(plan_link(seen, today)).key == only(plan_link(seen, tomorrow)).key
    later = view(VisitState.NONE, JobState.WANTED, job_says=OTHER_DATE)
    assert only(plan_link(later, today)).key != only(plan_link(seen, today)).key


def test_a_confirmed_visit_is_followed_only_after_the_job_was_completed() -> None:
    """Wanted again means that it was seen completed in between: then the next occurrence."""
    was = view(VisitState.CONFIRMED, JobState.WANTED, link={"was_completed": True})
    made = only(plan_link(was, policy()))
    assert (made.kind, made.visit_id) == (IntentKind.CREATE_VISIT, NEXT_ID)
    for column in set(JobState) - {JobState.WANTED}:
        seen = view(VisitState.CONFIRMED, column, link={"was_completed": True})
        assert plan_link(seen, policy()).is_quiet


@pytest.mark.parametrize("column", [JobState.WANTED, JobState.UNDER_WAY, JobState.OTHER])
@pytest.mark.parametrize("answer", [None, "leave", "recreate"])
def test_a_deleted_visit_is_made_again_on_a_persons_word(
    column: JobState, answer: str | None
) -> None:
    """Nobody undoes a dispatcher's deletion unasked; the question stays while its cause lasts."""
    answers = {} if answer is None else {DELETED_TOPIC: answer}
    plan = plan_link(view(VisitState.DELETED, column), policy(answers=answers))
    does = ["create_visit"] if answer == "recreate" else []
    assert told(plan) == (does, ["visit_deleted"])
    assert plan.questions[0].choices == ("recreate", "leave")


# Keeping in step


def test_what_changed_in_the_job_is_written() -> None:
    """Only the changed field, with the rule behind it; the base waits until it was read back."""
    plan = plan_link(view(VisitState.OPEN, JobState.WANTED, job_says=OTHER_WORDS), policy())
    made = only(plan)
    assert made.kind is IntentKind.UPDATE_VISIT
    old, new = SAID[Field.DESCRIPTION], OTHER_WORDS[Field.DESCRIPTION]
    assert made.changes == {"description": Change(old, new)}
    assert made.payload == {
        "body": {"description": new},
        "job": {"description": new},
        "unhide": False,
        "why": {"description": "changed in AgentOS"},
    }
    assert plan.base is None


def test_what_the_dispatcher_changed_is_kept() -> None:
    """The date is his from then on: remembered at once, and no later date of the job is written."""
    first = plan_link(view(VisitState.OPEN, JobState.WANTED, visit_says=OTHER_DATE), policy())
    assert (first.intents, first.questions) == ((), ())
    assert first.base is not None
    assert first.base.taken == {Field.DATE}
    later = view(
        VisitState.OPEN,
        JobState.WANTED,
        job_says={Field.DATE: {"date": "2026-08-01"}},
        visit_says=OTHER_DATE,
        base=first.base,
    )
    assert plan_link(later, policy()).intents == ()


def test_a_write_that_changes_nothing_is_no_intent() -> None:
    """Where translation says that the visit needs no change, nothing is sent."""
    quiet = replace(policy(), visit_changes=lambda _, __: {})
    plan = plan_link(view(VisitState.OPEN, JobState.WANTED, job_says=OTHER_WORDS), quiet)
    assert plan.intents == ()
    assert plan.reasons == {Field.DESCRIPTION: "changed in AgentOS"}


ASKED = {**OWNERS, Field.DESCRIPTION: Owner.ASK}


@pytest.mark.parametrize("answer", [None, "agentos", "letsjobit", "leave"])
def test_a_conflict_about_fields(answer: str | None) -> None:
    """One question names both sides' words; a person's word decides it; other fields go on."""
    seen = view(
        VisitState.OPEN,
        JobState.WANTED,
        job_says={**OTHER_WORDS, Field.PRIORITY: {"priority": 1}},
        visit_says={Field.DESCRIPTION: {"text": "The engineer's words."}},
    )
    answers = {} if answer is None else {FIELDS_TOPIC: answer}
    plan = plan_link(seen, policy(owners=ASKED, answers=answers))
    (question,) = plan.questions
    assert (question.kind, question.topic) == FIELDS_TOPIC
    assert question.details == {
        "description": {
            "agentos": {"text": "Other words."},
            "letsjobit": {"text": "The engineer's words."},
        }
    }
    written = {"priority", "description"} if answer == "agentos" else {"priority"}
    assert only(plan).changes.keys() == written
    adopted = plan.base is not None
    assert adopted is (answer in ("letsjobit", "leave"))
    if plan.base is not None:
        assert (Field.DESCRIPTION in plan.base.taken) is (answer == "letsjobit")


def test_without_a_common_past_every_difference_is_one_question() -> None:
    """What LetsJobIt owns is adopted without one."""
    seen = view(
        VisitState.OPEN,
        JobState.WANTED,
        visit_says={**OTHER_WORDS, Field.PRIORITY: {"priority": 4}, **OTHER_DATE},
        base=None,
    )
    plan = plan_link(seen, policy())
    assert plan.intents == ()
    (question,) = plan.questions
    assert set(question.details) == {"description", "priority"}
    assert plan.base is not None
    assert plan.base.taken == {Field.DATE}


@pytest.mark.parametrize("column", [JobState.WANTED, JobState.UNDER_WAY, JobState.OTHER])
def test_in_progress_only_what_the_visit_says_still_changes(column: JobState) -> None:
    """Never when, who, how urgent or with which skill: that waits, and is not remembered."""
    values: dict[Field, Json] = {name: {"value": 1} for name in Field}
    seen = view(
        VisitState.IN_PROGRESS,
        column,
        status="st-progress",
        job_says={name: {"value": 2} for name in Field},
        visit_says=values,
        base=Base(values, values),
    )
    plan = plan_link(seen, policy())
    assert only(plan).changes.keys() == {name.value for name in WHILE_IN_PROGRESS}
    assert {"date", "driver", "priority", "category"}.isdisjoint(only(plan).changes)
    assert plan.base is None
    assert plan.questions == ()


def test_a_date_changed_during_the_work_is_written_when_the_visit_is_open_again() -> None:
    """What was left for later is not lost."""
    at_work = view(VisitState.IN_PROGRESS, JobState.UNDER_WAY, job_says=OTHER_DATE)
    assert plan_link(at_work, policy()).is_quiet
    afterwards = view(VisitState.OPEN, JobState.UNDER_WAY, job_says=OTHER_DATE)
    assert only(plan_link(afterwards, policy())).changes.keys() == {"date"}


# Hiding and showing


@pytest.mark.parametrize("column", LOST)
@pytest.mark.parametrize("row", [VisitState.OPEN, VisitState.SKIPPED])
def test_a_lost_job_hides_its_visit(row: VisitState, column: JobState) -> None:
    """By taking it out of the app; the reason goes to the journal."""
    made = only(plan_link(view(row, column), policy()))
    assert (made.kind, made.visit_id) == (IntentKind.WITHDRAW_VISIT, LINK.visit_id)
    assert made.changes == {"inMobileApp": Change(1, 0)}
    assert made.payload == {"delete": False, "why": {"visit": f"the job is {column}"}}


@pytest.mark.parametrize("column", LOST)
@pytest.mark.parametrize("is_in_app", [True, False])
def test_a_lost_job_deletes_its_visit_where_configuration_wants_that(
    column: JobState, is_in_app: bool
) -> None:
    """Also one that the dispatcher took out of the app."""
    seen = view(VisitState.OPEN, column, visit={"is_in_app": is_in_app})
    made = only(plan_link(seen, policy(withdraw="delete")))
    assert made.payload["delete"] is True
    assert made.changes == {"_id": Change(LINK.visit_key, None)}


@pytest.mark.parametrize("column", [*LOST, JobState.COMPLETED])
@pytest.mark.parametrize("is_ours", [True, False])
def test_what_the_dispatcher_hid_is_not_withdrawn_again(column: JobState, is_ours: bool) -> None:
    """It is out of the app already; and what we did not hide we never show again."""
    seen = view(VisitState.OPEN, column, visit={"is_in_app": False}, link={"is_ours": is_ours})
    assert plan_link(seen, policy()).intents == ()


@pytest.mark.parametrize("withdraw", ["hide", "delete"])
@pytest.mark.parametrize("column", LOST)
@pytest.mark.parametrize("answer", [None, "agentos", "letsjobit", "leave"])
def test_a_visit_that_people_made_goes_only_on_their_word(
    withdraw: str, column: JobState, answer: str | None
) -> None:
    """Ownership before destruction: hidden on their word, and never deleted."""
    seen = view(VisitState.OPEN, column, link={"is_ours": False})
    answers = {} if answer is None else {state_topic(column): answer}
    plan = plan_link(seen, policy(withdraw=withdraw, answers=answers))
    assert [each.kind for each in plan.questions] == [InboxKind.CONFLICT]
    assert len(plan.intents) == (answer == "agentos")
    assert all(each.payload["delete"] is False for each in plan.intents)


@pytest.mark.parametrize("is_ours", [True, False])
@pytest.mark.parametrize("answer", [None, "agentos", "letsjobit", "leave"])
def test_a_job_completed_under_an_open_visit(is_ours: bool, answer: str | None) -> None:
    """Ours is hidden and asked about, another's is asked about first; LetsJobIt's word keeps it."""
    seen = view(
        VisitState.OPEN, JobState.COMPLETED, link={"is_ours": is_ours}, job_says=OTHER_WORDS
    )
    answers = {} if answer is None else {state_topic(JobState.COMPLETED): answer}
    plan = plan_link(seen, policy(answers=answers))
    assert [each.topic for each in plan.questions] == [state_topic(JobState.COMPLETED)[1]]
    kinds = [each.kind for each in plan.intents]
    if answer == "letsjobit":
        assert kinds == [IntentKind.UPDATE_VISIT]
    else:
        assert kinds == [IntentKind.WITHDRAW_VISIT] * (is_ours or answer == "agentos")


def test_a_job_completed_by_authorising_our_invoice_is_no_conflict() -> None:
    """AgentOS completes it then; an open return visit stays as it is."""
    seen = view(VisitState.OPEN, JobState.COMPLETED, has_our_invoice=True, job_says=OTHER_WORDS)
    assert plan_link(seen, policy()).is_quiet


@pytest.mark.parametrize("column", [JobState.WANTED, JobState.UNDER_WAY])
def test_a_hidden_visit_comes_back_with_what_changed_meanwhile(column: JobState) -> None:
    """The same visit, in one write."""
    seen = view(VisitState.HIDDEN, column, job_says=OTHER_WORDS)
    made = only(plan_link(seen, policy()))
    assert (made.kind, made.visit_id) == (IntentKind.UPDATE_VISIT, LINK.visit_id)
    assert made.changes["inMobileApp"] == Change(0, 1)
    assert made.changes.keys() == {"inMobileApp", "description"}
    assert made.payload["unhide"] is True
    assert made.payload["job"] == OTHER_WORDS


@pytest.mark.parametrize("answer", [None, "agentos", "letsjobit", "leave"])
def test_a_hidden_visit_of_a_completed_job_keeps_its_open_question(answer: str | None) -> None:
    """Hiding it answered nothing: on LetsJobIt's word the visit comes back."""
    topic = state_topic(JobState.COMPLETED)
    seen = view(VisitState.HIDDEN, JobState.COMPLETED)
    answers = {} if answer is None else {topic: answer}
    plan = plan_link(seen, policy(answers=answers, open_topics=frozenset({topic})))
    assert [each.topic for each in plan.questions] == [topic[1]]
    assert [each.payload["unhide"] for each in plan.intents] == [True] * (answer == "letsjobit")


def test_both_questions_of_a_kept_visit_stay() -> None:
    """LetsJobIt's word on the state hides no conflict about fields."""
    topic = state_topic(JobState.COMPLETED)
    for row in (VisitState.OPEN, VisitState.HIDDEN):
        seen = view(row, JobState.COMPLETED, visit_says=OTHER_WORDS, base=None)
        plan = plan_link(seen, policy(answers={topic: "letsjobit"}))
        assert [each.topic for each in plan.questions] == [FIELDS_TOPIC[1], topic[1]]


@pytest.mark.parametrize("column", [JobState.OTHER, *LOST])
def test_a_question_about_a_hidden_visit_closes_when_the_job_went_on(column: JobState) -> None:
    """Its cause is gone: the job is not completed any more."""
    topics = frozenset({state_topic(column), state_topic(JobState.COMPLETED)})
    assert plan_link(view(VisitState.HIDDEN, column), policy(open_topics=topics)).is_quiet


@pytest.mark.parametrize("column", [*LOST, JobState.COMPLETED])
@pytest.mark.parametrize("answer", [None, "agentos", "letsjobit", "leave"])
@pytest.mark.parametrize("is_ours", [True, False])
def test_a_visit_in_progress_is_left_alone(
    column: JobState, answer: str | None, is_ours: bool
) -> None:
    """Whatever became of its job and whatever people say, nothing is written under his hands."""
    answers = {} if answer is None else {state_topic(column): answer}
    seen = view(VisitState.IN_PROGRESS, column, link={"is_ours": is_ours}, job_says=OTHER_WORDS)
    plan = plan_link(seen, policy(answers=answers, withdraw="delete"))
    assert (plan.intents, plan.base) == ((), None)
    assert [each.topic for each in plan.questions] == [state_topic(column)[1]]


def test_a_state_question_names_its_link() -> None:
    """With both states, in words, and the choices of a conflict."""
    question = state_question(LINK, JobState.CANCELLED, "closed")
    assert (question.link_id, question.job_id, question.visit_id) == (
        LINK.link_id,
        LINK.job_id,
        LINK.visit_id,
    )
    assert "cancelled" in question.summary
    assert "closed" in question.summary
    assert question.choices == ("agentos", "letsjobit", "leave")


# Reporting progress


def report(
    row: VisitState,
    status: str,
    *,
    before: str | None = None,
    roles: StatusRoles = ROLES,
    **told: Any,
) -> tuple[Json, Json] | None:
    """The status that is reported and the one to go back to later; None where nothing is."""
    wanted = status in roles.visit_when
    named = (roles.in_progress, roles.awaiting_access)
    column = (
        JobState.WANTED if wanted else JobState.UNDER_WAY if status in named else JobState.OTHER
    )
    seen = view(row, column, status=status, link={"reported_from": before}, **told)
    found = [
        each for each in plan_link(seen, policy(roles=roles)).intents if each.kind is DO.UPDATE_JOB
    ]
    if not found:
        return None
    (made,) = found
    assert made.changes == {"status": Change(status, made.payload["status_id"])}
    return made.payload["status_id"], made.payload["reports_from"]


def test_starting_the_work_is_reported_once() -> None:
    """Only where the job is still wanted."""
    assert report(VisitState.IN_PROGRESS, "st-reported") == ("st-progress", None)
    assert report(VisitState.IN_PROGRESS, "st-progress") is None
    assert report(VisitState.IN_PROGRESS, "st-quoted") is None


def test_skipping_is_reported_with_the_way_back() -> None:
    """From wherever the job stood."""
    assert report(VisitState.SKIPPED, "st-reported") == ("st-access", "st-reported")
    assert report(VisitState.SKIPPED, "st-progress") == ("st-access", "st-progress")
    assert report(VisitState.SKIPPED, "st-access") is None
    assert report(VisitState.SKIPPED, "st-access", before="st-reported") is None
    assert report(VisitState.SKIPPED, "st-quoted") is None


def test_the_way_back_of_an_earlier_skip_is_replaced() -> None:
    """A report that is made again goes back to the status that staff have set since."""
    assert report(VisitState.SKIPPED, "st-progress", before="st-pending") == (
        "st-access",
        "st-progress",
    )


@pytest.mark.parametrize(
    ("state", "status", "before", "is_over"),
    [
        (VisitState.OPEN, "st-reported", "st-reported", True),
        (VisitState.IN_PROGRESS, "st-quoted", "st-reported", True),
        (VisitState.OPEN, "st-access", "st-reported", False),
        (VisitState.SKIPPED, "st-reported", "st-reported", False),
        (VisitState.OPEN, "st-reported", None, False),
    ],
)
def test_a_way_back_that_is_not_needed_any_more_is_forgotten(
    state: VisitState, status: str, before: str | None, is_over: bool
) -> None:
    """Else a status that staff set themselves months later would be taken back."""
    seen = view(state, JobState.WANTED, status=status, link={"reported_from": before})
    assert is_report_over(seen, ROLES) is is_over


def test_a_skipped_visit_that_is_rescheduled_takes_its_job_back() -> None:
    """Only where we reported that it was skipped: another's awaiting access stays."""
    assert report(VisitState.OPEN, "st-access", before="st-pending") == ("st-pending", None)
    assert report(VisitState.OPEN, "st-access") is None
    assert report(VisitState.OPEN, "st-progress", before="st-pending") is None
    assert report(VisitState.OPEN, "st-reported", before="st-pending") is None


def test_work_that_starts_after_a_skip_is_reported() -> None:
    """As in progress where that has a name, else by going back; another's status stays."""
    assert report(VisitState.IN_PROGRESS, "st-access", before="st-pending") == (
        "st-progress",
        None,
    )
    nameless = replace(ROLES, in_progress=None)
    assert report(VisitState.IN_PROGRESS, "st-access", before="st-pending", roles=nameless) == (
        "st-pending",
        None,
    )
    assert report(VisitState.IN_PROGRESS, "st-access") is None
    assert report(VisitState.IN_PROGRESS, "st-progress", before="st-pending") is None


def test_a_status_without_a_name_is_not_reported() -> None:
    """That transition is simply not told; the others are."""
    no_progress = replace(ROLES, in_progress=None)
    assert report(VisitState.IN_PROGRESS, "st-reported", roles=no_progress) is None
    assert report(VisitState.SKIPPED, "st-reported", roles=no_progress) is not None
    no_access = replace(ROLES, awaiting_access=None)
    assert report(VisitState.SKIPPED, "st-reported", roles=no_access) is None
    assert report(VisitState.IN_PROGRESS, "st-reported", roles=no_access) is not None
    for row in (VisitState.OPEN, VisitState.IN_PROGRESS, VisitState.SKIPPED):
        assert report(row, "st-access", before="st-pending", roles=no_access) is None


def test_a_status_that_counts_as_wanted_is_not_reported_again() -> None:
    """An agency may name the same status twice."""
    both = replace(ROLES, visit_when=frozenset({"st-progress", "st-access"}))
    assert report(VisitState.IN_PROGRESS, "st-progress", roles=both) is None
    assert report(VisitState.SKIPPED, "st-access", roles=both) is None
    assert report(VisitState.OPEN, "st-access", before="st-pending", roles=both) == (
        "st-pending",
        None,
    )


def test_a_report_stands_beside_an_update() -> None:
    """The visit first, then what is said of it."""
    seen = view(VisitState.IN_PROGRESS, JobState.WANTED, job_says=OTHER_WORDS)
    kinds = [each.kind for each in plan_link(seen, policy()).intents]
    assert kinds == [IntentKind.UPDATE_VISIT, IntentKind.UPDATE_JOB]


# What planning never does


@pytest.mark.parametrize(("row", "column"), list(product(VisitState, JobState)))
@pytest.mark.parametrize("withdraw", ["hide", "delete"])
def test_only_open_visits_are_ever_withdrawn(
    row: VisitState, column: JobState, withdraw: str
) -> None:
    """Never one in progress, hidden, closed or gone, whatever people answered."""
    for word in ("agentos", "letsjobit", "leave", "recreate"):
        answers = {topic: word for topic in (state_topic(column), DELETED_TOPIC, FIELDS_TOPIC)}
        plan = plan_link(view(row, column), policy(withdraw=withdraw, answers=answers))
        if any(each.kind is IntentKind.WITHDRAW_VISIT for each in plan.intents):
            assert row in (VisitState.OPEN, VisitState.SKIPPED)
            assert column in (*LOST, JobState.COMPLETED)


def test_a_view_without_a_side_says_so() -> None:
    """Asking for a record that the table says is not there is a bug, not a guess."""
    gone = view(VisitState.NONE, JobState.GONE)
    with pytest.raises(ValueError, match="the job is not known"):
        _ = gone.known_job
    with pytest.raises(ValueError, match="the visit is not known"):
        _ = gone.known_visit


def test_a_base_that_did_not_move_is_not_written() -> None:
    """An unchanged link costs no row."""
    plan = plan_link(view(VisitState.OPEN, JobState.WANTED, base=AGREED), policy())
    assert plan == LinkPlan()
    found = plan_link(view(VisitState.OPEN, JobState.WANTED, base=None), policy())
    assert found.base == AGREED
    assert not found.is_quiet
