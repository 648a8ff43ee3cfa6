"""What people do on the pages, from signing in to the decision that a cycle then acts on."""

import sys

import pytest
from playwright.sync_api import Browser, expect

from syncd.cycle.report import Outcome
from syncd.store import inbox, outbox
from syncd.store.database import Database
from tests.browser.house import TOKEN, House, Served
from tests.browser.visitor import Visitor, link_page


def store_of(house: House) -> Database:
    """The house's store, to look into."""
    settings = house.settings
    return Database(settings.store.url.get_secret_value(), relative_to=settings.directory)


def test_signing_in_and_out(visitor: Visitor) -> None:
    """A wrong token is said to be wrong; with the right one the wanted page opens, the cookie is
    out of reach of scripts, and after signing out it opens nothing."""
    page = visitor.page
    visitor.go("/inbox")
    assert visitor.heading() == "Sign in"
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("Token").fill("not the token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the token")
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    assert visitor.heading() == "Inbox"
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    assert visitor.heading() == "Sign in"
    visitor.go(link_page(1))
    assert visitor.heading() == "Sign in"


def test_the_overview_says_how_everything_fares(visitor: Visitor) -> None:
    """Health in words, what waits, the age of every lane, and the budget as a chart and as
    numbers."""
    visitor.sign_in()
    page = visitor.page
    words = visitor.text()
    assert "7 questions wait for you in the inbox." in words
    assert "up to date, but something waits for you" in words
    assert "1 in doubt, 1 dead" in words
    assert "of them open" in words
    for lane in ("Closed visits", "Jobs", "Visits", "Directory"):
        row = page.locator("tbody tr", has=page.get_by_role("rowheader", name=lane)).first
        expect(row).to_contain_text("fresh")
    expect(page.locator(".chart canvas")).to_have_count(1)
    page.get_by_text("As numbers").click()
    rows = page.get_by_role("region", name="Requests by minute of northgate").locator("tbody tr")
    expect(rows).to_have_count(60)
    used = [int(cell) for cell in rows.locator("td:first-of-type").all_inner_texts()]
    assert 25 <= sum(used) <= 45


def test_finding_a_job(visitor: Visitor) -> None:
    """A number, a street, a postcode or a visit's id finds the work; its page has both sides, who
    decides, the evidence and the story."""
    visitor.sign_in()
    page = visitor.page
    page.get_by_role("link", name="Work").click()
    for wanted in ("mj-10451", "999 west high", "AB51 3QR", "3504663992561624"):
        page.get_by_label("Find").fill(wanted)
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="MJ-10451").click()
    assert visitor.heading() == "MJ-10451"
    row = page.get_by_role("row", name="Contact")
    assert "Dr Tomasz O'Hara" in row.inner_text()
    assert "AgentOS decides" in row.inner_text()
    signature = page.get_by_role("img", name="Signature of the closed visit")
    signature.scroll_into_view_if_needed()
    assert signature.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    assert "Invoice submitted" in visitor.text()
    assert "sent; AgentOS said that it has it" in visitor.text()


def test_seeing_what_was_delivered(visitor: Visitor, house: House) -> None:
    """Beside the signature there is a picture of each paper, whose place is kept while it loads; it
    opens the PDF, and a paper of several pages says so."""
    hostile = next(job for job in house.jobs() if job["GlobalReference"] == "MJ-10493")
    house.close(hostile, amount="99.00")
    house.run()
    visitor.sign_in()
    page = visitor.page
    for number, pages in ((2, ("", "")), (8, (", 8 pages", ", 4 pages"))):
        visitor.go(link_page(number))
        figures = page.locator(".evidence figure")
        expect(figures).to_have_count(3)
        for paper, said in zip(("Job sheet", "Invoice"), pages, strict=True):
            figure = figures.filter(has_text=paper)
            picture = figure.get_by_role("img", name=f"First page of the {paper.lower()}")
            before = picture.bounding_box()
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 477
            after = picture.bounding_box()
            assert (before["width"], before["height"]) == (after["width"], after["height"])
            expect(figure.locator(".pages")).to_have_text(said)
    link = figure.get_by_role("link", name="First page of the invoice (opens the PDF in a new tab)")
    opened = figure.get_by_role("link", name="Open the PDF in a new tab")
    assert link.get_attribute("href") == opened.get_attribute("href")


