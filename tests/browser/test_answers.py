"""What the pages answer a program: who is let in, what evidence is allowed, and how fast lists are.

No browser is needed for these.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import Engine, event

from syncd.admin.pages import router
from syncd.admin.pages.looks import HERE
from syncd.evidence.first_page import draw_first_page
from syncd.model import InboxKind, Json, Observation, Question, Side
from syncd.store import inbox
from syncd.store.database import Database, Session
from syncd.store.links import add_link
from syncd.store.observations import observations_by_id, save_observations
from syncd.telling.choices import MEANINGS
from tests.browser.house import TOKEN, House, Served
from tests.browser.visitor import link_page

EVIDENCE = rf'href="({link_page(2)}/([a-z-]+)\?visit=[^"&]+)"'
OPEN_TO_ALL = {"/static/{name}", "/favicon.ico"}


@pytest.fixture
def program(served: Served) -> Iterator[httpx.Client]:
    """A program with the token, which asks as a browser does."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/html"}
    with httpx.Client(base_url=served.url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def stranger(served: Served) -> Iterator[httpx.Client]:
    """Somebody without a token."""
    with httpx.Client(base_url=served.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def routes(method: str) -> list[str]:
    """The addresses of all pages, with numbers and names filled in."""
    found = [each for each in router.routes if isinstance(each, APIRoute)]
    return [
        re.sub(r"\{[a-z]+_id\}|\{number\}", "1", each.path).replace("{name}", "northgate")
        for each in found
        if method in each.methods and each.path not in OPEN_TO_ALL
    ]


def test_no_page_opens_without_signing_in(stranger: httpx.Client) -> None:
    """Every page leads a stranger to the form, and no decision is taken from one."""
    for path in routes("GET"):
        answer = stranger.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next=")
    for path in routes("POST"):
        assert stranger.post(path, data={"choose": "leave"}).status_code in (303, 401), path


def test_no_form_is_taken_without_its_token(stranger: httpx.Client) -> None:
    """A signed-in browser that another page makes post something is refused, as a page."""
    stranger.post("/sign-in", data={"name": "Ann", "token": TOKEN})
    assert stranger.get("/").status_code == 200
    for path in routes("POST"):
        for sent in ({}, {"csrf": "guessed"}):
            answer = stranger.post(path, data={"choose": "leave", "like": "2", **sent})
            assert answer.status_code == 403, path
            assert "That is not allowed" in answer.text


def test_nothing_of_the_pages_is_in_the_programs_description(program: httpx.Client) -> None:
    """The OpenAPI description has the programs' paths only."""
    paths = program.get("/api/v1/openapi.json").json()["paths"]
    assert not [path for path in paths if path in routes("GET")]


def test_assets_are_kept_and_are_what_was_published(stranger: httpx.Client) -> None:
    """Styles and scripts need no token, carry their type, may be kept, and those of others are
    byte for byte what their packages hold."""
    page = stranger.get("/sign-in").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = stranger.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert stranger.get("/static/vendored.json").status_code == 404
    assert stranger.get("/static/..%2Fframe.py").status_code == 404
    vendored = json.loads((HERE / "static" / "vendored.json").read_text())
    for name, origin in vendored.items():
        content = stranger.get(f"/static/{name}").content
        assert hashlib.sha256(content).hexdigest() == origin["sha256"], name
        assert (HERE / "static" / origin["license_file"]).is_file()


def test_evidence_is_what_was_delivered_and_can_do_nothing(
    program: httpx.Client, house: House
) -> None:
    """The signature is a picture in a sandbox; the papers, made anew, are byte for byte those that
    AgentOS got."""
    page = program.get(link_page(2)).text
    addresses = dict(re.findall(EVIDENCE, page))
    kinds = {kind: address for address, kind in addresses.items()}
    assert set(kinds) == {"signature", "job-sheet", "invoice"}
    picture = program.get(kinds["signature"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert picture.headers["content-disposition"].startswith("inline; filename*=UTF-8''signature")
    assert picture.headers["cache-control"] == "no-store"
    saved = program.get(kinds["signature"] + "&save=1")
    assert saved.headers["content-disposition"].startswith("attachment")
    for kind in kinds:
        content = program.get(kinds[kind]).content
        assert hashlib.sha256(content).hexdigest()[:12] in page, kind


def change_closures(house: House, statement: str, *values: str) -> None:
    """Change the kept closures behind everybody's back."""
    settings = house.settings
    database = Database(settings.store.url.get_secret_value(), relative_to=settings.directory)
    database.run_now(lambda session: session.exec_driver_sql(statement, values))
    database.close()


FIRST_PAGE = rf'src="({link_page(2)}/([a-z-]+)/first-page\?visit=[^"&]+)"'


def test_papers_are_shown_by_their_first_page(program: httpx.Client) -> None:
    """Each PDF has a picture of it: a PNG that may do nothing and is kept by nobody, of the very
    paper, with the number of its pages."""
    pictures = {kind: address for address, kind in re.findall(FIRST_PAGE, page_of_work(program))}
    assert set(pictures) == {"job-sheet", "invoice"}
    for address in pictures.values():
        answer = program.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["server-timing"] == 'pages;desc="1"'
        document = program.get(address.replace("/first-page", "")).content
        assert answer.content == draw_first_page(document).picture.content
    assert len({program.get(address).content for address in pictures.values()}) == 2


def page_of_work(program: httpx.Client) -> str:
    """The page of the work that was delivered."""
    return program.get(link_page(2)).text


def test_a_paper_that_cannot_be_drawn_is_an_empty_sheet(
    program: httpx.Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the library cannot be loaded, or the paper not be made, the page has a drawing that
    says so and no broken picture; the papers themselves are sent as ever."""
    addresses = dict(re.findall(FIRST_PAGE, page_of_work(program)))
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "pypdfium2", None)
        for address in addresses:
            assert_empty_sheet(program.get(address))
            paper = program.get(address.replace("/first-page", ""))
            assert paper.headers["content-type"] == "application/pdf"
    change_closures(house, "UPDATE closures SET signature = NULL, content = NULL")
    for address in addresses:
        assert_empty_sheet(program.get(address))
        assert program.get(address.replace("/first-page", "")).status_code == 404


def assert_empty_sheet(answer: httpx.Response) -> None:
    """It is the drawing, which may do as little as any picture."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-store"
    assert "No preview" in answer.text


def test_the_configuration_has_settings_in_words(program: httpx.Client) -> None:
    """Names of settings are read as people write them."""
    page = program.get("/configuration").text
    assert "Hourly rate" in page
    assert "Base URL" in page
    assert "VAT rate" in page


def test_a_signature_that_is_no_picture_is_not_shown(program: httpx.Client, house: House) -> None:
    """Markup in place of a picture is answered with a reason, never with its bytes."""
    svg = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iaHVydCgpIi8+"
    page = program.get(link_page(2)).text
    (address,) = re.findall(rf'src="({link_page(2)}/signature[^"]+)"', page)
    change_closures(house, "UPDATE closures SET signature = ?", svg)
    answer = program.get(address)
    assert answer.status_code == 404
    assert "onload" not in answer.text
    assert "The signature cannot be shown" in answer.text


def test_evidence_that_retention_dropped_is_said_to_be_gone(
    program: httpx.Client, house: House
) -> None:
    """The page of the work stays; it says that the papers are no longer kept."""
    change_closures(house, "UPDATE closures SET signature = NULL, content = NULL")
    page = program.get(link_page(2))
    assert "no longer kept here" in page.text
    assert f"{link_page(2)}/signature" not in page.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (link_page(999), 404, "Nothing is known about that"),
        (link_page(2**63), 422, "Something is missing, or does not fit"),
        ("/work?before=x", 422, "Something is missing, or does not fit"),
        ("/inbox/999", 404, "Nothing is known about that"),
        ("/inbox/together?like=999", 404, "Nothing is known about that"),
        ("/outbox/999/discard", 404, "Nothing is known about that"),
        ("/cycles/999", 404, "Nothing is known about that"),
        ("/nowhere", 404, "There is no such page"),
    ],
)
def test_what_is_not_there_is_a_page(
    program: httpx.Client, path: str, status: int, words: str
) -> None:
    """Errors are pages in words, with a way out."""
    answer = program.get(path)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert "To the overview" in answer.text


def test_a_bug_is_a_page_that_tells_nothing(
    program: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the code is wrong a person sees a page, with the place and no value."""

    def broken(*_: object) -> None:
        raise RuntimeError("with a phone number 07700 900123")

    monkeypatch.setattr("syncd.store.listings.count_asked", broken)
    answer = program.get("/")
    assert answer.status_code == 500
    assert "A bug in syncd" in answer.text
    assert "07700" not in answer.text


def ask_everything(session: Session) -> str:
    """One question of each kind, among them one about many jobs and one about many visits; the OID
    of the property that one of them offers."""
    place = str(
        session.exec_driver_sql("SELECT oid FROM directory WHERE kind = 'property'").scalar()
    )
    jobs = list(session.exec_driver_sql("SELECT job_id FROM links").scalars())
    many: dict[InboxKind, dict[str, Json]] = {
        InboxKind.GUARD: {
            "keys": ["k"],
            "guard": "max_new_visits",
            "jobs": [*jobs, *"abcdefghijklmno"],
        },
        InboxKind.HISTORY: {"visits": [f"OLD-{n}" for n in range(30)]},
        InboxKind.CONFLICT: {"date": {"agentos": {"date": "2026-11-22"}, "letsjobit": None}},
    }
    for kind, known in MEANINGS.items():
        choices = (place, *known) if kind is InboxKind.UNMATCHED_VISIT else tuple(known)
        question = Question(
            kind, f"of-{kind}", f"About {kind}.", choices, details=many.get(kind, {})
        )
        inbox.ensure_open(session, "northgate", question, now=datetime.now(UTC))
    return place


def test_every_kind_of_question_has_its_screen(program: httpx.Client, house: House) -> None:
    """Each says what happened and offers every answer with what it will do; what a question is
    about is listed by the numbers that people know."""
    settings = house.settings
    database = Database(settings.store.url.get_secret_value(), relative_to=settings.directory)
    place = database.run_now(ask_everything)
    items = [
        e for e in database.read_now(inbox.open_items) if e.question.summary.startswith("About")
    ]
    database.close()
    assert {each.question.kind for each in items} == set(InboxKind)
    texts = {}
    for each in items:
        answer = program.get(f"/inbox/{each.item_id}")
        assert answer.status_code == 200, each.question.kind
        texts[each.question.kind] = answer.text
        assert answer.text.count('name="choose"') == len(each.question.choices)
        assert answer.text.count('class="consequence"') == len(each.question.choices)
        assert 'consequence" id="m-1"></p>' not in answer.text
    assert "MJ-10451</bdi></a>" in texts[InboxKind.GUARD]
    assert "and 4 more." in texts[InboxKind.GUARD]
    assert "OLD-19" in texts[InboxKind.HISTORY]
    assert "and 10 more." in texts[InboxKind.HISTORY]
    assert place in texts[InboxKind.UNMATCHED_VISIT]
    assert "It belongs to this property:" in texts[InboxKind.UNMATCHED_VISIT]
    assert texts[InboxKind.APPROVE_INVOICE].count("Amount in pounds") == 1
    assert program.get("/inbox").status_code == 200


@contextmanager
def statements(served: Served) -> Iterator[list[str]]:
    """The SQL statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def fill(session: Session, number: int) -> None:
    """Very many links, each with the job and the visit of the fifth."""
    now = datetime.now(UTC)
    row = session.exec_driver_sql("SELECT job_id, visit_key FROM links WHERE id = 5").one()
    job = observations_by_id(session, "northgate", Side.AGENTOS, [row[0]])[row[0]]
    visit = observations_by_id(session, "northgate", Side.LETSJOBIT, [row[1]])[row[1]]
    seen: list[Observation] = []
    for n in range(number):
        key, place = f"bulk-{n}", f"{n} Bulk Street"
        values = {"visit_key": key, "is_ours": True, "branch_id": "", "is_open": True}
        add_link(session, "northgate", key, doc_no=f"B-{n:06}", now=now, **values)
        content = {**(visit.content or {}), "address": place}
        seen.append(Observation(Side.AGENTOS, key, "f", {**(job.content or {}), "title": "Bulk"}))
        seen.append(Observation(Side.LETSJOBIT, key, "f", content))
    save_observations(session, "northgate", seen, now=now)


@pytest.fixture
def crowded(house: House) -> House:
    """The house with ten thousand links more."""
    settings = house.settings
    database = Database(settings.store.url.get_secret_value(), relative_to=settings.directory)
    database.run_now(fill, 10_000)
    database.close()
    return house


def test_a_page_over_ten_thousand_links_asks_little(
    crowded: House, served: Served, program: httpx.Client
) -> None:
    """A list is one page of fifty; it asks as few questions of the store with ten thousand links
    as with ten, and older pages and addresses are found as well."""
    asked: dict[str, int] = {}
    for path in ("/work", "/work?q=8765+bulk", "/work?q=B-000017", "/work?before=5000", "/"):
        with statements(served) as seen:
            answer = program.get(path)
        assert answer.status_code == 200
        asked[path] = len([each for each in seen if each.startswith(("SELECT", "WITH"))])
        assert answer.elapsed.total_seconds() < 5
        if path == "/work":
            assert answer.text.count("<tr>") == 51
        if "bulk" in path:
            assert re.findall(r"B-\d{6}", answer.text) == ["B-008765"]
    assert max(asked[path] for path in asked if path != "/") <= 10, asked
    assert asked["/"] <= 60, asked


def test_every_static_file_is_sent_or_a_licence() -> None:
    """Nothing lies among the assets that nobody asks for."""
    names = {Path(each).suffix for each in (HERE / "static").iterdir()}
    assert names <= {".css", ".js", ".svg", ".txt", ".json"}
