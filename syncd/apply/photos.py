"""Adding the photos of one closed visit to its property, each once.

V4 Property Management, Add photo. The vendor has no key against doubles: the property's photos are
read before the first is sent and after the last one, and a photo of ours is known by its name. What
is there already is never touched, nor its order. A photo whose answer was lost is sent again only
where such names are known to show; else a person looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from syncd import logs
from syncd.agentos.property_management import Market
from syncd.apply import ending
from syncd.apply.hands import Hands, Results
from syncd.apply.papers import Paper, paper_of, read_closure
from syncd.errors import (
    BadEvidence,
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
)
from syncd.evidence.photos import visit_photos
from syncd.model import (
    DirectoryRecord,
    Intent,
    IntentState,
    Json,
    LinkId,
    Side,
    Turn,
    Urgency,
)
from syncd.observe.custom_fields import lettings_record
from syncd.observe.photos import ShownPhotos, look_at_photos
from syncd.store import leases
from syncd.store.closures import closures_of_link
from syncd.store.cycles import fact, remember_fact
from syncd.store.database import Session
from syncd.store.directory import save_directory
from syncd.store.outbox import StoredIntent, seconds_since_sent

TIER = "property_management_tier"
"""Whether the key has V4 Property Management; False where AgentOS said that it has not."""

SHOWS_OURS = "properties_show_our_photos"
"""Whether a property ever showed a photo by the name that syncd gave it."""

_NOT_ENABLED = 401


class _Fate(StrEnum):
    """What became of a photo that the property does not show by its name."""

    BELIEVED = "believed"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    LATER = "later"


@dataclass
class _Round:
    """The photos of one visit on their way, and what the property shows.

    `shows_ours`: whether it is known that our names show.
    """

    hands: Hands
    results: Results
    shown: ShownPhotos
    shows_ours: bool
    sent: list[StoredIntent] = field(default_factory=list)

    def may_be_there(self, stored: StoredIntent) -> bool:
        """Whether an earlier store may have added it where names do not show.

        The first try is then to look for it, and nothing is sent.
        """
        is_first = stored.attempts == 1 and stored.result is None
        return bool(stored.intent.payload["was_found"]) and is_first and not self.shown.are_named

    @property
    def shows_all(self) -> bool:
        """Whether a photo of ours that does not show is not there."""
        return self.shown.are_named and (self.shows_ours or self.shown.count == 0)


async def add_photos(hands: Hands, photos: Sequence[StoredIntent], results: Results) -> None:
    """Perform what is planned of one visit's photos, and end it in the store.

    VendorError where the property could not be read: what was sent stays to be looked for. An
    answer in no shape that is known costs these photos alone.
    """
    try:
        await _add_all(hands, photos, results)
    except VendorGarbled as error:
        results.pass_over(error)
        # Of one that may be there already the first try is to look.
        waiting = [each for each in photos if not each.intent.payload["was_found"]]
        now = hands.clock()
        await hands.database.run(ending.try_later, hands.turn, waiting, error.message, now=now)


async def _add_all(hands: Hands, photos: Sequence[StoredIntent], results: Results) -> None:
    going = await _begin(hands, photos, results)
    if going is None:
        return
    for stored in photos:
        with logs.about(intent=stored.intent_id):
            await _add(going, stored)
        if Side.AGENTOS in results.stopped:
            return
    if going.sent:
        await _verify(going)


async def _begin(hands: Hands, photos: Sequence[StoredIntent], results: Results) -> _Round | None:
    """None where no photo can be added: why is remembered, and the plan that follows asks."""
    payload = photos[0].intent.payload
    record = None
    try:
        shown = await _look(hands, photos[0].intent)
    except VendorNotFound:
        why = f"AgentOS has no lettings property {payload['lettings_id']}"
        record = _no_lettings(payload, why)
    except VendorDenied as error:
        if error.status != _NOT_ENABLED:
            raise
    except VendorRefused as error:
        record = _no_lettings(payload, f"AgentOS does not show its photos: {error.message}")
    else:
        knows = await hands.database.read(fact, hands.connection, SHOWS_OURS)
        return _Round(hands, results, shown, knows is True)
    await hands.database.run(_forgo, hands.turn, hands, record, photos)
    results.overtaken += 1
    return None


def _no_lettings(payload: Mapping[str, Json], why: str) -> DirectoryRecord:
    property_id, lettings_from = str(payload["property_id"]), str(payload["lettings_from"])
    return lettings_record(property_id, lettings_from, value="", why=why)


async def _look(hands: Hands, photo: Intent) -> ShownPhotos:
    client = hands.management.at(Urgency.CLOSURES)
    shown = await look_at_photos(client, str(photo.payload["lettings_id"]))
    await hands.database.run(_note_shown, hands.connection, shown)
    return shown


def _note_shown(session: Session, name: str, shown: ShownPhotos) -> None:
    remember_fact(session, name, TIER, True)
    if shown.ours:
        remember_fact(session, name, SHOWS_OURS, True)


def _forgo(
    session: Session,
    turn: Turn,
    hands: Hands,
    record: DirectoryRecord | None,
    photos: Sequence[StoredIntent],
) -> None:
    """Remember what keeps photos away: the property, or the key. What was sent and cannot be
    looked for is asked about."""
    leases.check(session, turn)
    name, now = hands.connection, hands.clock()
    if record is None:
        remember_fact(session, name, TIER, False)
    else:
        save_directory(session, name, [record], now=now)
    for stored in photos:
        if stored.state is IntentState.SENDING:
            ending.doubt(session, turn, stored, was_sent=True, facts=stored.result or {}, now=now)


async def _add(going: _Round, stored: StoredIntent) -> None:
    """One photo: adopted where it is there already, else sent."""
    hands = going.hands
    if await _adopt(going, stored, how="found"):
        return
    if stored.state is IntentState.SENDING:
        going.sent.append(stored)
        return
    try:
        paper = await hands.database.read(_paper, stored.intent, hands.paperwork.mime_type)
    except BadEvidence as error:
        return await _bury(hands, stored, error.code, error.message)
    now = hands.clock()
    if not await hands.database.run(ending.start, hands.turn, [stored], now=now):
        return
    tries = stored.attempts + 1
    stored = replace(stored, state=IntentState.SENDING, sending_at=now, attempts=tries, result=None)
    if going.may_be_there(stored):
        going.sent.append(stored)
    else:
        await _send(going, stored, paper)


async def _send(going: _Round, stored: StoredIntent, paper: Paper) -> None:
    hands, lettings_id = going.hands, str(stored.intent.payload["lettings_id"])
    client = hands.management.at(Urgency.CLOSURES)
    try:
        written = await client.add_photo(Market.LETTINGS, lettings_id, paper.document)
    except OutcomeUnknown:
        going.sent.append(stored)
    except VendorDenied as error:
        await _put_back(going, stored, error)
    except VendorRefused as error:
        await _bury(hands, stored, error.code, error.message)
    except VendorError as error:
        await _put_back(going, stored, error)
    else:
        # At once: where AgentOS shows no names, its answer is all the proof there will be.
        answer: dict[str, Json] = {**paper.facts, "oid": written.oid}
        await hands.database.run(ending.answered, hands.turn, stored, answer)
        going.sent.append(replace(stored, result=answer))


async def _verify(going: _Round) -> None:
    """Read the property's photos again, and end everything that was sent by what they show."""
    hands = going.hands
    going.shown = await _look(hands, going.sent[0].intent)
    going.shows_ours = going.shows_ours or bool(going.shown.ours)
    for stored in going.sent:
        if await _adopt(going, stored, how="sent"):
            going.results.applied[stored.intent.kind] += 1
            continue
        fate = await _fate(going, stored)
        if fate is _Fate.BELIEVED:
            await _done(hands, stored, {**(stored.result or {}), "how": "answered"})
            going.results.applied[stored.intent.kind] += 1
        elif fate is _Fate.ABSENT:
            reason = "it did not arrive"
            await hands.database.run(ending.put_back, hands.turn, [stored], reason)
            going.results.overtaken += 1
        elif fate is _Fate.UNKNOWN:
            await _ask(going, stored)


