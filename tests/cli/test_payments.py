"""What a terminal tells of the contractor portal: payments, lanes, and its own settings."""

from tests.cli.terminal import Terminal
from tests.cli.test_deliveries import TAP, close


def at_the_portal(terminal: Terminal, **changes: str) -> None:
    """Follow payments at the sandbox's portal."""
    settings = {
        "base_url": f"{terminal.box.url}/api/trpc",
        "contractor_id": "co-0009-4739",
        "session": terminal.box.world.portal_session,
        **changes,
    }
    lines = "".join(f'{name} = "{value}"\n' for name, value in settings.items())
    text = terminal.config.read_text()
    terminal.config.write_text(f"{text}\n[connections.contractor_portal]\n{lines}")


def test_show_tells_what_was_paid(in_step: Terminal) -> None:
    """Pending, then paid with its day, in words and as JSON."""
    at_the_portal(in_step)
    close(in_step)
    assert in_step("run-once").code == 0
    document = in_step("run-once", "--json").document
    assert document["connections"][0]["requests"]["contractor_portal"] == 3
    assert "on the pending statement (Submitted)" in " ".join(in_step("show", TAP).out.split())
    (invoice,) = in_step.records("invoices")
    in_step.ask("POST", f"invoices/{invoice['OID']}/pay", {"amount": 120.5})
    assert in_step("run-once").code == 3
    (link,) = in_step("show", TAP, "--json").document["links"]
    (paid,) = link["payments"]
    assert (paid["state"], paid["gross"], paid["received"]) == ("otherwise", "120.00", "120.50")
    assert "paid with 120.50" in in_step("show", TAP).out
    (item,) = in_step("inbox", "--json").document["items"]
    assert (item["kind"], item["choices"]) == ("payment", ["seen"])
    assert in_step("inbox", "resolve", str(item["id"]), "--choose", "seen").code == 0
    assert in_step("run-once").code == 0


def test_status_has_the_lane_of_statements(in_step: Terminal) -> None:
    """Its age counts as that of the others does."""
    (before,) = in_step("status", "--json").document["connections"]
    assert "statements" not in before["lanes"]
    at_the_portal(in_step)
    assert in_step("run-once").code == 0
    (after,) = in_step("status", "--json").document["connections"]
    assert after["lanes"]["statements"]["is_late"] is False


def test_online_the_portal_agrees(terminal: Terminal) -> None:
    """The contractor's name at the portal is a note."""
    at_the_portal(terminal)
    said = terminal("check", "--online")
    assert said.code == 0
    assert "Ltd at the contractor portal" in " ".join(said.out.split())


def test_online_a_wrong_transformer_is_found(terminal: Terminal) -> None:
    """With what to write, exit 2."""
    at_the_portal(terminal, transformer="superjson")
    said = terminal("check", "--online")
    assert said.code == 2
    assert 'contractor_portal.transformer: the portal packs its answers as "none" says' in said.err
    assert 'write transformer = "none"' in said.err


def test_online_an_ended_session_is_not_finished(terminal: Terminal) -> None:
    """It points to the session, and says where a new one goes."""
    at_the_portal(terminal, session="portal=old")
    said = terminal("check", "--online")
    assert said.code == 4
    assert "contractor_portal.session: " in said.err
    assert "sign in to the portal again" in said.err


def test_online_a_portal_that_shows_no_account_is_worth_a_look(terminal: Terminal) -> None:
    """It also answers so while AgentOS fails it, so nothing is wrong for certain."""
    at_the_portal(terminal, contractor_id="co-9")
    said = terminal("check", "--online")
    assert said.code == 3
    assert "the portal shows no account of contractor 'co-9'" in said.err


def by_portal(terminal: Terminal, word: str = "Open") -> None:
    """Have the portal be the job side, with its own words."""
    at_the_portal(terminal)
    terminal.edit('short_name = "northgate"', 'channel = "portal"\nshort_name = "northgate"')
    terminal.edit('visit_when = ["Reported", "Pending"]', f'visit_when = ["{word}"]')
    for line in ('in_progress = "In Progress"\n', 'awaiting_access = "Awaiting Access"\n'):
        terminal.edit(line, "")


def test_online_the_portal_alone_agrees(terminal: Terminal) -> None:
    """Its words are listed, and AgentOS itself is not asked."""
    by_portal(terminal)
    said = terminal("check", "--online")
    assert (said.code, said.err) == (0, "")
    assert "jobs of the portal have the statuses: Completed, Open" in " ".join(said.out.split())
    entries = terminal.ask("GET", "ledger")["entries"]
    assert "agentos" not in {each["vendor"] for each in entries}


def test_online_words_that_no_job_has_are_worth_a_look(terminal: Terminal) -> None:
    """The portal has no list of its words, so it may be right all the same."""
    by_portal(terminal, word="Reported")
    terminal.edit('completed = "Completed"', 'completed = "Finished"')
    terminal.edit('cancelled = ["Cancelled"]', "cancelled = []")
    said = terminal("check", "--online")
    assert said.code == 3
    assert "its jobs have Completed, Open" in " ".join(said.err.split())


def test_online_the_word_for_visits_is_judged_by_itself(terminal: Terminal) -> None:
    """That jobs are completed says nothing about the word that makes visits."""
    by_portal(terminal, word="Reported")
    said = terminal("check", "--online")
    assert said.code == 3
    told = " ".join(said.err.split())
    assert "statuses.visit_when: no job of the portal has any of these statuses now" in told
    assert "its jobs have Completed, Open" in told


def test_media_by_hand_need_a_key(terminal: Terminal) -> None:
    """Exit 2, and nothing is sent."""
    by_portal(terminal)
    said = terminal("leads", "sources")
    assert said.code == 2
    assert "the portal has no media and no leads" in said.err


def test_a_terminal_works_by_the_portal_alone(terminal: Terminal) -> None:
    """A closed visit by run-once, plan, show and why, as with V4."""
    by_portal(terminal)
    assert terminal("run-once").code == 0
    close(terminal)
    assert "submit invoice" in terminal("plan").out
    assert terminal("run-once").code == 0
    document = terminal("show", TAP, "--json").document["links"][0]
    assert document["deliveries"][0]["parts"]["invoice"]["proof"] == "answered"
    assert terminal("why", TAP, "status").code == 0
    said = terminal("status").out
    assert "of 30 requests left" in said
