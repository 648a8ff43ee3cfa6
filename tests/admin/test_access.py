"""Who is let in: every path × no token, wrong token, token, cookie with and without CSRF token."""

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from syncd.admin.application import create_admin
from syncd.admin.sessions import MOST_PER_ADDRESS
from tests.admin.endpoint import NAME, TOKEN, Endpoint, with_admin

OPEN = {"/healthz", "/readyz", "/sign-in", "/favicon.ico"}
"""What anyone may ask for."""

ASSETS = "/static/"


def routes(endpoint: Endpoint) -> list[tuple[str, str]]:
    """Every method and path of the endpoint, with something in place of each parameter."""
    app = create_admin(lambda: endpoint.settings, endpoint.database)
    found: list[tuple[str, str]] = []
    pending = list(app.routes)
    while pending:
        route = pending.pop()
        path, methods = getattr(route, "path", None), getattr(route, "methods", None)
        if path is not None and methods:
            filled = re.sub(r"\{name(:\w+)?\}", NAME, path)
            filled = re.sub(r"\{[^}]*\}", "1", filled)
            found += [(method, filled) for method in methods - {"HEAD", "OPTIONS"}]
        else:
            pending += _inside(route)
    assert ("POST", "/api/v1/inbox/1/resolve") in found
    return sorted(set(found))


def _inside(route: object) -> list[object]:
    router = getattr(route, "original_router", None) or getattr(route, "router", None)
    return list(getattr(router, "routes", []))


def private(endpoint: Endpoint) -> list[tuple[str, str]]:
    """The paths that need a token."""
    return [
        (method, path)
        for method, path in routes(endpoint)
        if path not in OPEN and not path.startswith(ASSETS)
    ]


