"""`plan`: what a run would do, without doing it."""

from tests.cli.terminal import Terminal


def test_a_plan_shows_every_new_visit_and_changes_nothing(terminal: Terminal) -> None:
    """The operator reads numbers, dates and places before the first run."""
    said = terminal("plan")
    assert said.code == 0
    assert "create visit: 8; that is 0 requests to AgentOS and 2 requests to LetsJobIt" in said.out
    assert "create visit MJ-10451 for job " in said.out
    assert "date: " in said.out
    assert terminal.ask("GET", "effects?since=0")["effects"] == []


def test_the_document_is_the_interfaces(terminal: Terminal) -> None:
    """`plan --json` has the hash, the calls, the intents with their changes, and the guards."""
    (connection,) = terminal("plan", "--json").document["connections"]
    assert connection["name"] == "northgate"
    assert connection["calls"] == {"agentos": 0, "letsjobit": 2}
    assert connection["guards"] == []
    assert len(connection["intents"]) == 8
    intent = connection["intents"][0]
    assert set(intent) == {"kind", "job", "visit", "changes", "calls", "reversible"}
    assert intent["kind"] == "create_visit"
    assert intent["reversible"] is True
    assert intent["changes"]["docNo"]["from"] is None
    again = terminal("plan", "--json").document["connections"][0]
    assert again["plan_hash"] == connection["plan_hash"]


def test_a_change_is_shown_field_by_field(in_step: Terminal) -> None:
    """From what, to what."""
    job = in_step.our_jobs()[0]
    in_step.ask("PATCH", f"jobs/{job['OID']}", {"Priority": "Low"})
    said = in_step("plan")
    assert f"update visit {job['GlobalReference']} for job {job['OID']}" in said.out
    assert "    priority: 1 → 8\n" in said.out
    (connection,) = in_step("plan", "--json").document["connections"]
    assert connection["intents"][0]["changes"]["priority"] == {"from": 1, "to": 8}


def test_each_change_shows_its_own_share_of_the_calls(in_step: Terminal) -> None:
    """A closed visit: what is written to AgentOS reads the job before and after."""
    visit = in_step.visit(in_step.our_jobs()[0]["GlobalReference"])
    in_step.ask("POST", f"visits/{visit['_id']}/close", {"values": {"invoice_total": "120.00"}})
    (connection,) = in_step("plan", "--json").document["connections"]
    shares = {each["kind"]: each["calls"] for each in connection["intents"]}
    assert shares["update_job"] == shares["submit_invoice"] == {"agentos": 3, "letsjobit": 0}
    assert shares["confirm_close"]["agentos"] == 0 < shares["confirm_close"]["letsjobit"]


def test_nothing_to_do_is_one_line(in_step: Terminal) -> None:
    """A plan without intents says so."""
    assert in_step("plan").out == "northgate  nothing to do\n"


def test_a_guard_shows_what_it_holds(in_step: Terminal) -> None:
    """Too many withdrawals: the limit and the number found, and exit 0 for a plan."""
    for job in in_step.our_jobs()[:6]:
        in_step.set_status(job, "Cancelled")
    said = in_step("plan")
    assert said.code == 0
    assert "held by guards.max_withdrawals: 6 changes, 5 are allowed" in said.out
    (connection,) = in_step("plan", "--json").document["connections"]
    assert connection["guards"] == [{"guard": "max_withdrawals", "limit": "5", "found": "6"}]


def test_a_side_that_cannot_be_read_has_no_plan(terminal: Terminal) -> None:
    """Half a reading is no plan: exit 4 and the reason."""
    terminal.fault(kind="html", vendor="letsjobit", times=None)
    said = terminal("plan", "--json")
    assert said.code == 4
    assert said.document["connections"][0]["errors"][0]["code"] == "letsjobit_garbled"
    assert "cannot be planned" in terminal("plan").out
