"""The page of the invoices: what the office sees of its money, on a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.house import House, Served, built
from tests.browser.visitor import DESK, PHONE, Visitor

FAULTS = (Path(__file__).parent / "looking.js").read_text()


@pytest.fixture(scope="module")
def invoiced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with a portal: five invoices, of which one is paid, one paid with a penny less, one
    is pending, one was lost long ago, and one was submitted a moment ago."""
    with built(tmp_path_factory.mktemp("invoiced")) as house:
        house.wait_for_its_money()
        yield house


@pytest.fixture(scope="module")
def office(invoiced: House) -> Iterator[Served]:
    """The admin endpoint of that house."""
    with Served(invoiced.settings) as endpoint:
        yield endpoint


def numbers(visitor: Visitor) -> list[str]:
    """The numbers of the invoices that are listed, as they stand there."""
    return visitor.page.locator(".rows tbody th").all_inner_texts()


def test_the_office_looks_for_its_money(browser: Browser, office: Served) -> None:
    """From the navigation to the invoice that is overdue, its question, and back to the job; the
    portal's amount stands beside the invoice's, and the sums lead to what they are the sums of."""
    with Visitor.with_screen(browser, office.url) as visitor:
        visitor.sign_in()
        page = visitor.page
        page.get_by_role("link", name="Invoices").click()
        assert visitor.heading() == "Invoices"
        assert "3 invoices wait for money. 1 of them is overdue." in visitor.text()
        assert len(numbers(visitor)) == 5
        row = page.locator("tr", has_text="£85.50")
        assert "£85.49" in row.inner_text()
        assert "not what was invoiced" in row.inner_text()
        assert "paid" in page.locator("tr", has_text="£120.00").first.inner_text()
        tile = page.locator(".figures > div", has_text="Overdue")
        assert "£240.00" in tile.inner_text()
        tile.get_by_role("link").click()
        (late,) = numbers(visitor)
        row = page.locator(".rows tbody tr")
        assert "overdue" in row.inner_text()
        row.get_by_role("link", name="Look into the question").click()
        assert visitor.heading() == "Payment"
        assert late in visitor.text()
        page.go_back()
        row.get_by_role("link", name="MJ-").first.click()
        assert visitor.heading().startswith("MJ-")
        assert f"{late}, £240.00: on no statement yet" in visitor.text()


def test_invoices_are_found_by_state_and_number(browser: Browser, office: Served) -> None:
    """By keyboard alone: a state is chosen, a number typed; what is not there is said not to be."""
    with Visitor.with_screen(browser, office.url) as visitor:
        visitor.sign_in()
        page = visitor.page
        visitor.go("/invoices")
        (first, *_) = numbers(visitor)
        for which, count in (("paid", 1), ("pending", 1), ("submitted", 2), ("otherwise", 1)):
            page.get_by_label("Show").select_option(which)
            page.get_by_label("Show").press("Tab")
            page.keyboard.press("Enter")
            page.wait_for_url(f"**which={which}*")
            assert len(numbers(visitor)) == count, which
        visitor.go("/invoices")
        page.get_by_label("Find").focus()
        page.keyboard.type(first.lower())
        page.keyboard.press("Enter")
        page.wait_for_url("**q=*")
        assert numbers(visitor) == [first]
        visitor.go("/invoices?q=no-such-%25-number")
        assert "Nothing found" in visitor.text()
        page.get_by_role("link", name="Show all invoices").click()
        assert len(numbers(visitor)) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_can_be_read(
    browser: Browser, office: Served, size: dict[str, int], scheme: str
) -> None:
    """Contrast, names, structure and width are right, with and without anything found; so are the
    job that was paid for, with what V4 Documents listed, and the overview with the portal's
    budget."""
    faults = {}
    with Visitor.with_screen(browser, office.url, size=size, color_scheme=scheme) as visitor:
        visitor.sign_in()
        visitor.go("/invoices?which=paid")
        job = visitor.page.locator(".rows td a").get_attribute("href") or ""
        for path in ("/invoices", "/invoices?which=overdue", "/invoices?q=zzz", job, "/"):
            visitor.go(path)
            faults[path] = visitor.page.evaluate(FAULTS)
        assert "Portal: " in visitor.text()
        visitor.go(job)
        assert "as V4 Documents listed them" in visitor.text()
    assert {path: found for path, found in faults.items() if found} == {}


def test_without_a_portal_there_is_no_such_entry(visitor: Visitor) -> None:
    """The navigation leads to what there is; the page itself says that there is nothing yet."""
    visitor.sign_in()
    assert visitor.page.get_by_role("link", name="Invoices").count() == 0
    visitor.go("/invoices")
    assert "No invoices yet" in visitor.text()
