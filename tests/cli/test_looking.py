"""`status`, `show` and `why`: what an operator sees of the store."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.store import leases
from syncd.store.database import Database
from syncd.store.deaf import save_deaf_targets, target_id
from syncd.store.holding import hold
from syncd.store.leases import holder_text
from tests.cli.terminal import STORE, Terminal


def test_status_before_the_first_cycle(terminal: Terminal) -> None:
    """A fresh configuration has no cycle yet, and that is no error."""
    said = terminal("status")
    assert said.code == 0
    assert "northgate  had no cycle yet" in said.out
    (connection,) = terminal("status", "--json").document["connections"]
    assert connection["last_cycle"] is None
    assert connection["lanes"]["jobs"]["is_late"] is True
    assert connection["budgets"] == {"agentos": None, "letsjobit": None}


def test_status_after_a_cycle(in_step: Terminal) -> None:
    """Ages, budgets and counts, as lines and as a document."""
    said = in_step("status")
    assert "northgate  up to date" in said.out
    assert "8 linked to a job, 8 of them open" in said.out
    assert "nothing waits for you" in said.out
    (connection,) = in_step("status", "--json").document["connections"]
    assert set(connection["lanes"]) == {"closures", "jobs", "visits", "directory"}
    assert connection["lanes"]["jobs"]["age_seconds"] < 600  # the first run is shared
    assert connection["budgets"]["agentos"]["limit"] == 50
    assert connection["last_cycle"]["outcome"] == "ok"
    assert (connection["inbox"], connection["paused"]) == (0, None)


def test_status_says_that_a_cycle_was_not_finished(in_step: Terminal) -> None:
    """An outage is in the headline, with the vendor's words."""
    in_step.fault(kind="html", vendor="agentos", times=None)
    assert in_step("run-once").code == 4
    said = in_step("status")
    assert (said.code, "the last cycle was not finished" in said.out) == (0, True)
    problem = " ".join(said.out.split()).partition("problem: ")[2]
    assert "(if it stays so, check base_url" in problem


def test_status_says_that_a_target_takes_nothing(in_step: Terminal) -> None:
    """By its place and kind, with what to do; not once it is named no more."""
    in_step.edit("[admin]", '[notifications]\ntargets = ["json://canary"]\n[admin]')
    store = Database(f"sqlite:///{in_step.directory / STORE}")
    since = datetime.now(UTC) - timedelta(hours=3)
    store.run_now(save_deaf_targets, {target_id("json://canary"): since})
    store.close()
    said = " ".join(in_step("status").out.split())
    problem = "problem: notifications.targets[0] (json) has taken no notification for 3 h (see that"
    assert problem in said
    assert "canary" not in said
    in_step.edit("canary", "other")
    assert in_step("status", "--json").document["deaf_targets"] == []


def test_status_says_whether_a_syncd_runs(in_step: Terminal) -> None:
    """Which process, on which machine, since when; without one, when the last cycle ended."""
    said = in_step("status")
    assert said.out.startswith("No syncd runs now; the last cycle ended ")
    assert in_step("status", "--json").document["running"] is None
    words = holder_text("syncd run")
    store = Database(f"sqlite:///{in_step.directory / STORE}")
    with hold(store, words):
        store.run_now(leases.take, "northgate", owner="a", holder=words)
        there = in_step("status")
        document = in_step("status", "--json").document
    # The lease is left behind, as by a kill; the lock is not.
    left_behind = in_step("status", "--json").document
    store.close()
    place = f"process {os.getpid()} on {os.uname().nodename}, started "
    assert there.out.startswith(f"syncd runs: {place}")
    assert f"at work: {words}" in there.out
    running = document["running"]
    assert (running["process"], running["command"]) == (os.getpid(), "syncd run")
    assert (running["host"], running["heard_seconds_ago"]) == (os.uname().nodename, None)
    assert document["connections"][0]["held_by"] == words
    assert left_behind["running"] is None
    assert left_behind["connections"][0]["held_by"] is None


def test_status_tells_a_command_from_the_daemon(in_step: Terminal) -> None:
    """Somebody's run-once is at work, but does not go on."""
    store = Database(f"sqlite:///{in_step.directory / STORE}")
    with hold(store, holder_text("syncd run-once")):
        said = in_step("status").out
    store.close()
    assert said.startswith(f"syncd run-once is at work: process {os.getpid()} on ")


