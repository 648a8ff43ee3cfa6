"""What a custom field says: the word for every state, and which visits a property names."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Change, IntentKind, JobId, LinkId, VisitId, VisitState
from syncd.reconcile.intents import intent
from syncd.reconcile.marks import (
    MOST_SHOWN,
    Standing,
    expected,
    numbers_told,
    told,
    told_of_property,
)

LONDON = ZoneInfo("Europe/London")
LATE = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


def standing(number: str, state: VisitState, closed_at: datetime | None = None) -> Standing:
    """Where the visit of this number stands."""
    return Standing(LinkId(1), JobId("j"), VisitId(5), "pr", number, state, closed_at)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (VisitState.OPEN, "AOS-1 open"),
        (VisitState.IN_PROGRESS, "AOS-1 in progress"),
        (VisitState.SKIPPED, "AOS-1 skipped"),
        (VisitState.HIDDEN, "AOS-1 withdrawn"),
        (VisitState.NONE, "AOS-1 withdrawn"),
        (VisitState.DELETED, "AOS-1 deleted"),
        (VisitState.CLOSED, "AOS-1 closed 2026-07-02"),
        (VisitState.CONFIRMED, "AOS-1 closed 2026-07-02"),
    ],
)
def test_every_state_has_its_words(state: VisitState, words: str) -> None:
    """The day of a closure is the agency's; acknowledging changes nothing."""
    assert told(standing("AOS-1", state, LATE), LONDON) == words


def test_a_closure_without_a_time_has_no_day() -> None:
    """Nobody can say which."""
    assert told(standing("AOS-1", VisitState.CLOSED), LONDON) == "AOS-1 closed"


def test_a_property_names_what_is_still_to_be_done() -> None:
    """By number, the first few; where nothing is, the one that changed last."""
    closed = standing("C", VisitState.CLOSED, LATE)
    many = [standing(f"{n}", VisitState.OPEN) for n in (9, 1, 3, 2, 8, 5, 4)]
    found = told_of_property([closed, *many], closed, LONDON)
    assert found == "1 open; 2 open; 3 open; 4 open; 5 open; and 2 more"
    assert found.count(" open") == MOST_SHOWN
    assert told_of_property([closed], closed, LONDON) == "C closed 2026-07-02"


@pytest.mark.parametrize(
    ("kind", "payload", "state"),
    [
        (IntentKind.CREATE_VISIT, {}, VisitState.OPEN),
        (IntentKind.WITHDRAW_VISIT, {}, VisitState.HIDDEN),
        (IntentKind.UPDATE_VISIT, {"unhide": True}, VisitState.OPEN),
    ],
)
def test_what_is_planned_counts_as_done_after_it(
    kind: IntentKind, payload: dict[str, bool], state: VisitState
) -> None:
    """The field is written in the same run, once the visit is as it says."""
    planned = intent(
        kind,
        "northgate",
        job_id=JobId("j"),
        visit_id=VisitId(9),
        link_id=LinkId(1),
        changes={"docNo": Change(None, "AOS-2")},
        payload=payload,
    )
    after = expected(standing("AOS-1", VisitState.NONE), [planned])
    assert (after.state, after.doc_no, after.visit_id) == (state, "AOS-2", 9)
    assert after.after == (planned.key,)


def test_an_ordinary_change_says_nothing_new() -> None:
    """What an update of the visit writes is no state."""
    planned = intent(
        IntentKind.UPDATE_VISIT,
        "northgate",
        job_id=JobId("j"),
        visit_id=VisitId(5),
        link_id=LinkId(1),
        changes={"date": Change("2026-01-01", "2026-01-02")},
        payload={"unhide": False},
    )
    now = standing("AOS-1", VisitState.OPEN)
    assert expected(now, [planned]) is now


_numbers = st.text(
    st.characters(categories=("L", "N"), include_characters="-/ "), min_size=1, max_size=20
).filter(lambda number: number == number.strip())
_there = st.sampled_from([each for each in VisitState if each is not VisitState.DELETED])


@given(_numbers, _there, st.sampled_from([None, LATE]))
def test_what_a_job_is_told_names_its_visit(
    number: str, state: VisitState, closed_at: datetime | None
) -> None:
    """Whatever its number looks like, it is read back as it was."""
    assert numbers_told(told(standing(number, state, closed_at), LONDON)) == (number,)


@given(st.lists(_numbers, min_size=1, max_size=9, unique=True))
def test_what_a_property_is_told_names_its_visits(numbers: list[str]) -> None:
    """Those that it shows, in its order."""
    live = [standing(number, VisitState.OPEN) for number in numbers]
    found = numbers_told(told_of_property(live, live[0], LONDON))
    assert found == tuple(sorted(numbers)[:MOST_SHOWN])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "AOS-1",
        "open",
        " open",
        "AOS-1 deleted",
        "AOS-1 open!",
        "AOS-1 opened",
        "AOS-1 Open",
        "AOS-1 closed yesterday",
        "AOS-1 open; call Ann",
        "AOS-1 open;AOS-2",
        "and 2 more",
    ],
)
def test_what_people_write_names_nothing(value: str) -> None:
    """Only our own words count, all of them; a visit that was deleted is none."""
    assert numbers_told(value) == ()
