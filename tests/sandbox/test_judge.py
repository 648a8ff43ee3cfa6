"""The judge's verdict on a client's pace."""

import httpx
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox import RunningSandbox
from syncd.sandbox.judge import judge_key, longest_run, window_counts
from syncd.sandbox.ledger import Entry
from syncd.sandbox.limits import Limit
from tests.sandbox.conftest import Clock


def entry(at: float, status: int = 200) -> Entry:
    """One request of the only key."""
    return Entry(0, at, "letsjobit", "k", "GET", "/visits", "/visits", status=status)


@given(st.lists(st.integers(0, 40), max_size=30), st.integers(1, 9))
def test_windows_are_counted_as_by_hand(times: list[int], window: int) -> None:
    """The quick count agrees with looking at every window one by one."""
    ordered = [float(at) for at in sorted(times)]
    by_hand = [
        sum(1 for other in ordered[: place + 1] if at - window < other)
        for place, at in enumerate(ordered)
    ]
    assert window_counts(ordered, window) == by_hand


def test_a_window_over_the_limit_is_found_across_any_boundary() -> None:
    """Three requests in just under the window are one too many, though a fixed grid would divide
    them."""
    verdict = judge_key([entry(9.0), entry(9.5), entry(18.9)], Limit(2, 10.0))
    assert (verdict["fullest_window"], verdict["windows_over"]) == (3, 1)
    verdict = judge_key([entry(9.0), entry(9.5), entry(19.0)], Limit(2, 10.0))
    assert (verdict["fullest_window"], verdict["windows_over"]) == (2, 0)


def test_refused_requests_count_as_arrivals() -> None:
    """A request that was answered 429 still fills the window: the vendor had to refuse it."""
    verdict = judge_key([entry(0), entry(1), entry(2, 429)], Limit(2, 10.0))
    assert (verdict["windows_over"], verdict["answers_429"]) == (1, 1)


def test_the_longest_run_of_429_is_told() -> None:
    """Only answers in a row count."""
    assert longest_run([429, 200, 429, 429, None, 429], 429) == 2


def test_entries_may_stand_in_any_order() -> None:
    """The judge goes by the instant of arrival, not by the order of the ledger."""
    verdict = judge_key([entry(20), entry(0), entry(1)], Limit(1, 10.0))
    assert verdict["windows_over"] == 1


def test_the_judge_sees_what_was_sent(
    box: RunningSandbox, letsjobit: httpx.Client, agentos: httpx.Client, clock: Clock
) -> None:
    """Requests are told per key and route, by fingerprint and never by key."""
    for _ in range(101):
        letsjobit.get("/visits", params={"closed": 1})
    clock.move(1)
    agentos.get("/company/branches/0/10")
    ours, theirs = box.verdicts()
    assert (ours["fullest_window"], ours["windows_over"], ours["answers_429"]) == (101, 1, 1)
    assert ours["by_route"] == {"GET /api/v2/visits": 101}
    route = "GET /v4/maintenance/{shortName}/company/branches/{offset}/{count}"
    assert theirs["by_route"] == {route: 1}
    told = repr((ours, theirs, box.ledger.entries))
    assert box.letsjobit_key not in told
    assert box.agentos_key not in told


def test_the_key_in_the_query_is_not_kept(box: RunningSandbox) -> None:
    """The ledger keeps the query without the key."""
    query = {"API_KEY": box.letsjobit_key, "closed": "0"}
    assert httpx.get(f"{box.url}/api/v2/visits", params=query).status_code == 200
    assert box.ledger.entries[-1].query == "closed=0"


def test_a_block_is_told(box: RunningSandbox, agentos: httpx.Client) -> None:
    """Answers from the load balancer are counted apart from other 403."""
    for _ in range(55):
        agentos.get("/company/branches/0/10")
    verdict = box.verdicts()[0]
    assert (verdict["answers_429_in_a_row"], verdict["answers_403_blocked"]) == (3, 2)
