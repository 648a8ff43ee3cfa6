"""Tests of making intents: their keys, what they cost, and what people are asked about them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Change, InboxKind, Intent, IntentKind, JobId, Json, LinkId, VisitId
from syncd.reconcile.intents import (
    BATCH,
    IRREVERSIBLE,
    agentos_requests,
    doubt_question,
    intent,
    letsjobit_requests,
    read_back_requests,
    refused_question,
    refused_topic,
)

EFFECT: Mapping[str, Any] = {
    "kind": IntentKind.UPDATE_VISIT,
    "connection": "northgate",
    "job_id": JobId("job-1"),
    "visit_id": VisitId(7),
    "link_id": LinkId(1),
    "changes": {"date": Change("2026-06-01", "2026-06-02"), "obs": Change("", "x")},
    "payload": {},
}


def made(**told: Any) -> Intent:
    """An intent like the one above but for what is told."""
    given_values = {**EFFECT, **told}
    return intent(given_values.pop("kind"), given_values.pop("connection"), **given_values)


@pytest.mark.parametrize(
    "told",
    [
        {"changes": {"obs": Change("", "x"), "date": Change("2026-06-01", "2026-06-02")}},
        {"changes": {"date": Change("2026-05-31", "2026-06-02"), "obs": Change("y", "x")}},
        {"payload": {"why": "another reason"}},
        {"link_id": None},
    ],
)
def test_the_same_effect_has_the_same_key(told: Mapping[str, Any]) -> None:
    """In whatever order, from whatever it was before, and for whatever reason it is made."""
    assert made(**told).key == made().key


@pytest.mark.parametrize(
    "told",
    [
        {"kind": IntentKind.WITHDRAW_VISIT},
        {"connection": "southgate"},
        {"job_id": JobId("job-2")},
        {"job_id": None},
        {"visit_id": VisitId(8)},
        {"visit_id": None},
        {"changes": {"date": Change("2026-06-01", "2026-06-03"), "obs": Change("", "x")}},
        {"changes": {"date": Change("2026-06-01", "2026-06-02")}},
        {"changes": {"date": Change("2026-06-01", None), "obs": Change("", "x")}},
        {"effect_key": "visit-1:invoice"},
        {"meant": {}},
    ],
)
def test_another_effect_has_another_key(told: Mapping[str, Any]) -> None:
    """Another kind, connection, job, visit or value."""
    assert made(**told).key != made().key


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (1, True), (None, "null"), ([1], 1)])
def test_values_of_different_types_are_different(one: Json, other: Json) -> None:
    """What JSON tells apart is another effect."""
    first, second = ({"x": Change(None, value)} for value in (one, other))
    assert made(changes=first).key != made(changes=second).key


def test_an_effect_that_must_not_happen_twice_is_known_by_its_name() -> None:
    """Whatever its values: another amount is no other invoice."""
    first = made(effect_key="v:invoice", changes={"gross": Change(None, "1.00")})
    second = made(effect_key="v:invoice", changes={"gross": Change(None, "2.00")})
    assert first.key == second.key
    assert first.effect_key == "v:invoice"
    assert made(effect_key="w:invoice").key != first.key


def test_what_is_meant_may_be_less_than_what_changes() -> None:
    """A day that moves on while an intent waits makes it no other intent."""
    first = made(changes={"date": Change(None, "2026-06-02")}, meant={"date": None})
    second = made(changes={"date": Change(None, "2026-06-03")}, meant={"date": None})
    assert first.key == second.key


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(st.characters(codec=None)), _json), _json)
def test_any_text_of_a_vendor_makes_a_key(values: dict[str, Json], before: Json) -> None:
    """32 hexadecimal digits, also of half a surrogate pair."""
    changes = {name: Change(before, value) for name, value in values.items()}
    key = made(changes=changes).key
    assert len(key) == 32
    assert set(key) <= set("0123456789abcdef")
    assert key == made(changes=dict(reversed(changes.items()))).key


def of(kind: IntentKind, count: int, **payload: Json) -> list[Intent]:
    """That many intents of one kind."""
    return [made(kind=kind, visit_id=VisitId(n + 1), payload=payload) for n in range(count)]


@pytest.mark.parametrize(
    ("created", "open_visits", "expected"),
    [
        (0, 0, 0),
        (0, 5000, 0),
        (1, 0, 1),
        (1, 20000, 1),
        (2, 97, 1),
        (2, 98, 1),
        (2, 99, 2),
        (250, 0, 3),
        (250, 50, 3),
        (250, 51, 4),
        (3, 5000, 3),
    ],
)
def test_reading_back_new_visits(created: int, open_visits: int, expected: int) -> None:
    """One by one, or by the list of all open visits where that has fewer pages."""
    assert read_back_requests(created, open_visits=open_visits) == expected


@given(st.integers(0, 1000), st.integers(0, 30000))
def test_reading_back_is_the_cheaper_way(created: int, open_visits: int) -> None:
    """Never more requests than visits, and none for none."""
    found = read_back_requests(created, open_visits=open_visits)
    pages = -(-(created + open_visits) // 100)
    assert found in (created, pages)
    assert found <= min(created, pages)


@pytest.mark.parametrize("created", [0, 1, 99, 100, 101, 200, 250])
def test_what_letsjobit_is_asked(created: int) -> None:
    """Batches of a hundred and reading them back; read, write, read back of every change."""
    intents = [
        *of(IntentKind.CREATE_VISIT, created),
        *of(IntentKind.UPDATE_VISIT, 2),
        *of(IntentKind.WITHDRAW_VISIT, 1),
        *of(IntentKind.CONFIRM_CLOSE, 1),
        *of(IntentKind.UPDATE_JOB, 5),
        *of(IntentKind.SUBMIT_INVOICE, 5),
        *of(IntentKind.ATTACH_DOCUMENT, 5),
    ]
    batches = -(-created // BATCH)
    back = min(created, -(-(created + 40) // 100))
    assert letsjobit_requests(intents, open_visits=40) == batches + back + 4 * 3
    assert letsjobit_requests([], open_visits=1000) == 0


def test_what_agentos_is_asked() -> None:
    """Each write, and for each closed visit or reported status its job before and after."""
    delivered = [
        *of(IntentKind.UPDATE_JOB, 1, visit_key="v1"),
        *of(IntentKind.ATTACH_DOCUMENT, 2, visit_key="v1"),
        *of(IntentKind.SUBMIT_INVOICE, 1, visit_key="v1"),
    ]
    assert agentos_requests([]) == 0
    assert agentos_requests(of(IntentKind.CREATE_VISIT, 9)) == 0
    assert agentos_requests(of(IntentKind.CONFIRM_CLOSE, 1, visit_key="v1")) == 0
    assert agentos_requests(delivered) == 4 + 2
    assert agentos_requests([*delivered, *of(IntentKind.UPDATE_JOB, 2)]) == 6 + 3 * 2
    twice = [*delivered, *of(IntentKind.SUBMIT_INVOICE, 1, visit_key="v2")]
    assert agentos_requests(twice) == 5 + 2 * 2


def test_what_cannot_be_taken_back() -> None:
    """Documents, invoices, notes, leads and new jobs; everything else is reversible."""
    assert IRREVERSIBLE == {
        IntentKind.ATTACH_DOCUMENT,
        IntentKind.SUBMIT_INVOICE,
        IntentKind.CREATE_JOB,
        IntentKind.ADD_NOTE,
        IntentKind.CREATE_LEAD,
    }


def test_a_declined_intent_is_asked_about() -> None:
    """With the vendor's own words, under the name of this very intent."""
    question = refused_question(made(), "driverId: no such driver")
    assert (question.kind, question.topic) == (InboxKind.REFUSED, refused_topic(made().key))
    assert question.choices == ("retry", "leave")
    assert question.summary.endswith("was refused: driverId: no such driver")
    assert (question.link_id, question.job_id, question.visit_id) == (1, "job-1", 7)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (IntentKind.SUBMIT_INVOICE, "Submitted Invoices"),
        (IntentKind.ATTACH_DOCUMENT, "documents of the job"),
        (IntentKind.CREATE_JOB, "property's jobs"),
    ],
)
def test_a_doubt_says_what_was_sent_when_and_where_to_look(kind: IntentKind, place: str) -> None:
    """One sentence by which a person finds it in AgentOS, or sees that it is not there."""
    sent = made(kind=kind, changes={"invoice": Change(None, "10452"), "gross": Change(None, "60")})
    question = doubt_question(sent, datetime(2026, 6, 1, 9, 5, tzinfo=UTC))
    assert (question.kind, question.topic) == (InboxKind.IN_DOUBT, refused_topic(sent.key))
    assert question.choices == ("it-arrived", "send-again")
    for word in ("(invoice 10452, gross 60)", "job-1", "2026-06-01 09:05 UTC", place):
        assert word in question.summary


def test_a_doubt_about_what_an_earlier_store_sent() -> None:
    """It says so in place of a time."""
    question = doubt_question(made(kind=IntentKind.SUBMIT_INVOICE), None)
    assert "may have been sent before the store was lost" in question.summary
    assert "None" not in question.summary


def test_a_doubt_about_a_note_does_not_show_what_it_says() -> None:
    """Remarks may hold names, telephone numbers and door codes; the place to look is enough."""
    sent = made(kind=IntentKind.ADD_NOTE, changes={"note": Change(None, "Door code 4711")})
    summary = doubt_question(sent, datetime(2026, 6, 1, 9, 5, tzinfo=UTC)).summary
    assert "4711" not in summary
    assert "A note for job job-1 was sent at 2026-06-01 09:05 UTC" in summary
