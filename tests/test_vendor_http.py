"""Tests of the one way out, over real sockets that answer well, badly or not at all."""

import asyncio
import gzip
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import httpx
import pytest

from syncd.budget import Verdict
from syncd.errors import (
    ConfigError,
    LeaseLost,
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
    VendorUnavailable,
)
from syncd.model import Side, Urgency
from syncd.vendor_http import Auth, Call, Patience, VendorHttp, new_http_client
from tests.vendor.lines import AGENTOS_KEY, LETSJOBIT_KEY, OpenBudget, OpenPermit, line
from tests.vendor.raw_server import HANG, RESET, free_port, http, raw_server

READ = Call("list_jobs", "GET", "/jobs")
WRITE = Call("submit_invoice", "POST", "/invoice/submit", json={"Amount": Decimal("120.00")})
REPEATABLE = Call("update_visit", "PUT", "/visits/1", json={"obs": "x"}, is_repeatable=True)
ONCE = Patience(tries=1)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The client that syncd itself uses, impatient enough for tests."""
    async with new_http_client(connect_seconds=2.0, read_seconds=0.3) as made:
        yield made


async def outcome_of(
    client: httpx.AsyncClient, call: Call, *replies: bytes, side: Side = Side.AGENTOS
) -> VendorError:
    """The error in which one try of a call ends when the vendor answers so."""
    async with raw_server(*replies) as server:
        with pytest.raises(VendorError) as caught:
            await line(client, server.url, side=side, patience=ONCE).request(call)
    return caught.value


LOST = [
    pytest.param(RESET, id="reset before any answer"),
    pytest.param(HANG, id="no answer in time"),
    pytest.param(b"HTTP/1.1 200", id="half a status line"),
    pytest.param(b"nonsense\r\n\r\n", id="no HTTP at all"),
    pytest.param(http(500, "oops"), id="500"),
    pytest.param(http(503, "later"), id="503"),
    pytest.param(http(408, "slow"), id="408"),
]
SENSELESS = [
    pytest.param(http(200, '{"Count": 1', length=500), id="cut off"),
    pytest.param(http(200, '{"Count": 1', length=500) + RESET, id="reset in the body"),
    pytest.param(http(200, '{"Count": 1', length=500) + HANG, id="stuck in the body"),
    pytest.param(http(200, '{"Count": 1'), id="half a document"),
    pytest.param(http(200, "<!DOCTYPE html><html>Access denied</html>"), id="a web page"),
    pytest.param(http(200, ""), id="empty"),
    pytest.param(http(200, b"\xff\xfe\xfa{"), id="no text"),
    pytest.param(http(200, '{"a": NaN}'), id="not a number"),
    pytest.param(http(200, "[" * 100_000), id="nested without end"),
    pytest.param(http(200, b"no gzip", Content_Encoding="gzip"), id="no gzip"),
    pytest.param(http(302, "", Location="http://127.0.0.1:1/login"), id="a redirect"),
]


@pytest.mark.parametrize("reply", LOST)
async def test_a_read_that_got_no_answer_is_unavailable(
    client: httpx.AsyncClient, reply: bytes
) -> None:
    """A read that was lost or met a server error says: nothing happened, later."""
    error = await outcome_of(client, READ, reply)
    assert type(error) is VendorUnavailable
    assert error.code == "agentos_unavailable"


@pytest.mark.parametrize("reply", LOST)
async def test_a_write_that_got_no_answer_may_have_happened(
    client: httpx.AsyncClient, reply: bytes
) -> None:
    """A write that was sent and lost, or met a server error, has an unknown outcome."""
    error = await outcome_of(client, WRITE, reply)
    assert type(error) is OutcomeUnknown
    assert error.code == "agentos_outcome_unknown"


@pytest.mark.parametrize("reply", SENSELESS)
async def test_a_read_whose_answer_makes_no_sense_is_garbled(
    client: httpx.AsyncClient, reply: bytes
) -> None:
    """A read whose success is cut, empty, HTML, redirected or no JSON is garbled."""
    error = await outcome_of(client, READ, reply)
    assert type(error) is VendorGarbled
    assert error.code == "agentos_garbled"


@pytest.mark.parametrize("reply", SENSELESS)
async def test_a_write_whose_answer_makes_no_sense_may_have_happened(
    client: httpx.AsyncClient, reply: bytes
) -> None:
    """A write whose success makes no sense has an unknown outcome."""
    assert type(await outcome_of(client, WRITE, reply)) is OutcomeUnknown


@pytest.mark.parametrize("packing", ["", "gzip"])
async def test_an_answer_without_an_end_is_left(client: httpx.AsyncClient, packing: str) -> None:
    """No more is read than makes sense, also where a small answer unpacks to a large one."""
    body = gzip.compress(b" " * 5_000_000) if packing else b" " * 5_000_000
    reply = http(200, body, **({"Content_Encoding": packing} if packing else {}))
    patience = Patience(tries=1, most_bytes=1_000_000)
    async with raw_server(reply) as server:
        with pytest.raises(VendorGarbled, match="did not end"):
            await line(client, server.url, patience=patience).request(READ)


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("status", [400, 402, 405, 406, 409, 410, 413, 415, 418, 422])
async def test_what_the_vendor_declined_is_refused_with_its_words(
    client: httpx.AsyncClient, call: Call, status: int
) -> None:
    """A refusal carries the status and the vendor's words, and repeating will not help."""
    error = await outcome_of(client, call, http(status, '{"Message": "StatusID is unknown"}'))
    assert type(error) is VendorRefused
    assert (error.code, error.status) == ("agentos_refused", status)
    assert "StatusID is unknown" in error.message


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
async def test_a_key_that_is_not_let_in_is_denied(client: httpx.AsyncClient, call: Call) -> None:
    """401 and 403 concern the key: a missing tier and a block are named as possible causes."""
    unauthorized = await outcome_of(client, call, http(401))
    forbidden = await outcome_of(client, call, http(403, "<h1>Blocked</h1>", Retry_After="90"))
    assert (type(unauthorized), type(forbidden)) == (VendorDenied, VendorDenied)
    assert (unauthorized.code, forbidden.code) == ("agentos_unauthorized", "agentos_forbidden")
    assert "tier" in unauthorized.hint
    assert "block" in forbidden.hint
    assert "Blocked" in forbidden.message
    assert forbidden.retry_after == 90.0