async def _fate(going: _Round, stored: StoredIntent) -> _Fate:
    """What is to be thought of a photo that does not show.

    The word of AgentOS holds unless its lists are known to contradict it, and not at once.
    """
    answer, hands = stored.result, going.hands
    if answer is not None and (answer.get("oid") is not None or not going.shows_all):
        return _Fate.BELIEVED
    waited = await hands.database.run(seconds_since_sent, stored.intent_id)
    if waited < hands.paperwork.grace_seconds and not going.may_be_there(stored):
        return _Fate.LATER
    if going.shows_all or hands.paperwork.when_unknown == "send-again":
        return _Fate.ABSENT
    return _Fate.UNKNOWN


async def _adopt(going: _Round, stored: StoredIntent, *, how: str) -> bool:
    """End a photo that the property shows; whether it does."""
    known = stored.result or {}
    oid = known.get("oid")
    stem = str(stored.intent.payload["name"])
    there = going.shown.find(stem, str(oid) if oid is not None else None)
    if there is None:
        return False
    result: dict[str, Json] = {
        **known,
        "oid": there.photo_id or oid,
        "name": there.name or known.get("name") or stem,
        "how": how,
    }
    if there.size is not None:
        result["size"] = there.size
    await _done(going.hands, stored, result)
    return True


def _paper(session: Session, photo: Intent, mime_type: str) -> Paper:
    """The photo as it is sent, out of the closed visit as it is kept: no intent holds a picture."""
    payload = photo.payload
    kept = {c.visit_key: c for c in closures_of_link(session, photo.link_id or LinkId(0))}
    visit = read_closure(kept[str(payload["visit_key"])].content)
    for each in visit_photos(visit, [str(payload["field"])]):
        if each.sha8 == payload["sha8"]:
            picture = each.read()
            name = f"{payload['name']}.{picture.extension}"
            return paper_of(name, picture.content, picture.extension, mime_type=mime_type)
    raise BadEvidence("the visit does not carry the picture any more")


async def _ask(going: _Round, stored: StoredIntent) -> None:
    hands = going.hands
    was_sent = not going.may_be_there(stored)
    facts = stored.result or {}
    await hands.database.run(
        ending.doubt, hands.turn, stored, was_sent=was_sent, facts=facts, now=hands.clock()
    )


async def _done(hands: Hands, stored: StoredIntent, result: dict[str, Json]) -> None:
    await hands.database.run(ending.deliver, hands.turn, stored, result, now=hands.clock())


async def _bury(hands: Hands, stored: StoredIntent, code: str, words: str) -> None:
    now = hands.clock()
    await hands.database.run(ending.bury, hands.turn, stored, code=code, reason=words, now=now)


async def _put_back(going: _Round, stored: StoredIntent, error: VendorError) -> None:
    going.results.stop(error)
    hands = going.hands
    await hands.database.run(ending.put_back, hands.turn, [stored], error.message)
