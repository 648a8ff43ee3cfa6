"""Every page, on a desk and on a phone, in light and in dark, with what hostile people wrote."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.house import HOSTILE_TENANT, House, Served
from tests.browser.visitor import DESK, PHONE, Visitor, link_page

FAULTS = (Path(__file__).parent / "looking.js").read_text()

PAGES = (
    *("/", "/work", "/work?q=zzz", "/inbox", "/outbox", "/cycles", "/cycles/4", "/configuration"),
    *(link_page(number) for number in (1, 2, 3, 7, 8, 9)),
    *(f"/inbox/{number}" for number in range(1, 8)),
    "/inbox/together?like=2",
    "/no-such-page",
    link_page(999),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_can_be_read(
    browser: Browser, served: Served, size: dict[str, int], scheme: str
) -> None:
    """Contrast, names, structure and width are right, no script but ours runs, and the policy that
    forbids others is never even tried."""
    faults = {}
    with Visitor.with_screen(browser, served.url, size=size, color_scheme=scheme) as visitor:
        visitor.go("/")
        faults["/sign-in"] = visitor.page.evaluate(FAULTS)
        visitor.sign_in()
        for path in PAGES:
            visitor.go(path)
            visitor.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = 1)")
            faults[path] = visitor.page.evaluate(FAULTS)
    assert {path: found for path, found in faults.items() if found} == {}


def test_the_checks_find_what_they_are_for(visitor: Visitor) -> None:
    """A page with one fault of each kind is found faulty of each."""
    visitor.go("/")
    visitor.page.evaluate(
        """() => {
            const add = (made) => document.querySelector("main").append(made);
            const pale = document.createElement("p");
            pale.textContent = "pale";
            pale.style.color = "rgb(200, 200, 200)";
            add(pale);
            const wide = document.createElement("div");
            wide.style.width = "5000px";
            wide.style.height = "1px";
            add(wide);
            for (const name of ["input", "button", "img", "h1", "main"]) {
                add(document.createElement(name));
            }
            window.hurt = 1;
        }"""
    )
    found = " | ".join(visitor.page.evaluate(FAULTS))
    for fault in (
        *("contrast 1.", "2 headings", "no main", "no label", "nothing to read", "without words"),
        *("inline", "wider than the screen", "somebody else's script"),
    ):
        assert fault in found


def test_light_and_dark_are_different(browser: Browser, served: Served) -> None:
    """The page follows what the reader's system prefers."""
    grounds = []
    for scheme in ("light", "dark"):
        with Visitor.with_screen(browser, served.url, color_scheme=scheme) as visitor:
            visitor.go("/")
            found = "getComputedStyle(document.body).backgroundColor"
            grounds.append(visitor.page.evaluate(found))
    assert grounds == ["rgb(244, 245, 247)", "rgb(16, 20, 27)"]


def test_what_hostile_people_wrote_is_text(visitor: Visitor, house: House) -> None:
    """A title or a tenant of script tags is shown letter by letter, in lists and on the page of
    the work; a word of ten thousand letters is cut in lists and can be scrolled where it is
    whole."""
    visitor.sign_in()
    page = visitor.page
    visitor.go("/work?q=MJ-10493")
    row = page.locator(".rows tbody tr")
    assert "<script>window.hurt = 1</script>" in row.inner_text()
    assert row.bounding_box()["height"] < 120
    visitor.go(link_page(8))
    said = page.locator(".said.long").first
    assert "W" * 10_000 in said.inner_text()
    assert said.evaluate("each => each.scrollHeight > each.clientHeight") is True
    assert said.bounding_box()["height"] <= 240
    assert "javascript:window.hurt=3 {{7*7}}" in visitor.text()
    contact = page.get_by_role("row", name="Contact").first
    assert HOSTILE_TENANT["Forename"] in contact.inner_text()
    assert HOSTILE_TENANT["Surname"] in contact.inner_text()
    name = contact.locator(".long").first
    assert name.evaluate("each => each.scrollHeight > each.clientHeight") is True
    assert name.bounding_box()["height"] <= 240
    assert page.evaluate("window.hurt") is None
