"""`inbox`, `outbox`, `pause` and `resume`: decisions, and the journal of them."""

import getpass

import pytest

from tests.cli.terminal import Terminal


def completed_under_us(terminal: Terminal) -> str:
    """Have a job completed while its visit is open; its number."""
    job = terminal.our_jobs()[0]
    terminal.set_status(job, "Completed")
    assert terminal("run-once").code == 3
    return str(job["GlobalReference"])


def test_an_empty_inbox_and_outbox_are_one_line(in_step: Terminal) -> None:
    """Nothing waits: that is all there is to say."""
    assert in_step("inbox").out == "Nothing waits for you.\n"
    assert in_step("outbox").out == "The outbox is empty: every change has ended.\n"
    assert in_step("inbox", "--json").document == {"items": []}
    assert in_step("outbox", "--json").document == {"intents": []}


def test_the_inbox_is_the_interfaces_document(in_step: Terminal) -> None:
    """Every field of an item that the interface names."""
    number = completed_under_us(in_step)
    (item,) = in_step("inbox", "--json").document["items"]
    assert item["kind"] == "conflict"
    assert item["connection"] == "northgate"
    assert item["visit"] == in_step.visit(number)["id"]
    assert item["choices"] == ["agentos", "letsjobit", "leave"]
    assert number in item["summary"]
    assert item["opened_at"].endswith("Z")


def test_a_decision_is_recorded_with_its_person_and_acted_on(in_step: Terminal) -> None:
    """The next cycle does what was chosen; the journal knows who chose."""
    number = completed_under_us(in_step)
    said = in_step("inbox", "resolve", "1", "--choose", "letsjobit")
    assert (said.code, "Item 1: letsjobit." in said.out) == (0, True)
    assert in_step("inbox").out.startswith("Nothing waits for you.\n")
    assert in_step("run-once").code == 0
    assert in_step.visit(number)["inMobileApp"] is True
    history = in_step("show", number, "--json").document["links"][0]["history"]
    decided = next(each for each in history if each["event"] == "inbox_decided")
    assert (decided["who"], decided["to"]) == (getpass.getuser(), "letsjobit")


def test_a_guard_names_the_jobs_that_it_holds(in_step: Terminal) -> None:
    """The operator sees whose visits would go, approves, and they go."""
    jobs = in_step.our_jobs()[:6]
    for job in jobs:
        in_step.set_status(job, "Cancelled")
    assert in_step("run-once").code == 3
    listed = in_step("inbox").out
    assert all(job["GlobalReference"] in listed for job in jobs)
    document = in_step("inbox", "resolve", "1", "--choose", "approve", "--json").document
    assert document["choice"] == "approve"
    (connection,) = in_step("run-once", "--json").document["connections"]
    assert connection["applied"]["withdraw_visit"] == 6


def test_a_decision_that_cannot_be_is_refused_in_one_line(in_step: Terminal) -> None:
    """No such item, no such choice, a value where none is taken, an amount that is none."""
    completed_under_us(in_step)
    wrong = {
        ("7", "--choose", "agentos"): "no inbox item 7",
        ("1", "--choose", "perhaps"): "no choice 'perhaps'",
        ("1", "--choose", "agentos", "--value", "3"): "--value means nothing",
        ("1", "--choose", "enter", "--value", "lots"): "no amount of money",
        ("1", "--choose", "enter", "--value", "1.234"): "no amount of money",
        ("1", "--choose", "enter", "--value", "NaN"): "no amount of money",
        ("1", "--choose", "enter"): "needs the amount",
        ("one", "--choose", "agentos"): "ID",
        ("1",): "--choose",
    }
    for words, sentence in wrong.items():
        said = in_step("inbox", "resolve", *words)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert sentence in said.err
        document = in_step("inbox", "resolve", *words, "--json").document
        assert sentence in document["error"]["message"]
    assert len(in_step("inbox", "--json").document["items"]) == 1


def test_options_before_the_second_word_are_refused(terminal: Terminal) -> None:
    """They would not reach the command, and another configuration would be used in silence."""
    said = terminal("inbox", "--config", "other.toml", "resolve", "1", "--choose", "agentos")
    assert said.code == 2
    assert "after `resolve`" in said.err


def refused_visit(terminal: Terminal) -> None:
    """Have LetsJobIt decline every new visit; the changes are dead."""
    terminal.fault(kind="status", vendor="letsjobit", method="POST", times=None, status=422)
    assert terminal("run-once").code == 3
    terminal.no_faults()


