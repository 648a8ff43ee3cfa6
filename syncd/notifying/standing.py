"""What stands now, read from the store in one transaction, as facts and as the daily summary."""

from dataclasses import dataclass
from datetime import datetime

from syncd.freshness import LaneAge, StallAge, stale_lanes, stalls_of, working
from syncd.model import Side
from syncd.notifying.digests import Summary
from syncd.notifying.notices import Fact, Group, NoticeKind, Told
from syncd.notifying.wording import age, plain
from syncd.settings import Settings
from syncd.store import inbox, listings, notices, outbox
from syncd.store.database import Session
from syncd.store.deaf import deaf_targets
from syncd.store.due import all_failures
from syncd.store.notices import Emergency, ToldRow, Waiting
from syncd.telling.cures import SESSION_ENDED, cure_of
from syncd.telling.stalled import work_of
from syncd.translate.post_codes import outward

NAMES = {Side.AGENTOS: "AgentOS", Side.LETSJOBIT: "LetsJobIt"}

READ_WORDS = {
    "closures": "closed visits",
    "jobs": "jobs",
    "visits": "open visits",
    "directory": "branches, status types and properties",
    "statements": "payments on the contractor portal",
}
"""What each lane reads."""


@dataclass(frozen=True)
class Standing:
    """What stands at one moment, what people were told of it by whoever told them, and the targets
    that were deaf to it, since when."""

    facts: tuple[Fact, ...]
    late: tuple[LaneAge, ...]
    quiet: frozenset[str]
    told: dict[Group, Told]
    deaf: dict[str, datetime]


def read_standing(session: Session, settings: Settings, *, now: datetime) -> Standing:
    """Everything that people may have to be told of. Connections that are paused or switched off
    are `quiet`: nothing is told of them."""
    names = [each.name for each in working(session, settings)]
    late = tuple(stale_lanes(session, settings, now=now))
    stalls = stalls_of(session, names, settings.schedule, now=now)
    facts = [
        *(_late_fact(each, now) for each in late),
        *_stalled_facts(stalls, now),
        *_emergency_facts(session, settings, names, now),
        *_question_facts(session, settings, names, now),
        *(fact for name in names for fact in _key_facts(session, name)),
        *_session_facts(session, names),
    ]
    told = {_group_of(row): _told_of(row) for row in notices.load_told(session)}
    known = {each.name for each in settings.connections} | {group.connection for group in told}
    quiet = frozenset(known - {*names, ""})
    return Standing(tuple(facts), late, quiet, told, deaf_targets(session))


def _late_fact(lane: LaneAge, now: datetime) -> Fact:
    every = f"due every {age(lane.interval_seconds)}"
    what, done = READ_WORDS[lane.lane], "read"
    if lane.makes:
        what, done = "new jobs", "sent to V3 without a rest"
    if lane.last_complete is None:
        words = f"{what} were never {done} ({every})"
    else:
        seconds = (now - lane.last_complete).total_seconds()
        seconds = lane.age_seconds if lane.age_seconds is not None else seconds
        words = f"{what} were last {done} {age(seconds)} ago ({every})"
    return Fact(Group(NoticeKind.STALE, lane.connection), lane.lane.value, words)


def _stalled_facts(stalls: list[StallAge], now: datetime) -> list[Fact]:
    """What has failed for two intervals; a refused key or session is told as such. Of several
    operations of the same work one is named."""
    found: dict[tuple[str, str], Fact] = {}
    for each in stalls:
        if not each.is_late or cure_of(each.code) is not None:
            continue
        seconds = each.age_seconds
        seconds = (now - each.since).total_seconds() if seconds is None else seconds
        what = work_of(each.operation)
        words = f"{what}, for {age(seconds)}"
        group = Group(NoticeKind.STALLED, each.connection)
        found.setdefault((each.connection, what), Fact(group, what, words, each.code))
    return list(found.values())