@asynccontextmanager
async def signed_in(endpoint: Endpoint) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has signed in."""
    async with endpoint.client() as browser:
        form = {"token": TOKEN, "name": "Ann  Smith\n", "next": "/"}
        answer = await browser.post("/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        yield browser


def csrf_of(endpoint: Endpoint, browser: httpx.AsyncClient) -> str:
    """What the forms of a signed-in browser carry."""
    server = endpoint.server._server
    assert server is not None
    desk = server.config.app.state.desk  # type: ignore[union-attr]
    session = desk.sessions.find(browser.cookies["syncd_session"], token=TOKEN)
    csrf: str = session.csrf
    return csrf


async def test_without_a_token_nothing_private_is_said(endpoint: Endpoint) -> None:
    """Every path, asked by a program: 401 in the shape of every error, and nothing else."""
    async with endpoint.client() as program:
        for method, path in private(endpoint):
            answer = await program.request(method, path)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["error"]["code"] == "unauthorized"


@pytest.mark.parametrize(
    "shown",
    [
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \xff\xfe",
    ],
)
async def test_a_wrong_token_is_worth_nothing(endpoint: Endpoint, shown: str) -> None:
    """Every path declines whatever is not the token."""
    async with endpoint.client() as program:
        headers = [(b"Authorization", shown.encode("latin-1"))]
        for method, path in private(endpoint):
            answer = await program.request(method, path, headers=headers)
            assert answer.status_code == 401, (method, path)


async def test_the_token_opens_everything(endpoint: Endpoint) -> None:
    """No path declines a program that shows the token, with a CSRF token or without."""
    async with endpoint.program() as program:
        for method, path in private(endpoint):
            answer = await program.request(method, path)
            assert answer.status_code not in (401, 403), (method, path)
            assert answer.status_code < 500, (method, path, answer.text)


async def test_a_cookie_reads_and_decides_only_with_its_csrf_token(endpoint: Endpoint) -> None:
    """A session may look at everything; what changes something needs the token of its forms."""
    for method, path in private(endpoint):
        if path == "/sign-out":
            continue
        async with signed_in(endpoint) as browser:
            bare = await browser.request(method, path)
            expected = 403 if method == "POST" else bare.status_code
            assert bare.status_code == expected, (method, path)
            assert bare.status_code != 401, (method, path)
            if method == "POST":
                assert bare.json()["error"]["code"] == "csrf"
                wrong = await browser.request(method, path, headers={"X-CSRF-Token": "x"})
                assert wrong.status_code == 403, (method, path)
                right = {"X-CSRF-Token": csrf_of(endpoint, browser)}
                answer = await browser.request(method, path, headers=right)
                assert answer.status_code not in (401, 403), (method, path)


async def test_a_decision_of_a_session_has_its_name(endpoint: Endpoint) -> None:
    """What people call themselves when they sign in stands in the journal."""
    async with signed_in(endpoint) as browser:
        headers = {"X-CSRF-Token": csrf_of(endpoint, browser)}
        path = f"/api/v1/connections/{NAME}/pause"
        answer = await browser.post(path, headers=headers)
    assert answer.json()["paused"]["by"] == "Ann Smith"


async def test_the_cookie_is_for_this_site_and_no_script(endpoint: Endpoint) -> None:
    """HttpOnly and SameSite=Strict always; Secure where the browser itself says https."""
    form = {"token": TOKEN}
    async with endpoint.client() as browser:
        plain = (await browser.post("/sign-in", data=form)).headers["set-cookie"]
        told = {"X-Forwarded-Proto": "https"}
        claimed = (await browser.post("/sign-in", data=form, headers=told)).headers["set-cookie"]
        origin = {"Origin": "https://syncd.example"}
        secure = (await browser.post("/sign-in", data=form, headers=origin)).headers["set-cookie"]
    for cookie in (plain, claimed, secure):
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert TOKEN not in cookie
    assert "Secure" not in plain + claimed
    assert "Secure" in secure


async def test_signing_out_ends_the_session(endpoint: Endpoint) -> None:
    """The cookie is worth nothing afterwards, also for somebody who kept it."""
    async with signed_in(endpoint) as browser:
        cookie = browser.cookies["syncd_session"]
        headers = {"X-CSRF-Token": csrf_of(endpoint, browser)}
        answer = await browser.post("/sign-out", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    async with endpoint.client(cookies={"syncd_session": cookie}) as thief:
        assert (await thief.get("/api/v1/status")).status_code == 401


async def test_another_token_ends_every_session(endpoint: Endpoint) -> None:
    """Who changes the token in the configuration shuts out everybody who knew the old one."""
    async with signed_in(endpoint) as browser:
        assert (await browser.get("/api/v1/status")).status_code == 200
        endpoint.settings = with_admin(endpoint.settings, token="another-token")
        assert (await browser.get("/api/v1/status")).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", TOKEN, "a" * 4000])
async def test_an_invented_cookie_is_worth_nothing(endpoint: Endpoint, cookie: str) -> None:
    """Only what syncd gave out opens anything."""
    async with endpoint.client(cookies={"syncd_session": cookie}) as thief:
        assert (await thief.get("/api/v1/status")).status_code == 401


async def test_guessing_is_stopped(endpoint: Endpoint) -> None:
    """After ten wrong tokens in a minute nothing is compared any more, not even the right one."""
    async with endpoint.client() as thief:
        for _ in range(MOST_PER_ADDRESS):
            assert (await thief.post("/sign-in", data={"token": "guess"})).status_code == 401
        for token in ("guess", TOKEN):
            answer = await thief.post("/sign-in", data={"token": token})
            assert answer.status_code == 429
            assert 0 < int(answer.headers["retry-after"]) <= 61
            assert "set-cookie" not in answer.headers
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert (await thief.get("/api/v1/status", headers=headers)).status_code == 429


async def test_a_program_with_an_old_token_locks_nobody_out(endpoint: Endpoint) -> None:
    """The same wrong token again is no further guess."""
    async with endpoint.client(headers={"Authorization": "Bearer old"}) as outdated:
        for _ in range(3 * MOST_PER_ADDRESS):
            assert (await outdated.get("/metrics")).status_code == 401
    async with endpoint.program() as program:
        assert (await program.get("/metrics")).status_code == 200


async def test_a_browser_is_led_to_the_form_and_back(endpoint: Endpoint) -> None:
    """Who wanted a page signs in and sees it; never another site's."""
    async with endpoint.client(headers={"Accept": "text/html"}) as browser:
        answer = await browser.get("/work?q=1")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=%2Fwork")
        for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "x", "/\n/x"):
            form = {"token": TOKEN, "next": wanted}
            answer = await browser.post("/sign-in", data=form)
            assert answer.headers["location"] == "/", wanted


async def test_tokens_are_compared_in_constant_time(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every comparison of a token goes through `hmac.compare_digest`."""
    import hmac

    compared: list[tuple[bytes, bytes]] = []
    real: Callable[[bytes, bytes], bool] = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    async with endpoint.program() as program:
        await program.get("/api/v1/status")
    assert len(compared) == 1
    assert len({len(each) for pair in compared for each in pair}) == 1


async def test_nothing_hangs_on_what_a_proxy_says(endpoint: Endpoint) -> None:
    """A forwarded address does not give another address's attempts."""
    begun = time.monotonic()
    async with endpoint.client() as thief:
        for number in range(MOST_PER_ADDRESS + 1):
            headers = {"X-Forwarded-For": f"10.0.0.{number}"}
            answer = await thief.post("/sign-in", data={"token": "guess"}, headers=headers)
    assert answer.status_code == 429
    assert time.monotonic() - begun < 30
