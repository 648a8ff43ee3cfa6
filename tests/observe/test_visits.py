"""Tests of observing visits: which are ours, what is kept of the others, and hostile records."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.letsjobit.wire import Visit
from syncd.model import GONE, Observation, Side, VisitRecord
from syncd.observe.records import look_at_visit
from syncd.observe.spool import Spool
from syncd.observe.visits import VisitReader, observe_visits
from syncd.translate import canonical, content
from syncd.translate.tags import tag_field, write_tag
from syncd.wire_json import Record, Wire
from tests.observe.clients import Account, Store
from tests.observe.hostile import any_value, records
from tests.translate.made import LONDON, TAG

READER = VisitReader("_id", TAG.short_name, LONDON)
NAMES = sorted({each.alias or name for name, each in Visit.model_fields.items()})
SECRET = "c2lnbmF0dXJlLW9mLWE-dGVuYW50"
PLAIN: Record = {
    "_id": "k1",
    "id": 7,
    "docNo": "10452",
    "date": "2026-06-09",
    "obs": "",
    "contactPerson": "Ada Lovelace",
    "contactPhone": "07700 900001",
}


def ours(**told: Any) -> Record:
    """A visit that carries our tag."""
    line: dict[str, Any] = {"actionItem": 1, "extraData": [dict(tag_field(TAG))]}
    return {**PLAIN, "lines": [line], **told}


def observed(raw: Record, *, is_kept: bool = False, reader: VisitReader = READER) -> Observation:
    """What one raw visit is to us."""
    return reader.observation(raw, canonical.fingerprint(raw), is_kept=is_kept)


def test_a_strangers_visit_leaves_its_keys_alone() -> None:
    """Of a visit that is not marked as ours no name, phone or address is kept."""
    found = observed(PLAIN)
    assert found == Observation(
        Side.LETSJOBIT, "k1", canonical.fingerprint(PLAIN), erp_id="7", doc_no="10452"
    )


def test_a_visit_of_ours_is_read_in_full() -> None:
    """With the job that our tag names."""
    found = observed(ours())
    assert (found.record_id, found.erp_id, found.doc_no) == ("k1", "7", "10452")
    assert (found.tag, found.problem, found.closure) == (TAG.job_id, None, None)
    assert found.content is not None
    assert content.read(VisitRecord, found.content).tag == TAG


def test_where_lines_are_not_shown_the_tag_stands_in_obs() -> None:
    """As the last line of what we wrote there; any other text is nobody's mark."""
    found = observed({**PLAIN, "obs": f"Kitchen tap drips\n{write_tag(TAG)}"})
    assert found.content is not None
    assert observed({**PLAIN, "obs": "Please sync with Ada", "lines": []}).content is None


def test_a_visit_that_is_kept_is_read_without_a_mark() -> None:
    """It was paired by its number, or somebody took the tag off."""
    found = observed(PLAIN, is_kept=True)
    assert found.content is not None
    assert found.tag is None


def test_another_agencys_visit_is_no_candidate() -> None:
    """Its number must not be mistaken for one of our jobs."""
    reader = VisitReader("_id", "southgate", LONDON)
    found = observed(ours(), reader=reader)
    assert (found.content, found.doc_no, found.tag) == (None, None, None)
    kept = observed(ours(), reader=reader, is_kept=True)
    assert (kept.content is None, kept.tag) == (False, None)


@pytest.mark.parametrize(
    ("told", "is_closure"),
    [
        ({"closed": 1, "confirmClose": 0}, True),
        ({"closed": "1"}, True),
        ({"closed": 1, "confirmClose": 1}, False),
        ({"closed": 0}, False),
    ],
)
def test_a_closed_visit_that_waits_brings_its_closure(
    told: dict[str, Any], is_closure: bool
) -> None:
    """The raw visit and the signature apart, and of a new one only until it is acknowledged."""
    found = observed(ours(signature=SECRET, **told))
    assert (found.closure is not None) is is_closure
    if found.closure is not None:
        assert found.closure["signature"] == SECRET
        assert SECRET not in (found.closure["visit"] or "")
        assert json.loads(found.closure["visit"] or "")["docNo"] == "10452"
    assert SECRET not in json.dumps(found.content)


def test_an_acknowledged_visit_that_was_known_brings_its_closure() -> None:
    """Somebody may have acknowledged what was never read."""
    told = ours(signature=SECRET, closed=1, confirmClose=1)
    found = observed(told, is_kept=True)
    assert found.closure is not None
    assert found.closure["signature"] == SECRET


@pytest.mark.parametrize("path_id", ["_id", "id"])
@pytest.mark.parametrize("key", [None, True, 1.5, [], {}, ["x"]])
def test_an_identity_is_text_or_a_number(path_id: str, key: Any) -> None:
    """Anything else is none: the visit is counted as unreadable."""
    reader = VisitReader(path_id, "northgate", LONDON)
    assert reader.identity({path_id: key}) == ""
    assert reader.identity({path_id: 12}) == reader.identity({path_id: "12"}) == "12"
    assert reader.identity({}) == ""


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"closed": "perhaps"}, "closed"),
        ({"lines": {"a": 1}}, "lines"),
        ({"required_skills": "Plumber"}, "required_skills"),
        ({"priority": "high"}, "priority"),
    ],
)
def test_a_misread_field_is_named_without_its_value(told: dict[str, Any], field: str) -> None:
    """The record is parked with a reason that a person can hand on to the vendor."""
    found = observed(ours(signature=SECRET, **told), is_kept=True)
    assert found.content is None
    assert found.closure is None
    assert found.problem == f"{field} is not as the vendor documents it"
    read = READER.read(ours(**told))
    assert read == found.problem