def test_dead_changes_are_listed_with_their_reason(terminal: Terminal) -> None:
    """The vendor's words, and the commands that move them on."""
    refused_visit(terminal)
    said = terminal("outbox")
    assert "dead" in said.out
    assert "422" in said.out
    assert "syncd outbox requeue ID" in said.out
    intents = terminal("outbox", "--json").document["intents"]
    assert len(intents) == 8
    assert intents[0]["state"] == "dead"
    assert intents[0]["code"] == "letsjobit_refused"
    assert intents[0]["attempts"] == 1
    assert intents[0]["changes"]["docNo"]["from"] is None


def test_a_requeued_change_is_tried_again(terminal: Terminal) -> None:
    """It goes with the next run; the others stay dead."""
    refused_visit(terminal)
    assert terminal("outbox", "requeue", "1").out.startswith("Change 1 is requeued.\n")
    (connection,) = terminal("run-once", "--json").document["connections"]
    assert connection["applied"]["create_visit"] == 1
    assert connection["outbox"] == {"pending": 0, "in_doubt": 0, "dead": 7}


def test_a_discarded_change_is_planned_anew_while_it_is_wanted(terminal: Terminal) -> None:
    """Discarding one forgets the refusal, not the job."""
    refused_visit(terminal)
    document = terminal("outbox", "discard", "2", "--json").document
    assert (document["decision"], document["intent"]["id"]) == ("discard", 2)
    assert len(terminal("outbox", "--json").document["intents"]) == 7
    (connection,) = terminal("run-once", "--json").document["connections"]
    assert connection["applied"]["create_visit"] == 1


def test_the_journal_knows_who_moved_a_change(terminal: Terminal) -> None:
    """A requeued change leaves the name of the person."""
    refused_visit(terminal)
    job = terminal("outbox", "--json").document["intents"][0]["job"]
    terminal("outbox", "requeue", "1")
    history = terminal("show", job, "--json").document["links"][0]["history"]
    (entry,) = [each for each in history if each["event"] == "intent_requeued"]
    assert entry["who"] == getpass.getuser()


def test_a_change_that_nobody_waits_for_cannot_be_moved(in_step: Terminal) -> None:
    """One that is done, and one that never was."""
    for number in ("1", "99"):
        said = in_step("outbox", "requeue", number)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert f"no waiting intent has the id {number}" in said.err


NUMBER = "MJ-10458"


def closed_visit(terminal: Terminal, **fault: object) -> None:
    """Have a visit closed over £120 while AgentOS does this to its invoice."""
    key = terminal.visit(NUMBER)["_id"]
    terminal.ask("POST", f"visits/{key}/close", {"values": {"invoice_total": "120.00"}})
    terminal.fault(vendor="agentos", method="POST", path="/invoice/submit", **fault)
    terminal("run-once")
    terminal.no_faults()


def in_doubt(terminal: Terminal) -> str:
    """Have the answer to an invoice be lost where AgentOS shows none; the change's number."""
    terminal.ask("PATCH", "options", {"jobs_carry_invoices": False})
    closed_visit(terminal, kind="reset_after_effect")
    (intent,) = terminal("outbox", "--json").document["intents"]
    assert (intent["kind"], intent["state"]) == ("submit_invoice", "in_doubt")
    return str(intent["id"])


def refused_invoice(terminal: Terminal) -> str:
    """Have AgentOS decline an invoice; the change's number."""
    closed_visit(terminal, kind="status", status=422)
    (intent,) = terminal("outbox", "--json").document["intents"]
    assert (intent["kind"], intent["state"]) == ("submit_invoice", "dead")
    return str(intent["id"])


@pytest.mark.parametrize("decision", ["requeue", "discard"])
def test_what_is_in_doubt_is_decided_in_the_inbox_only(in_step: Terminal, decision: str) -> None:
    """Neither sends it a second time by accident: exit 2, with the commands for after a look."""
    number = in_doubt(in_step)
    said = in_step("outbox", decision, number)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "was sent and may have arrived (look in AgentOS first; then" in said.err
    (item,) = in_step("inbox", "--json").document["items"]
    for choice in ("it-arrived", "send-again"):
        assert f"syncd inbox resolve {item['id']} --choose {choice}" in said.err
    error = in_step("outbox", decision, number, "--json").document["error"]
    assert error["code"] == "intent_in_doubt"
    assert "outbox requeue" not in in_step("outbox").out
    assert in_step("inbox", "resolve", str(item["id"]), "--choose", "it-arrived").code == 0
    assert "is answered with it-arrived" in in_step("outbox", decision, number).err
    assert in_step("run-once").code == 0
    assert len(in_step.records("invoices")) == 1