def _emergency_facts(
    session: Session, settings: Settings, names: list[str], now: datetime
) -> list[Fact]:
    limit = settings.notifications.emergency_not_started_after
    facts = []
    for each in notices.emergencies(session, names):
        place = _place(each)
        topic = str(each.link_id)
        facts.append(Fact(Group(NoticeKind.EMERGENCY, each.connection), topic, place))
        if not each.is_started and now - each.since >= limit:
            since = age((now - each.since).total_seconds())
            group = Group(NoticeKind.NOT_STARTED, each.connection)
            facts.append(Fact(group, topic, f"{place}, for {since}"))
    return facts


def _place(emergency: Emergency) -> str:
    number, district = plain(emergency.doc_no), plain(outward(emergency.post_code))
    return f"job {number} in {district}" if district else f"job {number}"


def _question_facts(
    session: Session, settings: Settings, names: list[str], now: datetime
) -> list[Fact]:
    limit = settings.notifications.inbox_older_than
    facts = []
    for each in notices.open_questions(session, names):
        if notices.is_guard(each):
            words = f"item {each.item_id}"
            facts.append(Fact(Group(NoticeKind.GUARD, each.connection), str(each.item_id), words))
        elif now - each.opened_at >= limit:
            facts.append(_question_fact(each, now))
    return facts


def _question_fact(each: Waiting, now: datetime) -> Fact:
    number = f" about {plain(each.doc_no)}" if each.doc_no else ""
    waits = age((now - each.opened_at).total_seconds())
    words = f"item {each.item_id}, {each.kind}{number}, for {waits}"
    return Fact(Group(NoticeKind.INBOX, each.connection), str(each.item_id), words)


def _key_facts(session: Session, name: str) -> list[Fact]:
    return [
        Fact(Group(NoticeKind.KEY, name), side.value, f"the key of {NAMES[side]}", code)
        for side, code in notices.refused_keys(session, name).items()
    ]


def _session_facts(session: Session, names: list[str]) -> list[Fact]:
    """Sessions at the portal that ended: one fact, however many lanes ask the portal."""
    ended = {
        name: code
        for name, _, code in all_failures(session)
        if name in names and code.endswith(SESSION_ENDED)
    }
    return [
        Fact(Group(NoticeKind.SESSION, name), "portal", "syncd is not let in", code)
        for name, code in ended.items()
    ]


def _group_of(row: ToldRow) -> Group:
    return Group(NoticeKind(row.kind), row.connection)


def _told_of(row: ToldRow) -> Told:
    return Told(frozenset(row.topics), row.told_at, row.repeats, row.recent)


def read_summaries(
    session: Session, settings: Settings, span: tuple[datetime, datetime], *, now: datetime
) -> list[Summary]:
    """Every connection that is switched on: what was done in `span`, and what stands now."""
    unpaused = {each.name for each in working(session, settings)}
    late: dict[str, list[str]] = {}
    for lane in stale_lanes(session, settings, now=now):
        late.setdefault(lane.connection, []).append(READ_WORDS[lane.lane])
    summaries = []
    for each in settings.connections:
        if each.enabled:
            paused = each.name not in unpaused
            lanes = tuple(late.get(each.name, ()))
            summaries.append(_summary(session, each.name, span, now, (lanes, paused)))
    return summaries


def _summary(
    session: Session,
    name: str,
    span: tuple[datetime, datetime],
    now: datetime,
    health: tuple[tuple[str, ...], bool],
) -> Summary:
    done = notices.done_between(session, name, *span)
    waiting = outbox.count_waiting(session, name)
    opened = [each.opened_at for each in inbox.open_items(session, name)]
    undelivered = listings.undelivered(session, name)
    since = undelivered.oldest or now
    return Summary(
        connection=name,
        visits_created=done.visits_created,
        closures_delivered=done.closures_delivered,
        invoices=done.invoices,
        invoiced=done.invoiced,
        questions=len(opened),
        oldest_question_seconds=(now - min(opened, default=now)).total_seconds(),
        waiting=waiting["pending"],
        in_doubt=waiting["in_doubt"],
        dead=waiting["dead"],
        undelivered=undelivered.count,
        oldest_undelivered_seconds=(now - since).total_seconds(),
        late=health[0],
        is_paused=health[1],
    )
