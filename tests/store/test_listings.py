"""Lists for people: found by what people remember, page by page."""

from datetime import UTC, datetime, timedelta

import pytest

from syncd.model import InboxKind, LinkId, Observation, Question, Side
from syncd.store import inbox, links, listings
from syncd.store.closures import FoundClosure, deliver_closure, link_closure, save_closures
from syncd.store.cycles import ensure_connection, finish_cycle, start_cycle
from syncd.store.database import Database, Session
from syncd.store.listings import Wanted
from syncd.store.observations import save_observations

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PLACES = {
    1: {"site": "Flat 2", "address": "41 Rosemount Viaduct", "city": "Aberdeen"},
    2: {"site": 'Café "Zoë"', "address": "7_100% Street", "city": "Straße", "post_code": "AB1"},
    3: {"site": "", "address": "address", "city": "Aberdeen"},
}


def fill(session: Session) -> None:
    """Three links, the third one not open."""
    ensure_connection(session, "northgate", short_name="n", company_id="c", now=NOW)
    for number, place in PLACES.items():
        key = f"visit{number}"
        links.add_link(
            session,
            "northgate",
            f"JOB-{number}",
            doc_no=f"MJ-{number}",
            now=NOW,
            visit_key=key,
            visit_id=1000 + number,
            is_ours=True,
            branch_id="",
            is_open=number != 3,
        )
        seen = Observation(Side.LETSJOBIT, key, "f", {**place, "obs": "Aberdeen keys"})
        save_observations(session, "northgate", [seen], now=NOW)


def found(session: Session, words: str, before: int | None = None, limit: int = 10) -> list[int]:
    """The numbers of the links that fit."""
    page = listings.links_page(session, Wanted(words), before=before, limit=limit)
    return [each.link_id for each in page]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("", [3, 2, 1]),
        ("MJ-2", [2]),
        ("mj-", [3, 2, 1]),
        ("JOB-1", [1]),
        ("1003", [3]),
        ("visit2", [2]),
        ("rosemount VIADUCT", [1]),
        ("aberdeen", [3, 1]),
        ('Café "Zoë"', [2]),
        ("7_100%", [2]),
        ("7_1__%", []),
        ("post_code", []),
        ("keys", []),
        ("flat 2, 41", [1]),
        ("aberdeen, viaduct", [1]),
        (",", []),
    ],
)
def test_links_are_found_by_number_address_and_id(
    database: Database, words: str, numbers: list[int]
) -> None:
    """Capitals do not matter, no sign is a wild card, and the names of fields find nothing."""
    database.run_now(fill)
    assert database.read_now(found, words) == numbers


def test_links_come_in_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first, and from any page on to the next, also where few of many fit."""
    monkeypatch.setattr(listings, "_PAGE", 1)
    database.run_now(fill)
    assert database.read_now(found, "", None, 2) == [3, 2]
    assert database.read_now(found, "", 2, 2) == [1]
    assert database.read_now(found, "aberdeen", None, 1) == [3]
    assert database.read_now(found, "aberdeen", 3, 1) == [1]


def test_links_are_told_apart_by_whether_they_are_open(database: Database) -> None:
    """Of all connections or of one."""
    database.run_now(fill)
    for wanted, numbers in (
        (Wanted(is_open=True), [2, 1]),
        (Wanted(is_open=False), [3]),
        (Wanted("MJ-3", is_open=True), []),
        (Wanted(connection="southgate"), []),
    ):
        page = database.read_now(listings.links_page, wanted, before=None, limit=9)
        assert [each.link_id for each in page] == numbers


def test_questions_are_listed_with_who_answered(database: Database) -> None:
    """What waits, which links it is about, and what is decided and in force."""

    def ask(session: Session) -> None:
        fill(session)
        for number in (1, 2):
            question = Question(
                InboxKind.CONFLICT, f"t{number}", "?", ("leave",), link_id=LinkId(number)
            )
            inbox.ensure_open(session, "northgate", question, now=NOW)
        inbox.resolve_item(session, 2, "leave", value=None, who="Ann", now=NOW)

    database.run_now(ask)
    ids = [LinkId(1), LinkId(2)]
    assert database.read_now(listings.links_asked_about, ids) == {1}
    assert database.read_now(listings.count_asked) == 1
    assert database.read_now(listings.asked_ids) == [1]
    (answered,) = database.read_now(listings.answered_items, limit=5)
    assert (answered.item.item_id, answered.decided_by, answered.decided_at) == (2, "Ann", NOW)
    assert database.read_now(listings.item_page, 9) is None


def test_what_closed_visits_wait_for_is_counted(database: Database) -> None:
    """How many of ours are not acknowledged, and since when the oldest is known."""

    def close(session: Session) -> None:
        fill(session)
        for number in (1, 2, 3, 4):
            closure = {"visit": "{}", "signature": None}
            seen = Observation(Side.LETSJOBIT, f"visit{number}", "f", {}, closure=closure)
            at = NOW - timedelta(hours=number)
            save_closures(session, "northgate", [FoundClosure(seen, "h", False)], now=at)
            if number != 4:
                link_closure(session, "northgate", f"visit{number}", LinkId(number))
        deliver_closure(session, "northgate", "visit3", now=NOW)

    database.run_now(close)
    waiting = database.read_now(listings.undelivered, "northgate")
    assert (waiting.count, waiting.oldest) == (2, NOW - timedelta(hours=2))
    assert database.read_now(listings.undelivered, "southgate").oldest is None


def test_cycles_are_listed_by_time_and_page(database: Database) -> None:
    """The newest first; what a cycle read."""

    def run(session: Session) -> None:
        fill(session)
        for hours in (30, 2, 1):
            number = start_cycle(session, "northgate", now=NOW - timedelta(hours=hours))
            end = NOW - timedelta(hours=hours, minutes=-5)
            finish_cycle(session, number, outcome="ok", report={}, now=end)
        start_cycle(session, "northgate", now=NOW)

    database.run_now(run)
    page = database.read_now(listings.cycles_page, connection=None, before=None, limit=2)
    assert [row.id for row in page] == [4, 3]
    page = database.read_now(listings.cycles_page, connection="northgate", before=3, limit=5)
    assert [row.id for row in page] == [2, 1]
    assert database.read_now(listings.cycle_row, 9) is None
