"""`show` and `why` about closed visits: each document, the invoice, the attempts."""

import base64
import hashlib
import io

import pytest
from PIL import Image

from syncd.cli.asked import who
from tests.cli.terminal import Terminal

TAP = "MJ-10458"


def picture() -> bytes:
    """What the customer drew."""
    made = io.BytesIO()
    Image.new("L", (60, 20), 7).save(made, "PNG")
    return made.getvalue()


def close(terminal: Terminal, amount: str = "120.00") -> None:
    """The engineer closes the visit of the tap."""
    body = {
        "values": {"invoice_total": amount},
        "signeeName": "Ada Example",
        "signature": base64.b64encode(picture()).decode(),
    }
    terminal.ask("POST", f"visits/{terminal.visit(TAP)['_id']}/close", body)


def test_show_has_every_document_with_its_hash_and_oid(in_step: Terminal) -> None:
    """Name, size, hash, OID and proof of each part, the invoice's number and both times."""
    close(in_step)
    assert in_step("run-once").code == 0
    (link,) = in_step("show", TAP, "--json").document["links"]
    (closure,) = link["deliveries"]
    assert closure["invoice_number"] == TAP
    assert closure["closed_at"]
    assert closure["acknowledged_at"]
    parts = closure["parts"]
    assert list(parts) == ["status", "signature", "job-sheet", "invoice", "confirm"]
    kept = {each["DocumentName"]: each for each in in_step.records("documents")}
    for name in ("signature", "job-sheet"):
        document = kept[parts[name]["name"]]
        assert parts[name]["oid"] == document["OID"]
        assert parts[name]["sha256"] == document["SHA256"].lower()
        assert parts[name]["size"] == document["Size"]
        assert (parts[name]["proof"], parts[name]["attempts"]) == ("sent", 1)
    assert parts["signature"]["sha256"] == hashlib.sha256(picture()).hexdigest()
    (invoice,) = in_step.records("invoices")
    assert parts["invoice"]["oid"] == invoice["OID"]
    assert (parts["invoice"]["number"], parts["invoice"]["gross"]) == (TAP, "120.00")
    said = in_step("show", TAP).out
    for words in (parts["signature"]["name"], parts["job-sheet"]["sha256"], "invoice MJ-10458"):
        assert words in " ".join(said.split())


def test_show_lists_the_documents_that_agentos_has(in_step: Terminal) -> None:
    """Where the job itself lists none, as V4 Documents did after the delivery, and when; `show`
    itself asks nobody."""
    in_step.ask("PATCH", "options", {"jobs_carry_documents": False})
    close(in_step)
    assert in_step("run-once").code == 0
    in_step.fault(kind="html", times=None)
    (link,) = in_step("show", TAP, "--json").document["links"]
    names = [each["name"] for each in link["job"]["documents"]]
    assert names == [link["deliveries"][0]["parts"][e]["name"] for e in ("signature", "job-sheet")]
    assert link["job"]["documents_listed_at"]
    said = " ".join(in_step("show", TAP).out.split())
    assert f"documents: {', '.join(names)} (V4 Documents, 20" in said


@pytest.mark.parametrize("field", ["status", "signature", "job-sheet", "invoice", "confirm"])
def test_why_explains_what_was_delivered(in_step: Terminal, field: str) -> None:
    """Who, when, in which cycle, of which visit, and by what proof."""
    close(in_step)
    in_step("run-once")
    (link,) = in_step("why", TAP, field, "--json").document["links"]
    (change,) = link["fields"][field]["changes"]
    assert (change["who"], change["visit"]) == ("syncd", link["visit_id"])
    assert change["cycle"] is not None
    assert link["deliveries"][0]["closed_at"]
    said = in_step("why", TAP, field)
    assert said.code == 0
    assert "by syncd in cycle 2" in said.out


def test_a_status_is_told_by_its_name(in_step: Terminal) -> None:
    """From which to which status a job was taken, in words that people know; the OID is in JSON."""
    in_step.ask("POST", f"visits/{in_step.visit(TAP)['_id']}/start", {})
    in_step("run-once")
    close(in_step)
    in_step("run-once")
    (link,) = in_step("why", TAP, "status", "--json").document["links"]
    changes = link["fields"]["status"]["changes"]
    steps = [(each["from"]["name"], each["to"]["name"]) for each in changes]
    assert steps == [("Reported", "In Progress"), ("In Progress", "Completed")]
    assert link["deliveries"][0]["parts"]["status"]["name"] == "Completed"
    assert changes[-1]["to"]["status"] == link["deliveries"][0]["parts"]["status"]["to"]
    said = in_step("why", TAP, "status").out
    for words in ("status: Completed", "from Reported", "to In Progress"):
        assert words in said
    assert "sent and read back; Completed" in " ".join(in_step("show", TAP).out.split())


