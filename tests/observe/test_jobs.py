"""Tests of observing jobs: whose are kept, what is added, and hostile records."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.agentos.wire import ALIASES
from syncd.errors import VendorUnavailable
from syncd.model import GONE, JobRecord, Observation, Side
from syncd.observe.jobs import OVERLAP, job_identity, job_observation, observe_jobs, read_job
from syncd.observe.records import look_at_job
from syncd.observe.spool import Spool
from syncd.observe.sweeps import Sweep
from syncd.translate import canonical, content
from syncd.wire_json import Record, Wire
from tests.observe.clients import Agency, Store
from tests.observe.hostile import any_value, records
from tests.translate.made import LONDON

US = "co-0009-4739"
NAMES = sorted({alias for aliases in ALIASES["Job"].values() for alias in aliases})


def job(oid: str, contractor: str = US, **told: Any) -> Record:
    """A raw job."""
    return {
        "OID": oid,
        "StatusID": "st-1",
        "PropertyID": "pr-1",
        "ContractorID": contractor,
        **told,
    }


async def sweep(
    agency: Agency,
    spool: Spool,
    *,
    store: Store | None = None,
    branches: Sequence[str] = ("br-1",),
    tagged: frozenset[str] = frozenset(),
    page_size: int = 1000,
) -> Sweep:
    """Sweep these branches."""
    return await observe_jobs(
        agency.client(),
        branches,
        page_size=page_size,
        contractors={US},
        tagged=tagged,
        zone=LONDON,
        known=(store or Store()).known,
        spool=spool,
    )


@pytest.fixture
def spool() -> Any:
    """An empty spool."""
    opened = Spool()
    yield opened
    opened.close()


async def test_ours_the_known_and_the_tagged_are_kept(spool: Spool) -> None:
    """Of every other job of the agency nothing is."""
    rows = [job("a"), job("b", "co-x"), job("c", "co-x"), job("d", ""), job("e", "co-x")]
    store = Store({(Side.AGENTOS, "b"): ("old", True)})
    done = await sweep(
        Agency({("list_jobs", "br-1"): rows}), spool, store=store, tagged=frozenset({"c"})
    )
    assert (done.is_complete, set(done.seen), done.distinct) == (True, {"a", "b", "c"}, 5)
    assert [each.record_id for each in spool] == ["a", "b", "c"]
    assert (spool.known[Side.AGENTOS], spool.changed[Side.AGENTOS]) == (1, 1)


async def test_what_did_not_change_is_not_added(spool: Spool) -> None:
    """Known by its fingerprint, whatever the order of its fields."""
    store = Store({(Side.AGENTOS, "a"): (canonical.fingerprint(job("a")), True)})
    reordered = dict(reversed(job("a").items()))
    await sweep(Agency({("list_jobs", "br-1"): [reordered]}), spool, store=store)
    assert list(spool) == []
    assert (spool.known[Side.AGENTOS], spool.changed[Side.AGENTOS]) == (1, 0)


async def test_a_request_per_branch_and_page(spool: Spool) -> None:
    """Pages of up to a thousand overlap by ten rows, small ones by a tenth."""
    rows = {("list_jobs", "br-1"): [job(f"a{n}") for n in range(1500)], ("list_jobs", "br-2"): []}
    agency = Agency(rows)
    done = await sweep(agency, spool, branches=["br-1", "br-2"])
    assert [(of, offset) for _, of, offset in agency.asked] == [
        ("br-1", 0),
        ("br-1", 1000 - OVERLAP),
        ("br-2", 0),
    ]
    assert done.distinct == 1500
    small = Agency({("list_jobs", "br-1"): [job(f"a{n}") for n in range(25)]})
    await sweep(small, spool, page_size=20)
    assert [offset for _, _, offset in small.asked] == [0, 18]


async def test_a_branch_that_fails_ends_the_sweep(spool: Spool) -> None:
    """Incomplete, with the failure; later branches are not asked."""
    failure = VendorUnavailable("x", "down", side=Side.AGENTOS, operation="list_jobs")
    agency = Agency(
        {("list_jobs", "br-1"): [job("a")]}, broken={("list_jobs", "br-2"): failure}, unreadable=2
    )
    done = await sweep(agency, spool, branches=["br-1", "br-2", "br-3"])
    assert (done.is_complete, done.error, set(done.seen)) == (False, failure, {"a"})
    assert (done.unreadable, done.distinct) == (2, 1)
    assert [of for _, of, _ in agency.asked] == ["br-1", "br-2"]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"StatusID": None}, "the job has no status"),
        ({"PropertyID": ""}, "the job has no property"),
        ({"PropertyID": ["x"]}, "PropertyID is not as the vendor documents it"),
        ({"DueDate": "soon"}, "DueDate is not as the vendor documents it"),
    ],
)
def test_an_unusable_job_is_parked_with_its_reason(told: dict[str, Any], reason: str) -> None:
    """Its key is kept, its content is not, and no value stands in the reason."""
    raw = job("a", **told)
    found = job_observation(raw, "f", LONDON)
    assert (found.record_id, found.content) == ("a", None)
    assert found.problem is not None
    if "not as" in reason:
        assert found.problem.endswith("is not as the vendor documents it")
    else:
        assert found.problem == reason
    assert read_job(raw, LONDON) == found.problem


def test_an_identity_is_the_first_text() -> None:
    """Under any of the vendor's names; a nested or numeric one is none."""
    assert job_identity({"OID": "a", "ID": "b"}) == "a"
    assert job_identity({"OID": "", "ID": "b"}) == "b"
    values: list[Wire] = [None, 3, True, ["a"], {"OID": "a"}, ""]
    for value in values:
        assert job_identity({"OID": value}) == ""


@given(records(NAMES), st.booleans(), st.lists(any_value, max_size=2))
def test_no_record_is_too_hostile(raw: Record, is_usable: bool, listed: list[Any]) -> None:
    """Whatever the types, looking never raises, and what is kept can be read and spooled."""
    told: Record = {**job("a"), **raw, "Documents": listed} if is_usable else raw
    found = job_observation(told, canonical.fingerprint(told), LONDON)
    assert (found.content is None) is (found.problem is not None)
    if found.content is not None:
        assert isinstance(content.read(JobRecord, found.content), JobRecord)
    json.dumps(found.as_row())
    spool = Spool()
    spool.add(found)
    assert list(spool) == [found]
    spool.close()


@given(st.lists(records(NAMES), max_size=6))
async def test_hostile_jobs_stop_no_other(rows: list[Record]) -> None:
    """Among whatever else the list holds, ours is read; the sweep is complete."""
    spool = Spool()
    done = await sweep(Agency({("list_jobs", "br-1"): [*rows, job("ours-alone")]}), spool)
    assert done.is_complete
    assert "ours-alone" in done.seen
    assert done.unreadable == sum(not job_identity(each) for each in rows)
    spool.close()


async def test_looking_at_one_job() -> None:
    """As it is now; none is known as gone; anything else that fails comes out."""
    failure = VendorUnavailable("x", "down", side=Side.AGENTOS, operation="get_job")
    agency = Agency(records={"a": job("a"), "b": failure})
    found = await look_at_job(agency.client(), "a", LONDON)
    assert found == job_observation(job("a"), canonical.fingerprint(job("a")), LONDON)
    gone = await look_at_job(agency.client(), "z", LONDON)
    assert gone == Observation(Side.AGENTOS, "z", GONE, problem=GONE)
    with pytest.raises(VendorUnavailable):
        await look_at_job(agency.client(), "b", LONDON)
