"""What a visit's end says in a note."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from syncd.evidence.notes import closing_note, same_note, skip_note
from syncd.letsjobit.wire import Visit
from tests.evidence.test_lines import visit
from tests.reconcile.made import VISIT

LONDON = ZoneInfo("Europe/London")
WITHOUT = frozenset({"syncd", "invoice_total"})
AT = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


def told(raw: Visit, closed_at: datetime | None = AT) -> str:
    """The note about a closed visit."""
    record = replace(VISIT, doc_no="MJ-1", closed_at=closed_at)
    return closing_note(raw, record, without=WITHOUT, zone=LONDON)


def test_remarks_are_told_with_mark_and_local_time_and_without_money() -> None:
    """Neither our own tag nor what the invoice is made of is a remark."""
    assert told(visit()) == "[visit MJ-1] Closed 2026-07-01 09:30.\nnotes: topped up"
    assert told(visit(), None).startswith("[visit MJ-1] Closed.")


def test_nothing_entered_is_no_note() -> None:
    """Nor is a picture a remark."""
    assert told(visit(lines=[])) == ""
    picture = {"actionItem": "1", "extraData": [{"name": "photo", "value": "A" * 5000}]}
    assert told(visit(lines=[picture])) == ""


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("3", ": reason 3 in LetsJobIt"),
        ("r-7", ": reason r-7 in LetsJobIt"),
        ("5f1a6c9be4b0a1d2c3e4f5a6", ": reason 5f1a6c9be4b0a1d2c3e4f5a6 in LetsJobIt"),
        ("Nobody in", ": Nobody in"),
        ("Nobody in at 14:05", ": Nobody in at 14:05"),
        ("no-access", ": no-access"),
        ("", ", no reason given"),
    ],
)
def test_a_skip_is_told_with_what_is_known_of_its_reason(reason: str, told: str) -> None:
    """The agency does not know LetsJobIt's codes, so one is said to be one; words stand as they
    came, and a skip without either is told all the same."""
    record = replace(VISIT, doc_no="MJ-1", date="2026-07-01", skip_reason=reason)
    assert skip_note(record) == f"[visit MJ-1] Skipped on 2026-07-01{told}"


def test_notes_are_the_same_whatever_became_of_their_line_breaks() -> None:
    """The portal may show them otherwise than they were sent."""
    assert same_note("[visit MJ-1] Closed.\nnotes: ok", "[visit MJ-1] Closed.\r\n notes: ok ")
    assert not same_note("[visit MJ-1] Closed.", "[visit MJ-10] Closed.")
