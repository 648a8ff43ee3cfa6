"""Running one cycle of one connection from beginning to end, or only its plan."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from syncd.apply.hands import Clock, Hands, Results
from syncd.apply.outbox import apply_outbox
from syncd.cycle.connected import Connected
from syncd.cycle.paperwork import paperwork_of
from syncd.cycle.planning import CyclePlan, Keeping, NotKept, make_plan
from syncd.cycle.reading import Reading, look, reading_of
from syncd.cycle.recording import begin, finish
from syncd.cycle.report import CycleReport, PlanReport
from syncd.errors import SyncdError
from syncd.model import IntentKind, Side
from syncd.reconcile.intents import agentos_requests, letsjobit_requests
from syncd.store.database import Database

MOST_PASSES = 2
"""A second pass follows at once when visits had changed under the first one's hands."""


async def run_cycle(connected: Connected, database: Database, clock: Clock) -> CycleReport:
    """One full cycle: read both sides, plan, and apply until nothing is due.

    LeaseLost when another process took the connection over, and whatever the store raises.
    """
    cycle_id = await database.run(begin, connected, now=clock())
    applied: Counter[IntentKind] = Counter()
    errors: list[SyncdError] = []
    for _ in range(MOST_PASSES):
        async with reading_of(connected, database, clock()) as reading:
            results = await _plan_and_apply(connected, database, reading, clock)
        applied.update(results.applied)
        errors = [*reading.errors, *results.errors]
        if not results.overtaken or errors:
            break
    return await database.run(
        finish, connected, cycle_id, reading, applied, _distinct(errors), now=clock()
    )


async def plan_cycle(connected: Connected, database: Database, clock: Clock) -> PlanReport:
    """What a cycle would do, by the same path; nothing is kept and nothing is sent."""
    plan = CyclePlan(frozenset(), (), ())
    async with reading_of(connected, database, clock()) as reading:
        if reading.is_complete:
            plan = await _plan(connected, database, reading, clock, Keeping.NOTHING)
    letsjobit = letsjobit_requests(plan.intents, open_visits=reading.spool.open_visits)
    return PlanReport(
        name=connected.name,
        plan_hash=plan_hash(plan),
        calls={
            Side.AGENTOS: agentos_requests(plan.intents),
            Side.LETSJOBIT: letsjobit,
        },
        intents=plan.intents,
        guards=plan.guards,
        errors=_distinct(reading.errors),
    )


async def rebuild_links(connected: Connected, database: Database, clock: Clock) -> CycleReport:
    """Find the links again from the two vendors alone; nothing is sent to either.

    Bases are set where both sides agree, and questions asked where they do not.
    """
    cycle_id = await database.run(begin, connected, now=clock())
    async with reading_of(connected, database, clock()) as reading:
        if reading.is_complete:
            await _plan(connected, database, reading, clock, Keeping.LINKS)
    errors = _distinct(reading.errors)
    return await database.run(finish, connected, cycle_id, reading, Counter(), errors, now=clock())


def plan_hash(plan: CyclePlan) -> str:
    """The same for the same effects, in whatever order they were planned."""
    keys = sorted(each.key for each in plan.intents)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


async def _plan_and_apply(
    connected: Connected, database: Database, reading: Reading, clock: Clock
) -> Results:
    if not reading.is_complete:
        return Results()
    await _plan(connected, database, reading, clock, Keeping.ALL)
    hands = Hands(
        database=database,
        turn=connected.turn,
        connection=connected.name,
        letsjobit=connected.letsjobit,
        reader=connected.reader,
        rules=connected.rules,
        doc_no_filter=connected.doc_no_filter,
        agentos=connected.agentos,
        documents=connected.documents,
        paperwork=await database.read(paperwork_of, connected),
        clock=clock,
    )
    return await apply_outbox(hands, open_visits=reading.spool.open_visits)


async def _plan(
    connected: Connected, database: Database, reading: Reading, clock: Clock, keeping: Keeping
) -> CyclePlan:
    """Plan, look at what the plan still has to know, and plan again."""
    while True:
        try:
            return await database.run(make_plan, connected, reading, now=clock(), keeping=keeping)
        except NotKept as not_kept:
            # Every need is looked at once, so this ends: one that failed is not asked for again.
            needs = not_kept.plan.needs - reading.looked
            reading.failed |= not_kept.plan.needs & reading.looked
            if not not_kept.plan.needs:
                return not_kept.plan
            await look(connected, reading, sorted(needs, key=repr))


def _distinct(errors: Iterable[SyncdError]) -> tuple[SyncdError, ...]:
    """One of each: an outage that stopped fifty looks is one line."""
    by_words: Mapping[tuple[str, str], SyncdError] = {(e.code, e.message): e for e in errors}
    return tuple(by_words.values())