async def test_each_vendor_has_its_own_codes_and_hints(client: httpx.AsyncClient) -> None:
    """The same failure of the other vendor carries that vendor's code and cure."""
    error = await outcome_of(client, READ, http(401), side=Side.LETSJOBIT)
    assert error.code == "letsjobit_unauthorized"
    assert "connections.letsjobit" in error.hint


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, call: Call) -> None:
    """404 says that there is nothing at this address."""
    error = await outcome_of(client, call, http(404, '{"error": "not found"}'))
    assert type(error) is VendorNotFound
    assert error.code == "agentos_not_found"


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
async def test_over_the_limit_nothing_happened(client: httpx.AsyncClient, call: Call) -> None:
    """429 was never processed, whatever was sent, and says when to come back."""
    reply = http(429, "", Retry_After="3", X_Rate_Limit_Reset="8", X_RateLimit_Remaining="0")
    error = await outcome_of(client, call, reply)
    assert type(error) is VendorUnavailable
    assert (error.code, error.retry_after) == ("agentos_rate_limited", 8.0)


@pytest.mark.parametrize("call", [READ, WRITE, REPEATABLE], ids=["read", "write", "repeatable"])
async def test_without_a_connection_nothing_was_sent(client: httpx.AsyncClient, call: Call) -> None:
    """A refused connection is never an unknown outcome, and counts as no request."""
    budget = OpenBudget()
    to_nobody = line(client, f"http://127.0.0.1:{free_port()}", budget=budget, patience=ONCE)
    with pytest.raises(VendorUnavailable) as caught:
        await to_nobody.request(call)
    assert "not sent" in caught.value.message
    assert to_nobody.requests_sent == 0
    assert budget.verdicts == [Verdict(answered=False, was_sent=False)]


async def test_without_a_free_connection_nothing_was_sent() -> None:
    """A request that never got a connection out of the pool was not sent."""
    limits = httpx.Limits(max_connections=1)
    timeout = httpx.Timeout(5.0, pool=0.05)
    async with (
        raw_server(HANG) as server,
        httpx.AsyncClient(limits=limits, timeout=timeout) as client,
    ):
        first = asyncio.create_task(line(client, server.url).request(WRITE))
        await server.was_asked.wait()
        with pytest.raises(VendorUnavailable):
            await line(client, server.url).request(WRITE)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert len(server.asked) == 1


