"""`run-once` and `rebuild`: what they print and how they end."""

import os
import select
import subprocess
import sys
from collections.abc import Sequence

import pytest

from syncd.store.database import Database
from syncd.store.holding import hold
from tests.cli.terminal import PORTAL, Terminal, through

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
        "requests": {"agentos": 10, "letsjobit": 3},
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


@pytest.mark.parametrize(
    "words",
    [
        ("run-once", "--connection", "southgate"),
        ("plan", "--connection", "southgate"),
        ("rebuild", "--connection", "southgate"),
        ("pause", "southgate"),
        ("resume", "southgate"),
    ],
)
def test_an_unknown_connection_has_one_code_everywhere(
    in_step: Terminal, words: Sequence[str]
) -> None:
    """Programs read the same of every command, and of the admin endpoint."""
    said = in_step(*words, "--json")
    assert said.code == 2
    assert said.document["error"] == {
        "code": "unknown_connection",
        "message": "there is no connection 'southgate'",
        "hint": "one of: northgate",
    }


def test_a_paused_connection_is_left_out_and_said_so(in_step: Terminal) -> None:
    """Nobody wonders why nothing happens: the command that starts it again is there."""
    assert in_step("pause", "northgate").code == 0
    said = in_step("run-once")
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines() == [
        "northgate is paused and was left out; start it again: syncd resume northgate"
    ]
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


def on_a_terminal(terminal: Terminal, *words: str) -> str:
    """What a command writes to a real terminal."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "syncd", *words]
    with subprocess.Popen(command, cwd=terminal.directory, stdout=theirs, stderr=theirs) as started:
        os.close(theirs)
        shown = b""
        while started.poll() is None or select.select([ours], [], [], 0)[0]:
            try:
                shown += os.read(ours, 65_536)
            except OSError:
                break
    os.close(ours)
    return shown.decode()


def test_a_terminal_shows_no_progress_where_nothing_runs(in_step: Terminal) -> None:
    """With every connection paused there is one line, and no bar that leaves an empty one."""
    assert in_step("pause", "northgate").code == 0
    shown = on_a_terminal(in_step, "run-once")
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 1


@pytest.mark.parametrize("command", ["run-once", "plan", "rebuild"])
def test_what_a_channel_cannot_do_is_refused(terminal: Terminal, command: str) -> None:
    """Exit 2, one line with the setting and what to write, and no request to either vendor."""
    through(terminal, "portal")
    said = terminal(command)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    path = "connections[northgate].leads.enabled"
    assert f'{path}: this version cannot do it with agentos.channel = "portal"' in said.err
    (problem,) = terminal(command, "--json").document["error"]["problems"]
    assert problem["path"] == path
    assert terminal.ask("GET", "ledger")["entries"] == []


def test_a_connection_that_is_off_keeps_no_other_from_running(terminal: Terminal) -> None:
    """`enabled = false` is the way out for the one whose channel is not there yet."""
    text = terminal.config.read_text()
    other = text[text.index("[[connections]]") :].replace('"northgate"', '"portal"')
    for name in ("company_id", "short_name"):
        other = other.replace(f"{name} = ", f'{name} = "x" #')
    terminal.config.write_text(f"{text}\n{other}")
    text = terminal.config.read_text()
    first, _, second = text.rpartition("[[connections]]\n")
    second = second.replace("short_name", 'channel = "portal"\nshort_name')
    terminal.config.write_text(f"{first}[[connections]]\nenabled = false\n{second}{PORTAL}")
    assert terminal("run-once").code == 0
    assert terminal("run-once", "--connection", "portal").code == 2


def test_a_wrong_short_name_has_its_cure_in_the_line(terminal: Terminal) -> None:
    """404 on a list: there is no such address, and two settings that can be why."""
    terminal.fault(kind="status", vendor="agentos", path="/company/branches/", status=404, times=1)
    said = terminal("run-once")
    assert said.code == 4
    assert "check base_url and short_name of connections.agentos" in " ".join(said.out.split())


def test_nothing_enabled_is_said(terminal: Terminal) -> None:
    """A configuration whose only connection is off does not look like success in silence."""
    terminal.edit("[[connections]]\n", "[[connections]]\nenabled = false\n")
    for command in ("run-once", "plan"):
        said = terminal(command)
        assert (said.code, said.out) == (0, "")
        assert "no connection is enabled" in said.err
    assert "switched off" in terminal("status").out
