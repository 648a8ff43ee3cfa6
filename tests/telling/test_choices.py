"""What each choice will do, for every kind of question."""

from collections.abc import Mapping

from syncd.model import InboxKind, Json, Question
from syncd.telling.choices import MEANINGS, meanings

CHOICES = ("agentos", "letsjobit", "leave")


def conflict(topic: str, details: Mapping[str, Json]) -> dict[str, str]:
    """What the choices of a conflict mean."""
    return meanings(Question(InboxKind.CONFLICT, topic, "?", CHOICES, details=details))


def test_every_kind_has_its_choices_explained() -> None:
    """No question of any kind leaves a person guessing."""
    assert set(MEANINGS) == set(InboxKind)
    assert all(words for choices in MEANINGS.values() for words in choices.values())


def test_a_conflict_says_what_it_is_about() -> None:
    """Fields, the choice of a visit, and each place where job and visit may stand differ."""
    told = [
        conflict("fields:j-1", {}),
        conflict("pair:j-1", {}),
        conflict("state:j-1:completed", {"visit": "open"}),
        conflict("state:j-1:cancelled", {"visit": "in progress"}),
        conflict("state:j-1:cancelled", {"visit": "closed"}),
    ]
    assert len({each["agentos"] for each in told}) == len(told)
    assert len({each["letsjobit"] for each in told}) == len(told)


def test_a_missing_lead_source_is_about_leads() -> None:
    """Each source that the agency has can be chosen; leaving it leaves leads out."""
    kind, choices = InboxKind.UNKNOWN_STATUS, ("Website", "retry", "leave")
    told = meanings(Question(kind, "lead source:Fax:0a1b2c3d", "?", choices))
    assert told["Website"] == "make the leads from this source"
    assert "without leads" in told["leave"]
    assert told != meanings(Question(kind, "statuses.completed", "?", choices))


def test_an_identity_explains_itself() -> None:
    """The OID of a property needs no words."""
    question = Question(InboxKind.UNMATCHED_VISIT, "t", "?", ("P-1", "not-ours"))
    assert meanings(question) == {"P-1": "", "not-ours": "leave the visit alone"}