async def test_an_answer_that_drips_is_given_up(client: httpx.AsyncClient) -> None:
    """However lively the connection is, a try ends after its longest time."""
    impatient = Patience(tries=1, longest_try_seconds=0.05)
    async with raw_server(HANG) as server:
        with pytest.raises(OutcomeUnknown):
            await line(client, server.url, patience=impatient).request(WRITE)


async def test_a_success_is_parsed_exactly(client: httpx.AsyncClient) -> None:
    """Numbers with a point arrive as Decimal with every digit, text as it was written."""
    body = '\ufeff{"lat": 57.000000, "obs": "Zoë \\ud83d\\ude00 \\r\\n"}'.encode()
    async with raw_server(http(200, body)) as server:
        answer = await line(client, server.url).request(READ)
    assert answer.body == {"lat": Decimal("57.000000"), "obs": "Zoë 😀 \r\n"}
    assert str(answer.body["lat"]) == "57.000000"


async def test_a_success_may_be_empty_where_no_body_is_needed(client: httpx.AsyncClient) -> None:
    """204, or nothing at all, is a success of a call that needs no answer."""
    call = Call("patch_job", "PATCH", "/jobs/1", json={}, is_body_needed=False)
    async with raw_server(http(204), http(200, "  ")) as server:
        to_vendor = line(client, server.url)
        assert (await to_vendor.request(call)).body is None
        assert (await to_vendor.request(call)).body is None


async def test_money_is_sent_as_an_exact_number(client: httpx.AsyncClient) -> None:
    """A Decimal leaves as a JSON number with the digits that it has."""
    async with raw_server(http(200, '"OID-1"')) as server:
        await line(client, server.url).request(WRITE)
    assert server.asked[0].body == b'{"Amount":120.00}'
    assert server.asked[0].headers["content-type"] == "application/json"


async def test_the_key_goes_where_the_vendor_wants_it(client: httpx.AsyncClient) -> None:
    """The key stands in a header, behind a scheme, or in the query, and nowhere else."""
    plain = Auth("header", "api_key", AGENTOS_KEY)
    bearer = Auth("header", "Authorization", LETSJOBIT_KEY, scheme="Bearer")
    query = Auth("query", "API_KEY", LETSJOBIT_KEY)
    call = Call("list_visits", "GET", "/visits", params={"closed": "1"})
    async with raw_server(http(200, "{}")) as server:
        for auth in (plain, bearer, query):
            await line(client, server.url, auth=auth).request(call)
    first, second, third = server.asked
    assert first.headers["api_key"] == AGENTOS_KEY
    assert second.headers["authorization"] == f"Bearer {LETSJOBIT_KEY}"
    assert (first.target, second.target) == ("/visits?closed=1", "/visits?closed=1")
    assert third.target == f"/visits?closed=1&API_KEY={LETSJOBIT_KEY}"
    assert "authorization" not in third.headers


async def test_a_request_says_who_asks_and_what_it_reads(client: httpx.AsyncClient) -> None:
    """Every request carries our name and asks for JSON, so that XML never comes back."""
    async with raw_server(http(200, "{}")) as server:
        await line(client, server.url).request(READ)
    assert server.asked[0].headers["user-agent"].startswith("syncd/")
    assert server.asked[0].headers["accept"] == "application/json"


async def test_a_read_is_tried_again_until_it_works(client: httpx.AsyncClient) -> None:
    """A read outlives two failures; each try has its own permit, and all are counted."""
    budget, waits = OpenBudget(), list[float]()
    call = Call("list_jobs", "GET", "/jobs", urgency=Urgency.SWEEPS)
    async with raw_server(http(503, ""), RESET, http(200, "{}")) as server:
        to_vendor = line(client, server.url, budget=budget, waits=waits)
        answer = await to_vendor.request(call)
    assert answer.status == 200
    assert to_vendor.requests_sent == len(server.asked) == 3
    assert budget.urgencies == [Urgency.SWEEPS] * 3
    assert [verdict.answered for verdict in budget.verdicts] == [True, False, True]
    assert len(waits) == 2
    assert 0.5 <= waits[0] < waits[1] + 0.5


