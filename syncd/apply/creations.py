"""Creating visits: upserts in batches, narrowed down where one bad visit spoils a batch.

LetsJobIt API v2, Add visits. The ids are ours, so repeating an upsert is harmless.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from syncd.apply import ending
from syncd.apply.ending import ReadBack
from syncd.apply.hands import Hands, Results
from syncd.apply.reading_back import read_back_visits
from syncd.errors import (
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorRefused,
)
from syncd.model import IntentState, Side, Urgency
from syncd.reconcile.intents import BATCH
from syncd.store.outbox import StoredIntent


@dataclass(frozen=True)
class _Refused:
    code: str
    words: str


async def create_visits(
    hands: Hands, intents: Sequence[StoredIntent], results: Results, *, open_visits: int
) -> None:
    """Create all these visits, then read them back together.

    A batch in which the vendor declines anything is halved and sent again, down to the one visit
    that is at fault; that one becomes a dead letter, the others are made.
    """
    waiting = deque(list(intents[at : at + BATCH]) for at in range(0, len(intents), BATCH))
    sent: list[StoredIntent] = []
    while waiting and Side.LETSJOBIT not in results.stopped:
        batch = await _start(hands, waiting.popleft())
        if not batch:
            continue
        refused = await _send(hands, batch, results)
        if refused is None:
            sent += batch if Side.LETSJOBIT not in results.stopped else []
        elif len(batch) > 1:
            half = len(batch) // 2
            waiting.extendleft([batch[half:], batch[:half]])
        else:
            code, words, now = refused.code, refused.words, hands.clock()
            await hands.database.run(
                ending.bury, hands.turn, batch[0], code=code, reason=words, now=now
            )
    if sent:
        await _read_back(hands, sent, results, open_visits=open_visits)


async def _start(hands: Hands, batch: Sequence[StoredIntent]) -> list[StoredIntent]:
    """What of a batch is still to be sent; a part of one that was sent is marked already."""
    if all(each.state is IntentState.SENDING for each in batch):
        return list(batch)
    return await hands.database.run(ending.start, hands.turn, batch, now=hands.clock())


async def _send(hands: Hands, batch: Sequence[StoredIntent], results: Results) -> _Refused | None:
    """Upsert one batch. None: sent, or stopped; else what the vendor declines in it."""
    bodies = [_body(each) for each in batch]
    try:
        answer = await hands.letsjobit.at(Urgency.CREATIONS).upsert_visits(bodies)
    except OutcomeUnknown:
        # It may have happened: reading back tells, and what is not there is sent again.
        return None
    except VendorDenied as error:
        await _stop(hands, batch, results, error)
        return None
    except VendorRefused as error:
        return _Refused(error.code, error.message)
    except VendorError as error:
        await _stop(hands, batch, results, error)
        return None
    if answer.errors:
        return _Refused("letsjobit_refused", "; ".join(e.message for e in answer.errors))
    return None


def _body(stored: StoredIntent) -> dict[str, object]:
    body = stored.intent.payload["body"]
    return dict(body) if isinstance(body, dict) else {}


async def _stop(
    hands: Hands, batch: Sequence[StoredIntent], results: Results, error: VendorError
) -> None:
    results.stop(error)
    await hands.database.run(ending.put_back, hands.turn, batch, error.message)


async def _read_back(
    hands: Hands, sent: Sequence[StoredIntent], results: Results, *, open_visits: int
) -> None:
    """What can be read back is done; what cannot be found waits for the next cycle."""
    ids = [each.intent.visit_id for each in sent if each.intent.visit_id is not None]
    try:
        found = await read_back_visits(hands, ids, open_visits=open_visits)
    except VendorError as error:
        return await _stop(hands, sent, results, error)
    done, missing = [], []
    for each in sent:
        seen = found.get(each.intent.visit_id)
        if seen is None:
            missing.append(each)
        else:
            done.append(ReadBack(each, *seen))
    await hands.database.run(ending.confirm, hands.turn, done, hands.rules, now=hands.clock())
    results.applied.update(each.stored.intent.kind for each in done)
    if missing:
        lost = VendorGarbled(
            "letsjobit_not_kept",
            f"{len(missing)} visits that LetsJobIt was sent do not show in its lists",
            "they are sent again by the next cycle",
            side=Side.LETSJOBIT,
            operation="upsert_visits",
        )
        await _stop(hands, missing, results, lost)
