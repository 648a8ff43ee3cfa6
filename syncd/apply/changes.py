"""Changing and withdrawing one visit: look, write, look again.

LetsJobIt API v2, Update and Delete a specific visit. A visit that is not as it was when the intent
was planned is left alone, and planned anew: the engineer may have begun.
"""

from syncd.apply import ending
from syncd.apply.arrivals import has_visit_arrived, is_deletion
from syncd.apply.ending import ReadBack
from syncd.apply.hands import Hands, Results
from syncd.apply.reading_back import Seen, look_now
from syncd.errors import (
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorNotFound,
    VendorRefused,
)
from syncd.model import GONE, IntentKind, Observation, Side, Urgency
from syncd.store.observations import observations_by_id
from syncd.store.outbox import StoredIntent


async def change_visit(
    hands: Hands, stored: StoredIntent, visit_key: str, results: Results
) -> None:
    """Perform one intent on a visit that exists, and end it in the store."""
    try:
        await _change(hands, stored, visit_key, results)
    except VendorNotFound:
        if stored.attempts and is_deletion(stored.intent):
            return await _confirm_deleted(hands, stored, results)
        gone = Observation(Side.LETSJOBIT, visit_key, GONE, problem=GONE)
        await _overtake(hands, stored, gone, results)
    except VendorDenied as error:
        await _put_back(hands, stored, results, error)
    except VendorRefused as error:
        code, words, now = error.code, error.message, hands.clock()
        await hands.database.run(ending.bury, hands.turn, stored, code=code, reason=words, now=now)
    except VendorError as error:
        await _put_back(hands, stored, results, error)


async def _change(hands: Hands, stored: StoredIntent, visit_key: str, results: Results) -> None:
    seen, visit = await look_now(hands, visit_key)
    is_acknowledged = stored.intent.kind is IntentKind.CONFIRM_CLOSE and visit.is_confirmed
    if is_acknowledged or has_visit_arrived(stored, visit, hands.rules):
        # By a process that ended before it knew; an acknowledgement also by a person.
        return await _confirm(hands, stored, (seen, visit), results, how="found")
    before = await hands.database.read(
        observations_by_id, hands.connection, Side.LETSJOBIT, [visit_key]
    )
    if seen.content != before[visit_key].content:
        return await _overtake(hands, stored, seen, results)
    if not await hands.database.run(ending.start, hands.turn, [stored], now=hands.clock()):
        return
    after = await _write(hands, stored, visit_key)
    if after is not None and after[0].content == seen.content:
        raise _not_done("LetsJobIt said that the visit was changed, but shows it as it was")
    if after is not None:
        return await _confirm(hands, stored, after, results)
    await _confirm_deleted(hands, stored, results)


async def _confirm(
    hands: Hands, stored: StoredIntent, seen: Seen, results: Results, *, how: str = ""
) -> None:
    done, now = [ReadBack(stored, *seen)], hands.clock()
    await hands.database.run(ending.confirm, hands.turn, done, hands.rules, now=now, how=how)
    results.applied[stored.intent.kind] += 1


async def _confirm_deleted(hands: Hands, stored: StoredIntent, results: Results) -> None:
    await hands.database.run(ending.confirm_deleted, hands.turn, stored, now=hands.clock())
    results.applied[stored.intent.kind] += 1


async def _write(hands: Hands, stored: StoredIntent, visit_key: str) -> Seen | None:
    """Write and look again; None when the visit was deleted."""
    client = hands.letsjobit.at(Urgency.UPDATES)
    payload = stored.intent.payload
    if payload.get("delete"):
        try:
            await client.delete_visit(visit_key)
            await look_now(hands, visit_key)
        except VendorNotFound:
            return None
        raise _not_done("LetsJobIt said that the visit was deleted, but still shows it")
    body = {name: change.new for name, change in stored.intent.changes.items()}
    await client.update_visit(visit_key, body)
    return await look_now(hands, visit_key)


def _not_done(words: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "letsjobit_not_kept",
        words,
        "the next cycle looks again, and sends it again",
        side=Side.LETSJOBIT,
        operation="read_back",
    )


async def _overtake(
    hands: Hands, stored: StoredIntent, seen: Observation, results: Results
) -> None:
    results.overtaken += 1
    await hands.database.run(ending.overtake, hands.turn, stored, seen, now=hands.clock())


async def _put_back(
    hands: Hands, stored: StoredIntent, results: Results, error: VendorError
) -> None:
    """An outage or a refused key concerns every visit: stop, and keep what is left."""
    results.stop(error)
    await hands.database.run(ending.put_back, hands.turn, [stored], error.message)
