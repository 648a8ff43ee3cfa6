"""`run-once` and `rebuild`: what they print and how they end."""

from syncd.store.database import Database
from syncd.store.holding import hold
from tests.cli.terminal import Terminal

KINDS = [
    *("create_visit", "update_visit", "withdraw_visit", "create_job"),
    *("update_job", "attach_document", "submit_invoice", "confirm_close"),
]


def test_the_first_run_makes_the_visits_and_says_that_nothing_waits(terminal: Terminal) -> None:
    """Eight visits, exit 0, and one line for an operator who only wants to know."""
    said = terminal("run-once")
    assert said.code == 0
    assert "northgate  done: both sides agree" in said.out
    assert "8 visits created" in said.out
    assert "Nothing waits for you." in said.out
    assert said.err == ""


def test_the_document_is_the_interfaces(terminal: Terminal) -> None:
    """`run-once --json` prints one document with every field that the interface names."""
    found = terminal("run-once", "--json").document
    assert found["outcome"] == "ok"
    assert found["started_at"].endswith("Z")
    assert found["finished_at"].endswith("Z")
    (connection,) = found["connections"]
    assert connection == {
        "name": "northgate",
        "outcome": "ok",
        "observed": {"jobs": 12, "visits": 5},
        "requests": {"agentos": 9, "letsjobit": 3},
        "applied": dict.fromkeys(KINDS, 0) | {"create_visit": 8},
        "outbox": {"pending": 0, "in_doubt": 0, "dead": 0},
        "inbox": 0,
        "errors": [],
    }


def test_a_second_run_writes_nothing(in_step: Terminal) -> None:
    """What was done is not done again."""
    (connection,) = in_step("run-once", "--json").document["connections"]
    assert set(connection["applied"].values()) == {0}


def test_what_waits_is_told_with_the_command_that_resolves_it(in_step: Terminal) -> None:
    """A conflict ends with exit 3, and its commands can be copied, with the same --config."""
    in_step.set_status(in_step.our_jobs()[0], "Completed")
    said = in_step("run-once", "--config", "syncd.toml")
    assert said.code == 3
    assert "1 thing waits for you" in said.out
    command = "syncd inbox resolve 1 --choose letsjobit --config syncd.toml"
    assert command in said.out
    assert in_step(*command.split()[1:]).code == 0


def test_a_refused_key_ends_with_4_and_says_what_to_do(in_step: Terminal) -> None:
    """The key is refused: not finished, with the cure, and nothing personal."""
    in_step.ask("PUT", "keys", {})
    said = in_step("run-once")
    assert said.code == 4
    assert "not finished" in said.out
    assert "check the" in said.out
    document = in_step("run-once", "--json").document
    assert document["outcome"] == "incomplete"
    assert document["connections"][0]["errors"][0]["code"] == "agentos_unauthorized"


def test_a_held_store_ends_with_5_and_names_the_holder(in_step: Terminal) -> None:
    """The second syncd on a store does nothing; commands beside it work."""
    store = Database(f"sqlite:///{in_step.directory}/syncd-sandbox.db")
    with hold(store, "process 7 on elsewhere, syncd run"):
        for command in ("run-once", "plan", "rebuild"):
            said = in_step(command, "--json")
            assert said.code == 5
            assert said.document["error"]["code"] == "store_held"
            assert "process 7 on elsewhere, syncd run" in said.document["error"]["message"]
        assert in_step("status").code == 0
        assert in_step("pause", "northgate").code == 0
        assert in_step("check", "--online").code == 0
    store.close()


def test_a_deadline_that_is_no_time_is_a_usage_error(terminal: Terminal) -> None:
    """The option is named with what it takes."""
    said = terminal("run-once", "--deadline", "soon")
    assert said.code == 2
    assert said.err.startswith("syncd: --deadline: ")
    assert said.out == ""


def test_a_deadline_that_comes_first_ends_with_4(terminal: Terminal) -> None:
    """What could not be read in time is not finished."""
    terminal.edit("requests = 50, seconds = 1", "requests = 2, seconds = 60")
    said = terminal("run-once", "--deadline", "1s")
    assert said.code == 4
    assert "problem:" in said.out


def test_an_unknown_connection_is_named_with_those_there_are(terminal: Terminal) -> None:
    """A person who mistypes a name reads the right ones."""
    said = terminal("run-once", "--connection", "southgate")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "northgate" in said.err


def test_a_paused_connection_is_left_out_and_said_so(in_step: Terminal) -> None:
    """Nobody wonders why nothing happens: the command that starts it again is there."""
    assert in_step("pause", "northgate").code == 0
    said = in_step("run-once")
    assert said.code == 0
    assert "syncd resume northgate" in said.err
    assert in_step("run-once", "--json").document["paused"] == ["northgate"]


def test_rebuild_finds_every_link_again_and_writes_to_nobody(in_step: Terminal) -> None:
    """An empty store knows the visits again; the next run has nothing to do."""
    before = len(in_step.ask("GET", "effects?since=0")["effects"])
    for path in in_step.directory.glob("syncd-sandbox.db*"):
        path.unlink()
    said = in_step("rebuild")
    assert (said.code, "written    nothing" in said.out) == (0, True)
    found = in_step("rebuild", "--json").document
    assert found["connections"][0]["outcome"] == "ok"
    assert in_step("status", "--json").document["connections"][0]["visits"]["linked"] == 8
    assert in_step("run-once").code == 0
    assert len(in_step.ask("GET", "effects?since=0")["effects"]) == before


def test_nothing_enabled_is_said(terminal: Terminal) -> None:
    """A configuration whose only connection is off does not look like success in silence."""
    terminal.edit("[[connections]]\n", "[[connections]]\nenabled = false\n")
    for command in ("run-once", "plan"):
        said = terminal(command)
        assert (said.code, said.out) == (0, "")
        assert "no connection is enabled" in said.err
    assert "switched off" in terminal("status").out