def test_why_tells_a_doubt_and_what_a_person_said(in_step: Terminal) -> None:
    """Both tries of an invoice are told, and that a person settled it."""
    in_step.ask("PATCH", "options", {"jobs_carry_invoices": False})
    close(in_step)
    in_step.fault(kind="reset_after_effect", path="/invoice/submit")
    assert in_step("run-once").code == 3
    (item,) = in_step("inbox", "--json").document["items"]
    assert "invoice MJ-10458" in item["summary"]
    assert in_step("inbox", "resolve", str(item["id"]), "--choose", "it-arrived").code == 0
    assert in_step("run-once").code == 0
    (link,) = in_step("why", TAP, "invoice", "--json").document["links"]
    events = [each["event"] for each in link["fields"]["invoice"]["changes"]]
    assert events == ["in_doubt", "submit_invoice"]
    part = link["deliveries"][0]["parts"]["invoice"]
    assert (part["proof"], part["number"]) == ("a person", TAP)
    assert len(part["sha256"]) == 64
    in_step.ask("PATCH", "options", {"jobs_carry_invoices": True})


@pytest.mark.parametrize("value", ["80,5", "eighty", "-5", "1e3", "£", "80.505", ""])
def test_an_amount_that_is_none_is_refused_in_one_line(in_step: Terminal, value: str) -> None:
    """Exit 2, with the cure; the item stays."""
    close(in_step, amount="none")
    assert in_step("run-once").code == 3
    (item,) = in_step("inbox", "--json").document["items"]
    words = ("inbox", "resolve", str(item["id"]), "--choose", "enter", f"--value={value}")
    said = in_step(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "no amount of money" in said.err
    assert "--value 120.00" in said.err


def test_an_amount_is_taken_as_people_write_it(in_step: Terminal) -> None:
    """£1,234.50 is stored as 1234.50, and invoiced."""
    close(in_step, amount="none")
    in_step("run-once")
    (item,) = in_step("inbox", "--json").document["items"]
    words = ("inbox", "resolve", str(item["id"]), "--choose", "enter", "--value", "£1,234.50")
    assert in_step(*words, "--json").document["value"] == "1234.50"
    assert in_step("run-once").code == 0
    (invoice,) = in_step.records("invoices")
    assert invoice["Amount"] == 1234.5


def test_who_entered_an_amount_is_told(in_step: Terminal) -> None:
    """The person's answer is in `show` beside the invoice, and in `why` with the question."""
    close(in_step, amount="")
    assert in_step("run-once").code == 3
    (item,) = in_step("inbox", "--json").document["items"]
    number = str(item["id"])
    assert in_step("inbox", "resolve", number, "--choose", "enter", "--value", "96").code == 0
    assert in_step("run-once").code == 0
    (link,) = in_step("show", TAP, "--json").document["links"]
    decided = link["deliveries"][0]["parts"]["invoice"]["decided"]
    assert (decided["choice"], decided["value"], decided["by"]) == ("enter", "96.00", who())
    said = " ".join(in_step("show", TAP).out.split())
    assert f"amount 96.00 entered by {who()} on " in said
    assert "inbox_decided enter" in said
    why = in_step("why", TAP, "invoice", "--json").document["links"][0]["fields"]["invoice"]
    answer, submitted = why["changes"]
    assert (answer["event"], answer["who"]) == ("inbox_decided", who())
    assert answer["to"] == {"choice": "enter", "value": "96.00"}
    assert submitted["event"] == "submit_invoice"
    assert why["value"]["gross"] == "96.00"
    told = " ".join(in_step("why", TAP, "invoice").out.split())
    assert f"by {who()}: answered enter 96.00. Asked was: Visit {TAP} has no readable" in told


def test_an_amount_of_the_engineer_has_nobody_else_to_name(in_step: Terminal) -> None:
    """Where no person was asked, nobody is named."""
    close(in_step)
    assert in_step("run-once").code == 0
    (link,) = in_step("show", TAP, "--json").document["links"]
    assert link["deliveries"][0]["parts"]["invoice"]["decided"] is None


def test_an_answer_before_the_invoice_is_planned_is_in_why(in_step: Terminal) -> None:
    """Who said that there is no charge: no invoice will ever tell."""
    close(in_step, amount="")
    assert in_step("run-once").code == 3
    (item,) = in_step("inbox", "--json").document["items"]
    assert in_step("inbox", "resolve", str(item["id"]), "--choose", "no-charge").code == 0
    told = " ".join(in_step("why", TAP, "invoice").out.split())
    assert "  invoice: nothing\n" in in_step("why", TAP, "invoice").out
    assert f"by {who()}: answered no-charge. Asked was:" in told