@pytest.mark.parametrize("name", ["GlobalReference", "OID"])
def test_show_takes_what_the_agency_calls_a_job(in_step: Terminal, name: str) -> None:
    """A job number and an OID."""
    job = in_step.our_jobs()[0]
    said = in_step("show", job[name])
    assert said.code == 0
    assert job["OID"] in said.out
    assert in_step.visit(job["GlobalReference"])["_id"] in said.out
    assert "Boiler shows F28" in said.out


@pytest.mark.parametrize("name", ["docNo", "id", "_id"])
def test_show_takes_what_letsjobit_calls_a_visit(in_step: Terminal, name: str) -> None:
    """A docNo, the ERP id and LetsJobIt's own."""
    visit = in_step.visit("MJ-10458")
    (link,) = in_step("show", str(visit[name]), "--json").document["links"]
    assert (link["doc_no"], link["visit_key"]) == ("MJ-10458", visit["_id"])
    assert link["job"]["state"] == "wanted"
    assert link["visit"]["state"] == "open"
    assert link["fields"]["description"]["agentos"] == link["fields"]["description"]["letsjobit"]
    assert link["fields"]["date"]["owner"] == "letsjobit"
    assert [each["kind"] for each in link["intents"]] == ["create_visit"]
    assert link["history"][0]["cycle"] == 1


def test_show_takes_a_job_number_where_visits_are_numbered_otherwise(terminal: Terminal) -> None:
    """With a docNo of `AOS-{reference}` the agency's own number still finds the job."""
    with terminal.config.open("a") as file:
        file.write('\n[connections.visit]\ndoc_no = "AOS-{reference}"\n')
    assert terminal("run-once").code == 0
    (link,) = terminal("show", "MJ-10458", "--json").document["links"]
    assert link["doc_no"] == "AOS-MJ-10458"


def test_show_says_how_an_unknown_priority_is_read(terminal: Terminal) -> None:
    """A word that the agency made up counts as Low, and a person can see that."""
    job = terminal.our_jobs()[0]
    terminal.ask("PATCH", f"jobs/{job['OID']}", {"Priority": "P1"})
    assert terminal("run-once").code == 0
    said = " ".join(terminal("show", job["GlobalReference"]).out.split())
    assert "The priority 'P1' is not known; it is read as Low." in said


def test_show_lists_several_matches(in_step: Terminal) -> None:
    """Two jobs with one number: the command for each is there."""
    first, second = in_step.our_jobs()[:2]
    in_step.ask("PATCH", f"jobs/{first['OID']}", {"GlobalReference": "MJ-1"})
    in_step.ask("PATCH", f"jobs/{second['OID']}", {"GlobalReference": "MJ-1"})
    for path in in_step.directory.glob("syncd-sandbox.db*"):
        path.unlink()
    for visit in in_step.records("visits"):
        in_step.ask("DELETE", f"visits/{visit['_id']}")
    in_step("run-once")
    said = in_step("show", "MJ-1")
    assert said.code == 0
    assert f"syncd show {first['OID']}" in said.out
    assert f"syncd show {second['OID']}" in said.out
    assert len(in_step("show", "MJ-1", "--json").document["links"]) == 2


def test_a_visit_is_found_by_the_number_that_people_gave_it(in_step: Terminal) -> None:
    """The office renumbered it: both its numbers show the same work."""
    number = in_step.our_jobs()[0]["GlobalReference"]
    in_step.ask("PATCH", f"visits/{in_step.visit(number)['_id']}", {"docNo": "OFFICE-7"})
    assert in_step("run-once").code == 0
    (shown,) = in_step("show", "OFFICE-7", "--json").document["links"]
    assert shown == in_step("show", number, "--json").document["links"][0]
    assert shown["visit"]["doc_no"] == "OFFICE-7"
    assert "its number is OFFICE-7" in in_step("show", number).out
    assert "its number" not in in_step("show", in_step.our_jobs()[1]["GlobalReference"]).out
    assert in_step("why", "OFFICE-7").code == 0