def test_a_visit_without_any_identity_is_a_problem() -> None:
    """It cannot be written to."""
    reader = VisitReader("docNo", "northgate", LONDON)
    raw = {name: value for name, value in ours().items() if name not in ("_id", "id")}
    found = observed(raw, reader=reader)
    assert found.problem == "the visit has neither _id nor id"


@given(records(NAMES), any_value, st.booleans(), st.booleans())
def test_no_record_is_too_hostile(raw: Record, lines: Any, is_kept: bool, is_marked: bool) -> None:
    """Whatever the types, looking never raises, what is kept can be read again, and the signature
    stands in no content, problem or closure but in its own place."""
    signed: Record = {**raw, "signature": SECRET}
    if is_marked:
        signed = {**ours(), **signed, "lines": [*ours()["lines"], lines]}  # type: ignore[misc]
    found = observed(signed, is_kept=is_kept)
    if found.content is not None:
        assert found.problem is None
        assert isinstance(content.read(VisitRecord, found.content), VisitRecord)
    rest = json.dumps([found.content, found.problem, found.tag, found.doc_no, found.erp_id])
    assert SECRET not in rest
    if found.closure is not None:
        assert SECRET not in str(found.closure["visit"])
    spool = Spool()
    spool.add(found)
    assert list(spool) == [found]
    spool.close()


@given(any_value)
def test_any_signature_is_no_content(signature: Any) -> None:
    """Also one that is no text at all."""
    found = observed(ours(signature=signature, closed=1), is_kept=True)
    if found.content is not None:
        assert "signature" not in found.content
    if found.closure is not None:
        assert "signature" not in json.loads(found.closure["visit"] or "")


async def sweep(account: Account, store: Store, spool: Spool, **told: Any) -> set[str]:
    """Sweep this account, and give what was seen."""
    asked: dict[str, Any] = {"closed": False, "confirm_close": None, "doc_no": None, **told}
    done = await observe_visits(account.client(), READER, known=store.known, spool=spool, **asked)
    assert done.is_complete
    return set(done.seen)


async def test_only_what_changed_is_added() -> None:
    """By its fingerprint; what is known and kept is counted."""
    changed, same, fresh = ours(), {**PLAIN, "_id": "k2"}, {**PLAIN, "_id": "k3"}
    store = Store(
        {
            (Side.LETSJOBIT, "k1"): ("another", True),
            (Side.LETSJOBIT, "k2"): (canonical.fingerprint(same), False),
        }
    )
    spool = Spool()
    assert await sweep(Account([changed, same, fresh]), store, spool) == {"k1", "k2", "k3"}
    assert [each.record_id for each in spool] == ["k1", "k3"]
    assert (spool.known[Side.LETSJOBIT], spool.changed[Side.LETSJOBIT]) == (1, 1)
    assert (spool.shows_lines, spool.open_visits) == (True, 3)
    spool.close()


async def test_the_filters_are_handed_on() -> None:
    """Open or closed, acknowledged or not, and the number's prefix."""
    account, spool = Account(), Spool()
    await sweep(account, Store(), spool, closed=True, confirm_close=False, doc_no="AOS-")
    (asked,) = account.asked
    given = {name: value for name, value in asked.items() if value is not None}
    assert given == {"closed": True, "confirm_close": False, "doc_no": "AOS-"}
    assert not spool.shows_lines
    spool.close()


async def test_closed_visits_are_not_counted_as_open() -> None:
    """However the vendor spells it."""
    spool = Spool()
    flags: list[Wire] = [1, "1", True, 0, "0", None]
    raws: list[Record] = [{"_id": str(n), "closed": flag} for n, flag in enumerate(flags)]
    await sweep(Account(raws), Store(), spool)
    assert spool.open_visits == 3
    spool.close()


async def test_a_hostile_visit_stops_no_other() -> None:
    """It is parked with its reason; the next ones are read."""
    spool = Spool()
    bad: Record = {**ours(), "_id": "k0", "closed": {"no": "flag"}}
    await sweep(Account([bad, ours()]), Store(), spool)
    first, second = spool
    assert (first.problem, second.problem) == ("closed is not as the vendor documents it", None)
    spool.close()


async def test_looking_at_one_visit() -> None:
    """It is read in full, mark or not; none is known as gone."""
    account = Account([PLAIN])
    found = await look_at_visit(account.client(), "k1", READER)
    assert found == observed(PLAIN, is_kept=True)
    gone = await look_at_visit(account.client(), "k9", READER)
    assert gone == Observation(Side.LETSJOBIT, "k9", GONE, problem=GONE)
