"""Photos of closed visits while their delivery is planned: what the store knows of each, and of
the property that gets them (`connections.media`).
"""

from collections.abc import Sequence

from syncd.apply.papers import read_closure
from syncd.apply.photos import TIER
from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.errors import BadEvidence
from syncd.evidence.photos import Photo, photo_stem, visit_photos
from syncd.model import (
    DirectoryKind,
    InboxKind,
    IntentKind,
    IntentState,
    Need,
    NeedKind,
    Question,
)
from syncd.observe.custom_fields import SAME_PROPERTY, lettings_of
from syncd.reconcile.albums import NO_PHOTOS, Album, Obstacle, VisitPhoto
from syncd.reconcile.photos import photo_key
from syncd.store import cycles, outbox
from syncd.store.closures import StoredClosure
from syncd.store.database import Session
from syncd.store.directory import drop, load_directory
from syncd.store.inbox import InboxItem

_TIER_TOPIC = "property_management"
_LETTINGS = "lettings:"


class Albums:
    """The photos of the closures at hand, read from the store at once."""

    def __init__(
        self,
        session: Session,
        connected: Connected,
        reading: Reading,
        waiting: Sequence[StoredClosure],
        live: Sequence[InboxItem],
    ) -> None:
        self._session, self._name, self._reading = session, connected.name, reading
        self._media, self._live = connected.connection.media, live
        fields = self._media.photo_fields
        read = [(each.visit_key, read_closure(each.content)) for each in waiting if fields]
        self._numbers = {key: visit.doc_no or "" for key, visit in read}
        self._photos = {key: visit_photos(visit, fields) for key, visit in read}
        keys = [photo_key(key, each.sha8) for key in self._photos for each in self._photos[key]]
        self._effects = outbox.effects(session, self._name, keys)
        self._sent = [
            each.intent
            for each in outbox.waiting_intents(session, self._name, kind=IntentKind.ADD_PHOTO)
            if each.state is not IntentState.PENDING
        ]
        self._is_tier_missing = self._look_for_tier()

    def needs(self, visit_key: str, property_id: str) -> frozenset[Need]:
        """The lettings property, where photos wait for it and nobody has asked yet."""
        need = Need(NeedKind.LETTINGS_PROPERTY, property_id)
        if not property_id or self._media.lettings_property == SAME_PROPERTY:
            return frozenset()
        if self._is_known(property_id) or need in self._reading.looked:
            return frozenset()
        return frozenset({need}) if self._unsent(visit_key) else frozenset()

    def album(self, visit_key: str, property_id: str) -> Album:
        """The photos of one visit, and where they go."""
        found = self._photos.get(visit_key, ())
        known = {each.sha8 for each in found}
        is_unclear = any(
            each.payload["visit_key"] == visit_key and each.payload["sha8"] not in known
            for each in self._sent
        )
        if not found:
            return Album(is_unclear=is_unclear) if is_unclear else NO_PHOTOS
        obstacle = self._obstacle(visit_key, property_id)
        return Album(
            photos=tuple(self._judged(visit_key, each) for each in found),
            property_id=property_id,
            lettings_from=self._media.lettings_property,
            lettings_id="" if obstacle is not None else self._lettings_id(property_id),
            obstacle=obstacle,
            is_unclear=is_unclear,
        )

    def standing(self) -> list[Question]:
        """What a person decided to do without, which holds also while no photo waits."""
        return [
            each.question
            for each in self._live
            if each.question.kind is InboxKind.REFUSED
            and each.choice == "leave"
            and self._holds(each.question.topic)
        ]

    def _holds(self, topic: str) -> bool:
        """Until AgentOS was seen to do what it did not."""
        if topic == _TIER_TOPIC:
            return cycles.fact(self._session, self._name, TIER) is not True
        content = self._content(topic.removeprefix(_LETTINGS))
        return topic.startswith(_LETTINGS) and not content.get("value")

    def _judged(self, visit_key: str, photo: Photo) -> VisitPhoto:
        """What was stored was good when it was; everything else is looked at."""
        stored = self._effects.get(photo_key(visit_key, photo.sha8))
        problem = None
        if stored is None:
            try:
                photo.read()
            except BadEvidence as error:
                problem = error.message
        name = photo_stem(self._numbers[visit_key], photo.sha8)
        state = stored.state if stored is not None else None
        return VisitPhoto(photo.sha8, name, photo.caption, photo.name, state, problem)

    def _unsent(self, visit_key: str) -> list[Photo]:
        stored = (
            (each, self._effects.get(photo_key(visit_key, each.sha8)))
            for each in self._photos.get(visit_key, ())
        )
        return [each for each, was in stored if was is None or was.state is IntentState.PENDING]

    def _look_for_tier(self) -> bool:
        """Whether AgentOS said that the key has no Property Management. It is asked again on
        `retry`, and after each reading of the directory."""
        if cycles.fact(self._session, self._name, TIER) is not False:
            return False
        if self._choice(_TIER_TOPIC) == "retry" or self._is_time_to_try():
            cycles.remember_fact(self._session, self._name, TIER, None)
            return False
        return True

    def _is_time_to_try(self) -> bool:
        return self._reading.is_directory_new and bool(self._photos)

    def _choice(self, topic: str) -> str | None:
        asked = (InboxKind.REFUSED, topic)
        return next(
            (e.choice for e in self._live if (e.question.kind, e.question.topic) == asked), None
        )

    def _obstacle(self, visit_key: str, property_id: str) -> Obstacle | None:
        if self._is_tier_missing:
            return Obstacle(_TIER_TOPIC, _NO_TIER)
        if not property_id:
            summary = f"The job of visit {self._numbers[visit_key]} names no property"
            return Obstacle(f"{_LETTINGS}visit {visit_key}", f"{summary}: {_WAITING}")
        why = self._why_not(property_id)
        return Obstacle(f"{_LETTINGS}{property_id}", f"{why}: {_WAITING}") if why else None

    def _content(self, property_id: str) -> dict[str, str]:
        """What was found out about a property; empty where nothing was, or `retry` was said."""
        kind, need = DirectoryKind.LETTINGS_PROPERTY, Need(NeedKind.LETTINGS_PROPERTY, property_id)
        found = load_directory(self._session, self._name, kind, [property_id]).get(property_id)
        content = lettings_of(found, self._media.lettings_property)
        is_retried = self._choice(f"{_LETTINGS}{property_id}") == "retry"
        if content.get("why") and is_retried and need not in self._reading.looked:
            drop(self._session, self._name, kind, property_id)
            return {}
        return content

    def _is_known(self, property_id: str) -> bool:
        return bool(self._content(property_id))

    def _why_not(self, property_id: str) -> str:
        return self._content(property_id).get("why", "")

    def _lettings_id(self, property_id: str) -> str:
        if self._media.lettings_property == SAME_PROPERTY:
            return property_id
        return self._content(property_id).get("value", "")


_WAITING = "photos of its visits wait"

_NO_TIER = (
    "AgentOS does not let this key use V4 Property Management, so that no photo can be added. Have "
    "the agency switch the tier on for the key, or take media.photo_fields out."
)