def test_a_paper_that_cannot_be_drawn_breaks_no_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the library an empty sheet stands where the picture would."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    visitor.sign_in()
    visitor.go(link_page(2))
    for picture in visitor.page.locator(".evidence img").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_conflict_and_a_doubtful_invoice_are_decided(visitor: Visitor, house: House) -> None:
    """Each question is one screen; the answers go on record with the person's name, and the next
    cycle acts on them: the invoice is not sent twice, and the visit is acknowledged."""
    visitor.sign_in(name="Ann")
    page = visitor.page
    page.get_by_role("link", name="Inbox").click()
    page.get_by_role("link", name="Decide one by one").click()
    assert visitor.heading() == "Did it arrive?"
    assert "invoice MJ-10458, gross 85.50" in visitor.text()
    assert "You found it in AgentOS: it is not sent again" in visitor.text()
    visitor.decide("It arrived")
    expect(page.get_by_role("status").first).to_contain_text("Decided.")
    assert visitor.heading() == "The two sides disagree"
    assert "The job of visit MJ-10472 is completed in AgentOS" in visitor.text()
    visitor.decide("LetsJobIt is right")
    visitor.go("/inbox")
    decided = page.get_by_role("row", name="Did it arrive?")
    assert "It arrived" in decided.inner_text()
    assert "Ann" in decided.inner_text()
    house.run()
    invoices = house.ask("GET", "invoices")["records"]
    assert [each["InvoiceNumber"] for each in invoices] == ["MJ-10451", "MJ-10458"]
    visits = house.ask("GET", "visits")["records"]
    assert next(e for e in visits if e["docNo"] == "MJ-10458")["confirmClose"]
    visitor.go(link_page(7))
    assert "a person said that it arrived" in visitor.text()
    answered = page.locator(".timeline li", has_text="Question answered")
    assert "Answer: it-arrived" in answered.inner_text()
    assert "by Ann" in answered.inner_text()


def test_an_amount_is_entered_by_keyboard_alone(visitor: Visitor, house: House) -> None:
    """From the first key on no mouse is needed: the skip link, the question, a slip that is said
    and kept, and the amount that is then charged."""
    visitor.sign_in()
    page = visitor.page
    visitor.go("/inbox")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    tab_to(visitor, "Visit MJ-10465")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/5")
    tab_to_field(visitor, "Amount in pounds")
    outline = "getComputedStyle(document.activeElement).outlineWidth"
    assert page.evaluate(outline) == "3px"
    page.keyboard.type("12,5 O")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").last).to_contain_text("That is no amount of money")
    field = page.get_by_label("Amount in pounds")
    expect(field).to_be_focused()
    expect(field).to_have_value("12,5 O")
    page.keyboard.press("Control+A")
    page.keyboard.type("64.00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Decided.")
    house.run()
    invoices = {e["InvoiceNumber"]: e for e in house.ask("GET", "invoices")["records"]}
    assert float(invoices["MJ-10465"]["Amount"]) == 64


def tab_to(visitor: Visitor, words: str) -> None:
    """Press Tab until an element with these words has the focus."""
    seen = []
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        seen.append(str(visitor.page.evaluate("document.activeElement.textContent")))
        if words in seen[-1]:
            return
    raise AssertionError(f"{words!r} cannot be reached: {seen}")


def tab_to_field(visitor: Visitor, label: str) -> None:
    """Press Tab until the field with this label has the focus."""
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        named = "[...(document.activeElement.labels ?? [])].map(each => each.textContent).join()"
        if label in str(visitor.page.evaluate(named)):
            return
    raise AssertionError(f"the field {label!r} cannot be reached")