def test_what_a_closed_visit_needs_is_not_dropped(in_step: Terminal) -> None:
    """Dropped it would be planned and sent anew; the inbox has the word for doing without it."""
    number = refused_invoice(in_step)
    said = in_step("outbox", "discard", number)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    (item,) = in_step("inbox", "--json").document["items"]
    assert item["kind"] == "refused"
    words = ["inbox", "resolve", str(item["id"]), "--choose", "leave"]
    assert f"to do without it: `syncd {' '.join(words)}`" in said.err
    assert in_step("outbox", "discard", number, "--json").document["error"]["code"] == (
        "intent_of_closure"
    )
    assert "outbox discard" not in in_step("outbox").out
    assert in_step(*words).code == 0
    assert in_step("run-once").code == 0
    assert in_step.records("invoices") == []
    assert in_step.visit(NUMBER)["confirmClose"] is True


def test_a_refused_invoice_can_be_tried_again(in_step: Terminal) -> None:
    """`requeue` sends it with the next run, once, and its question closes itself."""
    number = refused_invoice(in_step)
    assert in_step("outbox", "requeue", number).code == 0
    assert in_step("run-once").code == 0
    assert len(in_step.records("invoices")) == 1
    assert in_step("inbox").out == "Nothing waits for you.\n"


def test_every_choice_says_what_it_will_do(in_step: Terminal) -> None:
    """Below its command for people, and in the document for programs."""
    in_doubt(in_step)
    said = " ".join(in_step("inbox").out.split())
    (item,) = in_step("inbox", "--json").document["items"]
    assert list(item["meanings"]) == item["choices"]
    for choice, meaning in item["meanings"].items():
        command = f"syncd inbox resolve {item['id']} --choose {choice}"
        assert f"{command} {meaning}" in said
    shown = " ".join(in_step("show", NUMBER).out.split())
    assert f"{item['kind']}: {item['summary']}" in shown
    assert all(meaning in shown for meaning in item["meanings"].values())
    assert f"submit_invoice {NUMBER}" in shown


def test_a_difference_is_shown_in_words(terminal: Terminal) -> None:
    """What both sides say about a field is no JSON."""
    job = terminal.our_jobs()[0]
    visit = {
        "id": 7_000_001,
        "docNo": job["GlobalReference"],
        "date": "2026-11-24",
        "customer": "Other",
        "site": "Elsewhere",
        "address": "1 Mill Lane",
        "city": "Kintore",
        "postCode": "AB51 0AA",
        "lines": [{"description": "Come", "actionItem": 1, "extraData": []}],
        "driverId": "FEn9BJz93svSNPx7p",
        "companyId": "LPeaJNaLQT6RqcFdt",
        "inMobileApp": True,
    }
    terminal.ask("POST", "visits", visit)
    assert terminal("run-once").code == 3
    listed = terminal("inbox").out
    assert "address in LetsJobIt: customer: Other" in listed
    assert "{" not in listed


def test_a_pause_is_kept_and_ended(in_step: Terminal) -> None:
    """Since when and by whom; a second pause changes neither."""
    first = in_step("pause", "northgate", "--json").document
    assert first["paused"]["by"] == getpass.getuser()
    assert in_step("pause", "northgate", "--json").document == first
    assert in_step("status", "--json").document["connections"][0]["paused"] == first["paused"]
    assert "paused by" in in_step("status").out
    assert in_step("resume", "northgate", "--json").document["paused"] is None
    assert in_step("resume", "northgate").out == "northgate was not paused; nothing is changed.\n"
    assert in_step("pause", "northgate").code == 0
    resumed = in_step("resume", "northgate").out
    assert resumed == "northgate runs again: the next cycle takes it up.\n"
    assert in_step("run-once", "--json").document["paused"] == []


def test_a_connection_can_be_paused_before_its_first_cycle(terminal: Terminal) -> None:
    """A newcomer may want to plan first."""
    assert terminal("pause", "northgate").code == 0
    assert terminal("run-once", "--json").document["connections"] == []


def test_pausing_what_is_not_there_names_what_is(terminal: Terminal) -> None:
    """Exit 2 and the connections that there are."""
    for command in ("pause", "resume"):
        said = terminal(command, "southgate")
        assert (said.code, "northgate" in said.err) == (2, True)
