"""Planning: one transaction that saves what was seen, decides, checks guards, and commits.

A crash loses the whole plan or nothing. Where the plan still has to know something it says what,
and nothing of it is kept; the same is true of `plan`, which only shows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.apply.listing import listings_after
from syncd.cycle.arriving import settle_arrivals
from syncd.cycle.closing import plan_closures
from syncd.cycle.connected import Connected
from syncd.cycle.drafting import Draft
from syncd.cycle.field_visits import plan_field_visits
from syncd.cycle.found_closures import save_closures, visits_seen_open
from syncd.cycle.linked import plan_links
from syncd.cycle.marks import plan_marks
from syncd.cycle.outcomes import Settled, settle_intents
from syncd.cycle.pairing import add_missing_links
from syncd.cycle.parking import nameless_questions, parked_questions
from syncd.cycle.policy import make_policy, status_columns
from syncd.cycle.portal_words import portal_words_questions
from syncd.cycle.presence import links_to_plan
from syncd.cycle.reading import Reading
from syncd.cycle.saving import remember_rules, save_reading
from syncd.cycle.settling import settle_doubts, settle_refusals
from syncd.model import DirectoryKind, GuardReport, InboxKind, Intent, Need, NeedKind
from syncd.store import cycles, inbox, leases
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.raising import doubtful_properties, raised_links
from syncd.store.rows import chunks

PLANNED_KINDS = frozenset(
    {
        InboxKind.CONFLICT,
        InboxKind.IN_DOUBT,
        InboxKind.MISSING_AMOUNT,
        InboxKind.APPROVE_INVOICE,
        InboxKind.HISTORY,
        InboxKind.BAD_EVIDENCE,
        InboxKind.GUARD,
        InboxKind.UNMATCHED_VISIT,
        InboxKind.VISIT_DELETED,
        InboxKind.UNKNOWN_STATUS,
        InboxKind.REFUSED,
        InboxKind.BAD_RECORD,
    }
)
"""Questions that each plan asks anew, so that an item whose cause is gone closes itself."""

SHOWS_LINES = "visits_show_lines"
"""Under which name the store remembers whether LetsJobIt's lists show the lines of visits."""

_ABOUT_INTENTS = frozenset({InboxKind.GUARD, InboxKind.REFUSED})


@dataclass(frozen=True)
class CyclePlan:
    """What one plan came to. With `needs`, nothing was kept: look, and plan again."""

    needs: frozenset[Need]
    intents: tuple[Intent, ...]
    guards: tuple[GuardReport, ...]
    listings: int = 0
    """Requests that only list documents, after what is planned was delivered."""


class Keeping(StrEnum):
    """What of a plan is kept in the store."""

    NOTHING = "nothing"  # it is only shown
    LINKS = "links"  # it is rebuilt from: links, bases and questions, but nothing to send
    ALL = "all"


class NotKept(Exception):
    """Rolls the transaction of a plan back and carries the plan out of it."""

    def __init__(self, plan: CyclePlan) -> None:
        super().__init__("the plan was not kept")
        self.plan = plan


def make_plan(
    session: Session, connected: Connected, reading: Reading, *, now: datetime, keeping: Keeping
) -> CyclePlan:
    """Plan one connection from a complete reading; NotKept with the plan unless it is kept.

    LeaseLost when another process has the connection.
    """
    leases.check(session, connected.turn)
    seen_open = visits_seen_open(session, connected, reading)
    save_reading(session, connected, reading, now=now)
    save_closures(session, connected, reading, seen_open, now=now)
    name = connected.name
    columns, unknown = status_columns(
        connected.connection, load_directory(session, name, DirectoryKind.STATUS_TYPE)
    )
    remember_rules(session, connected, columns.roles)
    live = inbox.live_items(session, name)
    draft = Draft(session, connected, reading, now, live, columns)
    draft.questions += [*unknown, *parked_questions(session, name, live)]
    draft.questions += nameless_questions(reading, connected, live)
    draft.questions += portal_words_questions(session, connected, reading, columns, live)
    settle_arrivals(session, connected, now=now)
    settle_refusals(session, connected, live, now=now)
    draft.questions += settle_doubts(session, connected, live, now=now)
    draft.raised = raised_links(session, name)
    draft.doubtful = doubtful_properties(session, name)
    add_missing_links(session, connected, now=now)
    policy = make_policy(
        connected,
        live,
        draft.identities,
        roles=columns.roles,
        today=now.astimezone(connected.zone).date(),
        shows_lines=_shows_lines(session, name, reading),
    )
    for ids in chunks(links_to_plan(session, name, reading, draft.needs, now=now)):
        plan_links(draft, policy, ids)
    raising = plan_field_visits(session, connected, reading, columns, live, now=now)
    draft.intents += raising.intents
    draft.questions += raising.questions
    if connected.connection.agentos.channel != "v3":
        deliveries = plan_closures(session, connected, reading, columns, live, now=now)
        draft.need(deliveries.needs)
        draft.intents[:0] = deliveries.intents
        draft.questions += deliveries.questions
    marking = plan_marks(session, connected, reading, draft.standings, live, now=now)
    is_looked_for = any(each.kind is NeedKind.CUSTOM_FIELD for each in draft.needs)
    draft.need(frozenset() if is_looked_for else marking.needs)
    draft.intents += marking.intents
    draft.questions += marking.questions
    return _conclude(draft, keeping)


def _shows_lines(session: Session, name: str, reading: Reading) -> bool:
    """Whether this account's visits show their lines, so that our mark may stand there: as the last
    sweep of visits that showed any told."""
    if reading.has_all_visits and reading.saw_any_visit:
        cycles.remember_fact(session, name, SHOWS_LINES, reading.spool.shows_lines)
    elif cycles.fact(session, name, SHOWS_LINES) is None:
        return reading.spool.shows_lines
    return cycles.fact(session, name, SHOWS_LINES) is True


def _conclude(draft: Draft, keeping: Keeping) -> CyclePlan:
    session, connected, now = draft.session, draft.connected, draft.now
    settled, kinds = Settled((), (), ()), PLANNED_KINDS - _ABOUT_INTENTS
    if keeping is not Keeping.LINKS:
        settled = settle_intents(session, connected, draft.intents, draft.live, now=now)
        kinds = PLANNED_KINDS
    listings = listings_after(session, connected.name, settled.intents)
    plan = CyclePlan(frozenset(draft.needs), settled.intents, settled.guards, listings)
    if plan.needs or keeping is Keeping.NOTHING:
        raise NotKept(plan)
    asked = [*draft.questions, *settled.questions]
    questions = [each for each in asked if each.kind in kinds]
    inbox.settle_questions(session, connected.name, questions, kinds=kinds, now=now)
    return plan