def test_pausing_and_resuming(visitor: Visitor, house: House) -> None:
    """Paused, a connection says so and its cycles rest; resumed, it is taken up again."""
    visitor.sign_in(name="Ben")
    page = visitor.page
    page.get_by_role("button", name="Pause northgate").click()
    assert "paused by Ben" in visitor.text()
    assert "resting" in visitor.text()
    assert house.run().connections == ()
    page.get_by_role("button", name="Resume northgate").click()
    expect(page.get_by_role("status").first).to_contain_text("Resumed.")
    assert house.run().connections[0].outcome is Outcome.ATTENTION
    page.get_by_role("button", name="Run now northgate").click()
    expect(page.get_by_role("status").first).to_contain_text("Asked for")


def test_a_dead_change_is_discarded_after_asking_once_more(visitor: Visitor, house: House) -> None:
    """The page says what discarding does; going back changes nothing; saying yes drops it."""
    visitor.sign_in()
    page = visitor.page
    visitor.go("/outbox")
    page.get_by_role("link", name="Discard change").click()
    assert "It is dropped without being sent." in visitor.text()
    page.get_by_role("link", name="Go back, change nothing").click()
    assert "2 of them do not move by themselves" in visitor.text()
    page.get_by_role("link", name="Discard change").click()
    page.get_by_role("button", name="Yes, discard it").click()
    expect(page.get_by_role("status").first).to_contain_text("Discarded.")
    database = store_of(house)
    states = [each.state.value for each in database.read_now(outbox.waiting_intents)]
    database.close()
    assert states == ["in_doubt"]


def test_questions_of_a_kind_are_decided_together(visitor: Visitor, house: House) -> None:
    """The questions are ticked, one answer is chosen, its number is confirmed, all are decided."""
    visitor.sign_in(name="Ann")
    page = visitor.page
    visitor.go("/inbox")
    page.get_by_role("link", name="Decide several together").click()
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    visitor.decide("AgentOS is right")
    expect(page.get_by_role("alert").last).to_contain_text("Tick at least one question.")
    visitor.decide("AgentOS is right")
    assert visitor.heading() == "Answer 3 questions with “AgentOS is right”?"
    page.get_by_role("button", name="Yes, answer 3 questions").click()
    expect(page.get_by_role("status").first).to_contain_text("3 questions are decided.")
    database = store_of(house)
    left = [each.item_id for each in database.read_now(inbox.open_items)]
    database.close()
    assert left == [1, 3, 5, 6]


def test_everything_works_without_scripts(browser: Browser, served: Served) -> None:
    """Without JavaScript pages load, forms post, and the numbers stand where charts would be."""
    with Visitor.with_screen(browser, served.url, java_script_enabled=False) as visitor:
        visitor.sign_in()
        page = visitor.page
        assert "7 questions wait for you" in visitor.text()
        page.get_by_role("button", name="Pause northgate").click()
        assert "paused by Ann" in visitor.text()
        visitor.go("/inbox/2")
        visitor.decide("Leave it")
        assert "Decided." in visitor.text()
        visitor.go("/cycles")
        expect(page.locator(".chart tbody tr")).to_have_count(15)


def test_the_overview_refreshes_by_itself(visitor: Visitor, house: House) -> None:
    """What changed shows without a click and what was opened stays open; when nothing answers any
    more, the page says that it may be old; signed out elsewhere, it leads to the form."""
    visitor.page.clock.install()
    visitor.sign_in()
    page = visitor.page
    page.get_by_text("As numbers").click()
    database = store_of(house)
    item = database.read_now(inbox.open_items)[-1]
    database.run_now(
        inbox.resolve_item, item.item_id, "leave", value=None, who="Cy", now=item.opened_at
    )
    database.close()
    page.clock.fast_forward(16_000)
    expect(page.get_by_text("6 questions wait for you in the inbox.")).to_be_visible()
    expect(page.locator("#asked-in-all")).to_contain_text("6")
    expect(page.get_by_role("region", name="Requests by minute of northgate")).to_be_visible()
    expect(page.locator(".chart canvas")).to_have_count(1)
    page.context.set_offline(True)
    page.clock.fast_forward(16_000)
    expect(page.locator("#stale")).to_contain_text("could not be brought up to date since")
    page.context.set_offline(False)
    page.clock.fast_forward(16_000)
    expect(page.locator("#stale")).to_be_hidden()
    page.context.clear_cookies()
    page.clock.fast_forward(16_000)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.complaints.clear()
