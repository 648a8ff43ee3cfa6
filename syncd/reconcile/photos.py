"""Which photos of a closed visit are still to be added to its property, and what is asked. Pure.

Each photo is an effect of its own: one that is no good stops nothing but itself.
"""

from syncd.model import Change, InboxKind, Intent, IntentKind, IntentState, Json, Part, Question
from syncd.reconcile.albums import Obstacle, VisitPhoto
from syncd.reconcile.drafts import Delivery, Draft, question_about
from syncd.reconcile.intents import intent

PHOTO = "photo"
"""How the topic of a question about one photo begins."""


def photo_key(visit_key: str, sha8: str) -> str:
    """The name of the effect of one photo of one visit, the same in every store."""
    return f"{visit_key}:{Part.PHOTO}:{sha8}"


def plan_photos(draft: Draft) -> None:
    """Plan the photos that are not there yet; ask about those that cannot be sent."""
    album = draft.delivery.album
    draft.waits = draft.waits or album.is_unclear
    unsent = [each for each in album.photos if each.state in (None, IntentState.PENDING)]
    sent = [each for each in album.photos if each not in unsent]
    draft.waits = draft.waits or any(each.state is not IntentState.DONE for each in sent)
    good = [each for each in unsent if each.problem is None]
    for photo in unsent:
        if photo.problem is not None:
            _ask(draft, _bad_question(draft.delivery, photo, photo.problem))
    if good and album.obstacle is not None:
        _ask(draft, _obstacle_question(album.obstacle))
    elif album.lettings_id:
        draft.intents += [_intent(draft, photo) for photo in good]
    else:
        draft.waits = draft.waits or bool(good)


def _ask(draft: Draft, question: Question) -> None:
    """On the answer `retry` nothing is asked now; what is still no good is asked about anew."""
    answer = draft.answers(question)
    if answer is None or answer.choice == "leave":
        draft.questions.append(question)
    draft.waits = draft.waits or answer is None or answer.choice != "leave"


def _bad_question(delivery: Delivery, photo: VisitPhoto, problem: str) -> Question:
    visit = delivery.visit
    return question_about(
        delivery,
        InboxKind.BAD_EVIDENCE,
        f"{PHOTO}:{visit.visit_key}:{photo.sha8}",
        f"A photo of visit {visit.doc_no} (field {photo.caption}) cannot be added to its property: "
        f"{problem}. Everything else is delivered.",
        ("retry", "leave"),
    )


def _obstacle_question(obstacle: Obstacle) -> Question:
    """One question for all photos that it keeps from their property."""
    return Question(InboxKind.REFUSED, obstacle.topic, obstacle.summary, ("retry", "leave"))


def _intent(draft: Draft, photo: VisitPhoto) -> Intent:
    delivery, album = draft.delivery, draft.delivery.album
    payload: dict[str, Json] = {
        "visit_key": delivery.visit.visit_key,
        "part": Part.PHOTO.value,
        "field": photo.field,
        "sha8": photo.sha8,
        "name": photo.name,
        "property_id": album.property_id,
        "lettings_from": album.lettings_from,
        "lettings_id": album.lettings_id,
        "was_found": delivery.was_found,
    }
    return intent(
        IntentKind.ADD_PHOTO,
        draft.policy.connection,
        job_id=delivery.link.job_id,
        visit_id=delivery.visit.visit_id,
        link_id=delivery.link.link_id,
        changes={"photo": Change(None, photo.name)},
        payload=payload,
        effect_key=photo_key(delivery.visit.visit_key, photo.sha8),
    )
