"""Everything that the pages may have to name has a name."""

from syncd.admin.pages.wording import (
    CHANGES,
    CHOICES,
    EVENTS,
    FIELDS,
    KINDS,
    LANES,
    OWNERS,
    TONES,
    counted,
    in_people_words,
    length,
    outcome_of_cycle,
    state_of_change,
    title_of,
)
from syncd.cycle.report import Outcome
from syncd.model import (
    Field,
    InboxKind,
    IntentKind,
    IntentState,
    Lane,
    Owner,
    Part,
    Question,
)
from syncd.reconcile.deliveries import HISTORY_TOPIC
from syncd.reconcile.raising import EARLIER_TOPIC
from syncd.telling.choices import MEANINGS


def test_every_word_of_the_model_is_named() -> None:
    """No page shows a word that only programmers know."""
    assert {str(each) for each in (*Field, *Part)} <= set(FIELDS)
    assert set(CHANGES) == set(IntentKind) <= set(EVENTS)
    assert set(OWNERS) == set(Owner)
    assert set(KINDS) == set(InboxKind)
    assert {each.value for each in Lane} == set(LANES)
    assert {*IntentState, *Outcome} <= set(TONES)


def test_every_answer_has_a_button() -> None:
    """Answers that are no record's identity have words of their own."""
    answers = {choice for meanings in MEANINGS.values() for choice in meanings}
    assert answers <= set(CHOICES)


def test_states_are_in_the_words_of_the_commands() -> None:
    """The same truth is told in the same words."""
    assert state_of_change("in_doubt") == {"text": "in doubt", "tone": "ask"}
    assert outcome_of_cycle("ok") == {"text": "both sides agreed", "tone": "good"}
    assert outcome_of_cycle(None)["tone"] == "busy"


def test_a_conflict_is_called_by_what_it_is_about() -> None:
    """About states, about fields, or about which visit is meant."""
    titles = {
        topic: title_of(Question(InboxKind.CONFLICT, topic, "", ()))
        for topic in ("state:J:completed", "fields:J", "pair:J")
    }
    assert len(set(titles.values())) == 3


def test_history_is_called_by_what_it_is_about() -> None:
    """Visits that wait for a job are no closures."""
    topics = (HISTORY_TOPIC, EARLIER_TOPIC[1])
    titles = [title_of(Question(InboxKind.HISTORY, topic, "", ())) for topic in topics]
    assert titles == ["Closed before go-live", "Raised before"]


def test_unknown_words_are_shown_as_they_are() -> None:
    """A word that a later version knows is not hidden."""
    assert in_people_words("photo_added", EVENTS) == "Photo added"


def test_numbers_and_lengths_are_words() -> None:
    """One visit, two visits; one unit of time."""
    assert counted(1, "visit", "visits") == "1 visit"
    assert counted(12_345, "visit", "visits") == "12,345 visits"
    assert length(59.9) == "59 seconds"
