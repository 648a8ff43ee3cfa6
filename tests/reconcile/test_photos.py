"""Which photos of a closed visit are planned: in every state, with every obstacle and answer."""

from dataclasses import replace

import pytest

from syncd.model import InboxKind, IntentKind, IntentState, Question
from syncd.reconcile.albums import Album, Obstacle, VisitPhoto
from syncd.reconcile.deliveries import plan_delivery
from syncd.reconcile.drafts import Answer, DeliveryPlan, Topic
from syncd.reconcile.photos import photo_key
from tests.reconcile.test_deliveries import DELIVERY, KEY, POLICY

PHOTO = VisitPhoto("0a1b2c3d", "VISIT-1-photo-0a1b2c3d", "Front", "front")
OTHER = replace(PHOTO, sha8="ffffffff", name="VISIT-1-photo-ffffffff")
ALBUM = Album((PHOTO, OTHER), "pr-1", "property", "pr-1")
OBSTACLE = Obstacle("property_management", "No tier.")
BAD_TOPIC: Topic = (InboxKind.BAD_EVIDENCE, f"photo:{KEY}:{PHOTO.sha8}")
TIER_TOPIC: Topic = (InboxKind.REFUSED, OBSTACLE.topic)


def plan(album: Album, answers: dict[Topic, str] | None = None) -> DeliveryPlan:
    """The plan of a delivery with these photos."""
    said = {topic: Answer(choice) for topic, choice in (answers or {}).items()}
    return plan_delivery(replace(DELIVERY, album=album), replace(POLICY, answers=said))


def photos_in(made: DeliveryPlan) -> list[str]:
    """The effects of the photos that are planned."""
    found = [each for each in made.intents if each.kind is IntentKind.ADD_PHOTO]
    return [str(each.effect_key) for each in found]


def is_confirmed(made: DeliveryPlan) -> bool:
    """Whether the acknowledgement is planned; it then waits for everything before it."""
    found = [each for each in made.intents if each.kind is IntentKind.CONFIRM_CLOSE]
    keys = [each.key for each in made.intents if each not in found]
    assert all(each.payload["after"] == keys for each in found)
    return bool(found)


def test_each_photo_is_an_effect_of_its_own() -> None:
    """The acknowledgement comes after all of them."""
    made = plan(ALBUM)
    assert photos_in(made) == [photo_key(KEY, each.sha8) for each in ALBUM.photos]
    assert is_confirmed(made)


@pytest.mark.parametrize("state", [IntentState.SENDING, IntentState.IN_DOUBT, IntentState.DEAD])
def test_a_photo_that_was_sent_keeps_the_visit_waiting(state: IntentState) -> None:
    """It is not planned again; the other one is."""
    made = plan(replace(ALBUM, photos=(replace(PHOTO, state=state), OTHER)))
    assert photos_in(made) == [photo_key(KEY, OTHER.sha8)]
    assert not is_confirmed(made)


def test_a_photo_that_is_there_is_over() -> None:
    """Nothing of it is planned, and nothing waits."""
    made = plan(replace(ALBUM, photos=(replace(PHOTO, state=IntentState.DONE),)))
    assert photos_in(made) == []
    assert is_confirmed(made)


@pytest.mark.parametrize(("answer", "is_over"), [(None, False), ("retry", False), ("leave", True)])
def test_a_bad_picture_waits_for_a_word(answer: str | None, is_over: bool) -> None:
    """It stops the acknowledgement and no other photo; on `retry` nothing is asked now."""
    bad = replace(ALBUM, photos=(replace(PHOTO, problem="no picture"), OTHER))
    made = plan(bad, {BAD_TOPIC: answer} if answer else {})
    assert photos_in(made) == [photo_key(KEY, OTHER.sha8)]
    assert is_confirmed(made) is is_over
    assert _topics(made.questions) == ([] if answer == "retry" else [BAD_TOPIC])


@pytest.mark.parametrize(("answer", "is_over"), [(None, False), ("retry", False), ("leave", True)])
def test_an_obstacle_is_one_question(answer: str | None, is_over: bool) -> None:
    """Whatever the number of photos, and it stops photos alone."""
    made = plan(replace(ALBUM, obstacle=OBSTACLE), {TIER_TOPIC: answer} if answer else {})
    assert photos_in(made) == []
    assert {each.kind for each in made.intents} >= {IntentKind.SUBMIT_INVOICE}
    assert is_confirmed(made) is is_over
    assert _topics(made.questions) == ([] if answer == "retry" else [TIER_TOPIC])


def test_photos_wait_for_a_property_that_is_to_be_looked_up() -> None:
    """Nothing is asked, and nothing acknowledged."""
    made = plan(replace(ALBUM, lettings_id=""))
    assert (photos_in(made), is_confirmed(made), made.questions) == ([], False, ())


def test_a_photo_that_was_taken_out_after_it_was_sent_is_cleared_up_first() -> None:
    """The visit waits until somebody knows what became of it."""
    assert not is_confirmed(plan(Album(is_unclear=True)))


def _topics(questions: tuple[Question, ...]) -> list[Topic]:
    return [(each.kind, each.topic) for each in questions]