async def test_a_read_gives_up_after_three_tries(client: httpx.AsyncClient) -> None:
    """The last failure is the end; nothing tries a fourth time."""
    async with raw_server(http(503, "down")) as server:
        with pytest.raises(VendorUnavailable):
            await line(client, server.url).request(READ)
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_not_tried_again(client: httpx.AsyncClient, status: int) -> None:
    """What was declined would be declined again, so it is sent once."""
    async with raw_server(http(status, "")) as server:
        with pytest.raises(VendorRefused):
            await line(client, server.url).request(READ)
    assert len(server.asked) == 1


@pytest.mark.parametrize("reply", [http(503, ""), http(429, ""), RESET], ids=["503", "429", "lost"])
async def test_a_write_that_is_not_repeatable_is_sent_once(
    client: httpx.AsyncClient, reply: bytes
) -> None:
    """A second invoice could charge a landlord twice: it leaves once, whatever happens."""
    async with raw_server(reply) as server:
        with pytest.raises(VendorError):
            await line(client, server.url).request(WRITE)
    assert len(server.asked) == 1


async def test_over_the_limit_the_budget_does_the_waiting(client: httpx.AsyncClient) -> None:
    """After a 429 a read is repeated without a wait of its own: the budget froze the key."""
    budget, waits = OpenBudget(), list[float]()
    limited = http(429, "", X_RateLimit_Remaining="0", X_Rate_Limit_Reset="4")
    async with raw_server(limited, http(200, "{}")) as server:
        await line(client, server.url, budget=budget, waits=waits).request(READ)
    assert waits == [0.0]
    assert budget.verdicts == [
        Verdict(answered=True, status=429, remaining=0, reset_seconds=4.0, retry_after=4.0),
        Verdict(answered=True, status=200),
    ]


async def test_a_vendor_that_names_a_time_is_waited_for(client: httpx.AsyncClient) -> None:
    """Retry-After is obeyed between tries, and too long a one ends them."""
    waits = list[float]()
    async with raw_server(http(503, "", Retry_After="12"), http(200, "{}")) as server:
        await line(client, server.url, waits=waits).request(READ)
    assert waits == [12.0]
    async with raw_server(http(503, "", Retry_After="3600")) as server:
        with pytest.raises(VendorUnavailable) as caught:
            await line(client, server.url).request(READ)
    assert (len(server.asked), caught.value.retry_after) == (1, 3600.0)


async def test_a_vendor_may_name_the_time_as_a_date(client: httpx.AsyncClient) -> None:
    """Retry-After may be an HTTP date, which becomes seconds from now."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    error = await outcome_of(client, READ, http(503, "", Retry_After=soon))
    assert error.retry_after is not None
    assert 500 < error.retry_after <= 600


async def test_no_try_begins_after_the_deadline(client: httpx.AsyncClient) -> None:
    """When the wait for another try would pass the turn's deadline, the failure is final."""
    async with raw_server(http(503, "", Retry_After="20")) as server:
        ends_soon = line(client, server.url, deadline=time.monotonic() + 10)
        with pytest.raises(VendorUnavailable):
            await ends_soon.request(READ)
    assert len(server.asked) == 1


@pytest.mark.parametrize("last", [http(429, ""), http(401, "")], ids=["limited", "denied"])
async def test_a_repeat_that_fails_does_not_hide_a_doubt(
    client: httpx.AsyncClient, last: bytes
) -> None:
    """When an earlier try of a repeatable write may have happened, the end is a doubt."""
    async with raw_server(RESET, last) as server:
        with pytest.raises(OutcomeUnknown):
            await line(client, server.url).request(REPEATABLE)
    assert len(server.asked) >= 2


async def test_a_deadline_does_not_hide_a_doubt(client: httpx.AsyncClient) -> None:
    """When the budget's wait for the repeat passes the deadline, the first try stays in doubt."""
    too_late = VendorUnavailable("deadline", "too late", side=Side.AGENTOS, operation="acquire")
    budget = OpenBudget(grants=[OpenPermit(), too_late])
    async with raw_server(RESET) as server:
        with pytest.raises(OutcomeUnknown):
            await line(client, server.url, budget=budget).request(REPEATABLE)