def test_what_nobody_knows_is_one_line_and_exit_2(in_step: Terminal) -> None:
    """Unknown, foreign, and somebody else's job are told apart."""
    words = {
        "MJ-9": "no job or visit 'MJ-9' is known",
        "H-017711": "belongs to no job",
        in_step.visit("H-017711")["_id"]: "belongs to no job",
        in_step.records("jobs")[8]["OID"]: "other contractors' jobs",
    }
    for wanted, sentence in words.items():
        for command in ("show", "why"):
            said = in_step(command, wanted)
            assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
            assert sentence in said.err


def test_show_says_what_waits(in_step: Terminal) -> None:
    """The question about this job, with its commands."""
    job = in_step.our_jobs()[0]
    in_step.set_status(job, "Completed")
    in_step("run-once")
    said = in_step("show", job["OID"])
    assert "Completed (completed)" in said.out
    assert "syncd inbox resolve 1 --choose agentos" in said.out


def test_why_tells_who_moved_a_date(in_step: Terminal) -> None:
    """The dispatcher's new date: when, from what, by which rule, in which cycle."""
    visit = in_step.visit("MJ-10458")
    moved = (date.fromisoformat(visit["date"]) + timedelta(days=3)).isoformat()
    in_step.ask("PATCH", f"visits/{visit['_id']}", {"date": moved})
    in_step("run-once")
    said = in_step("why", "MJ-10458", "date")
    assert said.code == 0
    assert f"  date: {moved}\n" in said.out
    assert "changed in LetsJobIt" in said.out
    assert f"from {visit['date']}" in said.out
    story = in_step("why", "MJ-10458", "date", "--json").document["links"][0]["fields"]["date"]
    assert [each["event"] for each in story["changes"]] == ["create_visit", "adopted"]
    assert [each["cycle"] for each in story["changes"]] == [1, 2]
    assert story["changes"][1]["from"] == {"date": visit["date"]}
    assert story["changes"][1]["to"] == {"date": moved}


def test_why_tells_by_which_rule_syncd_wrote(in_step: Terminal) -> None:
    """A priority that the agency changed is written because it changed in AgentOS."""
    job = in_step.our_jobs()[0]
    in_step.ask("PATCH", f"jobs/{job['OID']}", {"Priority": "Low"})
    in_step("run-once")
    story = in_step("why", job["OID"], "PRIORITY", "--json").document["links"][0]["fields"]
    last = story["priority"]["changes"][-1]
    assert last["event"] == "update_visit"
    assert last["from"] == {"priority": 1}
    assert last["to"] == {"priority": 8}
    assert "priority: changed in AgentOS" in last["why"]


def test_why_without_a_field_tells_every_story(in_step: Terminal) -> None:
    """Also that a visit was withdrawn, and why."""
    job = in_step.our_jobs()[0]
    in_step.set_status(job, "Cancelled")
    in_step("run-once")
    said = in_step("why", job["GlobalReference"])
    assert "the visit was withdrawn: the job is cancelled" in said.out.replace("\n      ", " ")
    fields = in_step("why", job["OID"], "--json").document["links"][0]["fields"]
    assert {"description", "date", "driver", "inMobileApp"} <= set(fields)


def test_why_knows_the_vendors_names(in_step: Terminal) -> None:
    """`driverId` is asked for as well as `driver`; a name that nobody has is refused."""
    said = in_step("why", "MJ-10458", "driverId", "--json")
    assert said.document["links"][0]["fields"]["driverId"]["changes"][0]["event"] == "create_visit"
    refused = in_step("why", "MJ-10458", "colour")
    assert refused.code == 2
    assert "driverId" in refused.err


def test_why_tells_what_became_of_a_closed_visit(in_step: Terminal) -> None:
    """Status, job sheet, invoice and acknowledgement: when, by whom, and how it is known."""
    visit = in_step.visit("MJ-10458")
    in_step.ask("POST", f"visits/{visit['_id']}/close", {"values": {"invoice_total": "120.00"}})
    assert in_step("run-once").code == 0
    said = in_step("why", "MJ-10458").out
    line = "by syncd in cycle 2: written to the job: sent, and read back"
    assert line in " ".join(said.split())
    assert "  job-sheet: VISIT-MJ-10458-jobsheet-" in said
    assert "  invoice: invoice MJ-10458, gross 120.00, VAT 20.00," in said
    assert "acknowledged in LetsJobIt" in said
    only = in_step("why", "MJ-10458", "invoice", "--json").document["links"][0]["fields"]
    assert [each["event"] for each in only["invoice"]["changes"]] == ["submit_invoice"]
