"""Running one cycle of one connection from beginning to end, or only its plan."""

import hashlib
import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Set

from syncd import logs
from syncd.apply.hands import Clock, Hands, Results
from syncd.apply.outbox import apply_outbox
from syncd.contractor_portal.job_side import PortalJobs
from syncd.cycle.connected import Connected
from syncd.cycle.looking import look
from syncd.cycle.paperwork import paperwork_of
from syncd.cycle.planning import CyclePlan, Keeping, NotKept, make_plan
from syncd.cycle.reading import Reading
from syncd.cycle.recording import begin, finish
from syncd.cycle.report import CycleReport, PlanReport
from syncd.cycle.statements import sweep_statements
from syncd.cycle.sweeping import reading_of
from syncd.errors import SyncdError
from syncd.model import IntentKind, Lane, Side
from syncd.reconcile.intents import agentos_requests, letsjobit_requests
from syncd.store.database import Database
from syncd.store.links import count_open_links

MOST_PASSES = 2
"""A second pass follows at once when visits had changed under the first one's hands."""


async def run_cycle(
    connected: Connected,
    database: Database,
    clock: Clock,
    *,
    lanes: Set[Lane] | None = None,
    resting: Set[Side] = frozenset(),
    apply_seconds: float = math.inf,
) -> CycleReport:
    """One cycle: read, plan, and apply until nothing is due.

    Everything is read, or these `lanes`: then the plan is made of what they show and of what the
    store remembers of the others, a lane that fails stops what needs its vendor and nothing else,
    and vendors that are `resting` are asked for no more than their lanes. Nothing more is begun
    after `apply_seconds` of applying. LeaseLost when another process took the connection over, and
    whatever the store raises.
    """
    cycle_id = await database.run(begin, connected, now=clock())
    logs.work_on(connection=connected.name, cycle=cycle_id)
    is_full = lanes is None or Lane.STATEMENTS in lanes
    statements = await sweep_statements(connected, database, cycle_id, clock, is_full=is_full)
    applied: Counter[IntentKind] = Counter()
    errors: list[SyncdError] = []
    readings: list[Reading] = []
    asked = lanes
    for _ in range(MOST_PASSES):
        async with reading_of(
            connected, database, clock(), lanes=asked, resting=resting
        ) as reading:
            results = await _plan_and_apply(
                connected, database, reading, clock, apply_seconds=apply_seconds
            )
        applied.update(results.applied)
        errors = [*reading.errors, *results.errors]
        readings.append(reading)
        if not results.overtaken or errors or results.is_cut_short:
            break
        # What changed under the hands of a cycle of some lanes was looked at then.
        asked = None if lanes is None else frozenset(lanes) & {Lane.CLOSURES}
    errors = [*(each for each in statements.values() if each is not None), *errors]
    return await database.run(
        finish,
        connected,
        cycle_id,
        readings[-1 if lanes is None else 0],
        applied,
        _distinct(errors),
        now=clock(),
        is_cut_short=results.is_cut_short,
        statements=statements,
    )


async def plan_cycle(connected: Connected, database: Database, clock: Clock) -> PlanReport:
    """What a cycle would do, by the same path; nothing is kept and nothing is sent."""
    plan = CyclePlan(frozenset(), (), ())
    async with reading_of(connected, database, clock()) as reading:
        if reading.may_be_planned:
            plan = await _plan(connected, database, reading, clock, Keeping.NOTHING)
    letsjobit = letsjobit_requests(plan.intents, open_visits=reading.spool.open_visits)
    return PlanReport(
        name=connected.name,
        plan_hash=plan_hash(plan),
        calls={
            Side.AGENTOS: agentos_requests(plan.intents) + plan.listings,
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
        if reading.may_be_planned:
            await _plan(connected, database, reading, clock, Keeping.LINKS)
    errors = _distinct(reading.errors)
    return await database.run(
        finish, connected, cycle_id, reading, Counter(), errors, now=clock(), is_applied=False
    )


def plan_hash(plan: CyclePlan) -> str:
    """The same for the same effects, in whatever order they were planned."""
    keys = sorted(each.key for each in plan.intents)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


async def _plan_and_apply(
    connected: Connected,
    database: Database,
    reading: Reading,
    clock: Clock,
    *,
    apply_seconds: float,
) -> Results:
    if not reading.may_be_planned:
        return Results()
    await _plan(connected, database, reading, clock, Keeping.ALL)
    # From here on: a plan that takes longer than that must not keep everything from being done.
    until = time.monotonic() + apply_seconds
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
        legacy=connected.legacy,
        management=connected.management,
        paperwork=await database.read(
            paperwork_of, connected.connection, cjk_font=connected.cjk_font
        ),
        clock=clock,
        portal=connected.agentos if isinstance(connected.agentos, PortalJobs) else None,
    )
    open_visits = reading.spool.open_visits
    if not reading.has_all_visits:
        open_visits = await database.read(count_open_links, connected.name)
    return await apply_outbox(hands, open_visits=open_visits, resting=reading.resting, until=until)


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
