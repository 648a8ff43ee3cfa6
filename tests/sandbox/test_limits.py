"""The vendors' limits, by instants that the test chooses."""

from collections.abc import Sequence

import httpx
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox.limits import KeyLimit, Limit, Limits, Outcome
from tests.sandbox.conftest import Clock

GAPS = st.lists(st.floats(0, 3, allow_nan=False), min_size=1, max_size=80)


def instants(gaps: list[float]) -> list[float]:
    """Ascending instants with these gaps."""
    found = [0.0]
    for gap in gaps:
        found.append(found[-1] + gap)
    return found


def outcomes(limit: Limit, times: Sequence[float]) -> list[Outcome]:
    """What requests at these instants get."""
    key = KeyLimit(limit)
    return [key.admit(at).outcome for at in times]


@given(gaps=GAPS, requests=st.integers(1, 5))
def test_no_window_admits_more_than_the_limit(gaps: list[float], requests: int) -> None:
    """Whatever the arrivals, no half-open window holds more admitted requests than the limit."""
    times = instants(gaps)
    got = outcomes(Limit(requests, 4.0), times)
    admitted = [at for at, outcome in zip(times, got, strict=True) if outcome == Outcome.ADMITTED]
    for start in admitted:
        assert sum(1 for at in admitted if start <= at < start + 4.0) <= requests


@given(gaps=GAPS, requests=st.integers(1, 5))
def test_a_request_is_refused_only_when_the_window_is_full(
    gaps: list[float], requests: int
) -> None:
    """A refusal means that the window before it holds as many admitted requests as allowed."""
    times = instants(gaps)
    got = outcomes(Limit(requests, 4.0), times)
    for place, at in enumerate(times):
        if got[place] == Outcome.OVER:
            before = [
                earlier
                for earlier, outcome in zip(times[:place], got[:place], strict=True)
                if outcome == Outcome.ADMITTED and at - earlier < 4.0
            ]
            assert len(before) == requests


def test_a_slot_comes_back_exactly_one_window_after_its_use() -> None:
    """The request at t is free again at t + window and not before."""
    limit = Limit(1, 60.0)
    assert outcomes(limit, [0, 59.999]) == [Outcome.ADMITTED, Outcome.OVER]
    assert outcomes(limit, [0, 60.0]) == [Outcome.ADMITTED, Outcome.ADMITTED]


def test_a_refused_request_uses_no_slot() -> None:
    """Refusals leave the window as it was, unless the limit counts them."""
    times = [0.0, 0.5, 1.0]
    assert outcomes(Limit(1, 1.0), times)[-1] == Outcome.ADMITTED
    assert outcomes(Limit(1, 1.0, counts_refused=True), times)[-1] == Outcome.OVER


def test_the_third_request_after_a_429_blocks_the_key() -> None:
    """Who goes on within the window gets 429 twice more and then 403, for five windows."""
    limit = Limit(1, 60.0, hammering_requests=3)
    times = [0, 1, 2, 3, 4, 303, 304]
    words = ["admitted", "over", "over", "over", "blocked", "blocked", "admitted"]
    assert outcomes(limit, times) == words


def test_a_caller_who_waits_a_window_after_a_429_is_never_blocked() -> None:
    """Waiting as the vendor asks ends the count of what came after the 429."""
    limit = Limit(1, 60.0, hammering_requests=3)
    times = [0, 1, 61, 62, 122, 123, 183, 184]
    assert outcomes(limit, times) == ["admitted", "over"] * 4


def test_remaining_and_reset_tell_the_window() -> None:
    """After three of five requests two remain, and the first slot returns in the rest of its
    window."""
    key = KeyLimit(Limit(5, 10.0))
    for at in (0.0, 1.0, 4.0):
        admission = key.admit(at)
    assert (admission.remaining, admission.reset_seconds) == (2, 6.0)


def test_no_limit_admits_everything() -> None:
    """A limit of 0 requests is none, and plenty remain."""
    key = KeyLimit(Limit(0, 10.0))
    admissions = [key.admit(0.0) for _ in range(500)]
    assert {admission.outcome for admission in admissions} == {Outcome.ADMITTED}
    assert admissions[-1].remaining > 1000


def test_keys_do_not_share_a_limit() -> None:
    """Each key has its own slots."""
    limits = Limits({"letsjobit": Limit(1, 10.0)})
    assert limits.of("letsjobit", "a").admit(0).outcome == Outcome.ADMITTED
    assert limits.of("letsjobit", "b").admit(0).outcome == Outcome.ADMITTED
    assert limits.of("letsjobit", "a").admit(0).outcome == Outcome.OVER


def test_letsjobit_says_what_is_left_on_every_answer(letsjobit: httpx.Client, clock: Clock) -> None:
    """Every answer carries both headers, errors and the 429 included."""
    first = letsjobit.get("/visits")
    clock.move(2.5)
    second = letsjobit.get("/visits/nothing")
    names = ("X-RateLimit-Remaining", "X-Rate-Limit-Reset")
    assert [first.headers[name] for name in names] == ["99", "10"]
    assert [second.headers[name] for name in names] == ["98", "8"]


def test_letsjobit_refuses_the_101st_request_in_ten_seconds(
    letsjobit: httpx.Client, clock: Clock
) -> None:
    """100 requests pass, the next is 429 in the vendor's shape, ten seconds later all is well."""
    statuses = [letsjobit.get("/visits/nothing").status_code for _ in range(100)]
    refused = letsjobit.get("/visits")
    clock.move(10)
    assert set(statuses) == {404}
    assert refused.status_code == 429
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert isinstance(refused.json()["meta"]["error"], str)
    assert letsjobit.get("/visits").status_code == 200


def test_agentos_blocks_who_hammers(agentos: httpx.Client, clock: Clock) -> None:
    """50 pass, then 429 with a JSON message, then 403 in HTML until the block is over."""
    path = "/company/branches/0/10"
    statuses = [agentos.get(path).status_code for _ in range(53)]
    blocked = agentos.get(path)
    clock.move(299)
    still = agentos.get(path)
    clock.move(1)
    assert statuses == [200] * 50 + [429] * 3
    assert blocked.status_code == still.status_code == 403
    assert blocked.headers["Content-Type"].startswith("text/html")
    assert agentos.get(path).status_code == 200


def test_a_wrong_key_has_a_limit_of_its_own(letsjobit: httpx.Client) -> None:
    """Requests with another key do not use up the slots of the right one."""
    wrong = letsjobit.get("/visits", headers={"Authorization": "Bearer wrong"})
    right = letsjobit.get("/visits")
    assert wrong.status_code == 401
    assert right.headers["X-RateLimit-Remaining"] == "99"
