"""Around every request: foreign hosts and origins, sizes, headers of every answer, and bugs."""

import pytest

from syncd.admin.shield import HEADERS, LARGEST_BODY
from tests.admin.endpoint import NAME, Endpoint, with_admin

PAUSE = f"/api/v1/connections/{NAME}/pause"


@pytest.fixture
def unlocked(endpoint: Endpoint) -> Endpoint:
    """The endpoint of somebody who set no token."""
    endpoint.settings = with_admin(endpoint.settings, token="")
    return endpoint


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/status",
        "/nowhere",
        "/sign-in",
        "/api/v1/links/x",
    ],
)
async def test_every_answer_has_the_headers(endpoint: Endpoint, path: str) -> None:
    """Shown or declined, known or not: no answer is without them, and none is kept."""
    for client in (endpoint.client(), endpoint.program()):
        async with client as program:
            answer = await program.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_the_policy_allows_no_inline_script() -> None:
    """Whatever a vendor's text smuggles into a page, nothing of it runs."""
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy


async def test_without_a_token_this_machine_may_do_everything(unlocked: Endpoint) -> None:
    """On loopback nothing is asked for where no token is set."""
    async with unlocked.client() as program:
        assert (await program.get("/api/v1/status")).status_code == 200
        assert (await program.get("/metrics")).status_code == 200
        assert (await program.post(PAUSE)).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "10.0.0.1", "", "[", "a b"],
)
async def test_a_name_that_points_here_gets_nothing(unlocked: Endpoint, host: str) -> None:
    """A hostile site may let its own name point to this machine; the browser says that name."""
    async with unlocked.client() as browser:
        for path in ("/api/v1/status", "/", "/healthz"):
            answer = await browser.get(path, headers={"Host": host, "Accept": "text/html"})
            assert answer.status_code in (400, 403)
            assert NAME not in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9999", "localhost", "LOCALHOST:1", "[::1]:8"]
)
async def test_names_of_this_machine_are_its_own(unlocked: Endpoint, host: str) -> None:
    """With whatever port: it may be forwarded."""
    async with unlocked.client() as browser:
        answer = await browser.get("/api/v1/status", headers={"Host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_sites_pages_decide_nothing(
    unlocked: Endpoint, headers: dict[str, str]
) -> None:
    """A page that a person has open elsewhere cannot press our buttons."""
    async with unlocked.client() as browser:
        answer = await browser.post(PAUSE, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_request")
        status = (await browser.get("/api/v1/status")).json()
    assert status["connections"][0]["paused"] is None


async def test_our_own_pages_decide(unlocked: Endpoint) -> None:
    """Origin and host are the same, and the browser says so."""
    headers = {"Origin": unlocked.url, "Sec-Fetch-Site": "same-origin"}
    async with unlocked.client() as browser:
        assert (await browser.post(PAUSE, headers=headers)).status_code == 200


async def test_with_a_token_any_name_will_do(endpoint: Endpoint) -> None:
    """Behind a proxy the endpoint has other names; there the token protects it."""
    async with endpoint.program() as program:
        answer = await program.get("/api/v1/status", headers={"Host": "syncd.example"})
        assert answer.status_code == 200
        foreign = await program.post(PAUSE, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403


async def test_no_other_site_may_read(endpoint: Endpoint) -> None:
    """No answer tells a browser that another site's script may see it."""
    async with endpoint.program() as program:
        answer = await program.get("/api/v1/status", headers={"Origin": "https://evil.example"})
        asked = await program.options("/api/v1/status", headers={"Origin": "https://evil.example"})
    for each in (answer, asked):
        assert not [name for name in each.headers if name.startswith("access-control-")]


async def test_a_huge_body_is_declined(endpoint: Endpoint) -> None:
    """Whether its length is said first or it comes piece by piece."""

    async def pieces():  # type: ignore[no-untyped-def]
        for _ in range(LARGEST_BODY // 1024 + 2):
            yield b"x" * 1024

    async with endpoint.program() as program:
        said = await program.post("/api/v1/inbox/1/resolve", content=b"x" * (LARGEST_BODY + 1))
        json = {"Content-Type": "application/json"}
        unsaid = await program.post("/api/v1/inbox/1/resolve", content=pieces(), headers=json)
    assert [said.status_code, unsaid.status_code] == [413, 413]


async def test_a_bug_shows_its_place_and_no_value(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody foresaw is a 500 in the usual shape; its message may be personal."""

    def breaks(*_args: object, **_options: object) -> None:
        raise ValueError("07700 900461 lives at 1 High Street")

    monkeypatch.setattr("syncd.admin.api.status_document", breaks)
    async with endpoint.program() as program:
        answer = await program.get("/api/v1/status")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "bug"
    assert answer.headers["cache-control"] == "no-store"
    for text in (answer.text, caplog.text):
        assert "ValueError" in text
        assert "07700" not in text