async def test_a_verdict_on_the_content_ends_a_doubt(client: httpx.AsyncClient) -> None:
    """When the repeat is refused for what it says, or works, that is the outcome."""
    async with raw_server(RESET, http(404, "")) as server:
        with pytest.raises(VendorNotFound):
            await line(client, server.url).request(REPEATABLE)
    async with raw_server(http(500, ""), http(200, '{"meta": {}}')) as server:
        assert (await line(client, server.url).request(REPEATABLE)).status == 200


@pytest.mark.parametrize(
    "refusal",
    [
        LeaseLost("northgate"),
        VendorUnavailable("deadline", "too late", side=Side.AGENTOS, operation="acquire"),
    ],
    ids=["lease", "deadline"],
)
async def test_without_a_permit_nothing_is_sent(
    client: httpx.AsyncClient, refusal: Exception
) -> None:
    """The budget's refusal passes on as it is, and is not asked again."""
    async with raw_server(http(200, "{}")) as server:
        budget = OpenBudget(grants=[refusal])
        to_vendor = line(client, server.url, budget=budget)
        with pytest.raises(type(refusal)) as caught:
            await to_vendor.request(READ)
    assert caught.value is refusal
    assert (server.asked, to_vendor.requests_sent, budget.verdicts) == ([], 0, [])


async def test_a_stale_permit_is_given_back(client: httpx.AsyncClient) -> None:
    """A permit that is no longer fresh sends nothing; another one is asked for."""
    budget = OpenBudget(grants=[OpenPermit(is_fresh=False)])
    async with raw_server(http(200, "{}")) as server:
        await line(client, server.url, budget=budget).request(READ)
    assert len(server.asked) == 1
    assert [verdict.was_sent for verdict in budget.verdicts] == [False, True]


async def test_a_cancelled_request_settles_its_permit(client: httpx.AsyncClient) -> None:
    """When syncd stops in the middle of a request, the budget learns that no answer came."""
    budget = OpenBudget()
    async with raw_server(HANG) as server:
        to_vendor = line(client, server.url, budget=budget)
        asking = asyncio.create_task(to_vendor.request(READ))
        await server.was_asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert budget.verdicts == [Verdict(answered=False)]
    assert to_vendor.requests_sent == 1


async def test_the_key_shows_nowhere(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither errors nor logs nor representations show the key, even when the vendor echoes it."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="syncd")
    auth = Auth("query", "api_key", "s3cret/key+0987654321")
    echo = http(400, '{"Message": "api_key s3cret/key+0987654321 (s3cret%2Fkey%2B0987654321)"}')
    async with raw_server(http(503, "s3cret/key+0987654321"), echo) as server:
        to_vendor = line(client, server.url, auth=auth)
        with pytest.raises(VendorRefused) as caught:
            await to_vendor.request(READ)
    shown = f"{caught.value!r} {caught.value} {auth!r} {to_vendor.judge!r} {caplog.text}"
    assert "trying again" in caplog.text
    assert "s3cret" not in shown
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "ключ", "tab\t"])
def test_a_key_that_cannot_travel_is_a_configuration_error(key: str) -> None:
    """A key with characters that no header can carry is named as such, without showing it."""
    with pytest.raises(ConfigError) as caught:
        Auth("header", "api_key", key)
    assert caught.value.problems[0].path == "api_key"
    assert not key or key not in str(caught.value)


async def test_loopback_is_never_sent_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment serves the vendors, not the stand-ins on this machine."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with raw_server(http(200, "{}")) as server, new_http_client() as client:
        assert (await line(client, server.url).request(READ)).status == 200


async def test_a_proxy_that_does_not_connect_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the proxy refuses the connection, a write was never sent."""
    async with raw_server(http(502, "")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        async with new_http_client() as client:
            with pytest.raises(VendorUnavailable, match="not sent"):
                await line(client, "https://vendor.invalid").request(WRITE)
    assert [asked.method for asked in proxy.asked] == ["CONNECT"]


def test_a_call_repeats_only_what_is_harmless() -> None:
    """Reads and what the client calls repeatable may be sent twice, nothing else."""
    assert READ.may_be_repeated
    assert REPEATABLE.may_be_repeated
    assert not WRITE.may_be_repeated


def test_a_base_url_may_end_in_a_slash() -> None:
    """Paths are joined to the base address with one slash."""
    client = httpx.AsyncClient()
    made: VendorHttp = line(client, "http://127.0.0.1:9/api/v2/")
    assert str(made._request(READ).url) == "http://127.0.0.1:9/api/v2/jobs"
