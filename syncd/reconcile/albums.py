"""The photos of one closed visit, and where they go: values. Pure."""

from dataclasses import dataclass

from syncd.model import IntentState


@dataclass(frozen=True)
class VisitPhoto:
    """One photo that a closed visit carries.

    `name` is its name in AgentOS without an extension; `state` where its effect stands, None where
    there is none; `problem` why it cannot be sent, None for a good picture.
    """

    sha8: str
    name: str
    caption: str
    field: str
    state: IntentState | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Obstacle:
    """Why no photo can be sent to this property: `topic` names what a person has to correct."""

    topic: str
    summary: str


@dataclass(frozen=True)
class Album:
    """All photos of a visit. `lettings_id` is the lettings property that gets them, found as the
    setting `lettings_from` says; without one, and without an obstacle, it is to be looked up.

    `is_unclear`: photos that the visit does not carry any more were sent, and nobody knows yet what
    became of them.
    """

    photos: tuple[VisitPhoto, ...] = ()
    property_id: str = ""
    lettings_from: str = ""
    lettings_id: str = ""
    obstacle: Obstacle | None = None
    is_unclear: bool = False


NO_PHOTOS = Album()
