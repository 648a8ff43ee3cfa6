"""A visit from the field that fits no property, decided in a terminal."""

import pytest

from tests.cli.terminal import Terminal, through

TABLE = """
[connections.create_jobs]
enabled = true
only = { docType = "NEW FAULT" }
status = "Reported"
"""


@pytest.fixture
def raised(in_step: Terminal) -> dict[str, str]:
    """An engineer raised a visit at a house that nobody can tell from its address: its place."""
    in_step.config.write_text(in_step.config.read_text() + TABLE)
    assert in_step("run-once").code == 0
    place = next(each for each in in_step.records("properties") if each["Postcode"])
    driver = in_step.records("visits")[0]["driverId"]
    visit = {
        "docNo": "NF-17",
        "docType": "NEW FAULT",
        "driverId": driver,
        "date": "2030-01-07",
        "customer": "Northgate",
        "address": "behind the church",
        "postCode": place["Postcode"],
        "city": "Aberdeen",
        "obs": "Gutter hangs loose.",
    }
    in_step.ask("POST", "visits", visit)
    return place


def marked(terminal: Terminal) -> list[dict[str, str]]:
    """Jobs that were made for the visit."""
    return [each for each in terminal.records("jobs") if "[visit NF-17]" in each["Description"]]


def test_a_person_chooses_a_property_by_its_address(
    in_step: Terminal, raised: dict[str, str]
) -> None:
    """The question names each property with its address; the choice makes the job there."""
    said = in_step("run-once")
    assert said.code == 3
    assert "unmatched_visit: Visit NF-17" in said.out
    assert f"--choose {raised['OID']}" in said.out
    assert raised["Address1"] in in_step("inbox").out
    (found,) = in_step("inbox", "--json").document["items"]
    assert found["choices"] == [raised["OID"], "not-ours"]
    item = str(found["id"])
    assert in_step("inbox", "resolve", item, "--choose", raised["OID"]).code == 0
    planned = in_step("plan").out
    assert "create job for visit NF-17" in planned
    said = in_step("run-once")
    assert said.code == 0
    assert "1 job created" in said.out
    assert [each["PropertyID"] for each in marked(in_step)] == [raised["OID"]]
    assert "Nothing waits for you." in in_step("inbox").out
    assert "create_job" in in_step("show", "NF-17").out
    assert "the job that was made for this visit" in " ".join(in_step("why", "NF-17").out.split())


def test_a_person_leaves_a_visit_alone(in_step: Terminal, raised: dict[str, str]) -> None:
    """`not-ours` holds: nothing is made, and nothing is asked again."""
    assert in_step("run-once").code == 3
    (found,) = in_step("inbox", "--json").document["items"]
    assert in_step("inbox", "resolve", str(found["id"]), "--choose", "not-ours").code == 0
    for _ in range(2):
        assert in_step("run-once").code == 0
    assert marked(in_step) == []


def test_what_became_of_a_job_in_doubt_is_told_with_its_oid(
    in_step: Terminal, raised: dict[str, str]
) -> None:
    """`it-arrived` without the OID is refused in one line."""
    visit = in_step.visit("NF-17")
    in_step.ask("PATCH", f"visits/{visit['_id']}", {"siteId": raised["OID"]})
    in_step.fault(kind="status", status=500, method="POST", path="/job", times=1)
    assert in_step("run-once").code == 3
    (found,) = in_step("inbox", "--json").document["items"]
    item = str(found["id"])
    said = in_step("inbox", "resolve", item, "--choose", "it-arrived")
    assert said.code != 0
    assert "it-arrived needs the job's OID (write --value OID)" in said.err
    assert in_step("inbox", "resolve", item, "--choose", "send-again").code == 0
    assert in_step("run-once").code == 0
    assert len(marked(in_step)) == 1


def test_every_command_works_with_v3_alone(terminal: Terminal) -> None:
    """Nothing is asked of AgentOS but to take the job; then its closure is acknowledged."""
    through(terminal, "v3")
    assert terminal("check").code == 0
    said = terminal("check", "--online")
    assert said.code == 0
    assert "V3 shows nothing" in said.out
    said = terminal("run-once")
    assert said.code == 3
    assert "history: Visits raised in LetsJobIt were there before" in " ".join(said.out.split())
    assert terminal("inbox", "resolve", "1", "--choose", "already-handled").code == 0
    assert terminal("run-once").code == 0
    driver = terminal.records("visits")[0]["driverId"] if terminal.records("visits") else "x"
    visit = {
        "docNo": "NF-17",
        "driverId": driver,
        "date": "2030-01-07",
        "customer": "Northgate",
        "address": "behind the church",
        "city": "Aberdeen",
        "contactPhone": "07700 900123",
        "obs": "Gutter hangs loose.",
    }
    key = terminal.ask("POST", "visits", visit)["key"]
    assert "create job for visit NF-17" in terminal("plan").out
    assert terminal("rebuild").code == 0
    assert terminal("run-once").code == 0
    terminal.ask("POST", f"visits/{key}/close", {})
    assert terminal("run-once").code == 0
    assert terminal.visit("NF-17")["confirmClose"] is True
    lanes = terminal("status", "--json").document["connections"][0]["lanes"]
    assert set(lanes) == {"closures", "jobs", "visits"}
    sent = [
        each for each in terminal.ask("GET", "ledger")["entries"] if each["vendor"] == "agentos"
    ]
    assert [each["method"] for each in sent] == ["POST"]


def test_a_status_for_new_jobs_that_nobody_has_is_found(terminal: Terminal) -> None:
    """`check --online` says which there are."""
    terminal.config.write_text(terminal.config.read_text() + TABLE.replace("Reported", "Nonsense"))
    said = terminal("check", "--online")
    assert said.code == 2
    assert "create_jobs.status" in said.err
    assert "'Nonsense'" in said.err
